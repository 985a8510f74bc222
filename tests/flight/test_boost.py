"""Powered flight: the rocket equation (keepout/validation); DOP853 in still air and in wind."""

from __future__ import annotations

import pytest

from keepout.flight.fly import fly
from keepout.records.place import Place
from keepout.validation.rocket_equation import STAGES, gained, limit, rocket_equation

LAUNCH = Place(lat_deg=34.3, lon_deg=47.1)
AIM = Place(lat_deg=31.2, lon_deg=35.0, alt_m=400.0)


@pytest.mark.parametrize("shroud_s", [0.0, 0.015, 0.08, 0.1, 0.13])
@pytest.mark.parametrize("t_s", [0.16, 0.155, 0.105, 0.05, 0.04])
def test_five_stages_gain_what_the_rocket_equation_says(t_s, shroud_s):
    assert limit(t_s, shroud_s) == pytest.approx(rocket_equation(t_s, shroud_s), rel=1e-6)


def test_thrust_grows_as_the_air_thins():
    """At sea level the first stage has 0.8 of its vacuum thrust: so has its gain."""
    end_s = STAGES[0][3]
    fast, faster = (gained(end_s, 0.0, scale, sea_level=0.8) for scale in (0.02, 0.01))
    want = 0.8 * rocket_equation(end_s, 0.0)
    assert 2.0 * faster - fast == pytest.approx(want, rel=1e-4)  # it climbs a metre


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
