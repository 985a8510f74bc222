"""``keepout sensitivity``: which parameters a result hangs on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.options import study_options
from keepout.cli.output import emit, table
from keepout.cli.study import do


@click.command("sensitivity")
@click.argument("study")
@study_options
def command(study: str, out: Path | None, resume: bool, threads: int | None, as_json: bool) -> None:
    """Which parameters a result hangs on: Sobol indices or Morris's effects.

    STUDY is a study file or a shipped study. First and total Sobol indices are those of the
    expected result given the parameters, with intervals; the noise of single nights is a factor
    of its own. All that belongs to the attacker is one group.
    """
    from keepout.report.study_pages import write_sensitivity
    from keepout.studies.sensitivity import sensitivity
    from keepout.studies.study_load import load_study

    loaded = load_study(study, "sensitivity")
    found = do(
        (out, resume, threads),
        lambda where, how: sensitivity(loaded, where, how, write_sensitivity), "pieces",
    )  # fmt: skip
    emit(as_json, found, lambda: _text(found))


def _text(found: dict[str, Any]) -> str:
    """A table for each number."""
    what = f"{found['scenario']}" + (f" minus {found['against']}" if found["against"] else "")
    parts = [f"{what}: {found['method']}, {found['trials']:,} trials, seed {found['seed']}"]
    for name, about in found["numbers"].items():
        parts += ["", f"{name}, mean {about['mean']:.4g}"]
        parts += _sobol(about) if found["method"] == "sobol" else [_morris(about)]
    return "\n".join(parts)


def _sobol(about: dict[str, Any]) -> list[str]:
    rows = [
        (f["name"], _index(f["first"]), _index(f["total"]))
        for f in sorted(about["factors"], key=lambda f: -(f["total"]["value"] or 0.0))
    ]
    variance, noise = about["variance"], about["noise"]
    head = ("share of the variance of the expected result", "first (5-95 %)", "total (5-95 %)")
    words = [
        (
            f"Variance: {variance['parameters']:.3g} from parameters, {variance['noise']:.3g} from "
            "the noise of single nights."
        )
    ]
    if noise["total"] is not None:
        words.append(
            f"Of a single night's result the noise has {100 * noise['total']:.0f} % of the "
            f"variance in all, {100 * noise['first']:.0f} % by itself."
        )
    return [table(head, rows), *words]


def _index(value: dict[str, Any]) -> str:
    if value["value"] is None:
        return "–"
    if value["p05"] is None:
        return f"{value['value']:.3f}"
    return f"{value['value']:.3f} ({value['p05']:.2f} to {value['p95']:.2f})"


def _morris(about: dict[str, Any]) -> str:
    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value:.3g}"

    rows = [
        (f["name"], shown(f["mu_star"]), shown(f["mu"]), shown(f["sigma"]))
        for f in sorted(about["factors"], key=lambda f: -(f["mu_star"] or 0.0))
    ]
    return table(("effect over the whole range", "mean size", "mean", "spread"), rows)
