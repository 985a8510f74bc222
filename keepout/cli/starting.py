"""When this process began, and the report if there is one: what starting a run needs."""

from __future__ import annotations

import importlib.util
import os
import time
from pathlib import Path
from typing import Any


def begin_s() -> float:
    """When this process was started, in seconds since 1970; Linux tells, else it is now."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        up_s = float(Path("/proc/uptime").read_text().split()[0])
        return time.time() - up_s + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return time.time()


def report_writer() -> Any:
    """A function (run, path) that writes the report; it is imported after the trials."""
    if importlib.util.find_spec("keepout.report.page") is None:
        return None

    def write(run: Any, path: Path) -> None:
        from keepout.report import page

        page.write_report(run, path)

    return write
