"""Rows ``flight-…``: the same 200 flights of some 1,570 km, by scipy, heyoka and diffrax.

Ours are flown from launch to impact by flight/many.py. Agreement is the greatest distance of an
impact from a DOP853 solution at 1e-13, for ours and for the peer's.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.bench.flight_set import GROUND_M, FlightSet, reference, solve, the_flights
from keepout.bench.peak import peak_gflops
from keepout.bench.row import Row, alone, compared, peer, version_of
from keepout.bench.timing import interleaved
from keepout.flight import lanes
from keepout.flight.fly_many import fly_many
from keepout.flight.integrate import KNOT
from keepout.flight.many import many_kernel

Numbers = NDArray[np.float64]
UNIT = "us per flight and core"
SCIPY = ("RK45", 1e-9, 1e-3)
"""Method and tolerances of solve_ivp: the quickest found that keeps to a metre."""


def ours(flights: FlightSet) -> Callable[[], Numbers]:
    """A call that flies all in lanes and gives the impacts (n, 3)."""
    count = len(flights.launch)
    missiles = np.zeros(1, flights.missile.dtype).view(np.recarray)
    missiles[0] = flights.missile
    impact, code = np.empty((count, 7)), np.empty(count, np.int64)
    given = (
        np.arange(count), np.zeros(count, np.int64), missiles, flights.stages, flights.launch,
        flights.control, np.full(count, GROUND_M), np.empty((count, 7)), impact, np.empty(count),
        code, np.empty((count, 0, KNOT)), np.empty(count, np.int64),
    )  # fmt: skip

    def call() -> Numbers:
        many_kernel(*given)
        return impact[:, :3]

    return call


def scipy_flights(flights: FlightSet) -> Callable[[], Numbers]:
    """The same by solve_ivp."""
    return lambda: np.array([solve(flights, n, *SCIPY)[:3] for n in range(len(flights.launch))])


def operations(*functions: Any) -> int:
    """Sums, differences, products, quotients and roots of floats that some functions write out.

    Counted in their source: every arithmetic operator outside an index, and every call of sqrt.
    """
    count = 0
    for function in functions:
        source = textwrap.dedent(inspect.getsource(getattr(function, "py_func", function)))
        for node in ast.walk(_Values().visit(ast.parse(source))):
            count += isinstance(node, (ast.BinOp, ast.AugAssign))
            count += isinstance(node, ast.Attribute) and node.attr == "sqrt"
    return count


class _Values(ast.NodeTransformer):
    """A function without its indices and without what is known before it runs."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """An element counts as a name."""
        return ast.Name("element", ast.Load())

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Capitals and figures alone are constants."""
        named = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
        if all(name.isupper() for name in named):
            return ast.Constant(1.0)
        return self.generic_visit(node)


def flops_per_flight(flights: FlightSet) -> float:
    """Operations that one flight takes: those of a step, times the steps, on average.

    Twelve evaluations of the forces and the sums of DOP853 over seven states; what only chooses the
    step is left out.
    """
    missiles = np.zeros(1, flights.missile.dtype).view(np.recarray)
    missiles[0] = flights.missile
    flown = fly_many(
        missiles, flights.stages, which=np.zeros(len(flights.launch), int),
        launch_ecef_m=flights.launch, azimuth_rad=flights.control[:, 0],
        kick_rad=flights.control[:, 1], cutoff_s=flights.control[:, 2], ground_m=GROUND_M,
        knots=True,
    )  # fmt: skip
    forces = operations(lanes.upright, lanes.pull, lanes.breathe, lanes.push)
    sums = operations(lanes.stages, lanes.late_stages)
    return float(np.mean(flown.used / 2.0)) * (12 * forces + 7 * (sums + 1))


def rows(pairs: int) -> list[Row]:
    """All three rows: ours against each peer in turns."""
    flights = the_flights()
    exact = reference(flights, np.arange(len(flights.launch)))[:, :3]
    fly = ours(flights)
    work = {"flops_per_flight": flops_per_flight(flights), "peak_gflops": peak_gflops()}
    made: list[Row] = []
    for name, module, build in (
        ("scipy", "scipy", scipy_flights),
        ("heyoka", "heyoka", _heyoka),
        ("diffrax", "diffrax", _diffrax),
    ):
        theirs = build(flights) if peer(module) is not None else None
        made.append(_row(name, fly, theirs, exact, pairs, work))
    return made


def _heyoka(flights: FlightSet) -> Callable[[], Numbers]:
    from keepout.bench.flight_heyoka import solver

    return solver(flights)


def _diffrax(flights: FlightSet) -> Callable[[], Numbers]:
    from keepout.bench.flight_diffrax import solver

    return solver(flights)


def _row(
    name: str, fly: Callable[[], Numbers], theirs: Callable[[], Numbers] | None, exact: Numbers,
    pairs: int, work: dict[str, float],
) -> Row:  # fmt: skip
    """One row, with operations and the share of the peak that they are."""
    scale = 1e6 / len(exact)
    timing = interleaved(fly, theirs, pairs, warm_up=1)
    rate = work["flops_per_flight"] / (scale * timing.best_s) * 1e-3
    more = work | {"share_of_peak": rate / work["peak_gflops"]}
    note = (
        f"{work['flops_per_flight']:,.0f} operations a flight, {rate:.1f} of "
        f"{work['peak_gflops']:.0f} Gflop/s that a core reaches in fused multiply-adds"
    )
    if theirs is None:
        row = alone(f"flight-{name}", UNIT, timing, peer=name, scale=scale, **more)
        return row | {"notes": f"{row['notes']}; {note}"}

    def worst_m(found: Numbers) -> float:
        return float(np.linalg.norm(found - exact, axis=1).max())

    said = f"impacts within {worst_m(fly()):.2f} m (ours) and {worst_m(theirs()):.2f} m (the peer)"
    return compared(
        f"flight-{name}", UNIT, timing, peer=version_of(name), scale=scale,
        agreement=f"{said} of DOP853 at 1e-13", notes=note, **more,
    )  # fmt: skip
