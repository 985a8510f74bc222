"""Part files: what a resumption finds, trusts and refuses."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading

import duckdb
import numpy as np
import pytest

from keepout.errors import Interrupted, RunError
from keepout.results import claim
from keepout.results.manifest import block_size
from keepout.results.rows import Done, digest
from keepout.results.store import reopen
from keepout.trip import Listener, Settings, run_job

TRIALS = 350  # three blocks and a half


@pytest.fixture
def whole(fake):
    return run_job(fake.job(), Settings(trials=TRIALS, store=False)).manifest["digest"]


def interrupted(fake, folder, after=260, **settings):
    """A run that fails for lack of disk after so many trials, and leaves its parts."""
    job = fake.job()
    taken = []

    def work(seed, first, last, out):
        job.work(seed, first, last, out)
        taken.append(last - first)
        if sum(taken) > after:
            raise OSError(28, "No space left on device")

    broken = fake.job(work=work)
    options = {"trials": TRIALS, "out": folder, "threads": 1, "chunk": 10} | settings
    with pytest.raises(RunError, match="No space left on device") as caught:
        run_job(broken, Settings(**options))
    return str(caught.value)


def resume(fake, folder, **settings):
    said = []
    run = run_job(
        fake.job(), Settings(out=folder, resume=True, **settings), Listener(say=said.append)
    )
    return run, said


def test_digest_is_over_rows_in_a_fixed_encoding():
    rows = np.array([[1, -2], [3, 4]], np.int32)
    again = np.asfortranarray(rows.astype(">i4"))
    assert digest(rows) == digest(again)
    raw = (1).to_bytes(4, "little") + b"\xfe\xff\xff\xff" + b"\x03\0\0\0\x04\0\0\0"
    assert digest(rows) == hashlib.sha256(raw).hexdigest()


def test_rows_know_their_gaps():
    done = Done(10)
    assert done.gaps(10) == [(0, 10)]
    done.flags[3:5] = done.flags[9] = True
    assert done.gaps(10) == [(0, 3), (5, 9)]
    assert done.gaps(5) == [(0, 3)]
    assert done.count() == 3


def test_blocks_grow_with_the_run():
    assert block_size(1) == block_size(10_000) == 100
    assert block_size(1_000_000) == 12_800


def test_what_is_finished_is_kept_even_of_a_block(fake, tmp_path, whole):
    words = interrupted(fake, tmp_path / "run")
    assert "keeps 260 of 350 trials" in words
    assert "resume=True" in words
    names = sorted(path.name for path in (tmp_path / "run.partial" / "parts").iterdir())
    assert names == [f"trials-{block:05d}.parquet" for block in range(3)]
    assert not (tmp_path / "run").exists()
    run, said = resume(fake, tmp_path / "run")
    assert run.manifest["digest"] == whole
    assert run.manifest["trials"] == TRIALS  # remembered
    assert said == []
    assert not (tmp_path / "run.partial").exists()
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "events.parquet", "manifest.json", "resolved.json", "scenario.yaml", "tracks.parquet",
        "trials.parquet",
    ]  # fmt: skip


def test_resumption_computes_only_what_is_missing(fake, tmp_path):
    interrupted(fake, tmp_path / "run")
    job = fake.job()
    seen = []

    def work(seed, first, last, out):
        seen.append((first, last))
        job.work(seed, first, last, out)

    run_job(fake.job(work=work), Settings(out=tmp_path / "run", resume=True, threads=1))
    assert min(first for first, _ in seen) == 260
    assert sum(last - first for first, last in seen) == 90


def tear(path):
    path.write_bytes(path.read_bytes()[:-200])


def empty(path):
    path.write_bytes(b"")


def noise(path):
    path.write_bytes(b"PAR1" + os.urandom(5000) + b"PAR1")


def alter(path):
    """One count changed, everything else as it was: only the part's digest can tell."""
    with duckdb.connect() as con:
        note = con.execute(f"SELECT value FROM parquet_kv_metadata('{path}')").fetchall()[0][0]
        con.execute(f"CREATE TABLE t AS SELECT * FROM '{path}'")
        con.execute("UPDATE t SET launched = launched + 1 WHERE trial % 100 = 7")
        text = bytes(note).decode()
        con.execute(f"COPY t TO '{path}' (FORMAT parquet, KV_METADATA {{keepout: '{text}'}})")


def swap(path):
    """A good part under another number."""
    shutil.copy(path.with_name("trials-00000.parquet"), path)


@pytest.mark.parametrize("harm", [tear, empty, noise, alter, swap])
def test_a_damaged_part_is_computed_again(fake, tmp_path, whole, harm):
    interrupted(fake, tmp_path / "run")
    harm(tmp_path / "run.partial" / "parts" / "trials-00001.parquet")
    run, said = resume(fake, tmp_path / "run")
    assert run.manifest["digest"] == whole
    assert len(said) == 1
    assert "trials-00001.parquet is damaged" in said[0]


def test_left_overs_of_a_write_are_swept_away(fake, tmp_path, whole):
    interrupted(fake, tmp_path / "run")
    parts = tmp_path / "run.partial" / "parts"
    (parts / "trials-00003.parquet.tmp").write_bytes(b"half")
    (tmp_path / "run.partial" / "manifest.json.tmp").write_bytes(b"half")
    assert resume(fake, tmp_path / "run")[0].manifest["digest"] == whole
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_process_that_died_between_merging_and_renaming(fake, tmp_path, whole, monkeypatch):
    def die(self):
        raise OSError("the process is gone")

    monkeypatch.setattr(claim.Claim, "finish", die)
    with pytest.raises(RunError):
        run_job(fake.job(), Settings(trials=TRIALS, out=tmp_path / "run"))
    monkeypatch.undo()
    assert (tmp_path / "run.partial" / "trials.parquet").exists()
    assert not (tmp_path / "run.partial" / "parts").exists()
    calls = []
    again = fake.job(work=lambda *arguments: calls.append(arguments))
    run = run_job(again, Settings(out=tmp_path / "run", resume=True))
    assert run.manifest["digest"] == whole
    assert calls == []  # every row was there


def test_a_partial_without_manifest_is_begun_anew(fake, tmp_path, whole):
    (tmp_path / "run.partial").mkdir()
    assert resume(fake, tmp_path / "run", trials=TRIALS)[0].manifest["digest"] == whole


def test_resume_of_a_missing_run_starts_it(fake, tmp_path, whole):
    assert resume(fake, tmp_path / "run", trials=TRIALS)[0].manifest["digest"] == whole


def test_resume_without_a_folder_takes_the_newest_unfinished(fake, tmp_path, whole):
    run_job(fake.job(), Settings(runs=tmp_path))
    interrupted(fake, None, runs=tmp_path)
    assert (tmp_path / "fake-002.partial").exists()
    run = run_job(fake.job(), Settings(runs=tmp_path, resume=True))
    assert run.folder == tmp_path / "fake-002"
    assert run.manifest["digest"] == whole


def test_a_partial_may_be_resumed_to_more_trials(fake, tmp_path):
    interrupted(fake, tmp_path / "run")
    run, _ = resume(fake, tmp_path / "run", trials=450)
    straight = run_job(fake.job(), Settings(trials=450, store=False))
    assert run.manifest["digest"] == straight.manifest["digest"]


def test_a_partial_may_be_resumed_to_fewer_trials(fake, tmp_path):
    interrupted(fake, tmp_path / "run")
    run, _ = resume(fake, tmp_path / "run", trials=130)
    straight = run_job(fake.job(), Settings(trials=130, store=False))
    assert run.manifest["digest"] == straight.manifest["digest"]


@pytest.mark.parametrize(
    "job, settings, word",
    [
        ({}, {"seed": 1}, "seed"),
        ({"kill": 0.7}, {}, "hash of its scenario"),
        ({"name": "other"}, {}, "scenario"),
        ({"sets": ("a=1",)}, {}, "set"),
        ({"fidelity": "physics"}, {}, "fidelity"),
        ({"hashes": {"scenario": "s0.6", "sources": "y"}}, {}, "hash of its sources"),
    ],
)
@pytest.mark.parametrize("finished", [False, True])
def test_a_foreign_run_is_refused(fake, tmp_path, job, settings, word, finished):
    folder = tmp_path / "run"
    if finished:
        run_job(fake.job(), Settings(trials=TRIALS, out=folder))
    else:
        interrupted(fake, folder)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RunError, match=f"differs in .*{word}"):
        run_job(fake.job(**job), Settings(out=folder, resume=True, **settings))
    assert sorted(tmp_path.rglob("*")) == before


def test_two_processes_cannot_work_in_one_folder(fake, tmp_path):
    interrupted(fake, tmp_path / "run")
    held = claim.claim_again(tmp_path / "run")
    with pytest.raises(RunError, match="another process"):
        resume(fake, tmp_path / "run")
    held.release()
    resume(fake, tmp_path / "run")


def test_runs_that_start_at_once_get_different_names(tmp_path):
    claims = []
    barrier = threading.Barrier(8)

    def begin():
        barrier.wait()
        claims.append(claim.claim_next(tmp_path / "runs", "x"))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(c.final.name for c in claims) == [f"x-{n:03d}" for n in range(1, 9)]
    for c in claims:
        c.give_up()
    assert list((tmp_path / "runs").glob("*")) == []


def test_numbers_go_on_after_the_highest(tmp_path):
    (tmp_path / "x-007").mkdir()
    (tmp_path / "x-y-009").mkdir()
    (tmp_path / "x-011.partial").mkdir()
    held = claim.claim_next(tmp_path, "x")
    assert held.final.name == "x-012"
    held.release()


@pytest.mark.parametrize("name", ["a*b", "what?", "[1]"])
def test_a_name_that_the_reader_takes_for_a_pattern_is_refused(fake, tmp_path, name):
    with pytest.raises(RunError, match="patterns"):
        run_job(fake.job(), Settings(out=tmp_path / name / "run"))
    assert list(tmp_path.iterdir()) == []


def test_a_name_with_spaces_and_quotes(fake, tmp_path):
    folder = tmp_path / 'it\'s a run, "mine" é'
    run = run_job(fake.job(), Settings(trials=5, out=folder))
    assert reopen(folder).manifest == run.manifest


def test_an_existing_folder_is_refused_without_resume(fake, tmp_path):
    (tmp_path / "run").mkdir()
    with pytest.raises(RunError, match="exists already"):
        run_job(fake.job(), Settings(out=tmp_path / "run"))
    (tmp_path / "other.partial").mkdir()
    with pytest.raises(RunError, match="unfinished run"):
        run_job(fake.job(), Settings(out=tmp_path / "other"))


def test_a_finished_run_is_given_again(fake, tmp_path):
    first = run_job(fake.job(), Settings(trials=TRIALS, seed=4, out=tmp_path / "run"))
    again, _ = resume(fake, tmp_path / "run")
    assert again.manifest == first.manifest
    assert np.array_equal(again.outcomes, first.outcomes)
    with pytest.raises(RunError, match="is complete with 350 trials"):
        resume(fake, tmp_path / "run", trials=400)


def test_a_failure_before_the_first_part_leaves_nothing(fake, tmp_path):
    words = interrupted(fake, tmp_path / "a" / "b" / "run", after=-1, trials=5, chunk=5)
    assert "Nothing was stored." in words
    assert list(tmp_path.iterdir()) == []


def test_an_exception_that_is_a_bug_keeps_the_parts(fake, tmp_path):
    job = fake.job()

    def work(seed, first, last, out):
        if first >= 200:
            raise ZeroDivisionError
        job.work(seed, first, last, out)

    with pytest.raises(ZeroDivisionError):
        run_job(fake.job(work=work), Settings(out=tmp_path / "run", threads=1, chunk=50))
    assert (tmp_path / "run.partial" / "parts" / "trials-00001.parquet").exists()


def test_a_failing_report_does_not_lose_the_run(fake, tmp_path):
    def report(run, path):
        raise KeyError("figure")

    said = []
    run = run_job(fake.job(), Settings(out=tmp_path / "run"), Listener(say=said.append), report)
    assert run.folder == tmp_path / "run"
    assert "The report could not be made" in said[0]


def test_ctrl_c_in_the_report_leaves_a_run_to_resume(fake, tmp_path):
    def report(run, path):
        raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        run_job(fake.job(), Settings(out=tmp_path / "run"), write_report=report)
    assert "resume=True" in caught.value.resume
    resume(fake, tmp_path / "run")


def test_a_part_names_its_columns(fake, tmp_path):
    interrupted(fake, tmp_path / "run")
    path = tmp_path / "run.partial" / "parts" / "trials-00000.parquet"
    names = [row[0] for row in duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
    assert names == ["trial", *fake.LAYOUT.columns()]
    manifest = json.loads((tmp_path / "run.partial" / "manifest.json").read_text())
    assert manifest["state"] == "partial"


@pytest.mark.parametrize("resume", [False, True])
def test_a_name_that_no_disk_takes_is_a_sentence(fake, tmp_path, resume):
    settings = Settings(trials=4, out=tmp_path / ("a" * 300), resume=resume)
    with pytest.raises(RunError, match="too long"):
        run_job(fake.job(), settings)
    assert list(tmp_path.iterdir()) == []
