"""How the propellant and thrust of the catalogue's interceptors were derived.

No open source gives the motors. For each interceptor: the specific impulse is assumed
(grade D; 230 s for a small motor near the ground to 285 s for one that ends in space), the
launch mass, burn and burnout speed are the catalogue's, and the propellant is found by
integration so that the published burnout speed is reached when the thrust points 60 degrees
above the horizon. Then the flyout is tabulated, and what it can reach is printed beside what
is published.

    python design/derive_interceptors.py
"""

from __future__ import annotations

import math

import numpy as np

from keepout.catalogue.fields import DRAG_LAWS
from keepout.catalogue.read import entry, ids
from keepout.intercept.flyout import flyout_kernel
from keepout.intercept.sizing import burnout_speed_mps, ideal_speed_mps, motor_of
from keepout.records.defence import FLYOUT, FLYOUT_ALTS, FLYOUT_RANGES, INTERCEPTOR

IMPULSE_S = {
    "arrow-2": 255.0, "arrow-3": 285.0, "pac-3-cri": 250.0, "pac-3-mse": 250.0,
    "sm-3-ia": 275.0, "sm-3-ib": 275.0, "sm-6": 250.0, "stunner": 250.0, "tamir": 230.0,
    "thaad-interceptor": 265.0, "sm-3-iia": 280.0, "pac-2-gem-t": 245.0, "aster-30": 245.0,
    "air-to-air-missile": 240.0,
}  # fmt: skip


def interceptor_row(name: str) -> np.record:
    """The catalogue's interceptor as an INTERCEPTOR record."""
    thing = entry(name)
    row = np.zeros(1, INTERCEPTOR).view(np.recarray)[0]
    for field, column in {
        "mass": "mass_kg", "propellant": "propellant_kg", "thrust": "thrust_n", "burn": "burn_s",
        "floor": "floor_m", "ceiling": "ceiling_m", "reach": "reach_m",
        "max_flight_time": "max_flight_s",
    }.items():  # fmt: skip
        setattr(row, column, thing.number(field).si)
    row.area_m2 = 0.25 * math.pi * thing.number("diameter").si ** 2
    row.drag_law = DRAG_LAWS.index(thing.text("drag_law"))
    return row


def reached(row: np.record) -> tuple[float, float, float, float]:
    """Greatest range, lowest and greatest height [km] and longest flight [s] of the table."""
    table = np.zeros(1, FLYOUT).view(np.recarray)[0]
    flyout_kernel(row, table)
    floor_row = math.ceil(row.floor_m / row.ceiling_m * (FLYOUT_ALTS - 1))
    i, j = np.nonzero(np.isfinite(table.time_s[:, floor_row:]))
    return (
        i.max() * row.reach_m / (FLYOUT_RANGES - 1) / 1e3,
        (j.min() + floor_row) * row.ceiling_m / (FLYOUT_ALTS - 1) / 1e3,
        (j.max() + floor_row) * row.ceiling_m / (FLYOUT_ALTS - 1) / 1e3,
        float(np.nanmax(table.time_s[:, floor_row:])),
    )


def main() -> None:
    """Print one line for each interceptor."""
    print(
        "interceptor        propellant kg  thrust kN   speed m/s (published) ideal  30..90 deg"
        "   reach km (published)  height km (published)  longest s"
    )
    for name in sorted(ids("interceptor")):
        row = interceptor_row(name)
        speed_mps = entry(name).number("burnout_speed").si
        row.propellant_kg, row.thrust_n = motor_of(row, speed_mps, IMPULSE_S[name])
        got = burnout_speed_mps(row, math.radians(60.0))
        ends = [burnout_speed_mps(row, math.radians(angle)) for angle in (30.0, 90.0)]
        far, low, high, longest = reached(row)
        print(
            f"{name:18s} {row.propellant_kg:9.1f} ({entry(name).number('propellant').si:6.1f})"
            f" {row.thrust_n / 1e3:8.1f} {got:8.0f} ({speed_mps:5.0f})  {ideal_speed_mps(row):6.0f}"
            f"  {ends[0]:5.0f} {ends[1]:5.0f}   {far:6.1f} ({row.reach_m / 1e3:6.1f})"
            f"   {low:5.1f}-{high:5.1f} ({row.floor_m / 1e3:5.1f}-{row.ceiling_m / 1e3:5.1f})"
            f"   {longest:5.0f} ({row.max_flight_s:4.0f})"
        )


if __name__ == "__main__":
    main()
