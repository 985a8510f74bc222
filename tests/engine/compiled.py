"""What a kernel of a card compiles to, found out without a card."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numba
from numba import cuda
from numba.cuda import dispatcher

from keepout.engine.gpu import as_on_a_card


def ptx_facts(kernel: Callable[..., Any], given: tuple, capability: tuple[int, int]) -> dict:
    """Counts in the PTX of a kernel for arguments like those given."""

    class Device:
        """What numba-cuda asks of a card while it compiles what kernels call."""

        compute_capability = capability

    dispatcher.get_current_device = lambda: Device
    with as_on_a_card():
        signature = numba.void(*map(numba.typeof, given))
        ptx, _ = cuda.compile_ptx(kernel, signature, cc=capability)
    text = ptx if isinstance(ptx, str) else ptx.decode()
    return {
        "bytes": len(text),
        "entries": len(re.findall(r"\.visible \.entry", text)),
        "target": re.search(r"\.target (\w+)", text)[1],
        "fused": len(re.findall(r"fma\.rn\.f64", text)),
        "doubles": len(re.findall(r"(?:add|mul)\.f64|(?:add|mul)\.rn\.f64", text)),
        "constant_bytes": sum(map(int, re.findall(r"\.const [^;\[]*\[(\d+)\]", text))),
        "table_bytes": sum(map(int, re.findall(r"\.global [^;\[]*\[(\d+)\]", text))),
    }
