"""The crater of a conventional warhead in soil, for pictures only.

No damage is worked out from it, and nobody should: the size of one crater says little
about the warhead, because soil, depth of burst and fall-back each change it by a factor.
"""

from __future__ import annotations

from keepout import elementary as math
from keepout.kernel import kernel

TNT_JPKG = 4.184e6
"""Energy of one kilogram of TNT, by definition [J/kg]."""

SURFACE_M = 0.8
"""Diameter of a crater of 1 kg of TNT on the ground [m], scaling with the cube root.

Kinney and Graham, Explosive Shocks in Air, 2nd ed. (1985): some 200 large surface
explosions, coefficient of variation about 0.3. Grade B, quoted from memory of the book."""

SURFACE_SPREAD = 0.3
"""Coefficient of variation of that fit."""

BURIED_M = 100.65360007630491  # 390 / 100^(1 / 3.4)
"""Diameter of a crater of 1 kt at the depth that throws out most [m]: about 101 m.

From Sedan, 6 July 1962: 100 kt, 194 m deep in desert alluvium, left a crater 390 m wide
and 98 m deep (US National Nuclear Security Administration). The exponent 1/3.4 is that of
chemical and nuclear charges in alluvium alike (Nordyke 1961; US report on TNT craters in
Nevada soil: most probable value 3.4). Grade B at a kiloton, grade D at a tonne."""

BURIED_DEPTH_SHARE = 98.0 / 390.0
"""Depth over diameter of the same crater."""

KT_KG = 1.0e6


@kernel
def tnt_equivalent_kg(explosive_kg, impact_mass_kg, impact_speed_mps):
    """The charge that a falling warhead stands for, its energy of motion included.

    explosive_kg      ()  mass of explosive, taken as TNT [kg]
    impact_mass_kg    ()  mass of everything that strikes [kg]
    impact_speed_mps  ()  [m/s]
    returns           ()  [kg of TNT]
    """
    return explosive_kg + 0.5 * impact_mass_kg * impact_speed_mps**2 / TNT_JPKG


@kernel
def crater_m(tnt_kg):
    """Size of the crater of a charge in soil: least, middle and largest diameter, depth.

    tnt_kg   ()  charge [kg of TNT]
    returns  ()  low, middle, high diameter, middle depth [m]

    Low is a burst on the surface less one coefficient of variation, high a burst at the
    best depth in dry alluvium, the middle their geometric mean. Wet clay gives up to half
    as much again, concrete and rock much less. Valid for 100 kg to 10 t to a factor of 2.

    Source: Kinney and Graham (1985) on the surface; Nordyke (1961) and Sedan buried.
    """
    low_m = (1.0 - SURFACE_SPREAD) * SURFACE_M * math.power(tnt_kg, 1.0 / 3.0)
    high_m = BURIED_M * math.power(tnt_kg / KT_KG, 1.0 / 3.4)
    middle_m = math.sqrt(low_m / (1.0 - SURFACE_SPREAD) * high_m)
    return low_m, middle_m, high_m, BURIED_DEPTH_SHARE * middle_m


@kernel
def covered_share(craters, crater_area_m2, ground_area_m2):
    """Expected share of a ground that craters cover, where they fall anywhere on it alike.

    craters         ()  number of craters whose centres lie on it
    crater_area_m2  ()  area of one [m2]
    ground_area_m2  ()  [m2]
    returns         ()  0 to 1; overlaps count once, edges are neglected

    Source: Hall, Introduction to the Theory of Coverage Processes (1988), sec. 3.1.
    """
    return 1.0 - math.exp(-craters * crater_area_m2 / ground_area_m2)


@kernel
def hit_chance(craters, share):
    """Chance that at least one of some craters lies on a part of the ground.

    craters  ()  number of craters, placed alike and independently
    share    ()  of the ground's area
    returns  ()  probability

    Source: the binomial law, 1 - (1 - share)^craters.
    """
    return 1.0 - math.power(1.0 - share, craters)
