"""The defence of the SimPy raid: tracks, judgement, and the rules of a battery."""

from __future__ import annotations

import math
from dataclasses import dataclass

from keepout import elementary
from keepout.battle.decision import LOOK_AGAIN_S
from keepout.battle.threat import OPEN, SIGMAS
from keepout.bench.simpy_flight import Own, Threat
from keepout.bench.simpy_tables import Asset, Battery, Tables, Watch
from keepout.engine import rng
from keepout.engine.see import PER_TRACK_SPEED, POOR_STEP_S, POOR_STEPS
from keepout.records import event as e
from keepout.records.defence import (
    DEFEND_IF_ROUNDS,
    DEFEND_NEVER,
    SALVO,
    SHOOT_LOOK_SHOOT,
    SHOOT_SHOOT_LOOK,
    SINGLE,
)
from keepout.records.plan import RANKS
from keepout.records.sensor import SIGHT_POINTS, T_POSITION

Wish = tuple[int, float, int]
"""Why it does not fire, when it looks again, rounds."""
INF = math.inf


@dataclass(slots=True)
class Stock:
    """A battery in one trial."""

    ready: int
    resupply: int
    lost: bool
    interval_s: float
    assess_s: float
    track_s: float
    sspk: float
    manoeuvre_factor: float
    cap: int
    channels: list[float]
    reload_s: float = INF
    each_s: float = INF
    empty: int = 0
    shot_off: int = 0
    last_launch_s: float = -INF

    def free(self) -> int:
        """The channel that is free first."""
        return min(range(len(self.channels)), key=self.channels.__getitem__)


@dataclass(slots=True)
class Belief:
    """What a battery believes of a threat now."""

    east_m: float
    north_m: float
    ee: float
    nn: float
    en: float
    position_m: float
    zero_s: float


class Defence:
    """All batteries and radars of one trial."""

    def __init__(self, tables: Tables, seed: int, trial: int, theta: list[float]) -> None:
        self.tables, self.seed, self.trial, self.theta = tables, seed, trial, theta
        self.lost_radars = [self._lost(groups) for groups in tables.radar_groups]
        u = rng.uniform(seed, trial, rng.NO_ONE, rng.NO_ONE, rng.LOST_RAID, rng.ONCE)
        all_lost = u < theta[tables.models["per_raid"]]
        self.stocks = [
            self._stock(battery, rows, all_lost)
            for battery, rows in zip(tables.batteries, tables.theta_of, strict=True)
        ]

    def _stock(self, battery: Battery, rows: dict[str, int], all_lost: bool) -> Stock:
        theta = self.theta
        channels = min(64, math.floor(theta[rows["channels"]] + 0.5))
        return Stock(
            math.floor(theta[rows["rounds"]] + 0.5), battery.resupply,
            all_lost or self._lost(battery.groups), theta[rows["launch_interval_s"]],
            theta[rows["assess_s"]], theta[rows["track_before_firing_s"]], theta[rows["sspk"]],
            theta[rows["manoeuvre_factor"]], math.floor(theta[rows["cap"]] + 0.5),
            [-INF] * channels, each_s=theta[rows["reload_s"]],
        )  # fmt: skip

    def _lost(self, groups: int) -> bool:
        """Whether one of these groups of causes (a bit for each) fails in this trial."""
        for g, (name, probability) in enumerate(self.tables.groups):
            if (groups >> g) & 1:
                u = rng.uniform(self.seed, self.trial, name, rng.NO_ONE, rng.LOST_GROUP, rng.ONCE)
                if u < self.theta[probability]:
                    return True
        return False

    def firm_s(self, threat: Threat, r: int) -> float:
        """When a radar has a firm track of a threat; inf for never."""
        if r not in threat.firm_s:
            threat.firm_s[r] = self._firm_s(threat, r)
        return threat.firm_s[r]

    def _firm_s(self, threat: Threat, r: int) -> float:
        watch = self.tables.watch[threat.lane][r]
        if self.lost_radars[r] or not watch.set_s > watch.rise_s:
            return INF
        name = self.tables.radars[r]
        words = rng.block(self.seed, self.trial, name, threat.name, rng.DETECT, rng.ONCE)
        found_s = watch.rise_s + rng.unit32(words[0]) * watch.revisit_s
        first_s = found_s + (watch.confirm_looks - 1.0) * watch.revisit_s
        return threat.launch_s + _confirmed_s(watch, first_s, rng.unit32(words[1]))

    def since_s(self, threat: Threat, battery: Battery, stock: Stock) -> float:
        """When a battery first has a track that it may fire on."""
        usable = [*self.tables.shared, battery.own] if battery.own >= 0 else self.tables.shared
        firm_s = min((self.firm_s(threat, r) for r in usable), default=INF)
        burnout_s = self.tables.lanes[threat.lane]["burnout_s"]
        return float(max(firm_s + stock.track_s, threat.launch_s + burnout_s))

    def first_look_s(self, threat: Threat, battery: Battery, stock: Stock) -> float:
        """When a battery first looks at a threat; inf for never."""
        open_s, close_s = self.tables.span[threat.lane][battery.row]
        since_s = self.since_s(threat, battery, stock)
        t_s = max(since_s, threat.launch_s + open_s)
        if stock.ready <= 0 and stock.resupply <= 0:
            return INF
        if not open_s <= close_s:
            threat.note(int(e.R_OUT_OF_REACH))
        elif since_s == INF:
            threat.note(int(e.R_NO_TRACK))
        elif t_s > threat.launch_s + close_s:
            threat.note(int(e.R_TOO_LATE))
        else:
            return t_s
        return INF

    def best_radar(self, threat: Threat, battery: Battery, t_s: float) -> int:
        """The radar whose firm track predicts the impact best; -1 if there is none."""
        row, tables = threat.lane, self.tables
        at = (t_s - threat.launch_s) * tables.path[row]["ranks_per_s"]
        g = min(max(int(at), 0), RANKS - 1)
        order = list(tables.rank[row][g])
        if battery.own >= 0:
            order.insert(
                0 if tables.first[row][g][battery.row] == battery.own else len(order), battery.own
            )
        return next((r for r in order if self.firm_s(threat, r) <= t_s), -1)

    def belief(self, threat: Threat, battery: Battery, t_s: float) -> Belief | None:
        """What a battery believes; None without a track."""
        r = self.best_radar(threat, battery, t_s)
        if r < 0:
            return None
        if r not in threat.error:
            name = self.tables.radars[r]
            words = rng.block(self.seed, self.trial, name, threat.name, rng.TRACK_ERROR, rng.ONCE)
            z = [rng.normal_score(rng.unit32(w)) for w in words[:3]]
            threat.error[r] = (z[0], z[1], z[2])
        watch = self.tables.watch[threat.lane][r]
        return _believe(watch, threat, t_s, *threat.error[r])

    def wish(self, threat: Threat, battery: Battery, stock: Stock, t_s: float) -> Wish:
        """What a battery would do about a threat now."""
        belief = self.belief(threat, battery, t_s)
        if belief is None:
            return int(e.R_NO_TRACK), INF, 0
        spans = self.tables.span[threat.lane]
        open_s = belief.zero_s + spans[battery.row][0]
        close_s = belief.zero_s + spans[battery.row][1]
        if t_s < open_s:
            return int(e.R_NOT_YET), open_s, 0
        judged = judge(self.tables.assets, threat.asset, belief)
        later_s = t_s + LOOK_AGAIN_S if t_s + LOOK_AGAIN_S <= close_s else INF
        if judged == OPEN:
            return int(e.R_OPEN_GROUND), later_s, 0
        asset = self.tables.assets[judged]
        defended = (battery.defends >> judged) & 1 and asset.defend != DEFEND_NEVER
        if not defended or self._left(threat, judged, asset):
            return int(e.R_NOT_DEFENDED), INF, 0
        if t_s > close_s:
            return int(e.R_TOO_LATE), INF, 0
        if belief.position_m > battery.track_quality_m:
            return int(e.R_TRACK_TOO_POOR), self._better_s(threat, battery, t_s), 0
        reason, again_s, rounds = allowed(threat, battery, stock.cap, t_s, close_s)
        if reason != e.R_NONE:
            return reason, again_s, 0
        if battery.hold_for >= 0 and self.stocks[battery.hold_for].ready > 0:
            other = self.tables.batteries[battery.hold_for]
            theirs_s = belief.zero_s + spans[other.row][1]
            known = self.since_s(threat, other, self.stocks[other.row]) <= t_s
            once = other.rule in (SINGLE, SALVO) and threat.batteries.get(other.row, Own()).fired
            if known and theirs_s > t_s and not once:
                again_s = theirs_s + 1.0
                return int(e.R_SOMEONE_ELSES), again_s if again_s <= close_s else INF, 0
        return means(battery, stock, asset.defend, rounds, t_s, close_s)

    def _better_s(self, threat: Threat, battery: Battery, t_s: float) -> float:
        """When a track that is too poor now should be good enough, or a minute later."""
        watch = self.tables.watch[threat.lane][self.best_radar(threat, battery, t_s)]
        for n in range(1, POOR_STEPS):
            at_s = t_s + n * POOR_STEP_S
            i, b = _point(watch, at_s - threat.launch_s)
            position_m = (1.0 - b) * watch.error[i][T_POSITION] + b * watch.error[i + 1][T_POSITION]
            if position_m * position_m <= battery.track_quality_m * battery.track_quality_m:
                return at_s
        return t_s + POOR_STEPS * POOR_STEP_S

    def _left(self, threat: Threat, row: int, asset: Asset) -> bool:
        """Whether a threat to an asset is left on purpose."""
        if row not in threat.left:
            address = (self.seed, self.trial, threat.name, asset.name)
            u = rng.uniform(*address, rng.LEFT_ON_PURPOSE, rng.ONCE)
            threat.left[row] = bool(u < self.theta[asset.not_engaged])
        return threat.left[row]


def _point(watch: Watch, after_s: float) -> tuple[int, float]:
    """Row of a table of errors at a time after launch, and the weight of the next."""
    s = min(max((after_s - watch.rise_s) * watch.points_per_s, 0.0), SIGHT_POINTS - 1.0)
    i = min(int(s), SIGHT_POINTS - 2)
    return i, s - i


def _confirmed_s(watch: Watch, first_s: float, u: float) -> float:
    """The look, after launch, that makes a track firm, of looks a revisit apart; inf for none."""
    if not first_s < watch.set_s:
        return INF
    missed = watch.missed
    at = (first_s - watch.rise_s) * watch.points_per_s
    k = min(int(at), SIGHT_POINTS - 2)
    target = missed[k] + (at - k) * (missed[k + 1] - missed[k])
    target += elementary.log(u) * watch.revisit_s
    while k < SIGHT_POINTS - 1 and missed[k + 1] > target:
        k += 1
    if k == SIGHT_POINTS - 1:
        return INF
    share = (target - missed[k]) / (missed[k + 1] - missed[k])
    after_s = watch.rise_s + (k + share) * watch.step_s - first_s
    at_s = first_s + watch.revisit_s * math.floor(after_s / watch.revisit_s)
    return at_s if at_s < watch.set_s else INF


def _believe(
    watch: Watch, threat: Threat, t_s: float, z_east: float, z_north: float, z_time: float
) -> Belief:
    """A track's error, from the table of one radar and one lane."""
    after_s = t_s - threat.launch_s
    i, b = _point(watch, after_s)
    a = 1.0 - b
    root, lean, side, stray_e, stray_n, position_m, _random = (
        a * x + b * y for x, y in zip(watch.error[i], watch.error[i + 1], strict=True)
    )
    ee, nn = root * root, lean * lean + side * side
    stray2 = 0.5 * (stray_e * stray_e + stray_n * stray_n)
    lost_s = threat.launch_s + watch.set_s
    if t_s > lost_s and threat.impact_s > lost_s:
        share = min((t_s - lost_s) / (threat.impact_s - lost_s), 1.0)
        position_m += share * max(math.sqrt(max(ee, nn)) - position_m, 0.0)
    return Belief(
        threat.east_m + root * z_east + stray_e,
        threat.north_m + lean * z_east + side * z_north + stray_n,
        ee + stray2, nn + stray2, root * lean, position_m,
        threat.launch_s + z_time * position_m * PER_TRACK_SPEED,
    )  # fmt: skip


def judge(assets: list[Asset], plane: int, belief: Belief) -> int:
    """The asset whose edge is nearest, of those that the ellipse touches; OPEN if there is none."""
    best, best_m = OPEN, INF
    for a, asset in enumerate(assets):
        x, y = assets[plane].apart[a]
        e_m, n_m = belief.east_m - x, belief.north_m - y
        d2 = e_m * e_m + n_m * n_m
        outside_m = math.sqrt(d2) - asset.radius_m
        beyond_m = outside_m - asset.margin_m
        touched = beyond_m <= 0.0
        if not touched:
            spread = e_m * e_m * belief.ee + n_m * n_m * belief.nn + 2.0 * e_m * n_m * belief.en
            touched = beyond_m * beyond_m <= SIGMAS * SIGMAS * (spread / d2)
        if touched and outside_m < best_m:
            best, best_m = a, outside_m
    return best


def allowed(threat: Threat, battery: Battery, cap: int, t_s: float, close_s: float) -> Wish:
    """What doctrine and rounds in flight allow."""
    if threat.dead_s <= t_s:
        return int(e.R_BELIEVED_DEAD), INF, 0
    own = threat.batteries.get(battery.row, Own())
    rounds = battery.salvo
    if battery.rule in (SINGLE, SALVO) and own.fired > 0:
        rounds = 0
    elif cap > 0:
        rounds = max(0, min(rounds, cap - threat.fired))
    if rounds == 0:
        return int(e.R_DOCTRINE_DONE), INF, 0
    if battery.rule in (SHOOT_LOOK_SHOOT, SHOOT_SHOOT_LOOK) and own.result_s > t_s:
        return int(e.R_WAITING), own.result_s, 0
    if t_s < threat.result_s <= close_s:
        return int(e.R_WAITING), threat.result_s, 0
    return int(e.R_NONE), INF, rounds


def means(
    battery: Battery, stock: Stock, defend: int, rounds: int, t_s: float, close_s: float
) -> Wish:
    """Rounds, channel and launcher."""
    usable = stock.ready - (battery.reserve if defend == DEFEND_IF_ROUNDS else 0)
    if usable <= 0:
        again_s = stock.reload_s
        return int(e.R_NO_ROUNDS), again_s if t_s < again_s <= close_s else INF, 0
    free_s = max(stock.channels[stock.free()], stock.last_launch_s + stock.interval_s)
    if free_s > t_s:
        return int(e.R_NO_CHANNEL), free_s if free_s <= close_s else INF, 0
    return int(e.R_NONE), INF, min(rounds, usable)
