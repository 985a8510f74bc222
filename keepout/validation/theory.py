"""Closed forms and exact recursions of the textbook battle, to compare trials with.

Kill probability p a shot, independent shots; q = 1 - p. Nothing here knows the engine. Sources
stand with each function; what has none follows by counting.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import comb, exp


def leak(p: float, n: int) -> float:
    """That n shots leave a warhead: (1 - p)^n. Wilkening, Sci. Glob. Secur. 8 (1999), eq. 1."""
    return (1.0 - p) ** n


def shots_to_kill(p: float, n: int) -> float:
    """Mean shots at one warhead when each waits for the last one's result, n at most."""
    return sum((1.0 - p) ** j for j in range(n))


def faulty_looks(p: float, n: int, kill_as_miss: float, miss_as_kill: float) -> tuple[float, ...]:
    """Shoot-look-shoot with errors of assessment: leak, mean shots, mean shots at what is gone.

    A Markov chain over (alive or gone, shots left): after a shot at a live warhead it is gone
    with p; gone it is shot at again with ``kill_as_miss``, alive it is given up with
    ``miss_as_kill``. Each look errs independently.
    """
    a, b, q = kill_as_miss, miss_as_kill, 1.0 - p
    left, shots, wasted, more = 1.0, 0.0, 0.0, 0.0  # with no shots left
    for _ in range(n):
        left = q * (b + (1.0 - b) * left)
        shots = 1.0 + p * a * more + q * (1.0 - b) * shots
        wasted = p * a * more + q * (1.0 - b) * wasted
        more = 1.0 + a * more
    return left, shots, wasted


def none_of(leaks: Sequence[float]) -> float:
    """That no warhead arrives, each leaking by itself."""
    found = 1.0
    for each in leaks:
        found *= 1.0 - each
    return found


def at_random(p: float, shooters: int, warheads: int) -> tuple[float, float]:
    """Shooters who each pick one of the warheads at random: mean arrivals, and P(no arrival).

    The shots at one warhead are binomial(shooters, 1 / warheads), so it survives with
    (1 - p / W)^N; all are stopped by inclusion and exclusion over those that are not.
    """
    w = warheads
    mean = w * (1.0 - p / w) ** shooters
    none = sum((-1) ** k * comb(w, k) * (1.0 - k * p / w) ** shooters for k in range(w + 1))
    return mean, none


def magazine(p: float, warheads: int, rounds: int, looks: int) -> tuple[float, ...]:
    """M rounds against W warheads that come one after the other, ``looks`` shots at each at most.

    Mean arrivals, P(no arrival), mean rounds fired. Exact recursion over (warheads, rounds left):
    the first is stopped by its k-th shot with q^(k - 1) p.
    """
    q = 1.0 - p

    @cache
    def value(w: int, m: int) -> tuple[float, float, float]:
        if w == 0:
            return 0.0, 1.0, 0.0
        most = min(looks, m)
        mean = none = fired = 0.0
        for k in range(1, most + 1):
            chance = q ** (k - 1) * p
            then = value(w - 1, m - k)
            mean += chance * then[0]
            none += chance * then[1]
            fired += chance * (k + then[2])
        then = value(w - 1, m - most)
        mean += q**most * (1.0 + then[0])
        fired += q**most * (most + then[2])
        return mean, none, fired

    return value(warheads, rounds)


def at_unknown(p: float, warheads: int, decoys: int, rounds: int) -> tuple[float, float]:
    """One round each at some of W warheads among D decoys that look alike: arrivals, P(none).

    The number of warheads shot at is hypergeometric.
    """
    objects, w = warheads + decoys, warheads
    m = min(rounds, objects)
    mean = w - w * p * m / objects
    none = comb(objects - w, m - w) / comb(objects, m) * p**w if m >= w else 0.0
    return mean, none


def rayleigh(lethal_m: float, sigma_m: float) -> float:
    """That a round miss falls within a radius."""
    return 1.0 - exp(-0.5 * (lethal_m / sigma_m) ** 2)


def wasted_in_salvo(p: float, n: int) -> float:
    """Mean rounds of n at one warhead that come after it is gone."""
    return n - shots_to_kill(p, n)
