"""Checks across the fields of an evidence file: what cannot be, or cannot be together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from keepout.catalogue import read as catalogue
from keepout.document import Where
from keepout.errors import Problem
from keepout.scenario.diagnostics import Places
from keepout.scenario.words import closest

from .evidence import Evidence
from .likelihood import agrees, law_of, said_of
from .observed import ARRIVED
from .small import ALL, small_names

COUNTS_KNOWN = ("launched", "failed_in_flight", "engaged", "seen", "threatening")
HEADS = ("arrived.", "intercepted.", "fired.", "aimed.", "debris.", "left_on_purpose")
MOST_FIGURE = 100_000.0


def everything(evidence: Any, places: Places) -> list[Problem]:
    """All problems of a file, or of what is usable of it, that show without a scenario."""
    found: list[Problem] = []
    for rule in (names, shapes, sources, rates, marks, together, contradictions, sums):
        found += rule(evidence, places)
    model = getattr(evidence, "model", None)
    if model is not None and not found and not evidence.scenario:
        counts, parameters, most = small_names(model)
        found += against(evidence, places, counts, parameters, most)
    elif model is None and not getattr(evidence, "scenario", None):
        found.append(
            places.problem(
                "missing-key", "the evidence has neither a scenario nor a model", (),
                "add scenario: NAME for its priors, or model: with a raid without geometry",
            )
        )  # fmt: skip
    return found


def _observations(evidence: Any) -> Iterator[tuple[Where, Any]]:
    """Observations that parsed at all, with their places."""
    for i, each in enumerate(getattr(evidence, "observations", None) or ()):
        if each is not None:
            yield ("observations", i), each


def _reports(evidence: Any) -> Iterator[tuple[Where, Any, Any]]:
    """Reports that parsed at all, with their places and observations."""
    for where, each in _observations(evidence):
        for k, report in enumerate(getattr(each, "reports", None) or ()):
            if report is not None:
                yield (*where, "reports", k), report, each


def names(evidence: Any, places: Places) -> Iterator[Problem]:
    """Nothing has the name of something else of its kind."""
    for section in ("observations", "stories"):
        items = [item for item in getattr(evidence, section, None) or () if item is not None]
        often = Counter(getattr(item, "name", None) for item in items)
        for i, item in enumerate(items):
            if item.name and often[item.name] > 1:
                message = f'the name "{item.name}" is given {often[item.name]} times'
                where: Where = (section, i, "name")
                yield places.problem("duplicate-name", message, where, "give each its own")


def shapes(evidence: Any, places: Places) -> Iterator[Problem]:
    """A report has the figures that its way of saying needs, in order."""
    for where, report, _ in _reports(evidence):
        if report.says == "between":
            if report.low is None or report.high is None:
                yield places.problem(
                    "missing-key", "between needs low and high", where, "add low: and high:"
                )
            elif report.low > report.high:
                yield places.problem(
                    "order", f"low {report.low:g} is more than high {report.high:g}",
                    (*where, "low"), "so that low <= high",
                )  # fmt: skip
        elif report.says is not None and report.value is None:
            yield places.problem("missing-key", f"{report.says} needs a value", where, "add value:")
    for where, each in _observations(evidence):
        if (each.quantity is None) == (each.rate is None):
            yield places.problem(
                "missing-key", "an observation is of a quantity or of a rate, one of the two",
                where, "write quantity: arrived.by_asset.ID, or rate: [launched]",
            )  # fmt: skip
        if each.rate is not None and not each.rate:
            yield places.problem(
                "missing-key", "no denominator is named", (*where, "rate"),
                "name those that may have been meant",
            )  # fmt: skip


def sources(evidence: Any, places: Places) -> Iterator[Problem]:
    """Every source is one of the catalogue's."""
    known = catalogue.sources()
    for where, report, _ in _reports(evidence):
        if report.source and report.source not in known:
            message = f'there is no source "{report.source}"'
            yield places.problem(
                "unknown-source", message, (*where, "source"), closest(report.source, known)
            )


def rates(evidence: Any, places: Places) -> Iterator[Problem]:
    """A rate is a share of one; a count is whole unless it is rounded."""
    for where, report, each in _reports(evidence):
        for key in ("value", "low", "high"):
            value = getattr(report, key)
            if value is None:
                continue
            if each.rate is not None and value > 1.0:
                help = f"write {value / 100:g}" if 2.0 <= value <= 100.0 else ""
                message = f"the rate is {value:g}; a share cannot be above 1"
                yield places.problem("probability", message, (*where, key), help)
            elif each.rate is None and value != np.floor(value):
                message = f"the count is {value:g}; counts are whole"
                yield places.problem("number", message, (*where, key))
            elif each.rate is None and value > MOST_FIGURE:
                message = f"the count is {value:g}; at most {MOST_FIGURE:g} can be handled"
                yield places.problem("range", message, (*where, key))


def marks(evidence: Any, places: Places) -> Iterator[Problem]:
    """Craters belong to arrivals at an asset, and one arrival leaves at least one."""
    for where, each in _observations(evidence):
        for key in ("marks", "marks_of_debris"):
            amount = getattr(each, key)
            if amount is None:
                continue
            if not str(each.quantity or "").startswith(ARRIVED):
                message = f"{key} belongs to arrivals at an asset, not to this quantity"
                yield places.problem("choice", message, (*where, key), "leave it out", at_key=True)
            elif key == "marks" and amount.least() < 1.0:
                message = f"an arrival leaves {amount.least():g} craters at the least"
                help = "at least 1; what is not seen belongs to detected"
                yield places.problem("range", message, (*where, key), help)


def together(evidence: Any, places: Places) -> Iterator[Problem]:
    """Reports of one latent count can all be right at once, unless one is trusted less."""
    for where, each in _observations(evidence):
        reports = [report for report in each.reports or () if report is not None]
        if len(reports) < 2 or any(_incomplete(report) for report in reports):
            continue
        top = max(report.value or report.high or 0.0 for report in reports) * 4.0 + 50.0
        count = np.linspace(0.0, 1.0, 2001) if each.rate else np.arange(min(top, MOST_FIGURE))
        held = np.ones(len(count))
        for k, report in enumerate(reports):
            law = law_of(report, each.rate is not None)
            now = held * agrees(law, said_of(law), count, float(count[-1]))
            if not now.any():
                yield places.problem(
                    "contradiction",
                    f'report {k + 1} of "{each.name}" cannot be right together with those before '
                    "it: they read the same count",
                    (*where, "reports", k),
                    "give one a trust below 1 or a misread, or make it an observation of its own",
                )
                break
            held = now


def _incomplete(report: Any) -> bool:
    """Whether a report lacks its figures."""
    if report.says == "between":
        return report.low is None or report.high is None
    return report.says is None or report.value is None


def contradictions(evidence: Any, places: Places) -> Iterator[Problem]:
    """No asset has more arrivals than the whole raid is said to have had at most."""
    upper: dict[str, tuple[float, Where]] = {}
    for where, report, each in _reports(evidence):
        sure = report.trust == 1.0 and report.misread == 0.0 and each.detected is None
        if sure and each.marks is None and report.says in ("exactly", "at-most", "between"):
            most = report.high if report.says == "between" else report.value
            if most is not None and each.quantity:
                upper.setdefault(each.quantity, (most, where))
    for path, whole in (("arrived.total", "arrive in all"), ("launched", "were launched")):
        if path not in upper:
            continue
        most, _ = upper[path]
        for where, each, least in least_counts(evidence):
            if str(each.quantity).startswith("arrived.") and least > most:
                yield places.problem(
                    "contradiction",
                    f"at least {least:g} arrivals ({each.quantity}) and at most {most:g} that "
                    f"{whole}",
                    where,
                    "one of the two is counted otherwise: give it a trust below 1 or a misread",
                )


def least_counts(evidence: Any) -> Iterator[tuple[Where, Any, float]]:
    """The fewest that each fully trusted report allows of its quantity."""
    for where, report, each in _reports(evidence):
        if each.rate is not None or report.trust is None or report.trust < 1.0:
            continue
        if _incomplete(report) or report.misread != 0.0 or report.says == "at-most":
            continue
        figure = report.low if report.says == "between" else report.value
        law = law_of(report)
        figure -= 0.5 * law.step if law.says == "about" else 0.0
        if each.marks_of_debris is not None or each.marks is not None:
            continue  # many craters for one arrival: nothing follows for sure
        yield where, each, max(0.0, float(np.ceil(figure)))


def sums(evidence: Any, places: Places) -> Iterator[Problem]:
    """All assets together have no more than were launched, by the file's own model."""
    model = getattr(evidence, "model", None)
    launched = getattr(model, "launched", None)
    if launched is None or getattr(evidence, "scenario", None):
        return
    yield from _more_than(evidence, places, launched.most())


def _more_than(evidence: Any, places: Places, launched: float) -> Iterator[Problem]:
    """Reports of more than were launched, alone or by adding up assets."""
    most: dict[str, float] = {}
    for where, each, least in least_counts(evidence):
        if least > launched:
            yield places.problem(
                "impossible",
                f"{least:g} {each.quantity} are more than the {launched:g} launched at most",
                where,
                "correct the figure, or the number launched in the model or scenario",
            )
        elif str(each.quantity).startswith(ARRIVED):
            most[each.quantity] = max(most.get(each.quantity, 0.0), least)
            if sum(most.values()) > launched:
                yield places.problem(
                    "impossible",
                    f"the arrivals at {len(most)} assets add up to {sum(most.values()):g}, more "
                    f"than the {launched:g} launched at most",
                    where,
                    "correct a figure, or the number launched in the model or scenario",
                )
                return


def against(
    evidence: Evidence, places: Places, counts: Iterable[str], parameters: Mapping[str, str],
    launched: float,
) -> list[Problem]:  # fmt: skip
    """What does not fit the model or scenario: unknown assets, quantities and parameters.

    ``counts`` are the paths that are known, ``parameters`` keys with their paths.
    """
    known = list(counts)
    found = list(_more_than(evidence, places, launched))
    for where, each in _observations(evidence):
        if each.quantity and each.quantity not in known:
            found.append(_unknown(each.quantity, (*where, "quantity"), known, places))
        for i, path in enumerate(each.also):
            if path not in known:
                found.append(_unknown(path, (*where, "also", i), known, places))
    for i, path in enumerate(evidence.candidates):
        if path not in known:
            found.append(_unknown(path, ("candidates", i), known, places))
    allowed = [*parameters, *(path for path in parameters.values() if path)]
    wanted: list[tuple[str, Where]] = [(name, ("over", i)) for i, name in enumerate(evidence.over)]
    for i, story in enumerate(evidence.stories):
        wanted += [(name, ("stories", i, "when", name)) for name in story.when]
    for name, where in wanted:
        if name not in allowed:
            message = f'there is no uncertain parameter "{name}" here'
            found.append(places.problem("unknown-name", message, where, closest(name, allowed)))
    return found


def _unknown(path: str, where: Where, known: list[str], places: Places) -> Problem:
    """A quantity or an asset that is not there."""
    head = next((h for h in (ARRIVED, "aimed.by_asset.") if path.startswith(h)), None)
    if head:
        assets = [name.removeprefix(head) for name in known if name.startswith(head)]
        asset = path.removeprefix(head)
        help = closest(asset, [each for each in assets if each != ALL] or assets)
        return places.problem("unknown-asset", f'there is no asset "{asset}" here', where, help)
    return places.problem(
        "unknown-quantity", f'no raid is counted by "{path}"', where, closest(path, known)
    )
