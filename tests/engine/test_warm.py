"""The empty Case has the types of a real one: what it compiles is what a run calls."""

from __future__ import annotations

import numpy as np
from numba import typeof

from keepout.engine.warm import empty_case
from tests.engine.synthetic import Params, battery, make_case


def test_an_empty_case_has_the_types_of_a_real_one():
    params = Params()
    case, _layout = make_case([battery(params, "b")], params)
    for name, empty, real in zip(case._fields, empty_case(), case, strict=True):
        assert typeof(empty) == typeof(real), name


def test_a_resolved_case_has_them_too():
    from keepout.scenario.load import load
    from keepout.scenario.resolve import resolve

    case = resolve(load("tutorial")).case
    for name, empty, real in zip(case._fields, empty_case(), case, strict=True):
        assert typeof(empty) == typeof(real), name
    assert np.isfinite(case.lane.flight_s).all()
