"""A powered flight of 1,600 km with drag against scipy's DOP853 and another right-hand side.

The right-hand side here is written anew in plain numpy: heights by fixed-point iteration,
gravity with a cross product for the turning frame, the standard atmosphere from its temperature
and pressure tables, the drag laws by scipy's splines through the published points. Only the air
above 86 km and the cone's formula are the package's own.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicHermiteSpline, PchipInterpolator

from keepout.earth.atmosphere import air
from keepout.earth.geodesy import ecef_m
from keepout.flight.aim import LANDED
from keepout.flight.boost import pitch_times
from keepout.flight.drag import LARGE_LIQUID, cone_cd
from keepout.flight.fly import solve_lane
from keepout.records.place import Place

LAUNCH = Place(lat_deg=33.0, lon_deg=50.0, alt_m=1200.0)
AIM = Place(lat_deg=31.2, lon_deg=33.15)  # 1,600 km to the west
A, F, MU, W, J2 = 6378137.0, 1 / 298.257223563, 3.986004418e14, 7.292115e-5, 1.08262982131e-3
LAYERS = [  # base height [m], temperature [K], lapse [K/m], pressure [Pa]
    (0.0, 288.15, -0.0065, 101325.0), (11e3, 216.65, 0.0, 22632.06),
    (20e3, 216.65, 0.001, 5474.889), (32e3, 228.65, 0.0028, 868.0187),
    (47e3, 270.65, 0.0, 110.9063), (51e3, 270.65, -0.0028, 66.93887),
    (71e3, 214.65, -0.002, 3.956420),
]  # fmt: skip


def law(points):
    """Drag coefficient by Mach number: monotone splines, flat at both ends."""
    x, y = np.array(points).T
    slope = PchipInterpolator(x, y).derivative()(x)
    slope[[0, -1]] = 0.0
    curve = CubicHermiteSpline(x, y, slope)
    return lambda mach: float(curve(min(max(mach, x[0]), x[-1])))


BODY = law(LARGE_LIQUID)
CONE = law([(m, cone_cd(m)) for m in (*np.arange(0.0, 2.01, 0.2), 2.5, 3, 4, 5, 6, 7, 8)])


def height(r):
    """Geodetic height by iteration on the latitude."""
    p, e2 = math.hypot(r[0], r[1]), F * (2 - F)
    lat = math.atan2(r[2], p * (1 - e2))
    for _ in range(6):
        n = A / math.sqrt(1 - e2 * math.sin(lat) ** 2)
        lat = math.atan2(r[2] + e2 * n * math.sin(lat), p)
    return p / math.cos(lat) - A / math.sqrt(1 - e2 * math.sin(lat) ** 2)


def standard_air(z):
    """Density, pressure and speed of sound."""
    if z >= 86e3:
        return air(z)
    h = 6356766.0 * z / (6356766.0 + z)
    base, t, lapse, p = next(row for row in reversed(LAYERS) if h >= row[0] or row[0] == 0.0)
    g, r = 9.80665, 8314.32 / 28.9644
    if lapse:
        p *= (1 + lapse * (h - base) / t) ** (-g / (r * lapse))
    else:
        p *= math.exp(-g * (h - base) / (r * t))
    t += lapse * (h - base)
    return p / (r * t), p, math.sqrt(1.4 * r * t)


def gravity(r, v):
    """Central mass, J2, centrifugal and Coriolis, in the turning frame."""
    size = np.linalg.norm(r)
    s = r[2] / size
    k = 1.5 * J2 * (A / size) ** 2
    pull = -MU / size**3 * r * (1 + k * (1 - 5 * s * s)) - MU / size**3 * 2 * k * np.array(
        [0.0, 0.0, r[2]]
    )
    spin = np.array([0.0, 0.0, W])
    return pull - np.cross(spin, np.cross(spin, r)) - 2 * np.cross(spin, v)


def pushed(r, v, thrust, mass, cd_of, area):
    """Acceleration with thrust (function of pressure, to a vector) and drag."""
    rho, p, sound = standard_air(height(r))
    speed = np.linalg.norm(v)
    drag = 0.5 * rho * speed * cd_of(speed / sound) * area
    return gravity(r, v) + (thrust(p) - drag * v) / mass


def fly_anew(missile, stage, lane):
    """The flight of a solved lane, leg by leg; returns impact (6,) and time."""
    lat, lon = math.radians(LAUNCH.lat_deg), math.radians(LAUNCH.lon_deg)
    up = np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])
    east = np.array([-math.sin(lon), math.cos(lon), 0.0])
    north = np.cross(up, east)
    az, kick = lane.azimuth_rad, lane.kick_rad
    side = math.sin(az) * east + math.cos(az) * north
    tilted = math.cos(kick) * up + math.sin(kick) * side
    flow = stage.propellant_kg / stage.burn_s
    full = missile.payload_kg + stage.propellant_kg + stage.dry_kg

    def slope(direction):
        def at(t, y):
            r, v = y[:3], y[3:]
            aim = v / np.linalg.norm(v) if direction is None else direction
            lost = stage.thrust_vac_n - stage.thrust_sl_n

            def thrust(p):
                return (stage.thrust_vac_n - lost * p / 101325.0) * aim

            a = pushed(r, v, thrust, full - flow * t, BODY, stage.area_m2)
            return np.concatenate([v, a])

        return at

    def fall(_, y):
        area = 1.0 / (missile.rv_beta_kgpm2 * CONE(8.0))
        a = pushed(y[:3], y[3:], lambda _: np.zeros(3), 1.0, CONE, area)
        return np.concatenate([y[3:], a])

    def ground(_, y):
        return height(y[:3])

    ground.terminal, ground.direction = True, -1
    rise, over = pitch_times(missile, np.array([stage]).view(np.recarray))
    y, tight = np.concatenate([ecef_m(LAUNCH), np.zeros(3)]), {"rtol": 1e-11, "atol": 1e-6}
    for start, end, direction in (
        (0.0, rise, up), (rise, over, tilted), (over, lane.cutoff_s, None),
    ):  # fmt: skip
        leg = solve_ivp(slope(direction), (start, end), y, method="DOP853", **tight)
        y = leg.y[:, -1]
    leg = solve_ivp(fall, (lane.cutoff_s, 4000.0), y, method="DOP853", events=ground, **tight)
    return leg.y_events[0][0], leg.t_events[0][0]


@pytest.fixture(scope="module")
def flown(make_missile):
    missile, stages = make_missile()
    return missile, stages, solve_lane(missile, stages, LAUNCH, AIM)


def test_the_aim_is_met(flown):
    _, _, lane = flown
    assert lane.code == LANDED
    assert 1.59e6 < lane.lane.range_m < 1.61e6
    assert np.linalg.norm(lane.sample[-1, :3] - ecef_m(AIM)) < 1.0


def test_impact_agrees_to_10_m(flown):
    missile, stages, lane = flown
    end, t_s = fly_anew(missile, stages[0], lane.lane)
    miss_m = np.linalg.norm(end[:3] - lane.sample[-1, :3])
    assert miss_m < 10.0
    assert t_s == pytest.approx(lane.lane.flight_s, abs=0.01)
    assert np.linalg.norm(end[3:]) == pytest.approx(lane.lane.impact_speed_mps, abs=0.2)
