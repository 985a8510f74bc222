"""The trip from a job to a Run: what the rows may depend on, and what they may not."""

from __future__ import annotations

import numpy as np
import pytest

from keepout.errors import InputError, RunError
from keepout.trip import Listener, Settings, run_job


@pytest.fixture(scope="module")
def straight(fake):
    return run_job(fake.job(), Settings(trials=230, store=False))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("chunk", [None, 1, 7, 100])
def test_threads_and_chunks_change_nothing(fake, tmp_path, straight, threads, chunk):
    settings = Settings(trials=230, threads=threads, chunk=chunk, out=tmp_path / "run")
    run = run_job(fake.job(), settings)
    assert run.manifest["digest"] == straight.manifest["digest"]
    assert np.array_equal(run.outcomes, straight.outcomes)


def test_another_seed_is_another_run(fake, straight):
    other = run_job(fake.job(), Settings(trials=230, seed=1, store=False))
    assert other.manifest["digest"] != straight.manifest["digest"]


def test_more_trials_keep_the_first(fake, straight):
    longer = run_job(fake.job(), Settings(trials=400, store=False))
    assert np.array_equal(longer.outcomes[:230], straight.outcomes)


def test_defaults(fake):
    manifest = run_job(fake.job(), Settings(store=False)).manifest
    assert (manifest["trials"], manifest["seed"], manifest["fidelity"]) == (500, 0, "engagement")


def test_the_rule_stops_at_a_look(fake):
    rule = "mc_se(arrived.total) < 0.12"
    run = run_job(fake.job(), Settings(until=rule, store=False))
    assert run.manifest["trials"] == 400
    straight = run_job(fake.job(), Settings(trials=400, store=False))
    assert run.manifest["digest"] == straight.manifest["digest"]


def test_a_rule_that_never_holds_says_so(fake):
    said = []
    settings = Settings(until="mc_se(arrived.total) < 1e-9", trials=150, store=False)
    run = run_job(fake.job(), settings, Listener(say=said.append))
    assert run.manifest["trials"] == 150
    assert "does not hold after 150 trials" in said[0]


def test_a_bad_rule_is_refused_before_anything_is_written(fake, tmp_path):
    with pytest.raises(InputError):
        run_job(fake.job(), Settings(until="mean(arrived) < 3", runs=tmp_path / "runs"))
    assert list(tmp_path.iterdir()) == []


def test_kept_trials_are_computed_again_and_have_to_agree(fake):
    job = fake.job()

    def record(seed, trial):
        row, events, tracks = job.record(seed, trial)
        return row + 1, events, tracks

    with pytest.raises(RunError, match="computed again is not what it was"):
        run_job(fake.job(record=record), Settings(trials=5, store=False))


def test_a_ledger_that_fails_is_refused(fake):
    def work(seed, first, last, out):
        out[:, 0] = 1  # launched, and nothing became of it

    with pytest.raises(RunError, match="does not add up"):
        run_job(fake.job(work=work), Settings(trials=5, store=False))


def test_progress_counts_up_to_the_end(fake):
    seen = []
    listener = Listener(progress=lambda done, total, rate_per_s: seen.append((done, total)))
    run_job(fake.job(), Settings(trials=300, chunk=50, store=False), listener)
    assert seen == [(n, 300) for n in range(50, 301, 50)]
