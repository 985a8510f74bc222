"""Answers to the exercises, for teachers, and for the test that the checks take them.

Each stands under the name that it has in its notebook.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy import stats

import keepout as ko

R_M, MU = 6371e3, 3.986004418e14

# 1. Trajectory


def longest_range_m(speed_mps):
    """Ground range of the flight of least energy: the formula solved for psi."""
    q = speed_mps**2 * R_M / MU
    return 2 * R_M * math.asin(q / (2 - q))


def lofted_time_s(apogee_m, range_m):
    """Time from surface to surface of the ellipse with this apogee and ground range."""
    top, half = R_M + apogee_m, range_m / R_M / 2
    e = (top - R_M) / (top - R_M * math.cos(half))
    a = top / (1 + e)
    anomaly = math.acos((1 - R_M / a) / e)
    return 2 * (math.pi - anomaly + e * math.sin(anomaly)) * math.sqrt(a**3 / MU)


def worst_height_m(beta_kgpm2, angle_rad):
    """Height of the greatest deceleration."""
    return 7000.0 * math.log(1.4 * 7000.0 / (beta_kgpm2 * math.sin(angle_rad)))


def _equator_m(azimuth_deg):
    start = ko.Place(lat_deg=0.0, lon_deg=30.0)
    end = ko.throw(
        start, speed_mps=3000.0, azimuth_rad=math.radians(azimuth_deg),
        elevation_rad=math.radians(40.0), beta_kgpm2=math.inf, earth="sphere", radius_m=R_M,
    )  # fmt: skip
    return R_M * math.radians(abs(end.place.lon_deg - start.lon_deg))


farther_east_m = _equator_m(90.0) - _equator_m(270.0)

# 2. Radar


def range_ratio(rcs_share):
    """Fourth root."""
    return rcs_share**0.25


def snr_for(p, false_alarm_p):
    """Swerling 1 solved for the mean signal-to-noise ratio."""
    return math.log(false_alarm_p) / math.log(p) - 1


def at_least_one(p, n):
    """One less the chance of none."""
    return 1 - (1 - p) ** n


def horizon_m(antenna_m, target_m):
    """Small heights over an Earth of 4/3 its radius."""
    return sum(math.sqrt(2 * 4 / 3 * 6371e3 * h) for h in (antenna_m, target_m))


# 3. Filter


def update(m, p, z, r):
    """New mean and variance after a look."""
    k = p / (p + r)
    return m + k * (z - m), (1 - k) * p


def variance_after(n, sigma):
    """Of the mean of n looks."""
    return sigma**2 / n


def band(n, d):
    """95 % band of the mean normalised squared error."""
    return tuple(stats.chi2.ppf([0.025, 0.975], n * d) / n)


def beta_from(density_kgpm3, speed_mps, drag_mps2):
    """From a = rho v^2 / (2 beta)."""
    return density_kgpm3 * speed_mps**2 / (2 * drag_mps2)


# 4. Assignment


def rounds_with_looks(p, n):
    """Mean rounds of shoot-look-shoot."""
    return n if p == 0 else (1 - (1 - p) ** n) / p


def nothing_through(p, n, p_track, warheads):
    """Wilkening's barrage."""
    return (p_track * (1 - (1 - p) ** n)) ** warheads


def least_surviving(value, kill):
    """The best of all assignments."""
    targets, rounds = kill.shape
    best = math.inf
    for chosen in itertools.product(range(targets), repeat=rounds):
        left = np.array(value, float)
        for i, j in enumerate(chosen):
            left[j] *= 1 - kill[j, i]
        best = min(best, left.sum())
    return best


def floor_of(value, kill):
    """All rounds at every target."""
    return float(np.sum(value * np.prod(1 - kill, axis=1)))


# 5. Inference


def leak_after(k, n):
    """Beta(1 + k, 1 + n - k)."""
    law = stats.beta(1 + k, 1 + n - k)
    return law.mean(), law.ppf(0.05), law.ppf(0.95)


def arrivals_given(k, d, expected):
    """Found, and the Poisson rest."""
    return k + expected * (1 - d)


def likelihood_at_least(least, m):
    """More than one less."""
    return stats.poisson.sf(least - 1, m)


def mean_p_if_known(names):
    """Of the states that the notebook has drawn."""
    w = names["likelihood"](names["arrived"], names["d"]) * stats.norm.pdf(names["u"], 0.1, 0.02)
    return float(np.sum(w * names["p"]) / np.sum(w))
