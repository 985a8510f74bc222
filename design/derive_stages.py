"""How the propellant and thrust of the catalogue's ballistic missiles were derived.

No open source gives the motors. For each missile the launch mass, payload and range are as
published; specific impulse and burn time are assumed (grade D). Within what launch mass and
payload leave, the split between propellant and dry mass is found by flight, so that the longest
range is the published one. Convention: the longest range is that of a launch due west from
Kermanshah over the rotating Earth, the direction of the events in the scenarios; due east the
same missile flies 5 to 7 % farther.

    python design/derive_stages.py            ranges of the catalogue as it stands, and the split
"""

from __future__ import annotations

import sys

import numpy as np

from keepout.catalogue.read import entry, ids
from keepout.earth.atmosphere import G0_MPS2
from keepout.flight.aim import LANDED, OUT_OF_RANGE
from keepout.flight.fly import END_SAYS, solve_lane
from keepout.records.place import Place
from keepout.scenario.book import Book
from keepout.scenario.rows import missile_rows

KERMANSHAH = Place(lat_deg=34.3, lon_deg=47.1)
FAR = Place(lat_deg=29.0, lon_deg=0.0)  # due west at launch, beyond every range here
MARGIN_M = 10e3
"""Above the published range, so that an aim at just that range is within reach."""


def rows_of(name: str) -> tuple[np.record, np.recarray]:
    """A missile of the catalogue as one MISSILE row and its STAGE rows."""
    missiles, stages = missile_rows(Book(), [name])
    return missiles[0], stages


def longest_m(row: np.record, stages: np.recarray) -> float:
    """Longest range due west from Kermanshah [m]."""
    flown = solve_lane(row, stages, KERMANSHAH, FAR)
    if flown.code not in (LANDED, OUT_OF_RANGE):
        raise SystemExit(END_SAYS[flown.code])
    return float(flown.lane.range_m)


def split(stages: np.recarray, more: float) -> np.recarray:
    """The stages with a factor on every propellant: mass and specific impulse stay as they are."""
    new = stages.copy()
    new.propellant_kg = stages.propellant_kg * more
    new.dry_kg = stages.dry_kg + stages.propellant_kg - new.propellant_kg
    new.thrust_vac_n = stages.thrust_vac_n * more
    new.thrust_sl_n = stages.thrust_sl_n * more
    return new


def derived(row: np.record, stages: np.recarray, range_m: float) -> np.recarray:
    """The split of propellant and dry mass that reaches a range, by bisection."""
    low, high = 0.7, 1.0 + 0.98 * float(np.min(stages.dry_kg / stages.propellant_kg))
    for _ in range(30):
        middle = 0.5 * (low + high)
        if longest_m(row, split(stages, middle)) < range_m:
            low = middle
        else:
            high = middle
    return split(stages, high)


def main() -> None:
    """Print ranges and splits of the missiles named, or of all that have stages."""
    names = sys.argv[1:] or [name for name in ids("missile") if entry(name).stages()]
    for name in names:
        thing = entry(name)
        row, stages = rows_of(name)
        published_m = thing.number("range").si
        now_m = longest_m(row, stages)
        print(f"{name}: published {published_m / 1e3:.0f} km, now {now_m / 1e3:.0f} km")
        for i, stage in enumerate(derived(row, stages, published_m + MARGIN_M)):
            flow = stage.propellant_kg / stage.burn_s
            share = stage.propellant_kg / (stage.propellant_kg + stage.dry_kg)
            print(
                f"  stage {i + 1}: propellant {stage.propellant_kg:.0f} kg, dry "
                f"{stage.dry_kg:.0f} kg (share {share:.3f}), vacuum {stage.thrust_vac_n / 1e3:.1f} "
                f"kN, sea level {stage.thrust_sl_n / 1e3:.1f} kN, specific impulse "
                f"{stage.thrust_vac_n / flow / G0_MPS2:.0f} / "
                f"{stage.thrust_sl_n / flow / G0_MPS2:.0f} s, burn {stage.burn_s:.0f} s"
            )


if __name__ == "__main__":
    main()
