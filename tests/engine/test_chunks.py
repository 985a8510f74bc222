"""Every trial once, in chunks of the right length, and an answer to a stop."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from keepout.engine import chunks
from keepout.engine.chunks import run_chunks


def number_rows(first, last, out):
    out[:, 0] = np.arange(first, last)


def run(work=number_rows, gaps=((0, 100),), threads=2, size=None, stop=None):
    stop = stop or threading.Event()
    return list(run_chunks(work, gaps, 2, threads=threads, stop=stop, size=size))


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("size", [None, 1, 7, 100])
@pytest.mark.parametrize("gaps", [[(0, 100)], [(3, 4), (10, 31), (50, 50), (60, 99)], []])
def test_every_trial_comes_once(threads, size, gaps):
    found = run(gaps=gaps, threads=threads, size=size)
    trials = sorted(t for chunk in found for t in range(chunk.first, chunk.last))
    assert trials == [t for first, last in gaps for t in range(first, last)]
    for chunk in found:
        assert chunk.rows[:, 0].tolist() == list(range(chunk.first, chunk.last))
        if size:
            assert chunk.last - chunk.first <= size


def test_no_chunk_is_given_to_the_main_thread():
    seen = set()
    run(lambda first, last, out: seen.add(threading.current_thread()))
    assert threading.main_thread() not in seen


def test_chunks_grow_with_the_measured_rate_and_stay_short():
    took_s = []

    def work(first, last, out):
        begin_s = time.perf_counter()
        time.sleep(0.001 * (last - first))
        took_s.append(time.perf_counter() - begin_s)

    found = run(work, gaps=[(0, 1500)], threads=1)
    assert max(took_s) < 0.5
    assert len(found) < 40  # not one by one
    assert found[0].last - found[0].first == 1


def test_one_slow_trial_makes_the_next_chunk_small():
    assert chunks._next_size(100, 100.0) == 1
    assert chunks._next_size(1, 0.0) == chunks.GROWTH
    assert chunks._next_size(1000, 1.0) == int(1000 * chunks.TARGET_S)


def test_an_exception_of_a_worker_is_raised_where_the_chunks_are_taken():
    def work(first, last, out):
        raise ZeroDivisionError("in a worker")

    with pytest.raises(ZeroDivisionError, match="in a worker"):
        run(work)


def test_a_stop_delivers_what_is_finished_and_ends():
    stop = threading.Event()
    begun = []

    def work(first, last, out):
        begun.append(first)
        time.sleep(0.02)

    begin_s = time.monotonic()
    found = []
    for chunk in run_chunks(work, [(0, 10_000)], 2, threads=2, stop=stop, size=1):
        found.append(chunk)
        if len(found) == 5:
            stop.set()
    assert time.monotonic() - begin_s < 1.0
    assert sorted(chunk.first for chunk in found) == sorted(begun)


def test_a_stop_does_not_wait_for_a_chunk_that_takes_too_long(monkeypatch):
    monkeypatch.setattr(chunks, "GRACE_S", 0.1)
    stop = threading.Event()
    hang = threading.Event()
    timer = threading.Timer(0.1, stop.set)
    timer.start()
    assert run(lambda first, last, out: hang.wait(), stop=stop) == []
    hang.set()
