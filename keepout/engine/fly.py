"""fly: every threat of one trial, from launch to the ground, as if nobody shot at it."""

from __future__ import annotations

from keepout import elementary as math
from keepout.earth.geodesy import alt_of
from keepout.engine.rng import (
    AIM_ASSET,
    DISPERSION,
    DUD_DRAW,
    FAILURE,
    FAILURE_TIME,
    LAUNCH_AREA,
    LAUNCH_POINT,
    LAUNCH_TIME,
    LAUNCH_WAVE,
    LOST_THREAT,
    MISSILE_TYPE,
    NO_ONE,
    ONCE,
    TWO_PI,
    normal_pair,
    uniform,
    uniform_pair,
)  # fmt: skip
from keepout.kernel import kernel, part
from keepout.records.trajectory import (
    AT_SEPARATION,
    IN_BOOST,
    IN_REENTRY,
    NO_FAILURE,
    SAMPLES,
)  # fmt: skip

CEP_SIGMA = math.sqrt(2.0 * math.log(2.0))
"""CEP over sigma of a circular normal distribution."""
FAILURE_FROM = 0.1
"""A failure under power falls between this share of the powered flight and its end."""
BREAK_UP_LOW_M, BREAK_UP_HIGH_M = 10e3, 30e3
"""A failure in re-entry falls between these heights; grade D, after what was seen of the
Al-Hussein in 1991, whose air loads are largest there."""


@part
def count_of(theta_value, most):
    """Missiles of a raid: the drawn number rounded, at most the slots there are."""
    n = math.floor(theta_value + 0.5)
    return max(0, min(n, most))


@part
def pick(mix, theta, first, number, u):
    """Row of a mix that a uniform number falls in, by stick-breaking shares.

    mix, theta     MIX rows and drawn parameters
    first, number  ()  its rows
    u              ()  in (0, 1)
    returns        ()  offset from first
    """
    left = 1.0
    reached = 0.0
    for j in range(number - 1):
        share = left * theta[mix[first + j].stick]
        reached += share
        if u < reached:
            return j
        left -= share
    return number - 1


@part
def pick_area(raid, mix, theta, lane_row, lane, missile, u):
    """As ``pick`` among the areas from which this missile reaches every aim of the raid.

    returns  ()  row of the area, or -1 if there is none
    """
    first = raid.first_mix + raid.missiles
    aims = first + raid.areas
    total = 0.0
    for turn in range(2):
        left = 1.0
        reached = 0.0
        chosen = -1
        for j in range(raid.areas):
            share = left if j == raid.areas - 1 else left * theta[mix[first + j].stick]
            left -= share
            usable = 1
            for k in range(raid.assets):
                row = lane_row[missile, mix[first + j].row, mix[aims + k].row]
                if row < 0 or lane[row].reachable == 0:
                    usable = 0
            if usable == 0:
                continue
            chosen = mix[first + j].row
            reached += share
            if turn == 1 and u * total < reached:
                return chosen
        total = reached
    return chosen


@part
def launch_time_s(raid, theta, ordinal, seed, trial, name):
    """When one missile of a raid is launched.

    raid, theta           RAID row, drawn parameters
    ordinal               ()  of the missile in its raid
    seed, trial, name     address
    returns               ()  seconds after the scenario's start

    Bursts are of equal length, with pauses of the same length between them.
    """
    t_s = theta[raid.first_s]
    if raid.within_s < 0:
        return t_s + ordinal * theta[raid.spacing_s]
    u = uniform(seed, trial, name, NO_ONE, LAUNCH_TIME, ONCE)
    waves = max(1, raid.waves)
    wave = min(waves - 1, int(waves * uniform(seed, trial, name, NO_ONE, LAUNCH_WAVE, ONCE)))
    return t_s + theta[raid.within_s] * (2 * wave + u) / (2 * waves - 1)


@part
def offset_ecef_m(to_enu, east_m, north_m):
    """East and north in a tangent plane as an ECEF vector.

    to_enu           (3, 3)  rows east, north, up
    east_m, north_m  ()
    returns          3 floats [m]
    """
    return (
        to_enu[0, 0] * east_m + to_enu[1, 0] * north_m,
        to_enu[0, 1] * east_m + to_enu[1, 1] * north_m,
        to_enu[0, 2] * east_m + to_enu[1, 2] * north_m,
    )


@part
def failure_phase(raid, theta, u):
    """The phase in which a missile fails, NO_FAILURE if it does not.

    raid, theta  RAID row, drawn parameters: each share is of those that got so far
    u            ()  in (0, 1)
    """
    lost = theta[raid.failed]
    if u < lost:
        return IN_BOOST
    if raid.failed_separation >= 0:
        lost += (1.0 - lost) * theta[raid.failed_separation]
        if u < lost:
            return AT_SEPARATION
    if raid.failed_reentry >= 0:
        lost += (1.0 - lost) * theta[raid.failed_reentry]
        if u < lost:
            return IN_REENTRY
    return NO_FAILURE


@part
def failure_s(phase, lane, sample, u):
    """When a missile fails, after its launch [s]; inf if it does not.

    phase         ()  NO_FAILURE … IN_REENTRY
    lane, sample  LANE row and its samples (SAMPLES, 6)
    u             ()  in (0, 1): share of the powered flight, or of the heights of a break-up

    A cruise missile is under power to the end, and neither separates nor re-enters.
    """
    if phase == NO_FAILURE:
        return math.inf
    if phase == IN_BOOST or lane.cruise == 1:
        powered_s = lane.flight_s if lane.cruise == 1 else lane.burnout_s
        return (FAILURE_FROM + (1.0 - FAILURE_FROM) * u) * powered_s
    if phase == AT_SEPARATION:
        return lane.burnout_s
    alt_m = BREAK_UP_LOW_M + (BREAK_UP_HIGH_M - BREAK_UP_LOW_M) * u
    k = SAMPLES - 1
    while k > 0 and alt_of(sample[k, 0], sample[k, 1], sample[k, 2]) < alt_m:
        k -= 1
    return max(lane.burnout_s, k * lane.dt_s)


@part
def place_threat(case, seed, trial, theta, world, i):
    """Draw one threat's lane, times and offsets into row i of the World."""
    truth = world[i]
    name = case.threat[i].name
    raid = case.raid[case.threat[i].raid]
    u = uniform(seed, trial, name, NO_ONE, MISSILE_TYPE, ONCE)
    m = case.mix[raid.first_mix + pick(case.mix, theta, raid.first_mix, raid.missiles, u)].row
    u = uniform(seed, trial, name, NO_ONE, LAUNCH_AREA, ONCE)
    a = pick_area(raid, case.mix, theta, case.lane_row, case.lane, m, u)
    aims = raid.first_mix + raid.missiles + raid.areas
    u = uniform(seed, trial, name, NO_ONE, AIM_ASSET, ONCE)
    g = case.mix[aims + pick(case.mix, theta, aims, raid.assets, u)].row
    row = case.lane_row[m, a, g]
    lane = case.lane[row]
    truth.lane = row
    start_s = launch_time_s(raid, theta, case.threat[i].ordinal, seed, trial, name)
    truth.launch_s = start_s
    truth.impact_s = start_s + lane.flight_s
    u = uniform(seed, trial, name, NO_ONE, FAILURE, ONCE)
    v = uniform(seed, trial, name, NO_ONE, FAILURE_TIME, ONCE)
    truth.phase = failure_phase(raid, theta, u)
    truth.fail_s = start_s + failure_s(truth.phase, lane, case.sample[row], v)
    u, v = uniform_pair(seed, trial, name, NO_ONE, LAUNCH_POINT, ONCE)
    r = case.area[a].radius_m * math.sqrt(u)
    x, y, z = offset_ecef_m(case.area[a].to_enu, r * math.cos(TWO_PI * v), r * math.sin(TWO_PI * v))
    offset = truth.launch_offset_m
    offset[0], offset[1], offset[2] = x, y, z
    sigma_m = theta[case.cep[case.threat[i].raid, m].cep_m] / CEP_SIGMA
    p, q = normal_pair(seed, trial, name, NO_ONE, DISPERSION, ONCE)
    truth.impact_east_m = sigma_m * p
    truth.impact_north_m = sigma_m * q
    x, y, z = offset_ecef_m(case.asset[g].to_enu, sigma_m * p, sigma_m * q)
    offset = truth.impact_offset_m
    offset[0], offset[1], offset[2] = x, y, z
    lost = uniform(seed, trial, name, NO_ONE, LOST_THREAT, ONCE) < theta[case.models[0].per_threat]
    truth.lost = 1 if lost else 0
    dud = uniform(seed, trial, name, NO_ONE, DUD_DRAW, ONCE) < theta[case.models[0].dud]
    truth.dud = 1 if dud else 0


@part
def fly(case, seed, trial, theta, world):
    """Fill the World of one trial.

    Draws enter as offsets: a threat flies the nominal flight of its lane, moved by its
    own launch offset at the start, by its own impact offset at the end, and linearly
    between. What cannot enter so: the change of flight time and apogee with the launch
    point (about 0.2 s per km of range), and any loss of speed by an off-nominal motor.
    """
    for i in range(len(case.threat)):
        raid = case.raid[case.threat[i].raid]
        flying = case.threat[i].ordinal < count_of(theta[raid.count], raid.threats)
        world[i].flying = 1 if flying else 0
        if flying:
            place_threat(case, seed, trial, theta, world, i)


@kernel
def position(sample, lane, launch_offset_m, impact_offset_m, t_s):
    """Where a threat is: cubic Hermite interpolation of its lane, moved by its offsets.

    sample                            (SAMPLES, 6)  ECEF [m, m/s]
    lane                              LANE row
    launch_offset_m, impact_offset_m  (3,)  ECEF [m]
    t_s                               ()  after launch; held inside the flight
    returns                           3 floats, ECEF [m]
    """
    h = lane.dt_s
    x = min(max(t_s / h, 0.0), SAMPLES - 1.0)
    k = min(int(x), SAMPLES - 2)
    s = x - k
    a = (1.0 + 2.0 * s) * (1.0 - s) * (1.0 - s)
    b = s * (1.0 - s) * (1.0 - s) * h
    c = s * s * (3.0 - 2.0 * s)
    d = s * s * (s - 1.0) * h
    w = x / (SAMPLES - 1.0)
    out0 = a * sample[k, 0] + b * sample[k, 3] + c * sample[k + 1, 0] + d * sample[k + 1, 3]
    out1 = a * sample[k, 1] + b * sample[k, 4] + c * sample[k + 1, 1] + d * sample[k + 1, 4]
    out2 = a * sample[k, 2] + b * sample[k, 5] + c * sample[k + 1, 2] + d * sample[k + 1, 5]
    return (
        out0 + (1.0 - w) * launch_offset_m[0] + w * impact_offset_m[0],
        out1 + (1.0 - w) * launch_offset_m[1] + w * impact_offset_m[1],
        out2 + (1.0 - w) * launch_offset_m[2] + w * impact_offset_m[2],
    )
