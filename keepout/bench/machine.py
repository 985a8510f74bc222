"""What a measurement was made on: processor, versions, load. No names of people or hosts."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "numpy", "numba", "llvmlite", "scipy", "heyoka", "diffrax", "jax", "stonesoup", "filterpy",
    "highspy", "simpy",
)  # fmt: skip


def machine() -> dict[str, Any]:
    """Machine and versions, and the load average of the last minute."""
    return {
        "cpu": cpu_name(),
        "target": os.environ.get("NUMBA_CPU_NAME") or _target(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: found for name in PACKAGES if (found := _version(name))},
        "load": round(os.getloadavg()[0], 2),
    }


def cpu_name() -> str:
    """The processor as it names itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "unknown"


def _target() -> str:
    """What the compiler takes the processor for."""
    import llvmlite.binding

    name: str = llvmlite.binding.get_host_cpu_name()
    return name


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
