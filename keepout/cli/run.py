"""``keepout run``: simulate a scenario and store the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.names import scenarios
from keepout.cli.options import (
    out_option,
    resume_option,
    resuming,
    seed_option,
    set_option,
    threads_option,
    trials_option,
)
from keepout.cli.output import ProgressLine, emit, json_option, say, warnings_text
from keepout.cli.scheduler import scheduler_option
from keepout.cli.tables import ledger

FIDELITIES = ("engagement", "physics")


@click.command("run")
@click.argument("scenario", shell_complete=scenarios)
@set_option
@trials_option("Number of trials [500].")
@seed_option()
@threads_option
@click.option(
    "--fidelity",
    type=click.Choice(FIDELITIES),
    default="engagement",
    help="How much is integrated in each trial [engagement].",
)
@click.option(
    "--until", metavar="RULE", help='Stop once this is beyond doubt: "mc_se(arrived.total) < 0.25".'
)
@out_option("Folder of the run [runs/NAME-NNN].")
@resume_option("Start, finish or reprint the run in that folder.")
@scheduler_option
@click.option("--chunk", type=click.IntRange(1), hidden=True)
@json_option
def command(
    scenario: str, sets: tuple[str, ...], trials: int | None, seed: int | None,
    threads: int | None, fidelity: str, until: str | None, out: Path | None, resume: bool,
    chunk: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Simulate SCENARIO (a path or a shipped name), many trials, and store the run.

    With --until, the rule is looked at after 100, 200, 400, … trials, and --trials is the
    most there may be (100,000 if not given). It names a statistic (mc_se, mean, p05, p50, p95,
    epistemic.p05, …) of any number in the JSON of a run, and a limit; several are joined by
    "and". It holds where its own statistical error leaves no doubt. --resume starts a missing
    run, finishes an unfinished one, prints a finished one again, and refuses another scenario's.
    """
    from keepout import trip
    from keepout.api import write_report
    from keepout.cli.starting import begin_s

    progress = ProgressLine()
    listener = trip.Listener(say, progress, resuming())
    job = trip.prepare(scenario, sets=sets, fidelity=fidelity, say=say)
    settings = trip.Settings(
        trials=trials, seed=seed, threads=threads, until=until, out=out, resume=resume,
        chunk=chunk, begin_s=begin_s(),
    )  # fmt: skip
    try:
        run = trip.run_job(job, settings, listener, write_report)
    finally:
        progress.close()
    _print(run, threads, as_json)


def _print(run: Any, threads: int | None, as_json: bool) -> None:
    """The settings used, and the ledger."""
    from keepout.results.manifest import cores
    from keepout.results.metrics import summary
    from keepout.results.warning import warning_of

    found = summary(run) | {"warning": warning_of(run)}
    manifest = run.manifest
    used = (
        f"{manifest['scenario']}: {manifest['trials']} trials, seed {manifest['seed']}, fidelity "
        f"{manifest['fidelity']}, {threads or cores()} threads, stored in {run.folder}"
    )
    if as_json:
        say(used)
    report = run.folder / "report.html"
    tail = f"Digest {manifest['digest'][:16]}…; {manifest['wall_s']:.1f} s."
    if report.exists():
        tail += f"\nReport: {report}"
    odd = warnings_text(found["warnings"])
    emit(as_json, found, lambda: "\n".join([used, *odd, "", ledger(found), "", tail]))
