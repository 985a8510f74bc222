"""Print the table of the upper air that stands in keepout/earth/atmosphere.py.

The standard gives density above 86 km only through an integral over the number densities of
six gases. The integral is done by the package ussa1976 (P. Bruna Escuer, Zenodo 5898518), and
checked in the tests against the printed table. Knots are even in the square root of the
height above 86 km, where the logarithms are smooth.
"""

from __future__ import annotations

import numpy as np
import ussa1976

KNOTS = 101
z_m = 86e3 + 914e3 * np.linspace(0.0, 1.0, KNOTS) ** 2
air = ussa1976.compute(z=z_m, variables=["rho", "p"])
for name in ("rho", "p"):
    rows = [f"{value:.6f}" for value in np.log(air[name].values)]
    print(f"LN_{name.upper()} = np.array([")
    for first in range(0, len(rows), 8):
        print("    " + ", ".join(rows[first : first + 8]) + ",")
    print("])")
