"""One part of the simulator by itself: a flight, a radar, a track, an assignment, an inference.

``import keepout as ko`` offers these beside run and compare. Each takes names of the catalogue or
plain numbers, in SI units and radians, and calls the same kernels as a trial does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keepout.catalogue import read
from keepout.catalogue.entry import field_record
from keepout.earth.geodesy import ecef_m, enu_matrix, place_of
from keepout.engine.rng import DETECT, MEASURE, NO_ONE, ONCE, normal_pair, uniform
from keepout.errors import FlightError, InputError, Problem
from keepout.flight.drop import sample_at
from keepout.flight.fly import fly as fly_rows
from keepout.flight.throw import throw
from keepout.records.missile import DRAG_CONE
from keepout.records.place import Place
from keepout.records.sensor import RADAR
from keepout.records.trajectory import Trajectory
from keepout.scenario.book import Book
from keepout.scenario.rows import fill_radar, missile_rows
from keepout.sensing import radar as looking
from keepout.sensing.measure import measure
from keepout.sensing.motion import LN_BETA_SIGMA, STATES
from keepout.sensing.track import track_predict, track_start, track_update

if TYPE_CHECKING:
    import pandas as pd

    from keepout.inference.study import Answer
    from keepout.studies.assignment.solve import Answer as Assignment

__all__ = [
    "Findings", "Flight", "Place", "Radar", "assign", "entry", "fly", "infer", "place", "radar",
    "throw",
]  # fmt: skip

Vector = NDArray[np.float64]


def place(id_: str) -> Place:
    """A place of the catalogue, such as ``nevatim``. Raises InputError if there is none such."""
    found = read.entry(id_, "place")
    lat, lon = (math.degrees(found.number(name).si) for name in ("lat", "lon"))
    return Place(lat_deg=lat, lon_deg=lon)


def _place(where: Place | str) -> Place:
    return place(where) if isinstance(where, str) else where


def entry(id_: str) -> pd.DataFrame:
    """One entry of the catalogue: a row per number, with unit, range, grade, source and note.

    Raises InputError if there is none such.
    """
    import pandas as pd

    found = read.entry(id_)
    rows = {name: field_record(field) for name, field in found.fields.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


# -- flight --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flight:
    """One flight: its summary in SI units, its path as a table."""

    trajectory: Trajectory
    missile: Any  # MISSILE row

    def __repr__(self) -> str:
        n = self.numbers
        return (
            f"<flight of {self.trajectory.name}: {n['range_m'] / 1e3:,.0f} km in "
            f"{n['flight_s']:.0f} s, apogee {n['apogee_m'] / 1e3:.0f} km>"
        )

    @property
    def numbers(self) -> dict[str, float]:
        """Time, range, apogee, burnout and impact, each named with its unit."""
        names = (
            "flight_s", "range_m", "apogee_m", "burnout_s", "burnout_alt_m", "burnout_speed_mps",
            "impact_lat_deg", "impact_lon_deg", "impact_speed_mps", "impact_angle_rad", "miss_m",
        )  # fmt: skip
        return {name: float(getattr(self.trajectory, name)) for name in names}

    @property
    def beta_kgpm2(self) -> float:
        """Ballistic coefficient of what re-enters, at Mach 8 [kg/m2]; nan if there is none."""
        beta = float(self.missile.rv_beta_kgpm2)
        return beta if beta > 0.0 else math.nan

    def at(self, t_s: float) -> Vector:
        """Position [m] and velocity [m/s] (6,), ECEF, a time after launch."""
        t = self.trajectory
        y = np.empty(6)
        sample_at(self._samples, float(t.t_s[1] - t.t_s[0]), float(t_s), y)
        return y

    @cached_property
    def _samples(self) -> Vector:
        return np.hstack([self.trajectory.r_ecef_m, self.trajectory.v_ecef_mps])

    def path(self) -> pd.DataFrame:
        """Time [s], place [deg, m], and speed over the ground [m/s]."""
        import pandas as pd

        t = self.trajectory
        places = [place_of(r_m) for r_m in t.r_ecef_m]
        return pd.DataFrame(
            {
                "t_s": t.t_s,
                "lat_deg": [each.lat_deg for each in places],
                "lon_deg": [each.lon_deg for each in places],
                "alt_m": [each.alt_m for each in places],
                "speed_mps": np.linalg.norm(t.v_ecef_mps, axis=1),
            }
        )


def fly(
    missile: str, *, launch: Place | str, aim: Place | str, control: str = "min-energy",
    target: float = math.nan,
) -> Flight:  # fmt: skip
    """Fly one missile of the catalogue from place to place; ``keepout fly`` on the command line.

    control  min-energy, lofted, depressed, or apogee or time with ``target`` in m or s

    Raises InputError for an unknown name, or if the missile cannot fly so.
    """
    book = Book()
    name = book.entry("missile", missile).name
    rows, stages = missile_rows(book, [missile])
    try:
        flown = fly_rows(
            rows[0], stages, launch=_place(launch), aim=_place(aim), control=control,
            target=target, name=name,
        )  # fmt: skip
    except FlightError as error:
        raise InputError.one("flight", str(error)) from error
    return Flight(flown, rows[0])


# -- radar and track -----------------------------------------------------------------------


@dataclass(frozen=True)
class Radar:
    """One radar at a place: what it sees, how well, and the tracks it makes of it."""

    row: Any  # RADAR row

    def snr(self, range_m: float, rcs_m2: float) -> float:
        """Mean signal-to-noise ratio (a power ratio) of one whole dwell straight ahead."""
        return float(looking.snr(self.row, range_m, rcs_m2))

    def detection_range_m(self, rcs_m2: float, snr: float = 20.0) -> float:
        """Range [m] at which one whole dwell reaches a signal-to-noise ratio."""
        return looking.detection_range_m(self.row, rcs_m2, snr)

    def detection_p(self, snr: float) -> float:
        """Probability that one look detects (Swerling 1), at the radar's false-alarm rate."""
        return float(looking.detection_p(snr, self.row.false_alarm_p))

    def range_sigma_m(self, snr: float) -> float:
        """One-sigma error of the range of one look [m]."""
        return float(looking.range_sigma_m(self.row, snr))

    def angle_sigma_rad(self, snr: float) -> float:
        """One-sigma error of an angle of one look straight ahead [rad]."""
        return float(looking.angle_sigma_rad(self.row, snr, 1.0))

    def looks(self, flight: Flight, *, rcs_m2: float | None = None, seed: int = 0) -> pd.DataFrame:
        """What the radar measures of a flight: time [s], range [m], angles [rad], S/N.

        A look each ``revisit``, from when the flight is over the horizon and inside the field of
        regard; looks that detect nothing are left out. ``rcs_m2`` is the mean cross-section, the
        catalogue's of the warhead unless given. No bias. Equal seeds, equal looks.
        """
        import pandas as pd

        rcs = float(flight.missile.rcs_m2) if rcs_m2 is None else rcs_m2
        rows = []
        for k, t_s in enumerate(np.arange(0.0, flight.trajectory.flight_s, self.row.revisit_s)):
            x, y, z = flight.at(t_s)[:3]
            if looking.sees(self.row, x, y, z) != looking.SEEN:
                continue
            snr = float(looking.observe(self.row, x, y, z, rcs)[3])
            who = np.uint64(k)
            if uniform(seed, 0, who, NO_ONE, DETECT, ONCE) > self.detection_p(snr):
                continue
            n, more = (normal_pair(seed, 0, who, NO_ONE, MEASURE, ONCE + i) for i in (0, 1))
            seen = measure(self.row, x, y, z, snr, n[0], n[1], more[0], 0.0, 0.0, 0.0)
            rows.append((t_s, *seen, snr))
        return pd.DataFrame(rows, columns=["t_s", "range_m", "az_rad", "el_rad", "snr"])

    def track(
        self, looks: pd.DataFrame, *, beta_kgpm2: float = 4000.0, beta_sigma: float = LN_BETA_SIGMA,
        density_m2ps3: float = 1e-4,
    ) -> Track:  # fmt: skip
        """Follow one object through looks with the extended Kalman filter of the engine.

        looks          as ``looks`` gives them, in order of time
        beta_kgpm2     ballistic coefficient believed at first, and the standard deviation of its
                       logarithm, ``beta_sigma``
        density_m2ps3  noise density of the acceleration that the filter does not know of

        Raises InputError without looks, and for numbers that make no belief.
        """
        faults = [
            ("there are no looks to follow", len(looks) > 0),
            (f"beta_kgpm2 is {beta_kgpm2:g}; it must be above zero", beta_kgpm2 > 0.0),
            (f"beta_sigma is {beta_sigma:g}; it must be above zero", beta_sigma > 0.0),
            (
                f"density_m2ps3 is {density_m2ps3:g}; it must not be below zero",
                density_m2ps3 >= 0.0,
            ),
        ]
        wrong = [Problem("track", says) for says, holds in faults if not holds]
        if wrong:
            raise InputError(wrong)
        given = looks[["range_m", "az_rad", "el_rad", "snr"]].to_numpy(float)
        t_s = looks["t_s"].to_numpy(float)
        states, covs = np.empty((len(t_s), STATES)), np.empty((len(t_s), STATES, STATES))
        chi2 = np.full(len(t_s), math.nan)
        x, cov = np.empty(STATES), np.empty((STATES, STATES))
        r_m, az, el, snr = given[0]
        ln_beta = math.log(beta_kgpm2)
        track_start(self.row, r_m, az, el, snr, 1.0, ln_beta, beta_sigma, x, cov)
        for k in range(len(t_s)):
            if k > 0:
                track_predict(x, cov, t_s[k] - t_s[k - 1], DRAG_LAW, density_m2ps3, 0.0)
                r_m, az, el, snr = given[k]
                chi2[k] = track_update(self.row, r_m, az, el, snr, 1.0, x, cov)
            states[k], covs[k] = x, cov
        return Track(t_s, states, covs, chi2)


DRAG_LAW = np.int64(DRAG_CONE)
"""Drag by Mach number that a tracker believes in."""


@dataclass(frozen=True)
class Track:
    """What a filter knew after each look.

    t_s (n,); state (n, 7): position [m], velocity [m/s], ECEF, logarithm of the ballistic
    coefficient [kg/m2]; cov (n, 7, 7); chi2 (n,): squared innovation over its variance, three
    degrees of freedom, nan for the first look.
    """

    t_s: Vector
    state: Vector
    cov: Vector
    chi2: Vector

    def errors_m(self, flight: Flight) -> Vector:
        """Distance of the track from the flight (n,) [m]."""
        return np.asarray(np.linalg.norm(self.state[:, :3] - self._truth(flight)[:, :3], axis=1))

    def sigmas_m(self) -> Vector:
        """Error of the position that the filter expects (n,) [m]: root of the variances' sum."""
        return np.asarray(np.sqrt(np.trace(self.cov[:, :3, :3], axis1=1, axis2=2)))

    def nees(self, flight: Flight) -> Vector:
        """Normalised squared error of position and velocity (n,): mean 6 if the filter is right.

        Source: Bar-Shalom, Li and Kirubarajan (2001), sec. 5.4.
        """
        off = self.state[:, :6] - self._truth(flight)
        return np.asarray(
            [e @ np.linalg.solve(p[:6, :6], e) for e, p in zip(off, self.cov, strict=True)]
        )

    def _truth(self, flight: Flight) -> Vector:
        return np.array([flight.at(float(t_s)) for t_s in self.t_s])


def radar(id_: str, *, at: Place | str, facing_deg: float = 0.0, **changed: float) -> Radar:
    """A radar of the catalogue at a place, facing an azimuth from north by east.

    ``changed`` replaces numbers of it by their names in SI units, such as ``dwell_s=0.1`` or
    ``average_power_w=60e3``. Raises InputError for an unknown radar, place or number.
    """
    row: Any = np.zeros(1, RADAR).view(np.recarray)[0]
    fill_radar(Book(), id_, row)
    where = _place(at)
    row.azimuth_rad = math.radians(facing_deg) % (2.0 * math.pi)
    row.r_ecef_m = ecef_m(where)
    row.to_enu = np.asarray(enu_matrix(math.radians(where.lat_deg), math.radians(where.lon_deg)))
    known = [n for n in RADAR.names or () if RADAR[n] == np.float64 and n != "frame_s"]
    wrong = [Problem("radar", says) for says in _radar_faults(changed, known)]
    if wrong:
        raise InputError(wrong)
    for name, value in changed.items():
        row[name] = value
    return Radar(row)


MAY_BE_ZERO = (
    "azimuth_rad", "elevation_min_rad", "search_low_rad", "range_bias_m", "angle_bias_rad",
    "track_snr", "search_share", "false_share",
)  # fmt: skip


def _radar_faults(changed: Mapping[str, float], known: Sequence[str]) -> Iterator[str]:
    """Sentences about numbers that no radar has."""
    for name, value in changed.items():
        if name not in known:
            yield f"a radar has no number {name!r}; it has {', '.join(known)}"
        elif not (math.isfinite(value) and (value > 0.0 or (value == 0.0 and name in MAY_BE_ZERO))):
            yield f"{name} is {value:g}; a number above zero is needed"


# -- assignment ----------------------------------------------------------------------------


def assign(
    value: ArrayLike, kill: ArrayLike, rounds: ArrayLike = 1, *, time_limit_s: float | None = None
) -> Assignment:
    """Rounds to targets so that the least value survives, with proof; ``keepout assign``.

    value   (n,)    of the targets, 0 or more
    kill    (n, m)  probability that one round of weapon j kills target i
    rounds  (m,)    of each weapon, or one number for all
    returns  its ``given`` (n, m) rounds, ``value`` that survives, ``bound``, ``gap``, ``proven``

    Raises InputError for shapes that do not fit and numbers out of range.
    """
    from keepout.studies.assignment.instance import Instance
    from keepout.studies.assignment.solve import solve

    v, p = np.array(value, float), np.array(kill, float)
    if v.ndim != 1 or p.ndim != 2 or len(p) != len(v) or p.size == 0:
        says = (
            f"value has shape {v.shape} and kill {p.shape}; (targets,) and (targets, weapons) fit"
        )
        raise InputError.one("assign", says)
    n = np.array(np.broadcast_to(rounds, (p.shape[1],)))
    faults = [
        ("values lie from 0 up", bool((v >= 0.0).all() and np.isfinite(v).all())),
        ("probabilities lie in 0 to 1", bool(((p >= 0.0) & (p <= 1.0)).all())),
        ("rounds are whole numbers from 0 up", bool((n >= 0).all() and (n == n.astype(int)).all())),
    ]
    wrong = "; ".join(says for says, holds in faults if not holds)
    if wrong:
        raise InputError.one("assign", wrong)
    return solve(Instance(v, np.ascontiguousarray(p), n.astype(np.int64)), time_limit_s)


# -- inference -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Findings:
    """What evidence says: prior beside posterior."""

    answer: Answer

    def __repr__(self) -> str:
        found = self.answer.posterior
        return f"<{found.evidence.name}: {len(found.bank):,} states, {found.effective:,.0f} count>"

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """What ``keepout infer --json`` prints."""
        from keepout.inference.study import record

        return record(self.answer)

    def summary(self) -> pd.DataFrame:
        """One row per parameter: 5, 50 and 95 % before and after, and a verdict."""
        import pandas as pd

        rows = {}
        for key, each in self.numbers["parameters"].items():
            row = {f"prior_{q}": each["prior"][q] for q in ("p05", "p50", "p95")}
            row |= {f"posterior_{q}": each["posterior"][q] for q in ("p05", "p50", "p95")}
            rows[key] = row | {"verdict": each["verdict"], "words": each["words"]}
        return pd.DataFrame.from_dict(rows, orient="index")

    def samples(self) -> pd.DataFrame:
        """Every state: its parameters, and the weights ``prior`` and ``posterior``."""
        import pandas as pd

        found = self.answer.posterior
        return pd.DataFrame({**found.theta, "prior": found.prior, "posterior": found.weights})


def infer(
    evidence: str | Path, *, trials: int | None = None, seed: int = 0,
    scenario: str | None = None, sets: Sequence[str] = (),
) -> Findings:  # fmt: skip
    """What can be known from evidence; ``keepout infer`` on the command line.

    evidence  a shipped name, a path, or the text of an evidence file (more than one line)
    trials    of the scenario in the loop, or states of a model without geometry

    Raises InputError with every problem at once, RunError if nothing agrees with the evidence.
    """
    from keepout.inference import reading, study

    is_text = isinstance(evidence, str) and "\n" in evidence
    given = reading.read_text(str(evidence)) if is_text else reading.read(evidence)
    return Findings(study.infer(study.Question(given, scenario, sets, trials, seed)))
