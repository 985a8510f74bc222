"""Closed forms of the battle: trials of the shipped scenario ``wilkening`` against theory.

With perfect sensing and given kill probability a battle is arithmetic: Wilkening's barrage, looks
between shots with and without errors, layers, batteries that know nothing of each other, rounds
that run out, decoys. Each row runs the scenario with a few settings and compares means of its
trials with a formula or an exact recursion that knows nothing of the engine. A row misses if it is
four standard errors off, which chance does once in 16,000 rows; at most ten warheads, so that
every term of a formula shows in the mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from keepout import trip
from keepout.results.metrics import summary
from keepout.validation import theory as t
from keepout.validation.check import NUMERICAL, Check

TITLE = "Closed forms of the battle"
WILKENING = (
    "D. A. Wilkening, A Simple Model for Calculating Ballistic Missile Defense Effectiveness, "
    "Science & Global Security 8 (1999) 183"
)
COUNTING = "elementary probability (keepout/validation/theory.py)"
TRIALS, SEED = 6000, 1
ERRORS = 4.0
W, P = 8, 0.7
"""Warheads and kill probability of the scenario."""
Q = 1.0 - P

NO_ARRIVAL, ARRIVED, FIRED = "p_no_arrival", "arrived.total", "fired.total"
WASTED, DOUBLED = "wasted.total", "doubled"
RULE = "batteries.upper.doctrine.rule="
CAP = "batteries.upper.doctrine.cap="
HIT = "batteries.upper.lost="
DECOYS = "raids.raid.decoys="
ROUNDS = "batteries.upper.rounds="
FEW = "batteries.upper.launchers="
NO_LOSS = "chance.per_threat=0"
LOWER = (
    "{name: lower, type: thaad-battery, at: {lat: 31.2 deg, lon: 34.9 deg}, radar: none, "
    "doctrine: {rule: salvo-2}, kill: {sspk: 0.5}, rounds: 100, channels: 60, "
    "launch_interval: 0 s, assessment: 1 s}"
)
UPPER = (
    "{name: upper, type: arrow-3-battery, at: {lat: 31.4 deg, lon: 36.0 deg}, radar: none, "
    "doctrine: {rule: salvo-2}, kill: {sspk: 0.7}, rounds: 100, channels: 60, "
    "launch_interval: 0 s, assessment: 5 s}"
)


class Case(NamedTuple):
    """One battle: what is set, and what theory says of paths in the JSON of a run."""

    name: str
    sets: tuple[str, ...]
    says: Mapping[str, float]
    source: str = COUNTING


def barrages() -> list[Case]:
    """Wilkening's barrage, with what is lost per threat, per group, per raid."""
    cases = []
    for rule, n in (("single", 1), ("salvo-2", 2), ("salvo-3", 3)):
        k = 0.95 * (1.0 - t.leak(P, n))
        says = {NO_ARRIVAL: k**W, ARRIVED: W * (1.0 - k), FIRED: float(n * W)}
        cases.append(Case(f"barrage, {rule}, P_track 0.95", (RULE + rule,), says, WILKENING))
    k, raid = 1.0 - t.leak(P, 2), 0.15
    lost = 1.0 - (1.0 - 0.1) * (1.0 - 0.2)
    groups = "[{name: sensor, probability: 0.1, members: [upper]}, "
    groups += "{name: command, probability: 0.2, members: [upper]}]"
    for name, path, share in (
        ("lost in a raid as a whole, 0.15", f"chance.per_raid={raid}", raid),
        ("two groups of causes, 0.1 and 0.2", f"chance.groups={groups}", lost),
        (
            "hit before the first launch, 0.3",
            "batteries.upper.lost={probability: 0.3, at: 0 s}",
            0.3,
        ),
    ):
        says = {NO_ARRIVAL: (1 - share) * k**W, ARRIVED: W * (1.0 - (1.0 - share) * k)}
        cases.append(Case(f"salvo-2, {name}", (NO_LOSS, path), says, WILKENING))
    caps = [1.0 - t.leak(P, min(2, n)) for n in (1, 2, 3)]
    cases.append(
        Case(
            "salvo-2, a cap of 1, 2 or 3, drawn", (NO_LOSS, f"{CAP}{{low: 1, high: 3}}"),
            {NO_ARRIVAL: sum(k**W for k in caps) / 3, FIRED: W * (1 + 2 + 2) / 3},
        )
    )  # fmt: skip
    says = {ARRIVED: W * t.leak(P, 2), FIRED: 2.0 * W, WASTED: W * t.wasted_in_salvo(P, 2)}
    cases.append(Case("salvo-3 under a cap of 2", (NO_LOSS, RULE + "salvo-3", CAP + "2"), says))
    return cases


def looks() -> list[Case]:
    """Shoot-look-shoot with perfect and with faulty assessment."""
    cases, sls = [], (NO_LOSS, RULE + "shoot-look-shoot")
    for n in (2, 3):
        left = t.leak(P, n)
        says = {
            NO_ARRIVAL: (1.0 - left) ** W, ARRIVED: W * left,
            FIRED: W * t.shots_to_kill(P, n), WASTED: 0.0,
        }  # fmt: skip
        cases.append(Case(f"shoot-look-shoot, {n} shots at most", (*sls, f"{CAP}{n}"), says))
    for a, b in ((0.3, 0.0), (0.0, 0.2), (0.25, 0.15)):
        left, shots, wasted = t.faulty_looks(P, 3, a, b)
        errors = f"kill.assessment={{kill_as_miss: {a}, miss_as_kill: {b}}}"
        cases.append(
            Case(
                f"the same, 3 shots, a kill looks like a miss {a}, a miss like a kill {b}",
                (*sls, CAP + "3", errors),
                {ARRIVED: W * left, FIRED: W * shots, WASTED: W * wasted},
            )
        )
    left, pairs = t.leak(P, 4), 2.0 + 2.0 * t.leak(P, 2)
    cases.append(
        Case(
            "shoot-shoot-look, 4 shots at most", (NO_LOSS, RULE + "shoot-shoot-look", CAP + "4"),
            {ARRIVED: W * left, FIRED: W * pairs},
        )
    )  # fmt: skip
    return cases


def layers() -> list[Case]:
    """Two batteries: one above the other, and two that know nothing of each other."""
    both = f"batteries=[{UPPER}, {LOWER}]"
    first, second = t.leak(0.7, 2), t.leak(0.5, 2)
    by = {"fired.by_system.arrow-3-battery": 2.0 * W, "fired.by_system.thaad-battery": 2.0 * W}
    by["fired.by_system.thaad-battery"] *= first
    cases = [
        Case(
            "two layers, 0.7 above 0.5", (NO_LOSS, both),
            {NO_ARRIVAL: (1 - first * second) ** W, ARRIVED: W * first * second, **by}, WILKENING,
        )
    ]  # fmt: skip
    twin = UPPER.replace("name: upper", "name: twin")
    alone = (NO_LOSS, f"batteries=[{UPPER}, {twin}]", "models.control=independent")
    says = {
        ARRIVED: W * t.leak(P, 4), FIRED: 4.0 * W, DOUBLED: 2.0 * W,
        WASTED: W * t.wasted_in_salvo(P, 4),
    }  # fmt: skip
    cases.append(Case("two batteries that know nothing of each other", alone, says))
    seen = (NO_LOSS, alone[1], CAP + "2", "batteries.twin.doctrine.cap=2")
    says = {ARRIVED: W * t.leak(P, 2), FIRED: 2.0 * W, DOUBLED: 0.0}
    cases.append(Case("the same, coordinated, a cap of 2", seen, says))
    net = "networks=[{name: n, members: [upper, lower], delay: 1 h}]"
    shots, lone = 2.0 * W, t.wasted_in_salvo(0.7, 2) + (1 - first) * 2.0
    says = {
        ARRIVED: W * first * second, FIRED: 2.0 * shots,
        WASTED: W * (lone + first * t.wasted_in_salvo(0.5, 2)),
    }  # fmt: skip
    cases.append(
        Case("two layers; the lower hears of results an hour late", (NO_LOSS, both, net), says)
    )
    shooters, w = 6, 4
    one = [
        UPPER.replace("name: upper", f"name: b{k}").replace("salvo-2", "single")
        .replace("rounds: 100", "rounds: 1")
        for k in range(shooters)
    ]  # fmt: skip
    mean, none = t.at_random(P, shooters, w)
    cases.append(
        Case(
            f"{shooters} shooters of one round at {w} warheads, each at random",
            (NO_LOSS, f"batteries=[{', '.join(one)}]", "models.control=independent",
             f"raids.raid.count={w}", "raids.raid.spacing=0 s"),
            {ARRIVED: mean, NO_ARRIVAL: none, FIRED: float(shooters)},
        )
    )  # fmt: skip
    return cases


def stocks() -> list[Case]:
    """Rounds that run out, and rounds kept."""
    apart = (NO_LOSS, "raids.raid.spacing=20 min")
    cases = []
    for w, m, n in ((5, 6, 2), (8, 5, 1), (6, 9, 3)):
        mean, none, fired = t.magazine(P, w, m, n)
        cases.append(
            Case(
                f"{m} rounds, {w} warheads one by one, {n} looks at most",
                (*apart, RULE + "shoot-look-shoot", f"{CAP}{n}", f"raids.raid.count={w}",
                 f"{ROUNDS}{m}"),
                {ARRIVED: mean, NO_ARRIVAL: none, FIRED: fired},
            )
        )  # fmt: skip
    kept = (NO_LOSS, "assets.nevatim.defend=if-rounds", "batteries.upper.doctrine.reserve=4")
    says = {FIRED: 6.0, ARRIVED: 5 + 3 * t.leak(P, 2)}
    cases.append(
        Case("10 rounds, 4 of them kept for others", (*kept, "batteries.upper.rounds=10"), says)
    )
    return [*cases, *launchers()]


def launchers() -> list[Case]:
    """Launchers that are loaded, come late or are lost; a warhead every 20 min, one shot each."""
    apart = (NO_LOSS, "raids.raid.spacing=20 min", RULE + "single")
    twos = (*apart, "catalogue.arrow-3-battery.rounds_per_launcher=2")
    loaded = (*twos, "batteries.upper.resupply=6", "batteries.upper.reload_time=50 min")
    late, hit = "batteries.upper.available_from=50 min", HIT + "{at: 50 min, launchers: "
    cases = []
    for name, sets, fired in (
        # rounds at 0 and 20 min; the launcher is full again at 70 and, fired at 80 and 100, at 150
        ("a launcher of two, loaded again in 50 min", (*loaded, ROUNDS + "2", FEW + "1"), 4),
        # full at 50 and at 100 min; the first, fired at 60 and 80, would be full again at 150
        ("two launchers of two that begin empty", (*loaded, ROUNDS + "0", FEW + "2"), 4),
        # one of two is full: shots at 0 and 20, the other is full at 50 and this one at 100
        ("two launchers of two, one of them empty", (*loaded, ROUNDS + "2", FEW + "2"), 6),
        # five of eight rounds are left at 50 min, and one of four launchers: one round
        ("three of four launchers hit at 50 min", (*twos, ROUNDS + "8", FEW + "4", hit + "3}"), 4),
        ("hit at 50 min", (*apart, HIT + "{at: 50 min}"), 3),
        ("not there before 50 min", (*apart, late), 5),
    ):
        says = {FIRED: float(fired), ARRIVED: W - fired * (1 - t.leak(P, 1))}
        cases.append(Case(name, sets, says))
    return cases


def objects() -> list[Case]:
    """Decoys, and the ends of a shot."""
    w, d = 4, 2
    base = (
        NO_LOSS,
        f"raids.raid.count={w}",
        f"raids.raid.decoys={{count: {d}, stripped_at: 0 km}}",
    )
    k = 1.0 - t.leak(P, 2)
    cases = [
        Case(
            "two decoys with each of 4 warheads, none told apart", base,
            {NO_ARRIVAL: k**w, FIRED: 2.0 * w * (1 + d), "decoys.fired_at": 2.0 * w * d}, WILKENING,
        )
    ]  # fmt: skip
    a, b = 0.1, 0.3
    told = f"chance.discrimination={{warhead_as_decoy: {a}, decoy_as_warhead: {b}}}"
    one = (1.0 - a) * k
    says = {NO_ARRIVAL: one**w, ARRIVED: w * (1 - one), "decoys.fired_at": 2.0 * w * d * b,
            "arrived.by_cause.wrong-object": w * a}  # fmt: skip
    cases.append(
        Case("the same, told apart with errors 0.1 and 0.3", (*base, told), says, WILKENING)
    )
    mean, none = t.at_unknown(P, w, w * d, 8)
    few = (*base, RULE + "single", ROUNDS + "8", "raids.raid.spacing=0 s")
    says = {ARRIVED: mean, NO_ARRIVAL: none, FIRED: 8.0}
    cases.append(Case("8 rounds for 4 warheads among 8 decoys at once", few, says))
    ends = (NO_LOSS, RULE + "single", "kill={diverted: 0.2, body_hit_only: 0.3, wrong_object: 0.1}")
    says = {f"arrived.by_cause.{cause}": W * Q * share for cause, share in (
        ("diverted", 0.2), ("body-hit-only", 0.3), ("wrong-object", 0.1),
        ("engaged-and-missed", 0.4),
    )}  # fmt: skip
    cases.append(Case("what a miss can be: 0.2, 0.3, 0.1 and the rest", ends, says))
    end = "kill.endgame={lethal_radius: 2 m, miss: 1.5 m}"
    p = P * t.rayleigh(2.0, 1.5)
    cases.append(
        Case(
            "endgame: a miss of 1.5 m against 2 m", (NO_LOSS, "models.kill=endgame", end),
            {NO_ARRIVAL: (1 - t.leak(p, 2)) ** W, ARRIVED: W * t.leak(p, 2)},
        )
    )  # fmt: skip
    return cases


def checks(data: Path | None) -> list[Check]:
    """Every case, a row for each number that theory gives."""
    return [
        row for case in (*barrages(), *looks(), *layers(), *stocks(), *objects())
        for row in compared(case)
    ]  # fmt: skip


def compared(case: Case, seed: int = SEED, trials: int = TRIALS) -> list[Check]:
    """Theory beside the trials of one case."""
    job = trip.prepare("wilkening", sets=case.sets)
    found = summary(trip.run_job(job, trip.Settings(trials=trials, seed=seed, store=False)))
    rows = []
    for path, published in case.says.items():
        node = found
        for part in path.split("."):
            node = node[part]
        error = float(node["mc_se"])
        rows.append(
            Check(
                case="closed-forms",
                quantity=f"{case.name}: {path}",
                unit="",
                published=published,
                computed=float(node["mean"]),
                tolerance=max(ERRORS * error, EXACT),
                why=f"four standard errors of {trials:,} trials; rounding where nothing is drawn",
                kind=NUMERICAL,
                numerical_error=error,
                source=case.source,
                grade="A",
            )
        )
    return rows


EXACT = 1e-9
"""A count that is the same in every trial is exact."""
