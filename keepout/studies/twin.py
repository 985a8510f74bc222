"""Fattah-1 against its ballistic twin: what its turn in the atmosphere changes, layer by layer.

The twin is the same missile aimed at the same place without the manoeuvre. Strength is the band of
the catalogue, one number, as context; the manoeuvre is the canned one and nothing is sought. Each
layer is one battery at a notional site beside the target, alone with the raid.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from keepout.catalogue import read
from keepout.earth.geodesy import alt_of
from keepout.engine.draw import together as trials_together
from keepout.engine.trial import Engine
from keepout.records.sensor import SIGHT_POINTS
from keepout.results.metrics import Counts
from keepout.results.summary import summarise
from keepout.scenario.load import load_text
from keepout.scenario.resolve import Resolved, resolve
from keepout.studies.battlespace import battlespace

MISSILE = "fattah-1"
LAYERS = ("arrow-3-battery", "thaad-battery", "arrow-2-battery", "davids-sling-battery")
"""From the highest down."""

TRIALS = 400
READY_S, ASSESS_S = 30.0, 10.0
"""A track to launch on, so long after burnout; time to know a result."""

TEXT = """\
schema: keepout/scenario/1
name: twin
raids:
  - name: r
    missile: fattah-1
    count: 8
    launch: {area: khorramabad}
    aim: {asset: nevatim}
    spacing: 60 s
assets:
  - {id: nevatim, defend: always}
radars:
  - {name: eye, type: an-tpy-2, at: {lat: 31.2 deg, lon: 35.0 deg}, share: true}
batteries:
%s
kill:
  manoeuvre_factor: {low: 0.5, mode: 0.8, high: 1.0, source: opinion}
  manoeuvre_ceiling: 80 km
"""
BATTERY = """\
  - name: %s
    type: %s
    at: {lat: 31.2 deg, lon: 35.0 deg}
    radar: none
    rounds: 40
    channels: 40
    doctrine: {rule: salvo-2, cap: 2}
"""


@dataclass(frozen=True)
class Row:
    """One layer and one strength (None: the twin)."""

    layer: str
    strength_g: float | None
    window_s: float  # launches of the battery; 0 if there is none
    looks: int
    first_km: float | None  # height of the first and the last intercept
    last_km: float | None
    stray_km: float  # what a ballistic prediction is wrong by when the window opens
    arrived: dict[str, Any]  # S: share of the raid that arrives, with its ignorance


def band_g() -> tuple[float, float, float]:
    """Low, value and high of the strength in the catalogue [standard gravity]."""
    number = read.entry(MISSILE, "missile").number("manoeuvre_strength")
    scale = number.si / float(number.value) / 9.80665
    return tuple(float(x or number.value) * scale for x in (number.low, number.value, number.high))  # type: ignore[return-value]


@functools.cache
def made(strength_g: float | None) -> Resolved:
    """The scenario with one strength, or with the twin."""
    batteries = "".join(BATTERY % (f"b{k}", id_) for k, id_ in enumerate(LAYERS))
    where = f"catalogue.{MISSILE}"
    if strength_g is None:
        sets = [f"{where}.kind=ballistic", f"{where}.manoeuvre=none"]
    else:
        sets = [f"{where}.manoeuvre_strength={strength_g * 9.80665:.4f} m/s2"]
    return resolve(load_text(TEXT % batteries, settings=sets), "engagement")


def rows(trials: int = TRIALS) -> list[Row]:
    """Every layer with the twin and the three strengths of the band."""
    return [
        _row(layer, b, strength, trials)
        for b, layer in enumerate(LAYERS)
        for strength in (None, *band_g())
    ]


def _row(layer: str, b: int, strength_g: float | None, trials: int) -> Row:
    case = made(strength_g).case
    battery, lane = case.battery[b], case.lane[0]
    window = case.window[0, b]
    space = battlespace(
        battery.r_ecef_m, case.interceptor[battery.interceptor], case.flyout[battery.interceptor],
        lane, case.sample[0], window, float(lane.burnout_s) + READY_S, ASSESS_S,
    )  # fmt: skip
    opens = space["window"]
    return Row(
        layer, strength_g,
        0.0 if opens is None else opens["closes_s"] - max(opens["opens_s"], space["ready_s"]),
        len(space["looks"]),
        None if opens is None else opens["first_intercept"]["alt_km"],
        None if opens is None else opens["last_intercept"]["alt_km"],
        0.0 if opens is None else stray_m(case.sight[0, 0], opens["opens_s"]) / 1e3,
        arrived(made(strength_g), b, trials),
    )  # fmt: skip


def stray_m(sight: Any, after_s: float) -> float:
    """What a ballistic prediction of the impact is wrong by at a time after launch [m]."""
    at = np.linspace(sight.rise_s, sight.set_s, SIGHT_POINTS)
    east, north = (float(np.interp(after_s, at, sight.impact_bias_m[:, k])) for k in (0, 1))
    return float(np.hypot(east, north))


def arrived(resolved: Resolved, b: int, trials: int) -> dict[str, Any]:
    """Share of the raid that arrives with this battery alone: S over the trials."""
    case = resolved.case
    alone = case._replace(quantile=case.quantile.copy(), battery=case.battery.copy())
    rounds = alone.battery.rounds.copy()
    others = np.arange(len(alone.battery)) != b
    row = len(alone.quantile)
    quantile = np.vstack([alone.quantile, np.zeros((1, alone.quantile.shape[1]))])
    param = np.concatenate([case.param, case.param[-1:]]).view(np.recarray)
    rounds[others] = row
    alone.battery.rounds = rounds
    alone = alone._replace(quantile=quantile, param=param)
    out = np.zeros((trials, len(resolved.layout.columns())), np.int32)
    Engine(alone).run(0, 0, trials, out)
    counts = Counts(resolved.layout, out)
    return summarise(counts("arrived") / np.maximum(counts("launched"), 1.0), trials_together(case))


def heights() -> list[tuple[float | None, np.ndarray, np.ndarray]]:
    """Strength (None: the twin), time before impact [s] and height [km] of the flights."""
    found = []
    for strength in (None, *band_g()):
        case = made(strength).case
        sample, lane = case.sample[0], case.lane[0]
        t_s = np.arange(len(sample)) * float(lane.dt_s) - float(lane.flight_s)
        found.append((strength, t_s, np.array([alt_of(*row[:3]) for row in sample]) / 1e3))
    return found
