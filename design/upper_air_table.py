"""Print the table of the upper air that stands in keepout/earth/atmosphere.py.

The standard gives the air above 86 km only through integrals over the number densities of six
gases. The table is a smooth curve through the logarithms of the printed values (NASA-TM-X-74335,
table I, three digits; every 5 km to 200 km, every 50 km to 1000 km), joined to the closed form
at 86 km. Knots are even in the square root of the height above 86 km, where the curve is smooth.

    python design/upper_air_table.py TABLE.csv      columns: height [km], T, p [Pa], rho [kg/m3]
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline

from keepout.earth.atmosphere import air

KNOTS = 101


def main() -> None:
    """Read the printed table and print LN_RHO and LN_P."""
    with Path(sys.argv[1]).open() as file:
        rows = np.array([[float(value) for value in row] for row in list(csv.reader(file))[1:]])
    rows = rows[rows[:, 0] >= 90.0]
    rho, p, _ = air(85999.99)
    s = np.sqrt(np.concatenate([[0.0], rows[:, 0] - 86.0]))
    knots = np.linspace(0.0, np.sqrt(914.0), KNOTS)
    for name, first, column in (("RHO", rho, rows[:, 3]), ("P", p, rows[:, 2])):
        curve = CubicSpline(s, np.log([first, *column]), bc_type=((1, 0.0), "not-a-knot"))
        values = [f"{value:.6f}" for value in curve(knots)]
        print(f"LN_{name} = np.array([")
        for start in range(0, len(values), 8):
            print("    " + ", ".join(values[start : start + 8]) + ",")
        print("])")


if __name__ == "__main__":
    main()
