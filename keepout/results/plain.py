"""Data as strict JSON can hold it."""

from __future__ import annotations

import math
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
