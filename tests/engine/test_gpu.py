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
from keepout.bench import card
from keepout.bench.flight_set import GROUND_M, the_flights
from keepout.bench.row import KEYS
from keepout.engine.flight_gpu import many_on_card
from keepout.errors import InputError
from keepout.flight.fly_many import fly_many
from keepout.flight.many import FLOWN

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEED, TRIALS = 7, 200
CONSTANT_BYTES = 65_536  # of any card, by the CUDA C++ Programming Guide, table of capabilities
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


def test_the_row_of_a_card_compares_it_with_a_core(case_file):
    said = run("simulated_row.py", case_file, 6, NUMBA_ENABLE_CUDASIM="1", NUMBA_DISABLE_JIT="1")
    row = json.loads(said)
    assert set(KEYS) <= row.keys()
    assert row["agreement"].startswith("6 of 6 trials")
    assert (row["name"], row["unit"], row["peer"]) == ("gpu", "trials/s", "one core")
    # it names rates of one trial: the simulator runs 8 a call and is no faster than a core
    assert row["value"] > 0.0
    assert row["peer_value"] > 0.0
    assert 0.02 < row["ratio"] < 3.0


def test_without_a_card_the_row_says_so():
    from numba import cuda

    if cuda.is_available():
        pytest.skip("there is a card")
    row = card.rows(1)[0]
    assert row["ratio"] is None
    assert "no graphics processor" in row["notes"]


@pytest.mark.parametrize("kernel", ["trials", pytest.param("flights", marks=pytest.mark.slow)])
def test_the_loops_compile_to_ptx_and_fuse_nothing(kernel, case_file):
    found = json.loads(run("compile_card.py", kernel, case_file, 9, 0))
    assert found["entries"] == 1
    assert found["target"] == "sm_90"
    assert found["doubles"] > 500  # the arithmetic is there …
    assert found["fused"] == 0  # … and rounds as on the processor
    assert found["constant_bytes"] <= CONSTANT_BYTES  # more is refused when a card loads it
    assert found["table_bytes"] > 0


@pytest.mark.parametrize("apart", [30, pytest.param(10, marks=pytest.mark.slow)])
def test_flights_of_the_simulated_card_are_those_of_the_processor(apart, tmp_path):
    """Seven flights on one thread, or twenty on two; one comes down too early for lanes."""
    some = the_flights()
    missiles = np.zeros(1, some.missile.dtype).view(np.recarray)
    missiles[0] = some.missile
    n = np.arange(0, 200, apart)
    given = {
        "which": np.zeros(len(n), int), "launch_ecef_m": some.launch[n],
        "azimuth_rad": some.control[n, 0], "kick_rad": some.control[n, 1],
        "cutoff_s": some.control[n, 2], "ground_m": GROUND_M,
    }  # fmt: skip
    given["kick_rad"][0] = 1.2  # so flat that it stays low
    here = fly_many(missiles, some.stages, **given)
    assert (here.code == FLOWN).sum() == len(n) - 1
    assert here.code[0] != FLOWN
    path, out = tmp_path / "given.pickle", tmp_path / "found.npz"
    path.write_bytes(pickle.dumps((np.asarray(missiles), np.asarray(some.stages), given)))
    run("simulated_flights.py", path, out, NUMBA_ENABLE_CUDASIM="1", NUMBA_DISABLE_JIT="1")
    there = np.load(out)
    assert np.array_equal(there["code"], here.code)
    for name, values in (("burnout", here.burnout), ("impact", here.impact),
                         ("apogee", here.apogee_m)):  # fmt: skip
        equal = np.isclose(there[name], values, rtol=0.0, atol=0.0, equal_nan=True)
        assert equal.all(), name


def test_flights_without_a_card_are_told():
    from numba import cuda

    if cuda.is_available():
        pytest.skip("there is a card")
    with pytest.raises(InputError, match="no graphics processor"):
        many_on_card(np.arange(1))


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
