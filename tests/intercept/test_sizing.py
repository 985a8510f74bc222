"""The motor that is found reaches the speed that was asked for."""

from __future__ import annotations

import math

import pytest

from keepout.intercept.sizing import (
    ELEVATION_RAD,
    burnout_speed_mps,
    ideal_speed_mps,
    motor_of,
    thrust_n,
)

from .conftest import HIGH, LOW, interceptor_of


@pytest.mark.parametrize("values, speed_mps", [(HIGH, 2800.0), (HIGH, 1500.0), (LOW, 1450.0)])
def test_a_motor_reaches_its_speed(values, speed_mps):
    it = interceptor_of(values)
    before = it.propellant_kg
    it_propellant_kg, it_thrust_n = motor_of(it, speed_mps, 265.0)
    assert it.propellant_kg == before  # the record that was given is not touched
    it.propellant_kg, it.thrust_n = it_propellant_kg, it_thrust_n
    assert burnout_speed_mps(it, ELEVATION_RAD) == pytest.approx(speed_mps, rel=1e-6)
    assert it.thrust_n == pytest.approx(it.propellant_kg * 265.0 * 9.80665 / it.burn_s)
    assert ideal_speed_mps(it) > speed_mps


def test_a_speed_out_of_reach_is_nan():
    assert all(math.isnan(x) for x in motor_of(interceptor_of(HIGH), 9000.0, 265.0))


def test_the_rocket_equation_by_hand():
    it = interceptor_of(HIGH | {"mass_kg": 1000.0, "propellant_kg": 500.0})
    it.thrust_n = thrust_n(500.0, 250.0, it.burn_s)
    assert ideal_speed_mps(it) == pytest.approx(250.0 * 9.80665 * math.log(2.0))


def test_losses_are_less_without_air_and_less_to_the_side():
    vacuum = interceptor_of(HIGH | {"area_m2": 0.0})
    up, side = (burnout_speed_mps(vacuum, math.radians(angle)) for angle in (90.0, 30.0))
    assert up < side < ideal_speed_mps(vacuum)
    assert burnout_speed_mps(interceptor_of(HIGH), math.radians(90.0)) < up
