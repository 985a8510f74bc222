"""``keepout sweep``: a scenario over settings and parameters, and a tidy table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.options import study_options
from keepout.cli.output import emit, table
from keepout.cli.study import do, number

MOST_PRINTED = 200


@click.command("sweep")
@click.argument("study")
@study_options
def command(study: str, out: Path | None, resume: bool, threads: int | None, as_json: bool) -> None:
    """Run a scenario over a grid, a Latin hypercube or a Sobol sequence.

    STUDY is a study file or a shipped study. Every point meets the same nights. The folder
    holds table.csv and table.parquet (a row for each point and number), the JSON, and a page.
    Of the attacker's choices only the size of a raid and published mixes of missiles are varied;
    nothing is ranked.
    """
    from keepout.report.study_pages import write_sweep
    from keepout.studies.study_load import load_study
    from keepout.studies.sweep import sweep

    loaded = load_study(study, "sweep")
    found = do(
        (out, resume, threads),
        lambda where, how: sweep(loaded, where, how, write_sweep), "points",
    )  # fmt: skip
    emit(as_json, found, lambda: _text(found))


def _text(found: dict[str, Any]) -> str:
    """One row for each point."""
    head = [*found["factors"], *found["numbers"]]
    rows = [
        [
            *(f"{v:.4g}" if isinstance(v, float) else str(v) for v in point["factors"].values()),
            *(number(s) for s in point["numbers"].values()),
        ]
        for point in found["points"][:MOST_PRINTED]
    ]
    what = f"{found['scenario']}" + (f" minus {found['against']}" if found["against"] else "")
    more = len(found["points"]) - MOST_PRINTED
    tail = [f"and {more} more points in table.csv"] if more > 0 else []
    about = (
        f"{what}: {len(found['points'])} points of a {found['design']} design, "
        f"{found['trials']} trials each, seed {found['seed']}; ± is the Monte Carlo error"
    )
    return "\n".join([about, "", table(head, rows), *tail])
