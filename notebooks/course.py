"""The checks of the exercises: ``check("radar-2", my_answer)`` says whether an answer is right.

What is right is worked out here by another way than the notebook asks for where there is one
(by integration, by drawing, by trying everything), and never printed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from scipy import integrate, optimize, stats

import keepout as ko

R_M, MU = 6371e3, 3.986004418e14
START = ko.Place(lat_deg=0.0, lon_deg=30.0)
EXERCISES: dict[str, Callable[[Any], str]] = {}
NOT_YET = "no answer yet"


def check(exercise: str, answer: Any) -> None:
    """Say whether the answer to an exercise is right. Raises KeyError for an unknown exercise."""
    print(f"{exercise}: {wrong(exercise, answer) or 'right'}")


def wrong(exercise: str, answer: Any) -> str:
    """What is wrong with an answer, "" if nothing is."""
    if answer is None:
        return NOT_YET
    return EXERCISES[exercise](answer)


def exercise(name: str) -> Callable[[Callable[[Any], str]], Callable[[Any], str]]:
    """Enter a check under the name of its exercise."""

    def enter(function: Callable[[Any], str]) -> Callable[[Any], str]:
        EXERCISES[name] = function
        return function

    return enter


def same(answer: Any, cases: Iterable[tuple[tuple[Any, ...], Any]], rel: float = 1e-6) -> str:
    """Compare a function, or a number where there are no arguments, with what is expected."""
    for arguments, expected in cases:
        got = answer(*arguments) if arguments else answer
        if got is None:
            return NOT_YET
        want, found = np.atleast_1d(expected), np.atleast_1d(np.asarray(got, float))
        if want.shape != found.shape:
            return f"not yet: {want.size} number(s) are wanted, and {found.size} came"
        if not np.allclose(found, want, rtol=rel, atol=rel * 1e-3):
            given = f" for {', '.join(map(short, arguments))}" if arguments else ""
            return f"not yet: {hint(found, want)}{given}"
    return ""


def short(value: Any) -> str:
    """An argument as it is told."""
    return "these numbers" if isinstance(value, np.ndarray) else f"{value:g}"


def hint(found: Any, want: Any) -> str:
    """How far off an answer is, without saying what is right."""
    k = int(np.argmax(np.abs(found - want)))
    if want[k] == 0.0 or found[k] == 0.0 or not np.isfinite(found[k]):
        return f"{found[k]:g} is not it"
    ratio = found[k] / want[k]
    return "the sign is wrong" if ratio < 0.0 else f"it is {ratio:.4g} times what it should be"


# -- trajectory ------------------------------------------------------------------------------


def thrown_m(speed: float, azimuth: float, elevation: float, earth: str = "sphere-still") -> float:
    """Ground range along the equator of a body thrown without air."""
    end = ko.throw(
        START, speed_mps=speed, azimuth_rad=azimuth, elevation_rad=elevation,
        beta_kgpm2=math.inf, earth=earth, radius_m=R_M,
    )  # fmt: skip
    return math.radians(abs(end.place.lon_deg - START.lon_deg)) * R_M


@exercise("trajectory-1")
def _(answer: Any) -> str:
    # the best elevation is searched by throwing
    cases = []
    for speed in (1500.0, 3000.0):
        best = optimize.minimize_scalar(
            lambda e, v=speed: -thrown_m(v, math.pi / 2, e), bounds=(0.4, 0.8), method="bounded"
        )
        cases.append(((speed,), -best.fun))
    return same(answer, cases, rel=1e-5)


@exercise("trajectory-2")
def _(answer: Any) -> str:
    # the radial equation of motion is integrated from the apogee down
    def time_s(apogee_m: float, range_m: float) -> float:
        top, half = R_M + apogee_m, 0.5 * range_m / R_M
        e = (top - R_M) / (top - R_M * math.cos(half))
        spin = math.sqrt(MU * top * (1.0 - e))

        def slope(_: float, y: Any) -> list[float]:
            return [y[1], spin**2 / y[0] ** 3 - MU / y[0] ** 2]

        def ground(_: float, y: Any) -> float:
            return float(y[0] - R_M)

        ground.terminal = True  # type: ignore[attr-defined]
        end = integrate.solve_ivp(
            slope, (0.0, 2e4), [top, 0.0], events=ground, rtol=1e-10, atol=1e-6
        )
        return 2.0 * float(end.t[-1])

    return same(answer, [(a, time_s(*a)) for a in ((2111.5e3, 787e3), (300e3, 900e3))], rel=1e-5)


@exercise("trajectory-3")
def _(answer: Any) -> str:
    # the greatest deceleration of the formula is searched over height
    def height_m(beta: float, angle: float) -> float:
        def brake(h: float) -> float:
            x = 1.4 * 7000.0 / (beta * math.sin(angle)) * math.exp(-h / 7000.0)
            return -x * math.exp(-x)

        found = optimize.minimize_scalar(brake, bounds=(-3e4, 9e4), method="bounded")
        return float(found.x)

    return same(answer, [(a, height_m(*a)) for a in ((2000.0, 0.785), (5000.0, 0.5))], rel=1e-3)


@exercise("trajectory-4")
def _(answer: Any) -> str:
    up = math.radians(40.0)
    east, west = (thrown_m(3000.0, math.radians(az), up, "sphere") for az in (90.0, 270.0))
    return same(answer, [((), east - west)], rel=1e-3)


# -- radar -----------------------------------------------------------------------------------


@exercise("radar-1")
def _(answer: Any) -> str:
    radar = ko.radar("an-tpy-2", at=START)
    far_m = radar.detection_range_m(1.0)
    return same(answer, [((s,), radar.detection_range_m(s) / far_m) for s in (0.5, 0.1, 0.01)])


@exercise("radar-2")
def _(answer: Any) -> str:
    radar = ko.radar("an-tpy-2", at=START, false_alarm_p=1e-6)
    cases = [
        ((p, 1e-6), optimize.brentq(lambda s, p=p: radar.detection_p(s) - p, 0.1, 1e4))
        for p in (0.5, 0.9, 0.99)
    ]
    return same(answer, cases)


@exercise("radar-3")
def _(answer: Any) -> str:
    return same(answer, [((p, n), stats.binom.sf(0, n, p)) for p, n in ((0.5, 2), (0.2, 7))])


@exercise("radar-4")
def _(answer: Any) -> str:
    # the tangent of a circle of 4/3 radius, whose length is the exact form of small heights
    def ground_m(*heights: float) -> float:
        r = 4.0 / 3.0 * R_M
        return sum(r * math.acos(r / (r + h)) for h in heights)

    pairs = ((20.0, 50.0), (20.0, 1000.0))
    return same(answer, [(each, ground_m(*each)) for each in pairs], rel=1e-3)


# -- filter ----------------------------------------------------------------------------------


@exercise("filter-1")
def _(answer: Any) -> str:
    # precisions add up, means are weighed by them
    cases = []
    for m, p, z, r in ((0.0, 4.0, 1.0, 1.0), (5.0, 0.5, 3.0, 2.0)):
        both = 1.0 / p + 1.0 / r
        cases.append(((m, p, z, r), ((m / p + z / r) / both, 1.0 / both)))
    return same(answer, cases)


@exercise("filter-2")
def _(answer: Any) -> str:
    # least squares with one unknown: the inverse of the normal matrix
    cases = []
    for n, sigma in ((1, 3.0), (25, 10.0)):
        ones = np.ones((n, 1))
        cases.append(((n, sigma), float(sigma**2 * np.linalg.inv(ones.T @ ones)[0, 0])))
    return same(answer, cases)


@exercise("filter-3")
def _(answer: Any) -> str:
    pairs = ((25, 6), (100, 3))
    cases = [((n, d), tuple(stats.gamma.ppf([0.025, 0.975], n * d / 2, scale=2 / n)))
             for n, d in pairs]  # fmt: skip
    return same(answer, cases)


@exercise("filter-4")
def _(answer: Any) -> str:
    # what a thrown body with a known coefficient loses in a hundredth of a second
    from keepout.earth.atmosphere import density_kgpm3

    cases = []
    for beta in (1500.0, 6000.0):
        top = ko.Place(lat_deg=0.0, lon_deg=0.0, alt_m=30e3)
        given = {
            "speed_mps": 2500.0, "azimuth_rad": 1.0, "elevation_rad": 0.0, "seconds": 0.01,
            "earth": "sphere-still", "radius_m": R_M,
        }  # fmt: skip
        slow, free = (ko.throw(top, beta_kgpm2=b, **given).speed_mps for b in (beta, math.inf))  # type: ignore[arg-type]
        cases.append(((float(density_kgpm3(30e3)), 2500.0, (free - slow) / 0.01), beta))
    return same(answer, cases, rel=2e-3)


# -- assignment ------------------------------------------------------------------------------


@exercise("assignment-1")
def _(answer: Any) -> str:
    def mean(p: float, n: int) -> float:
        return sum((1.0 - p) ** k for k in range(n))

    return same(answer, [(a, mean(*a)) for a in ((0.7, 3), (0.5, 2), (0.0, 4), (1.0, 4))])


@exercise("assignment-2")
def _(answer: Any) -> str:
    # every set of lost tracks, and of missed rounds, one after the other
    def none(p: float, n: int, track: float, w: int) -> float:
        killed = 0.0
        for shots in itertools.product((True, False), repeat=n):
            if any(shots):
                killed += math.prod(p if hit else 1.0 - p for hit in shots)
        return float(stats.binom.pmf(w, w, track * killed))

    return same(answer, [(a, none(*a)) for a in ((0.7, 2, 0.95, 8), (0.5, 3, 1.0, 4))])


def small_instances() -> list[tuple[np.ndarray, np.ndarray]]:
    """A few targets and rounds, drawn."""
    rng = np.random.default_rng(11)
    return [(rng.uniform(1, 9, n), rng.uniform(0, 0.9, (n, m))) for n, m in ((2, 4), (3, 5))]


@exercise("assignment-3")
def _(answer: Any) -> str:
    return same(answer, [((v, k), ko.assign(v, k).value) for v, k in small_instances()])


@exercise("assignment-4")
def _(answer: Any) -> str:
    cases = []
    for v, k in small_instances():
        logs = np.log1p(-k).sum(axis=1)
        cases.append(((v, k), float(v @ np.exp(logs))))
    return same(answer, cases)


# -- inference -------------------------------------------------------------------------------


@exercise("inference-1")
def _(answer: Any) -> str:
    # Bayes' rule on a grid
    def points(k: int, n: int) -> tuple[float, float, float]:
        x = (np.arange(200_000) + 0.5) / 200_000
        w = stats.binom.pmf(k, n, x)
        rises = np.cumsum(w) / w.sum()
        low, high = np.interp([0.05, 0.95], rises, x + 0.5 / 200_000)
        return float((x * w).sum() / w.sum()), float(low), float(high)

    return same(answer, [(a, points(*a)) for a in ((0, 12), (9, 60))], rel=1e-4)


@exercise("inference-2")
def _(answer: Any) -> str:
    # summed over every number that may have arrived
    def mean(k: int, d: float, expected: float) -> float:
        n = np.arange(400)
        w = stats.poisson.pmf(n, expected) * stats.binom.pmf(k, n, d)
        return float((n * w).sum() / w.sum())

    return same(answer, [(a, mean(*a)) for a in ((32, 0.9, 45.0), (0, 0.3, 10.0))])


@exercise("inference-3")
def _(answer: Any) -> str:
    def least(j: int, m: float) -> float:
        return float(stats.poisson.pmf(np.arange(j, 400), m).sum())

    return same(answer, [(a, least(*a)) for a in ((20, 15.0), (1, 0.5), (20, 40.0))])


@exercise("inference-4")
def _(answer: Any) -> str:
    # the same states of the world with other luck; a hundredth is what 200,000 of them leave open
    rng = np.random.default_rng(1)
    n = 400_000
    f, a = rng.triangular(0.05, 0.18, 0.35, n), rng.triangular(0.20, 0.40, 0.70, n)
    u, p = rng.normal(0.1, 0.02, n), rng.triangular(0.30, 0.65, 0.90, n)
    d = rng.triangular(0.6, 0.9, 1.0, n)
    arrived = rng.poisson(190 * (1 - f) * a * (u + (1 - u) * (1 - p) ** 2))
    w = stats.binom.pmf(32, arrived, d) * stats.binom.sf(19, arrived, 0.8)
    return same(answer, [((), float((p * w).sum() / w.sum()))], rel=0.01)
