"""A Sight condensed for the trial loop: when a track becomes firm, and how wrong it is."""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import lean
from keepout.records.sensor import (
    SIGHT_POINTS,
    T_LEAN,
    T_POSITION,
    T_ROOT,
    T_SIDE,
    T_STRAY_EAST,
    T_STRAY_NORTH,
)  # fmt: skip

from .radar import detection_p

MIDDLE = 0.5
"""Phase of the looks for which the chances are tabulated: the mean of all."""


@lean
def run_success_p(p, looks):
    """Chance per further look that a run of detections is complete.

    p        ()  chance that one look detects
    looks    ()  length of the run
    returns  ()  1 / (1 + mean wait - looks), the mean wait for a run of ``looks``
                 detections in a row being (1 - p^looks) / ((1 - p) p^looks)

    W. Feller, An Introduction to Probability Theory, vol. I, 3rd ed., sec. XIII.7. Exact
    for one look; for longer runs it keeps the mean and takes the wait as geometric.
    """
    run = math.power(p, looks)
    if p >= 1.0 or run <= 0.0:
        return 1.0 if p >= 1.0 else 0.0
    return 1.0 / (1.0 + (1.0 - run) / ((1.0 - p) * run) - looks)


@lean
def wait_kernel(sight, radar, watch):
    """Tabulate how long a track takes to become firm.

    sight, radar  SIGHT and RADAR row
    watch         WATCH row; ``wait`` is overwritten

    Detections in a row (consecutive, not m of n); a miss begins again. The chance per look
    is that of ``run_success_p`` at the signal-to-noise ratio in the middle of each interval
    of the Sight. Looks begin when the object rises: no search of the sky is modelled. How
    many looks fall into an interval depends on their phase by one; it is taken in the mean.
    """
    wait = watch.wait
    step_s = (sight.set_s - sight.rise_s) / (SIGHT_POINTS - 1)
    t_s = sight.rise_s + (MIDDLE + radar.confirm_looks - 1) * radar.revisit_s
    wait[0, 0] = wait[0, 1] = 0.0
    for k in range(SIGHT_POINTS - 1):
        wait[k + 1, 0], wait[k + 1, 1] = wait[k, 0], wait[k, 1]
        looks = math.ceil((sight.rise_s + (k + 1) * step_s - t_s) / radar.revisit_s)
        if not looks >= 1.0:
            continue
        snr_now = 0.5 * (sight.snr[k] + sight.snr[k + 1])
        p = run_success_p(detection_p(snr_now, radar.false_alarm_p), radar.confirm_looks)
        wait[k + 1, 0] += looks * math.log1p(-min(p, 1.0 - 1e-12))
        wait[k + 1, 1] += looks
        t_s += looks * radar.revisit_s


@lean
def error_kernel(sight, watch):
    """Tabulate the errors of a track, with the square root of its covariance taken.

    sight, watch  SIGHT and WATCH row; ``error`` is overwritten
    """
    error = watch.error
    cov, bias = sight.impact_sigma_m, sight.impact_bias_m
    for k in range(SIGHT_POINTS):
        root = math.sqrt(max(cov[k, 0], 1e-12))
        lean = cov[k, 2] / root
        error[k, T_ROOT], error[k, T_LEAN] = root, lean
        error[k, T_SIDE] = math.sqrt(max(cov[k, 1] - lean * lean, 0.0))
        error[k, T_STRAY_EAST], error[k, T_STRAY_NORTH] = bias[k, 0], bias[k, 1]
        error[k, T_POSITION] = sight.position_sigma_m[k]


@lean
def condense_kernel(sight, radar, watch):
    """Condense one Sight.

    sight, radar  SIGHT and RADAR row
    watch         WATCH row, overwritten; its tables only where the radar sees anything
    """
    watch.rise_s = watch.set_s = watch.least_s = watch.firm_s = math.nan
    watch.filtered, watch.points_per_s = sight.filtered, 0.0
    watch.revisit_s = radar.revisit_s
    if not sight.set_s > sight.rise_s:
        return
    watch.rise_s, watch.set_s = sight.rise_s, sight.set_s
    watch.points_per_s = (SIGHT_POINTS - 1) / (sight.set_s - sight.rise_s)
    watch.least_s = sight.rise_s + (radar.confirm_looks - 1) * radar.revisit_s
    if sight.filtered == 1:
        watch.least_s = watch.firm_s = sight.firm_s
    else:
        wait_kernel(sight, radar, watch)
    error_kernel(sight, watch)


@lean
def firm_after(watch, u_phase, u_wait):
    """When a track becomes firm: the end of the first run of ``confirm_looks`` detections.

    watch    WATCH row
    u_phase  ()  uniform: when in the revisit interval the first look falls
    u_wait   ()  uniform: the luck of all looks
    returns  ()  [s after launch of the threat]; nan if never

    The looks lie at rise + (phase + k) revisit. The waiting time is drawn at once by
    inverting the tabulated chance that no run is complete. A filtered Sight has drawn its
    looks one by one and says when.
    """
    if watch.filtered == 1 or not watch.set_s > watch.rise_s:
        return watch.firm_s
    wait = watch.wait
    wanted = math.log(u_wait)
    k = 0
    while k < SIGHT_POINTS - 1 and wait[k + 1, 0] > wanted:
        k += 1
    if k == SIGHT_POINTS - 1:
        return math.nan
    rate = (wait[k + 1, 0] - wait[k, 0]) / (wait[k + 1, 1] - wait[k, 1])
    looks = wait[k, 1] + math.floor((wanted - wait[k, 0]) / rate)
    return watch.least_s + (u_phase + looks) * watch.revisit_s
