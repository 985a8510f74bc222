"""A finished run: everything comes back, and damage is noticed."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import pytest

from keepout.errors import RunError
from keepout.results.store import is_run, reopen, stored_runs
from keepout.trip import Settings, run_job


@pytest.fixture
def run(fake, tmp_path):
    return run_job(fake.job(), Settings(trials=120, out=tmp_path / "run"))


def test_everything_comes_back(fake, run):
    again = reopen(run.folder)
    assert again.manifest == run.manifest
    assert again.resolved == run.resolved
    assert again.scenario_text == run.scenario_text == fake.job().text
    assert again.layout == run.layout
    assert np.array_equal(again.outcomes, run.outcomes)
    assert again.outcomes.dtype == np.int32
    assert again.events == run.events
    assert len(again.tracks) == len(run.tracks) == 3
    for mine, theirs in zip(again.tracks, run.tracks, strict=True):
        assert (mine["trial"], mine["threat"]) == (theirs["trial"], theirs["threat"])
        assert np.array_equal(mine["r_ecef_m"], theirs["r_ecef_m"])


def test_the_scenario_is_stored_byte_for_byte(fake, run):
    assert (run.folder / "scenario.yaml").read_bytes() == fake.job().text.encode()


def test_other_tools_read_it(run):
    found = duckdb.sql(f"SELECT count(*), sum(arrived) FROM '{run.folder}/trials.parquet'")
    column = run.layout.columns().index("arrived")
    assert found.fetchall() == [(120, int(run.outcomes[:, column].sum()))]
    events = duckdb.sql(f"SELECT DISTINCT who FROM '{run.folder}/events.parquet'")
    assert events.fetchall() == [("north",)]


def test_a_run_without_kept_trials(fake, tmp_path):
    run = run_job(fake.job(kept=0), Settings(trials=5, out=tmp_path / "run"))
    again = reopen(run.folder)
    assert again.events == again.tracks == []
    names = duckdb.sql(f"DESCRIBE SELECT * FROM '{run.folder}/events.parquet'").fetchall()
    assert [name[0] for name in names][:5] == ["trial", "t_s", "kind", "who", "whom"]


def test_the_partial_name_leads_to_the_run(run):
    assert reopen(f"{run.folder}.partial").manifest == run.manifest
    assert is_run(run.folder)
    assert not is_run(run.folder / "trials.parquet")


@pytest.mark.parametrize(
    "name", ["trials.parquet", "events.parquet", "tracks.parquet", "resolved.json", "manifest.json"]
)
@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_damage_is_a_sentence(run, name, harm):
    path = run.folder / name
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(RunError, match=r"damaged|is not a run of keepout"):
        reopen(run.folder)


def test_altered_rows_are_noticed(run):
    path = run.folder / "trials.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE t AS SELECT * FROM '{path}'")
        con.execute("UPDATE t SET arrived = arrived + 1 WHERE trial = 7")
        con.execute(f"COPY (SELECT * FROM t ORDER BY trial) TO '{path}' (FORMAT parquet)")
    with pytest.raises(RunError, match="digest"):
        reopen(run.folder)


def test_a_manifest_that_lacks_something(run):
    path = run.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["digest"]
    path.write_text(json.dumps(manifest))
    with pytest.raises(RunError, match="lacks digest"):
        reopen(run.folder)


def test_what_is_not_there(tmp_path):
    with pytest.raises(RunError, match="no run in"):
        reopen(tmp_path / "nothing")
    (tmp_path / "begun.partial").mkdir()
    with pytest.raises(RunError, match="not finished"):
        reopen(tmp_path / "begun")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunError, match="is not a run"):
        reopen(tmp_path / "folder")


def test_the_list_of_runs(fake, tmp_path):
    for seed in (1, 2):
        run_job(fake.job(), Settings(trials=10, seed=seed, runs=tmp_path))
    (tmp_path / "fake-003.partial").mkdir()
    (tmp_path / "fake-002" / "manifest.json").rename(tmp_path / "fake-003.partial/manifest.json")
    (tmp_path / "stray").mkdir()
    found = stored_runs(tmp_path)
    assert [(line["run"], line["seed"], line["state"]) for line in found] == [
        (str(tmp_path / "fake-001"), 1, "complete"),
        (str(tmp_path / "fake-003"), 2, "partial"),
    ]
    assert stored_runs(tmp_path / "nowhere") == []
