"""Entries of the catalogue as the rows that kernels read, in SI."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keepout.catalogue.fields import DRAG_LAWS, FLUCTUATIONS, MANOEUVRES, MISSILE_KINDS
from keepout.flight.drag import cd_of
from keepout.records.case import Rows
from keepout.records.defence import INTERCEPTOR
from keepout.records.missile import CRUISE, DRAG_CONSTANT, MISSILE, STAGE

from .book import Book
from .names import name_hash

CRUISE_CD = 0.3
"""Drag coefficient of a cruise missile's body, for what falls after a hit; grade D."""


def records(dtype: np.dtype[Any], *shape: int) -> Rows:
    """Zeroed rows of one kind."""
    return np.zeros(shape, dtype).view(np.recarray)


def circle_m2(diameter_m: float) -> float:
    """Area of a circle."""
    return 0.25 * math.pi * diameter_m * diameter_m


def missile_rows(book: Book, ids: list[str]) -> tuple[Rows, Rows]:
    """MISSILE rows of the ids in order, and all their STAGE rows."""
    missiles = records(MISSILE, len(ids))
    stages: list[Any] = []
    for i, id_ in enumerate(ids):
        mine = stage_rows(book, id_)
        missiles[i].first_stage, missiles[i].stages = len(stages), len(mine)
        stages += mine
        _missile(book, id_, missiles[i])
    table = records(STAGE, max(len(stages), 1))
    for i, stage in enumerate(stages):
        table[i] = stage
    return missiles, table


def _missile(book: Book, id_: str, row: Any) -> None:
    def number(field: str, default: float | None = None) -> float:
        return book.si("missile", id_, field, default)

    def word(field: str, default: str) -> str:
        return book.text("missile", id_, field, default)

    body_m2 = circle_m2(number("body_diameter"))
    row.name = name_hash(id_)
    row.kind = MISSILE_KINDS.index(word("kind", "ballistic"))
    row.payload_kg = number("payload")
    row.shroud_kg = number("shroud", 0.0)
    row.shroud_s = number("shroud_time", 0.0)
    row.manoeuvre = MANOEUVRES.index(word("manoeuvre", "none"))
    row.manoeuvre_load_mps2 = number("manoeuvre_strength", 0.0)
    row.manoeuvre_top_m = number("manoeuvre_top", 0.0)
    row.lift_to_drag = number("lift_to_drag", 0.0)
    row.rcs_m2 = number("rcs")
    row.body_rcs_m2 = number("body_rcs")
    row.rcs_side_m2 = number("rcs_side", 0.0)
    row.body_rcs_side_m2 = number("body_rcs_side", 0.0)
    row.fluctuation = FLUCTUATIONS.index(word("fluctuation", "swerling-1"))
    row.max_range_m = number("range")
    row.cost_usd = number("cost_usd", 0.0)
    row.separates = int(word("separates", "no") == "yes")
    if row.kind == CRUISE:
        row.cruise_speed_mps = number("cruise_speed")
        row.cruise_alt_m = number("cruise_altitude")
        row.rv_area_m2 = body_m2
        row.rv_beta_kgpm2 = number("launch_mass") / (CRUISE_CD * body_m2)
        row.rv_drag_law = DRAG_CONSTANT
        return
    row.rv_area_m2 = circle_m2(number("rv_diameter"))
    row.rv_drag_law = DRAG_LAWS.index(word("rv_drag_law", "cone"))
    beta = number("ballistic_coefficient", 0.0)
    cd_at_mach_8 = 1.0 if beta else cd_of(np.int64(row.rv_drag_law), 8.0)
    row.rv_beta_kgpm2 = beta or row.payload_kg / (row.rv_area_m2 * cd_at_mach_8)


def stage_rows(book: Book, id_: str) -> list[Any]:
    """STAGE rows of one missile, first stage first."""
    body_m = book.si("missile", id_, "body_diameter")
    rows = []
    for n in range(1, book.entry("missile", id_).stages() + 1):
        row = records(STAGE, 1)[0]
        for field, name in (
            ("propellant_kg", "propellant"),
            ("dry_kg", "dry"),
            ("thrust_vac_n", "thrust_vacuum"),
            ("thrust_sl_n", "thrust_sea_level"),
            ("burn_s", "burn"),
            ("spent_beta_kgpm2", "spent_ballistic_coefficient"),
        ):
            row[field] = book.si("missile", id_, f"stage_{n}_{name}")
        row.coast_s = book.si("missile", id_, f"stage_{n}_coast", 0.0)
        row.area_m2 = circle_m2(book.si("missile", id_, f"stage_{n}_diameter", body_m))
        row.drag_law = DRAG_LAWS.index(book.text("missile", id_, f"stage_{n}_drag_law"))
        rows.append(row)
    return rows


def interceptor_rows(book: Book, ids: list[str]) -> Rows:
    """INTERCEPTOR rows of the ids in order."""
    table = records(INTERCEPTOR, len(ids))
    for row, id_ in zip(table, ids):
        row.name = name_hash(id_)
        for field, name in (
            ("mass_kg", "mass"),
            ("propellant_kg", "propellant"),
            ("thrust_n", "thrust"),
            ("burn_s", "burn"),
            ("floor_m", "floor"),
            ("ceiling_m", "ceiling"),
            ("reach_m", "reach"),
            ("max_flight_s", "max_flight_time"),
            ("cost_usd", "cost_usd"),
        ):
            row[field] = book.si("interceptor", id_, name)
        row.cruise_floor_m = book.si("interceptor", id_, "cruise_floor", 0.0)
        row.area_m2 = circle_m2(book.si("interceptor", id_, "diameter"))
        row.drag_law = DRAG_LAWS.index(book.text("interceptor", id_, "drag_law"))
    return table


def fill_radar(book: Book, id_: str, row: Any) -> None:
    """What a RADAR row takes from the catalogue."""
    for field, name, default in (
        ("pulses", "pulses", 1.0),
        ("track_snr", "track_snr", 0.0),
        ("search_share", "search_share", 0.0),
        ("search_dwell_s", "search_dwell", book.si("radar", id_, "dwell")),
        ("search_low_rad", "search_elevation_min", book.si("radar", id_, "elevation_min")),
        ("search_high_rad", "search_elevation_max", book.si("radar", id_, "elevation_max")),
    ):
        row[field] = book.si("radar", id_, name, default)
    for field, name in (
        ("average_power_w", "average_power"),
        ("aperture_m2", "aperture"),
        ("efficiency", "efficiency"),
        ("frequency_hz", "frequency"),
        ("noise_temperature_k", "noise_temperature"),
        ("loss", "loss"),
        ("dwell_s", "dwell"),
        ("revisit_s", "revisit"),
        ("false_alarm_p", "false_alarm_probability"),
        ("azimuth_half_rad", "azimuth_half"),
        ("elevation_min_rad", "elevation_min"),
        ("elevation_max_rad", "elevation_max"),
        ("range_max_m", "range_max"),
        ("beamwidth_rad", "beamwidth"),
        ("bandwidth_hz", "bandwidth"),
        ("range_bias_m", "range_bias"),
        ("angle_bias_rad", "angle_bias"),
        ("confirm_looks", "confirm_looks"),
    ):
        row[field] = book.si("radar", id_, name)
