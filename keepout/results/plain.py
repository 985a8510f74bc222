"""Data as strict JSON can hold it, and what a summary in JSON says. Imports nothing heavy."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def plain(data: Any) -> Any:
    """The same data in Python's own types, with None for nan and infinity."""
    if isinstance(data, dict):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [plain(value) for value in data]
    if hasattr(data, "tolist"):  # numpy, without importing it
        return plain(data.tolist())
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data


def is_unseen(summary: Mapping[str, Any]) -> bool:
    """Whether chance alone would spread a summary's means of pairs as much as they are spread."""
    inner = summary["epistemic"]
    return bool(summary["mc_se"]) and inner["p05"] == inner["p95"]
