"""``keepout campaign``: days or weeks of raids against magazines, resupply, crew and cost."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from keepout import trip
from keepout.errors import InputError
from keepout.records.outcome import CAUSES
from keepout.results.summary import QUANTILE_NAMES, QUANTILES, probability, summarise
from keepout.scenario.campaign import Campaign
from keepout.scenario.load import Source, load, read
from keepout.studies import pieces
from keepout.studies.campaign_trials import Campaigner, Wave, prices
from keepout.studies.stories import plain

DAY_S = 86_400.0
TRIALS_OF_A_PIECE = 16
MOST_WAVES = 1000

Numbers = dict[str, Any]


class Campaigns:
    """Whole campaigns of one scenario, by the piece; each thread has a campaigner of its own.

    It can be sent to another machine, where the scenario is prepared again.
    """

    def __init__(
        self, source: Source, sets: tuple[str, ...], asked: Campaign, trials: int, seed: int
    ) -> None:
        self.given = source, sets, asked, trials, seed
        self.lock = threading.Lock()
        self.made: trip.Job | None = None
        self.rooms: queue.SimpleQueue[Campaigner] = queue.SimpleQueue()

    def __reduce__(self) -> tuple[Any, ...]:
        return Campaigns, self.given

    def job(self) -> trip.Job:
        """The scenario, made ready once."""
        source, sets, *_ = self.given
        with self.lock:
            if self.made is None:
                self.made = plain(trip.prepare(source, sets=sets))
            return self.made

    def first(self) -> Campaigner:
        """A campaigner, which the first piece will use."""
        room = self._room()
        self.rooms.put(room)
        return room

    def _room(self) -> Campaigner:
        try:
            return self.rooms.get_nowait()
        except queue.Empty:
            return Campaigner(self.job(), self.given[2], self.given[4])

    def __call__(self, number: int) -> Any:
        """The rows of the campaigns of one piece."""
        trials, begin = self.given[3], number * TRIALS_OF_A_PIECE
        room = self._room()
        found = [room.run(t) for t in range(begin, min(begin + TRIALS_OF_A_PIECE, trials))]
        self.rooms.put(room)
        return found


def campaign(
    scenario: str, sets: Sequence[str], trials: int, seed: int, where: pieces.Where,
    how: pieces.How, page: pieces.Page = pieces.no_page,
) -> Numbers:  # fmt: skip
    """The JSON of a campaign. Raises InputError with every problem of the scenario."""
    source = read(scenario)
    loaded = load(source, tuple(sets))
    work = Campaigns(source, tuple(sets), loaded.scenario.campaign or Campaign(), trials, seed)
    job, first = work.job(), work.first()
    if len(first.waves) > MOST_WAVES:
        raise InputError.one(
            "large", f"the campaign has {len(first.waves)} raids; at most {MOST_WAVES} are run",
            path="campaign.repeat", help="repeat it less often, or widen campaign.gap",
        )  # fmt: skip
    head = {
        "verb": "campaign", "scenario": dict(job.hashes), "sets": list(sets), "trials": trials,
        "seed": seed,
    }  # fmt: skip
    shelf = pieces.open_shelf(where, f"{job.name}-campaign", head)
    if shelf.result is not None:
        return {**shelf.result, "folder": str(shelf.folder)}
    done = pieces.compute(-(-trials // TRIALS_OF_A_PIECE), work, shelf, how)
    rows = np.array([trial for piece in done for trial in piece], np.float64)
    result = _result(first, rows, trials) | {"note": loaded.scenario.note}
    shelf.finish(
        result,
        {
            "scenario.yaml": lambda path: path.write_text(loaded.text, "utf-8"),
            "page.html": lambda path: page(result, path),
        },
    )
    return {**result, "folder": str(shelf.folder) if shelf.folder else None}


class _Rows:
    """Numbers of all campaigns: (trials, raids, columns)."""

    def __init__(self, of: Campaigner, rows: np.ndarray) -> None:
        self.rows, self.together = rows, of.job.together
        self.place = {name: k for k, name in enumerate(of.columns())}

    def __call__(self, name: str) -> np.ndarray:
        """One number, (trials, raids)."""
        found: np.ndarray = self.rows[:, :, self.place[name]]
        return found

    def summary(self, values: np.ndarray) -> Numbers:
        """The summary of one number per campaign."""
        return summarise(values, self.together)


def _result(of: Campaigner, array: np.ndarray, trials: int) -> Numbers:
    """Everything that is asked of a campaign."""
    rows, systems = _Rows(of, array), list(of.job.layout.systems)
    total = {
        name: rows.summary(rows(name).sum(1))
        for name in ("launched", "failed", "intercepted", "arrived", "engaged")
    }
    total["fired"] = {s: rows.summary(rows(f"fired.{s}").sum(1)) for s in systems}
    total["intercepted_by"] = {s: rows.summary(rows(f"intercepted.{s}").sum(1)) for s in systems}
    total["by_cause"] = {c: rows.summary(rows(f"cause.{c}").sum(1)) for c in CAUSES}
    return {
        "scenario": of.job.name,
        "counterfactual": bool(of.job.resolved.get("counterfactual")),
        "trials": trials,
        "seed": of.seed,
        "raids": [_wave(of, rows, wave) for wave in of.waves],
        "total": total,
        "depletion": {s: depletion(rows(f"left.{s}"), of.waves, rows.together) for s in systems},
        "cost_usd": costs(of, rows),
        "crew": _crew(of, systems),
        "production": _production(of, rows),
        "published": of.job.resolved.get("published", []),
    }


def _wave(of: Campaigner, rows: _Rows, wave: Wave) -> Numbers:
    """One raid of a campaign."""
    k, systems = wave.number, of.job.layout.systems
    return {
        "number": k,
        "day": wave.start_s / DAY_S,
        "raids": list(wave.raids),
        **{n: rows.summary(rows(n)[:, k]) for n in ("launched", "arrived", "intercepted")},
        "no_rounds": rows.summary(rows("cause.no-rounds")[:, k]),
        "fired": {s: rows.summary(rows(f"fired.{s}")[:, k]) for s in systems},
        "left": {s: rows.summary(rows(f"left.{s}")[:, k]) for s in systems},
    }


def depletion(left: np.ndarray, waves: Sequence[Wave], together: int) -> Numbers:
    """When the magazines of one type run dry: after which raid nothing is left.

    left  (trials, raids)  rounds left after each raid
    ``share``: of the campaigns in which they ever do; ``day``: quantiles over all campaigns, None
    where that many do not run dry before the end; ``epistemic`` is of the share.
    """
    days = np.array([wave.start_s for wave in waves]) / DAY_S
    empty = left <= 0.0
    ever = np.asarray(empty.any(1))
    first = np.where(ever, days[empty.argmax(1)], np.inf)
    ends = np.quantile(first, QUANTILES, method="inverted_cdf")
    day = {name: float(q) if np.isfinite(q) else None for name, q in zip(QUANTILE_NAMES, ends)}
    means = summarise(ever.astype(float), together)["epistemic"]
    return {"share": probability(ever, together), "day": day, "epistemic": means}


def costs(of: Campaigner, rows: _Rows) -> Numbers:
    """What it cost, three ways, and what an arrival or a raid averted cost.

    ``marginal``: rounds fired at the catalogue's price of one; ``replacement``: at the price of
    a new one; ``procurement``: what the batteries cost to buy. Averted is what was intercepted.
    """
    systems = list(of.job.layout.systems)
    about = prices(of.job, systems)
    marginal = np.zeros(rows.rows.shape[0])
    replacement = np.zeros(rows.rows.shape[0])
    new = {p.system: p.replacement_usd for p in of.campaign.production}
    for system in systems:
        fired = rows(f"fired.{system}").sum(1)
        usd = about[system]["round_usd"]
        usd = np.nan if usd is None else usd
        marginal += np.where(fired > 0, fired * usd, 0.0)
        priced = new.get(system)
        replacement += np.where(fired > 0, fired * (usd if priced is None else priced), 0.0)
    stopped, launched = rows("intercepted").sum(1), rows("launched").sum(1)
    each = np.divide(marginal, stopped, out=np.full_like(marginal, np.nan), where=stopped > 0)
    bought = [about[s]["battery_usd"] for s in systems]
    year = of.campaign.base_year
    return {
        "marginal": rows.summary(marginal),
        "replacement": rows.summary(replacement),
        "procurement": (
            sum(about[s]["batteries"] * about[s]["battery_usd"] for s in systems)
            if all(usd is not None for usd in bought)
            else None
        ),
        "per_arrival_averted": rows.summary(each),
        "per_raid_averted": rows.summary(each * launched / rows.rows.shape[1]),
        "attack": rows.summary(_attack(of, rows)),
        "base_year": None if year is None else int(year),
        "prices": about,
    }


def _attack(of: Campaigner, rows: _Rows) -> np.ndarray:
    """What the missiles cost; nan if a price is not known."""
    usd = rows("attack_usd").sum(1)
    return usd if of.missile_usd is not None else np.full_like(usd, np.nan)


def _crew(of: Campaigner, systems: Sequence[str]) -> Numbers:
    """People at each type of battery, and their days from the first raid to the last."""
    days = (of.waves[-1].start_s - of.waves[0].start_s) / DAY_S + 1.0
    found = {}
    for system, about in prices(of.job, systems).items():
        people = None if about["crew"] is None else about["crew"] * about["batteries"]
        found[system] = {
            "batteries": about["batteries"],
            "people": people,
            "person_days": None if people is None else people * days,
        }
    return found


def _production(of: Campaigner, rows: _Rows) -> Numbers:
    """Years of production that were fired."""
    found: Numbers = {}
    for each in of.campaign.production:
        fired = rows(f"fired.{each.system}").sum(1)
        years = fired / each.per_year if each.per_year > 0 else np.full_like(fired, np.nan)
        found[each.system] = {
            "per_year": each.per_year,
            "source": each.source,
            "years": rows.summary(years),
        }
    return found


def repeated(times: int | None, every: str | None) -> list[str]:
    """Settings for ``--repeat`` and ``--every``."""
    sets = []
    if times is not None:
        sets.append(f"campaign.repeat.times={times}")
    if every is not None:
        sets.append(f'campaign.repeat.every="{every}"')
    return sets
