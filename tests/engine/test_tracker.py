"""The filter that a scenario chooses, through the whole trip."""

from __future__ import annotations

import numpy as np
import pytest
from numba import config

from keepout.engine import physics
from keepout.engine.trial import trials_kernel
from keepout.errors import InputError
from keepout.scenario.load import load
from keepout.scenario.resolve import resolve
from keepout.sensing.follow import SIGMA

pytestmark = pytest.mark.skipif(config.DISABLE_JIT, reason="minutes of filters uncompiled")
SETTINGS = ("raids.north.count=6", "raids.north.spacing=1 s", "raids.north.launch.radius=2 km")


def rows(made, first, last):
    out = np.full((last - first, len(made.layout.columns())), -1, np.int32)
    trials_kernel(made.case, 5, first, last, out)
    return out


@pytest.fixture(scope="module")
def unscented():
    return resolve(load("tutorial", (*SETTINGS, "models.tracker=ukf")), "physics")


def test_the_unscented_filter_gives_a_trial_alone_its_row(unscented):
    assert physics.new_tables(unscented.case).follow.dtype.fields.keys() == SIGMA.fields.keys()
    whole = rows(unscented, 0, 6)
    assert (rows(unscented, 4, 5)[0] == whole[4]).all()
    at = unscented.layout.columns().index("seen")
    assert (whole[:, at] > 0).all()


def test_a_filter_nobody_knows_is_refused_with_those_there_are():
    with pytest.raises(InputError) as caught:
        load("tutorial", ("models.tracker=particle",))
    problem = caught.value.problems[0]
    assert "models.tracker" in str(problem)
    assert "ukf" in str(problem)
