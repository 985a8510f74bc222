"""Words of a file against the words that are allowed: the closest one as help."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST_LISTED = 12
CLOSE_ENOUGH = 0.6
MARGIN = 0.1


def closest(word: str, allowed: Iterable[str]) -> str:
    """Help for a word that is not allowed: the closest ones, else the list."""
    words = list(allowed)
    alike = {
        each: difflib.SequenceMatcher(None, word.lower(), each.lower()).ratio() for each in words
    }
    best = max(alike.values(), default=0.0)
    if best >= CLOSE_ENOUGH:
        near = sorted(
            (each for each in words if alike[each] > best - MARGIN), key=lambda e: -alike[e]
        )
        return f"did you mean {either(near[:3])}?"
    return f"allowed: {listed(words)}" if words else ""


def listed(words: Iterable[str]) -> str:
    """Words with commas, shortened if there are many."""
    words = list(words)
    more = len(words) - MOST_LISTED
    return ", ".join(words[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def either(words: list[str]) -> str:
    """Words with commas and a last "or"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
