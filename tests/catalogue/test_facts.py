"""What is published stands in the catalogue as published."""

from __future__ import annotations

import math

import pytest

from keepout.catalogue import read

# THAAD battery: CRS IF12645 (launchers, rounds, crew, reach), ABC News October 2024 (cost),
# Xinhua 8 July 2016 (reload). Values as written there.
THAAD = [
    ("thaad-battery", "launchers", 6, ""),
    ("thaad-battery", "rounds_per_launcher", 8, ""),
    ("thaad-battery", "crew", 95, ""),
    ("thaad-battery", "cost_usd", 1_000_000_000, "USD"),
    ("thaad-battery", "reload_time", 30, "min"),
    ("thaad-interceptor", "reach", 200, "km"),
    ("thaad-interceptor", "floor", 40, "km"),
    ("thaad-interceptor", "ceiling", 150, "km"),
    ("thaad-interceptor", "length", 6.17, "m"),
    ("thaad-interceptor", "mass", 900, "kg"),
    ("thaad-interceptor", "cost_usd", 12_700_000, "USD"),
]
# Radars: Lewis and Postol 2012; interceptors and missiles: the compilations and reports that
# each field names as its source.
OTHERS = [
    ("an-tpy-2", "average_power", 81, "kW"),
    ("an-tpy-2", "aperture", 9.2, "m2"),
    ("an-tpy-2", "efficiency", 0.8, ""),
    ("an-tpy-2", "dwell", 0.1, "s"),
    ("green-pine", "range_max", 500, "km"),
    ("arrow-2", "reach", 90, "km"),
    ("arrow-2", "floor", 10, "km"),
    ("arrow-2", "ceiling", 50, "km"),
    ("arrow-2", "cost_usd", 3_000_000, "USD"),
    ("arrow-3", "floor", 100, "km"),
    ("arrow-3", "cost_usd", 3_000_000, "USD"),
    ("stunner", "ceiling", 15, "km"),
    ("stunner", "cost_usd", 1_000_000, "USD"),
    ("pac-3-mse", "reach", 35, "km"),
    ("pac-3-mse", "ceiling", 36, "km"),
    ("pac-3-mse", "cost_usd", 4_000_000, "USD"),
    ("sm-3-ia", "cost_usd", 9_600_000, "USD"),
    ("sm-3-ib", "ceiling", 500, "km"),
    ("sm-3-ib", "cost_usd", 9_000_000, "USD"),
    ("sm-6", "ceiling", 34, "km"),
    ("tamir", "reach", 70, "km"),
    ("tamir", "cost_usd", 50_000, "USD"),
    ("shahab-3", "range", 1300, "km"),
    ("ghadr-1", "range", 1600, "km"),
    ("emad", "range", 1700, "km"),
    ("emad", "launch_mass", 17000, "kg"),
    ("emad", "cep", 500, "m"),
    ("sejjil", "range", 2000, "km"),
    ("sejjil", "launch_mass", 23600, "kg"),
    ("kheibar-shekan", "range", 1450, "km"),
    ("haj-qassem", "range", 1400, "km"),
    ("fattah-1", "range", 1400, "km"),
    ("khorramshahr-4", "range", 2000, "km"),
    ("scud-b", "range", 300, "km"),
    ("scud-b", "launch_mass", 5860, "kg"),
    ("scud-b", "stage_1_burn", 62, "s"),
    ("al-hussein", "body_diameter", 0.88, "m"),
    ("shahed-136", "cruise_speed", 185, "km/h"),
    ("paveh", "range", 1650, "km"),
    ("nevatim", "lat", 31.21, "deg"),
    ("nevatim", "lon", 35.01, "deg"),
    ("tel-nof", "lat", 31.84, "deg"),
    ("tel-nof", "lon", 34.82, "deg"),
    ("hatzerim", "lat", 31.23, "deg"),
    ("hatzerim", "lon", 34.66, "deg"),
    ("kermanshah", "lat", 34.31, "deg"),
    ("kermanshah", "lon", 47.07, "deg"),
]
# Published ranges: low and high of the field must enclose both.
SPANS = [
    ("thaad-battery", "launchers", 6, 9),
    ("thaad-battery", "crew", 90, 100),
    ("thaad-battery", "cost_usd", 0.8e9, 2.7e9),
    ("thaad-battery", "reload_time", 30, 60),
    ("thaad-interceptor", "reach", 150, 200),
    ("thaad-interceptor", "cost_usd", 10e6, 15.5e6),
    ("an-tpy-2", "range_max", 600, 3000),
    ("super-green-pine", "range_max", 800, 900),
    ("arrow-2", "reach", 90, 150),
    ("arrow-3", "ceiling", 100, 300),
    ("stunner", "reach", 40, 300),
    ("sm-3-ia", "reach", 500, 700),
    ("sm-3-ib", "reach", 700, 900),
    ("sm-6", "reach", 240, 370),
    ("shahab-3", "range", 1000, 2000),
    ("shahab-3", "payload", 760, 1200),
    ("ghadr-1", "range", 1350, 1950),
    ("ghadr-1", "cep", 300, 1000),
    ("kheibar-shekan", "launch_mass", 4500, 6300),
    ("fattah-1", "payload", 350, 500),
    ("khorramshahr-4", "launch_mass", 19000, 30000),
    ("al-hussein", "range", 600, 650),
    ("al-hussein", "launch_mass", 6400, 7340),
    ("al-hussein", "payload", 190, 500),
    ("al-hussein", "cep", 1000, 3000),
    ("shahed-136", "range", 970, 2500),
    ("paveh", "cruise_speed", 700, 900),
]
# Opinions for the kill probability per shot that the scenarios start from.
SSPK = [
    ("arrow-3", 0.35, 0.65, 0.90),
    ("arrow-2", 0.35, 0.65, 0.90),
    ("sm-3-ia", 0.25, 0.50, 0.85),
    ("sm-3-ib", 0.25, 0.50, 0.85),
    ("stunner", 0.10, 0.40, 0.70),
    ("pac-3-mse", 0.00, 0.25, 0.50),
    ("thaad-interceptor", 0.45, 0.75, 0.95),
]
STAGED = [entry for entry in read.entries("missile") if entry.stages()]
G0_MPS2 = 9.80665


@pytest.mark.parametrize("id_, field, value, unit", THAAD + OTHERS)
def test_values_are_as_published(id_: str, field: str, value: float, unit: str) -> None:
    number = read.entry(id_).number(field)
    assert (number.value, number.unit) == (value, unit)


@pytest.mark.parametrize("id_, field, low, high", SPANS)
def test_ranges_enclose_what_is_published(id_: str, field: str, low: float, high: float) -> None:
    number = read.entry(id_).number(field)
    assert number.low is not None
    assert number.high is not None
    assert number.low <= low
    assert number.high >= high


def test_the_thaad_battery_is_one_radar_and_48_rounds() -> None:
    battery = read.entry("thaad-battery")
    assert battery.text("radar") == "an-tpy-2"
    assert battery.text("interceptor") == "thaad-interceptor"
    assert battery.number("launchers").value * battery.number("rounds_per_launcher").value == 48
    assert "2019" in battery.note
    assert "US soldiers" in battery.note
    for field in ("launchers", "rounds_per_launcher", "crew"):
        assert battery.number(field).grade == "A"
    assert battery.number("channels").grade == "D"


@pytest.mark.parametrize("id_, low, mode, high", SSPK)
def test_kill_probabilities_are_opinions(id_: str, low: float, mode: float, high: float) -> None:
    sspk = read.entry(id_).number("sspk")
    assert (sspk.low, sspk.value, sspk.high) == (low, mode, high)
    assert sspk.grade == "D"
    assert "opinion" in sspk.source
    assert "no real kill probability is public" in sspk.note


def test_no_kill_probability_is_better_than_an_opinion() -> None:
    for entry in read.entries("interceptor"):
        if "sspk" in entry.fields:
            assert entry.number("sspk").grade == "D", entry.id


def test_the_tpy2_reaches_what_its_source_says() -> None:
    """About 870 km against 0.01 m2 at a signal-to-noise ratio of 20 (Lewis and Postol 2012).

    R4 = Pav T G A e s / ((4 pi)2 k Ts L SNR). "About" is taken as half of the last
    digit they print: 5 km.
    """
    radar = read.entry("an-tpy-2")

    def si(name: str) -> float:
        return radar.number(name).si

    wavelength_m = 299_792_458.0 / si("frequency")
    gain = 4.0 * math.pi * si("aperture") * si("efficiency") / wavelength_m**2
    energy_j = si("average_power") * si("dwell")
    noise_j = 1.380649e-23 * si("noise_temperature") * si("loss")
    area_m2 = si("aperture") * si("efficiency")
    range_m = (energy_j * gain * area_m2 * 0.01 / ((4.0 * math.pi) ** 2 * noise_j * 20.0)) ** 0.25
    assert range_m == pytest.approx(870e3, abs=5e3)


@pytest.mark.parametrize("missile", STAGED, ids=lambda entry: entry.id)
def test_stages_add_up_to_the_launch_mass(missile: read.Entry) -> None:
    """Propellant, dry masses and payload lie within the published launch mass, plus rounding."""
    total_kg = missile.number("payload").si
    if "shroud" in missile.fields:
        total_kg += missile.number("shroud").si
    for n in range(1, missile.stages() + 1):
        total_kg += missile.number(f"stage_{n}_propellant").si
        total_kg += missile.number(f"stage_{n}_dry").si
    launch = missile.number("launch_mass")
    assert launch.low is not None
    assert launch.high is not None
    assert launch.low - 0.5 <= total_kg <= launch.high + 0.5


@pytest.mark.parametrize("missile", STAGED, ids=lambda entry: entry.id)
def test_stages_have_a_sensible_specific_impulse(missile: read.Entry) -> None:
    """200 to 300 s, less at sea level than in vacuum, and enough thrust to leave the ground."""
    for n in range(1, missile.stages() + 1):
        weight_n = missile.number(f"stage_{n}_propellant").si * G0_MPS2
        burn_s = missile.number(f"stage_{n}_burn").si
        vacuum_s = missile.number(f"stage_{n}_thrust_vacuum").si * burn_s / weight_n
        sea_s = missile.number(f"stage_{n}_thrust_sea_level").si * burn_s / weight_n
        assert 200.0 < sea_s < vacuum_s < 300.0
    launch_n = missile.number("launch_mass").si * G0_MPS2
    assert missile.number("stage_1_thrust_sea_level").si > 1.2 * launch_n


@pytest.mark.parametrize("interceptor", read.entries("interceptor"), ids=lambda entry: entry.id)
def test_interceptors_can_reach_their_published_speed(interceptor: read.Entry) -> None:
    """The rocket equation gives the published burnout speed and 5 to 60 % for losses."""

    def si(name: str) -> float:
        return interceptor.number(name).si

    exhaust_mps = si("thrust") * si("burn") / si("propellant")
    ideal_mps = exhaust_mps * math.log(si("mass") / (si("mass") - si("propellant")))
    assert 1.05 < ideal_mps / si("burnout_speed") < 1.6
    assert si("floor") < si("ceiling")


@pytest.mark.parametrize("battery", read.entries("battery"), ids=lambda entry: entry.id)
def test_batteries_bring_what_the_catalogue_has(battery: read.Entry) -> None:
    assert battery.text("interceptor") in read.ids("interceptor")
    assert "radar" not in battery.fields or battery.text("radar") in read.ids("radar")
