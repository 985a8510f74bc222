"""The trip: a scenario's file to a Case, its trials in chunks, and a stored Run."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numba
import numpy as np

from keepout import __version__, kernel
from keepout.catalogue.read import catalogue_hash
from keepout.engine import warm
from keepout.engine.chunks import Chunk, run_chunks
from keepout.engine.draw import together
from keepout.engine.interrupts import Interrupts
from keepout.engine.tracks import sample_flights
from keepout.engine.trial import Engine, record_trial
from keepout.errors import InputError, Interrupted, RunError
from keepout.records.case import Case
from keepout.records.outcome import Layout
from keepout.records.run import Outcomes, Run
from keepout.results.kept import event_dicts
from keepout.results.manifest import FORMAT, block_size, cores, layout_dict, now, surroundings
from keepout.results.metrics import Prices, check_ledger
from keepout.results.opening import Place, open_partial, reason, stored_already
from keepout.results.parts import Partial
from keepout.results.rows import Memory
from keepout.results.stock import magazines, names, prices
from keepout.results.stopping import looks, parse_rule
from keepout.results.store import WriteReport, finish
from keepout.results.summary import PAIR
from keepout.scenario.load import Source, load
from keepout.scenario.resolve import resolve

TRIALS = 500
MOST_TRIALS = 10**9
"""A run remembers one byte for each trial while it works."""
MOST_WITH_A_RULE = 100_000
"""Trials at most under a stopping rule, unless --trials says otherwise."""

COMPILING = "compiling kernels (first time only, about 40 s on two cores) …"
BUILT = ("engagement", "physics")
"""Fidelities that the engine has; the others of the contract are refused, not imitated."""
READ_BY_RESOLVE = ("scenario", "catalogue", "units.py", "document.py")
"""Sources beside the kernels' that decide what a Case holds."""

LOCAL, GPU = "local", "gpu"
"""Schedulers: threads of this machine, its graphics processor; else where a Dask scheduler is."""
SCHEDULER = "KEEPOUT_SCHEDULER"
"""Variable of the environment that names the scheduler of every run that names none."""


def chosen_scheduler() -> str:
    """The scheduler of whoever names none."""
    return os.environ.get(SCHEDULER) or LOCAL


Dicts = list[dict[str, Any]]


@dataclass(frozen=True)
class Job:
    """A scenario ready to run: what to call, what its rows mean, and where it came from."""

    name: str
    work: Callable[[int, int, int, np.ndarray], object]  # seed, first, last, rows
    record: Callable[[int, int], tuple[np.ndarray, Dicts, Dicts]]  # seed, trial
    layout: Layout
    resolved: dict[str, Any]
    text: str
    prices: Prices
    magazines: Mapping[str, Any] = field(default_factory=dict)
    fidelity: str = "engagement"
    kept: int = 3
    together: int = PAIR  # consecutive trials that are not independent of each other
    sets: tuple[str, ...] = ()
    file: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)
    case: Case | None = None  # what studies change (with_case) and workers elsewhere are sent


@dataclass(frozen=True)
class Settings:
    """How to run it. None stands for the default, or for what an unfinished run says."""

    trials: int | None = None
    seed: int | None = None
    threads: int | None = None
    until: str | None = None
    store: bool = True
    out: Path | None = None
    runs: Path = Path("runs")
    resume: bool = False
    chunk: int | None = None
    scheduler: str = field(default_factory=chosen_scheduler)
    begin_s: float = field(default_factory=time.time)


def _python_line(folder: Path) -> str:
    return f"ko.run(…, out={str(folder)!r}, resume=True)"


@dataclass(frozen=True)
class Listener:
    """Who is told what happens, and the line that resumes in a folder."""

    say: Callable[[str], None] = lambda text: None
    progress: Callable[[int, int, float], None] = lambda done, total, rate_per_s: None
    resume_line: Callable[[Path], str] = _python_line


SILENT = Listener()


def prepare(
    scenario: str | Path | Source,
    *,
    sets: Sequence[str] = (),
    fidelity: str = "engagement",
    say: Callable[[str], None] = SILENT.say,
) -> Job:
    """Load a scenario (a path, a shipped name, or a file that was read) and make its Case.

    Raises InputError with every problem of the file and of the settings.
    """
    if fidelity not in BUILT:
        raise InputError.one(
            "fidelity",
            f"the fidelity {fidelity!r} is not part of this version",
            help=f"there is: {', '.join(BUILT)}",
        )
    loaded = load(scenario, tuple(sets))
    interrupts = Interrupts()
    with _compiling(say), interrupts.watching():  # compiling takes long; Ctrl-C does not wait
        made = interrupts.call(lambda: resolve(loaded, fidelity))
        engine = interrupts.call(lambda: Engine(made.case))
    if fidelity == "physics" and is_cold("own_kernel", "engine/physics.py"):
        say(COMPILING)
    case, layout, resolved = made.case, made.layout, made.resolved
    columns = len(layout.columns())
    said = names(resolved)

    def record(seed: int, trial: int) -> tuple[np.ndarray, Dicts, Dicts]:
        row, events, world, scratch, flown = record_trial(case, seed, trial, columns)
        flights = sample_flights(flown, world, scratch.fate)
        tracks = [
            {"trial": trial, "threat": said.threats[flight.threat]}
            | {"t_s": flight.t_s, "r_ecef_m": flight.r_ecef_m}
            for flight in flights
        ]
        return row, event_dicts(events, said), tracks

    return Job(
        name=loaded.scenario.name,
        work=engine.run,
        record=record,
        layout=layout,
        resolved=resolved,
        text=loaded.text,
        prices=prices(resolved),
        magazines=magazines(resolved),
        fidelity=fidelity,
        kept=int(loaded.scenario.keep),
        together=together(case),
        sets=tuple(sets),
        file=loaded.file,
        hashes={
            "scenario": hashlib.sha256(loaded.text.encode()).hexdigest(),
            "catalogue": catalogue_hash(),
            "sources": _sources_hash(),
        },
        case=case,
    )


def with_case(job: Job, case: Case) -> Job:
    """The same job on a Case with other numbers in the same places; it keeps no trial's events."""
    return replace(job, work=Engine(case).run, case=case, kept=0)


@contextlib.contextmanager
def _compiling(say: Callable[[str], None]) -> Iterator[None]:
    """On a cold cache, compile the trial loop beside the kernels that make the Case."""
    if not is_cold():
        yield
        return
    say(COMPILING)
    with warm.told(say), warm.beside() as trial_loop:
        yield
        trial_loop.wait()


def is_cold(name: str = "run_range", file: str = "engine/trial.py") -> bool:
    """Whether a kernel, and what it calls, still has to be compiled on this machine."""
    return not kernel.is_compiled(name, file)


def warm_up(say: Callable[[str], None]) -> None:
    """Compile every kernel that a run needs, by running a little of the tutorial."""
    say("flights, flyouts and sights of the tutorial …")
    job = prepare("tutorial")
    say("trials …")
    row = np.zeros((1, len(job.layout.columns())), np.int32)
    interrupts = Interrupts()
    with interrupts.watching():
        interrupts.call(lambda: (job.work(0, 0, 1, row), job.record(0, 0)))


def _sources_hash() -> str:
    """SHA-256 over every source that can change a row."""
    found = hashlib.sha256(kernel.source_hash().encode())
    for name in READ_BY_RESOLVE:
        place = kernel.PACKAGE / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(path.read_bytes())
    return found.hexdigest()


def run_job(
    job: Job,
    settings: Settings,
    listener: Listener = SILENT,
    write_report: WriteReport | None = None,
) -> Run:
    """Run a job's trials and return the Run, stored unless the settings say otherwise.

    Raises InputError, RunError (what is finished is kept and can be resumed) and
    Interrupted after Ctrl-C.
    """
    if not settings.store:
        if settings.resume:
            raise RunError("A run that is not stored cannot be resumed.")
        manifest = _manifest(job, settings, {})
        memory = Memory(manifest["trials"], len(job.layout.columns()))
        return _Work(job, settings, listener, manifest, memory).run()
    place = Place(settings.out, settings.runs, job.name, settings.resume)

    def manifest_for(stored: Mapping[str, Any]) -> dict[str, Any]:
        return _manifest(job, settings, stored)

    finished = stored_already(place, manifest_for, settings.trials)
    if finished is not None:
        return finished
    partial = open_partial(place, manifest_for, job.layout, listener.say)
    work = _Work(job, settings, listener, partial.manifest, partial)
    return _stored(work, partial, write_report)


class _Work:
    """The trials of one run: what is missing is computed, checked and put together."""

    def __init__(
        self, job: Job, settings: Settings, listener: Listener, manifest: dict[str, Any],
        taker: Partial | Memory,
    ) -> None:  # fmt: skip
        self.job = job
        self.settings = settings
        self.listener = listener
        self.manifest = manifest
        self.taker = taker
        self.interrupts = Interrupts()
        self.begin_s = time.monotonic()
        self.first_s: float | None = None
        self.clock_s = 0.0  # when the first chunk was there: it holds the loading
        self.counted = 0

    def run(self) -> Run:
        """All trials, and a Run that is not stored yet. Raises KeyboardInterrupt."""
        job = self.job
        with self.interrupts.watching():
            trials = self._compute()
            outcomes = self.taker.outcomes(trials)
            events, tracks = self._record(outcomes)
            if self.interrupts.stop.is_set():
                raise KeyboardInterrupt
        done = self.manifest | {
            "state": "complete",
            "trials": trials,
            "digest": self.taker.digest(trials),
            "finished_utc": now(),
            "wall_s": round(time.monotonic() - self.begin_s, 3),
            "trials_per_s": round(self._rate_per_s(), 1) or None,
            "first_trial_s": self.first_s,
        }
        return Run(None, done, job.resolved, job.text, job.layout, outcomes, events, tracks)

    def _compute(self) -> int:
        """Compute the trials that are missing; returns how many the run has in the end."""
        job, most, until = self.job, self.manifest["trials"], self.manifest["until"]
        rule = parse_rule(until, job.layout, job.prices) if until else None
        for trials in looks(most, rule):
            self._fill(trials)
            if rule is None:
                continue
            rows = self.taker.outcomes(trials)
            if rule.holds(job.layout, rows, job.prices, job.together):
                self.listener.say(f"{rule.text} holds after {trials} trials.")
                return trials
        if rule is not None:
            self.listener.say(f"{rule.text} does not hold after {most} trials, the most allowed.")
        return int(most)

    def _fill(self, trials: int) -> None:
        """Compute whatever is missing of the first ``trials`` trials."""
        done = self.taker.done
        chunks = self._chunks(done.gaps(trials))
        for chunk in chunks:
            check_ledger(self.job.layout, chunk.rows, chunk.first)
            self.taker.accept(chunk.first, chunk.rows)
            if self.first_s is None:
                self.first_s = round(time.time() - self.settings.begin_s, 3)
                self.clock_s = time.monotonic()
            else:
                self.counted += chunk.last - chunk.first
            self.listener.progress(done.count(), trials, self._rate_per_s())
        if self.interrupts.stop.is_set():
            raise KeyboardInterrupt

    def _chunks(self, gaps: Sequence[tuple[int, int]]) -> Iterator[Chunk]:
        """Chunks of these trials, from this machine's threads or from a cluster."""
        job, settings, seed = self.job, self.settings, self.manifest["seed"]
        columns = len(job.layout.columns())
        if settings.scheduler == GPU and job.case is not None:
            return extra("gpu", "numba_cuda").run_on_card(  # type: ignore[no-any-return]
                job.case, seed, gaps, columns, stop=self.interrupts.stop, say=self.listener.say
            )
        if settings.scheduler != LOCAL and job.case is not None:
            return extra("cluster", "distributed").run_on(  # type: ignore[no-any-return]
                settings.scheduler, job.case, seed, gaps, columns,
                stop=self.interrupts.stop, say=self.listener.say, size=settings.chunk,
            )  # fmt: skip
        return run_chunks(
            lambda first, last, out: job.work(seed, first, last, out),
            gaps,
            columns,
            threads=settings.threads or cores(),
            stop=self.interrupts.stop,
            size=settings.chunk,
        )

    def _rate_per_s(self) -> float:
        """Trials per second since the first chunk; 0 before there is anything to go by."""
        took_s = time.monotonic() - self.clock_s
        return self.counted / took_s if self.counted else 0.0

    def _record(self, outcomes: Outcomes) -> tuple[Dicts, Dicts]:
        """Events and tracks of the first trials, computed again by their addresses."""
        events: Dicts = []
        tracks: Dicts = []
        for trial in range(min(self.job.kept, len(outcomes))):
            row, some_events, some_tracks = self.interrupts.call(
                lambda t=trial: self.job.record(self.manifest["seed"], t)  # type: ignore[misc]
            )
            if not np.array_equal(row, outcomes[trial]):
                raise RunError(
                    f"Trial {trial} computed again is not what it was. This is a fault of "
                    "keepout, not of the scenario."
                )
            events += some_events
            tracks += some_tracks
        return events, tracks


def extra(module: str, package: str) -> Any:
    """A module of the engine whose package is an extra; InputError if that is not installed."""
    try:
        return importlib.import_module(f"keepout.engine.{module}")
    except ImportError as error:
        raise InputError.one(
            "scheduler",
            f"this needs the package {package}, which is not installed ({error})",
            path="--scheduler",
            help=f"pip install 'keepout[{'gpu' if module == 'gpu' else 'dist'}]', on a cluster on "
            "every worker too",
        ) from error


def reached(scheduler: str) -> contextlib.AbstractContextManager[object]:
    """One connection to a cluster for all runs inside; nothing for this machine's schedulers.

    Raises InputError if no scheduler answers there.
    """
    if scheduler in (LOCAL, GPU):
        return contextlib.nullcontext()
    found: contextlib.AbstractContextManager[object] = extra("crew", "distributed").connected(
        scheduler
    )
    return found


def _stored(work: _Work, partial: Partial, write_report: WriteReport | None) -> Run:
    """The trials and the end of a stored run; whatever goes wrong, keep what is finished."""
    final = partial.claim.final
    try:
        run = work.run()
        return finish(partial, run, _forgiving(write_report, final, work.listener))
    except BaseException as error:
        kept = _rescue(partial)
        line = work.listener.resume_line(final) if partial.stored() else ""
        if work.interrupts.stop.is_set() or isinstance(error, KeyboardInterrupt):
            raise Interrupted(f"Stopped. {kept}", line) from None
        if isinstance(error, OSError):
            cure = f" Resume with: {line}" if line else ""
            raise RunError(
                f"{partial.folder} cannot be written: {reason(error)}. {kept}{cure}"
            ) from error
        raise
    finally:
        partial.close()
        partial.claim.release()


def _rescue(partial: Partial) -> str:
    """Keep the finished trials if the disk takes them, or leave nothing; say which."""
    with contextlib.suppress(OSError):
        partial.keep()
    if partial.stored():
        return f"{partial.folder} keeps {partial.stored()} of {len(partial.done.flags)} trials."
    partial.claim.give_up()
    return "Nothing was stored."


def _manifest(job: Job, settings: Settings, stored: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest of a run that begins, or goes on from a stored one."""
    until = settings.until if settings.until is not None else stored.get("until")
    if until:
        parse_rule(until, job.layout, job.prices)
    usual = stored.get("trials", MOST_WITH_A_RULE if until else TRIALS)
    trials = usual if settings.trials is None else settings.trials
    if trials > MOST_TRIALS:
        raise InputError.one(
            "trials",
            f"{trials} trials are more than a run can have",
            path="--trials",
            help=f"at most {MOST_TRIALS:,}; an error falls with the root of their number",
        )
    versions = surroundings()
    versions["versions"]["numba"] = numba.__version__
    return versions | {
        "format": FORMAT,
        "state": "partial",
        "scenario": job.name,
        "file": job.file,
        "set": list(job.sets),
        "trials": trials,
        "seed": stored.get("seed", 0) if settings.seed is None else settings.seed,
        "fidelity": job.fidelity,
        "until": until,
        "together": job.together,
        "block": stored.get("block") or block_size(trials),
        "version": __version__,
        "hashes": dict(job.hashes),
        "layout": layout_dict(job.layout),
        "prices": {
            "round_usd": dict(job.prices.round_usd),
            "missile_usd": dict(job.prices.missile_usd),
        },
        "magazines": dict(job.magazines),
        "started_utc": stored.get("started_utc") or now(),
    }


def _forgiving(
    write_report: WriteReport | None, final: Path, listener: Listener
) -> WriteReport | None:
    """The report as a step that cannot lose a run: if it fails, say so and go on."""
    if write_report is None:
        return None

    def write(run: Run, path: Path) -> None:
        try:
            write_report(run, path)
        except OSError:
            raise
        except Exception as error:
            if os.environ.get("KEEPOUT_DEBUG"):
                raise
            listener.say(
                f"The report could not be made ({type(error).__name__}: {error}); the run is "
                f"stored, and `keepout report {final}` tries again."
            )

    return write
