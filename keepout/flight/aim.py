"""Aiming: which azimuth, pitch-over and cut-off bring a missile down at a point.

The Earth turns under the flight, the air slows it and a manoeuvre bends it, so the aim is found
by flying. One boost is flown for each azimuth and kick; every cut-off on it costs only the
flight from there to the ground.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from keepout.earth.geodesy import MU_M3PS2
from keepout.flight.boost import boost_kernel, burn_times, state_at
from keepout.flight.integrate import CAME_DOWN, TIME_UP
from keepout.flight.reentry import descend_kernel
from keepout.kernel import kernel

# how a flight ended
LANDED, OUT_OF_RANGE, TOO_NEAR, NO_LIFT_OFF, NOT_SOLVED = range(5)

KICK_LEAST_RAD, KICK_MOST_RAD = 0.004, 1.4
ROUGH_RAD = 5e-5
"""Aim error allowed while the best pitch-over is sought: 300 m."""
FINE_RAD = 5e-8
"""Aim error allowed in the end: 0.3 m."""


class Shot(NamedTuple):
    """What does not change while one aim is sought, and the scratch arrays."""

    frame: np.ndarray  # (3, 3) unit vectors: launch, forward, left of the plane to the aim
    psi_rad: float  # angle from launch to aim at the Earth's centre
    ground_m: float  # height of the aim
    first_s: float  # ignition and burnout of the last stage
    last_s: float
    tolerance: float
    y: np.ndarray  # (6,)
    boost: np.ndarray  # (n, 10) knots of the boost
    none: np.ndarray  # (0, 10)
    work: np.ndarray  # (12, 10)


@kernel
def shot_frame(launch_ecef_m: np.ndarray, aim_ecef_m: np.ndarray) -> tuple[np.ndarray, float]:
    """The plane of launch, aim and the Earth's centre, and the angle between them [rad]."""
    frame = np.empty((3, 3))
    a = launch_ecef_m / math.sqrt(np.sum(launch_ecef_m**2))
    b = aim_ecef_m / math.sqrt(np.sum(aim_ecef_m**2))
    left = np.empty(3)
    left[0] = a[1] * b[2] - a[2] * b[1]
    left[1] = a[2] * b[0] - a[0] * b[2]
    left[2] = a[0] * b[1] - a[1] * b[0]
    size = math.sqrt(np.sum(left**2))
    left /= max(size, 1e-12)
    frame[0] = a
    frame[1, 0] = left[1] * a[2] - left[2] * a[1]
    frame[1, 1] = left[2] * a[0] - left[0] * a[2]
    frame[1, 2] = left[0] * a[1] - left[1] * a[0]
    frame[2] = left
    return frame, math.atan2(size, np.sum(a * b))


@kernel
def shoot(missile: Any, shot: Shot, used: int, cutoff_s: float) -> tuple[float, float]:
    """Angles at the Earth's centre by which a cut-off overshoots and passes left of the aim."""
    y, frame = shot.y, shot.frame
    state_at(shot.boost, used, cutoff_s, y)
    why, _, _, _ = descend_kernel(
        missile, cutoff_s, shot.ground_m, shot.tolerance, y, shot.none, 0, shot.work
    )
    if why != CAME_DOWN:
        return math.nan, math.nan
    r = math.sqrt(y[0] * y[0] + y[1] * y[1] + y[2] * y[2])
    at, ahead, left = 0.0, 0.0, 0.0
    for j in range(3):
        at += frame[0, j] * y[j]
        ahead += frame[1, j] * y[j]
        left += frame[2, j] * y[j]
    return math.atan2(ahead, at) - shot.psi_rad, math.asin(left / r)


@kernel
def cutoff_for(
    missile: Any, shot: Shot, used: int, guess_s: float, slope: float, enough_rad: float
) -> tuple[float, float, float, float]:
    """Cut-off that brings the fall to the aim's distance, along one boost.

    guess_s  ()  first try [s]; slope () of the angle over the cut-off [rad/s]
    returns  (cutoff_s, slope, error, left): beyond the last burnout by as much as it falls
             short there, before the last ignition where it overshoots; angles [rad]

    Method: secant, kept within the last burn.
    """
    t_s = min(shot.last_s, max(shot.first_s, guess_s))
    error, left = shoot(missile, shot, used, t_s)
    for _ in range(12):
        if not abs(error) > enough_rad:
            break
        if (error < 0.0 and t_s >= shot.last_s) or (error > 0.0 and t_s <= shot.first_s):
            return t_s - error / slope, slope, error, left
        step = min(20.0, max(-20.0, -error / slope))
        new_s = min(shot.last_s, max(shot.first_s, t_s + step))
        new, left = shoot(missile, shot, used, new_s)
        if (new - error) * (new_s - t_s) > 0.0:
            slope = (new - error) / (new_s - t_s)
        t_s, error = new_s, new
    return t_s, slope, error, left


@kernel
def first_cutoff(shot: Shot, used: int, speed_mps: float) -> tuple[float, float, float]:
    """Time at which a boost reaches a speed, path angle [rad] and acceleration then."""
    i = 0
    while i < used - 1:
        k = shot.boost[i]
        if k[0] > shot.first_s and k[4] ** 2 + k[5] ** 2 + k[6] ** 2 > speed_mps**2:
            break
        i += 1
    k = shot.boost[i]
    v = math.sqrt(k[4] ** 2 + k[5] ** 2 + k[6] ** 2)
    r = math.sqrt(k[1] ** 2 + k[2] ** 2 + k[3] ** 2)
    climb = (k[1] * k[4] + k[2] * k[5] + k[3] * k[6]) / (r * v)
    gain = (k[4] * k[7] + k[5] * k[8] + k[6] * k[9]) / v
    return max(shot.first_s, k[0] + (speed_mps - v) / max(1.0, gain)), math.asin(climb), gain


@kernel
def _boost(missile: Any, stage: np.ndarray, launch: np.ndarray, shot: Shot, az: float, kick: float) -> int:
    """Knots of the boost at an azimuth and kick; 0 where it comes to nothing."""
    why, _, used = boost_kernel(
        missile, stage, launch, az, kick, shot.tolerance, shot.y, shot.boost, shot.work
    )
    return used if why == TIME_UP else 0


@kernel
def first_kick(
    missile: Any, stage: np.ndarray, launch: np.ndarray, shot: Shot, az: float
) -> tuple[float, float, float]:
    """A pitch-over near the one of least energy, its cut-off [s] and slope [rad/s].

    The path angle at cut-off is brought near (pi - psi) / 4, and the speed to that of the
    minimum-energy ellipse (A. D. Wheelon, ARS Journal 29 (1959) 915); the half-angle rule
    tan(theta/2) ~ tan(kick/2) of a gravity turn (G. J. Culler and B. D. Fried, J. Applied Physics
    28 (1957) 672) makes it converge.
    """
    half = math.sin(0.5 * shot.psi_rad)
    speed = math.sqrt(MU_M3PS2 / 6.42e6 * 2.0 * half / (1.0 + half))
    want = math.tan(0.5 * (0.5 * math.pi - 0.25 * (math.pi - shot.psi_rad)))
    kick, cutoff_s, gain = 0.12, shot.last_s, 10.0
    for _ in range(8):
        used = _boost(missile, stage, launch, shot, az, kick)
        if used == 0:
            kick *= 0.5
            continue
        cutoff_s, path, gain = first_cutoff(shot, used, speed)
        have = math.tan(0.5 * (0.5 * math.pi - path))
        ratio = min(4.0, max(0.25, want / max(have, 1e-3)))
        kick = 2.0 * math.atan(math.tan(0.5 * kick) * ratio)
        kick = min(KICK_MOST_RAD, max(KICK_LEAST_RAD, kick))
        if abs(ratio - 1.0) < 0.07:
            break
    return kick, cutoff_s, 2.0 * shot.psi_rad / speed * max(gain, 1.0)


@kernel
def best_kick(
    missile: Any, stage: np.ndarray, launch: np.ndarray, shot: Shot, az: float
) -> tuple[float, float, float, float]:
    """The pitch-over that needs the shortest burn: (kick_rad, cutoff_s, slope, azimuth_rad).

    Method: parabolas through three cut-offs in the logarithm of the kick.
    """
    kick, cutoff_s, slope = first_kick(missile, stage, launch, shot, az)
    d = 0.14
    f = np.empty(3)
    left = 0.0
    for _ in range(5):
        for i in range(3):
            f[i] = 1e9
            used = _boost(missile, stage, launch, shot, az, kick * math.exp((i - 1) * d))
            if used > 0:
                found = cutoff_for(missile, shot, used, cutoff_s, slope, ROUGH_RAD)
                if found[2] == found[2]:
                    f[i], slope = found[0] - found[2] / found[1], found[1]
                    cutoff_s = min(shot.last_s, f[i])
                    left = found[3]
        bend = f[0] - 2.0 * f[1] + f[2]
        if bend > 0.0:
            step = 0.5 * d * (f[0] - f[2]) / bend
        else:
            step = 3.0 * d if f[2] < f[0] else -3.0 * d
        kick *= math.exp(min(3.0 * d, max(-3.0 * d, step)))
        kick = min(KICK_MOST_RAD, max(KICK_LEAST_RAD, kick))
        if abs(step) <= 1.2 * d:
            break
    return kick, cutoff_s, slope, az + left / math.sin(shot.psi_rad)


@kernel
def settle(
    missile: Any,
    stage: np.ndarray,
    launch: np.ndarray,
    shot: Shot,
    az: float,
    kick: float,
    cutoff_s: float,
    slope: float,
) -> tuple[int, int, float, float, float]:
    """Bring the impact onto the aim with the pitch-over held.

    returns  (code, used, azimuth_rad, cutoff_s, overshoot_rad); the knots of the last boost are
             in shot.boost. Out of range, overshoot_rad is what is missing at full burn, negative.
    """
    used, error = 0, math.nan
    for _ in range(10):
        used = _boost(missile, stage, launch, shot, az, kick)
        if used == 0:
            return NO_LIFT_OFF, 0, az, cutoff_s, math.nan
        cutoff_s, slope, error, left = cutoff_for(missile, shot, used, cutoff_s, slope, FINE_RAD)
        if error != error:
            return NOT_SOLVED, used, az, cutoff_s, error
        miss = math.sqrt(error * error + left * left)
        if miss < 2.0 * FINE_RAD:
            return LANDED, used, az, cutoff_s, error
        az += left / math.sin(shot.psi_rad)
    if cutoff_s > shot.last_s:
        return OUT_OF_RANGE, used, az, shot.last_s, error
    if cutoff_s < shot.first_s:
        return TOO_NEAR, used, az, shot.first_s, error
    return NOT_SOLVED, used, az, cutoff_s, error


@kernel
def last_burn(missile: Any, stage: np.ndarray) -> tuple[float, float]:
    """Ignition and burnout [s] of the last stage after launch, past the pitch-over."""
    start_s, end_s = burn_times(missile, stage, missile.stages - 1)
    return min(end_s, max(start_s + 0.1, 13.0)), end_s
