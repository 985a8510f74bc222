"""What resolved.json says, as a reader of the report asks for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from keepout.records.place import Place


class Inputs:
    """Resolved values by their addresses; everything in SI."""

    def __init__(
        self, resolved: Mapping[str, Any], instead: Mapping[str, Any] | None = None
    ) -> None:
        """``instead`` puts other numbers in the place of parameters, by key."""
        self.resolved = resolved
        self.instead = instead or {}

    @cached_property
    def values(self) -> dict[str, Any]:
        """Value by path in the scenario, as ``--set`` writes paths."""
        return {value["path"]: value["value"] for value in self.resolved.get("values", ())}

    @cached_property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """Parameter by key."""
        return {each["key"]: each for each in self.resolved.get("parameters", ())}

    @cached_property
    def fields(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Field of the catalogue by id and name."""
        return {(each["id"], each["field"]): each for each in self.resolved.get("catalogue", ())}

    def below(self, path: str) -> dict[str, Any]:
        """Values below a path, by what follows it."""
        start = path + "."
        return {key[len(start) :]: v for key, v in self.values.items() if key.startswith(start)}

    def mean(self, key: str, default: float = 0.0) -> float:
        """Mean of a parameter."""
        if key in self.instead:
            return mean_of(self.instead[key])
        found = self.parameters.get(key)
        return default if found is None else mean_of(found["si"])

    def field_si(self, id_: str, field: str) -> float | None:
        """A field of the catalogue, or the mean of what the scenario put in its place."""
        found = self.fields.get((id_, field))
        if found is None:
            return None
        if isinstance(found["value"], Mapping):
            return mean_of(found["value"])
        si = found.get("si", found["value"])
        return float(si) if isinstance(si, int | float) else None

    def mix(self, path: str) -> dict[str, float]:
        """Expected shares of a mix, which is what its weights say."""
        weights = {k: float(v) for k, v in self.below(path).items() if isinstance(v, int | float)}
        total = sum(weights.values())
        return {key: weight / total for key, weight in weights.items()} if total > 0 else {}

    @property
    def batteries(self) -> list[dict[str, str]]:
        """Name, system and interceptor of every battery."""
        return list(self.resolved.get("names", {}).get("batteries", ()))

    @property
    def published(self) -> list[dict[str, Any]]:
        """Figures to compare with."""
        return list(self.resolved.get("published", ()))

    def places(self, kind: str) -> list[dict[str, Any]]:
        """Places of a kind: areas or assets."""
        return list(self.resolved.get("places", {}).get(kind, ()))

    def asset_place(self, asset: Mapping[str, Any]) -> Place:
        """Where an asset or a launch area is."""
        return Place(lat_deg=float(asset["lat_deg"]), lon_deg=float(asset["lon_deg"]))

    def battery_place(self, name: str) -> Place | None:
        """Where a battery stands, if the scenario says."""
        return self._standing(f"batteries.{name}")

    def radar_place(self, name: str) -> Place | None:
        """Where a radar stands, its own or a battery's, if the scenario says."""
        battery, _, of = name.partition("/")
        return self._standing(f"batteries.{battery}" if of else f"radars.{name}")

    def _standing(self, path: str) -> Place | None:
        """Where something of the scenario stands."""
        lat, lon = (self.values.get(f"{path}.at.{end}") for end in ("lat", "lon"))
        if lat is None or lon is None:
            return None
        return Place(lat_deg=math.degrees(lat), lon_deg=math.degrees(lon))


def mean_of(number: Any) -> float:
    """Mean of a number or distribution as a scenario writes it."""
    if isinstance(number, int | float):
        return float(number)
    if "mixture" in number:
        parts = [mean_of(part) for part in number["mixture"]]
        weights = number.get("weights") or [1.0] * len(parts)
        whole = sum(weight * part for weight, part in zip(weights, parts, strict=True))
        return float(whole / sum(weights))
    if "value" in number:
        return float(number["value"])
    known = [number[end] for end in ("low", "mode", "high") if number.get(end) is not None]
    return float(sum(known) / len(known))
