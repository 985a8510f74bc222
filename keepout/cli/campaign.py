"""``keepout campaign``: raids over days or weeks against magazines, resupply, crew and cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from keepout.cli.names import scenarios
from keepout.cli.options import seed_option, set_option, study_options, trials_option
from keepout.cli.output import emit, table
from keepout.cli.study import do, number


@click.command("campaign")
@click.argument("scenario", shell_complete=scenarios)
@set_option
@trials_option("Number of campaigns [500].", default=500, least=2, most=1_000_000)
@seed_option(default=0)
@click.option("--repeat", type=click.IntRange(1, 1000), metavar="N", help="Raids come N times.")
@click.option("--every", metavar="TIME", help='Time from one beginning to the next ("10 d").')
@study_options
def command(
    scenario: str, sets: tuple[str, ...], trials: int, seed: int, repeat: int | None,
    every: str | None, out: Path | None, resume: bool, threads: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Raids one after the other: how long the magazines last, and what it costs.

    SCENARIO is a path or a shipped name. Its raids are taken by time; those within
    campaign.gap come together. Magazines, reload and deliveries carry over from each raid to the
    next; what is not known of the parameters is drawn once for a campaign, chance anew in each
    raid. The section campaign of the scenario says what comes in and what replaces it.
    """
    from keepout.report.campaign_page import write_page
    from keepout.studies.campaign import campaign, repeated

    all_sets = (*sets, *repeated(repeat, every))
    found = do(
        (out, resume, threads),
        lambda where, how: campaign(scenario, all_sets, trials, seed, where, how, write_page),
        "pieces",
    )  # fmt: skip
    emit(as_json, found, lambda: _text(found))


def _text(found: dict[str, Any]) -> str:
    """Raids, magazines and costs."""
    systems = list(found["depletion"])
    rows = [
        (
            f"{wave['day']:.1f}", *(f"{wave[k]['mean']:.1f}" for k in ("launched", "arrived")),
            f"{wave['no_rounds']['mean']:.1f}",
            *(f"{wave['left'][s]['mean']:.0f}" for s in systems),
        )
        for wave in found["raids"]
    ]  # fmt: skip
    head = ("day", "launched", "arrived", "no rounds", *(f"left {short(s)}" for s in systems))
    total, cost = found["total"], found["cost_usd"]
    lines = [
        (
            f"{found['scenario']}: {len(found['raids'])} raids, {found['trials']} campaigns, seed "
            f"{found['seed']}; means"
        ),
        "",
        table(head, rows),
        "",
        (
            f"In all {number(total['arrived'])} of {number(total['launched'])} arrive (5-95 % of "
            f"campaigns {total['arrived']['p05']:.0f} to {total['arrived']['p95']:.0f}; ignorance "
            f"of parameters {total['arrived']['epistemic']['p05']:.0f} to "
            f"{total['arrived']['epistemic']['p95']:.0f}); ± is Monte Carlo."
        ),
        "",
        table(("magazines run dry", "share of campaigns", "day, 5-50-95 %"), _depletion(found)),
        "",
        *_costs(cost),
    ]
    for system, about in found["production"].items():
        lines.append(
            f"{system}: {about['years']['mean']:.1f} years of production fired, at "
            f"{about['per_year']:g} a year."
        )
    people = [f"{about['people']:.0f} at {s}" for s, about in found["crew"].items()
              if about["people"] is not None]  # fmt: skip
    return "\n".join([*lines, f"People there: {', '.join(people)}."])


def short(system: str) -> str:
    """A type of battery without the word for it."""
    return system.removesuffix("-battery").removesuffix("-destroyer")


def _depletion(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    def day(value: float | None) -> str:
        return "later" if value is None else f"{value:.1f}"

    return [
        (
            short(system), f"{100 * about['share']['mean']:.0f} %",
            " – ".join(day(about["day"][key]) for key in ("p05", "p50", "p95")),
        )
        for system, about in found["depletion"].items()
    ]  # fmt: skip


def _costs(cost: dict[str, Any]) -> list[str]:
    def usd(summary: Any) -> str:
        if isinstance(summary, dict):
            summary = summary["mean"]
        return "not known" if summary is None else f"{summary / 1e6:,.0f}"

    year = cost["base_year"]
    rows = [
        (words, usd(cost[key]))
        for key, words in (
            ("marginal", "rounds fired, at the price of one"),
            ("replacement", "rounds fired, at the price of a new one"),
            ("procurement", "the batteries, to buy"),
            ("per_arrival_averted", "rounds for each missile stopped"),
            ("per_raid_averted", "rounds for as many as a raid has"),
            ("attack", "what was launched"),
        )
    ]
    says = f"base year {year}, " if year else ""
    says += "prices as published, not converted"
    return [table((f"million US dollars, {says}", "mean"), rows)]
