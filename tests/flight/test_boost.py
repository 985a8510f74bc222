"""Powered flight against the rocket equation, stage by stage, and against DOP853 in wind.

K. E. Tsiolkovsky (1903): in vacuum and without gravity a stack gains sum ve ln(m0 / m1). Gravity
takes about 9.8 m/s for each second from lift-off: burns of a few hundredths of a second are
flown, then all times halved, and the gain is taken to the limit of no time at all.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.earth.geodesy import ecef_m
from keepout.flight.boost import boost_kernel, state_at
from keepout.flight.fly import fly
from keepout.flight.integrate import BOOST_TOLERANCE, KNOT, TIME_UP
from keepout.records.place import Place

LAUNCH = Place(lat_deg=34.3, lon_deg=47.1)
AIM = Place(lat_deg=31.2, lon_deg=35.0, alt_m=400.0)
STAGES = [  # propellant, dry [kg], exhaust speed [m/s], burn, coast after it [s]
    (30000.0, 3000.0, 2500.0, 0.04, 0.0),
    (12000.0, 1400.0, 2700.0, 0.03, 0.02),
    (5000.0, 600.0, 2800.0, 0.03, 0.0),
    (1500.0, 250.0, 2900.0, 0.02, 0.01),
    (400.0, 80.0, 3000.0, 0.01, 0.0),
]
PAYLOAD_KG, SHROUD_KG = 300.0, 150.0
SMALL = 1e-3
"""Of the step tolerance: the check is of the forces, not of the steps."""


def stack(make_missile, scale, shroud_s, air=False):
    """The five stages with all times scaled; without drag and back pressure."""
    rows = []
    for fuel, dry, ve, burn, coast in STAGES:
        thrust = ve * fuel / (burn * scale)
        rows.append({
            "propellant_kg": fuel, "dry_kg": dry, "burn_s": burn * scale, "coast_s": coast * scale,
            "thrust_vac_n": thrust, "thrust_sl_n": thrust * (0.8 if air else 1.0), "area_m2": 0.0,
        })  # fmt: skip
    return make_missile(
        *rows, payload_kg=PAYLOAD_KG, shroud_kg=SHROUD_KG, shroud_s=shroud_s * scale
    )


def gained(make_missile, t_s, shroud_s, scale):
    """Speed of the flown stack at a time (of the unscaled programme) [m/s]."""
    missile, stages = stack(make_missile, scale, shroud_s)
    y, knots = np.empty(6), np.empty((4000, KNOT))
    why, _, used = boost_kernel(
        missile, stages, ecef_m(LAUNCH), 0.3, 0.0, BOOST_TOLERANCE * SMALL, y, knots,
        np.empty((12, KNOT)),
    )  # fmt: skip
    assert why == TIME_UP
    state_at(knots, used, t_s * scale, y)
    return float(np.linalg.norm(y[3:]))


def rocket_equation(t_s, shroud_s):
    """The same by closed form; the shroud leaves at its time, or with the first stage."""
    gain, begin = 0.0, 0.0
    mass = PAYLOAD_KG + SHROUD_KG + sum(row[0] + row[1] for row in STAGES)
    shroud_s = shroud_s or STAGES[0][3]
    held = True
    for fuel, dry, ve, burn, coast in STAGES:
        at, flow = begin, fuel / burn
        for stop in sorted({min(max(shroud_s, begin), begin + burn), begin + burn}):
            stop = min(stop, t_s)
            if stop > at:
                left = mass - flow * (stop - at)
                gain += ve * math.log(mass / left)
                mass, at = left, stop
            if held and shroud_s <= at:
                mass, held = mass - SHROUD_KG, False
        mass -= dry
        begin += burn + coast
        if held and shroud_s <= begin:
            mass, held = mass - SHROUD_KG, False
    return gain


@pytest.mark.parametrize("shroud_s", [0.0, 0.015, 0.08, 0.1, 0.13])
@pytest.mark.parametrize("t_s", [0.16, 0.155, 0.105, 0.05, 0.04])
def test_five_stages_gain_what_the_rocket_equation_says(make_missile, t_s, shroud_s):
    fast, faster = (gained(make_missile, t_s, shroud_s, scale) for scale in (0.1, 0.05))
    assert 2.0 * faster - fast == pytest.approx(rocket_equation(t_s, shroud_s), rel=1e-6)


def test_thrust_grows_as_the_air_thins(make_missile):
    """At sea level the first stage has 0.8 of its vacuum thrust: so has its gain."""
    y, knots, gains = np.empty(6), np.empty((4000, KNOT)), []
    for scale in (0.02, 0.01):
        missile, stages = stack(make_missile, scale, 0.0, air=True)
        _, _, used = boost_kernel(
            missile, stages, ecef_m(LAUNCH), 0.3, 0.0, BOOST_TOLERANCE * SMALL, y, knots,
            np.empty((12, KNOT)),
        )  # fmt: skip
        state_at(knots, used, STAGES[0][3] * scale, y)
        gains.append(float(np.linalg.norm(y[3:])))
    want = 0.8 * rocket_equation(STAGES[0][3], 0.0)
    assert 2.0 * gains[1] - gains[0] == pytest.approx(want, rel=1e-4)  # it climbs a metre


TWO = [
    {"propellant_kg": 13000.0, "dry_kg": 2000.0, "thrust_vac_n": 560e3, "thrust_sl_n": 500e3,
     "burn_s": 58.0, "coast_s": 2.0},
    {"propellant_kg": 6000.0, "dry_kg": 900.0, "thrust_vac_n": 280e3, "thrust_sl_n": 240e3,
     "burn_s": 58.0},
]  # fmt: skip


@pytest.mark.parametrize("shroud_s", [0.0, 20.0, 59.0, 300.0])
def test_dop853_lands_at_the_same_place(make_missile, shroud_s):
    """blown.py in still air: other legs, another integrator; both kernels err below a metre."""
    missile, stages = make_missile(*TWO, shroud_kg=400.0, shroud_s=shroud_s)
    calm = fly(missile, stages, launch=LAUNCH, aim=AIM)
    again = fly(missile, stages, launch=LAUNCH, aim=AIM, wind=[(0.0, 0.0, 0.0)])
    assert again.miss_m < 3.0
    assert again.flight_s == pytest.approx(calm.flight_s, abs=2e-3)
    assert again.burnout_speed_mps == pytest.approx(calm.burnout_speed_mps, abs=5e-3)
    for a, b in zip(again.stage_impacts, calm.stage_impacts, strict=True):
        assert a[:2] == pytest.approx(b[:2], abs=2e-4)  # 20 m
        assert a[2] == pytest.approx(b[2], abs=0.02)


def test_wind_carries_the_fall_with_it(make_missile):
    """From the east at 20 m/s: it lands farther west, and twice the wind carries twice as far."""
    missile, stages = make_missile()
    aimed = {"launch": LAUNCH, "aim": AIM}
    ends = [fly(missile, stages, **aimed, wind=[(0.0, 0.0, v)]).impact_lon_deg for v in (-20, -40)]
    assert -0.06 < ends[0] - AIM.lon_deg < -0.01  # 1 to 6 km
    assert ends[1] - AIM.lon_deg == pytest.approx(2.0 * (ends[0] - AIM.lon_deg), rel=0.1)
    aloft = fly(missile, stages, **aimed, wind=[(60e3, 0.0, 0.0), (90e3, 0.0, 50.0)])
    assert aloft.miss_m < 100.0
