"""Sensitivity of a scenario: pinned trials, the attacker as one group, threads."""

from __future__ import annotations

import numpy as np
import pytest

from keepout import trip
from keepout.engine.draw import draw, epistemic
from keepout.errors import InputError
from keepout.studies import pieces, prior
from keepout.studies.chance import generator, seed_of
from keepout.studies.sensitivity import Pinned, factors_of, sensitivity
from keepout.studies.stories import plain
from keepout.studies.study_load import load_study_text

TEXT = """schema: keepout/study/1
name: small
scenario: tutorial
seed: 3
numbers: [arrived.total]
sensitivity: {method: METHOD, base: 32}
"""
NOWHERE = pieces.Where(keep=False)


def run(text: str, **how):
    return sensitivity(load_study_text(text, "s.yaml", "sensitivity"), NOWHERE, pieces.How(**how))


@pytest.fixture(scope="module")
def october():
    return plain(trip.prepare("october-2024-thaad"))


def test_pinned_parameters_are_those_that_a_trial_draws(october):
    """The uniform numbers of a trial, handed in from outside, give the trial's own row."""
    case = prior.case_of(october)
    keys = prior.keys(october)
    u = np.array([epistemic(5, 1, np.uint64(row.key), True) for row in case.param])
    pinned = Pinned(october, keys)
    theta = np.zeros(len(keys))
    draw(case, 5, 2, theta)
    assert pinned.values(u) == pytest.approx(theta, rel=1e-9, abs=1e-12)
    own = np.zeros((2, len(october.layout.columns())), np.int32)
    october.work(5, 2, 4, own)
    assert np.array_equal(pinned.rows(u, 5, 2, 4), own)


def test_the_attacker_is_one_group(october):
    factors = factors_of([october], ())
    attackers = {k for k, g in zip(factors.keys, factors.groups) if "attacker" in factors.names[g]}
    assert {"raid.iran.count", "raid.iran.failed", "cep.emad", "kill.manoeuvre_factor"} <= attackers
    assert not any(name.startswith(("raid.", "cep.")) for name in factors.names)
    assert "arrow-3-2.rounds" not in factors.keys  # fully correlated with arrow-3-1's


def test_any_number_of_threads_gives_the_same():
    text = TEXT.replace("METHOD", "sobol")
    found = run(text, threads=1)
    assert run(text, threads=2) == found
    about = found["numbers"]["arrived.total"]
    names = {f["name"] for f in about["factors"]}
    assert names == {"chance.per_threat", "thaad-interceptor.sspk"}
    assert about["variance"]["noise"] > 0.0


def test_morris_screens_the_same_scenario():
    found = run(TEXT.replace("METHOD", "morris").replace("base: 32", "base: 16"))
    about = {f["name"]: f for f in found["numbers"]["arrived.total"]["factors"]}
    assert about["thaad-interceptor.sspk"]["mu"] < 0.0  # better shots, fewer arrivals
    assert about["thaad-interceptor.sspk"]["mu_star"] >= abs(about["thaad-interceptor.sspk"]["mu"])


def test_bad_designs_are_refused():
    text = TEXT.replace("METHOD", "sobol").replace("base: 32", "base: 30, levels: 5")
    with pytest.raises(InputError) as caught:
        run(text)
    assert [p.path for p in caught.value.problems] == ["sensitivity.base", "sensitivity.levels"]


def test_attackers_numbers_cannot_be_asked_for_by_themselves():
    text = TEXT.replace("METHOD, base: 32", "sobol, parameters: [raid.north.count, thaad.x]")
    with pytest.raises(InputError) as caught:
        run(text)
    assert [p.code for p in caught.value.problems] == ["attacker", "unknown-name"]
    assert all(p.line == 6 for p in caught.value.problems)


def test_chance_of_studies_hangs_on_seed_and_purpose():
    assert seed_of(1, "a") != seed_of(1, "b") != seed_of(2, "a")
    assert generator(1, "a", 2).random() == generator(1, "a", 2).random()
    assert generator(1, "a", 2).random() != generator(1, "a", 3).random()
