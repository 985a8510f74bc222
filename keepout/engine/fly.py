"""fly: every threat of one trial, from launch to the ground, as if nobody shot at it."""

from __future__ import annotations

from keepout import elementary as math
from keepout.earth.geodesy import alt_of
from keepout.engine.rng import (
    DISPERSION,
    FLIGHT,
    LAUNCH,
    LAUNCH_POINT,
    NO_ONE,
    ONCE,
    TWO_PI,
    blocks,
    normal_score,
    uniform_pair,
    unit32,
)  # fmt: skip
from keepout.kernel import hot, inlined, lean
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


@hot
def count_of(theta_value, most):
    """Missiles of a raid: the drawn number rounded, at most the slots there are."""
    n = math.floor(theta_value + 0.5)
    return max(0, min(n, most))


@hot
def mix_shares(case, plan, theta, share):
    """Cumulative shares of every mix of every raid, by stick-breaking.

    case, plan, theta  Case, Plan and drawn parameters
    share              (1 + types, mix)  overwritten. Row 0: missiles and aims. Row 1 + n: areas
                       for a raid's n-th type of missile, only those from which it reaches
                       every aim of the raid, each with its share of what they have together
    """
    for k in range(len(case.raid)):
        raid = case.raid[k]
        areas = raid.first_mix + raid.missiles
        aims = areas + raid.areas
        sum_shares(case.mix, theta, raid.first_mix, raid.missiles, share[0])
        sum_shares(case.mix, theta, aims, raid.assets, share[0])
        for n in range(raid.missiles):
            sum_shares(case.mix, theta, areas, raid.areas, share[1 + n])
            only_reached(plan.reaches[n], areas, raid.areas, share[1 + n])


@hot
def sum_shares(mix, theta, first, number, share):
    """Cumulative shares of MIX rows first to first + number - 1; the last is 1."""
    left = 1.0
    reached = 0.0
    for j in range(first, first + number - 1):
        part_of_all = left * theta[mix[j].stick]
        reached += part_of_all
        left -= part_of_all
        share[j] = reached
    if number > 0:
        share[first + number - 1] = 1.0


@hot
def only_reached(reaches, first, number, share):
    """Take the areas that are not reached out of cumulative shares, in place."""
    before = total = 0.0
    last = -1
    for j in range(first, first + number):
        own = share[j] - before
        before = share[j]
        if reaches[j] == 1:
            total += own
            last = j
        share[j] = total
    for j in range(first, first + number):
        share[j] = 1.0 if j >= last else share[j] / total


@hot
def pick(share, first, number, u):
    """Which part of a mix a uniform number falls in.

    share          (mix,)  cumulative shares
    first, number  ()  its rows
    u              ()  in (0, 1)
    returns        ()  offset from first
    """
    for j in range(number - 1):
        if u < share[first + j]:
            return j
    return number - 1


@hot
def launch_time_s(raid, theta, ordinal, u_wave, u_time):
    """When one missile of a raid is launched.

    raid, theta     RAID row, drawn parameters
    ordinal         ()  of the missile in its raid
    u_wave, u_time  ()  uniform: its burst, and when in it
    returns         ()  seconds after the scenario's start

    Bursts are of equal length, with pauses of the same length between them.
    """
    t_s = theta[raid.first_s]
    if raid.within_s < 0:
        return t_s + ordinal * theta[raid.spacing_s]
    waves = max(1, raid.waves)
    wave = min(waves - 1, int(waves * u_wave))
    return t_s + theta[raid.within_s] * (2 * wave + u_time) / (2 * waves - 1)


@hot
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


@hot
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


@hot
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
    return falls_through_s(lane, sample, BREAK_UP_LOW_M + (BREAK_UP_HIGH_M - BREAK_UP_LOW_M) * u)


@hot
def falls_through_s(lane, sample, alt_m):
    """When a flight is above a height for the last time, but not before burnout [s after launch].

    lane, sample  LANE row and its samples (SAMPLES, 6)
    """
    k = SAMPLES - 1
    while k > 0 and alt_of(sample[k, 0], sample[k, 1], sample[k, 2]) < alt_m:
        k -= 1
    return max(lane.burnout_s, k * lane.dt_s)


@inlined
def place_threat(case, seed, trial, theta, share, luck, whole, world, i):
    """Draw one threat's lane, times and impact into row i of the World; ``whole`` as in fly."""
    truth = world[i]
    name = case.threat[i].name
    raid = case.raid[case.threat[i].raid]
    a, b, c, d = luck[0, 0, i], luck[0, 1, i], luck[0, 2, i], luck[0, 3, i]
    a1, b1, c1, d1 = luck[1, 0, i], luck[1, 1, i], luck[1, 2, i], luck[1, 3, i]
    a2, b2, c2 = luck[2, 0, i], luck[2, 1, i], luck[2, 2, i]
    j = pick(share[0], raid.first_mix, raid.missiles, unit32(a))
    m = case.mix[raid.first_mix + j].row
    areas = raid.first_mix + raid.missiles
    area = case.mix[areas + pick(share[1 + j], areas, raid.areas, unit32(b))].row
    aims = areas + raid.areas
    g = case.mix[aims + pick(share[0], aims, raid.assets, unit32(c))].row
    row = case.lane_row[m, area, g]
    truth.lane = row
    u_wave = unit32(d)
    start_s = launch_time_s(raid, theta, case.threat[i].ordinal, u_wave, unit32(a1))
    truth.decoy = 0
    truth.launch_s = start_s
    truth.impact_s = start_s + case.lane[row].flight_s
    truth.phase = failure_phase(raid, theta, unit32(b1))
    truth.lost = 1 if unit32(c1) < theta[case.models[0].per_threat] else 0
    truth.dud = 1 if unit32(d1) < theta[case.models[0].dud] else 0
    truth.fail_s = math.inf
    if truth.phase != NO_FAILURE:
        after_s = failure_s(truth.phase, case.lane[row], case.sample[row], unit32(c2))
        truth.fail_s = start_s + after_s
    sigma_m = theta[case.cep[case.threat[i].raid, m].cep_m] / CEP_SIGMA
    truth.impact_east_m = sigma_m * normal_score(unit32(a2))
    truth.impact_north_m = sigma_m * normal_score(unit32(b2))
    if whole == 1 or truth.phase != NO_FAILURE:
        displace(seed, trial, name, case.area[area], case.asset[g], truth)


@hot
def displace(seed, trial, name, area, asset, truth):
    """Launch and impact point of one threat, as offsets in ECEF [m]."""
    u, v = uniform_pair(seed, trial, name, NO_ONE, LAUNCH_POINT, ONCE)
    r = area.radius_m * math.sqrt(u)
    x, y, z = offset_ecef_m(area.to_enu, r * math.cos(TWO_PI * v), r * math.sin(TWO_PI * v))
    offset = truth.launch_offset_m
    offset[0], offset[1], offset[2] = x, y, z
    x, y, z = offset_ecef_m(asset.to_enu, truth.impact_east_m, truth.impact_north_m)
    offset = truth.impact_offset_m
    offset[0], offset[1], offset[2] = x, y, z


@hot
def follow(case, theta, world, i):
    """Let decoy i fly as its missile does, until the air tells them apart.

    A missile that fails under power or at separation sets none free.
    """
    threat, truth = case.threat[i], world[i]
    raid, missile = case.raid[threat.raid], world[threat.parent]
    powered = missile.phase == IN_BOOST or missile.phase == AT_SEPARATION
    there = missile.flying == 1 and not powered
    truth.flying = 1 if there and threat.ordinal < math.floor(theta[raid.decoys] + 0.5) else 0
    if truth.flying == 0:
        return
    truth.decoy, truth.lost, truth.dud, truth.phase = 1, 0, 0, IN_REENTRY
    row = missile.lane
    truth.lane, truth.launch_s, truth.impact_s = row, missile.launch_s, missile.impact_s
    truth.fail_s = missile.launch_s + falls_through_s(
        case.lane[row], case.sample[row], raid.stripped_m
    )
    truth.impact_east_m, truth.impact_north_m = missile.impact_east_m, missile.impact_north_m
    for j in range(3):
        truth.launch_offset_m[j] = missile.launch_offset_m[j]
        truth.impact_offset_m[j] = missile.impact_offset_m[j]


@hot
def fly(case, plan, seed, trial, whole, world, scratch):
    """Fill the World of one trial.

    scratch  Scratch with theta drawn, and share from ``mix_shares``
    whole  ()  1: also where in space it flies, which events, failures and ``physics`` ask for

    Draws enter as offsets: a threat flies the nominal flight of its lane, moved by its
    own launch offset at the start, by its own impact offset at the end, and linearly
    between. What cannot enter so: the change of flight time and apogee with the launch
    point (about 0.2 s per km of range), and any loss of speed by an off-nominal motor.
    """
    theta, luck = scratch.theta, scratch.luck
    blocks(seed, trial, plan.names, FLIGHT, luck[0])
    blocks(seed, trial, plan.names, LAUNCH, luck[1])
    blocks(seed, trial, plan.names, DISPERSION, luck[2])
    for i in range(len(case.threat)):
        if case.threat[i].parent >= 0:  # its missile stands in an earlier row
            follow(case, theta, world, i)
            continue
        raid = case.raid[case.threat[i].raid]
        flying = case.threat[i].ordinal < count_of(theta[raid.count], raid.threats)
        world[i].flying = 1 if flying else 0
        if flying:
            place_threat(case, seed, trial, theta, scratch.share, luck, whole, world, i)


@lean
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
