"""Every resolved value for people: parameters, catalogue, file, and the names of rows."""

from __future__ import annotations

import math
import typing
from typing import Any

from pydantic import BaseModel

from keepout.catalogue import read
from keepout.earth.geodesy import geodetic_from_ecef
from keepout.records.outcome import Layout
from keepout.records.parameter import Parameter

from .amounts import Amount
from .assemble import Assembly
from .book import Book, dimension_of
from .ground import Ground
from .lanes import Tables, lane_names, warning_of
from .layers import Layers
from .loaded import Loaded
from .numbers import Number
from .parameters import SI_UNIT, Parameters, amount_text, shown
from .settings import item_names


def resolved_of(loaded: Loaded, made: Assembly, tables: Tables, layout: Layout) -> dict[str, Any]:
    """What resolved.json holds: JSON only, numbers in SI beside their text."""
    scenario, book, layers, ground = loaded.scenario, made.book, made.layers, made.ground
    areas = [id_ for id_, _ in ground.areas]
    assets = list(ground.assets)
    prices = {fit.system: _usd(book, "interceptor", fit.interceptor) for fit in layers.fits}
    said = {
        "scenario": scenario.name,
        "title": scenario.title,
        "note": scenario.note,
        "start": scenario.start,
        "parameters": made.parameters.records(),
        "catalogue": _catalogue(book),
        "values": values_of(scenario),
        "names": {
            "raids": [raid.name for raid in scenario.raids],
            "threats": made.attack.threats,
            "missiles": list(layout.missiles),
            "areas": areas,
            "assets": assets,
            "batteries": [
                {"name": fit.name, "system": fit.system, "interceptor": fit.interceptor}
                for fit in layers.fits
            ],
            "radars": [{"name": name, "type": type_} for name, type_ in layers.radars],
            "groups": [group.name for group in scenario.chance.groups],
            "systems": layers.systems,
            "interceptors": layers.interceptors,
        },
        "places": _places(ground) | _sites(layers),
        "lanes": lane_names(
            tables,
            [list(layout.missiles), areas, assets],
            [fit.name for fit in layers.fits],
        ),
        "warning": warning_of(tables, assets, _report_s(made)),
        "prices": {
            "round_usd": prices,
            "missile_usd": {id_: _usd(book, "missile", id_) for id_ in layout.missiles},
        },
        "magazines": _magazines(layers, made.parameters),
        "counterfactual": scenario.counterfactual,
        "published": [figure.model_dump() for figure in scenario.published],
    }
    return said | {"sources": _cited(said)}


def _cited(said: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The sources that anything here names, in full: a stored run needs no catalogue."""
    keys: set[str] = set()
    for block in ("parameters", "catalogue", "values", "published"):
        for each in said[block]:
            source = each["source"]
            keys.update([source] if isinstance(source, str) else source)
    known = read.sources()
    return {
        key: {name: text for name, text in vars(known[key]).items() if name != "key"}
        for key in sorted(keys & known.keys())
    }


def _report_s(made: Assembly) -> float | None:
    """Median time from a launch to its report from space [s]; None if nobody watches."""
    models = made.models[0]
    return float(made.quantile[models.launch_delay_s, 256]) if models.launch_seen else None


def _usd(book: Book, kind: str, id_: str) -> float | None:
    found = book.amount(kind, id_, "cost_usd")
    return None if found is None else found.value


def _places(ground: Ground) -> dict[str, list[dict[str, Any]]]:
    """Areas and assets with coordinates in degrees and radius in metres."""
    return {
        "areas": [
            {"id": id_, "lat_deg": place.lat_deg, "lon_deg": place.lon_deg, "radius_m": radius_m}
            for (id_, radius_m), place in ground.areas.items()
        ],
        "assets": [
            {
                "id": id_,
                "lat_deg": place.lat_deg,
                "lon_deg": place.lon_deg,
                "radius_m": ground.radii[id_],
                "zone": ground.zones[id_],
            }
            for id_, place in ground.assets.items()
        ],
    }


def _sites(layers: Layers) -> dict[str, list[dict[str, Any]]]:
    """Batteries and radars with coordinates in degrees, as the scenario rounds them."""

    def site(name: str, row: Any) -> dict[str, Any]:
        lat_rad, lon_rad, _ = geodetic_from_ecef(*row.r_ecef_m)
        lat_deg, lon_deg = math.degrees(lat_rad), math.degrees(lon_rad)
        return {"id": name, "lat_deg": round(lat_deg, 6), "lon_deg": round(lon_deg, 6)}

    radars, batteries = [name for name, _ in layers.radars], [fit.name for fit in layers.fits]
    return {
        "batteries": [site(*each) for each in zip(batteries, layers.battery)],
        "radars": [site(*each) for each in zip(radars, layers.radar)],
    }


def _magazines(layers: Layers, parameters: Parameters) -> dict[str, Any]:
    """Ready rounds and salvo of every battery: what its ceiling is reckoned from."""
    found = {}
    for fit, row in zip(layers.fits, layers.battery):
        rounds = parameters.entries[row.rounds].table
        found[fit.name] = {
            "system": fit.system,
            "rounds": {
                "low": float(rounds[0]),
                "p50": float(rounds[256]),
                "high": float(rounds[-1]),
            },
            "salvo": int(row.salvo),
            "cap": round(float(parameters.entries[row.cap].table[256])),
            "cap_least": round(float(parameters.entries[row.cap].table[0])),
            "resupply": int(row.resupply),
        }
    return found


def _catalogue(book: Book) -> list[dict[str, Any]]:
    """Every field of the catalogue that was read, as used here."""
    found = []
    for (id_, name), value in book.used.items():
        kind = read.kind_of(id_)
        line: dict[str, Any] = {"id": id_, "kind": kind, "field": name}
        if isinstance(value, Parameter):
            line |= {
                "value": value.value, "unit": value.unit, "si": value.si, "low": value.low,
                "high": value.high, "source": list(value.source), "grade": value.grade,
                "date": value.date, "note": value.note, "default": True,
            }  # fmt: skip
        elif isinstance(value, Amount):
            unit = SI_UNIT.get(dimension_of(kind, name), "")
            line |= {
                "value": value.plain(), "unit": unit, "source": list(value.source),
                "grade": value.grade or "D", "note": value.note, "default": False,
            }  # fmt: skip
        else:
            line |= {"value": value, "unit": "", "source": [], "grade": "", "default": False}
        found.append(line)
    return found


def values_of(record: BaseModel, path: str = "") -> list[dict[str, Any]]:
    """Every value of a scenario with its address, unit, and whether it is a default."""
    found: list[dict[str, Any]] = []
    for name, info in type(record).model_fields.items():
        here = f"{path}.{info.alias or name}".removeprefix(".")
        is_default = name not in record.model_fields_set
        for where, value in _leaves(getattr(record, name), here):
            if isinstance(value, BaseModel):
                found += values_of(value, where)
            elif value not in (None, "", (), {}):
                found.append(_value(where, value, _dimension(info), is_default))
    return found


def _dimension(info: Any) -> str:
    """Dimension of the numbers in a field, wherever in its annotation they stand."""
    waiting = [*info.metadata, info.annotation]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Number):
            return part.dimension
        waiting += [*typing.get_args(part), *getattr(part, "__metadata__", ())]
    return ""


def _leaves(value: Any, path: str) -> list[tuple[str, Any]]:
    """Single values below a field, with their addresses."""
    if isinstance(value, (tuple, list)):
        items = [(f"{path}.{name}", item) for name, item in zip(item_names(value), value)]
        return [leaf for where, item in items for leaf in _leaves(item, where)]
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in _leaves(item, f"{path}.{key}")]
    return [(path, value)]


def _value(path: str, value: Any, dimension: str, is_default: bool) -> dict[str, Any]:
    text, plain, source = str(value), value, []
    if isinstance(value, Amount):
        dimension = value.dimension
        text, plain, source = amount_text(value), value.plain(), list(value.source)
    elif isinstance(value, float) and math.isfinite(value):
        text = shown(value, dimension)
    return {
        "path": path,
        "value": plain,
        "unit": SI_UNIT.get(dimension, ""),
        "text": text,
        "source": source,
        "default": is_default,
    }
