"""What the defence believes about one threat, drawn from a Sight."""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import hot, lean
from keepout.records.sensor import (
    SIGHT_POINTS,
    T_LEAN,
    T_POSITION,
    T_RANDOM,
    T_ROOT,
    T_SIDE,
    T_STRAY_EAST,
    T_STRAY_NORTH,
)  # fmt: skip


@hot
def point_at(watch, flight_s):
    """Where a time falls among the points of a Sight.

    flight_s  ()  after launch of the threat [s]
    returns   row of the point before it, and weight of the next one (0 to 1): linear, or
              for a filtered Sight 0 until the next point is reached
    """
    s = min(max((flight_s - watch.rise_s) * watch.points_per_s, 0.0), SIGHT_POINTS - 1.0)
    i = min(int(s), SIGHT_POINTS - 2)
    b = s - i
    if watch.filtered == 1:
        b = 1.0 if b >= 1.0 else 0.0
    return i, b


@hot
def impact_variance_m2(watch, flight_s):
    """Sum of the variances of a predicted impact, east and north, at one time of the flight."""
    i, b = point_at(watch, flight_s)
    k = i + 1 if b > 0.5 else i
    error = watch.error
    root, lean, side = float(error[k, T_ROOT]), float(error[k, T_LEAN]), float(error[k, T_SIDE])
    return root * root + lean * lean + side * side


@hot
def memory_m(position_m, impact_m, t_s, lost_s, impact_s):
    """Error of position of a track that its radar has lost: evenly towards that of the impact.

    position_m, impact_m   ()  one-sigma errors when lost, and of the impact [m]
    t_s, lost_s, impact_s  ()  now, when it was lost, the impact [s]
    """
    if t_s > lost_s and impact_s > lost_s:
        share = min((t_s - lost_s) / (impact_s - lost_s), 1.0)
        position_m += share * max(impact_m - position_m, 0.0)
    return position_m


@lean
def estimate_position(watch, t_s, launch_s, impact_s, off_s, stretch, out):
    """How well a track knows where its threat is at one moment.

    watch                    WATCH row of lane and radar
    t_s, launch_s, impact_s  ()  now, launch and impact of the threat: one clock [s]
    off_s, stretch           ()  when the radar is lost, inf if never; of the time between looks
    out                      ESTIMATE row: position_sigma_m is written

    After the radar loses sight, or is lost itself, the error grows evenly towards that of the
    impact. Fewer looks widen what is random in it by the root of their number. A filtered Sight
    gives what its filter believed at its last point before now.
    """
    i, b = point_at(watch, min(t_s, off_s) - launch_s)
    position_at(watch, i, b, t_s, launch_s, impact_s, off_s, stretch, out)


@hot
def position_at(watch, i, b, t_s, launch_s, impact_s, off_s, stretch, out):
    """As ``estimate_position``, at a point of the table: i, b from ``point_at``."""
    a = 1.0 - b
    error = watch.error
    out.position_sigma_m = a * float(error[i, T_POSITION]) + b * float(error[i + 1, T_POSITION])
    lost_s = min(launch_s + watch.set_s, off_s)
    if t_s > lost_s:
        root, lean = float(error[i + 1, T_ROOT]), float(error[i + 1, T_LEAN])
        side = float(error[i + 1, T_SIDE])
        worst_m = math.sqrt(max(root * root, lean * lean + side * side))
        out.position_sigma_m = memory_m(out.position_sigma_m, worst_m, t_s, lost_s, impact_s)
    if stretch > 1.0:
        out.position_sigma_m *= widened(watch, i, stretch)


@hot
def good_from(watch, launch_s, t_s, step_s, steps, quality_m, stretch):
    """When a track will be good enough, as its radar expects it to become.

    watch, stretch   WATCH row, and of the time between looks
    launch_s, t_s    ()  launch of the threat, and now: not good enough
    step_s, steps    ()  asked every so often, at most so many times
    quality_m        ()  largest one-sigma error of position that is good enough
    returns          ()  the first of these times at which it is, or the last
    """
    error = watch.error
    for n in range(1, steps):
        i, b = point_at(watch, t_s + n * step_s - launch_s)
        sigma_m = (1.0 - b) * float(error[i, T_POSITION]) + b * float(error[i + 1, T_POSITION])
        wide2 = 1.0 + float(error[i, T_RANDOM]) * (stretch - 1.0)
        if sigma_m * sigma_m * wide2 <= quality_m * quality_m:
            return t_s + n * step_s
    return t_s + steps * step_s


@lean
def estimate_impact(watch, flight_s, east_m, north_m, z_east, z_north, stretch, out):
    """Where a threat seems to come down, and how sure that is.

    watch            WATCH row of lane and radar
    flight_s         ()  now, after launch of the threat [s]
    east_m, north_m  ()  where it will really land, in the tangent plane of ``out.plane``
    z_east, z_north  ()  standard normals, one set per threat, radar and trial
    stretch          ()  of the time between looks: fewer of them widen what is random
    out              ESTIMATE row: east, north, variances and covariance are written

    The error is the Sight's covariance, scaled from the same normals all along: it shrinks
    as the track ages and does not jump. A flight that manoeuvres is believed to be ballistic
    until it is not (``impact_bias_m``); the defence is taken to know how far such a type
    strays, not which way, so the bias also widens the variances that it is handed. After the
    radar loses sight the prediction stays as it was. A filtered Sight gives what its filter
    believed at its last point before now: no error is drawn, and its bias is an error that
    nobody knows of.
    """
    i, b = point_at(watch, flight_s)
    impact_at(watch, i, b, east_m, north_m, z_east, z_north, stretch, out)


@hot
def impact_at(watch, i, b, east_m, north_m, z_east, z_north, stretch, out):
    """As ``estimate_impact``, at a point of the table: i, b from ``point_at``."""
    ring = 0.5
    if watch.filtered == 1:
        z_east = z_north = ring = 0.0
    root, lean, side, stray_e, stray_n = errors_at(watch, i, b)
    if stretch > 1.0:
        wide = widened(watch, i, stretch)
        root, lean, side = wide * root, wide * lean, wide * side
    out.east_m = east_m + root * z_east + stray_e
    out.north_m = north_m + lean * z_east + side * z_north + stray_n
    ee, nn = root * root, lean * lean + side * side
    stray2 = ring * (stray_e * stray_e + stray_n * stray_n)  # a ring of that radius
    out.var_east_m2, out.var_north_m2, out.cov_m2 = ee + stray2, nn + stray2, root * lean


@hot
def errors_at(watch, i, b):
    """Root of the covariance of a predicted impact (east; north on east; north), and its bias.

    i, b  from ``point_at``
    """
    a, j, error = 1.0 - b, i + 1, watch.error
    return (
        a * float(error[i, T_ROOT]) + b * float(error[j, T_ROOT]),
        a * float(error[i, T_LEAN]) + b * float(error[j, T_LEAN]),
        a * float(error[i, T_SIDE]) + b * float(error[j, T_SIDE]),
        a * float(error[i, T_STRAY_EAST]) + b * float(error[j, T_STRAY_EAST]),
        a * float(error[i, T_STRAY_NORTH]) + b * float(error[j, T_STRAY_NORTH]),
    )


@hot
def widened(watch, i, stretch):
    """Factor on the errors of a track whose looks are fewer: what is random grows by the root.

    i  row of the table, from ``point_at``
    """
    return math.sqrt(1.0 + float(watch.error[i, T_RANDOM]) * (stretch - 1.0))


@hot
def information(watch, flight_s, z_east, z_north, stretch):
    """What one track adds to a prediction that several make together.

    stretch  of the time between its looks
    returns  inverse of its covariance (ee, nn, en) [1/m2], that times its error (east, north)
             [1/m], and the square of the ring that no track knows of [m2], as ``estimate_impact``
    """
    i, b = point_at(watch, flight_s)
    root, lean, side, stray_e, stray_n = errors_at(watch, i, b)
    if stretch > 1.0:
        wide = widened(watch, i, stretch)
        root, lean, side = wide * root, wide * lean, wide * side
    ring = 0.5
    if watch.filtered == 1:
        z_east = z_north = ring = 0.0
    ee, nn, en = root * root, lean * lean + side * side, root * lean
    over = 1.0 / max(ee * nn - en * en, 1e-6)
    east, north = root * z_east + stray_e, lean * z_east + side * z_north + stray_n
    iee, inn, ien = over * nn, over * ee, -over * en
    ring *= stray_e * stray_e + stray_n * stray_n
    return iee, inn, ien, iee * east + ien * north, ien * east + inn * north, ring


@hot
def set_combined(iee, inn, ien, he, hn, ring_m2, east_m, north_m, out):
    """Write the prediction that several tracks make together into an ESTIMATE row.

    iee, inn, ien, he, hn  ()  sums of ``information``;  ring_m2 () the largest of theirs
    east_m, north_m        ()  where the threat will really land

    The tracks are weighed by their covariances, as if their errors were independent: those of
    radars are, apart from what no motion model knows, which is kept out of the weighing (C. Y.
    Chong, in Bar-Shalom, Multitarget-Multisensor Tracking, 1990, ch. 8).
    """
    over = 1.0 / max(iee * inn - ien * ien, 1e-30)
    ee, nn, en = over * inn, over * iee, -over * ien
    out.east_m, out.north_m = east_m + ee * he + en * hn, north_m + en * he + nn * hn
    out.var_east_m2, out.var_north_m2, out.cov_m2 = ee + ring_m2, nn + ring_m2, en
