"""draw: replace every uncertain number of the Case by this trial's value."""

from __future__ import annotations

import math

from keepout.engine.rng import EPISTEMIC, NO_ONE, ONCE, normal_cdf, normal_quantile, uniform
from keepout.kernel import kernel
from keepout.records.parameter import QUANTILES


@kernel
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


@kernel
def draw(case, seed, trial, theta):
    """Draw every parameter of one trial.

    case          Case; only param and quantile are read
    seed, trial   ()  integers; trials 2j and 2j + 1 share one draw, so that the
                  spread of outcomes can be split from the ignorance of parameters
    theta         (p,) out: values, SI

    A parameter is addressed by its key, so batteries of one type share their draw. One
    with a partner gets a Gaussian copula with the partner's own uniform number.
    """
    pair = trial // 2
    for i in range(len(case.param)):
        row = case.param[i]
        if row.fixed == 1:
            theta[i] = case.quantile[i, 0]
            continue
        u = uniform(seed, pair, row.key, NO_ONE, EPISTEMIC, ONCE)
        if row.partner >= 0:
            other = uniform(seed, pair, case.param[row.partner].key, NO_ONE, EPISTEMIC, ONCE)
            z = row.rho * normal_quantile(other)
            z += math.sqrt(1.0 - row.rho * row.rho) * normal_quantile(u)
            u = normal_cdf(z)
        theta[i] = quantile_at(case.quantile[i], u)
