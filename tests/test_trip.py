"""The trip from a job to a Run: what the rows may depend on, and what they may not."""

from __future__ import annotations

import numpy as np
import pytest

from keepout.errors import InputError, RunError
from keepout.trip import Listener, Settings, run_job

RULE = "mc_se(arrived.total) < 0.12"


@pytest.fixture(scope="module")
def straight(fake):
    return run_job(fake.job(), Settings(trials=230, store=False))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("chunk", [None, 1, 7, 100, 1000])
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
    said = []
    run = run_job(fake.job(), Settings(until=RULE, store=False), Listener(say=said.append))
    trials = run.manifest["trials"]
    assert trials in (400, 800, 1600)
    assert said == [f"{RULE} holds after {trials} trials."]
    straight = run_job(fake.job(), Settings(trials=trials, store=False))
    assert run.manifest["digest"] == straight.manifest["digest"]


@pytest.mark.parametrize("threads, chunk", [(1, 1), (2, 7), (2, 1000)])
def test_the_rule_stops_there_whatever_the_threads_and_chunks(fake, threads, chunk):
    plain = run_job(fake.job(), Settings(until=RULE, store=False))
    run = run_job(fake.job(), Settings(until=RULE, threads=threads, chunk=chunk, store=False))
    assert run.manifest["trials"] == plain.manifest["trials"]
    assert run.manifest["digest"] == plain.manifest["digest"]


@pytest.mark.parametrize("after", [30, 130, 430])
def test_a_run_with_a_rule_stops_there_after_a_resumption(fake, tmp_path, after):
    plain = run_job(fake.job(), Settings(until=RULE, store=False))
    job = fake.job()
    taken = []

    def work(seed, first, last, out):
        job.work(seed, first, last, out)
        taken.append(last - first)
        if sum(taken) > after:
            raise OSError(28, "No space left on device")

    settings = Settings(until=RULE, out=tmp_path / "run", threads=1, chunk=10)
    with pytest.raises(RunError, match="keeps"):
        run_job(fake.job(work=work), settings)
    run = run_job(fake.job(), Settings(out=tmp_path / "run", resume=True))  # it is remembered
    assert run.manifest["until"] == RULE
    assert run.manifest["trials"] == plain.manifest["trials"]
    assert run.manifest["digest"] == plain.manifest["digest"]


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


def test_more_trials_than_can_be_counted_are_refused(fake, tmp_path):
    with pytest.raises(InputError, match="more than a run can have"):
        run_job(fake.job(), Settings(trials=10**23, out=tmp_path / "run"))
    assert list(tmp_path.iterdir()) == []
