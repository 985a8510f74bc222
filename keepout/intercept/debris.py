"""Where the remains of an intercept come down."""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import lean
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


@lean
def debris_time_s(k, flight_s):
    """Time after launch of row k of a lane's debris table.

    k         ()  row, 0 to DEBRIS_POINTS - 1
    flight_s  ()  launch to impact [s]
    returns   ()  [s]: row 0 is the launch, the last row the impact
    """
    return flight_s * k / (DEBRIS_POINTS - 1)


@lean
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


@lean
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
