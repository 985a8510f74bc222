"""Jericho, 1 October 2024: a man was killed by a falling part. Of what?

Two hypotheses. ``stage``: the spent stage of a missile that flew on to its aim. ``intercept``:
the body of a missile that was hit above the atmosphere. For each, how many heavy parts per
square kilometre are expected at Jericho, from the launch areas, aims and missiles that the
published priors name; then their ratio, over a range of what nobody knows. The part itself, a
metal tube some metres long in the videos, does not decide: both hypotheses have such tubes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from keepout.earth.geodesy import ecef_m, great_circle_m
from keepout.flight.aim import LANDED
from keepout.flight.fly import solve_lane, trajectory
from keepout.flight.footprint import Cloud, break_up, scatter, stage_clouds
from keepout.intercept.debris import KICK_MPS
from keepout.records.place import Place
from keepout.scenario.book import Book
from keepout.scenario.reach import ROUNDING_M, place_of
from keepout.scenario.rows import missile_rows

JERICHO = Place(lat_deg=31.86, lon_deg=35.46)
LAUNCHED, FAILED = 190.0, 0.15
AIMS = {"nevatim": 4.0, "tel-nof": 2.0, "glilot": 0.8, "hatzerim": 2.2}
MISSILES = {"emad": 0.275, "ghadr-1": 0.275, "kheibar-shekan": 0.225, "fattah-1": 0.225}
AREAS = ("tabriz", "kermanshah", "khorramabad", "isfahan", "shiraz", "tehran")
"""Opinions frozen with the scenarios of October 2024: count, failures, shares of aims, half and
half of solid and liquid missiles, launch areas alike."""

HEIGHTS_M = (100e3, 200e3)
"""Of intercepts above the atmosphere."""
PUSHES_MPS = (0.0, 150.0, 400.0)
"""One sigma of the speed along the path that the hit takes or gives: not known. An interceptor of
60 kg that stuck to 700 kg at 5 km/s would take 400 m/s; most pieces go on with little change."""
STAGE_LN_SIGMA = 0.5
TUBE_BETA_KGPM2, TUBE_LN_SIGMA = 200.0, 0.6
"""Spread of spent stages, and of a tube that an intercept leaves; D."""
INTERCEPTED = (0.2, 0.5, 0.8)
"""Share of what did not fail that was hit above the atmosphere: not known."""
TUBES = (0.3, 1.0, 3.0)
"""Large tubes that one intercept leaves: not known."""
WIDTH_M = 8e3
"""Of the bell that turns impact points into a density: launch areas are provinces, so more
detail would be false."""
OFFSETS_DEG = (-0.5, 0.0, 0.5)
"""North of an area's middle: three launch points stand for a province."""


@dataclass(frozen=True)
class Answer:
    """Heavy parts expected per km2 at Jericho, and the ratio of the two hypotheses."""

    stage: float  # all missiles of the raid that did not fail
    stage_by: Mapping[str, float]  # "missile, aim" → its part of that
    intercept: Mapping[tuple[float, float], float]  # by height and push, if each were hit so
    ratios: tuple[float, float, float]  # stage over intercept: least, middle, most


def lanes(book: Book) -> Iterator[tuple[str, str, str, float]]:
    """Missile, area and aim that go together, with their share of the raid."""
    weight = sum(AIMS.values())
    for id_, aim in itertools.product(MISSILES, AIMS):
        range_m = book.si("missile", id_, "range") + ROUNDING_M
        end = place_of(book, aim)
        near = [area for area in AREAS if _far_m(book, area, end) <= range_m]
        for area in near:
            yield id_, area, aim, MISSILES[id_] * AIMS[aim] / weight / len(near)


def _far_m(book: Book, area: str, end: Place | None) -> float:
    start = place_of(book, area)
    return great_circle_m(start, end) if start and end else math.inf


def per_km2(cloud: Cloud, pieces: int) -> float:
    """Parts per km2 at Jericho that one part of a cloud gives."""
    far_m = np.linalg.norm(scatter(cloud, pieces).r_ecef_m - ecef_m(JERICHO), axis=1)
    bell = np.exp(-0.5 * (far_m / WIDTH_M) ** 2)
    return float(np.mean(bell)) / (2.0 * math.pi * WIDTH_M**2 / 1e6)


def jericho(pieces: int = 200) -> Answer:
    """Both hypotheses, computed; ``pieces`` a footprint."""
    book = Book()
    missiles, stages = missile_rows(book, list(MISSILES))
    stage_by: dict[str, float] = {}
    hit = dict.fromkeys(itertools.product(HEIGHTS_M, PUSHES_MPS), 0.0)
    for (id_, area, aim, share), north in itertools.product(lanes(book), OFFSETS_DEG):
        middle, end = place_of(book, area), place_of(book, aim)
        if middle is None or end is None:
            continue
        start = replace(middle, lat_deg=middle.lat_deg + north)
        missile = missiles[list(MISSILES).index(id_)]
        lane = solve_lane(missile, stages, start, end)
        if lane.code != LANDED:
            continue
        parts = LAUNCHED * (1.0 - FAILED) * share / len(OFFSETS_DEG)
        flight = trajectory(id_, missile, stages, start, end, lane)
        for cloud in stage_clouds(missile, stages, start, lane.lane, [STAGE_LN_SIGMA] * 9):
            key = f"{id_}, {aim}"
            stage_by[key] = stage_by.get(key, 0.0) + parts * per_km2(cloud, pieces)
        for height_m, push_mps in hit:
            tube = replace(
                break_up(flight, height_m), kick_mps=KICK_MPS, along_mps=push_mps,
                beta_kgpm2=TUBE_BETA_KGPM2, ln_beta_sigma=TUBE_LN_SIGMA,
            )  # fmt: skip
            hit[height_m, push_mps] += parts * per_km2(tube, pieces)
    return _answer(stage_by, hit)


def _answer(stage_by: dict[str, float], hit: dict[tuple[float, float], float]) -> Answer:
    """The ratio over all combinations of what is not known."""
    stage = sum(stage_by.values())
    ratios = [
        stage / max(share * tubes * density, 1e-12)
        for share, tubes, density in itertools.product(INTERCEPTED, TUBES, hit.values())
    ]
    least, middle, most = np.quantile(ratios, [0.0, 0.5, 1.0])
    return Answer(stage, stage_by, hit, (float(least), float(middle), float(most)))
