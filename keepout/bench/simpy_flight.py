"""The missiles of one trial of the SimPy raid: where they go, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from keepout.bench.simpy_tables import Raid, Tables
from keepout.engine import rng
from keepout.engine.fly import CEP_SIGMA, FAILURE_FROM
from keepout.records import event as e
from keepout.records.trajectory import AT_SEPARATION, IN_BOOST, IN_REENTRY, NO_FAILURE

FLYING, FAILED = range(2)


@dataclass(slots=True)
class Own:
    """Rounds of one battery at one threat."""

    fired: int = 0
    result_s: float = -math.inf


@dataclass(slots=True)
class Threat:
    """One missile, and what happened to it."""

    row: int
    name: np.uint64
    lane: int
    missile: int
    area: int
    asset: int
    launch_s: float
    impact_s: float
    fail_s: float
    phase: int
    east_m: float
    north_m: float
    lost: bool
    dud: bool
    status: int = FLYING
    killer: int = -1
    end_s: float = math.inf
    engaged: bool = False
    wrong_object: bool = False
    body_hit: bool = False
    diverted: bool = False
    divert_m: tuple[float, float] = (0.0, 0.0)
    reason: int = 0
    fired: int = 0
    result_s: float = -math.inf
    dead_s: float = math.inf
    met_s: float = -math.inf  # when the last round on its way reaches it, and whose it is
    met_by: int = -1
    left: dict[int, bool] = field(default_factory=dict)
    firm_s: dict[int, float] = field(default_factory=dict)
    error: dict[int, tuple[float, float, float]] = field(default_factory=dict)
    batteries: dict[int, Own] = field(default_factory=dict)

    def own(self, battery: int) -> Own:
        """The books of one battery about this threat."""
        return self.batteries.setdefault(battery, Own())

    def note(self, reason: int) -> None:
        """Keep the furthest reason not to fire that any battery got to."""
        ranked = e.R_NO_TRACK if reason == e.R_TRACK_TOO_POOR else reason
        if self.reason < ranked <= e.R_NO_ROUNDS:
            self.reason = int(ranked)


def shares_of(tables: Tables, theta: list[float], first: int, number: int) -> list[float]:
    """Cumulative shares of some rows of a mix, by stick-breaking."""
    left, reached, found = 1.0, 0.0, []
    for j in range(first, first + number - 1):
        part = left * theta[tables.sticks[j]]
        reached += part
        left -= part
        found.append(reached)
    return [*found, 1.0]


def only(shares: list[float], usable: list[int]) -> list[float]:
    """The same with some rows left out."""
    before, total, sums = 0.0, 0.0, []
    for share, good in zip(shares, usable, strict=True):
        total += share - before if good else 0.0
        before = share
        sums.append(total)
    last = max((k for k, good in enumerate(usable) if good), default=-1)
    return [1.0 if k >= last else s / total for k, s in enumerate(sums)]


def pick(shares: list[float], u: float) -> int:
    """Which part a uniform number falls in."""
    return next((j for j, share in enumerate(shares[:-1]) if u < share), len(shares) - 1)


def launch(tables: Tables, seed: int, trial: int, theta: list[float]) -> list[Threat]:
    """All missiles of one trial."""
    mixes = [_mixes(tables, theta, raid) for raid in tables.raids]
    threats = []
    for i, (name, k, ordinal) in enumerate(tables.threats):
        raid = tables.raids[k]
        if ordinal < min(math.floor(theta[raid.count] + 0.5), raid.threats):
            at = (seed, trial, name, rng.NO_ONE)
            threats.append(_threat(tables, at, theta, i, k, ordinal, mixes[k]))
    return threats


Mixes = tuple[list[float], list[list[float]], list[float]]
Address = tuple[int, int, np.uint64, np.uint64]


def _mixes(tables: Tables, theta: list[float], raid: Raid) -> Mixes:
    """Shares of missiles, of areas for each missile, and of aims."""
    areas = raid.first_mix + raid.missiles
    shares = shares_of(tables, theta, areas, raid.areas)
    return (
        shares_of(tables, theta, raid.first_mix, raid.missiles),
        [only(shares, tables.reaches[n][areas : areas + raid.areas]) for n in range(raid.missiles)],
        shares_of(tables, theta, areas + raid.areas, raid.assets),
    )


def _threat(
    tables: Tables, at: Address, theta: list[float], i: int, k: int, ordinal: int, mixes: Mixes
) -> Threat:
    """One missile."""
    raid, models = tables.raids[k], tables.models
    words = [rng.unit32(w) for w in rng.block(*at, rng.FLIGHT, rng.ONCE)]
    times = [rng.unit32(w) for w in rng.block(*at, rng.LAUNCH, rng.ONCE)]
    places = [rng.unit32(w) for w in rng.block(*at, rng.DISPERSION, rng.ONCE)]
    j = pick(mixes[0], words[0])
    areas = raid.first_mix + raid.missiles
    missile = tables.rows[raid.first_mix + j]
    area = tables.rows[areas + pick(mixes[1][j], words[1])]
    asset = tables.rows[areas + raid.areas + pick(mixes[2], words[2])]
    row = tables.lane_row[missile][area][asset]
    lane = tables.lanes[row]
    start_s = theta[raid.first_s]
    if raid.within_s < 0:
        start_s += ordinal * theta[raid.spacing_s]
    else:
        waves = max(1, raid.waves)
        wave = min(waves - 1, int(waves * words[3]))
        start_s += theta[raid.within_s] * (2 * wave + times[0]) / (2 * waves - 1)
    phase, fail_s = NO_FAILURE, math.inf
    if times[1] < theta[raid.failed]:
        phase = IN_BOOST
        fail_s = start_s + (FAILURE_FROM + (1.0 - FAILURE_FROM) * places[2]) * lane["burnout_s"]
    sigma_m = theta[tables.cep[k][missile]] / CEP_SIGMA
    return Threat(
        i, at[2], row, missile, area, asset, start_s, start_s + lane["flight_s"], fail_s,
        int(phase), sigma_m * rng.normal_score(places[0]), sigma_m * rng.normal_score(places[1]),
        times[2] < theta[models["per_threat"]], times[3] < theta[models["dud"]],
        FAILED if phase in (IN_BOOST, AT_SEPARATION, IN_REENTRY) else FLYING,
        end_s=fail_s,
    )  # fmt: skip
