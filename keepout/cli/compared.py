"""What ``keepout compare`` says beyond its table: stories, the split, systems, and the limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keepout.cli.output import table, wrapped
from keepout.results.plain import is_unseen

CAUSES = {
    "open-ground": "were judged to fall on open ground",
    "not-defended": "were left on purpose",
    "no-track": "had no track",
    "wrong-object": "drew the shots to another part",
    "out-of-reach": "were out of reach",
    "no-channel": "found every channel busy",
    "no-rounds": "came when no rounds were left",
    "too-late": "were known too late",
    "engaged-and-missed": "were engaged and missed",
    "body-hit-only": "were hit in the body only",
    "diverted": "were diverted and came down elsewhere",
}


def by_story(found: Mapping[str, Any]) -> list[str]:
    """B minus A inside each story, the mixture, and when nothing is added."""
    told = found.get("by_story")
    if not told or not told["stories"] + told["extremes"]:
        return []
    rows = [
        (
            story["title"], f"{100 * story['weight']:.0f} %", f"{story['a']['mean']:.1f}",
            f"{story['b']['mean']:.1f}", *_numbers(story["arrived"]),
        )
        for story in told["stories"]
    ]  # fmt: skip
    mixed = told["mixed"]
    if mixed:
        rows.append(("mixed with these weights", "", "", "", *_numbers(mixed)))
    rows.append(("the whole prior", "", "", "", *_numbers(found["difference"]["arrived"])))
    head = ("arrivals, by story", "weight", "A", "B", "B - A", "± MC", "single nights", "ignorance")
    lines = ["", table(head, rows)]
    lines += [wrapped(f"It {words}.", "  ", "    ") for words in told["adds_nothing_if"]]
    if told["left_out"]:
        says = "Not told, since nothing here is drawn that they are about: "
        lines.append(wrapped(says + "; ".join(told["left_out"]) + ".", "  ", "    "))
    return lines


def _numbers(summary: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Mean, Monte Carlo error, and the 5 to 95 % ranges of nights and of ignorance."""
    error = "" if summary["mc_se"] is None else f"{summary['mc_se']:.2f}"
    inner = summary["epistemic"]
    return (
        f"{summary['mean']:+.1f}",
        error,
        f"{summary['p05']:+.0f} to {summary['p95']:+.0f}",
        "none seen" if is_unseen(summary) else f"{inner['p05']:+.1f} to {inner['p95']:+.1f}",
    )


def split(found: Mapping[str, Any]) -> list[str]:
    """Radar alone, rounds alone, both."""
    parts = found.get("split")
    if not parts:
        return []
    names = {
        "radar": "its radar only", "interceptors": "its interceptors only", "both": "both",
        "together": "both, beyond the sum of the two",
    }  # fmt: skip
    head = (f"arrivals, {' and '.join(parts['systems'])}", "B - A", "± MC", "nights", "ignorance")
    return ["", table(head, [(words, *_numbers(parts[key])) for key, words in names.items()])]


def attribution(found: Mapping[str, Any]) -> list[str]:
    """What each type of system does."""
    made = found.get("attribution")
    if not made:
        return []
    rows = [
        (system, *(f"{s[key]['mean']:+.1f} ± {s[key]['mc_se'] or 0:.1f}" for key in
                   ("alone", "last", "shapley")))
        for system, s in made["systems"].items()
    ]  # fmt: skip
    whole = made["whole"]
    rows.append(("the whole defence", "", "", f"{whole['mean']:+.1f} ± {whole['mc_se'] or 0:.1f}"))
    head = ("arrivals in B, by type of system", "alone", "added last", "fair share (Shapley)")
    return ["", table(head, rows)]


def cannot_help(found: Mapping[str, Any]) -> list[str]:
    """Where arrivals stay as they were."""
    lines = []
    causes = [each for each in found.get("cannot_help", ()) if each["kind"] == "cause"]
    assets = [each for each in found.get("cannot_help", ()) if each["kind"] == "asset"]
    if causes:
        said = ", ".join(f"{each['b']:.1f} {CAUSES[each['name']]}" for each in causes)
        lines.append(wrapped(f"B cannot help where, of those that still arrive: {said}."))
    named = [each for each in assets if each["name"] != "elsewhere"]
    if named:
        said = ", ".join(f"{each['name']} ({each['b']:.1f} arrive)" for each in named)
        lines.append(wrapped(f"No change at: {said}."))
    sign = found.get("sign")
    if sign:
        lines.append(
            wrapped(
                f"Fewer arrive in {100 * sign['p_fewer']:.0f} % of the nights, as many in "
                f"{100 * sign['p_same']:.0f} %, more in {100 * sign['p_more']:.0f} %; the expected "
                f"effect is below zero for {100 * sign['mean_below_zero']:.0f} % of what the "
                "parameters may be."
            )
        )
    return ["", *lines] if lines else []
