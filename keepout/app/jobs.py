"""Runs that the web application started: one at a time, told of as they go, stopped when asked."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keepout.errors import KeepoutError

MOST_REMEMBERED = 50
GRACE_S = 60.0
"""A run that was asked to stop is given so long to keep what it has."""
ENDED = ("complete", "stopped", "failed")


class Busy(KeepoutError):
    """A run is under way already."""


@dataclass
class Job:
    """One run and how far it is."""

    id: int
    spec: dict[str, Any]
    state: str = "running"  # then one of ENDED
    done: int = 0
    total: int = 0
    rate_per_s: float = 0.0
    said: list[str] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    changes: int = 0  # counts up with every change, so that a listener knows of it
    process: subprocess.Popen[str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """What the page is told."""
        return {
            "id": self.id, "state": self.state, "run": self.spec["name"],
            "scenario": self.spec["scenario"], "done": self.done, "total": self.total,
            "rate_per_s": self.rate_per_s, "said": self.said[-5:], "errors": self.errors,
        }  # fmt: skip


class Jobs:
    """All runs of this server."""

    def __init__(self, command: list[str] | None = None) -> None:
        self.command = command or [sys.executable, "-m", "keepout.app.runner"]
        self.jobs: dict[int, Job] = {}
        self.next = 1
        self.lock = threading.Lock()

    def start(self, spec: dict[str, Any], file: Path, out: Path) -> Job:
        """Start a run. Raises Busy while another is under way."""
        with self.lock:
            if any(job.state == "running" for job in self.jobs.values()):
                raise Busy("A run is under way; wait for it, or stop it.")
            job = Job(self.next, spec, total=spec["trials"])
            self.next += 1
            self.jobs[job.id] = job
            for old in list(self.jobs)[:-MOST_REMEMBERED]:
                del self.jobs[old]
            job.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True, encoding="utf-8", start_new_session=True,
            )  # fmt: skip
        asked = {key: spec[key] for key in ("trials", "seed", "fidelity", "resume")}
        asked["sets"] = spec.get("sets", [])
        assert job.process.stdin is not None
        job.process.stdin.write(json.dumps(asked | {"file": str(file), "out": str(out)}) + "\n")
        job.process.stdin.close()
        threading.Thread(target=self._follow, args=(job,), daemon=True).start()
        return job

    def _follow(self, job: Job) -> None:
        """Read what a run tells until it ends."""
        assert job.process is not None
        assert job.process.stdout is not None
        end = ""
        for line in job.process.stdout:
            told = json.loads(line)
            with self.lock:
                if "progress" in told:
                    now = told["progress"]
                    job.done, job.total = now["done"], now["total"]
                    job.rate_per_s = now["rate_per_s"]
                job.said += [told[key] for key in ("say", "message") if key in told]
                job.errors = told.get("errors", job.errors)
                end = told.get("end", end)
                job.changes += 1
        job.process.wait()
        with self.lock:
            job.state = end or "failed"
            if not end and not job.errors:
                says = f"the run ended by itself (exit status {job.process.returncode})"
                job.errors = [{"code": "failed", "message": says}]
            job.changes += 1

    def get(self, number: int) -> Job | None:
        """One run, or None."""
        return self.jobs.get(number)

    def stop(self, job: Job) -> None:
        """Ask a run to stop and keep what it has; end it if it does not."""
        process = job.process
        if job.state != "running" or process is None:
            return
        process.send_signal(signal.SIGINT)
        threading.Thread(target=_end, args=(process,), daemon=True).start()

    def close(self) -> None:
        """Stop whatever runs; for the end of the server."""
        for job in list(self.jobs.values()):
            self.stop(job)
        for job in list(self.jobs.values()):
            if job.process is not None:
                _end(job.process)


def _end(process: subprocess.Popen[str]) -> None:
    """Wait for a process that was asked to stop, then make it."""
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
