"""keepout: an open simulator of layered ballistic-missile defence.

``import keepout as ko`` is instant: everything heavy is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"
WHERE = {
    "keepout.api": ("compare", "load", "reopen", "run"),
    "keepout.alone": ("Place", "assign", "entry", "fly", "infer", "place", "radar", "throw"),
}
"""Which module each public name comes from."""

__all__ = [
    "Place", "assign", "compare", "entry", "fly", "infer", "load", "place", "radar", "reopen",
    "run", "throw",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import the module of a public name the first time it is asked for."""
    for module, names in WHERE.items():
        if name in names:
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module 'keepout' has no attribute {name!r}")
