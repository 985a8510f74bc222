"""infer: an evidence file and priors to a posterior, with the engine in the loop or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from keepout import trip
from keepout.errors import InputError, RunError
from keepout.records.run import Run
from keepout.results.metrics import paths, readings
from keepout.scenario.diagnostics import in_file_order

from . import findings, refine, small
from .bank import Bank
from .checks import against
from .posterior import Posterior, likelihood, weigh
from .reading import Given
from .settings import scenario_text, settings
from .trials import MIXES, bank_of, mix_ids

POSTERIOR = "posterior.yaml"
STATES = 40_000
LEAST_PILOT = 1000
"""Trials of the first half below which it cannot say where to look."""
SECOND_SEED = 2**31
"""Added to the seed for the second half, whose chance is its own."""
"""Trials of the engine, or states of the small model."""
SMALL_STATES = 80_000


@dataclass(frozen=True)
class Question:
    """What is to be inferred, and how."""

    given: Given
    scenario: str | None = None
    sets: Sequence[str] = ()
    states: int | None = None
    seed: int = 0
    threads: int | None = None
    out: Path | None = None
    resume: bool = False
    fidelity: str = "engagement"
    refine: bool = True
    onto: Sequence[str] = ()  # further scenarios that get the posterior

    @property
    def uses(self) -> str | None:
        """The scenario in the loop, or None for the small model."""
        return self.scenario or self.given.evidence.scenario


@dataclass(frozen=True)
class Answer:
    """A posterior, and the run it rests on where the engine made one."""

    question: Question
    posterior: Posterior
    run: Run | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)  # file name → scenario

    @property
    def scenario_text(self) -> str:
        """The scenario with the posterior in place of its priors."""
        return self.texts.get(POSTERIOR, "")


def infer(question: Question, listener: trip.Listener = trip.SILENT) -> Answer:
    """The answer to a question.

    Raises InputError where evidence and scenario do not fit, RunError where no state agrees with
    the evidence, Interrupted after Ctrl-C (with ``out``, what is finished is kept and resumed).
    """
    evidence = question.given.evidence
    if question.uses is None:
        assert evidence.model is not None
        states = question.states or SMALL_STATES
        if states < 2:
            raise InputError.one("trials", "a posterior needs two states at the least")
        bank = small.fill(
            evidence.model, states, question.seed,
            lambda bank: likelihood(evidence, bank, question.seed),
        )  # fmt: skip
        return Answer(question, weigh(evidence, bank, question.seed))
    others = {name: trip.prepare(name, say=listener.say).resolved for name in question.onto}
    run, bank = engine_bank(question, listener)
    posterior = weigh(evidence, bank, question.seed)
    made = settings(posterior, run.resolved)
    texts = {POSTERIOR: scenario_text(question.uses, question.sets, made, evidence.name)}
    for name, resolved in others.items():
        onto = settings(posterior, resolved)
        texts[f"{Path(name).stem}.yaml"] = scenario_text(name, (), onto, evidence.name)
    return Answer(question, posterior, run, made, texts)


def engine_bank(question: Question, listener: trip.Listener) -> tuple[Run, Bank]:
    """The run in the loop, stored and resumed if a folder is given, and its bank.

    Where the scenario draws the shares of its aims, half of the trials are run where the first
    half points (see ``refine``).
    """
    job = _job(question, listener)
    check(question.given, job)
    states = question.states or STATES
    half = states // 2 // int(job.together) * int(job.together)
    if not _draws_aims(job.resolved) or half < LEAST_PILOT or not question.refine:
        return _run(question, job, listener, states, "trials", question.seed)
    run, bank = _run(question, job, listener, half, "trials", question.seed)
    prior = refine.aims_of(job.resolved, bank.theta)
    pilot = weigh(question.given.evidence, bank, question.seed)
    proposed = refine.proposal(pilot, prior)
    other = (question.seed + SECOND_SEED) % 2**63
    again = _job(question, listener, refine.sets(proposed))
    _, more = _run(question, again, listener, states - half, "trials-2", other)
    return run, refine.joined(bank, more, prior, proposed)


def _job(question: Question, listener: trip.Listener, sets: Sequence[str] = ()) -> trip.Job:
    """The scenario ready to run."""
    assert question.uses is not None
    return trip.prepare(
        question.uses, sets=(*question.sets, *sets), fidelity=question.fidelity, say=listener.say
    )


def _draws_aims(resolved: dict[str, Any]) -> bool:
    """Whether any raid draws the shares of its aims."""
    drawn = {record["key"] for record in resolved["parameters"] if record["drawn"]}
    return any(f"raid.{raid}.asset.0" in drawn for raid in resolved["names"]["raids"])


def _run(
    question: Question, job: trip.Job, listener: trip.Listener, states: int, name: str, seed: int
) -> tuple[Run, Bank]:
    """One run, and its bank."""
    settings_ = trip.Settings(
        trials=states,
        seed=seed,
        threads=question.threads,
        store=question.out is not None,
        out=None if question.out is None else question.out / name,
        resume=question.resume,
    )
    run = trip.run_job(job, settings_, listener)
    assert job.case is not None
    return run, bank_of(run, job.case)


def check(given: Given, job: trip.Job) -> None:
    """Refuse evidence that does not fit the scenario, before a trial is run."""
    layout, resolved = job.layout, job.resolved
    tree = readings(layout, np.zeros((0, len(layout.columns())), np.int32), job.prices)
    counts = [*paths(tree), "engaged", "threatening", "seen"]
    counts += [f"{kind}.by_asset.{a}" for a in layout.assets for kind in ("debris", "aimed")]
    keys = {r["key"]: r["path"] for r in resolved["parameters"] if r["drawn"]}
    for raid in resolved["names"]["raids"]:
        for kind in MIXES:
            keys |= {f"share.{raid}.{kind}.{id_}": "" for id_ in mix_ids(resolved, raid, kind)}
    problems = against(given.evidence, given.places, counts, keys, _launched(resolved))
    if problems:
        raise InputError(in_file_order(problems))


def _launched(resolved: dict[str, Any]) -> float:
    """The most that can be launched in a scenario."""
    total = 0.0
    for record in resolved["parameters"]:
        if record["key"].startswith("raid.") and record["key"].endswith(".count"):
            si = record["si"]
            total += float(si.get("high", si.get("value", record["quantiles"]["p95"])))
    return total


def record(answer: Answer) -> dict[str, Any]:
    """The JSON of ``keepout infer``."""
    found = answer.posterior
    evidence, question = found.evidence, answer.question
    return {
        "evidence": evidence.name,
        "title": evidence.title,
        "scenario": question.uses,
        "made_by": found.bank.made_by,
        "states": len(found.bank),
        "seed": question.seed,
        "digest": answer.run.manifest["digest"] if answer.run else None,
        "effective_states": found.effective,
        "warning": findings.roughness(found),
        "log_evidence": found.log_evidence,
        "parameters": findings.parameters(found),
        "counts": findings.counts(found),
        "observations": findings.observations(found),
        "alone": findings.alone(found, focus(found)),
        "by_trust": findings.by_trust(found, focus(found)),
        "not_identified": [
            key for key, each in findings.parameters(found).items()
            if each["verdict"] == "not identified" and findings.is_main(found, key)
        ],
        "trade_offs": findings.trade_offs(found),
        "would_settle": findings.would_settle(found),
        "stories": findings.stories(found),
        "settings": answer.settings,
    }  # fmt: skip


def focus(found: Posterior) -> list[str]:
    """Quantities that each report alone is asked about: the leak, and the main parameters."""
    keys = [key for key in found.theta if findings.is_main(found, key)]
    lead = ["leak.engaged"] if "rates.engaged" in found.bank.counts else []
    return lead + keys


def write(answer: Answer, folder: Path) -> list[Path]:
    """Write what an answer leaves in its folder: the scenarios that ``run`` accepts."""
    made = []
    for name, text in answer.texts.items():
        path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error
        made.append(path)
    return made
