"""``keepout run`` in a process of its own: output, Ctrl-C, kill -9, full disks."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import time

import pytest

from keepout.trip import Settings, run_job

TRIALS = 600
SPIN = 400_000  # about 2 ms a trial: a run of TRIALS takes about a second
SLOW = {"FAKE_SPIN": SPIN}


@pytest.fixture(scope="module")
def digest(fake):
    return run_job(fake.job(), Settings(trials=TRIALS, store=False)).manifest["digest"]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def wait_for(path, process, timeout_s=60.0):
    """Wait until a path is there; the process must not end before."""
    end_s = time.monotonic() + timeout_s
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end_s
        time.sleep(0.005)


def test_json_and_nothing_else_on_standard_output(keepout, tmp_path, digest):
    status, out, err = keepout(
        "run", "fake", "--trials", TRIALS, "--json", "-o", tmp_path / "run", "--threads", 2
    )
    assert status == 0
    found = json.loads(out)
    assert found["digest"] == digest
    assert (found["trials"], found["seed"], found["fidelity"]) == (TRIALS, 0, "engagement")
    assert "stored in" in err


def test_text_names_the_defaults_and_fits_in_100_columns(keepout, tmp_path):
    status, out, _ = keepout("run", "fake", cwd=tmp_path)
    assert status == 0
    for word in ("500 trials", "seed 0", "fidelity engagement", "threads", "runs/fake-001"):
        assert word in out.splitlines()[0]
    for word in ("Monte", "spread of outcomes", "ignorance of parameters", "of those identified"):
        assert word in out
    assert max(map(len, out.splitlines())) <= 100
    assert (tmp_path / "runs" / "fake-001" / "trials.parquet").exists()
    status, out, _ = keepout("run", "fake", "--trials", 10, cwd=tmp_path)
    assert "runs/fake-002" in out


def test_kill_9_at_any_moment(keepout, start_keepout, tmp_path, digest):
    """Killed again and again until it is done; what is there in the end is the same."""
    arguments = ("run", "fake", "--trials", TRIALS, "-o", tmp_path / "run", "--resume")
    waits_s = [0.0, 0.13, 0.31, 0.05, 0.47]
    for wait_s in waits_s:
        with start_keepout(*arguments, **SLOW) as process:
            wait_for(tmp_path / "run.partial" / "manifest.json", process)
            time.sleep(wait_s)
            process.kill()
        assert not (tmp_path / "run").exists() or wait_s == waits_s[-1]
    status, out, err = keepout(*arguments, "--json")
    assert status == 0, err
    assert json.loads(out)["digest"] == digest
    assert names_in(tmp_path) == ["run"]


@pytest.mark.parametrize("parts", [0, 2])
def test_ctrl_c(keepout, start_keepout, tmp_path, digest, parts):
    folder = tmp_path / "run"
    arguments = ("run", "fake", "--trials", TRIALS, "-o", folder)
    with start_keepout(*arguments, **SLOW) as process:
        wait_for(tmp_path / "run.partial" / "manifest.json", process)
        if parts:
            wait_for(tmp_path / f"run.partial/parts/trials-0000{parts - 1}.parquet", process)
        begin_s = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        took_s = time.monotonic() - begin_s
    assert process.returncode == 130
    assert out == ""
    assert took_s < 5.0  # at once on a quiet machine; a busy one is slow to wake threads
    if parts:
        line = f"keepout run fake --trials {TRIALS} -o {folder} --resume"
        assert line in err
        assert "keeps " in err
        status, out, _ = keepout(*line.split()[1:], "--json")
        assert (status, json.loads(out)["digest"]) == (0, digest)
    else:
        assert not folder.exists()


def test_ctrl_c_with_json_is_one_object(start_keepout, tmp_path):
    arguments = ("run", "fake", "--trials", 5000, "-o", tmp_path / "run", "--json")
    with start_keepout(*arguments, **SLOW) as process:
        wait_for(tmp_path / "run.partial" / "parts" / "trials-00000.parquet", process)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    (error,) = json.loads(out)["errors"]
    assert error["code"] == "interrupted"
    assert "--resume" in error["help"]


@pytest.mark.parametrize("where, kept", [("manifest", False), ("part", False), ("merging", True)])
def test_a_full_disk(fake, keepout, tmp_path, digest, where, kept):
    """No file may grow beyond a limit: writing fails as on a full disk."""
    whole = run_job(fake.job(), Settings(trials=TRIALS, out=tmp_path / "whole")).folder
    merged_bytes = (whole / "trials.parquet").stat().st_size
    shutil.rmtree(whole)
    most_bytes = {"manifest": 500, "part": 9_000, "merging": merged_bytes - 1}[where]
    arguments = ("run", "fake", "--trials", TRIALS, "-o", tmp_path / "run")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        status, out, err = keepout(*arguments)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert status == 1, err
    assert out == ""
    assert "Traceback" not in err
    assert "cannot be written" in err
    assert (tmp_path / "run.partial").exists() == kept
    if kept:
        status, out, _ = keepout(*arguments, "--resume", "--json")
        assert (status, json.loads(out)["digest"]) == (0, digest)
    else:
        assert names_in(tmp_path) == []


@pytest.mark.parametrize("place", ["/proc/keepout/run", "/dev/null/run"])
def test_a_place_that_cannot_be_written(keepout, tmp_path, place):
    status, _, err = keepout("run", "fake", "-o", place)
    assert status == 1
    assert "cannot be made" in err
    assert "Traceback" not in err


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to the superuser")
def test_a_folder_without_permission(keepout, tmp_path):
    tmp_path.chmod(0o500)
    status, _, err = keepout("run", "fake", "-o", tmp_path / "run")
    tmp_path.chmod(0o700)
    assert (status, "Permission denied" in err) == (1, True)


def test_bad_rule_and_existing_folder(keepout, tmp_path):
    (tmp_path / "run").mkdir()
    status, out, err = keepout("run", "fake", "-o", tmp_path / "run")
    assert (status, out) == (1, "")
    assert "exists already" in err
    status, out, err = keepout("run", "fake", "--until", "arrived < 3", cwd=tmp_path)
    assert status == 2
    assert "error[until]" in err
    assert names_in(tmp_path) == ["run"]


def test_compare_runs_and_stored(keepout, tmp_path):
    keepout("run", "better", "--trials", 60, "--seed", 5, "-o", tmp_path / "b")
    status, out, _ = keepout("compare", "fake", tmp_path / "b", "--json", cwd=tmp_path)
    found = json.loads(out)
    assert (status, found["trials"], found["seed"]) == (0, 60, 5)
    assert found["difference"]["arrived"]["mean"] < 0
    status, out, _ = keepout("compare", "b", "b", cwd=tmp_path)
    assert "B minus A over 60 paired trials" in out
    assert max(map(len, out.splitlines())) <= 100
    status, out, _ = keepout("runs", tmp_path, "--json")
    assert [run["scenario"] for run in json.loads(out)["runs"]] == ["better"]
