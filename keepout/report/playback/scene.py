"""One trial as a scene: bodies with samples, events, tracks, sites; packed for a browser.

Threats fly as the trial had them, interceptors as rounds.py says, tracks as tracks.py says.
Times are seconds after the start of the scenario, places Earth-fixed metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keepout.engine.queue import SHOTS
from keepout.engine.tracks import sample_flights
from keepout.records import event as e
from keepout.records.outcome import CAUSES
from keepout.records.trial import FAILED, KILLED
from keepout.report.playback.pack import pack
from keepout.report.playback.rounds import SAMPLES, Fan, way_ecef_m
from keepout.report.playback.tracks import tracks_of
from keepout.report.playback.volumes import batteries_of, radars_of
from keepout.report.words import CAUSE_WORDS, name_of
from keepout.studies.explain import Opened, Replay, repeat

FATES = ("failed", "intercepted", "arrived", "elsewhere")
"""How a threat ended: the last two at an asset and away from any."""
LEFT_OUT = (e.DECISION, e.TRACK)
"""Events that a replay does not draw: the story of a threat tells them."""

Arrays = dict[str, np.ndarray]


def playback(opened: Opened, trial: int) -> bytes:
    """One trial of a run, computed again and packed.

    Raises InputError for a trial the run does not have, RunError if its sources have changed.
    """
    again = repeat(opened, trial)
    head, arrays = scene(again, opened.run.manifest["seed"])
    return pack(head | {"run": about(opened)}, arrays)


def about(opened: Opened) -> dict[str, Any]:
    """What a replay says about the run it shows."""
    manifest = opened.run.manifest
    keys = ("scenario", "trials", "seed", "fidelity", "version", "digest")
    said = {key: manifest.get(key) for key in keys}
    resolved = opened.made.resolved
    return said | {
        "title": resolved["title"] or manifest["scenario"],
        "note": resolved["note"],
        "start": resolved["start"],
        "counterfactual": bool(resolved["counterfactual"]),
    }


def scene(again: Replay, seed: int) -> tuple[dict[str, Any], Arrays]:
    """Head and arrays of one trial."""
    names = again.resolved["names"]
    threats, end_s = _threats(again)
    tracks = tracks_of(again, end_s, seed)
    arrays = threats | _rounds(again) | _events(again) | tracks.arrays()
    ids = [*names["missiles"], *names["areas"], *names["assets"], *names["systems"]]
    head = {
        "trial": again.trial,
        "threats": names["threats"],
        "missiles": names["missiles"],
        "areas": again.resolved["places"]["areas"],
        "assets": again.resolved["places"]["assets"],
        "radars": radars_of(again.case, names),
        "batteries": batteries_of(again.case, names),
        "names": {id_: name_of(id_) for id_ in [*ids, *names["interceptors"]]},
        "fates": FATES,
        "causes": CAUSES,
        "cause_words": {cause: list(CAUSE_WORDS[cause]) for cause in CAUSES},
        "kinds": e.EVENT_KINDS,
        "counts": {key: again.row[key] for key in ("launched", "failed", "intercepted", "arrived")},
        "round_samples": SAMPLES,
    }
    return head, arrays


def _threats(again: Replay) -> tuple[Arrays, np.ndarray]:
    """Samples and fates of all threats that flew, and when each row ended (n,)."""
    case, world, fate = again.case, again.world, again.scratch.fate
    flights = sample_flights(case, world, fate)
    end_s = np.full(len(world), -np.inf)
    rows, fates, causes, duds, killers = [], [], [], [], []
    arrivals = _arrivals(again)
    for flight in flights:
        i = flight.threat
        rows.append(i)
        end_s[i] = flight.t_s[-1]
        status = int(fate[i].status)
        where, cause, dud = arrivals.get(i, (0, 0, 0))
        away = int(where == len(again.resolved["names"]["assets"]))
        fates.append(0 if status == FAILED else 1 if status == KILLED else 2 + away)
        causes.append(cause)
        duds.append(dud)
        killers.append(int(fate[i].killer) if status == KILLED else -1)
    lengths = np.array([len(flight.t_s) for flight in flights], np.int64)
    lanes: Any = case.lane[world.lane[np.array(rows, np.int64)]]
    none = np.zeros(0)
    return {
        "threat_row": np.array(rows, np.int32),
        "threat_first": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        "threat_fate": np.array(fates, np.uint8),
        "threat_cause": np.array(causes, np.uint8),
        "threat_dud": np.array(duds, np.uint8),
        "threat_killer": np.array(killers, np.int32),
        "threat_missile": np.asarray(lanes.missile, np.int32),
        "threat_area": np.asarray(lanes.area, np.int32),
        "threat_asset": np.asarray(lanes.asset, np.int32),
        "threat_apogee_m": np.asarray(lanes.apogee_m, np.float32),
        "threat_t_s": np.concatenate([none, *(f.t_s for f in flights)]).astype(np.float32),
        "threat_ecef_m": np.concatenate(
            [none.reshape(0, 3), *(f.r_ecef_m for f in flights)]
        ).astype(np.float32),
    }, end_s


def _arrivals(again: Replay) -> dict[int, tuple[int, int, int]]:
    """Threat row → row of the place it struck, cause, and 1 for a dud."""
    struck = np.isin(again.events.kind, [e.IMPACT, e.DUD])
    return {
        int(row.whom): (int(row.who), int(row.value), int(row.kind == e.DUD))
        for row in again.events[struck]
    }


def _rounds(again: Replay) -> Arrays:
    """Every round fired, with the way it took."""
    case = again.case
    shots = again.scratch.shot[: int(again.scratch.counts[SHOTS])]
    meeting = _meetings(again)
    fans: dict[int, Fan] = {}
    ways = []
    for shot in shots:
        battery = case.battery[shot.battery]
        kind = int(battery.interceptor)
        if kind not in fans:
            fans[kind] = Fan(case.interceptor[kind])
        key = (int(shot.battery), int(shot.threat), int(shot.ordinal))
        end_m = meeting.get(key, np.asarray(battery.r_ecef_m))
        flight_s = float(shot.intercept_s - shot.launch_s)
        ways.append(way_ecef_m(fans[kind], np.asarray(battery.r_ecef_m), end_m, flight_s))
    return {
        "round_threat": np.asarray(shots.threat, np.int32),
        "round_battery": np.asarray(shots.battery, np.int32),
        "round_outcome": np.asarray(shots.outcome, np.uint8),
        "round_launch_s": np.asarray(shots.launch_s, np.float32),
        "round_intercept_s": np.asarray(shots.intercept_s, np.float32),
        "round_ecef_m": np.array(ways, np.float32).reshape(len(shots), SAMPLES, 3),
    }


def _meetings(again: Replay) -> dict[tuple[int, int, int], np.ndarray]:
    """Battery, threat and ordinal of a round → where it met its target, or would have."""
    ends = [e.KILL, e.MISS, e.DIVERTED_BY, e.BODY_HIT, e.WRONG_OBJECT_SHOT, e.WASTED]
    return {
        (int(row.who), int(row.whom), int(row.value)): np.array(row.r_ecef_m)
        for row in again.events[np.isin(again.events.kind, ends)]
    }


def _events(again: Replay) -> Arrays:
    """What a replay draws as marks: where and when."""
    rows = again.events[~np.isin(again.events.kind, LEFT_OUT)]
    return {
        "event_t_s": rows.t_s.astype(np.float32),
        "event_kind": rows.kind.astype(np.uint8),
        "event_who": rows.who.astype(np.int32),
        "event_whom": rows.whom.astype(np.int32),
        "event_value": np.nan_to_num(rows.value).astype(np.float32),
        "event_ecef_m": rows.r_ecef_m.astype(np.float32),
    }
