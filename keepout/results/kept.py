"""Events and tracks of the kept trials: names instead of rows, and to Parquet and back.

An event is a dict with the columns of events.parquet. A track is a dict with ``trial``,
``threat``, ``t_s`` (n,) and ``r_ecef_m`` (n, 3): one body, sampled from its launch to
its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.records.event import (
    DECISION,
    DUD,
    EVENT_KINDS,
    IMPACT,
    LAUNCH,
    REASONS,
    STAGE_IMPACT,
    TRACK,
)
from keepout.records.outcome import CAUSES

EVENT_COLUMNS: dict[str, type] = {
    "trial": np.int64, "t_s": np.float64, "kind": np.object_, "who": np.object_,
    "whom": np.object_, "x_ecef_m": np.float64, "y_ecef_m": np.float64,
    "z_ecef_m": np.float64, "value": np.float64, "detail": np.object_,
}  # fmt: skip
TRACK_COLUMNS: dict[str, type] = {
    "trial": np.int64, "threat": np.object_, "t_s": np.float64,
    "x_ecef_m": np.float64, "y_ecef_m": np.float64, "z_ecef_m": np.float64,
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What stands behind the row numbers of events: names by row."""

    threats: Sequence[str]
    batteries: Sequence[str]
    radars: Sequence[str]
    lanes: Sequence[str]
    places: Sequence[str]  # assets, and "elsewhere"

    def who(self, kind: int, row: int) -> str:
        """The battery, radar, stage or struck place of an event of this kind."""
        if row < 0 or kind == LAUNCH:
            return ""
        if kind in (IMPACT, DUD):
            return self.places[row]
        if kind == STAGE_IMPACT:
            return f"stage {row + 1}"
        return self.radars[row] if kind == TRACK else self.batteries[row]

    def detail(self, kind: int, value: float) -> str:
        """What a coded value means; empty where the value is a plain number."""
        code = int(value) if np.isfinite(value) else 0
        if kind == DECISION:
            return REASONS[code]
        if kind in (IMPACT, DUD):
            return CAUSES[code]
        return self.lanes[code] if kind == LAUNCH else ""


def event_dicts(events: np.ndarray, names: Names) -> list[dict[str, Any]]:
    """EVENT rows with names."""
    return [
        {
            "trial": int(row["trial"]),
            "t_s": float(row["t_s"]),
            "kind": EVENT_KINDS[row["kind"]],
            "who": names.who(int(row["kind"]), int(row["who"])),
            "whom": names.threats[row["whom"]] if row["whom"] >= 0 else "",
            "x_ecef_m": float(row["r_ecef_m"][0]),
            "y_ecef_m": float(row["r_ecef_m"][1]),
            "z_ecef_m": float(row["r_ecef_m"][2]),
            "value": float(row["value"]),
            "detail": names.detail(int(row["kind"]), float(row["value"])),
        }
        for row in events
    ]


def event_columns(events: Sequence[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Events as the columns of events.parquet."""
    return {
        name: np.array([event[name] for event in events], dtype)
        for name, dtype in EVENT_COLUMNS.items()
    }


def events_of(columns: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """Events from the columns of events.parquet."""
    lists = [columns[name].tolist() for name in EVENT_COLUMNS]
    return [dict(zip(EVENT_COLUMNS, values, strict=True)) for values in zip(*lists, strict=True)]


def track_columns(tracks: Sequence[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Tracks as the columns of tracks.parquet, one row per sample."""
    lengths = [len(track["t_s"]) for track in tracks]
    r_ecef_m = np.concatenate([track["r_ecef_m"] for track in tracks] or [np.zeros((0, 3))])
    return {
        "trial": np.repeat(np.array([track["trial"] for track in tracks], np.int64), lengths),
        "threat": np.repeat(np.array([track["threat"] for track in tracks], np.object_), lengths),
        "t_s": np.concatenate([track["t_s"] for track in tracks] or [np.zeros(0)]),
        "x_ecef_m": r_ecef_m[:, 0],
        "y_ecef_m": r_ecef_m[:, 1],
        "z_ecef_m": r_ecef_m[:, 2],
    }


def tracks_of(columns: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    """Tracks from the columns of tracks.parquet, in the order they were written."""
    trial, threat = columns["trial"], columns["threat"]
    if len(trial) == 0:
        return []
    starts = np.flatnonzero(
        np.concatenate([[True], (trial[1:] != trial[:-1]) | (threat[1:] != threat[:-1])])
    )
    r_ecef_m = np.column_stack([columns[f"{axis}_ecef_m"] for axis in "xyz"])
    return [
        {
            "trial": int(trial[a]),
            "threat": str(threat[a]),
            "t_s": columns["t_s"][a:b],
            "r_ecef_m": r_ecef_m[a:b],
        }
        for a, b in zip(starts, [*starts[1:], len(trial)], strict=True)
    ]
