"""Numbers as people read them, and names of things."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from keepout.catalogue import read
from keepout.errors import InputError
from keepout.results.plain import is_unseen

NONE = "–"

CAUSE_WORDS = {
    "open-ground": ("open ground", "judged to come down where nothing is defended"),
    "not-defended": ("left on purpose", "aimed at something defended, and not engaged by choice"),
    "no-track": ("no track", "never tracked firmly enough to be shot at"),
    "wrong-object": ("wrong object", "the shots went for another part of the missile"),
    "out-of-reach": ("out of reach", "never came into the envelope of a battery"),
    "no-channel": ("no channel", "every fire channel was busy"),
    "no-rounds": ("no rounds", "the magazines that could reach it were empty"),
    "too-late": ("too late", "known too late for any intercept"),
    "engaged-and-missed": ("engaged and missed", "shot at, and every shot missed"),
    "body-hit-only": ("body hit only", "hit, and the warhead survived"),
    "diverted": ("diverted", "pushed off its course, and came down elsewhere"),
}
"""Cause of an arrival → its name and what it says about the missile."""

CAUSE_GROUPS = {
    "not engaged by choice": ("open-ground", "not-defended"),
    "could not be engaged": ("no-track", "out-of-reach", "no-channel", "no-rounds", "too-late"),
    "engaged in vain": ("engaged-and-missed", "wrong-object", "body-hit-only", "diverted"),
}

RATE_WORDS = {
    "launched": "all that were launched, failures in flight included",
    "identified": "those of which a radar had a firm track",
    "threatening": "those that would have come down on an asset",
    "engaged": "those at which at least one round was fired",
}
"""Denominator of an interception rate → what it counts."""

KIND_WORDS = {"counted": "counted", "about": "about", "lower-bound": "at least"}
"""Kind of a published figure → how it is said."""


@cache
def name_of(id_: str) -> str:
    """The name of a catalogue entry, or the id itself where there is none."""
    try:
        return read.entry(id_).name
    except (InputError, OSError):
        return "elsewhere" if id_ == "elsewhere" else id_


def short_name(id_: str) -> str:
    """A name without what stands in brackets and without the word for its kind."""
    name = name_of(id_).split(" (")[0].split(" with ")[0]
    for word in (" interceptor", " battery", " site", " air base", " province"):
        name = name.removesuffix(word)
    return name


def cause_name(cause: str) -> str:
    """A cause in words."""
    return CAUSE_WORDS.get(cause, (cause, ""))[0]


def group_of(cause: str) -> str:
    """The group of causes that a cause belongs to."""
    return next((name for name, causes in CAUSE_GROUPS.items() if cause in causes), "")


def known(value: float | None) -> bool:
    """Whether there is a number."""
    return value is not None and math.isfinite(value)


def count(value: float | None) -> str:
    """A mean of counts."""
    if value is None or not math.isfinite(value):
        return NONE
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.1f}"


def whole(value: float | None) -> str:
    """A count of one trial, or a mean rounded for a sentence."""
    return NONE if value is None or not math.isfinite(value) else f"{value:,.0f}"


def rounded(value: float | None) -> str:
    """A mean for a sentence: whole, but not a zero that is not one."""
    if value is None or not math.isfinite(value):
        return NONE
    return whole(value) if abs(value) >= 9.95 else f"{value:.1f}".removesuffix(".0")


def error(value: float | None) -> str:
    """An error of a mean of counts."""
    return NONE if value is None or not math.isfinite(value) else f"± {value:.2f}"


def percent(value: float | None) -> str:
    """A share."""
    return NONE if value is None or not math.isfinite(value) else f"{100 * value:.1f} %"


def percent_error(value: float | None) -> str:
    """An error of a share."""
    return NONE if value is None or not math.isfinite(value) else f"± {100 * value:.1f} %"


def share_of_trials(value: float, trials: int) -> str:
    """A share of trials, never a zero or a whole that the trials cannot show."""
    if value <= 0.0:
        return f"none of {trials:,} trials"
    if value >= 1.0:
        return f"all {trials:,} trials"
    shown = f"{100 * value:.0f} %" if value >= 0.1 else f"{100 * value:.1f} %"
    return f"{shown} of the trials"


def million(value: float | None) -> str:
    """US dollars in millions."""
    if value is None or not math.isfinite(value):
        return NONE
    return f"{value / 1e6:,.0f}" if abs(value) >= 1e7 else f"{value / 1e6:.1f}"


def million_error(value: float | None) -> str:
    """An error of millions of US dollars."""
    return NONE if value is None or not math.isfinite(value) else f"± {value / 1e6:.1f}"


def number(value: Any) -> str:
    """Any number, or any other value, as it stands in a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return NONE
        return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"
    if isinstance(value, Mapping):
        return spread(value)
    return str(value)


def spread(value: Mapping[str, Any]) -> str:
    """A distribution as a scenario writes it, in words."""
    if "mixture" in value:
        weights = value.get("weights", ())
        parts = [spread(part) for part in value["mixture"]]
        return " or ".join(f"{w:.3g} × ({part})" for w, part in zip(weights, parts, strict=True))
    ends = [value.get(end) for end in ("value", "low", "mode", "high")]
    return " – ".join(number(end) for end in ends if end is not None)


def range_text(summary: Mapping[str, Any], show: Any = whole) -> str:
    """The 5 to 95 % range of a set of quantiles."""
    return f"{show(summary['p05'])} to {show(summary['p95'])}"


def ignorance_text(summary: Mapping[str, Any], show: Any = count) -> str:
    """The 5 to 95 % range of the conditional mean; in words where chance hides it."""
    if is_unseen(summary):
        return "none seen beside chance"
    return range_text(summary["epistemic"], show)


def listed(items: Sequence[str]) -> str:
    """Items as a sentence lists them."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def duration(seconds: float) -> str:
    """Seconds after the start as minutes and seconds."""
    sign = "−" if seconds < 0 else ""
    minutes, rest = divmod(round(abs(seconds)), 60)
    return f"{sign}{minutes}:{rest:02d}"
