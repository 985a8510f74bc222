"""Ten thousand moving objects: the script of a frame, and when the first picture is there."""

from __future__ import annotations

import numpy as np
import pytest

from keepout.report.playback.one_file import document
from keepout.report.playback.pack import pack
from tests.app.browser import browser, opened, wait

OBJECTS, SAMPLES, FLIGHT_S = 10_000, 97, 600.0
FRAME_MS = 16.0
"""A frame at sixty a second."""
FIRST_PICTURE_MS = 3_000.0
BUSY = 2.0
"""How much longer a wall-clock limit may take on a machine that other tests share."""

FLYING = "[...keepout.sides[0].stage.view.threats.state].filter((s) => s === 1).length"
"""How many are in flight."""


def arcs():
    """Flights of ten thousand bodies: from a hundred provinces' width to a coast, arched."""
    rng = np.random.default_rng(1)
    share = np.linspace(0.0, 1.0, SAMPLES)[None, :]
    lon = np.radians(rng.uniform(46, 54, (OBJECTS, 1)) * (1 - share) + 35.0 * share)
    lat = np.radians(rng.uniform(30, 38, (OBJECTS, 1)) * (1 - share) + 31.5 * share)
    alt_m = 4 * rng.uniform(1e5, 4e5, (OBJECTS, 1)) * share * (1 - share)
    radius = 6371e3 + alt_m
    r_ecef_m = np.stack(
        [radius * np.cos(lat) * np.cos(lon), radius * np.cos(lat) * np.sin(lon),
         radius * np.sin(lat)], axis=2,
    )  # fmt: skip
    t_s = rng.uniform(0, 20, (OBJECTS, 1)) + share * FLIGHT_S
    return t_s, r_ecef_m


def block():
    """A scene of the same format as a trial's, of ten thousand threats and nothing else."""
    t_s, r_ecef_m = arcs()
    none, zero = np.zeros(0, np.int32), np.zeros(OBJECTS, np.uint8)
    whole = np.zeros(OBJECTS, np.int32)
    arrays = {
        "threat_row": np.arange(OBJECTS, dtype=np.int32),
        "threat_first": np.arange(OBJECTS + 1, dtype=np.int32) * SAMPLES,
        "threat_fate": zero + np.uint8(2), "threat_cause": zero, "threat_dud": zero,
        "threat_killer": whole - 1, "threat_missile": whole, "threat_area": whole,
        "threat_asset": whole, "threat_apogee_m": whole.astype(np.float32),
        "threat_t_s": t_s.ravel().astype(np.float32),
        "threat_ecef_m": r_ecef_m.reshape(-1, 3).astype(np.float32),
        "round_threat": none, "round_battery": none, "round_outcome": none.astype(np.uint8),
        "round_launch_s": none.astype(np.float32), "round_intercept_s": none.astype(np.float32),
        "round_ecef_m": np.zeros((0, 17, 3), np.float32), "event_t_s": none.astype(np.float32),
        "event_kind": none.astype(np.uint8), "event_who": none, "event_whom": none,
        "event_value": none.astype(np.float32), "event_ecef_m": np.zeros((0, 3), np.float32),
        "track_threat": none, "track_radar": none, "track_t_s": none.astype(np.float32),
        "track_impact_ecef_m": np.zeros((0, 3), np.float32),
        "track_impact_m2": np.zeros((0, 3), np.float32),
        "track_position_m": none.astype(np.float32), "track_lag_s": none.astype(np.float32),
    }  # fmt: skip
    place = {"radius_m": 5e4, "lat_deg": 34.0, "lon_deg": 50.0}
    head = {
        "trial": 0, "threats": [f"many/{n:05d}" for n in range(OBJECTS)], "missiles": ["m"],
        "areas": [place | {"id": "from"}],
        "assets": [place | {"id": "to", "lat_deg": 31.5, "lon_deg": 35.0}], "radars": [],
        "batteries": [], "names": {}, "fates": ["failed", "intercepted", "arrived", "elsewhere"],
        "causes": ["open-ground"], "cause_words": {"open-ground": ["open ground", ""]},
        "kinds": ["launch"], "counts": {}, "round_samples": 17,
        "run": {"scenario": "many", "title": "Ten thousand", "note": "", "start": "", "trials": 1,
                "seed": 0, "fidelity": "engagement", "version": "", "digest": "",
                "counterfactual": False},
    }  # fmt: skip
    return pack(head, arrays)


def page_file(path):
    """The one-file page with that scene inside."""
    number = {"mean": 1.0, "mc_se": 0.0, "p05": 1.0, "p50": 1.0, "p95": 1.0}
    total = {"total": number, "by_asset": {}, "by_cause": {}, "by_system": {}}
    summary = {
        "scenario": "many", "trials": 1, "seed": 0, "fidelity": "engagement", "digest": "",
        "launched": number, "failed_in_flight": number, "intercepted": total, "arrived": total,
        "fired": total, "p_no_arrival": {"mean": 0.0, "mc_se": 0.0},
    }  # fmt: skip
    path.write_text(
        document({
            "about": {"name": "many", "title": "Ten thousand", "note": "", "threats": OBJECTS,
                      "has_report": False, "summary": summary},
            "outcomes": {"trials": 1, "of": 1, "readings": {"arrived.total": [OBJECTS]}},
            "spread": {"trials": 1, "quantiles": [], "tubes": [], "impacts": []},
            "trials": {"0": block()}, "stories": {"0": {}},
            "report": "",
        })
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """The page with ten thousand objects."""
    return page_file(tmp_path_factory.mktemp("many") / "many.html")


def test_a_frame_of_ten_thousand_objects(chromium, many):
    with browser(chromium, 900, 600) as page:
        opened(page, f"file://{many}?light")
        wait(page, "keepout.sides[0].stage.view.ready()")
        page.evaluate("keepout.clock.seek(200)")
        session = page.context.new_cdp_session(page)
        costs = traced(page, session)
        assert page.evaluate(FLYING) == OBJECTS
        middle = float(np.median(costs))
        print(f"{len(costs)} frames: median {middle:.1f} ms of script, most {max(costs):.1f} ms")
        assert len(costs) >= 10
        assert middle < FRAME_MS
        assert page.faults == []


def traced(page, session):
    """Milliseconds of the page's own thread in each animation frame of a DevTools trace."""
    events = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    done = []
    session.on("Tracing.tracingComplete", lambda data: done.append(True))
    session.send(
        "Tracing.start", {"categories": "devtools.timeline", "transferMode": "ReportEvents"}
    )
    begin = page.evaluate(
        "(keepout.clock.speed = 5, keepout.clock.toggle(), keepout.costs_ms.length)"
    )
    assert begin >= 0
    wait(page, "keepout.costs_ms.length > 40 && keepout.clock.t_s > 215")
    page.wait_for_timeout(4_000)
    page.evaluate("keepout.clock.toggle()")
    session.send("Tracing.end")
    while not done:
        page.wait_for_timeout(50)
    frames = [event for event in events if event["name"] == "FireAnimationFrame"]
    return [event["tdur"] / 1e3 for event in frames if "tdur" in event]


def test_the_first_picture(chromium, many):
    """Ground and all ten thousand in flight, drawn to the end and not only asked for."""
    with browser(chromium, 900, 600) as page:
        opened(page, f"file://{many}?light&t=200")
        wait(page, "performance.getEntriesByName('keepout-first-picture').length > 0")
        first_ms = page.evaluate(
            "performance.getEntriesByName('keepout-first-picture')[0].startTime"
        )
        print(f"first picture after {first_ms:.0f} ms")
        assert page.evaluate("keepout.clock.t_s") == 200
        assert page.evaluate(FLYING) == OBJECTS
        assert first_ms < BUSY * FIRST_PICTURE_MS
        page.evaluate("keepout.open('many', 0)")  # again, perhaps before the tiles are there
        wait(page, "keepout.sides[0].stage.view.ready()")  # tiles, borders and ways came after it
        page.evaluate("keepout.setTaste({light: true, flat: true})")
        wait(page, "keepout.sides.length === 1 && keepout.sides[0].stage.view.kind === 'map'")
        assert page.faults == []
