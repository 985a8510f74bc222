"""The forces of a leg, for integrators that are not ours: checks and benchmarks call it."""

from __future__ import annotations

from keepout.earth.geodesy import alt_of
from keepout.flight.forces import acceleration
from keepout.kernel import kernel


@kernel
def slope_of(t_s, y, leg, out):
    """Right-hand side (6,) of one leg, for integrators that call it from Python."""
    out[0], out[1], out[2] = y[3], y[4], y[5]
    out[3], out[4], out[5] = acceleration(leg, t_s, y)


@kernel
def over_ground_m(y, ground_m):
    """Height of a state over the ground."""
    return alt_of(y[0], y[1], y[2]) - ground_m
