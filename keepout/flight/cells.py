"""The standard air and the drag laws in cells of polynomials, for loops that run in lanes.

A lookup is one row of a table and a polynomial in the part of the cell: no search, no branch, no
power and no exponential, so that a loop over lanes compiles to vector instructions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keepout.earth.atmosphere import R0_M, SPAN_M, TOP_M, air
from keepout.flight.drag import CD, CELLS, MACH_STEP

Line = NDArray[np.float64]

LOW_M, CELL_M = -5e3, 1e3
"""Lowest geopotential height of the table and height of a cell: every layer's base is an edge."""
HIGH_M = R0_M * (TOP_M + SPAN_M) / (R0_M + TOP_M + SPAN_M)
AIR_CELLS = int((HIGH_M - LOW_M) / CELL_M)
WIDTH = 8
"""Columns: five coefficients of the density, two of the sound's speed squared, one unused."""


def _air_table() -> Line:
    """All cells in a row, WIDTH numbers each; coefficients by powers of the part of the cell.

    Through five heights of earth.atmosphere.air, evenly spaced, by Newton's differences: sums and
    products alone, so that every processor makes the same table.
    """
    table = np.zeros((AIR_CELLS, WIDTH))
    for row in range(AIR_CELLS):
        rho, sound2 = [], []
        for k in range(5):
            # a hair inside the cell, so that its edges belong to its own layer
            h_m = LOW_M + CELL_M * (row + 1e-9 + (1.0 - 2e-9) * 0.25 * k)
            found = air(R0_M * h_m / (R0_M - h_m))
            rho.append(found[0])
            sound2.append(found[2] * found[2])
        d1, d2 = rho[1] - rho[0], rho[2] - 2.0 * rho[1] + rho[0]
        d3 = rho[3] - 3.0 * (rho[2] - rho[1]) - rho[0]
        d4 = rho[4] - 4.0 * (rho[3] + rho[1]) + 6.0 * rho[2] + rho[0]
        table[row, :5] = (
            rho[0],
            4.0 * (d1 - d2 / 2.0 + d3 / 3.0 - d4 / 4.0),
            16.0 * (d2 / 2.0 - d3 / 2.0 + 11.0 * d4 / 24.0),
            64.0 * (d3 / 6.0 - d4 / 4.0),
            256.0 * d4 / 24.0,
        )
        table[row, 5:7] = sound2[0], sound2[4] - sound2[0]
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
SHARP = 0.4
"""Jump of the second derivative of a drag coefficient by Mach number that counts as a bend."""
BENDS = _bends()
