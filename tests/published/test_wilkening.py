"""The whole chain, from a scenario file to counts, against Wilkening's closed forms.

D. A. Wilkening, "A Simple Model for Calculating Ballistic Missile Defense Effectiveness",
Science & Global Security 8 (1999): a warhead is killed with K = P_track (1 - (1 - p)^n),
independently between warheads; P(no arrival) = K^W and W (1 - K) arrive on average.
Sensing perfect, kill given, one THAAD battery, eight warheads; |z| < 4 at a fixed seed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout import trip

W, P, TRIALS = 8, 0.7, 6000
BASE = (
    "models.sensing=perfect",
    f"raids.north.count={W}",
    f"batteries.north-1.kill.sspk={P}",
)
CASES = [  # rule, rounds per threat, lost per threat, lost per raid
    ("single", 1, 0.0, 0.0),
    ("single", 1, 0.1, 0.0),
    ("salvo-2", 2, 0.0, 0.0),
    ("salvo-2", 2, 0.1, 0.0),
    ("salvo-2", 2, 0.0, 0.2),
    ("shoot-look-shoot", 2, 0.0, 0.0),
    ("shoot-look-shoot", 2, 0.1, 0.0),
    ("shoot-look-shoot", 2, 0.1, 0.2),
]


def z_score(sample: np.ndarray, expected: float) -> float:
    error = sample.std(ddof=1) / math.sqrt(len(sample))
    if error == 0.0:
        return 0.0 if sample.mean() == expected else math.inf
    return float(sample.mean() - expected) / error


@pytest.mark.parametrize("rule, n, per_threat, per_raid", CASES)
def test_barrage(rule: str, n: int, per_threat: float, per_raid: float):
    sets = (
        *BASE,
        f"batteries.north-1.doctrine.rule={rule}",
        f"chance.per_threat={per_threat}",
        f"chance.per_raid={per_raid}",
    )
    job = trip.prepare("tutorial", sets=sets)
    rows = np.zeros((TRIALS, len(job.layout.columns())), np.int32)
    job.work(3, 0, TRIALS, rows)
    got = dict(zip(job.layout.columns(), rows.T.astype(float), strict=True))
    kill = (1 - per_threat) * (1 - (1 - P) ** n)
    assert abs(z_score(got["arrived"] == 0, (1 - per_raid) * kill**W)) < 4
    assert abs(z_score(got["arrived"], W * (per_raid + (1 - per_raid) * (1 - kill)))) < 4
    lost = per_threat + (1 - per_threat) * per_raid
    looks = rule == "shoot-look-shoot"
    rounds = n if not looks else lost * n + (1 - lost) * sum((1 - P) ** j for j in range(n))
    assert abs(z_score(got["fired.thaad-battery"], W * rounds)) < 4
