"""``keepout check-rate``: under which denominators a claimed interception rate can hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepout.cli.files import PageFile
from keepout.cli.given import AllAtOnce
from keepout.cli.output import emit, json_option, say, wrapped

if TYPE_CHECKING:
    from keepout.errors import Problem
    from keepout.inference.rate import Claim


class Rate(click.ParamType):  # type: ignore[type-arg]
    """A share such as "0.86", "86 %" or "86%", with half of its last digit."""

    name = "share"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[float, float]:
        """The pair (share, half of what it is rounded to)."""
        import math

        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        digits = value.strip().removesuffix("%").strip()
        scale = 0.01 if value.strip().endswith("%") else 1.0
        try:
            share = float(digits)
        except ValueError:
            share = math.nan
        if not math.isfinite(share) or "e" in digits.lower():
            self.fail(f"{value!r} is no share: write it like 0.86 or 86%", param, ctx)
        decimals = len(digits.partition(".")[2])
        return share * scale, 0.5 * scale * 10.0**-decimals


def _claim(values: dict[str, Any]) -> Claim:
    """The claim that the options make."""
    from keepout.inference.rate import COUNTS, Claim

    rate, half = values["claim"]
    rounding = values.get("rounding")
    return Claim(
        rate=rate,
        half=half if rounding is None else 0.5 * rounding[0],
        launched=values["launched"],
        arrived=values["arrived"],
        at_least=bool(values.get("at_least")),
        **{name: values.get(name) for name in COUNTS},
    )


def _faults(written: set[str], values: dict[str, Any]) -> list[Problem]:
    """What cannot be among the values that can be read."""
    from keepout.inference.rate import problems

    usual = {"claim": (0.5, 0.005), "launched": 5000, "arrived": 0}
    return problems(_claim(usual | values))


@click.command("check-rate", cls=AllAtOnce, judge=_faults)
@click.option("--launched", type=int, required=True, metavar="N", help="Missiles launched.")
@click.option("--arrived", type=int, required=True, metavar="N",
              help="Warheads that reached the ground, wherever that was.")  # fmt: skip
@click.option("--claim", type=Rate(), required=True, help="The rate that is claimed: 0.86 or 86%.")
@click.option("--at-least", is_flag=True, help="--arrived counts only what was seen.")
@click.option("--failed", type=int, metavar="N", help="Failed in flight, by themselves.")
@click.option("--intercepted", type=int, metavar="N", help="Intercepted.")
@click.option("--engaged", type=int, metavar="N", help="Shot at at least once.")
@click.option("--identified", type=int, metavar="N", help="Identified by the defence.")
@click.option("--threatening", type=int, metavar="N",
              help="Would have come down on something defended.")  # fmt: skip
@click.option("--rounding", type=Rate(), help="To what the claim was rounded [its last digit].")
@click.option("--page", type=PageFile(), metavar="FILE", help="Write the answer as a page too.")
@json_option
def command(page: Path | None, as_json: bool, **given: Any) -> None:
    """Judge a claimed interception rate by counts of the same raid.

    The ledger is launched = failed in flight + intercepted + arrived. For each denominator
    (launched, launched with failures counted as successes, those that flew on, identified,
    threatening, engaged) every whole-number way to fill in what is not given is looked at: the
    claim holds in all, can hold in some (and the line says in which), or in none. "86%" stands
    for 85.5 to 86.5 %, "0.9" for 0.85 to 0.95. Where a count is known, interval_90 is the
    interval of the probability behind it (Clopper and Pearson), were every missile independent.
    """
    from keepout.inference import rate

    claim = _claim(given)
    rows = rate.check(claim)
    if page is not None:
        from keepout.report.rated import page as made

        page.write_text(made(rate.record(claim, rows), _line(given)), "utf-8")
        say(f"page: {page}")
    emit(as_json, rate.record(claim, rows), lambda: _text(claim, rows))


def _line(given: dict[str, Any]) -> str:
    """The command again."""
    words = ["keepout check-rate"]
    for name, value in given.items():
        if value is None or value is False:
            continue
        shown = (
            ""
            if value is True
            else f" {value[0]:.12g}"
            if isinstance(value, tuple)
            else f" {value}"
        )
        words.append(f"--{name.replace('_', '-')}{shown}")
    claim = given["claim"]
    if given.get("rounding") is None:
        words.append(f"--rounding {2.0 * claim[1]:.12g}")
    return " ".join(words)


def _text(claim: Claim, rows: list[Any]) -> str:
    """The same for people."""
    from keepout.inference.rate import CANNOT, sentence

    lines = [wrapped(sentence(claim, rows)), ""]
    for row in rows:
        lines.append(f"  {row.denominator}: {row.verdict}")
        rate = "" if row.low is None else f"; {100 * row.low:.1f} to {100 * row.high:.1f} %"
        lines.append(wrapped(f"{row.counts}{rate}", "    ", "    "))
        when = "" if row.verdict == CANNOT else "if "
        lines += [wrapped(f"{when}{says}", "    ", "      ") for says in row.assumptions]
        if row.interval:
            low, high = (100 * end for end in row.interval)
            lines.append(f"    the probability behind it: {low:.1f} to {high:.1f} % (90 %)")
    return "\n".join(lines)
