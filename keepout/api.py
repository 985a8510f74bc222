"""``import keepout as ko``: load, run, compare, reopen, and thin views on what they give.

Nothing is stored unless a folder is named. pandas and matplotlib are imported when a
table or a figure is asked for.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keepout import trip
from keepout.errors import InputError, KeepoutError
from keepout.records.run import Run
from keepout.results import metrics, store
from keepout.results.summary import mc_se
from keepout.studies import compare as paired
from keepout.studies import compare_by

if TYPE_CHECKING:
    import matplotlib.figure
    import pandas as pd

__all__ = ["Comparison", "RunView", "ScenarioView", "compare", "load", "reopen", "run"]


def load(scenario: str | Path, *, set: Mapping[str, Any] | None = None) -> ScenarioView:
    """A scenario (a path or a shipped name), resolved; ``set`` replaces values by path."""
    return ScenarioView(trip.prepare(scenario, sets=_settings(set)))


def run(
    scenario: str | Path, *, trials: int | None = None, seed: int | None = None,
    threads: int | None = None, fidelity: str = "engagement", until: str | None = None,
    set: Mapping[str, Any] | None = None, out: str | Path | None = None, resume: bool = False,
) -> RunView:  # fmt: skip
    """Simulate a scenario: 500 trials with seed 0 unless said otherwise.

    ``out`` stores the run in a folder, with its report. Raises InputError with every
    problem of the input at once, RunError if the run cannot be finished or stored.
    """
    _check_whole(trials=(trials, 1), seed=(seed, 0), threads=(threads, 1))
    job = trip.prepare(scenario, sets=_settings(set), fidelity=fidelity)
    settings = trip.Settings(
        trials=trials, seed=seed, threads=threads, until=until, store=out is not None,
        out=None if out is None else Path(out), resume=resume,
    )  # fmt: skip
    return RunView(trip.run_job(job, settings, write_report=write_report if out else None))


def reopen(folder: str | Path) -> RunView:
    """A stored run again. Raises RunError if it is not there, not finished or damaged."""
    return RunView(store.reopen(folder))


def compare(
    a: str | Path | RunView, b: str | Path | RunView, *, trials: int | None = None,
    seed: int | None = None, threads: int | None = None, by: Sequence[str] = (),
) -> Comparison:  # fmt: skip
    """B minus A, trial by trial; each a run, a stored run, or a scenario that is run first.

    ``by`` holds "story" and "system": two scenarios are also compared inside each story of what
    happened, and by type of system. Raises InputError if it asks that of runs.
    """
    first, second = (_run_of(each) for each in (a, b))
    beside = first or second
    if by:
        return _compare_by(a, b, beside, by, (trials, seed, threads))
    if beside is not None:
        trials = beside.trials if trials is None else trials
        seed = beside.seed if seed is None else seed
    runs = [
        known or run(str(each), trials=trials, seed=seed, threads=threads)
        for known, each in ((first, a), (second, b))
    ]
    return Comparison(paired.compare(runs[0].run, runs[1].run))


def _compare_by(
    a: Any, b: Any, stored: RunView | None, by: Sequence[str],
    given: tuple[int | None, int | None, int | None],
) -> Comparison:  # fmt: skip
    """Two scenarios compared by story or by system."""
    unknown = [each for each in by if each not in compare_by.BY]
    if stored is not None or unknown or isinstance(by, str):
        says = f"by is {by!r}; a list of {', '.join(compare_by.BY)} fits, and two scenarios"
        raise InputError.one("by", says)
    trials, seed, threads = given
    settings = trip.Settings(trials=trials, seed=seed, threads=threads, store=False)
    sides = compare_by.Sides((str(a), str(b)), settings)
    told = compare_by.stories_of(None) if "story" in by else ()
    return Comparison(compare_by.compare_scenarios(sides, by, told))


def write_report(run: Run, path: Path) -> None:
    """Write the report of a run, where this installation can make one."""
    if importlib.util.find_spec("keepout.report.page") is None:
        return
    page = importlib.import_module("keepout.report.page")
    page.write_report(run, path)


def _run_of(each: str | Path | RunView) -> RunView | None:
    """A run that is there already, or None for a scenario."""
    if isinstance(each, RunView):
        return each
    return RunView(store.reopen(each, kept=False)) if store.is_run(each) else None


LARGEST = 2**63 - 1


def _check_whole(**given: tuple[Any, int]) -> None:
    """Refuse settings that are not whole numbers, or too small."""
    for name, (value, least) in given.items():
        if value is not None and not (
            isinstance(value, int) and not isinstance(value, bool) and value >= least
        ):
            raise InputError.one(name, f"{name} is {value!r}; a whole number from {least} on fits")
        if value is not None and value > LARGEST:
            raise InputError.one(name, f"{name} is {value!r}; it is at most {LARGEST}")


def _settings(values: Mapping[str, Any] | None) -> list[str]:
    """Settings as the command line has them."""
    return [f"{path}={value}" for path, value in (values or {}).items()]


@dataclass(frozen=True)
class ScenarioView:
    """A scenario that is ready to run."""

    job: trip.Job

    def __repr__(self) -> str:
        return f"<scenario {self.job.name}: {', '.join(self.job.layout.systems) or 'no defence'}>"

    @property
    def name(self) -> str:
        """Its name."""
        return self.job.name

    @property
    def resolved(self) -> dict[str, Any]:
        """Every resolved value, as resolved.json holds it."""
        return self.job.resolved

    def values(self) -> pd.DataFrame:
        """Every value of the file and its defaults: path, value, unit, source."""
        import pandas as pd

        return pd.DataFrame(self.job.resolved["values"])


@dataclass(frozen=True)
class RunView:
    """A finished run: its numbers as tables and pictures."""

    run: Run

    def __repr__(self) -> str:
        where = f", stored in {self.run.folder}" if self.run.folder else ""
        return (
            f"<run of {self.run.manifest['scenario']}: {self.trials} trials, seed {self.seed}"
            f"{where}>"
        )

    @property
    def folder(self) -> Path | None:
        """Where it is stored; None if it is not."""
        return self.run.folder

    @property
    def trials(self) -> int:
        """Number of trials."""
        return int(self.run.manifest["trials"])

    @property
    def seed(self) -> int:
        """Seed of chance."""
        return int(self.run.manifest["seed"])

    @property
    def digest(self) -> str:
        """SHA-256 over the outcomes: equal digests, equal runs."""
        return str(self.run.manifest["digest"])

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """What ``keepout run --json`` prints."""
        return metrics.summary(self.run)

    def summary(self) -> pd.DataFrame:
        """One row per number: mean, its Monte Carlo error, outcomes, ignorance."""
        return summary_table(self.numbers)

    def outcomes(self) -> pd.DataFrame:
        """One row per trial, one column per count."""
        import numpy as np
        import pandas as pd

        columns = list(self.run.layout.columns())
        index = pd.RangeIndex(len(self.run.outcomes), name="trial")
        return pd.DataFrame(np.asarray(self.run.outcomes), columns=columns, index=index)

    def events(self) -> pd.DataFrame:
        """What happened in the kept trials, in order of time."""
        import pandas as pd

        return pd.DataFrame(self.run.events)

    @property
    def plot(self) -> Plots:
        """Figures of this run."""
        return Plots(self.run)


@dataclass(frozen=True)
class Plots:
    """Figures of a run, as matplotlib figures."""

    run: Run

    def arrivals(self, asset: str | None = None) -> matplotlib.figure.Figure:
        """How often how many missiles arrive, in all or at one asset.

        The bars are the spread of outcomes over trials: a prediction of one night. They
        are not the uncertainty of the mean, which is drawn as a thin band.
        """
        import numpy as np
        from matplotlib.figure import Figure

        prices = metrics.prices_of(self.run.manifest)
        tree = metrics.readings(self.run.layout, self.run.outcomes, prices)
        path = f"arrived.by_asset.{asset}" if asset else "arrived.total"
        values = metrics.leaf(tree, path)
        if values is None:
            known = ", ".join(self.run.layout.assets)
            raise KeepoutError(f"There is no asset {asset!r} in this run; there are {known}.")
        figure = Figure(figsize=(7.0, 3.6), layout="constrained")
        axes = figure.add_subplot()
        edges = np.arange(values.min() - 0.5, values.max() + 1.5)
        axes.hist(
            values, list(edges), weights=np.full(len(values), 1.0 / len(values)), color="#4878a8"
        )
        error = mc_se(values, metrics.together_of(self.run.manifest)) or 0.0
        axes.axvspan(values.mean() - error, values.mean() + error, color="#c44e52", alpha=0.6)
        axes.set_xlabel(f"missiles that arrive{f' at {asset}' if asset else ''} in one trial")
        axes.set_ylabel("share of trials")
        axes.set_title(
            f"{self.run.manifest['scenario']}: {len(values)} trials; "
            f"mean {values.mean():.1f} ± {error:.2f} (Monte Carlo)"
        )
        return figure


@dataclass(frozen=True)
class Comparison:
    """B minus A."""

    numbers: dict[str, Any]

    def __repr__(self) -> str:
        a, b = self.numbers["a"]["scenario"], self.numbers["b"]["scenario"]
        return f"<{b} minus {a}: {self.numbers['trials']} paired trials>"

    def summary(self) -> pd.DataFrame:
        """One row per difference, with its three uncertainties."""
        return summary_table(self.numbers["difference"])


def summary_table(numbers: Mapping[str, Any]) -> pd.DataFrame:
    """Nested summaries as a table: one row per number, uncertainties in columns."""
    import pandas as pd

    rows = {}
    waiting = [(name, value) for name, value in numbers.items() if isinstance(value, dict)]
    while waiting:
        name, value = waiting.pop(0)
        if "mean" in value:
            epistemic = value.get("epistemic", {})
            rows[name] = {key: value.get(key) for key in ("mean", "mc_se", "p05", "p50", "p95")}
            rows[name] |= {f"epistemic_{key}": q for key, q in epistemic.items()}
        else:
            waiting = [(f"{name}.{key}", each) for key, each in value.items()] + waiting
    return pd.DataFrame.from_dict(rows, orient="index", dtype=float)
