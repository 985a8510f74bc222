"""The flights of ``flight_set`` in diffrax: Tsit5 with step control, vmap over all, compiled once.

The forces are forces.acceleration written for arrays of JAX: the same atmosphere by layers, the
same cells of the drag laws. Each part of the boost ends its own integration; the impact is an
event with a root search. Double precision; compilation is not timed. With these tolerances most of
what it misses by comes from the interpolation in which the impact is sought; a hundredth of them
brings it to two metres and doubles the time, so these favour the peer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keepout.bench.flight_set import GROUND_M, FlightSet
from keepout.earth import atmosphere as us76
from keepout.earth import geodesy as earth
from keepout.flight.drag import CD, CELLS, MACH_STEP, cd_of
from keepout.flight.forces import ALONG

Numbers = NDArray[np.float64]
RTOL, ATOL = 1e-9, 1e-4


def air(jnp: Any, alt_m: Any) -> tuple[Any, Any, Any]:
    """Density, pressure and speed of sound, as earth.atmosphere.air."""
    h_m = us76.R0_M * alt_m / (us76.R0_M + alt_m)
    b = jnp.clip(jnp.searchsorted(jnp.asarray(us76.H_B), h_m, side="right") - 1, 0, 6)
    base, lapse, t_b, p_b = (jnp.asarray(x)[b] for x in (us76.H_B, us76.L_B, us76.T_B, us76.P_B))
    t_k = jnp.maximum(t_b + lapse * (h_m - base), 100.0)
    steady = lapse == 0.0
    power = us76.G0_MPS2 / (us76.R_AIR * jnp.where(steady, 1.0, lapse))
    p = p_b * jnp.where(
        steady,
        jnp.exp(-us76.G0_MPS2 * (h_m - base) / (us76.R_AIR * t_b)),
        jnp.exp(power * jnp.log(t_b / t_k)),
    )
    s = jnp.sqrt(jnp.clip((alt_m - us76.TOP_M) / us76.SPAN_M, 0.0, 1.0)) * (us76.KNOTS - 1)
    i = jnp.clip(s.astype(int), 0, us76.KNOTS - 2)

    def upper(table: Any) -> Any:
        values = jnp.asarray(table)
        return jnp.exp(values[i] + (s - i) * (values[i + 1] - values[i]))

    high = alt_m >= us76.TOP_M
    rho = jnp.where(high, upper(us76.LN_RHO), p / (us76.R_AIR * t_k))
    p = jnp.where(high, upper(us76.LN_P), p)
    return rho, p, jnp.sqrt(us76.GAMMA * p / rho)


def height(jnp: Any, x: Any, y: Any, z: Any) -> Any:
    """Height over WGS 84, as earth.geodesy.alt_of."""
    p, r = jnp.sqrt(x * x + y * y), jnp.sqrt(x * x + y * y + z * z)
    su, cu = earth.B_M * z * (1.0 + earth.EP2 * earth.B_M / r), earth.A_M * p
    scale = 1.0 / jnp.sqrt(su * su + cu * cu)
    su, cu = su * scale, cu * scale
    s = z + earth.EP2 * earth.B_M * su**3
    c = p - earth.E2 * earth.A_M * cu**3
    scale = 1.0 / jnp.sqrt(s * s + c * c)
    s, c = s * scale, c * scale
    return p * c + z * s - earth.A_M * jnp.sqrt(1.0 - earth.E2 * s * s)


def slope(jnp: Any) -> Callable[[Any, Any, Any], Any]:
    """Right-hand side for diffrax; args are mass, flow, thrusts, area, law, along, direction."""
    table = jnp.asarray(CD.reshape(-1, 4))

    def at(t: Any, state: Any, args: Any) -> Any:
        mass, flow, vacuum, sea, area, law, along, direction = args
        x, y, z, vx, vy, vz = state
        v = state[3:]
        r2 = x * x + y * y + z * z
        k = earth.MU_M3PS2 / (r2 * jnp.sqrt(r2))
        j = 1.5 * earth.J2 * earth.A_M**2 / r2
        s2 = 5.0 * z * z / r2
        w = earth.OMEGA_RADPS
        side = -k * (1.0 + j * (1.0 - s2))
        a = jnp.stack([
            side * x + w * (w * x + 2.0 * vy), side * y + w * (w * y - 2.0 * vx),
            -k * (1.0 + j * (3.0 - s2)) * z,
        ])  # fmt: skip
        rho, p, sound = air(jnp, height(jnp, x, y, z))
        speed = jnp.sqrt(vx * vx + vy * vy + vz * vz)
        s = jnp.minimum(speed / sound / MACH_STEP, CELLS - 1.0)
        cell = s.astype(int)
        u, c = s - cell, table[law * CELLS + cell]
        cd = c[0] + u * (c[1] + u * (c[2] + u * c[3]))
        m = mass - flow * t
        push = (vacuum - (vacuum - sea) * p / us76.P0_PA) / m
        drag = 0.5 * rho * speed * cd * area / m
        ahead = v / jnp.maximum(speed, 1.0)
        a = a - drag * v + push * jnp.where(along, ahead, direction)
        return jnp.concatenate([v, a])

    return at


def arguments(flights: FlightSet) -> tuple[Numbers, list[tuple[Any, ...]], tuple[Any, ...]]:
    """Ends of the boost's parts (n, 3), their arguments, and those of the fall."""
    ends, parts = [], []
    for n in range(len(flights.launch)):
        legs = flights.legs(n)
        ends.append([end for end, _ in legs])
        parts.append([leg for _, leg in legs])
    out = []
    for k in range(3):
        legs_k = [row[k] for row in parts]
        out.append((
            np.array([g.mass_kg for g in legs_k]), np.array([g.flow_kgps for g in legs_k]),
            np.array([g.thrust_vac_n for g in legs_k]), np.array([g.thrust_sl_n for g in legs_k]),
            np.array([g.area_m2 for g in legs_k]), np.array([g.drag_law for g in legs_k]),
            np.array([g.steer == ALONG for g in legs_k]),
            np.array([[g.ux, g.uy, g.uz] for g in legs_k]),
        ))  # fmt: skip
    body, count = flights.missile, len(flights.launch)
    area = 1.0 / (body.rv_beta_kgpm2 * cd_of(np.int64(body.rv_drag_law), 8.0))
    zero = np.zeros(count)
    fall = (
        zero + 1.0, zero, zero, zero, zero + area, np.full(count, int(body.rv_drag_law)),
        np.zeros(count, bool), np.zeros((count, 3)),
    )  # fmt: skip
    return np.array(ends), out, fall


def solver(flights: FlightSet, rtol: float = RTOL, atol: float = ATOL) -> Callable[[], Numbers]:
    """A compiled call that flies all and gives the impacts (n, 3)."""
    import diffrax
    import jax
    import jax.numpy as jnp
    import optimistix

    jax.config.update("jax_enable_x64", True)
    ends, parts, fall = arguments(flights)
    term = diffrax.ODETerm(slope(jnp))
    steps = diffrax.PIDController(rtol=rtol, atol=atol)
    landing = diffrax.Event(
        lambda t, y, args, **_: height(jnp, y[0], y[1], y[2]) - GROUND_M,
        optimistix.Newton(1e-9, 1e-6),
        direction=False,
    )

    def leg(y: Any, start: Any, end: Any, args: Any, event: Any = None) -> Any:
        return diffrax.diffeqsolve(
            term, diffrax.Tsit5(), start, end, 1.0, y, args, event=event,
            stepsize_controller=steps, max_steps=4096, adjoint=diffrax.ForwardMode(),
        ).ys[-1]  # fmt: skip

    def one(launch: Any, end: Any, args: Any, last: Any) -> Any:
        y, t = jnp.concatenate([launch, jnp.zeros(3)]), 0.0
        for k in range(3):
            y = leg(y, t, end[k], args[k])
            t = end[k]
        return leg(y, t, t + 3000.0, last, landing)[:3]

    compiled = jax.jit(jax.vmap(one))
    given = jax.tree.map(jnp.asarray, (flights.launch, ends, parts, fall))
    return lambda: np.asarray(compiled(*given).block_until_ready())
