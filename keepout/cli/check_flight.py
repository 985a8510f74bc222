"""``keepout check-flight``: is a published flight possible."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepout.cli.given import AllAtOnce, Figure, PlaceName, Quantity
from keepout.cli.output import emit, json_option, say, wrapped

if TYPE_CHECKING:
    from keepout.errors import Problem
    from keepout.flight.claim import Claim, Verdict

MINUTES_FROM_S = 600.0
"""Whole minutes from here on count as rounded to a minute, also when they are given in seconds."""


def _claim(values: dict[str, Any]) -> Claim:
    """The claim that the options make."""
    from keepout.flight.claim import Claim, Rounded

    time, burn = values.get("time"), values.get("burn")
    return Claim(
        apogee=Rounded(*values["apogee"]),
        range=Rounded(*values["range_"]),
        time=None if time is None else Rounded(time[0], _half(time, values.get("rounding"))),
        burn=None if burn is None else Rounded(*burn),
        launch=values.get("launch"),
        aim=values.get("aim"),
    )


def _faults(written: set[str], values: dict[str, Any]) -> list[Problem]:
    """What no flight can have among the values; one that could not be read stands as a fair one."""
    from keepout.errors import Problem
    from keepout.flight.claim import problems
    from keepout.records.place import Place

    known = {"apogee": (1e3, 0.0), "range_": (1e3, 0.0)} | values
    unread = [name for name in ("launch", "aim") if name in written - values.keys()]
    known |= {name: Place(lat_deg=60.0 * i, lon_deg=10.0) for i, name in enumerate(unread)}
    faults = problems(_claim(known))
    rounding = values.get("rounding")
    if rounding is not None and ("time" not in written or rounding < 0.0):
        faults.append("--rounding belongs to --time, and is not below zero")
    return [Problem("flight", fault) for fault in faults]


@click.command(cls=AllAtOnce, judge=_faults)
@click.option("--apogee", required=True, type=Figure("length"), help='As in "2111.5 km".')
@click.option(
    "--range",
    "range_",
    required=True,
    type=Figure("length"),
    help="Along the ground, the shorter way.",
)
@click.option("--time", type=Figure("time", parts=True), help='As in "47 min 12 s" or "30 min".')
@click.option("--burn", type=Figure("time", parts=True), help="Under thrust, all stages together.")
@click.option("--from", "launch", type=PlaceName(), help="Launch: a place's id, or LAT,LON.")
@click.option("--to", "aim", type=PlaceName(), help="Impact; gives the direction.")
@click.option(
    "--rounding", type=Quantity("time"), help='To what the time was rounded, as in "1 min".'
)
@click.option(
    "--plot", type=click.Path(path_type=Path, dir_okay=False),
    help="Draw height over ground range of the drag-free flight into this file.",
)  # fmt: skip
@json_option
def command(plot: Path | None, as_json: bool, **given: Any) -> None:
    """Judge a published flight by the drag-free time of its apogee and ground range.

    possible, impossible (shorter than free fall by more than rounding and 0.3 %) or implausible
    (what is left over fits no powered phase and re-entry). Free fall is over the turning WGS 84
    Earth with J2, between the places, or the least over direction and latitude without them.
    Figures are read as rounded in their last digit, integers from 100 on that end in 0 to ten,
    whole minutes from ten on to a minute; --rounding overrides this for the time. Ballistic to the
    ground: no parachute, no glide.
    """
    from keepout.errors import FlightError, InputError
    from keepout.flight.claim import check

    faults = _faults({name for name in given if given[name] is not None}, given)
    if faults:
        raise InputError(faults)
    try:
        verdict = check(_claim(given))
    except FlightError as error:
        raise InputError.one("flight", str(error)) from error
    if plot is not None:
        _draw(verdict, plot)
        say(f"drawn: {plot}")
    emit(as_json, record(verdict), lambda: _text(verdict))


def _half(time: tuple[float, float], rounding: float | None) -> float:
    """Half of the unit to which a time was rounded [s]."""
    if rounding is not None:
        return 0.5 * rounding
    value, half = time
    whole = value >= MINUTES_FROM_S and value % 60.0 == 0.0
    return 30.0 if whole and half == 0.5 else half


def record(verdict: Verdict) -> dict[str, Any]:
    """The fields of the JSON contract."""
    return {
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "free_fall_time_s": verdict.fall.time_s,
        "burnout_speed_mps": verdict.fall.speed_mps,
        "excess_time_s": verdict.excess_s,
    }


def _text(verdict: Verdict) -> str:
    """The same for people."""
    fall = verdict.fall
    lines = [wrapped(f"{verdict.verdict}: {verdict.reason}.")]
    begun = f"begun with {fall.speed_mps:,.0f} m/s over the ground"
    lines.append(f"  free fall {fall.time_s:,.1f} s, {begun}")
    return "\n".join(lines)


def _draw(verdict: Verdict, path: Path) -> None:
    """Height over ground range of the free fall."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    axes.plot(verdict.fall.path[:, 0] / 1e3, verdict.fall.path[:, 1] / 1e3)
    axes.set(
        xlabel="ground range [km]", ylabel="height [km]", ylim=(0, None),
        title=f"free fall of the claim, {verdict.fall.time_s:,.0f} s: {verdict.verdict}",
    )  # fmt: skip
    axes.grid(alpha=0.3)
    try:
        figure.savefig(path)
    except ValueError as error:  # a format that matplotlib does not write
        raise click.BadParameter(str(error), param_hint="--plot") from error
    finally:
        plt.close(figure)
