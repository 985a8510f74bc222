"""Trials that show what a system does: how long it reloads, where it meets, what it fires."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from keepout.catalogue import read
from keepout.engine.trial import Engine, record_trial
from keepout.records.case import Case
from keepout.records.event import SHOT
from keepout.results.metrics import Counts
from keepout.scenario.load import load, load_text
from keepout.scenario.resolve import Resolved, resolve
from keepout.studies.battlespace import battlespace

SITE = "{lat: 31.2 deg, lon: 35.0 deg}"
COUNT, SPACING_S = 40, 30.0


def scenario_text(
    id_: str, more: str = "", count: int = COUNT, spacing_s: float = SPACING_S
) -> str:
    """A raid that one battery meets with perfect tracks: low and short for the lower layers."""
    drones = id_ == "fighter-patrol"
    missile, start = ("shahed-136", "kermanshah") if drones else ("ghadr-1", "kermanshah")
    return f"""\
schema: keepout/scenario/1
name: systems
raids:
  - name: r
    missile: {missile}
    count: {count}
    launch: {{area: {start}, radius: 1 km}}
    aim: {{lat: 31.2 deg, lon: 35.0 deg}}
    spacing: {spacing_s:.3f} s
batteries:
  - name: b
    type: {id_}
    at: {SITE}
    radar: none
    kill: {{sspk: 0}}
    channels: 64
    doctrine: {{rule: single}}
{more}
models: {{sensing: perfect}}
"""


def _resolved(text: str) -> Resolved:
    return resolve(load_text(text), "engagement")


@functools.cache
def case_of(id_: str) -> tuple[Case, dict[str, Any]]:
    """The Case and resolved values of one battery at a place."""
    made = _resolved(scenario_text(id_, count=1))
    return made.case, made.resolved


def measured_reload_s(id_: str) -> float:
    """Time between the last round of one load and the first of the next, in a trial [s].

    One launcher with one load of resupply; missiles come a little faster than it can fire.
    """
    entry = read.entry(id_, "battery")
    each = int(entry.number("rounds_per_launcher").value)
    reload_s = entry.number("reload_time").si
    step_s = max(entry.number("launch_interval").si + 1.0, 0.02 * reload_s)
    count = each + 1 + int(1.3 * reload_s / step_s)
    more = f"    launchers: 1\n    rounds: {each}\n    resupply: {each}"
    made = _resolved(scenario_text(id_, more, count, step_s))
    _, events, _, _, _ = record_trial(made.case, 0, 0, len(made.layout.columns()))
    fired_s = np.sort(events.t_s[events.kind == SHOT])
    if len(fired_s) <= each:
        return float("nan")
    return float(fired_s[each] - fired_s[each - 1])


def space_meeting(id_: str = "arrow-3-battery") -> dict[str, Any]:
    """The battlespace of a battery and a missile of 1,200 km aimed at it."""
    case, _ = case_of(id_)
    battery = case.battery[0]
    return battlespace(
        battery.r_ecef_m, case.interceptor[battery.interceptor], case.flyout[battery.interceptor],
        case.lane[0], case.sample[0], case.window[0, 0], float(case.lane[0].burnout_s), 10.0,
    )  # fmt: skip


def fired_by(scenario: str, system: str, trials: int = 200) -> float:
    """Mean rounds that a type of system fires in a shipped scenario."""
    made = resolve(load(scenario), "engagement")
    out = np.zeros((trials, len(made.layout.columns())), np.int32)
    Engine(made.case).run(0, 0, trials, out)
    return float(Counts(made.layout, out)(f"fired.{system}").mean())
