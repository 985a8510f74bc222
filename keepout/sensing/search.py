"""Searching the sky: fences and volumes, how long they take, and when something is found in them.

A radar spends a share of its time on a raster of beams over its sector, between two elevations
(one or two rows of beams: a fence; more: a volume). What is inside when its beam comes by is
detected by chance; what has climbed over a fence is found only where a cue says. A cue replaces the
raster by whole dwells over a few beams.
"""

from __future__ import annotations

from typing import Any

from keepout import elementary as math
from keepout.kernel import hot, kernel
from keepout.records.sensor import BY_RADAR, BY_SATELLITE

from .face import detects_p, full_snr_at, off_cos
from .filtered import place_at
from .radar import C_MPS, lift_rad
from .target import searched_rcs_m2, seen_rcs_m2
from .watch import SURE, run_success_p

CUED_BEAMS = 4.0
"""Beams that are looked through for an object that another radar tracks. Grade D."""


def beams(radar: Any, sector_rad: float, low_rad: float, high_rad: float) -> float:
    """Beam positions that fill a sector between two elevations, one at least.

    A raster at the spacing of the half-power beam: solid angle over that of the beam, as a square.
    """
    solid = sector_rad * (math.sin(high_rad) - math.sin(low_rad))
    return max(solid / radar.beamwidth_rad**2, sector_rad / radar.beamwidth_rad, 1.0)


def fill_search(radar: Any, sector_rad: float = math.inf) -> None:
    """Work out the times of the search of a RADAR row from its shares, dwells and angles.

    sector_rad  azimuths that a warning from space leaves open

    Written are ``frame_s``, ``cued_s`` (unless inf: it is told nothing), ``false_share``. False
    alarms: every range cell of every beam of the search is one test; each that fires costs one
    more look of the same length.
    """
    radar.frame_s = radar.false_share = 0.0
    if not radar.search_share > 0.0:
        return
    whole_rad = min(2.0 * radar.azimuth_half_rad, 2.0 * math.pi)
    edges = (radar.search_low_rad, radar.search_high_rad)
    radar.frame_s = beams(radar, whole_rad, *edges) * radar.search_dwell_s / radar.search_share
    cells = radar.range_max_m / (C_MPS / (2.0 * radar.bandwidth_hz))
    radar.false_share = radar.search_share * min(cells * radar.false_alarm_p, 1.0)
    if radar.cued_s[BY_RADAR] < math.inf:
        wide = beams(radar, min(sector_rad, whole_rad), *edges)
        per_s = radar.search_share / radar.dwell_s
        radar.cued_s[BY_SATELLITE] = wide / per_s
        radar.cued_s[BY_RADAR] = CUED_BEAMS / per_s


@hot
def dwell_snr(face, lane, missile, sample, t_s, with_stage):
    """Mean signal-to-noise ratio of a whole dwell at a time of a flight, and apparent elevation.

    with_stage  ()  1: of the empty stage, where one flies along
    returns     power ratio, [rad]
    """
    x, y, z = place_at(sample, lane.dt_s, t_s)
    dx, dy, dz = x - face.origin[0], y - face.origin[1], z - face.origin[2]
    range_m = math.sqrt(dx * dx + dy * dy + dz * dz)
    over = 1.0 / range_m
    sine = over * (face.up[0] * dx + face.up[1] * dy + face.up[2] * dz)
    rcs_m2 = seen_rcs_m2(missile, lane, sample, t_s, dx, dy, dz)
    if with_stage == 1:
        rcs_m2 = searched_rcs_m2(missile, rcs_m2)
    cosine = off_cos(face, over * dx, over * dy, over * dz)
    apparent = math.asin(min(max(sine, -1.0), 1.0)) + lift_rad(range_m)
    return full_snr_at(face, range_m, cosine, rcs_m2), apparent


@kernel
def found_kernel(radar, face, lane, missile, sample, phase, u_find, satellite_s, radar_s, sight):
    """When a radar finds one flight, look by look of its search and of its cues.

    radar, face, lane, missile  RADAR row and its FACE; LANE and MISSILE row
    sample                      (SAMPLES, 6)
    phase, u_find               ()  uniform: when the first look falls; the luck of all of them
    satellite_s, radar_s        ()  when it is told, after launch; inf: never
    sight                       SIGHT row with rise and set
    returns                     ()  [s after launch]; nan if never

    As ``watch.found_after``, of which the tables are replaced by the flight itself.
    """
    if not radar.search_share > 0.0:
        return sight.rise_s + phase * radar.revisit_s
    left, t_s = math.log(u_find), sight.rise_s + phase * radar.frame_s
    stage = -1
    while t_s < sight.set_s:
        if stage < BY_RADAR and radar_s <= t_s and radar.cued_s[BY_RADAR] < math.inf:
            stage = BY_RADAR
            t_s = max(radar_s, sight.rise_s) + phase * radar.cued_s[BY_RADAR]
            continue
        if stage < BY_SATELLITE and satellite_s <= t_s and radar.cued_s[BY_SATELLITE] < math.inf:
            stage = BY_SATELLITE
            t_s = max(satellite_s, sight.rise_s) + phase * radar.cued_s[BY_SATELLITE]
            continue
        snr_now, apparent = dwell_snr(face, lane, missile, sample, t_s, 1)
        if stage < 0:
            inside = radar.search_low_rad <= apparent <= radar.search_high_rad
            snr_now *= radar.search_dwell_s / radar.dwell_s if inside else 0.0
        if snr_now > 0.0:
            p = detects_p(face, missile.fluctuation, snr_now)
            left -= math.log1p(-min(p, SURE))
            if left >= 0.0:
                return t_s
        t_s += radar.frame_s if stage < 0 else radar.cued_s[stage]
    return math.nan


@kernel
def firm_kernel(radar, face, lane, missile, sample, found_s, u_wait, set_s):
    """When one flight, once found, is a firm track: as ``watch.firm_after``, look by look.

    found_s, set_s  ()  [s after launch];  u_wait () uniform: the luck of all looks
    the rest        as in ``found_kernel``
    returns         ()  [s after launch]; nan if never
    """
    left, t_s = math.log(u_wait), found_s + (radar.confirm_looks - 1) * radar.revisit_s
    while t_s < set_s:
        snr_now, _apparent = dwell_snr(face, lane, missile, sample, t_s, 0)
        p = run_success_p(detects_p(face, missile.fluctuation, snr_now), radar.confirm_looks)
        left -= math.log1p(-min(p, SURE))
        if left >= 0.0:
            return t_s
        t_s += radar.revisit_s
    return math.nan
