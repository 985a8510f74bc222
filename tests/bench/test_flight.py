"""The flight rows: what is counted, and what a row says without its peer. No speed is asserted."""

from __future__ import annotations

import numpy as np

from keepout.bench import flight
from keepout.bench.flight_set import reference, the_flights
from keepout.bench.row import KEYS


def scaled(x, y):
    """Three operations: a product, a sum and a root; constants and indices are none."""
    A = 2.0
    return np.sqrt(x[1 + 2] * y) + A * 3.0


def test_operations_are_those_of_the_source():
    assert flight.operations(scaled) == 3


def test_a_row_without_its_peer():
    flights = the_flights(3)
    exact = reference(flights, np.arange(3))[:, :3]
    work = {"flops_per_flight": 1e5, "peak_gflops": 40.0}
    row = flight._row("heyoka", flight.ours(flights), None, exact, 1, work)
    assert set(KEYS) <= row.keys()
    assert row["name"] == "flight-heyoka"
    assert "heyoka is not installed" in row["notes"]
    assert row["value"] > 0.0
    assert row["ratio"] is None
    assert np.linalg.norm(flight.ours(flights)() - exact, axis=1).max() < 1.0


def test_the_flights_differ():
    flights = the_flights()
    assert len(np.unique(flights.control.round(9), axis=0)) == 200
    assert len(np.unique(flights.launch.round(3), axis=0)) == 200
