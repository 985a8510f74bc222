"""What each radar believed about each threat: where it would come down, and how surely."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from keepout.engine.belief import (
    B_COV,
    B_EAST,
    B_LAG,
    B_NORTH,
    B_POSITION,
    B_TIME,
    B_VAR_EAST,
    BELIEF_COLUMNS,
    believed,
)
from keepout.engine.plan import plan_of
from keepout.records.case import SENSING_PERFECT
from keepout.records.sensor import ESTIMATE
from keepout.studies.explain import Replay

POINTS = 12
"""Moments of one track, evenly spaced from when it was firm to the end of the threat."""


class Tracks(NamedTuple):
    """Every firm track of a trial; the moments of track n are rows POINTS n and on."""

    threat: np.ndarray  # (n,) row
    radar: np.ndarray  # (n,) row
    t_s: np.ndarray  # (n POINTS,)
    impact_ecef_m: np.ndarray  # (n POINTS, 3) where it would come down
    impact_m2: np.ndarray  # (n POINTS, 3) variances east and north, covariance
    position_m: np.ndarray  # (n POINTS,) one sigma of where it is, largest axis
    lag_s: np.ndarray  # (n POINTS,) it is believed to be where it was so long ago

    def arrays(self) -> dict[str, np.ndarray]:
        """As a browser gets them."""
        return {
            "track_threat": self.threat.astype(np.int32),
            "track_radar": self.radar.astype(np.int32),
            **{
                f"track_{name}": getattr(self, name).astype(np.float32)
                for name in ("t_s", "impact_ecef_m", "impact_m2", "position_m", "lag_s")
            },
        }


def tracks_of(again: Replay, end_s: np.ndarray, seed: int) -> Tracks:
    """The tracks of one trial, computed again from its own chance.

    end_s (n,) when each threat ended. The errors are those that the defence acted on: the
    same addresses give the same normals. None where sensing is perfect.
    """
    case, world, scratch = again.case, again.world, again.scratch
    if case.models[0].sensing == SENSING_PERFECT or not len(case.radar):
        return _whole([], [], [])
    plan = plan_of(case)
    estimate = np.zeros(1, ESTIMATE).view(np.recarray)
    threats, radars, rows = [], [], []
    for i in np.flatnonzero(world.flying):
        for r in range(len(case.radar)):
            track = scratch.track[i, r]
            if not track.firm_s < end_s[i]:
                continue
            moments = np.linspace(float(track.firm_s), float(end_s[i]), POINTS)
            out = np.empty((POINTS, BELIEF_COLUMNS))
            watch = plan.watch[world.lane[i], r]
            believed(
                seed, again.trial, case.radar[r], case.threat[i], watch, world[i], track,
                estimate[0], moments, out,
            )  # fmt: skip
            threats.append(i)
            radars.append(r)
            rows.append(_placed(out, case.asset[case.lane[world.lane[i]].asset]))
    return _whole(threats, radars, rows)


def _placed(said: np.ndarray, asset: Any) -> np.ndarray:
    """Time, believed impact (3), its covariance (3), sigma of position and lag: (n, 9)."""
    flat = np.column_stack([said[:, B_EAST], said[:, B_NORTH], np.zeros(len(said))])
    impact_m = asset.r_ecef_m + flat @ asset.to_enu
    rest = said[:, [B_POSITION, B_LAG]]
    return np.column_stack([said[:, B_TIME], impact_m, said[:, B_VAR_EAST : B_COV + 1], rest])


def _whole(threats: list[Any], radars: list[Any], rows: list[np.ndarray]) -> Tracks:
    found = np.concatenate([np.zeros((0, 9)), *rows])
    return Tracks(
        np.array(threats, np.int32), np.array(radars, np.int32), found[:, 0], found[:, 1:4],
        found[:, 4:7], found[:, 7], found[:, 8],
    )  # fmt: skip
