"""Two designs meet the same raid: common chance from scenario files down to the rows."""

from __future__ import annotations

import numpy as np

from keepout import trip

TRIALS = 60


def rows(name: str, *sets: str, seed: int = 11) -> dict[str, np.ndarray]:
    job = trip.prepare(name, sets=sets)
    out = np.zeros((TRIALS, len(job.layout.columns())), np.int32)
    job.work(seed, 0, TRIALS, out)
    return dict(zip(job.layout.columns(), out.T, strict=True))


def test_a_battery_without_rounds_changes_no_row():
    plain = rows("october-2024")
    idle = rows("october-2024-thaad-interceptors", "batteries.thaad.rounds=0")
    assert (idle["fired.thaad-battery"] == 0).all()
    for name, column in plain.items():
        assert (idle[name] == column).all(), name


def test_a_battery_with_rounds_changes_rows_but_not_the_raid():
    plain, more = rows("october-2024"), rows("october-2024-thaad")
    for name in plain:
        if name.split(".")[0] in ("launched", "failed", "aimed", "threatening"):
            assert (plain[name] == more[name]).all(), name
    assert more["arrived"].mean() < plain["arrived"].mean()


def test_another_seed_gives_other_rows():
    one, other = rows("tutorial", seed=1), rows("tutorial", seed=2)
    assert any((one[name] != other[name]).any() for name in one)
