"""When one battery can meet one flight, and when it must launch to do so."""

from __future__ import annotations

import numpy as np

from keepout import elementary as math
from keepout.earth.geodesy import A_M, B_M, MEAN_RADIUS_M, alt_of
from keepout.intercept.flyout import table_time_s
from keepout.kernel import kernel, lean
from keepout.records.defence import WINDOW_POINTS
from keepout.records.event import R_NONE, R_OUT_OF_REACH, R_TOO_LATE
from keepout.records.trajectory import SAMPLES

STRIDE = 4
"""Samples between two that are looked at closely, of a flight so fast that these are"""
CLOSE_S = 5.0
"""no more than this apart; of a slower one, every sample is."""

SHORTEST_S = 0.1
"""A window shorter than this is none."""

HALVINGS = 12
"""Bisections of a window's edge between two samples: to under a millisecond."""

LEAST_STEP_S = 1e-3
"""Launch times of a window grow by at least this from point to point."""


@lean
def ground_range_m(battery_r_ecef_m, x_m, y_m, z_m):
    """Distance along the surface from a battery to the point below a place.

    battery_r_ecef_m  (3,)  [m]
    x_m, y_m, z_m     ()    the place, ECEF [m]
    returns           ()    [m]

    The angle at the centre of the Earth times the mean radius: within 0.6 % of the
    geodesic on the ellipsoid.
    """
    rb = math.sqrt(battery_r_ecef_m[0] ** 2 + battery_r_ecef_m[1] ** 2 + battery_r_ecef_m[2] ** 2)
    r = math.sqrt(x_m * x_m + y_m * y_m + z_m * z_m)
    dx = x_m / r - battery_r_ecef_m[0] / rb
    dy = y_m / r - battery_r_ecef_m[1] / rb
    dz = z_m / r - battery_r_ecef_m[2] / rb
    half_chord = 0.5 * math.sqrt(dx * dx + dy * dy + dz * dz)
    return 2.0 * MEAN_RADIUS_M * math.asin(min(half_chord, 1.0))


@lean
def lowest_m(interceptor, lane):
    """The lowest height at which an interceptor meets a lane; inf if it does not engage it.

    interceptor, lane  ()  INTERCEPTOR and LANE record
    returns            ()  [m]: its floor, or its other floor against cruise missiles
    """
    if lane.cruise == 0:
        return interceptor.floor_m
    return interceptor.cruise_floor_m if interceptor.cruise_floor_m > 0.0 else math.inf


@lean
def flight_to_s(battery_r_ecef_m, interceptor, flyout, floor_m, x_m, y_m, z_m):
    """Time of flight of a battery's interceptor to a place; nan where it cannot get.

    battery_r_ecef_m  (3,)  [m]
    interceptor       ()    INTERCEPTOR record
    flyout            ()    FLYOUT record, filled
    floor_m           ()    lowest intercept [m]
    x_m, y_m, z_m     ()    the place, ECEF [m]
    returns           ()    [s]

    The battery is taken to stand at sea level: its own height is left out.
    """
    alt_m = alt_of(x_m, y_m, z_m)
    if not floor_m <= alt_m <= interceptor.ceiling_m:
        return math.nan
    range_m = ground_range_m(battery_r_ecef_m, x_m, y_m, z_m)
    return table_time_s(flyout, interceptor, range_m, alt_m)


@lean
def position_m(sample, dt_s, t_s):
    """Where a tabulated flight is at a time: cubic Hermite between its samples.

    sample   (SAMPLES, 6)  position [m] and velocity [m/s], ECEF
    dt_s     ()            between samples [s]
    t_s      ()            after launch [s]; outside the flight its end is taken
    returns  ()            x, y, z [m]
    """
    at = min(max(t_s / dt_s, 0.0), SAMPLES - 1.0)
    k = min(int(at), SAMPLES - 2)
    u = at - k
    v = 1.0 - u
    a = (1.0 + 2.0 * u) * v * v
    b = (3.0 - 2.0 * u) * u * u
    c = u * v * v * dt_s
    d = -u * u * v * dt_s
    m = k + 1
    return (
        a * sample[k, 0] + b * sample[m, 0] + c * sample[k, 3] + d * sample[m, 3],
        a * sample[k, 1] + b * sample[m, 1] + c * sample[k, 4] + d * sample[m, 4],
        a * sample[k, 2] + b * sample[m, 2] + c * sample[k, 5] + d * sample[m, 5],
    )


@lean
def launch_time_s(battery_r_ecef_m, interceptor, flyout, lane, sample, t_s):
    """When a battery must launch to meet a flight at a given time.

    t_s      ()  time of the intercept, after launch of the threat [s]
    returns  ()  time of the interceptor's launch, same clock [s]; nan if they cannot meet

    Objects in boost are not met; cruise missiles, which fly steadily, are. A launch before the
    threat's burnout is returned too, for its caller to refuse.
    """
    if not t_s > lane.burnout_s:
        return math.nan
    x, y, z = position_m(sample, lane.dt_s, t_s)
    floor_m = lowest_m(interceptor, lane)
    return t_s - flight_to_s(battery_r_ecef_m, interceptor, flyout, floor_m, x, y, z)


@lean
def edge_s(battery_r_ecef_m, interceptor, flyout, lane, sample, good_s, bad_s):
    """The edge of a window, between a time at which they can meet and one at which not."""
    for _ in range(HALVINGS):
        t_s = 0.5 * (good_s + bad_s)
        leave_s = launch_time_s(battery_r_ecef_m, interceptor, flyout, lane, sample, t_s)
        if leave_s >= lane.burnout_s:
            good_s = t_s
        else:
            bad_s = t_s
    return good_s


@lean
def last_runs(launch_s):
    """The samples between which a window lies: its first, the one of latest launch, its last.

    launch_s  (SAMPLES,)  launch time for an intercept at each sample [s], nan if none
    returns   ()          first, peak, last; -1, -1, -1 if there is none

    Of the last contiguous stretch: from first to peak a later intercept allows a later
    launch; from peak to last it asks for an earlier one, as where a threat dives along the
    edge of the reach and the flight down to it grows longer faster than time goes by.
    """
    last = launch_s.shape[0] - 1
    while last >= 0 and launch_s[last] != launch_s[last]:
        last -= 1
    if last < 0:
        return -1, -1, -1
    peak = last
    k = last
    while k > 0 and launch_s[k - 1] == launch_s[k - 1]:
        k -= 1
        if launch_s[k] > launch_s[peak]:
            peak = k
    first = peak
    while first > 0 and launch_s[first - 1] < launch_s[first]:
        first -= 1
    last = peak
    while last < launch_s.shape[0] - 1 and launch_s[last + 1] < launch_s[last]:
        last += 1
    return first, peak, last


@lean
def launch_at_sample_s(battery_r_ecef_m, interceptor, flyout, floor_m, lane, sample, k):
    """As ``launch_time_s`` for the time of sample k, from ``lowest_m`` up; nan before burnout."""
    t_s = k * lane.dt_s
    if not t_s > lane.burnout_s:
        return math.nan
    x, y, z = sample[k, 0], sample[k, 1], sample[k, 2]
    return t_s - flight_to_s(battery_r_ecef_m, interceptor, flyout, floor_m, x, y, z)


@lean
def stride_of(lane):
    """Samples between two that are looked at closely: a drone is in reach for few of its many."""
    return STRIDE if STRIDE * lane.dt_s <= CLOSE_S else 1


@lean
def scan_kernel(battery_r_ecef_m, interceptor, flyout, lane, sample, launch_s, stride):
    """Launch time for an intercept at each sample of a lane.

    launch_s  (SAMPLES,)  filled [s]; nan where they cannot meet, or would have to launch
                          before the threat's burnout
    stride    ()          samples between two that are looked at closely; a divisor of SAMPLES - 1
    returns   ()          number of the samples looked at after burnout that lie within reach

    Looked at closely every ``stride`` samples, and at all near an edge or a turn of the launch
    time; the others are interpolated. Stretches and gaps shorter than ``stride`` samples may be
    missed: with ``stride_of`` those of CLOSE_S, or a sample of a flight of more than an hour.
    """
    reached = 0
    floor_m = lowest_m(interceptor, lane)
    low2, high2 = (B_M + floor_m) ** 2, (A_M + interceptor.ceiling_m) ** 2
    bx, by, bz = battery_r_ecef_m[0], battery_r_ecef_m[1], battery_r_ecef_m[2]
    ahead = math.cos(min(interceptor.reach_m / MEAN_RADIUS_M, math.pi)) - 1e-9
    ahead *= math.sqrt(bx * bx + by * by + bz * bz)
    for k in range(0, SAMPLES, stride):
        launch_s[k] = math.nan
        x, y, z = sample[k, 0], sample[k, 1], sample[k, 2]
        r2 = x * x + y * y + z * z
        # most samples are surely too low, too high or too far: no need to look closer
        if not low2 <= r2 <= high2 or x * bx + y * by + z * bz < ahead * math.sqrt(r2):
            continue
        leave_s = launch_at_sample_s(
            battery_r_ecef_m, interceptor, flyout, floor_m, lane, sample, k
        )
        reached += leave_s == leave_s
        if leave_s >= lane.burnout_s:
            launch_s[k] = leave_s
    for k in range(0, SAMPLES - 1, stride):
        a, b = launch_s[k], launch_s[k + stride]
        if a != a and b != b:
            for i in range(k + 1, k + stride):
                launch_s[i] = math.nan
            continue
        before = launch_s[k - stride] if k > 0 else math.nan
        after = launch_s[k + 2 * stride] if k + 2 * stride < SAMPLES else math.nan
        plain = before < a < b < after or before > a > b > after  # neither edge nor peak
        for i in range(k + 1, k + stride):
            launch_s[i] = a + (b - a) * (i - k) / stride
            if not plain:
                leave_s = launch_at_sample_s(
                    battery_r_ecef_m, interceptor, flyout, floor_m, lane, sample, i
                )
                reached += leave_s == leave_s
                launch_s[i] = leave_s if leave_s >= lane.burnout_s else math.nan
    return reached


@lean
def end_times_s(battery_r_ecef_m, interceptor, flyout, lane, sample, launch_s, first, last):
    """Times of the first and last intercept of a run of samples, its edges found exactly.

    launch_s     (SAMPLES,)  as from scan_kernel
    first, last  ()          the run's samples
    returns      ()          begin, end [s]

    Where the sample beyond is one at which they can meet, the run ends at its sample.
    """
    begin_s = first * lane.dt_s
    end_s = last * lane.dt_s
    for side in range(2):
        k = first if side == 0 else last
        beyond = k - 1 if side == 0 else k + 1
        if beyond < 0 or beyond >= SAMPLES or launch_s[beyond] == launch_s[beyond]:
            continue
        found_s = edge_s(
            battery_r_ecef_m, interceptor, flyout, lane, sample, k * lane.dt_s, beyond * lane.dt_s
        )
        if side == 0:
            begin_s = found_s
        else:
            end_s = found_s
    return begin_s, end_s


@lean
def window_by(battery_r_ecef_m, interceptor, flyout, lane, sample, window, launch_s, stride):
    """Tabulate when one battery can meet one lane.

    battery_r_ecef_m  (3,)          [m]
    interceptor       ()            INTERCEPTOR record
    flyout            ()            FLYOUT record, filled for it
    lane              ()            LANE record
    sample            (SAMPLES, 6)  its samples
    window            ()            WINDOW record, filled
    launch_s          (SAMPLES,)    overwritten
    stride            ()            as for scan_kernel: shorter windows may be missed
    returns           ()            1 if the window is open, else 0

    The last contiguous stretch of intercepts (see last_runs), its edges found to a
    millisecond, at WINDOW_POINTS even times of intercept. Of its rising and its falling part
    the one that holds more launch times; the other is left out, so that each launch has one
    intercept. Intercepts before the interceptor's burnout and objects in boost are excluded,
    and so are launches before the threat's burnout, when nobody can predict where to meet
    it: if only such launches could reach it, the reason is "too late". An earlier stretch (a
    flight that passes overhead twice) and gaps shorter than a sample are not seen. Each
    flight takes the least time it can: nobody waits in the air. The lane is nominal: a
    threat whose own launch and impact points are some kilometres off meets a slightly
    different window.
    """
    window.open = 0
    window.why_not = R_OUT_OF_REACH
    for i in range(WINDOW_POINTS):
        window.intercept_s[i] = math.nan
        window.launch_s[i] = math.nan
    reached = scan_kernel(battery_r_ecef_m, interceptor, flyout, lane, sample, launch_s, stride)
    first, peak, last = last_runs(launch_s)
    if reached > 0:
        window.why_not = R_TOO_LATE
    if first < 0:
        return 0
    rising = launch_s[first] <= launch_s[last]
    begin_s, end_s = end_times_s(
        battery_r_ecef_m, interceptor, flyout, lane, sample, launch_s,
        first if rising else peak, peak if rising else last,
    )  # fmt: skip
    if end_s - begin_s < SHORTEST_S:
        return 0
    before_s = -math.inf
    for i in range(WINDOW_POINTS):
        part = (i if rising else WINDOW_POINTS - 1 - i) / (WINDOW_POINTS - 1)
        t_s = begin_s + (end_s - begin_s) * part
        leave_s = launch_time_s(battery_r_ecef_m, interceptor, flyout, lane, sample, t_s)
        if i == 0 and leave_s != leave_s:
            leave_s = launch_s[first if rising else last]
        before_s = max(before_s + LEAST_STEP_S, leave_s if leave_s == leave_s else before_s)
        window.intercept_s[i] = t_s
        window.launch_s[i] = before_s
    window.open = 1
    window.why_not = R_NONE
    return 1


@kernel
def window_kernel(battery_r_ecef_m, interceptor, flyout, lane, sample, window):
    """Tabulate when one battery can meet one lane; see ``window_by`` and ``stride_of``.

    battery_r_ecef_m  (3,)          [m]
    interceptor       ()            INTERCEPTOR record
    flyout            ()            FLYOUT record, filled for it
    lane              ()            LANE record
    sample            (SAMPLES, 6)  its samples
    window            ()            WINDOW record, filled
    returns           ()            1 if the window is open, else 0
    """
    launch_s = np.empty(SAMPLES)
    return window_by(
        battery_r_ecef_m, interceptor, flyout, lane, sample, window, launch_s, stride_of(lane)
    )


@lean
def intercept_for_launch(window, launch_s):
    """When an interceptor launched at a given time meets the threat.

    window    ()  WINDOW record, open
    launch_s  ()  after launch of the threat [s]
    returns   ()  time of the intercept, same clock [s]; nan outside the window

    Linear between the points of the window; within 0.2 s of the flyout table.
    """
    t = window.launch_s
    if window.open == 0 or not t[0] <= launch_s <= t[WINDOW_POINTS - 1]:
        return math.nan
    low = -1  # all are counted: the outcome of a search would be guessed wrong at every turn
    for k in range(WINDOW_POINTS):
        low += t[k] <= launch_s
    low = min(low, WINDOW_POINTS - 2)
    high = low + 1
    u = (launch_s - t[low]) / (t[high] - t[low])
    return window.intercept_s[low] + u * (window.intercept_s[high] - window.intercept_s[low])


@kernel
def launch_bounds(window):
    """First and last time at which a battery may launch at a threat.

    window   ()  WINDOW record
    returns  ()  open_s, close_s after launch of the threat [s]; nan, nan if never
    """
    if window.open == 0:
        return math.nan, math.nan
    return window.launch_s[0], window.launch_s[WINDOW_POINTS - 1]
