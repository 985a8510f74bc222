"""Craters on a base by area fraction, and where debris comes down.

A real base is looked at only afterwards, with counts that are published, and only by the share of
its area that each kind of ground has: no drawing, no aim points. The shares are those of a generic
air base (grade D). Nothing here asks how many missiles anything would take.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from keepout.earth.geodesy import geodetic_from_ecef
from keepout.effects.damage import covered_share, crater_m, hit_chance, tnt_equivalent_kg
from keepout.errors import RunError
from keepout.records.run import Run
from keepout.trip import Job

ZONES = {
    "runways": (0.03, "two strips of 3 km by 50 m in 10 km2"),
    "taxiways": (0.02, "8 km of 25 m"),
    "aprons": (0.03, "300,000 m2"),
    "shelters": (0.005, "forty of 35 m by 35 m"),
    "buildings": (0.04, "hangars, stores, quarters"),
    "open ground": (0.875, "the rest"),
}
"""Kinds of ground of a generic air base of 10 km2, with shares of its area; grade D."""
BASE_AREA_M2 = 10e6
WARHEAD = (500.0, 700.0, 1500.0)
"""Explosive, mass and speed of the warhead whose crater is drawn [kg, kg, m/s]; grade D."""

PIECES = ("debris", "stage-impact")
LEAKERS = ("impact", "dud")
KM_PER_DEG = 111.195
"""Of a great circle on a sphere of 6,371 km."""


@dataclass(frozen=True)
class Zone:
    """One kind of ground under a number of craters."""

    name: str
    share: float
    motive: str
    craters: dict[str, float]  # mean, p05, p50, p95 of single raids (prediction)
    hit: float  # chance of at least one
    cratered: tuple[float, ...]  # share of it that craters cover: small, middle, large


def zones(pmf: np.ndarray) -> list[Zone]:
    """What each kind of ground gets, if craters fall on a base anywhere alike.

    pmf  probability of 0, 1, 2, … craters on the base
    """
    pmf = pmf / pmf.sum()
    counts = np.arange(len(pmf))
    tnt_kg = tnt_equivalent_kg(*WARHEAD)
    diameters = crater_m(tnt_kg)[:3]
    made = []
    for name, (share, motive) in ZONES.items():
        law = thinned(pmf, share)
        rises = np.cumsum(law)
        ends = {q: float(np.searchsorted(rises, p)) for q, p in QUANTILES.items()}
        mean = float((counts * pmf).sum()) * share
        hit = float(sum(p * hit_chance(int(n), share) for n, p in zip(counts, pmf, strict=True)))
        covered = [
            float(covered_share(mean, math.pi * d_m**2 / 4.0, share * BASE_AREA_M2))
            for d_m in diameters
        ]
        craters = {"mean": mean, **ends}
        made.append(Zone(name, share, motive, craters, hit, tuple(covered)))
    return made


QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def thinned(pmf: np.ndarray, share: float) -> np.ndarray:
    """Law of the craters in a part, given that of all craters: each lies there with a chance.

    Worked out from the generating function on the roots of unity, as everywhere here.
    """
    z = np.exp(-2j * np.pi * np.arange(len(pmf)) / len(pmf))
    powers = np.power((1.0 - share + share * z)[:, None], np.arange(len(pmf))[None, :])
    law: np.ndarray = np.maximum(np.fft.ifft((powers * pmf).sum(axis=1)).real, 0.0)
    return np.asarray(law / law.sum())


def clark_evans(points_m: np.ndarray, area_m2: float) -> tuple[float, float]:
    """Are craters scattered alike over an area, or in heaps? Ratio and its z-score.

    points_m  (n, 2) east and north [m], n at least 3
    area_m2   of the ground that was looked at
    returns   mean distance to the nearest neighbour over that of a random scatter, and how many
              standard deviations it is from one: below -2 in heaps, above 2 evenly spread

    Edges are neglected, which raises the ratio a little. Source: Clark and Evans, Ecology 35
    (1954) 445.
    """
    n = len(points_m)
    nearest = cKDTree(points_m).query(points_m, k=2)[0][:, 1]
    density = n / area_m2
    expected = 0.5 / math.sqrt(density)
    error = 0.26136 / math.sqrt(n * density)
    return float(nearest.mean() / expected), float((nearest.mean() - expected) / error)


@dataclass(frozen=True)
class Map:
    """Things that come down, counted in cells of latitude and longitude over many trials.

    ``counts`` (rows, columns) is the number of pieces, ``nights`` the trials with any; row 0 is the
    southernmost.
    """

    west_deg: float
    south_deg: float
    cell_deg: float
    counts: np.ndarray
    nights: np.ndarray
    trials: int

    def per_km2(self) -> np.ndarray:
        """Pieces expected per square kilometre in one raid."""
        middle = self.south_deg + (np.arange(len(self.counts)) + 0.5) * self.cell_deg
        area = (self.cell_deg * KM_PER_DEG) ** 2 * np.cos(np.radians(middle))
        return np.asarray(self.counts / self.trials / area[:, None])

    def chance(self) -> np.ndarray:
        """Share of the trials in which anything comes down in a cell."""
        return np.asarray(self.nights / self.trials)


def came_down(
    job: Job, run: Run, trials: int, told: Callable[[int, int], None] = lambda done, of: None
) -> Iterator[dict[str, Any]]:
    """Events on the ground of the first trials of a run, each trial computed again.

    Raises RunError if a trial is not what the run holds.
    """
    for trial in range(min(trials, len(run.outcomes))):
        row, events, _ = job.record(int(run.manifest["seed"]), trial)
        if not np.array_equal(row, run.outcomes[trial]):
            raise RunError(
                f"Trial {trial} computed again is not what {run.folder} holds: the run was made by "
                "another state of keepout's sources. Run it again."
            )
        yield from (e for e in events if e["kind"] in (*PIECES, *LEAKERS))
        told(trial + 1, trials)


def mapped(
    events: list[dict[str, Any]], kinds: tuple[str, ...], trials: int, cell_deg: float
) -> Map | None:
    """Where events of some kinds lie; None if there are none."""
    chosen = [e for e in events if e["kind"] in kinds and math.isfinite(e["x_ecef_m"])]
    if not chosen:
        return None
    where = np.array([_lat_lon(e) for e in chosen])
    trial = np.array([int(e["trial"]) for e in chosen])
    south, west = (math.floor(where[:, k].min() / cell_deg) * cell_deg for k in (0, 1))
    rows = ((where[:, 0] - south) / cell_deg).astype(int)
    columns = ((where[:, 1] - west) / cell_deg).astype(int)
    shape = (int(rows.max()) + 1, int(columns.max()) + 1)
    flat = rows * shape[1] + columns
    counts = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
    each = np.unique(np.column_stack([trial, flat]), axis=0)[:, 1]
    nights = np.bincount(each, minlength=shape[0] * shape[1]).reshape(shape)
    return Map(west, south, cell_deg, counts, nights, trials)


def _lat_lon(event: dict[str, Any]) -> tuple[float, float]:
    lat_rad, lon_rad, _ = geodetic_from_ecef(*(event[f"{axis}_ecef_m"] for axis in "xyz"))
    return math.degrees(lat_rad), math.degrees(lon_rad)


def geojson(maps: dict[str, Map], label: str) -> dict[str, Any]:
    """Every cell in which anything comes down, as a FeatureCollection (RFC 7946)."""
    features = []
    for name, found in maps.items():
        density, chance = found.per_km2(), found.chance()
        for r, c in zip(*np.nonzero(found.counts), strict=True):
            south, west = found.south_deg + r * found.cell_deg, found.west_deg + c * found.cell_deg
            ring = _ring(west, south, found.cell_deg)
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                    "properties": {
                        "what": name,
                        "pieces_per_km2_per_raid": round(float(density[r, c]), 8),
                        "chance_per_raid": round(float(chance[r, c]), 6),
                        "pieces": int(found.counts[r, c]),
                        "trials": found.trials,
                    },
                }
            )  # fmt: skip
    return {"type": "FeatureCollection", "name": label, "features": features}


def _ring(west: float, south: float, cell: float) -> list[list[float]]:
    """The corners of a cell, anticlockwise."""
    corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    return [[round(west + x * cell, 6), round(south + y * cell, 6)] for x, y in corners]
