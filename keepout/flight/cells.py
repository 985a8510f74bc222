"""The standard air and the drag laws in cells of polynomials, for loops that run in lanes.

A lookup is one row of a table and a polynomial in the part of the cell: no search, no branch, no
power and no exponential, so that a loop over lanes compiles to vector instructions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keepout.earth.atmosphere import (
    G0_MPS2,
    GAMMA,
    H_B,
    L_B,
    LN_P,
    LN_RHO,
    P_B,
    R0_M,
    R_AIR,
    SPAN_M,
    T_B,
    TOP_M,
)
from keepout.flight.drag import CD, CELLS, MACH_STEP

Line = NDArray[np.float64]

LOW_M, CELL_M = -5e3, 1e3
"""Lowest geopotential height of the table and height of a cell: every layer's base is an edge."""
HIGH_M = R0_M * (TOP_M + SPAN_M) / (R0_M + TOP_M + SPAN_M)
AIR_CELLS = int((HIGH_M - LOW_M) / CELL_M)
WIDTH = 8
"""Columns: five coefficients of the density, two of the sound's speed squared, one unused."""


def _air_at(h_m: Line) -> tuple[Line, Line]:
    """Density [kg/m3] and speed of sound squared [m2/s2] by geopotential height [m].

    As earth.atmosphere.air, written for arrays; a test compares the two.
    """
    b = np.clip(np.searchsorted(H_B, h_m, side="right") - 1, 0, 6)
    t_k = T_B[b] + L_B[b] * (h_m - H_B[b])
    lapse = np.where(L_B[b] == 0.0, 1.0, L_B[b])
    steady = np.exp(-G0_MPS2 * (h_m - H_B[b]) / (R_AIR * T_B[b]))
    with np.errstate(invalid="ignore"):
        falling = (T_B[b] / t_k) ** (G0_MPS2 / (R_AIR * lapse))
        p_pa = P_B[b] * np.where(L_B[b] == 0.0, steady, falling)
    alt_m = R0_M * h_m / (R0_M - h_m)
    knots = np.linspace(0.0, 1.0, len(LN_RHO))
    s = np.sqrt(np.clip((alt_m - TOP_M) / SPAN_M, 0.0, 1.0))
    rho, p = np.exp(np.interp(s, knots, LN_RHO)), np.exp(np.interp(s, knots, LN_P))
    upper = alt_m >= TOP_M
    return (
        np.where(upper, rho, p_pa / (R_AIR * t_k)),
        GAMMA * np.where(upper, p / rho, R_AIR * t_k),
    )


def _air_table() -> Line:
    """All cells in a row, WIDTH numbers each; coefficients by powers of the part of the cell."""
    nodes = 0.5 - 0.5 * np.cos(np.arange(5) * np.pi / 4)  # both edges and three between
    low = LOW_M + CELL_M * np.arange(AIR_CELLS)
    # a hair inside the cell, so that the edges belong to its own layer
    rho, sound2 = _air_at(low[:, None] + CELL_M * (1e-9 + (1.0 - 2e-9) * nodes))
    table = np.zeros((AIR_CELLS, WIDTH))
    table[:, :5] = np.linalg.solve(np.vander(nodes, increasing=True), rho.T).T
    table[:, 5] = sound2[:, 0]
    table[:, 6] = sound2[:, -1] - sound2[:, 0]
    return table.ravel()


AIR = _air_table()


def _bends() -> NDArray[np.int64]:
    """For each cell of each law, the next cell above it at whose edge the curve's bend jumps.

    There a step should end: the tables' own points near the speed of sound. The last cell stands
    for none.
    """
    c2, c3 = CD[:, :, 2] / MACH_STEP**2, CD[:, :, 3] / MACH_STEP**2
    jump = np.abs(2.0 * (c2[:, 1:] - c2[:, :-1]) - 6.0 * c3[:, :-1])
    following = np.full(CD.shape[:2], CELLS - 1)
    for i in range(CELLS - 2, -1, -1):
        following[:, i] = np.where(jump[:, i] > SHARP, i + 1, following[:, i + 1])
    return following.ravel()


DRAG = CD.ravel()
"""Four coefficients a cell, drag.CELLS cells a law (drag.cd_of)."""
SHARP = 1.0
"""Jump of the second derivative of a drag coefficient by Mach number that counts as a bend."""
BENDS = _bends()
