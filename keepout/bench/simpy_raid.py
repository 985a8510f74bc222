"""The engagement raid once more, as one would write it in SimPy: a process for every battery and
threat, a process for every shot.

The peer of the row ``raid-simpy``, and a check of the engine by a second hand: it reads the same
tables and draws the same addressed numbers, and does plainly what the engine does with care.
Every track is drawn at once, every shot is resolved by an event of its own, every look is looked.
Left out is what the rows do not hold: places in space. It knows coordinated control, radars,
failures under power or at separation, and none of what a scenario may add to that (decoys,
networks, errors of assessment, magazines, losses, plans).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simpy
from simpy.events import Event

from keepout.bench.simpy_defence import Defence, Stock
from keepout.bench.simpy_flight import Threat, launch
from keepout.bench.simpy_score import score
from keepout.bench.simpy_tables import Battery, Tables
from keepout.engine import rng
from keepout.engine.draw import draw
from keepout.records import event as e

INTERCEPT, RELOAD, LOOK = -1, 0, 1 << 40
"""Order of things that happen at one time; looks go by threat and battery."""

FLYING, FAILED, KILLED = range(3)
Process = Generator[Event, Any, Any]


class Clock(simpy.Environment):  # type: ignore[misc]
    """SimPy's environment, with events at a given time and in a given order at that time.

    A timeout would add and take off again, and so lose the last bit of the time.
    """

    def at(self, t_s: float, order: int) -> Event:
        """An event that happens at a time."""
        event = Event(self)
        event._ok, event._value = True, None
        queue: list[Any] = self._queue
        heapq.heappush(queue, (t_s, order, next(self._eid), event))
        return event


@dataclass
class Trial:
    """One trial of the raid."""

    tables: Tables
    seed: int
    trial: int
    theta: list[float]
    clock: Clock = field(default_factory=lambda: Clock(initial_time=-math.inf))
    fired: list[int] = field(default_factory=list)
    wasted: list[int] = field(default_factory=list)
    doubled: int = 0

    def run(self, columns: int) -> np.ndarray:
        """Its Outcome row."""
        tables = self.tables
        self.threats = launch(tables, self.seed, self.trial, self.theta)
        self.defence = Defence(tables, self.seed, self.trial, self.theta)
        self.fired = [0] * len(tables.batteries)
        self.wasted = [0] * len(tables.batteries)
        for threat in self.threats:
            if threat.status == FLYING:
                for battery, stock in zip(tables.batteries, self.defence.stocks, strict=True):
                    first_s = self.defence.first_look_s(threat, battery, stock)
                    if first_s < math.inf:
                        self.clock.process(self.watch(threat, battery, stock, first_s))
        self.clock.run()
        return score(tables, self.seed, self.trial, self.theta, self, columns)

    def watch(self, threat: Threat, battery: Battery, stock: Stock, first_s: float) -> Process:
        """One battery and one threat: look, fire or not, look again."""
        t_s, order = first_s, LOOK + (threat.row << 16) + battery.row
        while t_s < math.inf:
            yield self.clock.at(t_s, order)
            gone = threat.status == KILLED and t_s >= threat.end_s + stock.assess_s
            if gone or t_s >= threat.fail_s:
                return
            reason, again_s, rounds = self.defence.wish(threat, battery, stock, t_s)
            if reason == e.R_NONE:
                again_s = self.fire(threat, battery, stock, t_s, rounds)
            threat.note(reason)
            t_s = again_s if t_s < again_s < threat.impact_s else math.inf

    def fire(
        self, threat: Threat, battery: Battery, stock: Stock, t_s: float, rounds: int
    ) -> float:
        """Launch rounds; returns when the last of this battery's results at it comes."""
        open_s, close_s = self.tables.span[threat.lane][battery.row]
        own = threat.own(battery.row)
        free_s = -math.inf
        shared = threat.met_by != battery.row and threat.met_s > t_s
        for j in range(rounds):
            launch_s = t_s + j * stock.interval_s
            after_s = launch_s - threat.launch_s
            if j > 0 and after_s > close_s:
                break
            after_s = min(max(after_s, open_s), close_s)
            meets = self.tables.meets[threat.lane][battery.row]
            free_s = threat.launch_s + meeting_s(*meets, after_s)
            result_s = free_s + stock.assess_s
            ordinal, own.fired = own.fired, own.fired + 1
            own.result_s = max(own.result_s, result_s)
            threat.fired += 1
            threat.result_s = max(threat.result_s, result_s)
            self.fired[battery.row] += 1
            self.doubled += shared
            stock.ready -= 1
            stock.last_launch_s = launch_s
            if stock.resupply > 0:
                self.empty(battery, stock, launch_s)
            self.clock.process(self.shot(threat, battery, stock, ordinal, free_s, result_s))
        threat.engaged = True
        if free_s >= threat.met_s:
            threat.met_s, threat.met_by = free_s, battery.row
        stock.channels[stock.free()] = free_s
        return own.result_s

    def empty(self, battery: Battery, stock: Stock, t_s: float) -> None:
        """After a round: a launcher that is empty waits to be loaded."""
        stock.shot_off += 1
        if stock.ready > 0 and stock.shot_off % battery.rounds_per_launcher:
            return
        stock.empty += 1
        if stock.reload_s == math.inf:
            stock.reload_s = t_s + stock.each_s
            self.clock.process(self.reload(battery, stock))

    def shot(
        self, threat: Threat, battery: Battery, stock: Stock, ordinal: int, meet_s: float,
        result_s: float,
    ) -> Process:  # fmt: skip
        """One round on its way: what it does when it meets the threat."""
        yield self.clock.at(meet_s, INTERCEPT)
        outcome = self.strike(threat, battery, stock, ordinal, meet_s)
        self.wasted[battery.row] += outcome == e.WASTED
        if outcome in (e.KILL, e.DIVERTED_BY, e.WASTED):
            threat.dead_s = min(threat.dead_s, result_s)

    def strike(
        self, threat: Threat, battery: Battery, stock: Stock, ordinal: int, meet_s: float
    ) -> int:
        """Resolve one round."""
        if threat.status != FLYING or threat.diverted or meet_s >= threat.fail_s:
            return int(e.WASTED)
        if threat.lost:
            threat.wrong_object = True
            return int(e.WRONG_OBJECT_SHOT)
        if stock.lost:
            return int(e.MISS)
        path, models = self.tables.path[threat.lane], self.tables.models
        p = stock.sspk * battery.factor
        high = path["above_s"] <= meet_s - threat.launch_s <= path["below_s"]
        if path["turns"] and not high:
            p *= stock.manoeuvre_factor
        p = min(max(p, 0.0), 1.0)
        address = (self.seed, self.trial, battery.name, threat.name)
        u = rng.uniform(*address, rng.KILL, ordinal)
        if u < p:
            threat.status, threat.killer, threat.end_s = KILLED, battery.row, meet_s
            return int(e.KILL)
        v = (u - p) / (1.0 - p)
        diverted = self.theta[models["diverted"]]
        if v < diverted:
            z_east, z_north = rng.normal_pair(*address, rng.DIVERT, ordinal)
            threat.diverted = True
            threat.divert_m = (models["divert_m"] * z_east, models["divert_m"] * z_north)
            return int(e.DIVERTED_BY)
        body = diverted + self.theta[models["body_hit"]]
        if v < body:
            threat.body_hit = True
            return int(e.BODY_HIT)
        if v < body + self.theta[models["wrong_object"]]:
            threat.wrong_object = True
            return int(e.WRONG_OBJECT_SHOT)
        return int(e.MISS)

    def reload(self, battery: Battery, stock: Stock) -> Process:
        """A launcher's worth of rounds, when it is loaded; then the next launcher."""
        while True:
            yield self.clock.at(stock.reload_s, RELOAD + battery.row)
            rounds = min(stock.resupply, battery.rounds_per_launcher)
            stock.resupply -= rounds
            stock.ready += rounds
            stock.empty -= 1
            if stock.empty <= 0 or stock.resupply <= 0:
                break
            stock.reload_s += stock.each_s
        stock.reload_s = math.inf


def meeting_s(launch_s: list[float], intercept_s: list[float], at_s: float) -> float:
    """When a round launched at a time meets the threat: linear in the window's table."""
    low, high = 0, len(launch_s) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if launch_s[middle] <= at_s:
            low = middle
        else:
            high = middle
    u = (at_s - launch_s[low]) / (launch_s[high] - launch_s[low])
    return intercept_s[low] + u * (intercept_s[high] - intercept_s[low])


def run_trial(tables: Tables, seed: int, trial: int, columns: int) -> np.ndarray:
    """The Outcome row of one trial."""
    theta = np.zeros(len(tables.case.param))
    draw(tables.case, seed, trial, theta)
    return Trial(tables, seed, trial, theta.tolist()).run(columns)
