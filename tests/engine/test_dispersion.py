"""A stated circular error probable comes out again at the far end: half fall inside."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.engine.trial import record_trial, trials_kernel
from keepout.scenario.load import load_text
from keepout.scenario.resolve import resolve

from .synthetic import Params, make_case

TRIALS, MISSILES = 10_000, 10
TEXT = """
schema: keepout/scenario/1
name: dispersion
raids:
  - name: north
    missile: {missile}
    count: 20
    launch: {{area: kermanshah, radius: 20 km}}
    aim: {{asset: nevatim, cep: {cep} m}}
    spacing: 1 s
assets: [{{id: nevatim}}]
models: {{sensing: perfect}}
"""


def z_of(inside: int, n: int, p: float) -> float:
    return (inside - n * p) / math.sqrt(n * p * (1.0 - p))


@pytest.mark.parametrize("ceps, share", [(0.5, 1.0 - 2.0**-0.25), (1.0, 0.5), (2.0, 1.0 - 2.0**-4)])
def test_a_hundred_thousand_draws_through_the_whole_engine(ceps, share):
    """Arrivals on an asset as large as the circle, by the rows: P(r < k CEP) = 1 - 2^(-k2)."""
    case, layout = make_case([], Params(), count=MISSILES, most=MISSILES, cep_m=800.0)
    case.asset[0].radius_m = 800.0 * ceps
    out = np.zeros((TRIALS, len(layout.columns())), np.int32)
    trials_kernel(case, 11, 0, TRIALS, out)
    total = dict(zip(layout.columns(), out.sum(axis=0)))
    n = TRIALS * MISSILES
    inside = sum(total[name] for name in total if name.startswith("arrived.base."))
    assert total["arrived"] == n
    assert abs(z_of(inside, n, share)) < 4.0


@pytest.mark.parametrize("missile, cep_m", [("ghadr-1", 1000.0), ("fattah-1", 200.0)])
def test_flights_of_their_own_land_there(missile, cep_m):
    """Fidelity physics: where the integrated flights of 600 missiles come down."""
    found = resolve(load_text(TEXT.format(missile=missile, cep=cep_m), "a.yaml", ()), "physics")
    case, columns = found.case, len(found.layout.columns())
    asset = case.asset[0]
    offsets = []
    for trial in range(30):
        kept = record_trial(case, 2, trial, columns)
        for truth in kept.world:
            end = kept.case.sample[truth.lane][-1, :3] + truth.impact_offset_m
            offsets.append(asset.to_enu[:2] @ (end - asset.r_ecef_m))
    far = np.hypot(*np.array(offsets).T)
    assert len(far) == 600
    assert abs(z_of(int(np.sum(far < cep_m)), len(far), 0.5)) < 4.0
    # round, and about the aim
    sigma = cep_m / math.sqrt(2.0 * math.log(2.0))
    mean, spread = np.mean(offsets, axis=0), np.std(offsets, axis=0)
    assert np.all(np.abs(mean) < 4.0 * sigma / math.sqrt(len(far)))
    assert spread == pytest.approx([sigma, sigma], rel=4.0 / math.sqrt(2.0 * len(far)))
