"""Indices that SALib prints for the Ishigami function, on samples that anybody can make again.

Run it where SALib is installed (the `bench` extra): python authorities/salib_ishigami.py
The tests under tests/published/test_sobol_indices.py quote salib_ishigami.txt.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from SALib.analyze import morris, sobol
from scipy.stats import qmc

PROBLEM = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990) with a = 7, b = 0.1; x (..., 3) in -pi to pi."""
    return (
        np.sin(x[..., 0]) + 7.0 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])
    )


def rows(base: int) -> np.ndarray:
    """Unscrambled Sobol rows 1 … base of A, B and the crossings: (base, 5, 3) in the unit cube."""
    u = qmc.Sobol(6, scramble=False).random(2 * base)[base:]
    a, b = u[:, :3], u[:, 3:]
    crossed = [np.where(np.arange(3) == k, b, a) for k in range(3)]
    return np.stack([a, *crossed, b], axis=1)


def paths() -> np.ndarray:
    """Six fixed paths of Morris on four levels: (6, 4, 3) in the unit cube."""
    delta, found = 2.0 / 3.0, []
    starts = ((0, 0, 0), (1, 0, 1), (0, 1, 0), (1, 1, 0), (0, 0, 1), (1, 0, 0))
    orders = ((0, 1, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2), (2, 1, 0))
    for start, order in zip(starts, orders):
        here = np.array(start) / 3.0
        path = [here.copy()]
        for k in order:
            here[k] += delta
            path.append(here.copy())
        found.append(path)
    return np.array(found)


def main() -> None:
    """Print what SALib says."""
    print("SALib", version("SALib"))
    x = (2.0 * rows(256) - 1.0) * np.pi
    found = sobol.analyze(PROBLEM, ishigami(x).reshape(-1), calc_second_order=False, seed=1)
    print("S1", *(f"{v:.12f}" for v in found["S1"]))
    print("ST", *(f"{v:.12f}" for v in found["ST"]))
    unit = paths().reshape(-1, 3)
    x = (2.0 * unit - 1.0) * np.pi
    found = morris.analyze(PROBLEM, x, ishigami(x), num_levels=4, scaled=False, seed=1)
    for key in ("mu", "mu_star", "sigma"):
        print(key, *(f"{v:.12f}" for v in found[key]))


if __name__ == "__main__":
    main()
