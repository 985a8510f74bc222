"""Checks of radars: numbers that no radar can have, wherever a scenario gives them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from keepout import units
from keepout.document import Where

from .checks import NO_RADAR, Check

POSITIVE = {
    "average_power": "power",
    "aperture": "area",
    "frequency": "frequency",
    "noise_temperature": "temperature",
    "dwell": "time",
    "revisit": "time",
    "beamwidth": "angle",
    "bandwidth": "frequency",
    "range_max": "length",
    "search_dwell": "time",
}
"""Fields that must be above zero, with their dimension."""


def radar_numbers(check: Check) -> None:
    """Every radar that is used could work, and stands above the sea."""
    for i, radar in check.items("radars"):
        if radar.height is not None and radar.height < 0.0:
            check.fault(
                "under-the-sea",
                f"the antenna stands at {units.format_si(radar.height, 'length')}: under the sea",
                ("radars", i, "height"),
                "give its height above the sea, 0 m if it is not known",
            )
    for id_ in dict.fromkeys(_types(check)):
        _numbers(check, id_)


def _types(check: Check) -> Iterator[str]:
    """Ids of all radars of a scenario that the catalogue has."""
    named = [radar.type for _, radar in check.items("radars")]
    for _, battery in check.items("batteries"):
        if battery.radar:
            named.append(battery.radar)
        elif battery.type and check.book.has("battery", battery.type):
            named.append(check.book.text("battery", battery.type, "radar", NO_RADAR))
    for id_ in named:
        if id_ and id_ != NO_RADAR and check.book.has("radar", id_):
            yield id_


class _Radar:
    """One radar as the scenario sees it, and where its numbers stand."""

    def __init__(self, check: Check, id_: str) -> None:
        self.check, self.id = check, id_

    def __call__(self, field: str, default: float | None = None) -> float | None:
        amount = self.check.book.amount("radar", self.id, field)
        return default if amount is None else amount.value

    def fault(self, code: str, field: str, message: str, help: str) -> None:
        """Note a problem at the number in the file, or at its block."""
        where: Where = ("catalogue", self.id, field)
        if self.check.given(where) is None:
            where = where[:2]
        self.check.fault(code, f"{self.id}: {message}", where, help)


def _numbers(check: Check, id_: str) -> None:
    radar = _Radar(check, id_)
    for field, dimension in POSITIVE.items():
        value = radar(field)
        if value is not None and not value > 0.0:
            shown = units.format_si(value, dimension)
            message = f"{field} is {shown}; a radar without it sees nothing"
            radar.fault("not-positive", field, message, "it must be above zero")
    _shares(radar)
    _sector(radar)
    _times(radar)
    _elevations(radar, "elevation_min", "elevation_max")
    _elevations(radar, "search_elevation_min", "search_elevation_max")


def _shares(radar: _Radar) -> None:
    """Chances and shares, the loss and counts."""
    for field, low, high, says in (
        ("efficiency", 0.0, 1.0, "above 0 and at most 1"),
        ("false_alarm_probability", 0.0, 0.5, "above 0 and at most 0.5"),
        ("search_share", 0.0, 0.95, "above 0 and at most 0.95: tracks need the rest"),
    ):
        value = radar(field)
        if value is not None and not low < value <= high:
            radar.fault("range", field, f"{field} is {value:g}", f"it must be {says}")
    loss = radar("loss")
    if loss is not None and loss < 1.0:
        shown = f"{10.0 * math.log10(loss):g} dB" if loss > 0.0 else "nothing"
        radar.fault("range", "loss", f"the loss is {shown}: a gain", "it must be at least 0 dB")
    for field, most in (("pulses", 256), ("confirm_looks", 100)):
        value = radar(field)
        if value is not None and not (1 <= value <= most and value == math.floor(value)):
            radar.fault("range", field, f"{field} is {value:g}", f"a whole number, 1 to {most}")


def _sector(radar: _Radar) -> None:
    half_rad = radar("azimuth_half")
    if half_rad is not None and not 0.0 < half_rad <= math.pi * (1.0 + 1e-12):
        whole = 2.0 * math.degrees(half_rad)
        message = f"a field of regard of {whole:g} deg (azimuth_half {0.5 * whole:g} deg)"
        help = "azimuth_half is half of it: above 0 and at most 180 deg, which is all round"
        radar.fault("field-of-regard", "azimuth_half", message, help)


def _times(radar: _Radar) -> None:
    dwell_s, revisit_s = radar("dwell"), radar("revisit")
    if dwell_s is not None and revisit_s is not None and 0.0 < revisit_s < dwell_s:
        message = (
            f"it looks at one object every {units.format_si(revisit_s, 'time')}, and a look lasts "
            f"{units.format_si(dwell_s, 'time')}"
        )
        field = "dwell"
        if radar.check.given(("catalogue", radar.id, "revisit")) is not None:
            field = "revisit"
        radar.fault("revisit", field, message, "a longer revisit, or a shorter dwell")


def _elevations(radar: _Radar, low: str, high: str) -> None:
    ends = [radar(low), radar(high)]
    if ends[0] is None or ends[1] is None:
        return
    degrees: list[Any] = [math.degrees(end) for end in ends if end is not None]
    if not -10.0 <= degrees[0] < degrees[1] <= 90.0 + 1e-9:
        message = f"it looks from {degrees[0]:g} to {degrees[1]:g} deg of elevation"
        radar.fault("elevation", high, message, f"-10 deg <= {low} < {high} <= 90 deg")
