"""A row that measures next to nothing, to try the frame with."""

from __future__ import annotations

from keepout.bench.row import alone, compared, peer
from keepout.bench.timing import interleaved


def rows(pairs):
    ours, theirs = (lambda: sum(range(10))), (lambda: sum(range(1000)))
    timing = interleaved(ours, theirs, pairs, shortest_s=1e-4)
    assert peer("no_such_module_anywhere") is None
    return [
        compared("tiny", "us a call", timing, scale=1e6, peer="sum", agreement="equal"),
        alone("lonely", "us a call", timing, scale=1e6, peer="nobody"),
    ]
