"""Where the remains of an intercept come down."""

from __future__ import annotations

import math

from keepout.flight.coast import impact_kernel
from keepout.kernel import kernel
from keepout.records.missile import DRAG_CONSTANT
from keepout.records.trajectory import DEBRIS_POINTS

KICK_MPS = 17.0
"""One sigma of the velocity a heavy piece gains in each direction [m/s], grade D.

Johnson et al., NASA's new breakup model of EVOLVE 4.0, Adv. Space Res. 28 (2001): for a
collision the speed gained is log-normal with mean 0.9 log10(A/M) + 2.9 and deviation 0.4
in log10. At an area-to-mass ratio of 0.01 m2/kg (pieces heavy enough to reach the ground
fast) the median is 12.6 m/s and the root mean square 29.4 m/s, which is 17 along each
axis. The model was fitted to satellites, not to warheads."""

AIR_S = 30.0
"""Time from 60 km height to the ground, in which air ends the spreading [s], grade D.

A body at 2 to 3 km/s and 40 to 60 degrees below the horizon needs 25 to 45 s."""

FLOOR_M = 300.0
"""Least spread: pieces of different drag part in the last kilometres [m], grade D."""

PIECE_BETA_KGPM2 = 500.0
"""Mass over drag area of a heavy piece that tumbles [kg/m2], grade D.

Between an empty tank (some 100) and a warhead that kept its shape (some 4,000)."""


@kernel
def debris_time_s(k, flight_s):
    """Time after launch of row k of a lane's debris table.

    k         ()  row, 0 to DEBRIS_POINTS - 1
    flight_s  ()  launch to impact [s]
    returns   ()  [s]: row 0 is the launch, the last row the impact
    """
    return flight_s * k / (DEBRIS_POINTS - 1)


@kernel
def debris_kernel(lane, sample, asset, debris):
    """Fill one lane's debris table: where an average piece comes down, by time of breakup.

    lane     ()                  LANE row
    sample   (n, 6)              its samples, ECEF [m, m/s]
    asset    ()                  ASSET row of its aim
    debris   (DEBRIS_POINTS, 2)  out: east and north of the asset's centre [m]
    returns  ()                  0, or the number of rows that were filled with the point
                                 below instead, because the piece did not come down

    A piece of PIECE_BETA_KGPM2 goes on with the velocity of the body it came from. The
    time of a row is rounded to the nearest sample, which changes nothing in free flight.
    """
    failed = 0
    last = len(sample) - 1
    for k in range(DEBRIS_POINTS):
        s = sample[int(k * last / (DEBRIS_POINTS - 1) + 0.5)]
        x, y, z = s[0], s[1], s[2]
        if 0 < k < DEBRIS_POINTS - 1:
            got = impact_kernel(x, y, z, s[3], s[4], s[5], PIECE_BETA_KGPM2, DRAG_CONSTANT)
            if got[0] == got[0]:
                x, y, z = got[0], got[1], got[2]
            else:
                failed += 1
        x, y, z = x - asset.r_ecef_m[0], y - asset.r_ecef_m[1], z - asset.r_ecef_m[2]
        m = asset.to_enu
        debris[k, 0] = m[0, 0] * x + m[0, 1] * y + m[0, 2] * z
        debris[k, 1] = m[1, 0] * x + m[1, 1] * y + m[1, 2] * z
    return failed


@kernel
def debris_sigma_m(remaining_s):
    """One-sigma spread, in each direction, of where a heavy piece comes down.

    remaining_s  ()  time the unhurt warhead would still have flown [s]
    returns      ()  [m]

    The velocity gained in the collision times the time in free fall, and never less than
    FLOOR_M. Crude: the same in all directions; the momentum of the interceptor, which
    pushes the whole cloud the way it flew, is left out (a 60 kg body that stuck to a
    700 kg warhead at 5 km/s would shift it by 400 m/s, but in fact most pieces go on with
    little change); blast-fragmentation warheads are treated as collisions.
    """
    free_s = max(remaining_s - AIR_S, 0.0)
    return math.hypot(FLOOR_M, KICK_MPS * free_s)


@kernel
def debris_offset_m(debris, flight_s, t_s, normal_east, normal_north):
    """Where one heavy piece of a body broken up in flight reaches the ground.

    debris         (DEBRIS_POINTS, 2)  the lane's row of Case.debris: east and north of
                                       the aim [m], where an average piece comes down
    flight_s       ()  launch to impact of the lane [s]
    t_s            ()  time of the intercept after launch [s]
    normal_*       ()  standard normal draws
    returns        ()  east, north of the aim [m]; nan before launch and after impact

    Linear between the rows of the table, which in the powered flight, where the point of
    impact runs fast, can be wrong by kilometres; after burnout by much less than the
    spread. What the pieces are, how many, and which of them hurt is not modelled.
    """
    if not 0.0 <= t_s <= flight_s:
        return math.nan, math.nan
    at = t_s / flight_s * (DEBRIS_POINTS - 1)
    k = min(int(at), DEBRIS_POINTS - 2)
    w = at - k
    sigma_m = debris_sigma_m(flight_s - t_s)
    east_m = (1.0 - w) * debris[k, 0] + w * debris[k + 1, 0] + sigma_m * normal_east
    north_m = (1.0 - w) * debris[k, 1] + w * debris[k + 1, 1] + sigma_m * normal_north
    return east_m, north_m
