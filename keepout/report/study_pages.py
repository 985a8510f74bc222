"""Pages of sweeps, sensitivity studies and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keepout.report import study_figures as draw
from keepout.report.compared_page import KEYS, OPINIONS
from keepout.report.figures import figure, key_of
from keepout.report.markup import Html, join
from keepout.report.study import Page, numbers, write
from keepout.report.words import count, error, ignorance_text, listed, range_text

Found = Mapping[str, Any]
UNRANKED = "The points stand in the order of the design; nothing in them is ranked."
ATTACKER = (
    "The attacker's choices are context: they come from the scenario, and none is varied but the "
    "size of the raid and published mixes of missiles."
)


def what(found: Found) -> str:
    """What the numbers are of."""
    against = f" minus {found['against']}" if found.get("against") else ""
    return f"{found['scenario']}{against}"


def write_sweep(found: Found, path: Path) -> None:
    """Write the page of a sweep."""
    write(sweep_page(found), path)


def sweep_page(found: Found) -> Page:
    """The page of a sweep."""
    name = found["numbers"][0]
    points = found["points"]
    known = [p["numbers"][name] for p in points if p["numbers"][name]["mean"] is not None]
    means = [s["mean"] for s in known]
    errors = [s["mc_se"] or 0.0 for s in known]
    first = (
        (
            f"Over {len(points)} points {name} of {what(found)} lies between "
            f"{count(min(means))} and {count(max(means))}; the Monte Carlo error is at most "
            f"{max(errors):.2f}."
        )
        if means
        else f"{name} is not defined at any of the points."
    )
    answer = [
        first,
        f"Every point has {found['trials']} trials and meets the same nights, so differences "
        "between points come from what is varied. " + UNRANKED,
    ]
    heads = [*found["factors"], *found["numbers"]]
    rows = [
        [
            *(_value(v) for v in p["factors"].values()),
            *(f"{count(s['mean'])} {error(s['mc_se'])}" for s in p["numbers"].values()),
        ]
        for p in points
    ]
    return Page(
        title=found["study"],
        question=found["question"] or f"How does {name} change?",
        answer=answer,
        figures=[_sweep_figure(found, each, k) for k, each in enumerate(_three(found))],
        tables=[numbers(heads, rows)],
        assumptions=[*found["assumptions"], OPINIONS, ATTACKER],
        changes=["What is held fixed here: every other setting of the scenario."],
        repeat=f"keepout sweep {found['study']}",
        facts=(f"{len(points)} points", f"{found['trials']} trials each", f"seed {found['seed']}"),
    )


def _three(found: Found) -> list[str]:
    """Three pictures: the first three numbers, or fewer numbers read in other ways."""
    return [*found["numbers"][:3]]


def _at(point: Found) -> str:
    return listed([f"{name} {_value(value)}" for name, value in point["factors"].items()])


def _value(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _sweep_figure(found: Found, name: str, k: int) -> Html:
    """Lines over the first factor for the values of the second; a heat map where both are long."""
    points, factors = found["points"], found["factors"]
    xs = list(dict.fromkeys(p["factors"][factors[0]] for p in points))
    numeric = all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in xs)
    grid = found["design"] == "grid" and len(factors) <= 2
    others = (
        list(dict.fromkeys(p["factors"][factors[1]] for p in points)) if factors[1:] else [None]
    )
    caption = f"{name} of {what(found)} over {factors[0]}."
    if grid and len(factors) == 2 and (k > 0 or not numeric):
        values = np.array([[_mean(found, x, y, name) for x in xs] for y in others])
        drawn = draw.heat(
            values, (factors[0], [_value(x) for x in xs]),
            (factors[1], [_value(y) for y in others]), f"sweep{k}", caption,
        )  # fmt: skip
        return figure(drawn, join(caption + " Each cell is a mean."))
    if grid and numeric:
        series = [
            (
                name if y is None else f"{factors[1]} {_value(y)}",
                [_point(found, x, y)["numbers"][name] for x in xs],
            )
            for y in others
        ]
        drawn = draw.lines(xs, series, f"sweep{k}", caption, (factors[0], name))
        band = " Bands: 5 to 95 % of single nights." if len(series) < 4 else ""
        return figure(drawn, join(f"{caption}{band}"))
    rows = [(_at(p), p["numbers"][name]) for p in points[:40]]
    drawn = draw.intervals(rows, f"sweep{k}", caption, name)
    return figure(drawn, join(caption), legend=key_of(KEYS))


def _point(found: Found, x: Any, y: Any) -> Found:
    factors = found["factors"]
    for point in found["points"]:
        values = point["factors"]
        if values[factors[0]] == x and (y is None or values[factors[1]] == y):
            return point  # type: ignore[no-any-return]
    raise KeyError((x, y))


def _mean(found: Found, x: Any, y: Any, name: str) -> float:
    mean = _point(found, x, y)["numbers"][name]["mean"]
    return np.nan if mean is None else float(mean)


def write_sensitivity(found: Found, path: Path) -> None:
    """Write the page of a sensitivity study."""
    write(sensitivity_page(found), path)


def sensitivity_page(found: Found) -> Page:
    """The page of a sensitivity study."""
    name, about = next(iter(found["numbers"].items()))
    sobol = found["method"] == "sobol"
    key = "total" if sobol else "mu_star"
    ordered = sorted(about["factors"], key=lambda f: -_size(f[key]))
    lead = [f"{f['name']} ({_size(f[key]):.2f})" for f in ordered[:3]]
    answer = [
        f"{name} of {what(found)} (mean {about['mean']:.3g}) hangs most on {listed(lead)}"
        + (": shares of the variance of the expected result." if sobol else ": mean effects."),
    ]
    if sobol:
        noise = about["noise"]["total"]
        answer.append(
            f"Of the variance of a single night's result {100 * (noise or 0.0):.0f} % is the noise "
            "of that night: no knowledge of the parameters would take it away."
        )
    answer.append(
        "An index says what knowing a parameter would be worth, inside the priors given here; "
        "with other priors it is another. What belongs to the attacker is one group."
    )
    made = []
    for k, (each, numbers_) in enumerate(found["numbers"].items()):
        made += _sensitivity_figures(each, numbers_, sobol, k)
    heads = ("factor", "first", "total") if sobol else ("factor", "mean size", "mean", "spread")
    return Page(
        title=found["study"],
        question=found["question"] or f"What does {name} hang on?",
        answer=answer,
        figures=made[:6],
        tables=[numbers(heads, _rows(ordered, sobol))],
        assumptions=[*found["assumptions"], OPINIONS],
        changes=[
            "Narrower or wider priors: an index is a share, so it moves when any prior does.",
            "A parameter that is not drawn has no index, however much hangs on it.",
        ],
        repeat=f"keepout sensitivity {found['study']}",
        facts=(f"{found['trials']:,} trials", f"seed {found['seed']}", found["method"]),
    )


def _size(value: Any) -> float:
    value = value["value"] if isinstance(value, Mapping) else value
    return 0.0 if value is None else float(value)


def _rows(ordered: Sequence[Found], sobol: bool) -> list[list[str]]:
    if sobol:
        return [[f["name"], _index(f["first"]), _index(f["total"])] for f in ordered]
    return [
        [f["name"], *(f"{_size(f[key]):.3g}" for key in ("mu_star", "mu", "sigma"))]
        for f in ordered
    ]


def _index(value: Found) -> str:
    if value["value"] is None:
        return "–"
    if value["p05"] is None:
        return f"{value['value']:.3f}"
    return f"{value['value']:.3f} ({value['p05']:.2f} to {value['p95']:.2f})"


def _sensitivity_figures(name: str, about: Found, sobol: bool, k: int) -> list[Html]:
    """Total indices, first indices, and parameters against noise; or Morris's effects."""
    if not sobol:
        rows = [(f["name"], _size(f["mu_star"]), 0.0) for f in about["factors"]]
        rows.sort(key=lambda row: -row[1])
        drawn = draw.bars(rows[:16], f"morris{k}", "Mean size of effects", name)
        return [figure(drawn, join(f"{name}: mean size of the elementary effects."))]
    made = []
    for key, words in (("total", "Total"), ("first", "First")):
        ordered = sorted(about["factors"], key=lambda f: -_size(f[key]))[:14]
        ends: list[tuple[str, Found]] = [
            (f["name"], {"mean": _size(f[key]), "p05": f[key]["p05"], "p95": f[key]["p95"]})
            for f in ordered
        ]
        drawn = draw.intervals(ends, f"{key}{k}", f"{words} indices", "share of the variance")
        made.append(
            figure(drawn, join(f"{name}: {words.lower()} index and its 5 to 95 % interval."))
        )
    parts = [
        ("parameters", about["variance"]["parameters"], 0.0),
        ("noise of single nights", about["variance"]["noise"], 0.0),
    ]
    drawn = draw.bars(parts, f"parts{k}", "Variance by origin", f"variance of {name}")
    return [*made, figure(drawn, join(f"{name}: variance of a single night, by origin."))]


def summary_rows(found: Mapping[str, Found]) -> list[list[str]]:
    """Rows of a table of summaries by name."""
    return [
        [
            name,
            count(s["mean"]),
            error(s["mc_se"]),
            range_text(s),
            ignorance_text(s),
        ]
        for name, s in found.items()
    ]
