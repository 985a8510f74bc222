"""keepout: an open simulator of layered ballistic-missile defence.

``import keepout as ko`` is instant: everything heavy is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"
__all__ = ["compare", "load", "reopen", "run"]


def __getattr__(name: str) -> Any:
    """Import ``keepout.api`` the first time one of its verbs is asked for."""
    if name in __all__:
        return getattr(importlib.import_module("keepout.api"), name)
    raise AttributeError(f"module 'keepout' has no attribute {name!r}")
