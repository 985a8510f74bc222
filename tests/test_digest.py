"""What the digest promises: the same rows on another processor, another library, uncompiled."""

from __future__ import annotations

import platform

import pytest

from tests.uncompiled import elsewhere, uncompiled

NO_FMA = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3",
    "OPENBLAS_CORETYPE": "Prescott",
}
"""An old processor, as far as the system's library, numpy and BLAS can be told."""

ROWS = """
import warnings; warnings.simplefilter("ignore")
from keepout import trip
from keepout.results.rows import digest
import numpy as np
job = trip.prepare({scenario!r}, fidelity={fidelity!r})
rows = np.zeros(({trials}, len(job.layout.columns())), np.int32)
job.work(7, 0, {trials}, rows)
print(digest(rows))
"""
LIBRARY = """
import math
print(hash(tuple(math.exp(k * 0.0137) for k in range(4000))))
"""


def script(scenario: str, trials: int, fidelity: str = "engagement") -> str:
    return ROWS.format(scenario=scenario, trials=trials, fidelity=fidelity)


@pytest.fixture(scope="module")
def masked() -> dict[str, str]:
    """Variables that make the system's library round otherwise, if it can be made to."""
    if platform.libc_ver()[0] != "glibc" or elsewhere(LIBRARY) == elsewhere(LIBRARY, **NO_FMA):
        pytest.skip("this processor or library has no multiply-add to mask")
    return NO_FMA


def test_without_fused_multiply_add(masked):
    rows = script("tutorial", 400)
    assert elsewhere(rows) == elsewhere(rows, **masked)


def test_uncompiled():
    rows = script("tutorial", 6)
    assert elsewhere(rows) == uncompiled(rows)


@pytest.mark.slow
@pytest.mark.parametrize("fidelity, trials", [("engagement", 500), ("physics", 4)])
def test_the_raid_without_fused_multiply_add(masked, fidelity, trials):
    rows = script("october-2024", trials, fidelity)
    assert elsewhere(rows) == elsewhere(rows, **masked)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_compiled_for_another_processor(tmp_path):
    """For the least an x86-64 has; minutes of compilation in a cache of its own."""
    for scenario, trials, fidelity in (
        ("tutorial", 400, "engagement"), ("october-2024", 500, "engagement"),
        ("october-2024", 4, "physics"),
    ):  # fmt: skip
        rows = script(scenario, trials, fidelity)
        plain = elsewhere(
            rows, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="", KEEPOUT_CACHE=tmp_path
        )
        assert elsewhere(rows) == plain, (scenario, fidelity)
