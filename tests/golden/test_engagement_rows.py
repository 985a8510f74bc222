"""Our own past: rows of a Case made by hand, in fidelity engagement. No validation.

A change of the engine that means to change rows changes this digest and says so in the
changelog; any other leaves it as it is.
"""

from __future__ import annotations

import hashlib

from tests.engine.test_addresses import raid, rows

DIGEST = "badd525288dae72d20ee503ed93d86e1a636393102b331fd7484853f0899bd07"
SECOND = {"system": 1, "rounds": 9, "salvo": 2, "assess_s": 20.0, "window": (300.0, 450.0)}


def test_two_thousand_trials_of_two_batteries():
    case, layout = raid(("two", SECOND))
    found = rows(case, layout, 3, 0, 2000)
    assert hashlib.sha256(found.astype("<i4").tobytes()).hexdigest() == DIGEST
