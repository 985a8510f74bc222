"""Stored runs kept open: a Case is made once and any trial computed again when it is asked for.

One thing is computed at a time. A few runs and answers are kept; what was asked for longest
ago goes first.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

from keepout.app.folder import Folder
from keepout.errors import KeepoutError
from keepout.report.playback.scene import about, playback
from keepout.report.playback.spread import spread
from keepout.results.metrics import leaf, paths, prices_of, readings, summary
from keepout.results.store import reopen, stored_runs
from keepout.studies import explain
from keepout.studies.compare import compare

T = TypeVar("T")
MOST_RUNS, MOST_ANSWERS = 4, 48
MOST_OUTCOMES = 20_000
"""Trials of which the outcomes are sent one by one."""


class Recent:
    """The answers asked for last."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer for a key, made if it is not there."""
        if key not in self.kept:
            self.kept[key] = make()
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        found: T = self.kept[key]
        return found


class Theatre:
    """Everything that is read from runs."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.opened = Recent(MOST_RUNS)
        self.answers = Recent(MOST_ANSWERS)

    def _open(self, name: str) -> tuple[Hashable, explain.Opened]:
        """A run, opened anew if its folder was written again."""
        path = self.folder.run(name)
        mark = (name, (path / "manifest.json").stat().st_mtime_ns)
        return mark, self.opened.get(mark, lambda: explain.open_run(path))

    def prepare(self) -> None:
        """Compute what the page will ask for first, so that it need not wait for that."""
        done = (line for line in stored_runs(self.folder.runs) if line["state"] == "complete")
        first = next(done, None)
        if first is not None:
            with contextlib.suppress(KeepoutError):  # whoever opens it is told
                self.playback(first["run"].rsplit("/", 1)[-1], 0)

    def about(self, name: str) -> dict[str, Any]:
        """What a run is, and its numbers."""
        path = self.folder.run(name)
        mark = ("about", name, (path / "manifest.json").stat().st_mtime_ns)

        def make() -> dict[str, Any]:
            run = reopen(path, kept=False)
            names = run.resolved["names"]
            return {
                "name": name,
                "summary": summary(run),
                "note": run.resolved["note"],
                "title": run.resolved["title"] or run.manifest["scenario"],
                "kept": int(run.manifest.get("kept", 3)),
                "threats": len(names["threats"]),
                "warning": run.resolved.get("warning", {}),
                "has_report": (path / "report.html").is_file(),
            }

        with self.lock:
            return self.answers.get(mark, make)

    def outcomes(self, name: str) -> dict[str, Any]:
        """The counts of every trial, for charts: reading → one number per trial."""
        path = self.folder.run(name)
        mark = ("outcomes", name, (path / "manifest.json").stat().st_mtime_ns)

        def make() -> dict[str, Any]:
            run = reopen(path, kept=False)
            rows = np.asarray(run.outcomes[:MOST_OUTCOMES])
            tree = readings(run.layout, rows, prices_of(run.manifest))
            wanted = [p for p in paths(tree) if p.split(".")[0] in ("launched", "arrived", "fired",
                                                                   "intercepted")]  # fmt: skip
            found = {path: leaf(tree, path) for path in wanted}
            return {
                "trials": len(rows),
                "of": len(run.outcomes),
                "readings": {key: value for key, value in found.items() if value is not None},
            }

        with self.lock:
            return self.answers.get(mark, make)

    def playback(self, name: str, trial: int) -> bytes:
        """One trial, packed for the globe."""
        with self.lock:
            mark, opened = self._open(name)
            return self.answers.get(("trial", mark, trial), lambda: playback(opened, trial))

    def story(self, name: str, trial: int, threat: str) -> dict[str, Any]:
        """The story of one threat in one trial, with its height against time."""
        with self.lock:
            mark, opened = self._open(name)
            again = self.answers.get(("again", mark, trial), lambda: explain.repeat(opened, trial))
            row = explain.threat_row(again.resolved, threat)
            found = explain.story(again, row)
            if found["flying"]:
                path = explain.path_of(again, row)
                path["t_s"], path["alt_m"] = path["t_s"][::4], path["alt_m"][::4]
                found["path"] = path
            return found | {"run": about(opened)["scenario"]}

    def spread(self, name: str, trials: int) -> dict[str, Any]:
        """Tubes and impacts over many trials."""
        with self.lock:
            mark, opened = self._open(name)
            return self.answers.get(("spread", mark, trials), lambda: spread(opened, trials))

    def compare(self, a: str, b: str) -> dict[str, Any]:
        """B minus A."""
        first, second = self.folder.run(a), self.folder.run(b)
        with self.lock:
            found = compare(reopen(first, kept=False), reopen(second, kept=False))
        found["a"]["run"], found["b"]["run"] = a, b
        return found
