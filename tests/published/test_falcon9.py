"""Falcon 9 first stages in free flight: the kernels, an inertial flight of our own, wrong worlds.

Telemetry of the broadcasts, read where the shared data are: keepout/validation/falcon9.py.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pymap3d
import pytest
from scipy.integrate import solve_ivp

from keepout.validation.falcon9 import (
    ERROR_KM,
    ERROR_MPS,
    NO_DRAG_KGPM2,
    STRETCHES,
    by_kernels,
    checks,
    fit,
    read,
    start,
)

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("KEEPOUT_DATA", ROOT.parent / "shared" / "data"))
FOLDER = DATA / "telemetry-falcon9"
COASTS = [stretch for stretch in STRETCHES if not stretch.falls]
MU, J2, A, TURN = 3.986004418e14, 1.08262982131e-3, 6378137.0, 7.292115e-5

here = pytest.mark.skipif(not FOLDER.exists(), reason="the shared data are not here")


def inertial(mu: float = MU, j2: float = J2, turn: float = TURN):
    """A path in the frame of the stars, without drag: other code than the kernels'."""

    def pull(_, y):
        x, r = y[:3], np.linalg.norm(y[:3])
        s2 = (x[2] / r) ** 2
        bulge = 1.5 * j2 * (A / r) ** 2
        flat = np.array([1 - 5 * s2, 1 - 5 * s2, 3 - 5 * s2])
        return np.concatenate([y[3:], -mu * x / r**3 * (1 + bulge * flat)])

    def path(y, t_s, _):
        spin = np.array([0.0, 0.0, turn])
        y = np.concatenate([y[:3], y[3:] + np.cross(spin, y[:3])])
        found = solve_ivp(
            pull, (t_s[0], t_s[-1]), y, method="DOP853", t_eval=t_s, rtol=1e-11, atol=1e-6
        ).y
        c, s = np.cos(turn * (t_s - t_s[0])), np.sin(turn * (t_s - t_s[0]))
        x, v = found[:3], found[3:] - np.cross(spin, found[:3].T).T
        height = pymap3d.ecef2geodetic(c * x[0] + s * x[1], c * x[1] - s * x[0], x[2])[2]
        return np.stack([np.linalg.norm(v, axis=0), height], axis=1)

    return path


@pytest.mark.parametrize("stretch", COASTS, ids=lambda stretch: stretch.folder)
def test_kernels_and_an_inertial_flight_agree(stretch):
    y = start(stretch, 80e3, 70e3, 2300.0, 0.4)
    t_s = np.arange(stretch.start_s, stretch.end_s + 1.0)
    off = by_kernels(y, t_s, NO_DRAG_KGPM2) - inertial()(y, t_s, NO_DRAG_KGPM2)
    assert np.abs(off[:, 0]).max() < ERROR_MPS
    assert np.abs(off[:, 1]).max() < ERROR_KM * 1e3


def test_without_the_data_every_row_says_so():
    rows = checks(None)
    assert len(rows) == 12
    assert {row.status for row in rows} == {"not run"}
    assert all("KEEPOUT_DATA" in row.note for row in rows)


@here
def test_coasts_and_falls_are_followed():
    rows = checks(DATA)
    assert len(rows) == 12
    for row in rows:
        assert row.status == "agrees", row


def telemetry_of(stretch):
    return read(FOLDER / stretch.folder / "analysed.json", stretch)


@here
@pytest.mark.parametrize("stretch", COASTS[:2], ids=lambda stretch: stretch.folder)
@pytest.mark.parametrize(
    "wrong", [{"turn": 0.0}, {"mu": 1.01 * MU}, {"mu": 0.99 * MU}], ids=["still", "more", "less"]
)
def test_a_wrong_world_would_be_noticed(stretch, wrong):
    right = fit(stretch, telemetry_of(stretch), inertial())
    assert right.rms[0] < stretch.speed_mps
    made = fit(stretch, telemetry_of(stretch), inertial(**wrong))
    assert made.rms[0] > stretch.speed_mps or made.rms[1] > stretch.height_km * 1e3


@here
@pytest.mark.parametrize("azimuth_deg", [-10.0, 10.0])
def test_the_direction_matters_little(azimuth_deg):
    for stretch in COASTS:
        other = type(stretch)(
            **{**stretch.__dict__, "azimuth_deg": stretch.azimuth_deg + azimuth_deg}
        )
        ours, theirs = (fit(each, telemetry_of(stretch)) for each in (stretch, other))
        assert abs(ours.rms[0] - theirs.rms[0]) < 0.1
