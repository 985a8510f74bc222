"""One campaign: its raids one after the other, with magazines carried from each to the next.

What is not known is drawn once for a campaign, as for one trial: the same kill probabilities in
every raid. What is chance is drawn anew in each: misses, failures, a system that is lost. The
first raid has the seed itself, so a campaign of one raid is a run, row for row.

Between raids the rounds of one type of battery are evened out over its batteries, and launchers
are loaded one after the other as far as the time allows. What is fired is known by type of
system only, so which battery of a type fired does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout import trip
from keepout.engine.draw import draw, epistemic, quantile_at
from keepout.engine.trial import Engine
from keepout.records.case import SAMPLING_STRATIFIED
from keepout.records.outcome import CAUSES, TOTALS
from keepout.scenario.campaign import Campaign
from keepout.scenario.names import name_hash
from keepout.scenario.quantiles import table_of
from keepout.studies import prior
from keepout.studies.chance import seed_of


@dataclass(frozen=True)
class Wave:
    """Raids that come together: when the first begins, and the rows of the Case they are."""

    number: int
    start_s: float
    raids: tuple[str, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Delivery:
    """Rounds that come in for the batteries of one type."""

    at_s: float
    system: int
    supply: int  # which supply of the scenario: its number of rounds is drawn once
    key: int  # hash by which the number is drawn


def waves_of(job: trip.Job, campaign: Campaign) -> list[Wave]:
    """The raids of a scenario by time, those within the gap together, and repeated if asked."""
    case, rows = prior.case_of(job), {key: row for row, key in enumerate(prior.keys(job))}
    starts = []
    for k, name in enumerate(job.resolved["names"]["raids"]):
        table = case.quantile[rows[f"raid.{name}.first"]]
        starts.append((float(table[len(table) // 2]), k, name))
    starts.sort()
    groups: list[list[tuple[float, int, str]]] = []
    for start in starts:
        if not groups or start[0] - groups[-1][-1][0] > campaign.gap:
            groups.append([])
        groups[-1].append(start)
    times = int(campaign.repeat.times) if campaign.repeat else 1
    every_s = campaign.repeat.every if campaign.repeat else 0.0
    found: list[Wave] = []
    for again in range(times):
        for group in groups:
            names = tuple(name for _, _, name in group)
            start_s = group[0][0] + again * every_s
            found.append(Wave(len(found), start_s, names, tuple(k for _, k, _ in group)))
    return found


def deliveries_of(job: trip.Job, campaign: Campaign, until_s: float) -> list[Delivery]:
    """Every delivery before a time, in order."""
    systems, found = list(job.layout.systems), list[Delivery]()
    for n, supply in enumerate(campaign.supplies):
        at_s = supply.first.value if supply.first.kind == "fixed" else supply.first.least()
        left = 1 if supply.every is None else int(supply.deliveries or 1_000_000)
        key = int(name_hash(f"campaign.supplies.{n}.{supply.system}"))
        while left > 0 and at_s <= until_s:
            found.append(Delivery(at_s, systems.index(supply.system), n, key))
            at_s += supply.every or np.inf
            left -= 1
    return sorted(found, key=lambda each: each.at_s)


class Campaigner:
    """Runs whole campaigns of one job; each thread needs its own."""

    def __init__(self, job: trip.Job, campaign: Campaign, seed: int) -> None:
        case = prior.case_of(job)
        self.job, self.campaign, self.seed = job, campaign, seed
        self.waves = waves_of(job, campaign)
        self.deliveries = deliveries_of(job, campaign, self.waves[-1].start_s)
        self.tables = [table_of(s.rounds, whole=True) for s in campaign.supplies]
        self.base = case
        rows = {key: row for row, key in enumerate(prior.keys(job))}
        names = job.resolved["names"]
        self.counts = [rows[f"raid.{name}.count"] for name in names["raids"]]
        self.rounds = np.asarray(case.battery["rounds"])  # rows of the parameters
        self.system = np.asarray(case.battery["system"])
        self._engine()
        place = {name: k for k, name in enumerate(job.layout.columns())}
        self.totals = [place[name] for name in TOTALS]
        self.fired = [place[f"fired.{s}"] for s in job.layout.systems]
        self.stopped = [place[f"intercepted.{s}"] for s in job.layout.systems]
        self.launched = [place[f"launched.{m}"] for m in job.layout.missiles]
        usd = [job.prices.missile_usd.get(m) for m in job.layout.missiles]
        self.missile_usd = None if None in usd else np.array(usd, np.float64)
        self.causes = [[place[f"arrived.{a}.{c}"] for a in job.layout.assets] for c in CAUSES]

    def _engine(self) -> None:
        """An engine whose parameters are all given, with room for every round there may be."""
        param, self.quantile = self.base.param.copy(), self.base.quantile.copy()
        param["fixed"] = 1
        battery = self.base.battery.copy().view(np.recarray)
        most = sum(int(np.ceil(self.tables[d.supply][-1])) for d in self.deliveries)
        own = battery["resupply"].copy()
        ready = np.ceil(self.base.quantile[self.rounds, -1]).astype(int)
        battery["resupply"] = own + most + ready
        self.battery = battery
        case = self.base._replace(
            param=param.view(np.recarray), quantile=self.quantile, battery=battery
        )
        self.engine = Engine(case)
        self.engine.rooms.put(self.engine.room())  # sized for the most there may be
        battery["resupply"] = own
        self.own_reserve = own
        self.own_launchers = battery["launchers"].copy()

    def columns(self) -> list[str]:
        """Names of the numbers of one raid, in the order in which ``run`` gives them."""
        systems = self.job.layout.systems
        return [
            *TOTALS,
            *(f"fired.{s}" for s in systems),
            *(f"intercepted.{s}" for s in systems),
            *(f"cause.{c}" for c in CAUSES),
            *(f"left.{s}" for s in systems),
            "attack_usd",
        ]

    def run(self, trial: int) -> list[list[int]]:
        """One campaign: the numbers of each raid, (waves, columns)."""
        theta = np.zeros(len(self.base.param))
        draw(self.base, self.seed, trial, theta)
        stock = _Stock(self, theta)
        delivered, found, before_s = 0, [], -np.inf
        for wave in self.waves:
            while delivered < len(self.deliveries) and (
                self.deliveries[delivered].at_s <= wave.start_s
            ):
                stock.receive(self.deliveries[delivered], self._delivered(delivered, trial))
                delivered += 1
            if wave.number:
                stock.load(wave.start_s - before_s)
            row = self._raid(wave, theta, stock, trial)
            fired = row[self.fired]
            stock.spend(fired)
            found.append(
                [int(x) for x in row[self.totals]]
                + [int(x) for x in fired]
                + [int(x) for x in row[self.stopped]]
                + [int(row[columns].sum()) for columns in self.causes]
                + [int(x) for x in stock.left()]
                + [self._attack_usd(row)]
            )
            before_s = wave.start_s
        return found

    def _attack_usd(self, row: np.ndarray) -> int:
        """What one raid's missiles cost; 0 where a price is not known."""
        return (
            0 if self.missile_usd is None else round(float(row[self.launched] @ self.missile_usd))
        )

    def _delivered(self, number: int, trial: int) -> int:
        """Rounds in one delivery, drawn once for a campaign as a parameter is."""
        delivery = self.deliveries[number]
        stratified = self.base.models[0].sampling == SAMPLING_STRATIFIED
        u = epistemic(self.seed, trial // 2, np.uint64(delivery.key), stratified)
        return int(np.floor(quantile_at(self.tables[delivery.supply], u) + 0.5))

    def _raid(self, wave: Wave, theta: np.ndarray, stock: _Stock, trial: int) -> np.ndarray:
        """The outcome row of one raid with the magazines as they are."""
        self.quantile[:, 0] = theta
        for raid, parameter in enumerate(self.counts):
            if raid not in wave.rows:
                self.quantile[parameter, 0] = 0.0
        if wave.number:  # the first raid has the magazines as they were drawn
            self.quantile[self.rounds, 0] = stock.ready
        # A battery that never had a round is none to the engine. One that is dry has a round and
        # no launcher to load it into: what it lets pass is for want of rounds.
        dry = (stock.ready + stock.reserve <= 0) & (stock.capacity > 0)
        self.battery["resupply"] = np.where(dry, 1, stock.reserve)
        self.battery["launchers"] = np.where(dry, 0, self.own_launchers)
        out = np.zeros((1, len(self.job.layout.columns())), np.int32)
        seed = self.seed if wave.number == 0 else seed_of(self.seed, "campaign", wave.number)
        self.engine.run(seed, trial, trial + 1, out)
        row: np.ndarray = out[0]
        return row


class _Stock:
    """Rounds of every battery: ready in launchers, and in reserve beside them."""

    def __init__(self, of: Campaigner, theta: np.ndarray) -> None:
        self.of = of
        self.ready = np.floor(theta[of.rounds] + 0.5).astype(int)
        self.capacity = self.ready.copy()
        self.reload_s = theta[np.asarray(of.base.battery["reload_s"])]
        self.reserve = of.own_reserve.astype(int).copy()

    def _members(self, system: int) -> np.ndarray:
        return np.flatnonzero(self.of.system == system)

    def receive(self, delivery: Delivery, rounds: int) -> None:
        """Rounds for the batteries of a type, evenly."""
        members = self._members(delivery.system)
        self.reserve[members] += _evenly(rounds, len(members))

    def spend(self, fired: np.ndarray) -> None:
        """Take what a raid fired, and even out what is left over the batteries of a type."""
        for system, rounds in enumerate(fired):
            members = self._members(system)
            left = int(self.ready[members].sum() + self.reserve[members].sum() - rounds)
            assert left >= 0, "a raid fired more rounds than there were"
            from_ready = min(int(rounds), int(self.ready[members].sum()))
            ready = int(self.ready[members].sum()) - from_ready
            share = np.minimum(_evenly(ready, len(members)), self.capacity[members])
            self.ready[members] = share
            self.reserve[members] = _evenly(left - int(share.sum()), len(members))

    def load(self, pause_s: float) -> None:
        """Load launchers one after the other for as long as there is."""
        battery = self.of.battery
        launchers = np.floor(pause_s / np.maximum(self.reload_s, 1.0)).astype(int)
        most = launchers * np.asarray(battery["rounds_per_launcher"])
        moved = np.minimum(np.minimum(self.reserve, self.capacity - self.ready), most)
        self.ready = self.ready + np.maximum(moved, 0)
        self.reserve = self.reserve - np.maximum(moved, 0)

    def left(self) -> list[int]:
        """Rounds left by type of system."""
        whole = self.ready + self.reserve
        return [int(whole[self._members(s)].sum()) for s in range(len(self.of.fired))]


def _evenly(rounds: int, parts: int) -> np.ndarray:
    """A number in whole parts that differ by one at most, (parts,)."""
    return np.array([rounds // parts + (k < rounds % parts) for k in range(parts)], int)


def prices(job: trip.Job, systems: Sequence[str]) -> dict[str, Any]:
    """What the catalogue says of each type of battery: price, crew, and price of a round."""
    from keepout.catalogue import read

    found = {}
    for system in systems:
        fields = read.entry(system).fields
        count = sum(b["system"] == system for b in job.resolved["names"]["batteries"])
        found[system] = {
            "batteries": count,
            "crew": _value(fields.get("crew")),
            "battery_usd": _value(fields.get("cost_usd")),
            "round_usd": job.prices.round_usd.get(system),
        }
    return found


def _value(parameter: Any) -> float | None:
    return None if parameter is None else float(parameter.value)
