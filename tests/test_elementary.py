"""Elementary functions: right to a unit of the last place, and the same bits everywhere."""

from __future__ import annotations

import ast
import hashlib
import math
from pathlib import Path

import numpy as np
import pytest

import keepout
from keepout import elementary
from keepout.kernel import KERNEL_FOLDERS, PACKAGE
from tests.uncompiled import uncompiled

MOST = 20_000
RNG = np.random.default_rng(0)
WIDE = {
    "exp": np.concatenate([RNG.uniform(-700, 700, MOST), RNG.uniform(-1, 1, MOST)]),
    "log": np.concatenate([np.exp(RNG.uniform(-700, 700, MOST)), RNG.uniform(0.5, 2, MOST)]),
    "log1p": np.concatenate([RNG.uniform(-0.9, 5, MOST), RNG.uniform(-1e-6, 1e-6, MOST)]),
    "sin": RNG.uniform(-7, 7, MOST),
    "cos": RNG.uniform(-7, 7, MOST),
    "tan": RNG.uniform(-1.5, 1.5, MOST),
    "atan": RNG.standard_cauchy(MOST),
    "asin": RNG.uniform(-1, 1, MOST),
    "acos": RNG.uniform(-1, 1, MOST),
}
LAST_PLACES = {
    "exp": 1.0, "log": 1.0, "log1p": 3.0, "sin": 1.6, "cos": 1.6, "tan": 3.0, "atan": 2.0,
    "asin": 3.0, "acos": 3.0,
}  # fmt: skip
NUMPY = {"atan": "arctan", "asin": "arcsin", "acos": "arccos"}
DIGEST = "01927f6368c5d81d4991eb115cf8e284c3fb98143bd7c8985f49052162098b17"
DOORS = {
    "throw.py", "blown.py", "claim.py", "freefall.py", "footprint.py", "warning.py",
    "coverage.py", "radar_checks.py",
}  # fmt: skip
"""Files of kernel folders with single flights, claims, areas, messages: no trial comes by them."""


@pytest.mark.parametrize("name", LAST_PLACES)
def test_against_eighty_bits(name):
    x = WIDE[name]
    exact = getattr(np, NUMPY.get(name, name))(x.astype(np.longdouble))
    found = np.array([getattr(elementary, name)(value) for value in x])
    off = np.abs((found - exact) / np.spacing(np.abs(exact.astype(float)))).astype(float)
    if name in ("sin", "cos", "tan"):  # of an angle that is rounded itself, near a zero
        off = off[np.abs(found) > 1e-3]
    assert off.max() <= LAST_PLACES[name]


def test_angles_of_points_in_all_directions():
    points = RNG.normal(size=(MOST, 2))
    exact = np.arctan2(*points.T.astype(np.longdouble))
    found = np.array([elementary.atan2(y, x) for y, x in points])
    assert np.abs((found - exact) / np.spacing(np.abs(exact.astype(float)))).max() <= 2.0


@pytest.mark.parametrize("y, x", [(0.0, 1.0), (0.0, -1.0), (-0.0, -1.0), (1.0, 0.0), (-1.0, 0.0),
                                  (0.0, 0.0), (2.0, 2.0), (-3.0, -3.0)])  # fmt: skip
def test_angles_on_the_axes(y, x):
    assert elementary.atan2(y, x) == math.atan2(y, x)


def test_powers_and_the_error_function():
    x, y = RNG.uniform(0.01, 100, MOST), RNG.uniform(-6, 6, MOST)
    exact = np.power(x.astype(np.longdouble), y)
    found = np.array([elementary.power(a, b) for a, b in zip(x, y, strict=True)])
    bound = 2.3e-16 * (2.0 + np.abs(y * np.log(x)))
    assert (np.abs(found / exact - 1.0) <= bound).all()
    assert [elementary.power(0.0, p) for p in (2.0, 0.0, -1.0)] == [0.0, 1.0, math.inf]
    z = RNG.uniform(-6, 26, MOST)
    known = np.array([math.erfc(value) for value in z])
    assert np.abs(np.array([elementary.erfc(value) for value in z]) / known - 1.0).max() < 1.5e-15


def test_the_ends_of_the_range():
    exp, log = elementary.exp, elementary.log
    assert (exp(0.0), exp(-800.0), exp(710.0), log(1.0), log(0.0)) == (
        1.0, 0.0, math.inf, 0.0, -math.inf,
    )  # fmt: skip
    assert exp(-708.9) == pytest.approx(math.exp(-708.9), abs=5e-324)
    assert log(5e-324) == math.log(5e-324)
    assert log(math.inf) == math.inf
    for nothing in (exp(math.nan), log(-1.0), elementary.asin(1.1), elementary.sin(2e6)):
        assert math.isnan(nothing)
    assert elementary.atan(math.inf) == math.pi / 2
    assert (elementary.asin(-1.0), elementary.acos(-1.0)) == (-math.pi / 2, math.pi)


def bits() -> str:
    """SHA-256 over the bits of every function on a grid that holds no rounding of ours."""
    grid = [(k - 500) / 64.0 for k in range(1001)]
    found = []
    for name in (*LAST_PLACES, "erfc"):
        inside = {"log": 1e-9, "log1p": -0.99}.get(name, -8.0)
        top = 1.0 if name in ("asin", "acos") else 8.0
        inside = -1.0 if name in ("asin", "acos") else inside
        found += [getattr(elementary, name)(x) for x in grid if inside <= x <= top]
    found += [elementary.atan2(x, y) for x in grid[::50] for y in grid[::50]]
    found += [elementary.power(abs(x), y) for x in grid[::50] for y in grid[::50] if x]
    return hashlib.sha256(np.array(found, "<f8").tobytes()).hexdigest()


def test_the_same_bits_as_ever():
    assert bits() == DIGEST


def test_the_same_bits_uncompiled():
    assert uncompiled("from tests.test_elementary import bits; print(bits())") == DIGEST


def loose_calls(path: Path) -> list[str]:
    """Calls of functions that differ between processors: of math, and powers that are not whole."""
    inexact = set(dir(math)) - set(dir(elementary)) | set(LAST_PLACES) | {"erfc", "atan2", "pow"}
    found = []
    tree = ast.parse(path.read_text())
    own = any(
        isinstance(node, ast.ImportFrom) and any(n.name == "elementary" for n in node.names)
        for node in ast.walk(tree)
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "math" and not own and node.attr in inexact:
                found.append(f"{path.name}:{node.lineno} math.{node.attr}")
            if node.value.id == "np" and node.attr in {
                "exp", "log", "sin", "cos", "tan", "dot", "arctan2", "logaddexp", "power",
            }:  # fmt: skip
                found.append(f"{path.name}:{node.lineno} np.{node.attr}")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            power = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
            whole = isinstance(power, ast.Constant) and isinstance(power.value, int)
            if not whole:
                found.append(f"{path.name}:{node.lineno} a power")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            found.append(f"{path.name}:{node.lineno} @ (BLAS)")
    return found


def test_nothing_on_the_way_to_a_row_takes_the_systems_functions():
    assert Path(keepout.__file__).parent == PACKAGE
    found = []
    for folder in (*KERNEL_FOLDERS, "scenario"):
        for path in (PACKAGE / folder).rglob("*.py"):
            if path.name not in DOORS:
                found += loose_calls(path)
    assert found == []
