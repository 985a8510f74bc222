"""A Dask cluster for tests: processes of their own on 127.0.0.1."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 120
"""How long a test waits for a state on a loaded machine."""


class Cluster:
    """A scheduler and workers as processes of their own, on 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.started = folder, []
        self.file = folder / "scheduler.json"
        self.start("dask_scheduler", "--port", "0")
        self.wait(self.file.exists)

    def start(self, program: str, *arguments: str, root: Path = ROOT) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1",
                   "--scheduler-file", self.file, "--no-dashboard", *arguments]  # fmt: skip
        with (self.folder / f"{program}-{len(self.started)}.log").open("w") as log:
            environment = os.environ | {"PYTHONPATH": str(root), "TMPDIR": str(self.folder)}
            process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, cwd=self.folder
            )
        self.started.append(process)
        return process

    def worker(self, root: Path = ROOT) -> subprocess.Popen:
        return self.start("dask_worker", "--nthreads", "1", "--no-nanny", root=root)

    def wait(self, done) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < until_s
            assert all(p.poll() in (None, -signal.SIGKILL) for p in self.started)
            time.sleep(0.05)

    def close(self) -> None:
        for process in self.started:
            process.kill()
        for process in self.started:
            process.wait()
