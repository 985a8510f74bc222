"""Our own past: rows of a Case made by hand, in fidelity engagement. No validation.

A change of the engine that means to change rows changes this digest and says so in the
changelog; any other leaves it as it is.
"""

from __future__ import annotations

import hashlib

from tests.engine.test_addresses import raid, rows

DIGEST = "7cca2a096d47d4049958153e01d12c68c55687315b918bed0400ab12d2933265"
SECOND = {"system": 1, "rounds": 9, "salvo": 2, "assess_s": 20.0, "window": (300.0, 450.0)}


def test_two_thousand_trials_of_two_batteries():
    case, layout = raid(("two", SECOND))
    found = rows(case, layout, 3, 0, 2000)
    assert hashlib.sha256(found.astype("<i4").tobytes()).hexdigest() == DIGEST
