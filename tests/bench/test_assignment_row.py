"""The peer of ``assignment-highs``: what it finds, and that a disagreement would be seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from keepout.bench.assignment import GAP, HIGH, LOW, agreement, instance, notes, outer_approximation
from keepout.studies.assignment.master import new_highs
from keepout.studies.assignment.solve import solve


def test_the_instance_is_what_the_row_says():
    it = instance(40)
    assert it.kill.min() >= LOW
    assert it.kill.max() <= HIGH
    assert it.kill.mean() == pytest.approx(0.75, abs=0.01)
    assert np.corrcoef(it.kill[:, :-1].ravel(), it.kill[:, 1:].ravel())[0, 1] < 0.1
    assert (it.value >= 1.0).all()
    assert (instance(40).kill == it.kill).all()


def test_both_find_the_same_optimum():
    it = instance(14)
    highs = new_highs()
    highs.setOptionValue("mip_rel_gap", GAP / 2.0)
    theirs, ours = outer_approximation(it, 60.0, highs), solve(it)
    assert theirs.gap <= GAP
    assert ours.proven
    assert theirs.bound <= ours.value * (1.0 + 1e-6)
    assert ours.value <= theirs.value * (1.0 + 1e-9)
    assert theirs.value == pytest.approx(ours.value, rel=2.0 * GAP)
    assert "lies between" in agreement(ours, theirs)
    assert "DOES NOT" in agreement(replace(ours, value=1.1 * ours.value, bound=1.1 * ours.value),
                                   theirs)  # fmt: skip
    assert "stopped" in notes(ours, replace(theirs, bound=0.5 * theirs.value))
