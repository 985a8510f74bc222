"""What one core can do at best: fused multiply-adds in all lanes of its vectors."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

LENGTH, TURNS, CHAIN = 256, 4000, 16


@intrinsic  # type: ignore[untyped-decorator]
def fused(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """The processor's own a b + c."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.fma(*values)

    return types.float64(types.float64, types.float64, types.float64), make


@njit  # type: ignore[untyped-decorator]
def many_fused(x: Any, a: float, b: float) -> None:
    """CHAIN fused multiply-adds on each of LENGTH numbers, TURNS times."""
    for _ in range(TURNS):
        for i in range(LENGTH):
            y = x[i]
            y = fused(fused(fused(fused(y, a, b), a, b), a, b), a, b)
            y = fused(fused(fused(fused(y, a, b), a, b), a, b), a, b)
            y = fused(fused(fused(fused(y, a, b), a, b), a, b), a, b)
            x[i] = fused(fused(fused(fused(y, a, b), a, b), a, b), a, b)


def peak_gflops() -> float:
    """The best rate found [Gflop/s], two operations for each multiply-add, by processor time."""
    x = np.ones(LENGTH)
    many_fused(x, 0.5, 0.5)
    best_s = np.inf
    for _ in range(15):
        begin_s = time.process_time()
        many_fused(x, 0.5, 0.5)
        best_s = min(best_s, time.process_time() - begin_s)
    return 2.0 * CHAIN * LENGTH * TURNS / best_s * 1e-9
