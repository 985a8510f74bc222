"""Craters by area fraction, patterns, and maps of what comes down."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.stats import binom

from keepout.cli import answer
from keepout.effects.damage import covered_share, hit_chance
from keepout.inference import ground
from keepout.inference.chance import GROUND, generator
from tests.inference.conftest import KNOWN


def test_shares_of_the_area_make_a_whole_base():
    assert sum(share for share, _ in ground.ZONES.values()) == pytest.approx(1.0)


def test_craters_in_a_part_are_binomial():
    sure = np.zeros(33)
    sure[32] = 1.0
    assert ground.thinned(sure, 0.03) == pytest.approx(
        binom.pmf(np.arange(33), 32, 0.03), abs=1e-12
    )


def test_thirty_two_craters_on_a_base():
    """At least one on 3 % of the area: 1 - 0.97^32 = 0.623; on average 0.96."""
    sure = np.zeros(33)
    sure[32] = 1.0
    runways = ground.zones(sure)[0]
    assert runways.hit == pytest.approx(1.0 - 0.97**32)
    assert runways.craters["mean"] == pytest.approx(0.96)
    assert hit_chance(32, 0.03) == pytest.approx(runways.hit)
    assert sum(zone.craters["mean"] for zone in ground.zones(sure)) == pytest.approx(32.0)


def test_coverage_against_throwing_craters():
    """200 discs of 8 m on a square of 400 m; error of the mean over 20 throws about 0.001."""
    rng = generator(0, GROUND)
    side, d_m, n = 400.0, 16.0, 200
    grid = np.stack(np.meshgrid(*[np.linspace(60, side - 60, 60)] * 2), -1).reshape(-1, 2)
    shares = []
    for _ in range(20):
        points = rng.random((n, 2)) * side
        far = ((grid[:, None, :] - points[None]) ** 2).sum(axis=2)
        shares.append((far < (d_m / 2) ** 2).any(axis=1).mean())
    expected = covered_share(n, np.pi * d_m**2 / 4, side**2)
    assert np.mean(shares) == pytest.approx(expected, abs=0.008)


def test_heaps_scatter_and_rows_are_told_apart():
    rng = generator(1, GROUND)
    area = 1000.0**2
    scatter = rng.random((400, 2)) * 1000.0
    heaps = rng.random((10, 2)).repeat(40, axis=0) * 1000.0 + rng.normal(0, 10, (400, 2))
    rows = np.stack(np.meshgrid(*[np.arange(20) * 50.0] * 2), -1).reshape(-1, 2)
    assert abs(ground.clark_evans(scatter, area)[1]) < 3.0
    assert ground.clark_evans(heaps, area)[1] < -10.0
    ratio, z = ground.clark_evans(rows, area)
    assert ratio == pytest.approx(2.0, rel=0.01)  # a square lattice: d over 1/(2 sqrt(density))
    assert z > 10.0


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ground")
    (folder / "known.yaml").write_text(KNOWN)
    run = folder / "run"
    assert answer(["run", str(folder / "known.yaml"), "--trials", "12", "-o", str(run)]) == 0
    return run


def test_what_comes_down_is_mapped(stored, capsys):
    out = stored.parent / "out"
    capsys.readouterr()
    assert answer(["ground", str(stored), "--trials", "12", "-o", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["asset"] == "nevatim"
    assert found["craters"]["count"] == "simulated, on a generic base"
    map_ = json.loads((out / "debris.geojson").read_text())
    leakers = [f for f in map_["features"] if f["properties"]["what"] == "leakers"]
    pieces = sum(f["properties"]["pieces"] for f in leakers)
    assert pieces == pytest.approx(12 * found["craters"]["mean"])  # cep of 10 m: all on the base
    ring = leakers[0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) == 5
    # density times area of its cells gives the pieces back
    per_raid = sum(
        f["properties"]["pieces_per_km2_per_raid"] * cell_km2(f) for f in leakers
    )  # fmt: skip
    assert per_raid == pytest.approx(pieces / 12, rel=1e-3)
    page = (out / "index.html").read_text()
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<svg") >= 2


def cell_km2(feature) -> float:
    (west, south), (east, _), (_, north) = feature["geometry"]["coordinates"][0][:3]
    middle = np.radians(0.5 * (south + north))
    return (east - west) * np.cos(middle) * (north - south) * ground.KM_PER_DEG**2


def test_an_unknown_asset_and_a_full_folder_are_refused(stored, capsys):
    assert answer(["ground", str(stored), "--asset", "nevatin", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["errors"][0]
    assert error["code"] == "unknown-asset"
    assert "nevatim" in error["help"]
    assert answer(["ground", str(stored), "-o", str(stored), "--json"]) == 2
    assert answer(["ground", "no-such-run", "--json"]) == 2
