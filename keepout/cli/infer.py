"""``keepout infer``: evidence and priors to what can be known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.options import (
    out_option,
    repeating,
    resume_option,
    resuming,
    seed_option,
    set_option,
    threads_option,
    trials_option,
)
from keepout.cli.output import ProgressLine, emit, json_option, say, table, wrapped
from keepout.cli.scheduler import scheduler_option


@click.command("infer")
@click.argument("evidence")
@click.option("--scenario", metavar="NAME", help="Scenario with the priors [the evidence's own].")
@set_option
@trials_option("Trials in the loop [40,000; 80,000 of a model without geometry].", least=2)
@seed_option(default=0)
@threads_option
@out_option("Folder for page, posterior and trials [none is written].", file_okay=False)
@click.option("--onto", multiple=True, metavar="NAME",
              help="With -o: a scenario that gets the posterior too, as NAME.yaml.")  # fmt: skip
@resume_option("Go on with the trials in that folder.")
@scheduler_option
@json_option
def command(
    evidence: str, scenario: str | None, sets: tuple[str, ...], trials: int | None, seed: int,
    threads: int | None, out: Path | None, onto: tuple[str, ...], resume: bool, as_json: bool,
) -> None:  # fmt: skip
    """What can be known from EVIDENCE, a file or the name of shipped evidence.

    Every trial of the scenario is weighed by the probability of the published reports given what
    it left on the ground: counts seen in part, rounded or cut, several reports of the same
    pictures, many craters for one missile, claims with a stated trust. Prints each parameter
    before and after, the reports beside what was to be expected, what stays open, which count
    would settle most, and stories over a range of priors.

    With -o, DIR gets a page to read (index.html), the answer (answer.json), and posterior.yaml, a
    scenario with the posterior in place of its priors, for `keepout run`. With --onto the posterior
    goes into another scenario as well, as far as it draws the same parameters: `keepout compare`
    of the two files is the difference given the evidence.
    """
    from keepout import trip
    from keepout.errors import InputError
    from keepout.inference import reading, study

    if onto and out is None:
        raise InputError.one("usage", "--onto writes a file and needs the folder: -o DIR")
    if resume and out is None:
        raise InputError.one("usage", "--resume needs the folder of what is to be resumed: -o DIR")
    if out is not None and not resume and out.exists() and any(out.iterdir()):
        raise InputError.one(
            "exists", f"{out} is not empty; nothing was written",
            help="choose another folder, or add --resume",
        )  # fmt: skip
    given = reading.read(evidence)
    progress = ProgressLine()
    again = resuming()
    listener = trip.Listener(say, progress, lambda trials: again(trials.parent))
    question = study.Question(given, scenario, sets, trials, seed, threads, out, resume,
                              onto=onto)  # fmt: skip
    try:
        with trip.reached(trip.chosen_scheduler()):
            answer = study.infer(question, listener)
    finally:
        progress.close()
    found = study.record(answer)
    wrote = _write(answer, found, out, repeating()) if out else []
    emit(as_json, found, lambda: "\n".join([text(found), *(f"Wrote {path}" for path in wrote)]))


def _write(answer: Any, found: dict[str, Any], out: Path, line: str) -> list[Path]:
    """Page, answer and posterior in the folder."""
    from keepout.cli.output import json_text
    from keepout.errors import RunError
    from keepout.inference import study
    from keepout.inference.findings import sentences
    from keepout.report.inferred import page

    made = study.write(answer, out)
    files = {
        "answer.json": json_text(found) + "\n",
        "index.html": page(found, sentences(found), line),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, held in files.items():
            (out / name).write_text(held, "utf-8")
            made.append(out / name)
    except OSError as error:
        raise RunError(f"{out} cannot be written: {error.strerror or error}.") from error
    return made


def text(found: dict[str, Any]) -> str:
    """The answer for people."""
    by = "small model" if found["scenario"] is None else f"scenario {found['scenario']}"
    head = (
        f"{found['title'] or found['evidence']}\n{found['states']:,} states of the {by}, of which "
        f"{found['effective_states']:,.0f} count after weighing; seed {found['seed']}."
    )
    parts = [head, found["warning"], _parameters(found), _observations(found), *_sentences(found)]
    return "\n\n".join(part for part in parts if part)


def _range(each: dict[str, Any], digits: int = 2) -> str:
    return f"{each['p05']:.{digits}f} {each['p50']:.{digits}f} {each['p95']:.{digits}f}"


def _parameters(found: dict[str, Any]) -> str:
    """Main parameters before and after: 5, 50 and 95 % of what is believed of each."""
    from keepout.inference.findings import MAIN

    rows = []
    for each in found["parameters"].values():
        if each["words"].startswith((*MAIN, "probability that a mark")):
            rows.append(
                [each["words"], _range(each["prior"]), _range(each["posterior"]),
                 f"{each['width_ratio']:.2f}", each["verdict"]]
            )  # fmt: skip
    leak = found["counts"].get("rates.engaged")
    if leak:
        other = {"p05": "p95", "p50": "p50", "p95": "p05"}
        turned = [
            {q: 1.0 - leak[side][other[q]] for q in other} for side in ("prior", "posterior")
        ]  # fmt: skip
        rows.append(["leak of those engaged", *(_range(each) for each in turned),
                     f"{leak['width_ratio']:.2f}", ""])  # fmt: skip
    return table(["5, 50, 95 % (ignorance)", "before", "after", "width", ""], rows)


def _observations(found: dict[str, Any]) -> str:
    """Reports beside what was to be expected."""
    from keepout.inference.findings import said_in_words

    rows = []
    for each in found["observations"]:
        digits = 2 if each["quantity"].startswith("rates.") else 0
        rows.append(
            [each["name"], said_in_words(each["reports"]), _range(each["prior"], digits),
             _range(each["given_the_others"], digits), _range(each["posterior"], digits)]
        )  # fmt: skip
    return table(
        ["what was seen: 5, 50, 95 % (prediction)", "said", "before", "given the others", "after"],
        rows,
    )


def _sentences(found: dict[str, Any]) -> list[str]:
    """What stays open, what would settle it, and the stories."""
    from keepout.inference.findings import sentences

    return ["\n".join(wrapped(line, "  ", "    ") for line in sentences(found))]
