"""What the defence believes about one threat, drawn from a Sight; and since when."""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import kernel, part
from keepout.records.sensor import SIGHT_POINTS

from .radar import detection_p


@kernel
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


@kernel
def firm_after(sight, radar, rcs_factor, u_phase, u_wait):
    """When a track becomes firm: the end of the first run of ``confirm_looks`` detections.

    sight, radar  SIGHT and RADAR row
    rcs_factor    ()  this threat's cross-section over its type's
    u_phase       ()  uniform: when in the revisit interval the first look falls
    u_wait        ()  uniform: the luck of all looks
    returns       ()  [s after launch of the threat]; nan if never

    Detections in a row (consecutive, not m of n); a miss begins again. The looks lie at
    rise + (phase + k) revisit. The waiting time is drawn at once by inverting the chance
    that no run is complete, with the chance per look of ``run_success_p`` at the
    signal-to-noise ratio in the middle of each interval of the Sight. No search of the
    sky is modelled: looks begin when the object rises. A filtered Sight has drawn its
    looks one by one and says when.
    """
    if sight.filtered == 1:
        return sight.firm_s
    if not sight.set_s > sight.rise_s:
        return math.nan
    revisit_s = radar.revisit_s
    step_s = (sight.set_s - sight.rise_s) / (SIGHT_POINTS - 1)
    first_s = sight.rise_s + (u_phase + radar.confirm_looks - 1) * revisit_s
    wanted = math.log(max(u_wait, 1e-300))
    t_s = first_s
    survived = 0.0
    for k in range(SIGHT_POINTS - 1):
        end_s = sight.rise_s + (k + 1) * step_s
        looks = math.ceil((end_s - t_s) / revisit_s)
        if looks < 1.0:
            continue
        snr_now = 0.5 * (sight.snr[k] + sight.snr[k + 1]) * rcs_factor
        p = run_success_p(detection_p(snr_now, radar.false_alarm_p), radar.confirm_looks)
        if p > 0.0:
            rate = math.log1p(-min(p, 1.0 - 1e-12))
            if survived + looks * rate <= wanted:
                return t_s + math.floor((wanted - survived) / rate) * revisit_s
            survived += looks * rate
        t_s += looks * revisit_s
    return math.nan


@part
def point_at(sight, flight_s):
    """Where a time falls among the points of a Sight.

    flight_s  ()  after launch of the threat [s]
    returns   row of the point before it, and weight of the next one (0 to 1): linear, or
              for a filtered Sight 0 until the next point is reached
    """
    step_s = (sight.set_s - sight.rise_s) / (SIGHT_POINTS - 1)
    s = min(max((flight_s - sight.rise_s) / step_s, 0.0), SIGHT_POINTS - 1.0)
    i = min(int(s), SIGHT_POINTS - 2)
    b = s - i
    if sight.filtered == 1:
        b = 1.0 if b >= 1.0 else 0.0
    return i, b


@part
def memory_m(position_m, impact_m, t_s, lost_s, impact_s):
    """Error of position of a track that its radar has lost: evenly towards that of the impact.

    position_m, impact_m   ()  one-sigma errors when lost, and of the impact [m]
    t_s, lost_s, impact_s  ()  now, when it was lost, the impact [s]
    """
    if t_s > lost_s and impact_s > lost_s:
        share = min((t_s - lost_s) / (impact_s - lost_s), 1.0)
        position_m += share * max(impact_m - position_m, 0.0)
    return position_m


@kernel
def estimate(
    sight, asset, radar_row, t_s, launch_s, firm_s,
    impact_x, impact_y, impact_z, impact_s, z_east, z_north, z_time, out,
):  # fmt: skip
    """What the defence believes at one moment about one threat, from one radar.

    sight, asset                  SIGHT row of lane and radar, ASSET row aimed at
    radar_row                     ()  copied to the estimate
    t_s, launch_s, firm_s         ()  now, launch of the threat, when the track became firm
                                      (nan: never): one clock [s]
    impact_x, impact_y, impact_z  ()  where it will really land, ECEF [m]
    impact_s                      ()  and when, in the same clock
    z_east, z_north, z_time       ()  standard normals, one set per threat, radar and trial
    out                           ESTIMATE row, overwritten

    The error is the Sight's covariance, scaled from the same normals all along: it shrinks
    as the track ages and does not jump. The error of time is taken as independent of that
    of place. A flight that manoeuvres is believed to be ballistic until it is not
    (``impact_bias_m``); the defence is taken to know how far such a type strays, not
    which way, so the bias also widens the variances that it is handed. After the radar
    loses sight the prediction stays as it was, and the error of position grows evenly towards
    that of the impact. A filtered Sight gives what its filter believed at its last point
    before now: no error is drawn, and its bias is an error that nobody knows of.
    """
    out.radar = radar_row
    out.since_s = firm_s
    out.known = 1 if t_s >= firm_s and sight.set_s > sight.rise_s else 0
    if out.known == 0:
        return
    i, b = point_at(sight, t_s - launch_s)
    a = 1.0 - b
    ring = 0.5
    if sight.filtered == 1:
        z_east = z_north = z_time = ring = 0.0
    cov = sight.impact_sigma_m
    ee = a * cov[i, 0] + b * cov[i + 1, 0]
    nn = a * cov[i, 1] + b * cov[i + 1, 1]
    en = a * cov[i, 2] + b * cov[i + 1, 2]
    time_s = a * sight.time_sigma_s[i] + b * sight.time_sigma_s[i + 1]
    root = math.sqrt(max(ee, 1e-12))
    side = math.sqrt(max(nn - en * en / (root * root), 0.0))
    bias = sight.impact_bias_m
    stray_e = a * bias[i, 0] + b * bias[i + 1, 0]
    stray_n = a * bias[i, 1] + b * bias[i + 1, 1]
    east_m = root * z_east + stray_e
    north_m = en / root * z_east + side * z_north + stray_n
    m = asset.to_enu
    out.impact_ecef_m[0] = impact_x + east_m * m[0, 0] + north_m * m[1, 0]
    out.impact_ecef_m[1] = impact_y + east_m * m[0, 1] + north_m * m[1, 1]
    out.impact_ecef_m[2] = impact_z + east_m * m[0, 2] + north_m * m[1, 2]
    stray2 = ring * (stray_e * stray_e + stray_n * stray_n)  # a ring of that radius
    out.var_east_m2, out.var_north_m2, out.cov_m2 = ee + stray2, nn + stray2, en
    out.impact_s = impact_s + time_s * z_time
    out.impact_s += a * sight.time_bias_s[i] + b * sight.time_bias_s[i + 1]
    out.time_sigma_s = time_s
    position_m = a * sight.position_sigma_m[i] + b * sight.position_sigma_m[i + 1]
    worst_m = math.sqrt(max(ee, nn))
    out.position_sigma_m = memory_m(position_m, worst_m, t_s, launch_s + sight.set_s, impact_s)


@kernel
def estimate_perfect(radar_row, t_s, since_s, impact_x, impact_y, impact_z, impact_s, out):
    """The estimate of a defence that knows all: true impact, no error, known from launch.

    radar_row                     ()  copied to the estimate
    t_s, since_s                  ()  now, and launch of the threat [s]
    impact_x, impact_y, impact_z  ()  where it will land, ECEF [m];  impact_s () when
    out                           ESTIMATE row, overwritten

    For checks against closed forms; ``sensing: perfect``.
    """
    out.known = 1 if t_s >= since_s else 0
    out.radar = radar_row
    out.since_s = since_s
    out.impact_ecef_m[0] = impact_x
    out.impact_ecef_m[1] = impact_y
    out.impact_ecef_m[2] = impact_z
    out.var_east_m2 = out.var_north_m2 = out.cov_m2 = 0.0
    out.impact_s = impact_s
    out.time_sigma_s = out.position_sigma_m = 0.0
