"""What each mechanism lets through: the same nights with one of them switched off at a time.

Five mechanisms: tracks that are late or wrong, targets left by policy, causes that many shots
share, empty magazines, and busy fire channels. Each is taken out alone, and all together; every
variant meets the same chance at the same addresses, so the differences are paired. They need not
add up: a mechanism that is out may uncover another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from keepout.engine.draw import together as trials_together
from keepout.engine.trial import Engine
from keepout.errors import InputError
from keepout.records.case import SENSING_PERFECT, Case
from keepout.records.defence import DEFEND_ALWAYS
from keepout.records.outcome import Layout
from keepout.records.run import Run
from keepout.records.trial import CHANNELS
from keepout.results.metrics import Counts
from keepout.results.summary import summarise
from keepout.scenario.load import load
from keepout.scenario.resolve import Resolved, resolve

TRIALS = 300
FEWEST, MOST = 8, 100_000
ROUNDS_A_THREAT = 8
"""Endless rounds: so many for every threat in every battery."""

Switch = Callable[[Case], None]


def _perfect_tracks(case: Case) -> None:
    case.models.sensing = SENSING_PERFECT


def _no_policy(case: Case) -> None:
    case.quantile[case.asset.not_engaged] = 0.0
    case.asset.defend = DEFEND_ALWAYS
    case.battery.reserve = 0


def _no_common_cause(case: Case) -> None:
    case.quantile[case.models[0].per_threat] = 0.0
    case.quantile[case.models[0].per_raid] = 0.0
    case.quantile[case.group.probability] = 0.0


def _endless_rounds(case: Case) -> None:
    had = case.quantile[case.battery.rounds].max(axis=1) > 0.0
    case.quantile[case.battery.rounds[had]] = float(ROUNDS_A_THREAT * len(case.threat))


def _endless_channels(case: Case) -> None:
    case.quantile[case.battery.channels] = float(CHANNELS)


MECHANISMS: Mapping[str, tuple[str, Switch]] = {
    "perfect-tracks": ("every track perfect from burnout on", _perfect_tracks),
    "no-policy": ("nothing left on purpose, everything defended, no reserve", _no_policy),
    "no-common-cause": ("no track, group or raid lost for many shots at once", _no_common_cause),
    "endless-rounds": ("magazines never empty (batteries with rounds)", _endless_rounds),
    "endless-channels": (f"{CHANNELS} fire channels in every battery", _endless_channels),
}
"""Name, words, and what is done to a Case."""

ALL = "all"


def switched(case: Case, names: tuple[str, ...]) -> Case:
    """A copy of a Case with some mechanisms out; what it shares with the Case is not written."""
    copy = case._replace(
        models=case.models.copy(), quantile=case.quantile.copy(), asset=case.asset.copy(),
        battery=case.battery.copy(),
    )  # fmt: skip
    for name in names:
        MECHANISMS[name][1](copy)
    return copy


def arrivals(case: Case, layout: Layout, seed: int, trials: int) -> np.ndarray:
    """Arrivals of every trial (trials,) of a Case."""
    out = np.zeros((trials, len(layout.columns())), np.int32)
    Engine(case).run(seed, 0, trials, out)
    return np.asarray(Counts(layout, out)("arrived"), np.float64)


def waterfall(
    scenario: str, *, trials: int = TRIALS, seed: int = 0, sets: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The waterfall of a scenario (a path or a shipped name); see ``of_case``."""
    made = resolve(load(scenario, sets), "engagement")
    return of_case(made, trials, seed)


def of_run(run: Run, trials: int = TRIALS) -> dict[str, Any]:
    """The waterfall of a stored run: its scenario, its settings and its seed."""
    if run.folder is None:
        raise InputError.one("unknown-run", "a run that is not stored has no scenario to vary")
    loaded = load(str(run.folder / "scenario.yaml"), tuple(run.manifest["set"]))
    return of_case(resolve(loaded, "engagement"), trials, run.manifest["seed"])


def of_case(made: Resolved, trials: int = TRIALS, seed: int = 0) -> dict[str, Any]:
    """Arrivals as they are and with mechanisms out.

    Keys: trials, seed, fidelity (always ``engagement``), arrived (S), mechanisms: name → words,
    arrived (S) and difference (S, out minus as it is), the paired one; ``all`` with all out.
    Raises InputError for a number of trials that is none.
    """
    if not FEWEST <= trials <= MOST:
        raise InputError.one(
            "trials", f"a waterfall takes {FEWEST} to {MOST:,} trials", path="--waterfall",
            help=f"{TRIALS} are the usual number",
        )  # fmt: skip
    case, layout = made.case, made.layout
    block = trials_together(case)
    usual = arrivals(case, layout, seed, trials)
    variants = {name: (name,) for name in MECHANISMS} | {ALL: tuple(MECHANISMS)}
    found = {}
    for name, out in variants.items():
        without = arrivals(switched(case, out), layout, seed, trials)
        found[name] = {
            "words": MECHANISMS[name][0] if name in MECHANISMS else "all of them together",
            "arrived": summarise(without, block),
            "difference": summarise(without - usual, block),
        }
    return {
        "trials": trials,
        "seed": seed,
        "fidelity": "engagement",
        "arrived": summarise(usual, block),
        "mechanisms": found,
    }
