"""``kill -9`` at random moments, and a disk that is really full: nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest

from keepout import trip
from keepout.results.rows import digest
from keepout.results.store import reopen
from keepout.trip import Settings, run_job

SEED = 7


class Watched:
    """One scenario run again and again, and the rows it must have."""

    def __init__(
        self, scenario: str, trials: int, folder: Path, fidelity: str = "engagement"
    ) -> None:
        self.scenario, self.trials, self.folder, self.fidelity = scenario, trials, folder, fidelity
        job = trip.prepare(scenario, fidelity=fidelity)
        run = run_job(job, Settings(trials=trials, seed=SEED, store=False, threads=2))
        self.columns, self.rows = job.layout.columns(), np.array(run.outcomes)
        self.digest = run.manifest["digest"]

    def arguments(self, number: int) -> tuple[object, ...]:
        out = self.folder / f"run-{number}"
        return ("run", self.scenario, "--trials", self.trials, "--seed", SEED, "-o", out,
                "--threads", 2, "--fidelity", self.fidelity, "--resume")  # fmt: skip

    def parts(self, number: int) -> list[Path]:
        return sorted((self.folder / f"run-{number}.partial" / "parts").glob("*.parquet"))

    def check_parts(self, number: int) -> int:
        """Every part as it lies there: each trial once, with the row it must have."""
        seen: set[int] = set()
        for path in self.parts(number):
            names = ", ".join(f'"{name}"' for name in ("trial", *self.columns))
            rows = np.array(duckdb.sql(f"SELECT {names} FROM '{path}'").fetchall(), np.int64)
            trials = rows[:, 0]
            assert not seen & set(trials.tolist())
            seen |= set(trials.tolist())
            assert (rows[:, 1:] == self.rows[trials]).all(), path.name
        return len(seen)

    def check_end(self, number: int) -> None:
        """The finished run."""
        run = reopen(self.folder / f"run-{number}")
        assert run.manifest["digest"] == self.digest == digest(np.array(run.outcomes))
        assert not (self.folder / f"run-{number}.partial").exists()


def kill_often(watched: Watched, start_keepout, kills: int, chance: random.Random) -> int:
    """Kill a run ``kills`` times; begin another when one gets finished. How many were begun."""
    number, killed = 1, 0
    while killed < kills:
        before = len(watched.parts(number))
        with start_keepout(*watched.arguments(number), real=True) as process:
            end_s = time.monotonic() + 120.0
            # every third time at any moment from the very start; else once a part has come
            whenever = killed % 3 == 2
            while not whenever and len(watched.parts(number)) <= before:
                if process.poll() is not None:
                    break
                assert time.monotonic() < end_s
                time.sleep(0.001)
            time.sleep(chance.uniform(0.0, 3.0 if whenever else 0.3))
            process.kill()
            _out, err = process.communicate()
        assert process.returncode in (0, -9), err
        if process.returncode == 0:
            watched.check_end(number)
            number += 1
        else:
            killed += 1
            watched.check_parts(number)
    return number


def finish(watched: Watched, keepout, number: int) -> None:
    status, out, err = keepout(*watched.arguments(number), "--json", real=True)
    assert status == 0, err
    assert json.loads(out)["digest"] == watched.digest
    watched.check_end(number)


def test_three_kills(start_keepout, keepout, tmp_path):
    watched = Watched("tutorial", 20_000, tmp_path)
    number = kill_often(watched, start_keepout, 3, random.Random(1))
    finish(watched, keepout, number)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "scenario, fidelity, trials",
    [
        ("tutorial", "engagement", 100_000),
        ("october-2024", "engagement", 6_000),
        ("tutorial", "physics", 2_000),
    ],
)
def test_twenty_kills(start_keepout, keepout, tmp_path, scenario, fidelity, trials):
    watched = Watched(scenario, trials, tmp_path, fidelity)
    number = kill_often(watched, start_keepout, 20, random.Random(2))
    finish(watched, keepout, number)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own that can be made larger; only the superuser can have one."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only the superuser may mount a disk")

    def sized(kib: int, how: str = "") -> int:
        options = f"{how}size={kib}k,nr_inodes=200"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        return subprocess.run(command, capture_output=True).returncode

    if sized(300) != 0:
        pytest.skip("this machine lets nobody mount a disk")
    yield place, lambda kib: sized(kib, "remount,")
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_full(keepout, small_disk, tmp_path):
    place, grow = small_disk
    watched = Watched("tutorial", 20_000, place)
    status, _, err = keepout(*watched.arguments(1), real=True)
    assert status == 1
    assert "cannot be written" in err
    assert "Traceback" not in err
    kept = watched.check_parts(1)
    assert 0 < kept < watched.trials
    assert f"keeps {kept} of {watched.trials} trials" in err
    assert "--resume" in err
    status, _, err = keepout(*watched.arguments(1), real=True)  # as full as before
    assert status == 1
    assert watched.check_parts(1) >= kept
    assert grow(65_536) == 0
    finish(watched, keepout, 1)


SOAK_MORE_BYTES = 48e6
OCTOBER_BYTES = 1.5e9
"""What a laptop with a browser open can spare; about a quarter of it is used."""


def most_bytes(start_keepout, scenario: str, trials: int, folder: Path) -> int:
    """The most memory that a run on two threads ever holds, by the system's own account."""
    arguments = ("run", scenario, "--trials", trials, "-o", folder, "--threads", 2)
    with start_keepout(*arguments, "--json", real=True) as process:
        most = 0
        while process.poll() is None:
            status = Path(f"/proc/{process.pid}/status").read_text()
            lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
            most = max([most, *(1024 * int(line.split()[1]) for line in lines)])
            time.sleep(0.02)
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert json.loads(out)["trials"] == trials
    return most


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_million_trials_take_no_more_memory_than_a_tenth(start_keepout, tmp_path):
    peaks = [
        most_bytes(start_keepout, "tutorial", trials, tmp_path / f"{trials}")
        for trials in (100_000, 1_000_000)
    ]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 >= peaks[0]
    assert peaks[1] < peaks[0] + SOAK_MORE_BYTES, [round(peak / 1e6) for peak in peaks]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_thousand_trials_of_october_stay_within_their_memory(start_keepout, tmp_path):
    most = most_bytes(start_keepout, "october-2024", 200_000, tmp_path / "run")
    assert 100e6 < most < OCTOBER_BYTES, round(most / 1e6)
