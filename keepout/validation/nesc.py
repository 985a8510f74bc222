"""A sphere dropped and thrown: NASA's check cases for simulations, atmospheric 1 and 4 to 10.

The NASA Engineering and Safety Center compared six simulations of its centres on simple cases
(E. B. Jackson and others, NASA/TM-2015-218675, 2015). A sphere of 1 slug and 0.1963495 ft2, drag
coefficient 0.1, is let fall from 30,000 ft over 0 N 0 E: over a round Earth that stands still (4)
and that turns (5), over the turning ellipsoid (1 without drag, 6 with it), in a steady wind of 20
ft/s from the west (7) and in one that is linear in height, (0.003 h - 20) ft/s from the west (8);
or it is thrown from the ground at 45 deg with 1000 ft/s up and 1000 ft/s east (9) or north (10).
The figures are those of the published time histories of simulations 4 and 5, which agree with
each other to 0.001 ft in the drops and to 0.014 ft in the throws.

What enters: mu 3.986004418e14 m3/s2 (1.407644175720511e16 ft3/s2), the turn 7.292115e-5 rad/s,
WGS 84 with J2, no J2 on the sphere, the standard atmosphere of 1976 at the geometric height, air
that turns with the Earth. The report's table has a sphere of 20,902,254.53 ft, its data sheet one
of 20,902,255.199 ft; over 30 s the difference is below a millionth of a foot. A wrong model shows:
in case 6 the height would change by 21 ft without J2, 45 ft without rotation, 0.63 ft by 0.1 per
cent of density or by taking geometric heights for geopotential ones, and 0.13 ft by 1e-5 of mu.
Same equations on both sides, so that these are checks of the numbers, not of the
model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from keepout.earth.geodesy import MEAN_RADIUS_M
from keepout.flight.throw import Thrown, WindRow, throw
from keepout.records.place import Place
from keepout.validation.check import NUMERICAL, Check

TITLE = "NASA's check cases: a sphere dropped and thrown"
SOURCE = (
    "NASA/TM-2015-218675 (2015), time history of simulation {} for atmospheric case {}, as "
    "published with nasa/simupy-flight (NESC_data)"
)
FOOT_M = 0.3048
SLUG_KG = 0.45359237 * 9.80665 / FOOT_M
MASS_PER_DRAG_AREA = SLUG_KG / (0.1 * 0.1963495 * FOOT_M**2)
SPHERE_M = 20902255.199 * FOOT_M
EQUATOR_FT = 6378137.0 / FOOT_M
TOLERANCE_FT = 0.05
ERROR_FT = 1e-5
"""Of ``throw`` over 30 s, from a tenth of its tolerance."""


@dataclass(frozen=True)
class Case:
    """One case and where it is, according to simulations 4 and 5: (s, ft, deg north, deg east)."""

    number: int
    what: str
    sim_4: tuple[tuple[float, float, float, float], ...]
    sim_5: tuple[tuple[float, float, float, float], ...]
    alt_ft: float = 30e3
    beta_kgpm2: float = MASS_PER_DRAG_AREA
    earth: str = "wgs84"
    speed_ftps: float = 0.0
    azimuth_deg: float = 0.0
    elevation_deg: float = 0.0
    wind: tuple[WindRow, ...] = ()

    def after(self, seconds: float) -> Thrown:
        """Our own sphere."""
        return throw(
            Place(lat_deg=0.0, lon_deg=0.0, alt_m=self.alt_ft * FOOT_M),
            speed_mps=self.speed_ftps * FOOT_M,
            azimuth_rad=math.radians(self.azimuth_deg),
            elevation_rad=math.radians(self.elevation_deg),
            beta_kgpm2=self.beta_kgpm2,
            seconds=seconds,
            earth=self.earth,
            radius_m=MEAN_RADIUS_M if self.earth == "wgs84" else SPHERE_M,
            wind=self.wind,
        )


CASES = (
    Case(
        1, "no drag", ((30.0, 15598.9043522, 0.0, 5.74552213287e-5),),
        ((30.0, 15598.90435244888, 0.0, 5.745522183856878e-5),), beta_kgpm2=math.inf,
    ),
    Case(
        4, "round Earth that stands still", ((30.0, 16231.3059243, 0.0, 0.0),),
        ((30.0, 16231.30690887943, 0.0, 0.0),), earth="sphere-still",
    ),
    Case(
        5, "round Earth that turns", ((30.0, 16276.3845488, 0.0, 5.34699823728e-5),),
        ((30.0, 16276.385525826365, 0.0, 5.3469977091816635e-5),), earth="sphere",
    ),
    Case(
        6, "ellipsoid", ((30.0, 16284.443772, 0.0, 5.33798251362e-5),),
        ((30.0, 16284.444747649133, 0.0, 5.337981986963394e-5),),
    ),
    Case(
        7, "wind from the west", ((30.0, 16285.1612472, 0.0, 1.28541735128e-4),),
        ((30.0, 16285.162223681808, 0.0, 1.2854183317094315e-4),),
        wind=((0.0, 0.0, 20.0 * FOOT_M),),
    ),
    Case(
        8, "wind linear in height", ((30.0, 16290.9978743, 0.0, 2.73579667279e-4),),
        ((30.0, 16290.998857446015, 0.0, 2.7357996101132545e-4),),
        wind=((0.0, 0.0, -20.0 * FOOT_M), (30e3 * FOOT_M, 0.0, 70.0 * FOOT_M)),
    ),
    Case(
        9, "thrown east",
        ((15.0, 9319.84639548, 0.0, 0.0343608063874), (30.0, 10160.9897645, 0.0, 0.0616478507138)),
        ((30.0, 10160.979306247085, 0.0, 0.061647813318967966),),
        alt_ft=0.0, speed_ftps=math.sqrt(2e6), azimuth_deg=90.0, elevation_deg=45.0,
    ),
    Case(
        10, "thrown north", ((30.0, 10114.8055114, 0.0621356266972, -7.84759050703e-5),),
        ((30.0, 10114.795087609335, 0.06213558892416928, -7.847582757951663e-5),),
        alt_ft=0.0, speed_ftps=math.sqrt(2e6), elevation_deg=45.0,
    ),
)  # fmt: skip


def checks(data: Path | None) -> list[Check]:
    """Height, and way north and east, of each case against both simulations."""
    rows = []
    for case in CASES:
        for sim, instants in ((4, case.sim_4), (5, case.sim_5)):
            for t_s, alt_ft, lat_deg, lon_deg in instants:
                end = case.after(t_s).place
                for what, published, computed in (
                    ("height", alt_ft, end.alt_m / FOOT_M),
                    ("north", _arc_ft(lat_deg), _arc_ft(end.lat_deg)),
                    ("east", _arc_ft(lon_deg), _arc_ft(end.lon_deg)),
                ):
                    if published == 0.0 and abs(computed) < ERROR_FT:
                        continue  # it moves in a plane
                    rows.append(_row(case, sim, t_s, what, published, computed))
    return rows


def _arc_ft(angle_deg: float) -> float:
    """An angle as a length at the equator."""
    return math.radians(angle_deg) * EQUATOR_FT


def _row(case: Case, sim: int, t_s: float, what: str, published: float, computed: float) -> Check:
    """One coordinate at one moment."""
    return Check(
        case="nesc",
        quantity=f"case {case.number} ({case.what}), {t_s:.0f} s, simulation {sim}: {what}",
        unit="ft",
        published=published,
        computed=computed,
        tolerance=TOLERANCE_FT,
        why="the larger simulations of the report differ by more: they agree to about 0.05 ft",
        kind=NUMERICAL,
        numerical_error=ERROR_FT,
        source=SOURCE.format(sim, case.number),
        grade="A",
    )
