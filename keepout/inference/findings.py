"""What a posterior says: parameters, counts, stories, what stays open, and what would close it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from . import weighted
from .evidence import Story
from .observed import reported
from .posterior import ENOUGH, Posterior

NOT_IDENTIFIED, LITTLE = 0.9, 0.6
"""Posterior over prior width (5 to 95 %) from which a parameter counts as not identified, or as
little known: conventions of ours."""
MOVED = 0.5
"""Shift of the mean, in standard deviations beforehand, that counts as moved."""
TRADE_OFF = 0.25
"""Rank correlations below this are not worth a sentence."""
MAIN = ("kill probability", "share left", "share failed", "share aimed", "share that arrives")
FEWEST = 20.0
"""Effective states below which a Bayes factor is not given."""
MOST_CELLS = 64
TRUSTS = (1.0, 0.99, 0.95, 0.9, 0.8, 0.65, 0.5)
"""Trusts for which the answer is given beside the file's own …"""
SHOWN_TRUSTS = (1.0, 0.95, 0.8, 0.5)
"""… and those that are told in words."""


def width_ratio(prior: dict[str, float], after: dict[str, float]) -> float:
    """Width of the 5 to 95 % interval after the evidence over the width before it."""
    wide = prior["p95"] - prior["p05"]
    return (after["p95"] - after["p05"]) / wide if wide > 0.0 else 1.0


def verdict(ratio: float, shift_sd: float) -> str:
    """What the evidence did to a parameter, in a word."""
    if ratio >= LITTLE and abs(shift_sd) >= MOVED:
        return "moved"
    if ratio >= NOT_IDENTIFIED:
        return "not identified"
    return "little known" if ratio >= LITTLE else "narrowed"


def parameters(found: Posterior) -> dict[str, dict[str, Any]]:
    """Every parameter before and after, the ones that people ask for first."""
    keys = sorted(found.theta, key=lambda key: (not is_main(found, key), found.word(key)))
    return {key: _parameter(found, key) for key in keys}


def is_main(found: Posterior, key: str) -> bool:
    """Whether a parameter is one that people ask for."""
    return found.word(key).startswith(MAIN)


def _parameter(found: Posterior, key: str) -> dict[str, Any]:
    together = found.bank.together
    values = found.theta[key]
    prior = weighted.summary(values, found.prior, together)
    after = weighted.summary(values, found.weights, together)
    ratio = width_ratio(prior, after)
    shift_sd = (after["mean"] - prior["mean"]) / prior["sd"] if prior["sd"] else 0.0
    return {
        "words": found.word(key),
        "path": found.bank.paths.get(key, ""),
        "prior": prior,
        "posterior": after,
        "width_ratio": ratio,
        "shift_sd": shift_sd,
        "verdict": verdict(ratio, shift_sd),
    }


def counts(found: Posterior) -> dict[str, dict[str, Any]]:
    """Every count and rate of the event before and after."""
    made = {}
    for path, values in found.bank.counts.items():
        if np.nanmax(values, initial=0.0) <= 0.0 or path.startswith("cost_usd"):
            continue
        prior = weighted.summary(values, found.prior, found.bank.together)
        after = weighted.summary(values, found.weights, found.bank.together)
        made[path] = {"prior": prior, "posterior": after, "width_ratio": width_ratio(prior, after)}
    return made


def observations(found: Posterior) -> list[dict[str, Any]]:
    """Each observation: what was said, and what was to be expected before, without it, after."""
    made = []
    for each, seen, row in zip(
        found.evidence.observations, found.observed, found.factors, strict=True
    ):
        without = found.without(each.name)
        line: dict[str, Any] = {
            "name": each.name,
            "quantity": quantity_of(each),
            "reports": [report.model_dump(exclude_defaults=True) for report in each.reports],
            "probability": {
                "prior": float((row * found.prior).sum()),
                "given_the_others": float((row * without).sum()),
            },
        }
        for name, weights in (
            ("prior", found.prior), ("given_the_others", without), ("posterior", found.weights),
        ):  # fmt: skip
            if seen.pmf is not None:
                line[name] = weighted.of_law(seen.predictive(weights))
            else:
                assert seen.rates is not None
                line[name] = weighted.summary(seen.rates[0], weights)
        made.append(line)
    return made


def quantity_of(each: Any) -> str:
    """What an observation counts, in one line."""
    if each.rate is not None:
        return f"rates.{'|'.join(each.rate)}"
    places = [path.removeprefix("arrived.by_asset.") for path in each.also]
    return " + ".join([str(each.quantity), *places])


def alone(found: Posterior, focus: list[str]) -> list[dict[str, Any]]:
    """What each report alone would say of the quantities in focus."""
    made = []
    for each in found.evidence.observations:
        for k, report in enumerate(each.reports):
            weights = found.alone(each.name, k)
            if weights is None:
                continue
            says = {
                name: dict(zip(weighted.NAMES, weighted.quantiles(values_of(found, name), weights)))
                for name in focus
            }
            who = report.who or report.source
            made.append(
                {"observation": each.name, "report": words_of(report), "who": who,
                 "effective": weighted.effective(weights), "says": says}
            )  # fmt: skip
    return made


def by_trust(found: Posterior, focus: list[str]) -> list[dict[str, Any]]:
    """What is believed of the quantities in focus for other trusts in the reports in doubt.

    Every report that the file trusts less than fully gets one trust after another, the file's own
    among them; the others keep theirs. Nothing is run again: the states are weighed anew. Empty
    where no report is in doubt.
    """
    given = sorted({report.trust for _, report in _reports(found) if report.trust < 1.0})
    if not given:
        return []
    return [
        line for trust in sorted({*TRUSTS, *given}, reverse=True)
        if (line := _at_trust(found, focus, trust, given)) is not None
    ]  # fmt: skip


def _reports(found: Posterior) -> Iterator[tuple[str, Any]]:
    """Every report with the name of its observation."""
    for each in found.evidence.observations:
        for report in each.reports:
            yield each.name, report


def _at_trust(
    found: Posterior, focus: list[str], trust: float, given: list[float]
) -> dict[str, Any] | None:
    """One line of ``by_trust``; None if no state is left."""
    said = reported(found.evidence)
    product = np.ones(len(found.bank))
    for each in found.observed:
        laws = tuple(replace(law, trust=trust) if law.trust < 1.0 else law for law in each.laws)
        product *= replace(each, laws=laws).likelihood(said[each.name])
    if not product.any():
        return None
    weights = weighted.normalised(product * found.prior)
    says = {
        name: dict(zip(weighted.NAMES, weighted.quantiles(values_of(found, name), weights)))
        for name in focus
    }
    return {
        "trust": trust, "given": trust in given,
        "effective": weighted.effective(weights, min(found.bank.together, 2)), "says": says,
    }  # fmt: skip


def words_of(report: Any) -> str:
    """A report in words."""
    value = f"{report.value:g}" if report.value is not None else ""
    if report.says == "between":
        return f"between {report.low:g} and {report.high:g}"
    return {"exactly": value, "about": f"about {value}", "at-least": f"at least {value}",
            "at-most": f"at most {value}"}[report.says]  # fmt: skip


def values_of(found: Posterior, name: str) -> np.ndarray:
    """Values of a parameter or a count, one per state."""
    if name in found.theta:
        return found.theta[name]
    if name.startswith("leak."):
        return 1.0 - found.bank.counts["rates." + name.removeprefix("leak.")]
    return found.bank.counts[name]


def trade_offs(found: Posterior, most: int = 6) -> list[dict[str, Any]]:
    """Pairs of parameters that the evidence ties together: one may be large if the other is not."""
    main = [key for key in found.theta if is_main(found, key)]
    made: list[dict[str, Any]] = []
    for a, b in itertools.combinations(main, 2):
        before = weighted.rank_correlation(found.theta[a], found.theta[b], found.prior)
        after = weighted.rank_correlation(found.theta[a], found.theta[b], found.weights)
        if abs(after - before) >= TRADE_OFF:
            made.append({"a": a, "b": b, "prior": before, "posterior": after})
    made.sort(key=lambda pair: -abs(pair["posterior"] - pair["prior"]))
    return made[:most]


def would_settle(found: Posterior, most: int = 8) -> list[dict[str, Any]]:
    """Counts that, if they became known exactly, would tell most about a main parameter.

    The share of its remaining variance that would go, on average over what the count may be.
    """
    given = list(found.evidence.candidates) or [
        path for path in found.bank.counts
        if path.startswith(("fired.", "failed_in_flight", "engaged", "intercepted.", "arrived.by_",
                            "left_on_purpose")) and path != "arrived.by_asset.elsewhere"
    ]  # fmt: skip
    made: list[dict[str, Any]] = []
    for key in (key for key in found.theta if is_main(found, key)):
        for path in given:
            values = found.bank.counts[path]
            if np.ptp(values[found.weights > 0.0]) == 0.0:
                continue
            share = weighted.explained(found.theta[key], values, found.weights)
            made.append({"parameter": key, "count": path, "variance_removed": share})
    made.sort(key=lambda line: -line["variance_removed"])
    best: dict[str, int] = {}
    kept = []
    for line in made:
        best[line["parameter"]] = best.get(line["parameter"], 0) + 1
        if best[line["parameter"]] <= 2 and line["variance_removed"] > 0.05:
            kept.append(line)
    return kept[:most]


def stories(found: Posterior) -> list[dict[str, Any]]:
    """Bayes factors of every two stories, over the halves of the priors that are in doubt."""
    made = []
    for a, b in itertools.combinations(found.evidence.stories, 2):
        cells = [_factor(found, a, b, cell, words) for words, cell in _cells(found)]
        known = [cell for cell in cells if cell["factor"] is not None]
        factors = [cell["factor"] for cell in known]
        made.append(
            {
                "a": a.name,
                "b": b.name,
                "least": min(factors, default=None),
                "most": max(factors, default=None),
                "overall": cells[0]["factor"],
                "prior_odds": cells[0]["prior_odds"],
                "cells": cells,
                "not_known": len(cells) - len(known),
            }
        )
    return made


def _cells(found: Posterior) -> Iterator[tuple[str, np.ndarray]]:
    """All states, then every combination of lower and upper halves of the priors in doubt."""
    everywhere = np.ones(len(found.bank), bool)
    yield "all", everywhere
    halves = []
    for name in found.evidence.over:
        key = found.bank.parameter(name) or name
        values = found.theta[key]
        middle = weighted.quantiles(values, found.prior, (0.5,))[0]
        halves.append(((f"{name} low", values <= middle), (f"{name} high", values > middle)))
    for chosen in itertools.islice(itertools.product(*halves), MOST_CELLS):
        if chosen:
            yield (
                ", ".join(words for words, _ in chosen),
                np.logical_and.reduce([mask for _, mask in chosen]),
            )


def inside(found: Posterior, story: Story) -> np.ndarray:
    """Which states belong to a story (n,)."""
    held = np.ones(len(found.bank), bool)
    for name, bounds in story.when.items():
        values = found.theta[found.bank.parameter(name) or name]
        if bounds.low is not None:
            held &= values >= bounds.low
        if bounds.high is not None:
            held &= values <= bounds.high
    return held


def _factor(
    found: Posterior, a: Story, b: Story, cell: np.ndarray, words: str
) -> dict[str, Any]:  # fmt: skip
    """Mean likelihood under one story over that under the other, in one cell of the priors."""
    likelihood = np.prod(found.factors, axis=0)
    means, errors, sizes = [], [], []
    for story in (a, b):
        share = found.prior * (inside(found, story) & cell)
        size = float(share.sum())
        means.append(float((share * likelihood).sum()) / size if size else 0.0)
        errors.append(weighted.effective(share * likelihood))
        sizes.append(size)
    known = min(errors) >= FEWEST and min(means) > 0.0
    return {
        "where": words,
        "factor": means[0] / means[1] if known else None,
        "log_se": math.sqrt(sum(1.0 / n for n in errors)) if known else None,
        "prior_odds": sizes[0] / sizes[1] if sizes[1] else None,
        "effective": min(errors),
    }


def roughness(found: Posterior) -> str:
    """A sentence where too few states carry the answer; empty otherwise."""
    if found.effective >= ENOUGH:
        return ""
    return (
        f"Only {found.effective:.0f} effective states carry this answer: take more trials before "
        "quoting it."
    )


def said_in_words(reports: list[dict[str, Any]]) -> str:
    """All reports of an observation in words."""
    words = []
    for report in reports:
        value = report.get("value")
        shown = "" if value is None else f"{value:g}"
        says = report.get("says", "exactly")
        if says == "between":
            words.append(f"{report['low']:g}–{report['high']:g}")
        else:
            words.append({"exactly": "", "about": "about ", "at-least": "at least ",
                          "at-most": "at most "}[says] + shown)  # fmt: skip
    return "; ".join(words)


def sentences(record: dict[str, Any]) -> list[str]:
    """What stays open, what is tied together, what would settle it, and the stories, in words."""
    words = {key: each["words"] for key, each in record["parameters"].items()}
    made = trust_in_words(record)
    if record["not_identified"]:
        made.append(
            "Not identified (the evidence leaves 90 % or more of what was open beforehand): "
            + "; ".join(words[key] for key in record["not_identified"]) + "."
        )  # fmt: skip
    for pair in record["trade_offs"][:3]:
        how = "both high or both low" if pair["posterior"] > 0.0 else "one high, the other low"
        made.append(
            f"Tied together: {words[pair['a']]} and {words[pair['b']]} ({how}; rank correlation "
            f"{pair['prior']:+.2f} before, {pair['posterior']:+.2f} after)."
        )
    for line in record["would_settle"][:4]:
        made.append(
            f"Would settle: knowing {line['count']} exactly would remove "
            f"{100 * line['variance_removed']:.0f} % of the remaining variance of "
            f"{words[line['parameter']]}."
        )
    made += [story_in_words(story) for story in record["stories"]]
    return made


def trust_in_words(record: Mapping[str, Any]) -> list[str]:
    """How far the first quantity in focus moves with the trust in the reports in doubt."""
    lines = record.get("by_trust") or []
    name = leading(lines)
    if name is None:
        return []
    given = " and ".join(f"{100 * line['trust']:g} %" for line in lines if line["given"])
    told = "; ".join(
        f"at {100 * line['trust']:g} % it is {_ends_in_words(name, line['says'][name])}"
        for line in lines if line["trust"] in SHOWN_TRUSTS and not line["given"]
    )  # fmt: skip
    says = f"Reports in doubt are trusted to {given}, which is an opinion. Were they all trusted "
    return [says + f"alike, {called(record, name)} would be another: {told}."]


def leading(lines: Sequence[Mapping[str, Any]]) -> str | None:
    """The quantity that the answer is about: the leak if there is one."""
    return next(iter(lines[0]["says"]), None) if lines else None


def called(record: Mapping[str, Any], name: str) -> str:
    """A quantity in focus in words."""
    known = record["parameters"].get(name)
    return f"the {known['words']}" if known else "the share of those shot at that got through"


def _ends_in_words(name: str, ends: Mapping[str, float]) -> str:
    if name.startswith("leak."):
        return f"{100 * ends['p05']:.0f} to {100 * ends['p95']:.0f} %"
    return f"{ends['p05']:.3g} to {ends['p95']:.3g}"


def story_in_words(story: dict[str, Any]) -> str:
    """A Bayes factor as a range, never as one number."""
    if story["least"] is None:
        return f"Stories {story['a']} and {story['b']}: too few states to weigh them."
    known = len(story["cells"]) - story["not_known"]
    where = f" over {known} ranges of priors" if len(story["cells"]) > 1 else ""
    least, most = story["least"], story["most"]
    if least < 1.0 < most:
        says = "which of the two it favours hangs on the priors"
    else:
        says = f"the evidence favours {story['a'] if least >= 1.0 else story['b']} in all of them"
    if least > 1.0 / 3.0 and most < 3.0:
        says += ", and by less than 3 to 1, which is hardly worth mentioning"
    return (
        f"{story['a']} against {story['b']}: Bayes factor {least:.2g} to {most:.2g}{where}; {says}."
    )
