"""What the digest promises: the same rows on another processor, another library, uncompiled."""

from __future__ import annotations

import platform
from dataclasses import replace

import numpy as np
import pytest

from keepout import trip
from keepout.errors import RunError
from keepout.trip import Settings, run_job
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


@pytest.mark.slow
def test_uncompiled():
    rows = script("tutorial", 6)
    assert elsewhere(rows) == uncompiled(rows)


@pytest.mark.parametrize("fidelity", ["engagement", "physics"])
def test_threads_chunks_and_an_interruption_change_nothing(tmp_path, fidelity):
    """Also: every trial alone equals its row."""
    job = trip.prepare("tutorial", fidelity=fidelity)
    plain = run_job(job, Settings(trials=24, seed=7, store=False, threads=1))
    for threads, chunk in ((2, 1), (2, 7), (1, 1000)):
        other = Settings(trials=24, seed=7, store=False, threads=threads, chunk=chunk)
        assert run_job(job, other).manifest["digest"] == plain.manifest["digest"]
    done = []

    def work(seed, first, last, out):
        job.work(seed, first, last, out)
        done.append(last - first)
        if sum(done) > 10:
            raise OSError(28, "No space left on device")

    settings = Settings(trials=24, seed=7, out=tmp_path / "run", threads=1, chunk=5)
    with pytest.raises(RunError, match="keeps 10 of 24 trials"):
        run_job(replace(job, work=work), settings)
    resumed = run_job(job, Settings(out=tmp_path / "run", resume=True, threads=2))
    assert resumed.manifest["digest"] == plain.manifest["digest"]
    for trial in (0, 7, 23):
        alone = np.zeros((1, plain.outcomes.shape[1]), np.int32)
        job.work(7, trial, trial + 1, alone)
        assert (alone[0] == plain.outcomes[trial]).all()


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
