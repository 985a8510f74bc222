"""Sweeps: the same for any threads, resumed, as a run gives it, and refused where they must be."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from keepout import trip
from keepout.errors import InputError, Interrupted, RunError
from keepout.results.metrics import summary
from keepout.studies import pieces
from keepout.studies.study_load import load_study_text
from keepout.studies.sweep import sweep

HEAD = """schema: keepout/study/1
name: small
scenario: tutorial
trials: 40
seed: 7
numbers: [arrived.total, fired.total]
"""
GRID = """sweep:
  factors:
    - {name: size, set: raids.north.count, values: [2, 6]}
    - {name: rule, set: batteries.north-1.doctrine.rule, values: [single, salvo-2]}
    - {name: sspk, parameter: thaad-interceptor.sspk, low: 0.5, high: 0.9, steps: 2}
"""
NOWHERE = pieces.Where(keep=False)


def run(text: str, where=NOWHERE, **how):
    return sweep(load_study_text(HEAD + text, "small.yaml", "sweep"), where, pieces.How(**how))


@pytest.fixture(scope="module")
def found():
    return run(GRID, threads=1)


def test_a_point_is_what_a_run_with_its_settings_gives(found):
    """Pinned sizes and parameters give the rows of ``--set``."""
    sets = ("raids.north.count=6", "batteries.north-1.doctrine.rule=single",
            "batteries.north-1.kill.sspk=0.9")  # fmt: skip
    job = trip.prepare("tutorial", sets=sets)
    whole = summary(trip.run_job(job, trip.Settings(trials=40, seed=7, store=False)))
    (point,) = [
        p for p in found["points"] if p["factors"] == {"size": 6, "rule": "single", "sspk": 0.9}
    ]
    assert point["numbers"]["arrived.total"] == whole["arrived"]["total"]
    assert point["numbers"]["fired.total"] == whole["fired"]["total"]


def test_any_number_of_threads_gives_the_same(found):
    assert run(GRID, threads=2) == found


def test_an_interrupted_sweep_resumes_to_the_same(found, tmp_path):
    folder, seen = tmp_path / "small", []

    def stop(done, total, rate_per_s):
        seen.append(done)
        if done == 3:
            raise KeyboardInterrupt

    where = pieces.Where(folder)
    with pytest.raises(Interrupted, match="keeps 3 finished pieces"):
        run(GRID, where, threads=1, progress=stop)
    assert not folder.exists()
    with pytest.raises(RunError, match="unfinished"):
        run(GRID, where)
    again = run(
        GRID, pieces.Where(folder, resume=True), threads=2, progress=lambda *a: seen.append(a)
    )
    assert {**again, "folder": None} == found
    assert seen[3][:2] == (4, 8)  # three of eight were there
    reread = run(GRID, pieces.Where(folder, resume=True))
    assert reread == again
    with pytest.raises(RunError, match="differs in study"):
        run(GRID.replace("[2, 6]", "[2, 5]"), pieces.Where(folder, resume=True))
    _check_tables(folder, found)


def _check_tables(folder: Path, found) -> None:
    with (folder / "table.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 16  # eight points, two numbers
    stored = duckdb.sql(f"select * from '{folder}/table.parquet'").fetchall()
    assert len(stored) == 16
    means = [p["numbers"][n]["mean"] for p in found["points"] for n in found["numbers"]]
    assert [float(row["mean"]) for row in rows] == means
    assert json.loads((folder / "result.json").read_text("utf-8"))["points"] == found["points"]


@pytest.mark.parametrize("design", ["latin-hypercube", "sobol"])
def test_designs_spread_over_the_whole_range(design):
    text = f"""sweep:
  design: {design}
  points: 8
  factors:
    - {{name: sspk, parameter: thaad-interceptor.sspk, low: 0.2, high: 1}}
    - {{name: rule, set: batteries.north-1.doctrine.rule, values: [single, salvo-2]}}
"""
    points = [p["factors"] for p in run(text)["points"]]
    assert len(points) == 8
    slices = sorted(int((p["sspk"] - 0.2) / 0.1) for p in points)
    assert slices == list(range(8))  # one in each eighth, for either design
    assert [p["rule"] for p in points].count("single") == 4


def test_of_the_attacker_only_size_and_published_mixes_are_varied():
    text = """sweep:
  factors:
    - {name: a, set: raids.north.spacing, values: [10 s, 60 s]}
    - {name: b, set: raids.north.launch.area, values: [tabriz, isfahan]}
    - {name: c, set: catalogue.ghadr-1.cep, values: [10 m, 1 km]}
    - {name: d, set: raids.north.missile, values: [{mix: {emad: 1}}]}
    - {name: e, set: kill.manoeuvre_factor, values: [0.5, 1]}
"""
    with pytest.raises(InputError) as caught:
        run(text)
    assert [p.code for p in caught.value.problems] == ["attacker"] * 5
    assert [p.line for p in caught.value.problems] == [9, 10, 11, 12, 13]
    assert all("size of a raid" in p.help for p in caught.value.problems)
    mixes = """sweep:
  factors:
    - name: mix
      set: raids.north.missile
      values: [{value: {mix: {emad: 1, ghadr-1: 1}}, source: wsj-2024-10, label: half and half}]
"""
    (point,) = run(mixes)["points"]
    assert point["factors"] == {"mix": "half and half"}


def test_parameters_of_the_attacker_are_refused_by_key():
    text = """sweep:
  factors:
    - {name: a, parameter: raid.north.failed, low: 0, high: 1}
    - {name: b, parameter: cep.ghadr-1, low: 10 m, high: 1 km}
"""
    with pytest.raises(InputError) as caught:
        run(text)
    assert [p.code for p in caught.value.problems] == ["attacker", "attacker"]


def test_every_problem_at_once():
    text = """sweep:
  design: spiral
  factors:
    - {name: a, parameter: thaad.sspk, low: 0.5}
    - {name: a, set: x, parameter: y, values: [1]}
    - {name: b, colour: red}
trial: 3
"""
    with pytest.raises(InputError) as caught:
        run(text)
    assert {p.code for p in caught.value.problems} == {"choice", "unknown-key"}
    assert all(p.line and p.file == "small.yaml" for p in caught.value.problems)
    text = """sweep:
  factors:
    - {name: a, parameter: thaad.sspk, low: 0.5}
    - {name: a, set: x, parameter: y, values: [1]}
"""
    with pytest.raises(InputError) as caught:
        run(text)
    assert [p.code for p in caught.value.problems] == ["factor", "factor", "twice"]


def test_unknown_parameters_and_numbers_are_named():
    with pytest.raises(InputError, match=r"thaad-interceptor\.spk"):
        run("sweep: {factors: [{name: a, parameter: thaad-interceptor.spk, values: [1]}]}\n")
    text = HEAD.replace("fired.total", "fried.total")
    grid = "sweep: {factors: [{name: a, parameter: thaad-interceptor.sspk, values: [1]}]}\n"
    with pytest.raises(InputError) as caught:
        sweep(load_study_text(text + grid, "s.yaml", "sweep"), NOWHERE, pieces.How())
    assert "fired.total" in caught.value.problems[0].help
    assert caught.value.problems[0].line == 6


def test_a_study_without_a_sweep_says_so():
    with pytest.raises(InputError, match="keepout sweep"):
        run("")
