"""Pictures of one flight or one throw, and the files that they go into."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from keepout.cli.pieces import outline
from keepout.errors import InputError, Problem

if TYPE_CHECKING:
    from keepout.flight.footprint import Footprint
    from keepout.flight.throw import Thrown
    from keepout.records.trajectory import Trajectory

INK, TWIN, MUTED, PIECES = "#1f4e79", "#c0504d", "#777777", "#8a6d00"
ZOOM_KM = 120.0
"""Of the last part of a manoeuvring flight that is drawn larger."""

Vector = NDArray[np.float64]


def save(figure: Any, path: Path) -> None:
    """Write a figure; bad input where the file cannot be written."""
    try:
        figure.savefig(path, dpi=130)
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError([Problem("file", f"cannot write {path}: {why}", path="--plot")]) from error


def _figure(width_in: float, height_in: float) -> Any:
    """An empty figure, without matplotlib's state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


class Track(NamedTuple):
    """A flight as it is drawn."""

    t_s: Vector
    along_km: Vector  # ground range from the start
    alt_km: Vector
    speed_mps: Vector
    lon_deg: Vector
    lat_deg: Vector

    def at(self, t_s: float) -> tuple[float, ...]:
        """The same at one time."""
        return tuple(float(np.interp(t_s, self.t_s, column)) for column in self)


def track_of(flight: Trajectory) -> Track:
    """A trajectory, every second sample."""
    from keepout.earth.geodesy import place_of

    pick = slice(None, None, 2)
    speed = np.linalg.norm(flight.v_ecef_mps, axis=1)[pick]
    return _track(flight.t_s[pick], [place_of(r) for r in flight.r_ecef_m[pick]], speed)


def _track(t_s: Vector, places: Sequence[Any], speed_mps: Vector) -> Track:
    from keepout.earth.geodesy import great_circle_m

    along = [great_circle_m(places[0], place) / 1e3 for place in places]
    lon = np.degrees(np.unwrap(np.radians([place.lon_deg for place in places])))
    lat = [place.lat_deg for place in places]
    alt = [place.alt_m / 1e3 for place in places]
    return Track(t_s, np.array(along), np.array(alt), speed_mps, lon, np.array(lat))


def draw_flight(flight: Trajectory, pieces: Sequence[Footprint], path: Path) -> None:
    """Height over range and time, ground track, and speed or the last part; twin beside."""
    main = track_of(flight)
    twin = track_of(flight.twin) if flight.twin else None
    figure = _figure(10.0, 7.0)
    over_range, over_time, ground, last = figure.subplots(2, 2).ravel()
    figure.suptitle(flight.name)
    for axes, column in ((over_range, "along_km"), (over_time, "t_s")):
        axes.plot(getattr(main, column), main.alt_km, color=INK, label="as flown")
        if twin:
            axes.plot(getattr(twin, column), twin.alt_km, "--", color=TWIN, label="ballistic twin")
        _mark(axes, flight, main, column)
        axes.set(ylabel="height [km]", ylim=(0, None))
        axes.grid(alpha=0.3)
    over_range.set_xlabel("ground range [km]")
    over_time.set_xlabel("time after launch [s]")
    over_range.legend(fontsize=8, loc="best")
    _ground(ground, flight, main, twin, pieces)
    if twin:
        _last_part(last, main, twin)
    else:
        last.plot(main.t_s, main.speed_mps, color=INK)
        last.set(
            xlabel="time after launch [s]", ylabel="speed over the ground [m/s]", ylim=(0, None)
        )
        last.grid(alpha=0.3)
    save(figure, path)


def _mark(axes: Any, flight: Trajectory, track: Track, column: str) -> None:
    """Burnout, apogee and impact."""
    top_s = float(track.t_s[int(track.alt_km.argmax())])
    marks = [("apogee", top_s, "^"), ("impact", flight.flight_s, "v")]
    if flight.burnout_s < flight.flight_s:
        marks.insert(0, ("burnout", flight.burnout_s, "o"))
    else:
        marks = marks[1:]  # what cruises has no top to speak of
    for name, t_s, sign in marks:
        at = track._asdict() | dict(zip(Track._fields, track.at(t_s)))
        axes.plot(
            at[column], at["alt_km"], sign, color=INK, ms=6, label=name, clip_on=False, zorder=5
        )


def _ground(
    axes: Any, flight: Trajectory, main: Track, twin: Track | None, pieces: Sequence[Footprint]
) -> None:
    """The ground track, with where stages and pieces come down."""
    from matplotlib.collections import LineCollection

    from keepout.report.ground import box_around, lines

    box = box_around(np.column_stack([main.lon_deg, main.lat_deg]), 1.2, 3.0)
    axes.set(xlim=(box.west, box.east), ylim=(box.south, box.north))
    for kind, style in (("coast", "-"), ("border", ":")):
        axes.add_collection(
            LineCollection(lines(kind, box), colors=MUTED, linewidths=0.7, linestyles=style)
        )
    axes.plot(main.lon_deg, main.lat_deg, color=INK)
    if twin:
        axes.plot(twin.lon_deg, twin.lat_deg, "--", color=TWIN)
    _mark_places(axes, flight, main)
    for each in pieces:
        _outline(axes, each)
    axes.set(xlabel="longitude [deg]", ylabel="latitude [deg]")
    axes.set_aspect(1.0 / max(0.05, box.shrink()), adjustable="box")
    axes.grid(alpha=0.3)


def _mark_places(axes: Any, flight: Trajectory, main: Track) -> None:
    axes.plot(main.lon_deg[0], main.lat_deg[0], "s", color=INK, ms=5)
    axes.annotate("launch", (main.lon_deg[0], main.lat_deg[0]), (4, 6), textcoords="offset points")
    axes.plot(main.lon_deg[-1], main.lat_deg[-1], "v", color=INK, ms=6)
    axes.annotate(
        "impact", (main.lon_deg[-1], main.lat_deg[-1]), (4, -12), textcoords="offset points"
    )
    for n, (lat, lon, _) in enumerate(flight.stage_impacts, 1):
        axes.plot(lon, lat, "x", color=PIECES, ms=6)
        axes.annotate(f"stage {n}", (lon, lat), (4, 5), textcoords="offset points", color=PIECES)


def _outline(axes: Any, piece: Footprint) -> None:
    """Where half and where nine tenths of the pieces fall."""
    for share, width in ((0.5, 1.4), (0.9, 0.7)):
        for line in outline(piece, share):
            axes.plot(line[:, 0], line[:, 1], color=PIECES, lw=width)


def _last_part(axes: Any, main: Track, twin: Track) -> None:
    """The end of a manoeuvring flight beside its twin, both axes alike."""
    aim_km = float(main.along_km[-1])
    for track, style, colour in ((main, "-", INK), (twin, "--", TWIN)):
        near = (track.along_km > aim_km - ZOOM_KM) & (track.t_s > 0.5 * track.t_s[-1])
        axes.plot(track.along_km[near] - aim_km, track.alt_km[near], style, color=colour)
    axes.axvline(0.0, color=MUTED, lw=0.7)
    axes.set(
        xlabel="ground range from the aim [km]", ylabel="height [km]", ylim=(0, None),
        xlim=(-ZOOM_KM, None),
    )  # fmt: skip
    axes.set_title("the last part, as flown and ballistic", fontsize=9)
    axes.grid(alpha=0.3)


def draw_throw(thrown: Thrown, path: Path) -> None:
    """Height over range and over time, and speed."""
    t_s, places, speed = zip(*thrown.path, strict=True)
    track = _track(np.array(t_s), places, np.array(speed))
    figure = _figure(10.0, 3.6)
    for axes, column, label in zip(
        figure.subplots(1, 3),
        ("along_km", "t_s", "speed_mps"),
        ("ground range [km]", "time [s]", "speed over the ground [m/s]"),
    ):
        axes.plot(getattr(track, column), track.alt_km, color=INK)
        axes.plot(getattr(track, column)[-1], track.alt_km[-1], "v", color=INK)
        axes.set(xlabel=label, ylabel="height [km]")
        axes.grid(alpha=0.3)
    at, done = thrown.place, "landed" if thrown.landed else "stopped"
    figure.suptitle(
        f"{done} after {thrown.t_s:,.1f} s at {at.lat_deg:.4f}, {at.lon_deg:.4f} deg", fontsize=10
    )
    save(figure, path)
