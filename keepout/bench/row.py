"""One row of the table: what we took, what the peer took, and whether they agree."""

from __future__ import annotations

import importlib
from typing import Any

from keepout.bench.timing import Timing

Row = dict[str, Any]
KEYS = ("name", "value", "unit", "peer", "peer_value", "ratio", "agreement")
"""What every row has; None where there is nothing to say."""


def peer(module: str) -> Any:
    """A peer's module, or None where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def version_of(distribution: str) -> str:
    """A peer as the table names it: ``heyoka 7.13.2``; its bare name where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{distribution} {version(distribution)}"
    except PackageNotFoundError:
        return distribution


def compared(
    name: str, unit: str, timing: Timing, *, peer: str, agreement: str,
    scale: float = 1.0, **more: Any,
) -> Row:  # fmt: skip
    """The row of a measurement against a peer.

    scale  units of ``unit`` in one second of one timed call: 1e6 / 200 for microseconds a
           flight where a call flies 200. Where ``unit`` is a rate ("/s"), calls a second times
           the work of a call: then value = scale / seconds.
    """
    ours, theirs = _in_unit(timing.best_s, unit, scale), _in_unit(timing.peer_best_s, unit, scale)
    return {
        "name": name, "value": ours, "unit": unit, "peer": peer, "peer_value": theirs,
        "ratio": timing.ratio, "agreement": agreement, "pairs": timing.pairs,
        "median_ratio": timing.median_ratio, "spread": timing.spread,
    } | more  # fmt: skip


def alone(
    name: str, unit: str, timing: Timing, *, peer: str, scale: float = 1.0, **more: Any
) -> Row:
    """The row where the peer is not installed: our own time, and a word."""
    note = f"{peer} is not installed: `make bench` installs the peers"
    return {
        "name": name, "value": _in_unit(timing.best_s, unit, scale), "unit": unit, "peer": peer,
        "peer_value": None, "ratio": None, "agreement": None, "notes": note,
        "pairs": timing.pairs, "spread": timing.spread,
    } | more  # fmt: skip


def unmeasured(name: str) -> Row:
    """The row of a name that nothing measures yet."""
    return dict.fromkeys(KEYS) | {"name": name, "notes": "this version does not measure it"}


def _in_unit(seconds: float, unit: str, scale: float) -> float:
    """Seconds of a call as a time or as a rate."""
    return scale / seconds if "/s" in unit or "per core-second" in unit else scale * seconds
