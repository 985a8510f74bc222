"""Laws of every manoeuvre: lift gives no energy, and stays within its limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepout.earth.atmosphere import air
from keepout.earth.geodesy import MU_M3PS2, OMEGA_RADPS, alt_of, ecef_m
from keepout.earth.gravity import free_fall
from keepout.flight.drag import cd_of
from keepout.flight.fly import LANDED, ballistic_twin, solve_lane, trajectory
from keepout.flight.forces import Leg, acceleration
from keepout.flight.manoeuvre import LIFT_HOLD, LIFT_SIDE
from keepout.records.missile import (
    DIVE,
    DRAG_CONE,
    DRAG_LARGE_LIQUID,
    GLIDE,
    MANOEUVRING,
    MISSILE,
    PULL_UP,
    STAGE,
    WEAVE,
)  # fmt: skip
from keepout.records.place import Place

LAUNCH = Place(lat_deg=34.3, lon_deg=47.1)
AIM = Place(lat_deg=31.2, lon_deg=35.0)
STAGE_OF = {
    "propellant_kg": 14600.0, "dry_kg": 1750.0, "thrust_vac_n": 296e3, "thrust_sl_n": 264e3,
    "burn_s": 122.0, "area_m2": math.pi * 0.625**2, "drag_law": DRAG_LARGE_LIQUID,
    "spent_beta_kgpm2": 150.0,
}  # fmt: skip
BODY = {
    "kind": MANOEUVRING, "payload_kg": 700.0, "rv_drag_law": DRAG_CONE, "separates": 1,
    "stages": 1, "manoeuvre_top_m": 60e3,
}  # fmt: skip
J2, A_M = 1.08262982131e-3, 6378137.0


def energy_jpkg(sample):
    """Of the turning frame (Jacobi): it falls by drag alone."""
    r = np.linalg.norm(sample[:, :3], axis=1)
    sin2 = (sample[:, 2] / r) ** 2
    potential = -MU_M3PS2 / r * (1.0 - J2 * (A_M / r) ** 2 * (1.5 * sin2 - 0.5))
    turning = -0.5 * OMEGA_RADPS**2 * (sample[:, 0] ** 2 + sample[:, 1] ** 2)
    return 0.5 * (sample[:, 3:] ** 2).sum(axis=1) + potential + turning


def vehicle(**given):
    """A made-up manoeuvring missile."""
    row = np.zeros(1, MISSILE).view(np.recarray)[0]
    stages = np.zeros(1, STAGE).view(np.recarray)
    for name, value in {**BODY, **given}.items():
        setattr(row, name, value)
    for name, value in STAGE_OF.items():
        setattr(stages[0], name, value)
    return row, stages


@pytest.mark.parametrize("profile", [PULL_UP, GLIDE, WEAVE, DIVE])
@settings(max_examples=8, deadline=None)
@given(load=st.floats(20.0, 300.0), ratio=st.floats(0.2, 3.0), beta=st.floats(1500.0, 9000.0))
def test_a_flight_only_loses_energy(profile, load, ratio, beta):
    missile, stages = vehicle(
        manoeuvre=profile, manoeuvre_load_mps2=load, lift_to_drag=ratio, rv_beta_kgpm2=beta
    )
    flown = solve_lane(missile, stages, LAUNCH, AIM)
    assert flown.code == LANDED
    free = np.arange(len(flown.sample)) * flown.lane.dt_s > flown.lane.burnout_s
    energy = energy_jpkg(flown.sample[free])
    # samples are right to about 1e-6 of the kinetic energy
    assert np.all(np.diff(energy) <= 2e-6 * abs(energy[0]))
    twin = ballistic_twin("it", missile, stages, LAUNCH, AIM, flown)
    flight = trajectory("it", missile, stages, LAUNCH, AIM, flown)
    assert twin.burnout_s == flight.burnout_s
    assert twin.burnout_speed_mps == pytest.approx(flight.burnout_speed_mps, rel=1e-6)
    assert twin.apogee_m == pytest.approx(flight.apogee_m, abs=1.0)
    # one flight until the manoeuvre begins
    early_s = 0.8 * flight.flight_s
    for k in range(3):
        a = np.interp(early_s, flight.t_s, flight.r_ecef_m[:, k])
        b = np.interp(early_s, twin.t_s, twin.r_ecef_m[:, k])
        assert a == pytest.approx(b, abs=20.0)  # both between samples of a second


@settings(max_examples=300, deadline=None)
@given(
    alt=st.floats(1e3, 60e3), speed=st.floats(100.0, 5000.0), path=st.floats(-1.4, 0.5),
    hold=st.floats(-1.3, 0.3), load=st.floats(5.0, 300.0), ratio=st.floats(0.1, 4.0),
    side=st.booleans(), t=st.floats(0.0, 30.0),
)  # fmt: skip
def test_lift_is_square_to_the_path_and_within_both_limits(
    alt, speed, path, hold, load, ratio, side, t
):
    law, beta = np.int64(DRAG_CONE), 4000.0
    area = 1.0 / (beta * cd_of(law, 8.0))
    steer = np.int64(LIFT_SIDE if side else LIFT_HOLD)
    leg = Leg(steer, law, 0.0, 1.0, 0.0, 0.0, 0.0, area, 0.0, 0.0, 0.0, ratio, load, hold)
    r = ecef_m(Place(lat_deg=30.0, lon_deg=20.0, alt_m=alt))
    up = r / np.linalg.norm(r)
    east = np.array([-up[1], up[0], 0.0]) / math.hypot(up[0], up[1])
    v = speed * (math.cos(path) * east + math.sin(path) * up)
    y = np.concatenate([r, v])
    push = np.array(acceleration(leg, t, y)) - np.array(free_fall(*r, v[0], v[1]))
    along = v / speed
    lift = push - (push @ along) * along
    rho, _, sound = air(alt_of(*r))
    drag0 = 0.5 * rho * speed**2 * cd_of(law, speed / sound) * area
    lift_mps2, drag_mps2 = np.linalg.norm(lift), -push @ along
    assert lift_mps2 <= load * (1.0 + 1e-9)
    assert drag0 * (1.0 - 1e-9) <= drag_mps2 <= 2.0 * drag0 * (1.0 + 1e-9)
    # never better than the best ratio of lift to drag, and drag always takes energy
    assert lift_mps2 <= ratio * drag_mps2 * (1.0 + 1e-9)
    assert push @ v < 0.0
