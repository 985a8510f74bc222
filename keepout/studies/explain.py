"""The story of one missile in one trial: who saw it, who fired, who did not and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keepout.earth.geodesy import alt_of
from keepout.engine.fly import position
from keepout.engine.queue import SHOTS
from keepout.engine.trial import record_trial
from keepout.errors import InputError, RunError
from keepout.records import event as e
from keepout.records.case import Case
from keepout.records.defence import WINDOW_POINTS
from keepout.records.outcome import CAUSES
from keepout.records.run import Run
from keepout.records.trajectory import AT_SEPARATION, IN_BOOST, IN_REENTRY
from keepout.records.trial import FAILED, KILLED
from keepout.results.store import check_trial, reopen
from keepout.scenario.load import load
from keepout.scenario.resolve import Resolved, resolve
from keepout.studies import explain_detail as detail
from keepout.studies.origin import launch_areas

FAILED_SAYS = {
    IN_BOOST: "under power",
    AT_SEPARATION: "at separation",
    IN_REENTRY: "in re-entry, breaking up",
}
REASON_SAYS: dict[Any, str] = {
    e.R_NONE: "it fired",
    e.R_OUT_OF_REACH: "the flight never came inside its reach, floor and ceiling",
    e.R_NO_TRACK: "it never had a firm track to fire on",
    e.R_OPEN_GROUND: "the track pointed at open ground",
    e.R_NOT_DEFENDED: "the threatened place was not defended, or was left on purpose",
    e.R_TOO_LATE: "its last moment to launch had passed before it could fire",
    e.R_NO_CHANNEL: "no fire channel or launcher was free in time",
    e.R_NO_ROUNDS: "it had no rounds left",
    e.R_SOMEONE_ELSES: "it left the threat to a lower layer",
    e.R_TRACK_TOO_POOR: "the track was too uncertain to fire on",
    e.R_WAITING: "it waited for the result of rounds in flight",
    e.R_BELIEVED_DEAD: "the threat was believed destroyed",
    e.R_DOCTRINE_DONE: "doctrine allowed no further round",
    e.R_NOT_YET: "its window had not opened",
    e.R_DECOY: "the object was taken for a decoy",
    e.R_NOT_READY: "it was not there yet, or was lost",
    e.R_KEPT: "the plan for all threats kept its rounds for others",
}
"""What each reason means, for people; codes of records/event.py."""

SHOT_SAYS: dict[Any, str] = {
    e.KILL: "the warhead was destroyed",
    e.MISS: "missed",
    e.DIVERTED_BY: "the warhead was pushed off its course",
    e.BODY_HIT: "hit the body; the warhead went on",
    e.WRONG_OBJECT_SHOT: "went for the wrong object",
    e.WASTED: "its target was already gone",
}


@dataclass(frozen=True)
class Replay:
    """One trial computed again: the Case, its names, and what the trial left behind."""

    case: Case
    resolved: dict[str, Any]
    trial: int
    events: Any  # EVENT rows
    world: Any  # WORLD rows
    scratch: Any  # Scratch
    row: dict[str, int]  # Outcome row by column name
    seed: int = 0


@dataclass(frozen=True)
class Opened:
    """A stored run with its Case, from which any of its trials can be computed again."""

    run: Run
    made: Resolved


def open_run(folder: str | Path, *, kept: bool = False) -> Opened:
    """A stored run and the Case of its scenario; ``kept`` as in ``reopen``."""
    run = reopen(Path(folder), kept=kept)
    loaded = load(str(Path(folder) / "scenario.yaml"), tuple(run.manifest["set"]))
    return Opened(run, resolve(loaded, run.manifest["fidelity"]))


def replay(folder: str | Path, trial: int) -> Replay:
    """Compute one trial of a stored run again; see ``repeat``."""
    return repeat(open_run(folder), trial)


def repeat(opened: Opened, trial: int) -> Replay:
    """Compute one trial of a run again.

    Raises InputError for a trial the run does not have, RunError if the scenario no
    longer gives the run's own row (other sources of keepout made it).
    """
    run, made = opened.run, opened.made
    check_trial(run, trial)
    columns = len(made.layout.columns())
    seed = run.manifest["seed"]
    row, events, world, scratch, case = record_trial(made.case, seed, trial, columns)
    if not np.array_equal(row, run.outcomes[trial]):
        raise RunError(
            f"Trial {trial} computed now is not what {run.folder} holds: the run was made by "
            "another version of keepout or of its catalogue. Run the scenario again."
        )
    counts = dict(zip(made.layout.columns(), map(int, row), strict=True))
    return Replay(case, made.resolved, trial, events, world, scratch, counts, seed)


def threat_row(resolved: dict[str, Any], name: str) -> int:
    """The row of a threat such as ``iran/007``; raises InputError with the names there are."""
    threats = resolved["names"]["threats"]
    if name in threats:
        return int(threats.index(name))
    raise InputError.one(
        "threat",
        f"there is no threat {name!r} in this run",
        path="--threat",
        help=f"threats are named {threats[0]} to {threats[-1]}" if threats else "it has none",
    )


def explain(folder: str | Path, threat: str, trial: int = 0) -> dict[str, Any]:
    """The story of one threat in one trial of a stored run, as plain data.

    Times are seconds after the start of the scenario. Keys: threat, trial, missile, area,
    asset, launch_s, impact_s (if nothing stopped it), tracks, radars, launch_areas, batteries,
    shots, end, timeline, text.
    """
    found = replay(folder, trial)
    return story(found, threat_row(found.resolved, threat))


def story(again: Replay, i: int) -> dict[str, Any]:
    """The story of the threat in row i; see ``explain``."""
    names = again.resolved["names"]
    truth = again.world[i]
    found: dict[str, Any] = {"threat": names["threats"][i], "trial": again.trial}
    if truth.flying == 0:
        return found | {"flying": False, "text": "In this trial the raid had fewer missiles."}
    lane = again.case.lane[truth.lane]
    mine = again.events[again.events.whom == i]
    tracks = [
        {"radar": names["radars"][row.who]["name"], "t_s": float(row.t_s)}
        for row in mine[mine.kind == e.TRACK]
    ]
    found |= {
        "flying": True,
        "missile": names["missiles"][lane.missile],
        "area": names["areas"][lane.area],
        "asset": names["assets"][lane.asset],
        "launch_s": float(truth.launch_s),
        "impact_s": float(truth.impact_s),
        "apogee_km": float(lane.apogee_m) / 1e3,
        "tracks": tracks,
        "batteries": [_battery(again, i, b, mine) for b in range(len(again.case.battery))],
        "radars": detail.radars(again, i),
        "launch_areas": launch_areas(again, i),
        "shots": detail.shots(again, i, again.scratch.shot[: int(again.scratch.counts[SHOTS])]),
        "end": _end(again, i, mine),
    }
    return found | {"timeline": detail.timeline(found), "text": found["end"]["text"]}


def _battery(again: Replay, i: int, b: int, mine: Any) -> dict[str, Any]:
    """What one battery did about threat i, in order of time."""
    names = again.resolved["names"]["batteries"][b]
    truth, pair = again.world[i], again.scratch.pair[i, b]
    plan = again.case.window[truth.lane, b]
    window = None
    if plan.open == 1:
        window = {
            "opens_s": float(truth.launch_s + plan.launch_s[0]),
            "closes_s": float(truth.launch_s + plan.launch_s[WINDOW_POINTS - 1]),
        }
    acts = mine[(mine.who == b) & np.isin(mine.kind, [e.DECISION, e.SHOT, *SHOT_SAYS])]
    steps = _folded([_step(row) for row in acts])
    last = int(pair.reason)
    if not steps and truth.fail_s < np.inf:
        text = "nothing: the missile had failed in flight"
    elif pair.fired > 0:
        then = "it was too late for more" if last == e.R_TOO_LATE else REASON_SAYS[last]
        text = f"fired {int(pair.fired)}" + ("" if last == e.R_NONE else f"; then {then}")
    elif again.scratch.fate[i].status == KILLED and last in (e.R_NONE, e.R_WAITING, e.R_NOT_YET):
        text = "did not have to fire: the threat was destroyed first"
    else:
        text = f"did not fire: {REASON_SAYS[last]}"
    space = detail.engagement(again, i, b)
    if "why_not" in space and last == e.R_OUT_OF_REACH:
        text = f"did not fire: {space['why_not']['text']}"
    return {
        "battery": names["name"],
        "system": names["system"],
        "window": window,
        "fired": int(pair.fired),
        "reason": e.REASONS[last],
        "steps": steps,
        "battlespace": space,
        "text": text,
    }


def _folded(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same steps with repeated looks as one, and without looks before the window."""
    told: list[dict[str, Any]] = []
    for step in steps:
        if step.get("reason") == e.REASONS[e.R_NOT_YET]:
            continue
        if told and "reason" in step and step["reason"] == told[-1].get("reason"):
            told[-1] |= {"until_s": step["t_s"], "times": told[-1].get("times", 1) + 1}
        else:
            told.append(step)
    return told


def _step(row: Any) -> dict[str, Any]:
    """One event of a battery at a threat, with words."""
    if row.kind == e.DECISION:
        reason = int(row.value)
        return {
            "t_s": float(row.t_s),
            "what": "decision",
            "reason": e.REASONS[reason],
            "text": f"looked and held fire: {REASON_SAYS[reason]}",
        }
    ordinal = int(row.value) + 1
    says = "launched" if row.kind == e.SHOT else SHOT_SAYS[int(row.kind)]
    return {
        "t_s": float(row.t_s),
        "what": e.EVENT_KINDS[row.kind],
        "round": ordinal,
        "text": f"round {ordinal} {says}" if row.kind == e.SHOT else f"round {ordinal}: {says}",
    }


def _end(again: Replay, i: int, mine: Any) -> dict[str, Any]:
    """How the threat ended."""
    fate, truth = again.scratch.fate[i], again.world[i]
    names = again.resolved["names"]
    if fate.status == FAILED:
        return {
            "what": "failed",
            "t_s": float(truth.fail_s),
            "text": f"It failed {FAILED_SAYS[int(truth.phase)]} "
            f"{truth.fail_s - truth.launch_s:.0f} s after launch.",
        }
    if fate.status == KILLED:
        by = names["batteries"][fate.killer]["name"]
        return {
            "what": "intercepted",
            "t_s": float(fate.end_s),
            "by": by,
            "text": f"It was destroyed by {by} {fate.end_s - truth.launch_s:.0f} s after launch.",
        }
    row = mine[(mine.kind == e.IMPACT) | (mine.kind == e.DUD)][0]
    places = [*names["assets"], "elsewhere"]
    cause, where = CAUSES[int(row.value)], places[row.who]
    dud = " as a dud" if row.kind == e.DUD else ""
    return {
        "what": "arrived",
        "t_s": float(row.t_s),
        "where": where,
        "cause": cause,
        "dud": bool(row.kind == e.DUD),
        "text": f"It came down at {where}{dud}; cause: {cause}.",
    }


def path_of(again: Replay, i: int) -> dict[str, Any]:
    """Height of threat i against time, and its shots, for a picture.

    t_s (n,) after the start, alt_m (n,); ``end_s`` when it ended; ``shots`` a list of
    battery, launch_s, intercept_s, intercept alt_m and outcome; ``limits`` floor and
    ceiling [m] of every interceptor that was fired.
    """
    case, truth, fate = again.case, again.world[i], again.scratch.fate[i]
    lane = case.lane[truth.lane]
    t_s = np.linspace(0.0, float(lane.flight_s), 400)

    def height_m(after_s: float) -> float:
        r = position(
            case.sample[truth.lane], lane, truth.launch_offset_m, truth.impact_offset_m, after_s
        )
        return max(0.0, float(alt_of(*r)))

    shots = []
    names = again.resolved["names"]["batteries"]
    limits = {}
    for shot in again.scratch.shot[: int(again.scratch.counts[SHOTS])]:
        if shot.threat != i:
            continue
        interceptor = case.interceptor[case.battery[shot.battery].interceptor]
        system = names[shot.battery]["system"]
        limits[system] = (float(interceptor.floor_m), float(interceptor.ceiling_m))
        shots.append(
            {
                "battery": names[shot.battery]["name"],
                "system": system,
                "launch_s": float(shot.launch_s),
                "intercept_s": float(shot.intercept_s),
                "alt_m": height_m(float(shot.intercept_s - truth.launch_s)),
                "outcome": e.EVENT_KINDS[int(shot.outcome)],
            }
        )
    return {
        "t_s": float(truth.launch_s) + t_s,
        "alt_m": np.array([height_m(t) for t in t_s]),
        "end_s": float(min(fate.end_s, truth.impact_s)),
        "shots": shots,
        "limits": limits,
    }
