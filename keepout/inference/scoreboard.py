"""The scoreboard: frozen priors, one event fitted, the next one forecast, and a plain baseline.

April 2024 is fitted and October 2024 forecast; both are fitted and June 2025 is forecast. What is
carried from one event to the next are the parameters that both scenarios draw alike: kill
probabilities, losses, dispersions (``systems``), and on request what was left on purpose as well
(``systems and policy``). Magazines, aims and failures are each event's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from keepout import trip
from keepout.scenario.load import find as find_scenario

from . import reading, study, weighted
from .chance import NUISANCE, generator
from .hierarchy import Part, constant_rate
from .increments import score, series
from .observed import nuisances, observe, reported
from .posterior import Posterior
from .scores import log_score, scored
from .settings import settings, yaml_text

SYSTEMS = (".sspk", "cep.", "chance.", "group.", "kill.")
POLICY = "not_engaged."
APRIL, OCTOBER, JUNE = "april-2024", "october-2024", "june-2025"
LAUNCHED = {APRIL: 115, OCTOBER: 190, JUNE: 550}
"""Published: 110 to 120; 180 to nearly 200; 550. Middles."""
COUNTED = {APRIL: 9, OCTOBER: 37}
"""Impacts counted in all: 5 + 4; 32 + 3 + 2."""
BASES = ("nevatim-satellite", "tel-nof-videos", "hatzerim")
"""Observations of October 2024 at bases: what a rate per base can forecast at all."""


def scoreboard(states: int = 20_000, seed: int = 0) -> dict[str, Any]:
    """Every forecast and its scores. Takes some minutes with many states."""
    april = fit(APRIL, (), states, seed)
    forecasts, carried = {}, {}
    for name, policy in (("systems", False), ("systems and policy", True)):
        carried[name] = carry(april, OCTOBER, policy)
        forecasts[name] = forecast(OCTOBER, carried[name], states // 4, seed)
    forecasts["priors alone"] = forecast(OCTOBER, (), states // 4, seed)
    october = fit(OCTOBER, carried["systems"], states, seed)
    further = carry(october, JUNE, False)
    june = {
        "systems": forecast(JUNE, further, states // 8, seed),
        "priors alone": forecast(JUNE, (), states // 8, seed),
    }  # fmt: skip
    return {
        "states": states,
        "seed": seed,
        "frozen": frozen(),
        "october-2024": _with_baseline(forecasts, october_baseline(), BASES),
        "june-2025": _with_baseline(june, june_baseline(), ("populated-areas",)),
        "increments": increments_now(),
    }


def increments_now() -> list[dict[str, Any]]:
    """The events whose sums were published step by step: first half fitted, second scored."""
    return [score(each) for each in series()]


def frozen() -> dict[str, str]:
    """SHA-256 of every scenario and evidence file that the scoreboard rests on."""
    files = {f"scenario {name}": find_scenario(name) for name in (APRIL, OCTOBER, JUNE)}
    files |= {f"evidence {name}": reading.find(name) for name in (APRIL, OCTOBER, JUNE)}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def fit(name: str, sets: Sequence[str], states: int, seed: int) -> Posterior:
    """The posterior of an event, with what was carried into its priors."""
    question = study.Question(reading.read(name), sets=sets, states=states, seed=seed)
    return study.infer(question).posterior


def carry(found: Posterior, to: str, policy: bool) -> list[str]:
    """``--set`` lines that put a posterior into another scenario, where both draw alike."""
    target = trip.prepare(to, sets=()).resolved
    source = trip.prepare(str(found.evidence.scenario), sets=()).resolved
    before = {record["key"]: record["si"] for record in source["parameters"]}
    shared = [
        record["key"]
        for record in target["parameters"]
        if record["drawn"]
        and before.get(record["key"]) == record["si"]
        and (_is_system(record["key"]) or (policy and record["key"].startswith(POLICY)))
    ]
    made = settings(found, target, shared)
    return [f"{path}={yaml_text(value)}" for path, value in made.items()]


def _is_system(key: str) -> bool:
    return key.endswith(SYSTEMS[0]) or key.startswith(SYSTEMS[1:])


def forecast(name: str, sets: Sequence[str], states: int, seed: int) -> dict[str, Any]:
    """What a scenario foretells of each observation, and how well: reports have no say in it."""
    given = reading.read(name)
    question = replace(
        study.Question(given, sets=sets, states=states, seed=seed), refine=False
    )  # fmt: skip
    _, bank = study.engine_bank(question, trip.SILENT)
    theta = dict(bank.theta) | nuisances(given.evidence, bank, generator(seed, NUISANCE))
    said = reported(given.evidence)
    made = {}
    for each in given.evidence.observations:
        seen = observe(each, bank, theta)
        likely = float((seen.likelihood(said[each.name]) * bank.prior()).sum())
        line: dict[str, Any] = {"log_score": log_score(likely), "probability": likely}
        if seen.pmf is not None:
            line |= weighted.of_law(seen.predictive(bank.prior()))
            if each.reports[0].says in ("exactly", "about"):
                value = round(float(each.reports[0].value or 0.0))
                full = scored(seen.predictive(bank.prior()), value)
                line |= {"percentile": full["percentile"], "crps": full["crps"]}
        made[each.name] = line
    return made


def _with_baseline(
    forecasts: Mapping[str, Any], baseline: Mapping[str, Any], on: Sequence[str]
) -> dict[str, Any]:
    """Forecasts beside the baseline, with sums over what the baseline can forecast too."""
    every = dict(forecasts) | {"baseline": baseline}
    sums = {who: float(np.sum([of[name]["log_score"] for name in on])) for who, of in every.items()}
    return {
        "forecasts": every,
        "summed_over": list(on),
        "log_score": sums,
        "beats_baseline": {who: sums[who] < sums["baseline"] for who in forecasts},
    }


def october_baseline() -> dict[str, Any]:
    """One rate for each base and missile launched, from April: nine hits at two bases."""
    law = constant_rate([Part(APRIL, 2 * LAUNCHED[APRIL], COUNTED[APRIL])], LAUNCHED[OCTOBER])
    return _against(law, OCTOBER, BASES)


def june_baseline() -> dict[str, Any]:
    """One rate of counted impacts for each missile launched, from April and October."""
    known = [Part(name, LAUNCHED[name], COUNTED[name]) for name in (APRIL, OCTOBER)]
    return _against(constant_rate(known, LAUNCHED[JUNE]), JUNE, ("populated-areas",))


def _against(law: np.ndarray, name: str, on: Sequence[str]) -> dict[str, Any]:
    """Scores of one law for several observations, with the reports read as everywhere else."""
    from .likelihood import agrees, law_of, said_of

    made = {}
    count = np.arange(len(law), dtype=np.float64)
    for each in reading.read(name).evidence.observations:
        if each.name not in on:
            continue
        together = np.ones(len(law))
        for report in each.reports:
            one = law_of(report)
            together *= agrees(one, said_of(one), count, float(len(law) - 1))
        likely = float((law * together).sum())
        line: dict[str, Any] = {"log_score": log_score(likely), "probability": likely}
        line |= weighted.of_law(law)
        if each.reports[0].says in ("exactly", "about"):
            full = scored(law, round(float(each.reports[0].value or 0.0)))
            line |= {"percentile": full["percentile"], "crps": full["crps"]}
        made[each.name] = line
    return made
