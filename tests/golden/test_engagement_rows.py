"""Our own past: rows of a Case made by hand, in fidelity engagement. No validation.

A change of the engine that means to change rows changes this digest and says so in the
changelog; any other leaves it as it is.
"""

from __future__ import annotations

import hashlib

from tests.engine.test_addresses import raid, rows

DIGEST = "2594a7971be08c5bd45d6f8a0607cc1a3c74e11944587fdff7be5d9b010c1d71"
SECOND = {"system": 1, "rounds": 9, "salvo": 2, "assess_s": 20.0, "window": (300.0, 450.0)}


def test_two_thousand_trials_of_two_batteries():
    case, layout = raid(("two", SECOND))
    found = rows(case, layout, 3, 0, 2000)
    assert hashlib.sha256(found.astype("<i4").tobytes()).hexdigest() == DIGEST
