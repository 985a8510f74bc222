"""Published flights: apogee, ground range and time as reported, judged by ``check-flight``.

The world says what the verdict should be: a flight that took place as reported is possible; one
that ended under a parachute is no ballistic flight, so that its time is implausible; a report that
others have shown to be wrong should not pass. Figures are as published, with half of their last
digit; times of two clock readings to the minute carry a minute either way. Launch and impact are
the areas named in the reports, to 0.1 or 0.5 deg. Beside each true flight stand the same figures
with a time below free fall, and with one that no powered phase explains.

What this cannot tell: a report may be wrong and still possible.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from keepout.flight.claim import (
    IMPLAUSIBLE,
    IMPOSSIBLE,
    POSSIBLE,
    Claim,
    Fall,
    Rounded,
    fall_of,
    judge,
)
from keepout.records.place import Place
from keepout.validation.check import MODEL, Check

TITLE = "Published flights"

Pair = tuple[float, float]


@dataclass(frozen=True)
class Flight:
    """One report: km and s with half of the last digit; places (lat, lon) [deg]."""

    name: str
    apogee: Pair
    range: Pair
    time: Pair
    source: str
    grade: str
    burn: Pair | None = None
    ends: tuple[Pair, Pair] | None = None
    verdict: str = POSSIBLE
    note: str = ""

    def claim(self, places: bool = True) -> Claim:
        """As check-flight takes it."""
        start, end = self.ends if self.ends and places else (None, None)
        return Claim(
            apogee=Rounded(*(1e3 * value for value in self.apogee)),
            range=Rounded(*(1e3 * value for value in self.range)),
            time=Rounded(*self.time),
            burn=None if self.burn is None else Rounded(*self.burn),
            launch=None if start is None else Place(lat_deg=start[0], lon_deg=start[1]),
            aim=None if end is None else Place(lat_deg=end[0], lon_deg=end[1]),
        )


SUNAN, CAPE, PEENEMUENDE = (39.2, 125.7), (28.5, -80.6), (54.2, 13.8)
WEST_OF_HOKKAIDO = (41.5, 137.2)
PARACHUTE = "came down by parachute, which the check does not model: the right answer"
FLIGHTS = (
    Flight(
        "Hwasong-12, 2017-05-14", (2111.5, 0.05), (787.0, 0.5), (1800.0, 30.0),
        "apogee and range: KCNA; about 30 min: US Pacific Command", "A",
    ),
    Flight(
        "Hwasong-14, 2017-07-04, US time", (2802.0, 0.5), (933.0, 0.5), (2220.0, 30.0),
        "apogee and range: KCNA; 37 min: US Pacific Command", "A",
    ),
    Flight(
        "Hwasong-14, 2017-07-04, KCNA's time", (2802.0, 0.5), (933.0, 0.5), (2340.0, 30.0),
        "KCNA", "C",
    ),
    Flight(
        "Hwasong-14, 2017-07-28", (3724.9, 0.05), (998.0, 0.5), (2832.0, 0.5),
        "KCNA; IHS Jane's, 2017-08-01", "A",
    ),
    Flight(
        "Hwasong-12, 2017-08-29", (550.0, 5.0), (2700.0, 50.0), (840.0, 60.0),
        "Government of Japan: 05:58 to about 06:12 (Global Times, 2017-08-29)", "A",
        ends=(SUNAN, (42.0, 157.5)),
    ),
    Flight(
        "Hwasong-12, 2017-09-15", (770.0, 5.0), (3700.0, 50.0), (1140.0, 60.0),
        "Government of Japan: 06:57 to about 07:16 (Japan Times); CSIS Missile Threat", "A",
        ends=(SUNAN, (39.0, 168.5)),
    ),
    Flight(
        "Hwasong-15, 2017-11-29", (4475.0, 0.5), (950.0, 5.0), (3180.0, 30.0),
        "government statement, 53 min (Defence Industries, 2017-11-29)", "A",
        ends=((39.3, 125.9), (40.6, 136.9)),
    ),
    Flight(
        "Hwasong-12, 2022-01-30", (2000.0, 50.0), (800.0, 5.0), (1800.0, 30.0),
        "Governments of Japan and of the Republic of Korea: 2,000 km, 800 km, 30 min", "A",
        ends=((40.6, 126.4), (41.3, 135.9)),
    ),
    Flight(
        "Hwasong-17 as claimed, 2022-03-24, KCNA's time", (6248.5, 0.05), (1090.0, 5.0),
        (4052.0, 0.5), "KCNA, 67.5 min (Defence Blog, 2022-03-25)", "C",
        ends=(SUNAN, (41.0, 138.3)), verdict=IMPOSSIBLE,
        note="the Republic of Korea's Ministry of Defence held the claim to be false (South China "
        "Morning Post, 2022-03); Japan measured 71 min",
    ),
    Flight(
        "the same flight, Japan's time", (6248.5, 0.05), (1090.0, 5.0), (4260.0, 30.0),
        "Ministry of Defence of Japan: about 71 min, 1,080 to 1,100 km", "A",
        ends=(SUNAN, (41.0, 138.3)),
    ),
    Flight(
        "Hwasong-12, 2022-10-04", (970.0, 5.0), (4500.0, 50.0), (1320.0, 60.0),
        "Joint Chiefs of Staff: 970 km, 4,500 km; Government of Japan: 07:22 to about 07:44", "B",
        ends=((40.6, 126.4), (36.5, 178.0)),
    ),
    Flight(
        "Hwasong-17, 2022-11-18", (6040.9, 0.05), (999.2, 0.05), (4135.0, 0.5),
        "KCNA (TASS, 2022-11-19)", "A", ends=(SUNAN, WEST_OF_HOKKAIDO),
    ),
    Flight(
        "Hwasong-15, 2023-02-18", (5768.5, 0.05), (989.0, 0.5), (4015.0, 0.5),
        "KCNA (KBS World, 2023-02-19)", "A", ends=(SUNAN, WEST_OF_HOKKAIDO),
    ),
    Flight(
        "Hwasong-17, 2023-03-16", (6045.0, 0.5), (1000.2, 0.05), (4151.0, 0.5),
        "KCNA (CGTN, 2023-03-17)", "A", ends=(SUNAN, WEST_OF_HOKKAIDO),
    ),
    Flight(
        "Hwasong-18, 2023-07-12", (6648.4, 0.05), (1001.2, 0.05), (4491.0, 0.5),
        "KCNA (Xinhua, 2023-07-13)", "A", ends=((39.1, 126.0), (42.0, 137.1)),
    ),
    Flight(
        "Hwasong-18, 2023-12-18", (6518.2, 0.05), (1002.3, 0.05), (4415.0, 0.5),
        "KCNA; 73 min: Ministry of Defence of Japan", "A", ends=((39.1, 126.0), (42.0, 137.1)),
    ),
    Flight(
        "Hwasong-19, 2024-10-31", (7687.5, 0.05), (1001.2, 0.05), (5156.0, 0.5),
        "KCNA (Chosun Ilbo, 2024-11-01)", "A", ends=((39.1, 126.0), (42.0, 137.1)),
    ),
    Flight(
        "V-2, 1942-10-03", (84.5, 0.05), (190.0, 5.0), (300.0, 30.0),
        "W. Dornberger, V-2 (1952): 84.5 km, 190 km; hardly five minutes (Der Spiegel, 2017)", "B",
        burn=(63.0, 3.0), ends=(PEENEMUENDE, (54.7, 16.7)),
    ),
    Flight(
        "V-2 at full range", (88.0, 3.0), (320.0, 5.0), (320.0, 5.0),
        "R. A. Huzel and D. H. Huang, NASA SP-125 (1967); G. P. Sutton; typical, no one flight",
        "C", burn=(65.0, 3.0),
    ),
    Flight(
        "Scud-B at full range", (86.0, 5.0), (300.0, 5.0), (313.0, 10.0),
        "S. Zaloga, Scud Ballistic Missile (2006); typical, no one flight", "C", burn=(62.0, 1.0),
    ),
    Flight(
        "Paris gun, 1918", (40.0, 2.0), (120.0, 5.0), (190.0, 5.0),
        "German plate of 1918: 40,000 m, 3 min 10 s", "C", burn=(0.0, 0.0),
    ),
    Flight(
        "Paris gun, the time of the handbooks", (40.0, 0.5), (120.0, 5.0), (170.0, 0.5),
        "common in handbooks and encyclopaedias", "C", burn=(0.0, 0.0), verdict=IMPOSSIBLE,
        note="a body needs 90 s to fall from 40 km, and as long to get there: two of the three "
        "figures do not belong together",
    ),
    Flight(
        "Mercury-Redstone 2, 1961-01-31", (253.0, 0.5), (679.0, 0.5), (999.0, 0.5),
        "NASA: 157 mi, 422 mi, 16 min 39 s", "A", burn=(138.0, 5.0), ends=(CAPE, (26.3, -74.3)),
        verdict=IMPLAUSIBLE, note=PARACHUTE,
    ),
    Flight(
        "Mercury-Redstone 3, 1961-05-05", (187.5, 0.05), (487.3, 0.05), (922.0, 0.5),
        "NASA: 116.5 mi, 302.8 mi, 15 min 22 s", "A", burn=(142.0, 1.0),
        ends=(CAPE, (27.23, -75.88)), verdict=IMPLAUSIBLE, note=PARACHUTE,
    ),
    Flight(
        "Mercury-Redstone 4, 1961-07-21", (190.39, 0.005), (486.15, 0.005), (937.0, 0.5),
        "NASA: 118.3 mi, 302.1 mi, 15 min 37 s", "A", burn=(142.0, 1.0),
        ends=(CAPE, (27.53, -75.73)), verdict=IMPLAUSIBLE, note=PARACHUTE,
    ),
)  # fmt: skip


def row(flight: Flight, fall: Fall, name: str) -> Check:
    """One flight judged by its free fall."""
    verdict = judge(flight.claim(), fall)
    said = (
        f"free fall {fall.time_s:,.1f} s, {verdict.excess_s:+,.1f} s beyond it "
        f"({100 * verdict.excess_s / fall.time_s:+.1f} %)"
    )
    return Check(
        case="published-flights", quantity=name, unit="", published=flight.verdict,
        computed=verdict.verdict, why="a verdict is right or wrong", kind=MODEL,
        source=flight.source, grade=flight.grade,
        note=f"{said}; {flight.note}" if flight.note else said,
    )  # fmt: skip


def spoilt(flight: Flight, fall: Fall) -> list[Check]:
    """The same flight with a time below free fall, and with one far beyond thrust."""
    low_s = round(0.985 * (fall.time_s - flight.time[1] - fall.half_s), 1)
    high_s = round(fall.time_s + 450.0 + flight.time[1], 1)
    rows = []
    for time_s, verdict in ((low_s, IMPOSSIBLE), (high_s, IMPLAUSIBLE)):
        wrong = replace(
            flight, time=(time_s, flight.time[1]), verdict=verdict, note="",
            source="made wrong on purpose", grade="D",
        )  # fmt: skip
        rows.append(row(wrong, fall, f"{flight.name}, time changed to {time_s:,.0f} s"))
    return rows


def checks(data: Path | None) -> list[Check]:
    """Every flight with and without its places, then the wrong variants of the true ones."""
    rows, wrong = [], []
    for flight in FLIGHTS:
        fall = fall_of(flight.claim())
        where = "" if flight.ends is None else ", between its places"
        rows.append(row(flight, fall, flight.name + where))
        if flight.ends is not None and flight.verdict != IMPOSSIBLE:
            rows.append(row(flight, fall_of(flight.claim(False)), flight.name + ", anywhere"))
        if flight.verdict == POSSIBLE:
            wrong += spoilt(flight, fall)
    return rows + wrong
