"""How far the AN/TPY-2 sees: the radar equation against two readings that seem to contradict.

Lewis and Postol (2012) state about 870 km against 0.01 m2, from 81 kW of average power over a dwell
of 100 ms (20 coherent pulses); from a figure of the National Academies (2012) they read about
1,500 km. Neither page gives the loss and the noise temperature. A detection range means nothing
without power, aperture, temperature, loss, dwell, signal-to-noise ratio and cross-section: the
table of the manual's page on radars states all seven for every range, and contains both readings:
they differ by the energy of a look, 8.1 kJ against 81 kJ. The comparison shows that the two are
consistent, not that either is right.

The first rows are numerical: a closed-form table of the same equation, worked out elsewhere.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from keepout.catalogue import read
from keepout.records.sensor import RADAR
from keepout.scenario.book import Book
from keepout.scenario.rows import fill_radar
from keepout.sensing.radar import detection_range_m
from keepout.sensing.search import fill_search
from keepout.validation.check import MODEL, NUMERICAL, Check, found, missing

TITLE = "Detection range of the AN/TPY-2"
TABLE = "closed-form/radar_tpy2_open_parameters.csv"
SOURCE = "G. Lewis and T. Postol, mostlymissiledefense.com, 21 September 2012"
FREQUENCY_HZ, EFFICIENCY, TEMPERATURE_K, SNR = 9.5e9, 0.8, 500.0, 20.0
LOSSES_DB = (5.0, 6.5, 8.0, 10.0)
ROUNDING_KM = 0.06


class Assumed(NamedTuple):
    """What a detection range stands on."""

    power_w: float
    aperture_m2: float
    temperature_k: float
    loss_db: float
    dwell_s: float
    snr: float
    rcs_m2: float

    def range_m(self) -> float:
        """Range [m] at which one look straight ahead reaches the signal-to-noise ratio."""
        row: Any = np.zeros(1, RADAR).view(np.recarray)[0]
        row.average_power_w, row.aperture_m2, row.efficiency = self[0], self[1], EFFICIENCY
        row.frequency_hz, row.noise_temperature_k = FREQUENCY_HZ, self.temperature_k
        row.loss, row.dwell_s = 10.0 ** (0.1 * self.loss_db), self.dwell_s
        return detection_range_m(row, self.rcs_m2, self.snr)


def assumptions() -> list[Assumed]:
    """Rows of the manual's table, shortest dwell first."""
    rows = [
        Assumed(power_w, 9.2, TEMPERATURE_K, loss_db, dwell_s, SNR, rcs_m2)
        for dwell_s in (0.02, 0.1, 1.0)
        for power_w in (60e3, 81e3)
        for loss_db in LOSSES_DB
        for rcs_m2 in (0.01, 0.1)
    ]
    return [*rows, Assumed(81e3, 9.2, 800.0, 6.5, 0.1, SNR, 0.01)]


def checks(data: Path | None) -> list[Check]:
    """The closed-form table, then the two readings within what the losses leave open."""
    return [*_closed_form(data), *_readings()]


def _closed_form(data: Path | None) -> list[Check]:
    """Every row of the table with 0.01 m2."""
    path = found(data, TABLE)
    said: dict[str, Any] = {
        "case": "radar-range", "unit": "km", "tolerance": ROUNDING_KM,
        "why": "printed to 0.1 km", "kind": NUMERICAL, "numerical_error": 1e-6,
        "source": "the radar equation with the figures of Lewis and Postol (2012)", "grade": "A",
    }  # fmt: skip
    if path is None:
        note = missing(data, TABLE)
        return [Check(quantity="ranges", published=0.0, computed=None, note=note, **said)]
    made = []
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            given = {name: float(text) for name, text in row.items()}
            if given["sigma_m2"] != 0.01:
                continue
            of = Assumed(
                given["Pav_W"], given["A_m2"], given["Ts_K"], given["loss_dB"], given["dwell_s"],
                given["SNR"], given["sigma_m2"],
            )  # fmt: skip
            name = f"dwell {of.dwell_s:g} s, loss {of.loss_db:g} dB"
            computed = of.range_m() / 1e3
            made.append(Check(quantity=name, published=given["R_km"], computed=computed, **said))
    return made


def _readings() -> list[Check]:
    """The two published ranges, each against the middle of what losses of 5 to 10 dB give."""
    made = []
    for who, read_km, dwell_s in (
        ("Lewis and Postol: about 870 km", 870.0, 0.1),
        ("National Academies, figure 5-8, as read there: about 1,500 km", 1500.0, 1.0),
    ):
        ends = [
            Assumed(81e3, 9.2, TEMPERATURE_K, db, dwell_s, SNR, 0.01).range_m() / 1e3
            for db in (10.0, 5.0)
        ]
        middle = math.sqrt(ends[0] * ends[1])
        made.append(
            Check(
                case="radar-range", quantity=who, unit="km", published=read_km, computed=middle,
                tolerance=0.5 * (ends[1] - ends[0]),
                why="half of what losses of 5 to 10 dB leave open", kind=MODEL, source=SOURCE,
                grade="B",
                note=f"0.01 m2, S/N 20, 81 kW x {dwell_s:g} s = {81 * dwell_s:g} kJ a look: "
                f"{ends[0]:,.0f} to {ends[1]:,.0f} km",
            )
        )  # fmt: skip
    return made


Table = Callable[[Iterable[str], Iterable[Iterable[object]]], str]


def radar_line(id_: str) -> tuple[str, ...]:
    """One radar of the catalogue: what its detection ranges stand on, and what they are."""
    row: Any = np.zeros(1, RADAR).view(np.recarray)[0]
    fill_radar(Book(), id_, row)
    row.cued_s = 0.0
    fill_search(row)
    ranges = [detection_range_m(row, rcs_m2, SNR) / 1e3 for rcs_m2 in (0.01, 0.1, 1.0)]
    looks = f"{row.search_share:g} of its time, a frame in {row.frame_s:.0f} s"
    return (
        f"`{id_}`", f"{row.average_power_w / 1e3:g} kW", f"{row.aperture_m2:g} m2",
        f"{row.noise_temperature_k:g} K", f"{10.0 * math.log10(row.loss):.1f} dB",
        f"{row.dwell_s:g} s", f"{row.average_power_w * row.dwell_s:,.0f} J",
        *(f"{each:,.0f} km" for each in ranges), f"{row.range_max_m / 1e3:,.0f} km", looks,
    )  # fmt: skip


def page(table: Table) -> str:
    """The manual's tables: every radar of the catalogue, and the assumptions of the AN/TPY-2.

    ``table`` makes a table of a head and rows.
    """
    first = ("average power", "aperture", "noise", "losses", "dwell", "energy of a look")
    head = ("radar", *first, "0.01 m2", "0.1 m2", "1 m2", "instrumented", "search")
    rows = [
        (
            f"{a.power_w / 1e3:g} kW", f"{a.aperture_m2:g} m2", f"{a.temperature_k:g} K",
            f"{a.loss_db:g} dB", f"{a.dwell_s:g} s", f"{a.power_w * a.dwell_s:,.0f} J",
            f"{a.snr:g}", f"{a.rcs_m2:g} m2", f"{a.range_m() / 1e3:,.0f} km",
        )
        for a in assumptions()
    ]  # fmt: skip
    return (
        "## The radars of the catalogue\n\nRanges at a signal-to-noise ratio of 20 for one whole "
        "dwell straight ahead, by cross-section; every number with its source and grade stands in "
        "the [catalogue](catalogue.md).\n\n"
        f"{table(head, [radar_line(id_) for id_ in sorted(read.ids('radar'))])}\n"
        "## The AN/TPY-2: assumptions against range\n\n"
        f"{table((*first, 'S/N', 'cross-section', 'range'), rows)}"
    )
