"""Rounds fired at tracks of nothing: clutter, debris, chaff that a battery takes for warheads."""

from __future__ import annotations

import math

from keepout.engine.rng import DECEIVED, uniform
from keepout.kernel import hot


@hot
def spend_on_nothing(seed, trial, radars, lost, theta, battery, b, stock):
    """Take from a battery the rounds that it fires at tracks of nothing in this trial.

    seed, trial       address
    radars, lost      (s,) RADAR rows, and whether each is lost from the beginning
    theta             (p,)
    battery, b        BATTERY row and its number
    stock             STOCK row with its ready rounds; false_shots and ready are written

    Each that stands before a radar whose tracks it may use deceives it with the given chance, and
    gets the first salvo of its doctrine. They are spent before the raid is fought: when in it they
    are, and the channels that they hold, is not modelled.
    """
    rounds = 0
    for r in range(len(radars)):
        radar = radars[r]
        shown = radar.shared == 1 or radar.owner == b
        if battery.deceivable == 0 or radar.cluttered == 0 or not shown or lost[r] == 1:
            continue
        for k in range(math.floor(theta[radar.false_tracks] + 0.5)):
            u = uniform(seed, trial, battery.name, radar.name, DECEIVED, k)
            if u < theta[battery.deceived]:
                rounds += max(battery.salvo, 1)
    stock.false_shots = min(rounds, stock.ready)
    stock.ready -= stock.false_shots
