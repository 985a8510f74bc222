"""The raid of October 2024 from its file to stored numbers, with the real engine."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from keepout import trip
from keepout.results.metrics import summary
from keepout.studies.compare import compare
from keepout.trip import Settings, run_job

TRIALS = 60
SEED = 7


@pytest.fixture(scope="module")
def job():
    return trip.prepare("october-2024")


@pytest.fixture(scope="module")
def run(job):
    return run_job(job, Settings(trials=TRIALS, seed=SEED, store=False))


@pytest.mark.parametrize("threads, chunk", [(1, None), (2, 1), (1, 7), (2, 1000)])
def test_threads_and_chunks_change_nothing(job, run, threads, chunk):
    settings = Settings(trials=TRIALS, seed=SEED, threads=threads, chunk=chunk, store=False)
    assert run_job(job, settings).manifest["digest"] == run.manifest["digest"]


def test_another_seed_is_another_run(job, run):
    other = run_job(job, Settings(trials=TRIALS, seed=SEED + 1, store=False))
    assert other.manifest["digest"] != run.manifest["digest"]


def test_a_case_made_again_is_the_same(run):
    again = run_job(trip.prepare("october-2024"), Settings(trials=TRIALS, seed=SEED, store=False))
    assert again.manifest["digest"] == run.manifest["digest"]


def test_the_raid(run):
    found = summary(run)
    assert 180 <= found["launched"]["p05"] <= found["launched"]["p95"] <= 200
    for asset in ("nevatim", "tel-nof", "glilot"):
        assert found["arrived"]["by_asset"][asset]["mean"] > 0
    assert set(found["fired"]["by_system"]) >= {"arrow-2-battery", "arrow-3-battery"}
    assert found["cost_usd"]["defence"]["mean"] > 1e6


def test_the_kept_trials_tell_what_happened(job, run):
    kinds = {event["kind"] for event in run.events}
    assert {"launch", "track", "shot", "impact"} <= kinds
    assert {event["trial"] for event in run.events} == set(range(job.kept))
    names = set(job.resolved["names"]["threats"])
    assert {event["whom"] for event in run.events} <= names | {""}
    launched = run.outcomes[0, 0]
    assert len([e for e in run.events if e["trial"] == 0 and e["kind"] == "launch"]) == launched
    assert len([t for t in run.tracks if t["trial"] == 0]) == launched


def test_tracks_end_where_the_events_say(run):
    ends = {
        (e["trial"], e["whom"]): np.array([e["x_ecef_m"], e["y_ecef_m"], e["z_ecef_m"]])
        for e in run.events
        if e["kind"] in ("impact", "kill")
    }
    compared = 0
    for track in run.tracks:
        end = ends.get((track["trial"], track["threat"]))
        if end is not None and np.all(np.isfinite(end)):
            away_m = np.linalg.norm(track["r_ecef_m"][-1] - end)
            compared += 1
            assert away_m < 30e3  # a diverted warhead comes down elsewhere
        assert np.all(np.diff(track["t_s"]) > 0)
    assert compared > 100


def test_a_against_a_is_exactly_zero_and_thaad_has_a_ceiling(run):
    same = compare(run, run)["difference"]
    assert same["arrived"]["mean"] == same["arrived"]["p95"] == same["fired"]["mean"] == 0.0
    other = run_job(
        trip.prepare("october-2024-thaad"), Settings(trials=TRIALS, seed=SEED, store=False)
    )
    found = compare(run, other)
    assert found["same_raid"]
    (ceiling,) = found["ceiling"]
    assert ceiling["system"] == "thaad-battery"
    assert ceiling["rounds"] == 48
    assert found["correlation"] > 0.5


def test_a_battery_without_rounds_changes_no_row(run):
    # nor may its radar help the others, or there is more than a battery without rounds
    nothing = ("batteries.thaad.rounds=0", "batteries.thaad.share=false")
    settings = Settings(trials=TRIALS, seed=SEED, store=False)
    with_it = run_job(trip.prepare("october-2024-thaad", sets=nothing), settings)
    for column in run.layout.columns():
        a = run.outcomes[:, run.layout.columns().index(column)]
        b = with_it.outcomes[:, with_it.layout.columns().index(column)]
        assert np.array_equal(a, b), column


def test_kill_9_and_resume(keepout, start_keepout, tmp_path, job):
    folder = tmp_path / "run"
    arguments = ("run", "october-2024", "--trials", 1500, "--seed", SEED, "-o", folder)
    with start_keepout(*arguments, real=True) as process:
        part = tmp_path / "run.partial" / "parts" / "trials-00002.parquet"
        while not part.exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
        process.kill()
    assert not folder.exists()
    status, out, err = keepout(*arguments, "--resume", "--json", real=True)
    assert status == 0, err
    straight = run_job(job, Settings(trials=1500, seed=SEED, store=False))
    assert json.loads(out)["digest"] == straight.manifest["digest"]


def test_ctrl_c_while_kernels_are_compiled(start_keepout, tmp_path):
    """With an empty cache the first seconds are compilation; the answer comes at once."""
    arguments = ("run", "tutorial", "--trials", 3, "-o", tmp_path / "run")
    with start_keepout(*arguments, real=True, KEEPOUT_CACHE=tmp_path / "cache") as process:
        assert "compiling kernels" in process.stderr.readline()
        time.sleep(1.0)
        begin_s = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        took_s = time.monotonic() - begin_s
    assert (process.returncode, out) == (130, "")
    assert "nothing was stored" in err
    assert took_s < 5.0  # the compilation takes some thirty seconds
    assert not list(tmp_path.glob("run*"))


START = """
import sys
from keepout import cli
from keepout.results.parts import Partial
accept = Partial.accept
def watched(self, first, rows):
    accept(self, first, rows)
    if first == 0:
        heavy = [m for m in ("pandas", "matplotlib", "rich", "pyarrow") if m in sys.modules]
        print("at the first trial:", heavy, file=sys.stderr)
Partial.accept = watched
cli.main(sys.argv[1:])
"""


def test_nothing_heavy_before_the_first_trial(tmp_path):
    command = [sys.executable, "-c", START, "run", "tutorial", "--trials", "3"]
    done = subprocess.run(
        [*command, "-o", str(tmp_path / "run")], capture_output=True, text=True, check=True
    )
    assert "at the first trial: []" in done.stderr
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["first_trial_s"] > 0
