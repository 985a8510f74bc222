"""Every export is read back by a reader that nobody here wrote."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import warnings
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from pytest import approx

import keepout as ko
from keepout.export import formats
from keepout.export.scene import geodetic, velocity_mps

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
START = datetime(2024, 10, 1, 16, 30)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return ko.run("tutorial", trials=4, seed=3, out=tmp_path_factory.mktemp("export") / "run").run


@pytest.fixture(scope="module")
def scene(run):
    return formats.scene_of_trial(run, None)


@pytest.fixture(scope="module")
def written(run, tmp_path_factory):
    """Every format once, by name."""
    folder = tmp_path_factory.mktemp("written")
    return {
        name: formats.export(
            run,
            name,
            folder / f"x{each.suffix}" / name if not each.suffix else folder / f"x{each.suffix}",
        )
        for name, each in formats.FORMATS.items()
    }


def missile(scene):
    """A body with a whole flight behind it."""
    return max((b for b in scene.bodies if b.kind == "missile"), key=lambda b: len(b.t_s))


def test_a_scene_holds_every_missile_that_flew_and_every_round(run, scene):
    row = dict(zip(run.layout.columns(), map(int, run.outcomes[0]), strict=True))
    bodies = [body for body in scene.bodies if body.kind == "missile"]
    assert len(bodies) == row["launched"] > 0
    fired = sum(count for name, count in row.items() if name.startswith("fired."))
    assert len([body for body in scene.bodies if body.kind == "interceptor"]) == fired > 0
    assert all(np.all(np.diff(body.t_s) > 0) for body in scene.bodies)


def test_kml_keeps_its_schema_and_gdal_finds_the_points(scene, written):
    import pyogrio
    from fastkml.validator import validate

    assert validate(file_to_validate=written["kml"])
    layers = [name for name, _ in pyogrio.list_layers(written["kml"])]
    assert layers == ["sites", "missiles", "interceptors", "events"]
    meta, _fids, shapes, fields = pyogrio.raw.read(written["kml"], layer="sites")
    assert len(shapes) == len(scene.sites)
    names = fields[list(meta["fields"]).index("Name")]
    assert set(names) == {site.name for site in scene.sites}


def test_kml_tracks_say_when_and_where(scene, written):
    from fastkml import KML
    from fastkml.gx import Track
    from fastkml.utils import find_all

    body = missile(scene)
    document = KML.parse(written["kml"], strict=False)
    tracks = list(find_all(document, of_type=Track))
    assert len(tracks) == len(scene.bodies)
    items = next(t for t in tracks if len(t.track_items) == len(body.t_s)).track_items
    since_s = [(items[k].when.dt.replace(tzinfo=None) - START).total_seconds() for k in (0, -1)]
    assert since_s == approx([body.t_s[0], body.t_s[-1]], abs=1e-3)
    lon_deg, lat_deg, alt_m = geodetic(body.r_ecef_m[-1:])[0]
    assert items[-1].coord.x == approx(lon_deg, abs=1e-6)
    assert items[-1].coord.y == approx(lat_deg, abs=1e-6)
    assert items[-1].coord.z == approx(alt_m, abs=0.06)


def test_geojson_is_read_by_gdal_with_its_heights(scene, written):
    import pyogrio

    info = pyogrio.read_info(written["geojson"])
    assert info["crs"] == "EPSG:4326"
    assert info["features"] == len(scene.sites) + len(scene.bodies) + len(scene.happenings)
    _meta, _fids, shapes, _fields = pyogrio.raw.read(
        written["geojson"], where=f"name = '{missile(scene).name}'"
    )
    assert len(shapes) == 1
    import shapely

    points = shapely.get_coordinates(shapely.from_wkb(shapes[0]), include_z=True)
    assert points == approx(geodetic(missile(scene).r_ecef_m), abs=0.06)


def test_acmi_is_read_by_pyacmi(scene, written, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the reader's own code
        from pyacmi import Acmi

        found = Acmi()
        found.load_acmi(str(written["acmi"]))
    assert str(found.file_version) == "2.2"
    assert found.reference_time == START
    assert len(found.objects) == len(scene.sites) + len(scene.bodies)
    body = missile(scene)
    mine = next(
        each for each in found.objects.values() if body.name in str(each.get_value("Pilot", 1e9))
    )
    lon_deg, lat_deg, alt_m = geodetic(body.r_ecef_m[-1:])[0]
    t_s = round(float(body.t_s[-1]), 2)
    assert mine.longitude(t_s) == approx(lon_deg, abs=1e-6)
    assert mine.latitude(t_s) == approx(lat_deg, abs=1e-6)
    assert mine.altitude(t_s) == approx(alt_m, abs=0.06)


def test_every_oem_is_read_by_oem(scene, written):
    from oem import OrbitEphemerisMessage

    files = sorted(written["oem"].iterdir())
    assert len(files) == len(scene.bodies)
    for body in (missile(scene), next(b for b in scene.bodies if b.kind == "interceptor")):
        message = OrbitEphemerisMessage.open(
            written["oem"] / f"{formats.oem.file_name(body.name)}.oem"
        )
        states = message.states
        assert len(states) == len(body.t_s)
        # kilometres with six digits; two of velocity more than metres would have
        assert states[-1].position == approx(body.r_ecef_m[-1] / 1e3, abs=1e-6)
        assert states[-1].velocity == approx(velocity_mps(body)[-1] / 1e3, abs=1e-6)
        assert states[0].frame == "ITRF2000"


def test_stk_ephemerides_are_read_by_orekit(scene, written):
    body = missile(scene)
    path = written["stk"] / f"{formats.oem.file_name(body.name)}.e"
    done = subprocess.run(
        [sys.executable, str(HERE / "read_stk.py"), str(path)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (points,) = json.loads(done.stdout)
    assert len(points) == len(body.t_s)
    for k in (0, -1):
        when = datetime.fromisoformat(points[k][0].replace("Z", ""))
        assert (when - START).total_seconds() == approx(body.t_s[k], abs=1e-3)
        assert points[k][1:4] == approx(body.r_ecef_m[k], abs=6e-4)  # metres with three digits
        assert points[k][4:] == approx(velocity_mps(body)[k], abs=6e-5)
    assert len(list(written["stk"].iterdir())) == len(scene.bodies)


def test_netcdf_is_read_by_netcdf4(run, scene, written):
    import netCDF4

    with netCDF4.Dataset(written["netcdf"]) as found:
        assert found.Conventions == "CF-1.8"
        names = [str(name) for name in netCDF4.chartostring(found["count_name"][:])]
        assert names == list(run.layout.columns())
        assert np.array_equal(found["outcome"][:], np.asarray(run.outcomes))
        sizes = found["row_size"][:]
        assert list(sizes) == [len(body.t_s) for body in scene.bodies]
        bodies = [str(name) for name in netCDF4.chartostring(found["body"][:])]
        assert bodies == [body.name for body in scene.bodies]
        heights = np.asarray(found["alt"][: sizes[0]])
        assert heights == approx(geodetic(scene.bodies[0].r_ecef_m)[:, 2])
        first = netCDF4.num2date(found["time"][0], found["time"].units)
        since_s = (datetime.fromisoformat(first.isoformat()) - START).total_seconds()
        assert since_s == approx(scene.bodies[0].t_s[0], abs=1e-3)


def test_csv_tables_say_what_the_run_says(run, scene, written):
    with (written["csv"] / "trials.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows[0][1:] == list(run.layout.columns())
    assert [list(map(int, row)) for row in rows[1:]] == [
        [k, *map(int, row)] for k, row in enumerate(np.asarray(run.outcomes))
    ]
    with (written["csv"] / "paths.csv").open() as file:
        paths = list(csv.DictReader(file))
    assert len(paths) == sum(len(body.t_s) for body in scene.bodies)
    with (written["csv"] / "summary.csv").open() as file:
        summary = {row["number"]: row for row in csv.DictReader(file)}
    mean = ko.reopen(run.folder).numbers["arrived"]["total"]["mean"]
    assert float(summary["arrived.total"]["mean"]) == mean
    assert "SIMULATION" in (written["csv"] / "about.txt").read_text()


def test_czml_is_read_by_cesium(scene, written):
    node, web = shutil.which("node"), ROOT / "web"
    if not (web / "node_modules" / "@cesium" / "engine").is_dir() or node is None:
        assert not os.environ.get("CI"), "Node and the packages of web/ are missing"
        pytest.skip("needs Node and the packages of web/ (make web)")
    body = missile(scene)
    k = len(body.t_s) // 2
    done = subprocess.run(
        [node, HERE / "read_czml.mjs", web, written["czml"], f"missile/{body.name}",
         scene.stamp(body.t_s[k])],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["entities"] == len(scene.sites) + len(scene.bodies) + len(scene.happenings)
    assert found["start"] == scene.stamp(0.0)
    # the clock of a file has milliseconds, in which a missile goes a few metres
    assert found["position"] == approx(body.r_ecef_m[k], abs=4.0)


def test_every_file_says_that_it_is_a_simulation(written):
    for name, path in written.items():
        files = [path] if path.is_file() else list(path.iterdir())
        texts = [each.read_bytes() for each in files]
        assert any(b"SIMULATION by keepout" in text for text in texts), name
