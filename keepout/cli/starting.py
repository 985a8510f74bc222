"""When this process began, as the measure of a quick start."""

from __future__ import annotations

import os
import time
from pathlib import Path


def begin_s() -> float:
    """When this process was started, in seconds since 1970; Linux tells, else it is now."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        up_s = float(Path("/proc/uptime").read_text().split()[0])
        return time.time() - up_s + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return time.time()
