"""Large raids and many batteries: they run, and a missile costs hardly more than in a small one."""

from __future__ import annotations

import time

import numpy as np
import pytest

from keepout.engine.trial import WHOLE, Engine, run_range
from keepout.records.outcome import TOTALS
from keepout.scenario.load import load, load_text
from keepout.scenario.resolve import resolve

RAID = """
schema: keepout/scenario/1
name: many
raids:
  - name: east
    missile: ghadr-1
    count: 200
    launch: {area: kermanshah, radius: 50 km}
    aim: {asset: nevatim, cep: 1000 m}
    spacing: 5 s
assets: [{id: nevatim}]
batteries:
"""
BATTERY = """
  - name: battery-%d
    type: arrow-2-battery
    at: {lat: %.1f deg, lon: %.1f deg}
    doctrine: {rule: salvo-2, cap: 4}
    kill: {sspk: 0.5}
"""


def october(missiles: int) -> tuple[Engine, int]:
    made = resolve(load("october-2024", (f"raids.iran.count={missiles}",)))
    return Engine(made.case), len(made.layout.columns())


def check_ledger(out: np.ndarray, missiles: int) -> None:
    total = dict(zip(TOTALS, out.T))
    np.testing.assert_array_equal(total["launched"], missiles)
    np.testing.assert_array_equal(
        total["launched"], total["failed"] + total["intercepted"] + total["arrived"]
    )
    assert total["engaged"].min() > 0


@pytest.mark.parametrize("parts", [1, 64])
def test_rows_do_not_depend_on_the_room_for_looks(parts: int):
    """What finds no place among the parts of the time goes through the heap, in the same order."""
    engine, columns = october(60)
    case, plan = engine.case, engine.plan
    usual, narrow = np.zeros((2, 60, columns), np.int32)
    engine.run(7, 0, 60, usual)
    room, first_looks = engine.room(), len(case.threat) * len(case.battery)
    scratch = room.scratch._replace(
        part=np.zeros(parts, np.int32), wait_s=room.scratch.wait_s[:first_looks]
    )
    run_range(case, plan, 7, 0, 60, WHOLE, room.world, scratch, narrow)
    np.testing.assert_array_equal(usual, narrow)
    assert not scratch.part.any()


def test_ten_thousand_missiles():
    engine, columns = october(10_000)
    out = np.zeros((2, columns), np.int32)
    engine.run(7, 0, 2, out)
    check_ledger(out, 10_000)
    alone = np.zeros((1, columns), np.int32)
    engine.run(7, 1, 2, alone)
    np.testing.assert_array_equal(alone[0], out[1])


def test_two_hundred_batteries():
    batteries = "".join(
        BATTERY % (k, 31.0 + 0.1 * (k % 10), 34.5 + 0.1 * (k // 40)) for k in range(200)
    )
    made = resolve(load_text(RAID + batteries, "many.yaml", ()))
    out = np.zeros((2, len(made.layout.columns())), np.int32)
    Engine(made.case).run(7, 0, 2, out)
    check_ledger(out, 200)


def per_missile_s(engine: Engine, out: np.ndarray, missiles: int) -> float:
    """Processor time of one missile of a trial."""
    start = time.process_time()
    engine.run(7, 0, len(out), out)
    return (time.process_time() - start) / (len(out) * missiles)


@pytest.mark.slow
def test_time_grows_with_missiles_and_no_faster():
    """At most 1.5 times as long for each of 10,000 as for each of 200: best of ten, in turns."""
    small, columns = october(200)
    large, _ = october(10_000)
    out = np.zeros((50, columns), np.int32)
    small.run(7, 0, 1, out[:1])
    large.run(7, 0, 1, out[:1])
    pairs = [
        (per_missile_s(small, out, 200), per_missile_s(large, out[:1], 10_000)) for _ in range(10)
    ]
    fast, slow = np.array(pairs).min(axis=0)
    assert slow <= 1.5 * fast
