"""Drag laws: drag coefficient by Mach number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keepout import elementary as math
from keepout.kernel import kernel
from keepout.records.missile import (
    DRAG_CONE,
    DRAG_CONSTANT,
    DRAG_G1,
    DRAG_G6,
    DRAG_G7,
    DRAG_INGALLS,
    DRAG_LARGE_LIQUID,
    DRAG_LARGE_SOLID,
    DRAG_V2,
)

MACH_STEP = 0.01
MACH_TOP = 8.0
CELLS = 801

Line = NDArray[np.float64]
Points = tuple[tuple[float, float], ...]

# (Mach, Cd); smooth curves between, held beyond both ends
# fmt: off
V2 = (  # G. P. Sutton, Rocket Propulsion Elements, 3rd ed., p. 119; read off a figure; grade B
    (0.6, 0.15), (0.7, 0.16), (0.8, 0.18), (0.9, 0.23), (1.0, 0.30), (1.1, 0.40), (1.18, 0.42),
    (1.2, 0.415), (1.3, 0.38), (1.4, 0.36), (1.5, 0.325), (1.6, 0.30), (1.7, 0.275),
    (1.8, 0.26), (1.9, 0.25), (2.0, 0.24), (3.0, 0.21), (4.0, 0.18), (5.0, 0.155), (5.5, 0.15),
)
LARGE_LIQUID = (  # Atlas and Titan; D. Wright, Science & Global Security 3 (1992); grade C
    (0.0, 0.2007), (0.7, 0.2286), (0.8, 0.2486), (0.9, 0.2825), (1.0, 0.3402), (1.05, 0.3838),
    (1.1, 0.4304), (1.15, 0.4654), (1.18, 0.4747), (1.2, 0.474), (1.4, 0.4374), (1.6, 0.4034),
    (1.8, 0.372), (2.0, 0.343), (2.5, 0.2804), (3.0, 0.2305), (3.5, 0.1918), (4.0, 0.1626),
    (4.5, 0.1416), (5.5, 0.1183), (6.0, 0.1134),
)
LARGE_SOLID = (  # Minuteman and Trident; as LARGE_LIQUID
    (0.0, 0.1007), (0.5, 0.1099), (0.7, 0.1286), (0.8, 0.1486), (0.9, 0.1825), (1.0, 0.2402),
    (1.05, 0.2814), (1.1, 0.3229), (1.15, 0.3535), (1.2, 0.3618), (1.4, 0.3358), (1.6, 0.3117),
    (1.8, 0.2891), (2.0, 0.2682), (2.5, 0.2226), (3.0, 0.1859), (3.5, 0.1571), (4.0, 0.1354),
    (4.5, 0.1198), (5.5, 0.1035), (6.0, 0.101),
)
G1 = (  # Ingalls' projectile, as tabulated by the Ballistic Research Laboratory; grade B
    (0.0, 0.2629), (0.1, 0.2487), (0.2, 0.2344), (0.3, 0.2214), (0.4, 0.2104), (0.5, 0.2032),
    (0.55, 0.2020), (0.6, 0.2034), (0.7, 0.2165), (0.75, 0.2313), (0.8, 0.2546), (0.85, 0.2901),
    (0.9, 0.3415), (0.95, 0.4084), (1.0, 0.4805), (1.05, 0.5427), (1.1, 0.5883), (1.15, 0.6191),
    (1.2, 0.6393), (1.25, 0.6518), (1.3, 0.6589), (1.35, 0.6621), (1.4, 0.6625), (1.45, 0.6607),
    (1.5, 0.6573), (1.6, 0.6474), (1.7, 0.6347), (1.8, 0.6210), (1.9, 0.6072), (2.0, 0.5934),
    (2.1, 0.5804), (2.2, 0.5685), (2.3, 0.5577), (2.4, 0.5481), (2.5, 0.5397), (2.6, 0.5325),
    (2.8, 0.5211), (3.0, 0.5133), (3.2, 0.5084), (3.4, 0.5054), (3.6, 0.5030), (3.8, 0.5016),
    (4.0, 0.5006), (4.2, 0.4998), (4.6, 0.4992), (5.0, 0.4988),
)
G6 = (  # long pointed shell with a flat base; Ballistic Research Laboratory, as G1
    (0.0, 0.2617), (0.1, 0.2491), (0.2, 0.2376), (0.3, 0.2278), (0.4, 0.2205), (0.5, 0.2155),
    (0.6, 0.2126), (0.7, 0.2122), (0.8, 0.2154), (0.85, 0.2194), (0.9, 0.2297), (0.95, 0.2732),
    (1.0, 0.3597), (1.05, 0.4261), (1.1, 0.4465), (1.15, 0.4497), (1.2, 0.4482), (1.3, 0.4390),
    (1.4, 0.4279), (1.5, 0.4162), (1.6, 0.4042), (1.7, 0.3919), (1.8, 0.3788), (1.9, 0.3652),
    (2.0, 0.3515), (2.1, 0.3381), (2.2, 0.3249), (2.3, 0.3122), (2.4, 0.3000), (2.5, 0.2883),
    (2.6, 0.2772), (2.8, 0.2574), (3.0, 0.2407), (3.2, 0.2265), (3.4, 0.2144), (3.6, 0.2039),
    (3.8, 0.1947), (4.0, 0.1866), (4.4, 0.1730), (5.0, 0.1574),
)
G7 = (  # long pointed shell with a boat tail; Ballistic Research Laboratory, as G1
    (0.0, 0.1198), (0.6, 0.1194), (0.7, 0.1202), (0.75, 0.1215), (0.8, 0.1242), (0.85, 0.1306),
    (0.9, 0.1464), (0.925, 0.1660), (0.95, 0.2054), (0.975, 0.2993), (1.0, 0.3803),
    (1.025, 0.4015), (1.05, 0.4043), (1.1, 0.4014), (1.15, 0.3955), (1.2, 0.3884), (1.3, 0.3732),
    (1.4, 0.3580), (1.5, 0.3440), (1.6, 0.3315), (1.7, 0.3209), (1.8, 0.3117), (1.9, 0.3042),
    (2.0, 0.2980), (2.2, 0.2864), (2.4, 0.2752), (2.6, 0.2643), (2.8, 0.2533), (3.0, 0.2424),
    (3.2, 0.2313), (3.4, 0.2205), (3.6, 0.2106), (3.8, 0.2017), (4.0, 0.1935), (4.4, 0.1793),
    (5.0, 0.1618),
)
INGALLS = (  # powers of speed fitted by Mayevski to Krupp's firings; J. M. Ingalls; as G1
    (0.0, 0.2282), (0.7, 0.2282), (0.725, 0.2353), (0.8, 0.2596), (0.85, 0.2759), (0.875, 0.2913),
    (0.9, 0.3170), (0.925, 0.3442), (0.95, 0.3728), (1.0, 0.4349), (1.05, 0.5034), (1.1, 0.5756),
    (1.15, 0.6018), (1.2, 0.6279), (1.225, 0.6418), (1.25, 0.6423), (1.6, 0.6423), (1.65, 0.6378),
    (1.7, 0.6321), (1.8, 0.6213), (1.9, 0.6113), (2.0, 0.6020), (2.1, 0.5933), (2.2, 0.5850),
    (2.3, 0.5773), (2.4, 0.5679), (2.5, 0.5576), (2.6, 0.5478), (2.8, 0.5298), (3.0, 0.5136),
    (3.4, 0.4855), (3.8, 0.4618), (4.2, 0.4415), (4.6, 0.4238), (5.0, 0.4082),
)
# fmt: on

CONE_HALF_ANGLE_RAD = math.radians(9.0)
WAVE_ANGLE = 0.04379682139074222  # its power 1.69
CONE_FRICTION = 0.01


def cone_cd(mach: float) -> float:
    """Drag coefficient of a sharp cone of 9 deg half angle with a flat base.

    Wave drag after Bonney and base drag while coasting, both as in E. L. Fleeman, Tactical
    Missile Design, 2nd ed., fig. 2.26 and eqs. there; skin friction 0.01 assumed (D). Below
    Mach 1 only base drag and friction, joined by a straight line from Mach 0.8 to 1.2.
    """

    def supersonic(m: float) -> float:
        wave = (1.59 + 1.83 / m**2) * WAVE_ANGLE
        return wave + 0.25 / m + CONE_FRICTION

    def subsonic(m: float) -> float:
        return 0.12 + 0.13 * m**2 + CONE_FRICTION

    if mach <= 0.8:
        return subsonic(mach)
    if mach >= 1.2:
        return supersonic(mach)
    low, high = subsonic(0.8), supersonic(1.2)
    return low + (mach - 0.8) / 0.4 * (high - low)


def slopes(x: Line, y: Line) -> Line:
    """Slopes at points that make the cubics between them neither corner nor overshoot.

    F. N. Fritsch and J. Butland, SIAM J. Scientific and Statistical Computing 5 (1984) 300:
    harmonic means of the neighbouring rises, 0 at a turn; flat at both ends.
    """
    h = np.diff(x)
    rise = np.diff(y) / h
    slope = np.zeros(len(x))
    for i in range(1, len(x) - 1):
        if rise[i - 1] * rise[i] > 0.0:
            w1, w2 = 2.0 * h[i] + h[i - 1], h[i] + 2.0 * h[i - 1]
            slope[i] = (w1 + w2) / (w1 / rise[i - 1] + w2 / rise[i])
    return slope


def cubics(points: Points) -> NDArray[np.float64]:
    """Coefficients (cells, 4) of the curve through points, by powers of the Mach number's part.

    Every published Mach number is a cell's edge, so that the curve is kept exactly.
    """
    x, y = np.array(points).T
    low = np.arange(CELLS) * MACH_STEP
    at = np.clip(low + 0.5 * MACH_STEP, x[0] + 1e-9, x[-1] - 1e-9)
    i = np.searchsorted(x, at) - 1
    h, slope = np.diff(x)[i], slopes(x, y)
    d0, d1, dy = h * slope[i], h * slope[i + 1], np.diff(y)[i]
    u, w = (low - x[i]) / h, MACH_STEP / h
    c2, c3 = 3.0 * dy - 2.0 * d0 - d1, d0 + d1 - 2.0 * dy
    cells = np.stack(
        [
            y[i] + u * (d0 + u * (c2 + u * c3)),
            w * (d0 + u * (2.0 * c2 + u * 3.0 * c3)),
            w * w * (c2 + 3.0 * u * c3),
            w**3 * c3,
        ],
        axis=1,
    )
    cells[low < x[0] - 1e-9] = (y[0], 0.0, 0.0, 0.0)
    cells[low > x[-1] - 1e-9] = (y[-1], 0.0, 0.0, 0.0)
    return cells


def _drag_table() -> NDArray[np.float64]:
    """All laws: (laws, cells, 4), the last cell holding beyond Mach 8."""
    cone = tuple((m, cone_cd(m)) for m in (*np.arange(0.0, 2.01, 0.2), 2.5, 3, 4, 5, 6, 7, 8))
    table = np.zeros((9, CELLS, 4))
    table[DRAG_CONSTANT, :, 0] = 1.0
    for law, points in (
        (DRAG_V2, V2),
        (DRAG_LARGE_LIQUID, LARGE_LIQUID),
        (DRAG_LARGE_SOLID, LARGE_SOLID),
        (DRAG_CONE, cone),
        (DRAG_G1, G1),
        (DRAG_G6, G6),
        (DRAG_G7, G7),
        (DRAG_INGALLS, INGALLS),
    ):
        table[law] = cubics(points)
    return table


CD = _drag_table()


@kernel
def cd_of(drag_law, mach):
    """Drag coefficient of one of the laws; the constant law has 1.

    drag_law  ()  DRAG_* of records/missile.py
    mach      ()  Mach number >= 0; held beyond 8
    returns   ()  based on the reference area

    Source: the tables above. At zero angle of attack; altitude does not enter.
    """
    s = mach / MACH_STEP if mach < MACH_TOP else CELLS - 1.0
    i = int(s)
    u = s - i
    c = CD[drag_law, i]
    return c[0] + u * (c[1] + u * (c[2] + u * c[3]))
