"""Many flights in lanes: against scipy, the adaptive path, and themselves; knots; bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest

from keepout.bench.flight_set import GROUND_M, reference, the_flights
from keepout.earth.atmosphere import R0_M, air
from keepout.earth.geodesy import ecef_m, normal_of
from keepout.errors import FlightError
from keepout.flight.cells import AIR, CELL_M, LOW_M, WIDTH
from keepout.flight.fly import solve_lane
from keepout.flight.fly_many import fly_many
from keepout.flight.integrate import KNOT
from keepout.flight.lanes import upright
from keepout.flight.many import FLOWN, FLOWN_ALONE, ROOM, alone_kernel, cut_short
from keepout.kernel import kernel
from keepout.records.missile import DRAG_LARGE_SOLID, DRAG_V2, MANOEUVRING, WEAVE
from keepout.records.place import Place

LAUNCH = Place(lat_deg=33.0, lon_deg=50.0, alt_m=1200.0)
SOLID = {
    "propellant_kg": 9000.0, "dry_kg": 1100.0, "thrust_vac_n": 420e3, "thrust_sl_n": 370e3,
    "burn_s": 55.0, "drag_law": DRAG_LARGE_SOLID, "area_m2": 1.2, "coast_s": 2.0,
}  # fmt: skip
SECOND = {
    "propellant_kg": 3500.0, "dry_kg": 450.0, "thrust_vac_n": 160e3, "thrust_sl_n": 120e3,
    "burn_s": 58.0, "drag_law": DRAG_LARGE_SOLID, "area_m2": 1.2,
}  # fmt: skip


@kernel
def upright_kernel(x, y, z):
    return upright(x, y, z, 1.0 / math.sqrt(x * x + y * y + z * z))


@pytest.fixture(scope="module")
def flights():
    return the_flights()


def flown(flights, n, **more):
    missiles = np.zeros(1, flights.missile.dtype).view(np.recarray)
    missiles[0] = flights.missile
    given = {
        "which": np.zeros(len(n), int), "launch_ecef_m": flights.launch[n],
        "azimuth_rad": flights.control[n, 0], "kick_rad": flights.control[n, 1],
        "cutoff_s": flights.control[n, 2], "ground_m": GROUND_M,
    }  # fmt: skip
    return fly_many(missiles, flights.stages, **(given | more))


def miss_m(a, b):
    return np.linalg.norm(a[:, :3] - b[:, :3], axis=1)


# -- against others --------------------------------------------------------------------------


def test_impacts_of_eight_flights_against_dop853_at_1e_13(flights):
    n = np.arange(3, 200, 25)
    many, exact = flown(flights, n), reference(flights, n)
    assert np.all(many.code == FLOWN)
    assert miss_m(many.impact, exact).max() < 1.0  # the goal; measured 0.6 over all 200
    assert np.abs(many.impact[:, 6] - exact[:, 6]).max() < 5e-3


@pytest.mark.slow
def test_impacts_of_two_hundred_flights_against_dop853_at_1e_13(flights):
    n = np.arange(200)
    assert miss_m(flown(flights, n).impact, reference(flights, n)).max() < 1.0


AIMS = [
    ("liquid", {}, [], 31.5, 34.0),
    ("two stages", {"shroud_kg": 120.0}, [SOLID, SECOND], 31.5, 34.0),
    ("a shroud until 70 s", {"shroud_kg": 120.0, "shroud_s": 70.0}, [SOLID, SECOND], 32.0, 36.0),
    ("light warhead", {"rv_beta_kgpm2": 1200.0}, [], 30.0, 35.0),
    ("blunt warhead", {"rv_beta_kgpm2": 2500.0, "rv_drag_law": DRAG_V2}, [SOLID, SECOND], 36, 62),
]


@pytest.mark.parametrize("name, body, stages, lat, lon", AIMS, ids=[a[0] for a in AIMS])
def test_a_solved_aim_is_met_in_lanes(make_missile, name, body, stages, lat, lon):
    missile, rows = make_missile(*stages, **body)
    aim = Place(lat_deg=lat, lon_deg=lon, alt_m=250.0)
    solved = solve_lane(missile, rows, LAUNCH, aim)
    assert solved.code == 0
    many = one(missile, rows, solved, 250.0, knots=True)
    assert many.code[0] == FLOWN
    exact = alone(missile, rows, solved, 250.0)
    assert miss_m(many.impact, exact).max() < 1.0
    assert many.impact[0, 6] == pytest.approx(solved.lane.flight_s, abs=0.02)
    assert many.apogee_m[0] == pytest.approx(solved.lane.apogee_m, abs=5.0)
    assert many.burnout[0, 6] == pytest.approx(solved.lane.burnout_s, abs=1e-6)
    ours = np.array([many.at(0, solved.lane.dt_s * k) for k in range(0, 765, 17)])
    theirs = solved.sample[0:765:17]
    assert miss_m(ours, theirs).max() < 10.0  # a quintic over a fall of some 20 km in one step


def alone(missile, rows, solved, ground_m):
    """The adaptive path at a ten-thousandth of its tolerance, which is that of a metre."""
    lane, impact = solved.lane, np.empty((1, 7))
    control = np.array([lane.azimuth_rad, lane.kick_rad, lane.cutoff_s])
    code, _ = alone_kernel(
        missile, cut_short(missile, rows, lane.cutoff_s), ecef_m(LAUNCH), control, ground_m,
        np.empty(7), impact[0], np.empty(1), np.empty((20000, KNOT)), np.empty((12, KNOT)), 1e4,
    )  # fmt: skip
    assert code == FLOWN_ALONE
    return impact


def one(missile, rows, solved, ground_m, **more):
    missiles = np.zeros(1, missile.dtype).view(np.recarray)
    missiles[0] = missile
    lane = solved.lane
    return fly_many(
        missiles, rows, which=[0], launch_ecef_m=[ecef_m(LAUNCH)], azimuth_rad=lane.azimuth_rad,
        kick_rad=lane.kick_rad, cutoff_s=lane.cutoff_s, ground_m=ground_m, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    "body, lon",
    [
        ({}, 44.0),  # its apogee is too low
        ({"kind": MANOEUVRING, "manoeuvre": WEAVE, "manoeuvre_top_m": 40e3, "lift_to_drag": 1.0,
          "manoeuvre_load_mps2": 50.0}, 36.0),
    ],
)  # fmt: skip
def test_what_lanes_cannot_follow_is_flown_alone(make_missile, body, lon):
    missile, rows = make_missile(**body)
    aim = Place(lat_deg=32.0, lon_deg=lon)
    solved = solve_lane(missile, rows, LAUNCH, aim)
    many = one(missile, rows, solved, 0.0, knots=True)
    assert solved.code == 0
    assert many.code[0] == FLOWN_ALONE
    # the same path with other steps: it keeps to a metre, and a weave doubles that
    assert miss_m(many.impact, solved.sample[-1:]).max() < 4.0
    assert np.linalg.norm(many.at(0, 300.0)[:3] - solved.sample[0, :3]) > 1e5


def test_air_in_cells_is_the_air():
    def cells(alt_m):
        s = (R0_M * alt_m / (R0_M + alt_m) - LOW_M) / CELL_M
        c = AIR.reshape(-1, WIDTH)[int(s)]
        u = s - int(s)
        return np.polyval(c[4::-1], u), c[5] + c[6] * u

    rng = np.random.default_rng(1)
    for top_m, rel in ((86e3 - 1e3, 1e-8), (1e6, 5e-3)):  # above, straight lines in a root: 1e-3
        for alt_m in rng.uniform(-4e3 if top_m < 86e3 else 87e3, top_m, 2000):
            rho, _, sound = air(alt_m)
            assert cells(alt_m)[0] == pytest.approx(rho, rel=rel)
            assert math.sqrt(cells(alt_m)[1]) == pytest.approx(sound, rel=rel)


def test_heights_without_roots():
    rng = np.random.default_rng(2)
    for _ in range(5000):
        u = rng.normal(size=3)
        r = u / np.linalg.norm(u) * (6.37e6 + 10 ** rng.uniform(3.8, 6.4))
        alt_m, *n = upright_kernel(*r)
        s, c, exact_m = normal_of(*r)
        assert alt_m == pytest.approx(exact_m, abs=3e-5)
        assert (n[2], math.hypot(n[0], n[1])) == pytest.approx((s, c), abs=5e-8)


# -- against themselves -------------------------------------------------------------------------


def test_neighbours_and_order_change_no_bit(flights):
    n = np.arange(37)
    together = flown(flights, n)
    backwards = flown(flights, n[::-1])
    assert np.array_equal(together.impact, backwards.impact[::-1])
    for k in (0, 15, 36):
        assert np.array_equal(flown(flights, [k]).impact[0], together.impact[k])
    assert np.array_equal(flown(flights, n, knots=True).impact, together.impact)


def test_knots_go_from_launch_to_impact(flights):
    many = flown(flights, [5], knots=True)
    assert many.used[0] < ROOM
    assert np.allclose(many.at(0, 0.0)[:3], flights.launch[5], atol=1e-6)
    assert np.allclose(many.at(0, many.burnout[0, 6]), many.burnout[0, :6], atol=1e-4)
    t_s = many.knots[0, : many.used[0], 0]
    assert np.all(np.diff(t_s) >= 0.0)


# -- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"which": [0, 1]}, "flight 1: which is none of the 1 missiles"),
        ({"launch_ecef_m": np.zeros((2, 3))}, "not launched from the ground"),
        ({"launch_ecef_m": np.full((2, 3), math.nan)}, "is no number"),
        ({"launch_ecef_m": np.zeros(3)}, "launch_ecef_m is"),
        ({"azimuth_rad": [0.0, 1.0, 2.0]}, "each control one number or 2"),
        ({"kick_rad": -0.1}, "the pitch-over is 0 to 1.4 rad"),
        ({"cutoff_s": [60.0, 500.0]}, "flight 1: the cut-off lies outside the last burn"),
        ({"ground_m": 2e4}, "ground_m is -500 to 9,000 m"),
        ({"which": []}, "there is no flight"),
    ],
)
def test_bad_input(flights, changes, words):
    if changes.get("which") == []:
        changes = changes | {"launch_ecef_m": np.zeros((0, 3))}
        changes |= dict.fromkeys(("azimuth_rad", "kick_rad", "cutoff_s"), 0.1)
    with pytest.raises(FlightError, match=words):
        flown(flights, np.arange(2), **changes)


def test_all_faults_at_once(flights):
    with pytest.raises(FlightError) as told:
        flown(flights, np.arange(2), kick_rad=2.0, ground_m=math.inf)
    assert "pitch-over" in str(told.value)
    assert "ground_m" in str(told.value)


@pytest.mark.parametrize(
    "stage, body, words",
    [
        ({"thrust_vac_n": 0.0}, {}, "all above zero"),
        ({"dry_kg": -1.0}, {}, "masses"),
        ({}, {"payload_kg": 0.0}, "masses"),
        ({}, {"rv_beta_kgpm2": 0.0}, "ballistic coefficient"),
        ({}, {"kind": 2}, "use fly"),
    ],
)
def test_missiles_that_cannot_be_flown(make_missile, flights, stage, body, words):
    missile, rows = make_missile(stage, **body)
    missiles = np.zeros(1, missile.dtype).view(np.recarray)
    missiles[0] = missile
    with pytest.raises(FlightError, match=words):
        fly_many(
            missiles, rows, which=[0], launch_ecef_m=flights.launch[:1], azimuth_rad=1.0,
            kick_rad=0.1, cutoff_s=100.0,
        )  # fmt: skip


def test_a_missile_too_heavy_to_rise_falls(make_missile, flights):
    missile, rows = make_missile({"thrust_vac_n": 150e3, "thrust_sl_n": 130e3})
    missiles = np.zeros(1, missile.dtype).view(np.recarray)
    missiles[0] = missile
    many = fly_many(
        missiles, rows, which=[0], launch_ecef_m=flights.launch[:1], azimuth_rad=1.0,
        kick_rad=0.1, cutoff_s=122.0,
    )  # fmt: skip
    assert many.code[0] not in (FLOWN, FLOWN_ALONE)
    assert np.isnan(many.impact).all()
