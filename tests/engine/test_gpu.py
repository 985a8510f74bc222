"""The kernels of the trial loop on a graphics processor, without one: simulated, and compiled."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from keepout import trip

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEED, TRIALS = 7, 200
LEAST_SHARE = 0.999  # of trials that must be equal, by contract


@pytest.fixture(scope="module")
def job():
    return trip.prepare("tutorial")


@pytest.fixture(scope="module")
def case_file(job, tmp_path_factory):
    path = tmp_path_factory.mktemp("card") / "case.pickle"
    parts = tuple(np.asarray(part) for part in job.case)
    path.write_bytes(pickle.dumps((parts, SEED, len(job.layout.columns()))))
    return path


def run(script: str, *arguments: object, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, HERE / script, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_trials_of_the_simulated_card_are_those_of_the_processor(job, case_file, tmp_path):
    rows = np.zeros((TRIALS, len(job.layout.columns())), np.int32)
    job.work(SEED, 0, TRIALS, rows)
    out = tmp_path / "rows.npy"
    run("simulated_card.py", case_file, TRIALS, out,
        NUMBA_ENABLE_CUDASIM="1", NUMBA_DISABLE_JIT="1")  # fmt: skip
    equal = (np.load(out) == rows).all(axis=1).mean()
    assert equal >= LEAST_SHARE
    assert rows.sum() > 0


def test_the_loop_compiles_to_ptx_and_fuses_nothing(case_file):
    found = json.loads(run("compile_card.py", case_file, 9, 0))
    assert found["entries"] == 1
    assert found["target"] == "sm_90"
    assert found["doubles"] > 500  # the arithmetic is there …
    assert found["fused"] == 0  # … and rounds as on the processor


def test_without_a_card_it_is_told(keepout, tmp_path):
    from numba import cuda

    if cuda.is_available():
        pytest.skip("there is a card")
    status, said, err = keepout(
        "run", "tutorial", "--trials", "4", "-o", tmp_path / "run", "--scheduler", "gpu", "--json",
        real=True,
    )  # fmt: skip
    assert status == 2
    assert "no graphics processor" in said + err
    assert list(tmp_path.iterdir()) == []
