"""A small engine of its own for tests of everything between the kernel and the screen.

Rows are filled from a hash of (seed, trial) and keep the ledger. ``main`` is the command
line with this engine in place of the real one; FAKE_SPIN in the environment slows it down.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path

import numba
import numpy as np

from keepout.records.outcome import CAUSES, TOTALS, Layout
from keepout.results.metrics import Prices
from keepout.trip import Job

LAYOUT = Layout(("fast", "slow"), ("base", "city", "elsewhere"), ("upper", "lower"))
N_TOTALS, N_M, N_A, N_S, N_C = len(TOTALS), 2, 3, 2, len(CAUSES)
THREATS = 12


@numba.njit(nogil=True, cache=True)
def mix(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@numba.njit(nogil=True, cache=True)
def draw(seed, trial, i, k):
    x = mix(np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(trial))
    x = mix(x + np.uint64(i) * np.uint64(0xD1342543DE82EF95) + np.uint64(k))
    return float(x >> np.uint64(11)) / 9007199254740992.0


@numba.njit(nogil=True, cache=True)
def fill(seed, first, last, out, kill, spin):
    for trial in range(first, last):
        row = out[trial - first]
        idle = 0.0
        for s in range(spin):
            idle += draw(seed, trial, 99, s)
        if idle < 0.0:
            row[0] = 1
        level = kill * (0.6 + 0.8 * draw(seed, trial // 2, 1000, 0))
        for i in range(8 + int(5 * draw(seed, trial, 500, 0))):
            m = int(2 * draw(seed, trial, i, 1))
            a = int(3 * draw(seed, trial, i, 2))
            row[0] += 1
            row[N_TOTALS + m] += 1
            at = N_TOTALS + 2 * N_M
            row[at + a] += 1
            at += 2 * N_A
            if draw(seed, trial, i, 3) < 0.1:
                row[1] += 1
                row[N_TOTALS + N_M + m] += 1
                continue
            row[5] += 1
            row[6] += 1
            s = int(2 * draw(seed, trial, i, 4))
            row[4] += 1
            row[at + s] += 1 + int(2 * draw(seed, trial, i, 6))
            if draw(seed, trial, i, 5) < level:
                row[2] += 1
                row[at + N_S + s] += 1
                continue
            cause = 8 if draw(seed, trial, i, 7) < 0.7 else 6
            row[3] += 1
            at += 3 * N_S
            row[at + a * N_C + cause] += 1
            row[at + (N_A + m) * N_C + cause] += 1


def job(kill: float = 0.6, name: str = "fake", **changes) -> Job:
    spin = int(os.environ.get("FAKE_SPIN", "0"))

    def work(seed, first, last, out):
        fill(seed, first, last, out, kill, spin)

    def record(seed, trial):
        out = np.zeros((1, len(LAYOUT.columns())), np.int32)
        fill(seed, trial, trial + 1, out, kill, 0)
        event = {
            "trial": trial, "t_s": 12.5, "kind": "shot", "who": "north", "whom": "raid/000",
            "x_ecef_m": 1.0, "y_ecef_m": 2.0, "z_ecef_m": 3.0, "value": 1.0, "detail": "",
        }  # fmt: skip
        track = {
            "trial": trial, "threat": "raid/000", "t_s": np.arange(3.0),
            "r_ecef_m": np.arange(9.0).reshape(3, 3),
        }  # fmt: skip
        return out[0], [event], [track]

    prices = Prices({"upper": 12e6, "lower": 1e6}, {"fast": 2e6, "slow": None})
    made = Job(
        name, work, record, LAYOUT, {"kill": kill}, f"name: {name}  # é\r\n", prices,
        {"lower": {"batteries": 1, "rounds": 48, "rounds_per_threat": 2}},
        hashes={"scenario": f"s{kill}", "sources": "x"},
    )  # fmt: skip
    return dataclasses.replace(made, **changes)


def main() -> None:
    from keepout import cli, trip

    trip.prepare = lambda scenario, **options: job(
        0.9 if "better" in str(scenario) else 0.6, Path(str(scenario)).stem
    )
    cli.main(sys.argv[1:])
