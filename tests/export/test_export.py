"""The verb ``export``: places, trials that were not kept, faults."""

from __future__ import annotations

import json

import numpy as np
import pytest

import keepout as ko
from keepout.errors import InputError
from keepout.export import formats
from keepout.export.geojson import lines


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return ko.run("tutorial", trials=6, seed=5, out=tmp_path_factory.mktemp("verb") / "run").run


def test_every_format_is_offered():
    from keepout.cli.export import NAMES

    assert tuple(formats.FORMATS) == NAMES


def test_a_trial_that_was_not_kept_is_computed_again(run):
    kept = {event["trial"] for event in run.events}
    assert 5 not in kept
    scene = formats.scene_of_trial(run, 5)
    row = dict(zip(run.layout.columns(), map(int, run.outcomes[5]), strict=True))
    assert len([b for b in scene.bodies if b.kind == "missile"]) == row["launched"]


def test_nothing_is_written_over(run, tmp_path):
    path = tmp_path / "x.kml"
    path.write_text("mine")
    with pytest.raises(InputError, match="there already"):
        formats.export(run, "kml", path)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_nothing(run, tmp_path, monkeypatch):
    def full(_run, _scene, path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(formats.FORMATS, "kml", formats.Format(".kml", full))
    with pytest.raises(ko.errors.RunError, match="No space left"):
        formats.export(run, "kml", tmp_path / "x.kml")
    assert list(tmp_path.iterdir()) == []


def test_the_verb(run, tmp_path, keepout):
    target = tmp_path / "raid.czml"
    status, out, err = keepout(
        "export", run.folder, "--format", "czml", "-o", target, "--json", real=True
    )
    assert status == 0, err
    assert json.loads(out)["path"] == str(target)
    assert json.loads(target.read_text())[0]["id"] == "document"
    for bad in (["--trial", "99"], ["-o", str(target)], ["--format", "dis"]):
        status, out, err = keepout("export", run.folder, "--format", "czml", *bad, real=True)
        assert status == 2, err
        assert out == ""
    status, _, err = keepout("export", tmp_path / "none", "--format", "kml", real=True)
    assert status == 2
    assert "no stored run" in err


def test_a_path_over_the_date_line_is_cut_there():
    path = np.array([[179.0, 10.0, 0.0], [-179.0, 12.0, 100.0], [-178.0, 13.0, 200.0]])
    first, second = lines(path)
    assert first == [[179.0, 10.0, 0.0], [180.0, 11.0, 50.0]]
    assert second == [[-180.0, 11.0, 50.0], [-179.0, 12.0, 100.0], [-178.0, 13.0, 200.0]]
    back = lines(path[::-1])
    assert back[0][-1][0] == -180.0
    assert back[1][0] == [180.0, 11.0, 50.0]
