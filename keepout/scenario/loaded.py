"""A scenario without faults, with the file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from keepout.document import Where

from .book import Override
from .diagnostics import Places
from .model import Scenario
from .parameters import Origin
from .settings import item_names


@dataclass(frozen=True)
class Loaded:
    """A checked scenario: the model, the file as it stands, and its settings.

    ``overrides`` are the values by which it replaces the catalogue's, by id and field.
    """

    scenario: Scenario
    text: str
    file: str
    settings: tuple[str, ...]
    overrides: dict[str, dict[str, Override]]
    places: Places

    @cached_property
    def addresses(self) -> dict[str, Where]:
        """Places in the file by their address as ``--set`` writes it."""
        found: dict[str, Where] = {}
        waiting: list[tuple[str, Where, Any]] = [("", (), self.places.document.data)]
        while waiting:
            address, where, data = waiting.pop()
            if where in self.places.document.values:
                found[address] = where
            items: list[tuple[str, str | int, Any]] = []
            if isinstance(data, dict):
                items = [(key, key, value) for key, value in data.items()]
            elif isinstance(data, list):
                items = [(n, i, item) for i, (n, item) in enumerate(zip(item_names(data), data))]
            for name, step, value in items:
                waiting.append((f"{address}.{name}".removeprefix("."), (*where, step), value))
        return found

    def origin(self, path: str) -> Origin:
        """Where the number at an address comes from: ``--set``, the file, or a default."""
        for setting in self.settings:
            known = setting.partition("=")[0].strip()
            if f"{path}.".startswith(f"{known}.") or known.startswith(f"{path}."):
                return Origin(path, "set")
        return Origin(path, "scenario" if path in self.addresses else "default")
