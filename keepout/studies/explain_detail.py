"""What ``explain`` adds to the story: who saw it how well, windows, reasons closely, geometry.

Times are seconds after the start of the scenario. Windows are those of the threat's nominal lane
(in ``physics``: of its own flight), as the battery holds them; a threat whose launch and impact
points are kilometres off meets a slightly different one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keepout.earth.geodesy import alt_of
from keepout.engine.see import TRACK_SPEED_MPS
from keepout.intercept.window import ground_range_m, lowest_m
from keepout.records.case import SENSING_PERFECT
from keepout.records.sensor import SIGHT_POINTS
from keepout.studies.battlespace import battlespace, meeting

if TYPE_CHECKING:
    from keepout.studies.explain import Replay

RANK = {"launch": 0, "window-opens": 0, "arrived": 3, "intercepted": 3, "failed": 3}
"""Order of what happens in the same tenth of a second; the others are 1."""

STRIDE = 4
"""Samples of a flight between two at which its distance from a battery is looked at."""


def finite(value: float) -> float | None:
    """A number, or None for nan and infinity."""
    return float(value) if math.isfinite(value) else None


def quality(sight: Any, after_s: float) -> dict[str, float | None]:
    """How well one radar's track would know its target at a time after launch.

    snr_db, position_sigma_m (largest axis, now), impact_sigma_m (largest axis of the predicted
    impact, None before burnout), all None outside rise and set.
    """
    if not sight.rise_s <= after_s <= sight.set_s:
        return {"snr_db": None, "position_sigma_m": None, "impact_sigma_m": None}
    at = np.linspace(sight.rise_s, sight.set_s, SIGHT_POINTS)
    snr = float(np.interp(after_s, at, sight.snr))
    position = float(np.interp(after_s, at, sight.position_sigma_m))
    ee, nn, en = (float(np.interp(after_s, at, sight.impact_sigma_m[:, k])) for k in range(3))
    impact = math.sqrt(0.5 * (ee + nn) + math.hypot(0.5 * (ee - nn), en))
    return {
        "snr_db": finite(10.0 * math.log10(snr)) if snr > 0.0 else None,
        "position_sigma_m": finite(position),
        "impact_sigma_m": impact if impact < 0.9e6 else None,
    }


def radars(again: Replay, i: int) -> list[dict[str, Any]]:
    """What each radar had of a threat: in sight from when to when, firm when, and how well."""
    truth, names = again.world[i], again.resolved["names"]["radars"]
    found = []
    for r, name in enumerate(names):
        sight = again.case.sight[truth.lane, r]
        sees = bool(sight.set_s > sight.rise_s)
        firm_s = float(again.scratch.track[i, r].firm_s)
        found.append(
            {
                "radar": name["name"],
                "type": name["type"],
                "rise_s": float(truth.launch_s + sight.rise_s) if sees else None,
                "set_s": float(truth.launch_s + sight.set_s) if sees else None,
                "firm_s": finite(firm_s),
                "lost": bool(again.scratch.radar_lost[r]),
                **quality(sight, firm_s - truth.launch_s),
            }
        )
    return found


def usable(again: Replay, b: int) -> list[int]:
    """Rows of the radars whose tracks a battery may use: its own, and those that are shared."""
    radar = again.case.radar
    return [r for r in range(len(radar)) if radar[r].shared == 1 or radar[r].owner == b]


def ready_s(again: Replay, i: int, b: int) -> float:
    """From when on a battery has a track of a threat that it may fire on; inf for never."""
    truth, case = again.world[i], again.case
    burnt_out_s = float(truth.launch_s + case.lane[truth.lane].burnout_s)
    if case.models[0].sensing == SENSING_PERFECT:
        return burnt_out_s
    firm = [float(again.scratch.track[i, r].firm_s) for r in usable(again, b)]
    firm_s = min(firm, default=math.inf)
    return max(firm_s + float(again.scratch.stock[b].track_s), burnt_out_s)


def engagement(again: Replay, i: int, b: int) -> dict[str, Any]:
    """Window, looks and geometry of one battery and one threat; see battlespace.py."""
    truth, case = again.world[i], again.case
    lane, window, battery = case.lane[truth.lane], case.window[truth.lane, b], case.battery[b]
    zero_s = float(truth.launch_s)
    interceptor, flyout = case.interceptor[battery.interceptor], case.flyout[battery.interceptor]
    can_s = ready_s(again, i, b)
    found = battlespace(
        battery.r_ecef_m, interceptor, flyout, lane, case.sample[truth.lane], window,
        can_s - zero_s, float(again.scratch.stock[b].assess_s),
    )  # fmt: skip
    _move(found, zero_s)
    found["track"] = best_track(again, i, b, found)
    if window.open == 0:
        found["why_not"] = out_of_reach(again, i, b)
    return found


def _move(found: dict[str, Any], zero_s: float) -> None:
    """Put all times of a battlespace on the scenario's clock."""
    for key in ("ready_s", "latest_launch_s", "opens_s", "closes_s", "launch_s", "intercept_s"):
        if found.get(key) is not None:
            found[key] += zero_s
    for part in found.values():
        for each in part if isinstance(part, list) else [part]:
            if isinstance(each, dict):
                _move(each, zero_s)


def best_track(again: Replay, i: int, b: int, found: dict[str, Any]) -> dict[str, Any] | None:
    """The best track that the battery could have when it could launch first, and what is open.

    ``window_sigma_s``: what the error of place does to the times of the window. ``divert_mps``:
    what a round would have to make good of that error, over its flight; a demand, not a
    capability. None where there is no such moment.
    """
    truth, case = again.world[i], again.case
    window = found["window"]
    if window is None or found["ready_s"] is None or not found["looks"]:
        return None
    at_s = max(found["ready_s"], window["opens_s"])
    tracks = []
    for r in usable(again, b):
        if float(again.scratch.track[i, r].firm_s) <= at_s:
            known = quality(case.sight[truth.lane, r], at_s - float(truth.launch_s))
            if known["position_sigma_m"] is not None:
                tracks.append({"radar": again.resolved["names"]["radars"][r]["name"], **known})
    if not tracks:
        return None
    best = min(tracks, key=lambda each: float(each["position_sigma_m"]))
    sigma_m, flight_s = float(best["position_sigma_m"]), found["looks"][0]["flight_s"]
    wanted_m = float(case.battery[b].track_quality_m)
    return {
        **best, "t_s": at_s, "wanted_m": wanted_m, "good_enough": sigma_m <= wanted_m,
        "window_sigma_s": sigma_m / TRACK_SPEED_MPS,
        "divert_mps": sigma_m / flight_s if flight_s else None,
    }  # fmt: skip


def out_of_reach(again: Replay, i: int, b: int) -> dict[str, Any]:
    """Why a flight never comes into a battery's reach, floor and ceiling.

    ``why``: cruise, below-floor, above-ceiling, beyond-reach, under-power, or too-quick; with the
    nearest ground range [km] between floor and ceiling, and the words.
    """
    truth, case = again.world[i], again.case
    lane, sample, battery = case.lane[truth.lane], case.sample[truth.lane], case.battery[b]
    interceptor = case.interceptor[battery.interceptor]
    floor_m, ceiling_m = float(lowest_m(interceptor, lane)), float(interceptor.ceiling_m)
    if math.isinf(floor_m):
        return {"why": "cruise", "nearest_km": None, "text": "it engages nothing that cruises"}
    rows = sample[::STRIDE]
    t_s = np.arange(len(rows)) * STRIDE * float(lane.dt_s)
    far_m = np.array([ground_range_m(battery.r_ecef_m, *row[:3]) for row in rows])
    alt_m = np.array([alt_of(*row[:3]) for row in rows])
    inside = (alt_m >= floor_m) & (alt_m <= ceiling_m)
    nearest_m = float(far_m[inside].min()) if inside.any() else math.inf
    near = far_m <= float(interceptor.reach_m)
    why, text = _why(inside, near, alt_m, floor_m, ceiling_m, t_s > float(lane.burnout_s))
    if why == "beyond-reach":
        text = f"nearest {nearest_m / 1e3:,.0f} km away within its heights, reach "
        text += f"{float(interceptor.reach_m) / 1e3:,.0f} km"
    return {"why": why, "nearest_km": finite(nearest_m / 1e3), "text": text}


def _why(
    inside: Any, near: Any, alt_m: Any, floor_m: float, ceiling_m: float, coasting: Any
) -> tuple[str, str]:
    """Which limit keeps a flight out, and the words."""
    if (inside & near & coasting).any():
        return "too-quick", "within its limits, but no round gets there in time"
    if (inside & near).any():
        return "under-power", "within its limits only while the missile still burned"
    if inside.any() and not near.any():
        return "beyond-reach", ""
    if near.any() and (alt_m[near] > ceiling_m).any():
        return "above-ceiling", f"within reach only above its ceiling of {ceiling_m / 1e3:.0f} km"
    if near.any() and (alt_m[near] < floor_m).all():
        return "below-floor", f"within reach only below its floor of {floor_m / 1e3:.0f} km"
    return "beyond-reach", ""


def shots(again: Replay, i: int, rows: Any) -> list[dict[str, Any]]:
    """Every round at a threat: when, where, how it met it, and what came of it.

    ``rows``  the SHOT rows of the trial that were used
    """
    from keepout.records import event as e

    truth, case = again.world[i], again.case
    names = again.resolved["names"]["batteries"]
    found = []
    for shot in rows:
        if shot.threat != i:
            continue
        battery = case.battery[shot.battery]
        at = meeting(
            battery.r_ecef_m, case.interceptor[battery.interceptor],
            case.flyout[battery.interceptor], case.lane[truth.lane], case.sample[truth.lane],
            float(shot.intercept_s - truth.launch_s),
        )  # fmt: skip
        found.append(
            {
                **at, "battery": names[shot.battery]["name"], "round": int(shot.ordinal) + 1,
                "launch_s": float(shot.launch_s), "intercept_s": float(shot.intercept_s),
                "outcome": e.EVENT_KINDS[int(shot.outcome)],
            }
        )  # fmt: skip
    return sorted(found, key=lambda each: each["launch_s"])


def timeline(story: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that happened to one threat, in order of time: t_s, what, who and text."""
    rows: list[dict[str, Any]] = [
        _at(story["launch_s"], "launch", "", f"launched ({story['missile']})")
    ]
    for radar in story["radars"]:
        who = radar["radar"]
        if radar["rise_s"] is not None:
            rows.append(_at(radar["rise_s"], "rise", who, f"comes into the sight of {who}"))
        if radar["firm_s"] is not None:
            text = f"{who} holds a firm track"
            if radar["position_sigma_m"] is not None:
                text += f", {radar['position_sigma_m']:,.0f} m in place"
            rows.append(_at(radar["firm_s"], "track", who, text))
    for battery in story["batteries"]:
        rows += _of_battery(battery)
    end = story["end"]
    rows.append(_at(end["t_s"], end["what"], end.get("by", ""), end["text"]))
    return sorted(rows, key=lambda row: (round(row["t_s"], 1), RANK.get(row["what"], 1)))


def _at(t_s: float, what: str, who: str, text: str) -> dict[str, Any]:
    return {"t_s": float(t_s), "what": what, "who": who, "text": text}


def _of_battery(battery: dict[str, Any]) -> list[dict[str, Any]]:
    """Window and steps of one battery."""
    who = battery["battery"]
    rows = [_at(s["t_s"], s["what"], who, f"{who}: {s['text']}") for s in battery["steps"]]
    if battery["window"] is not None:
        rows.append(
            _at(battery["window"]["opens_s"], "window-opens", who, f"{who} could launch from here")
        )
        closes_s = battery["window"]["closes_s"]
        rows.append(_at(closes_s, "window-closes", who, f"{who}: last moment to launch"))
    return rows
