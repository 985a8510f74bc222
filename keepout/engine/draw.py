"""draw: replace every uncertain number of the Case by this trial's value."""

from __future__ import annotations

import math

import numpy as np

from keepout.engine.rng import (
    EPISTEMIC,
    NO_ONE,
    ONCE,
    block,
    normal_cdf,
    normal_quantile,
    uniform,
)
from keepout.kernel import lean
from keepout.records.case import SAMPLING_STRATIFIED, Case
from keepout.records.parameter import QUANTILES

PAIR = np.int64(2)
"""Trials that share one draw."""
STRATA = np.int64(8)
"""Pairs that share out the interval of each parameter."""


@lean
def quantile_at(table, u):
    """Value of a tabulated quantile function, linear between its points.

    table    (QUANTILES,)  values at u = 0, 1/512, …, 1
    u        ()            in [0, 1]
    returns  ()            value, in the table's unit
    """
    x = u * (QUANTILES - 1)
    i = int(x)
    if i >= QUANTILES - 1:
        return table[QUANTILES - 1]
    return table[i] + (x - i) * (table[i + 1] - table[i])


@lean
def rank_of(place, words):
    """How many of eight random words are less than the one at a place.

    place, words  ()  0 … 7; (8,) tuple
    returns       ()  0 … 7: over the eight places a random permutation
    """
    rank = 0
    for j in range(STRATA):
        earlier = words[j] == words[place] and j < place
        if words[j] < words[place] or earlier:
            rank += 1
    return rank


@lean
def epistemic(seed, pair, key, stratified):
    """The uniform number of one parameter in one pair of trials.

    seed, pair, key  ()  integers
    stratified       ()  whether every eight pairs share out the interval evenly
    returns          ()  in (0, 1)

    Every eight pairs are a Latin hypercube of their own: each parameter falls once into each
    eighth, in an order of its own. So a main effect of a parameter hardly adds to the error of
    a mean, blocks of eight pairs are independent, and a draw is still known by its address.

    Source: McKay, Beckman and Conover, Technometrics 21 (1979) 239; Stein, Technometrics 29
    (1987) 143: what the variance loses are the main effects.
    """
    u = uniform(seed, pair, key, NO_ONE, EPISTEMIC, ONCE)
    if not stratified:
        return u
    first = block(seed, pair // STRATA, key, NO_ONE, EPISTEMIC, ONCE + 1)
    second = block(seed, pair // STRATA, key, NO_ONE, EPISTEMIC, ONCE + 2)
    return (rank_of(pair % STRATA, first + second) + u) / STRATA


def together(case: Case) -> int:
    """How many consecutive trials of a Case are not independent of each other."""
    stratified = case.models[0].sampling == SAMPLING_STRATIFIED
    return int(PAIR * STRATA if stratified else PAIR)


@lean
def draw(case, seed, trial, theta):
    """Draw every parameter of one trial.

    case          Case; only param and quantile are read
    seed, trial   ()  integers; trials 2j and 2j + 1 share one draw, so that the
                  spread of outcomes can be split from the ignorance of parameters
    theta         (p,) out: values, SI

    A parameter is addressed by its key, so batteries of one type share their draw. One
    with a partner gets a Gaussian copula with the partner's own uniform number.
    """
    pair = trial // PAIR
    stratified = case.models[0].sampling == SAMPLING_STRATIFIED
    for i in range(len(case.param)):
        row = case.param[i]
        if row.fixed == 1:
            theta[i] = case.quantile[i, 0]
            continue
        u = epistemic(seed, pair, row.key, stratified)
        if row.partner >= 0:
            other = epistemic(seed, pair, case.param[row.partner].key, stratified)
            z = row.rho * normal_quantile(other)
            z += math.sqrt(1.0 - row.rho * row.rho) * normal_quantile(u)
            u = normal_cdf(z)
        theta[i] = quantile_at(case.quantile[i], u)
