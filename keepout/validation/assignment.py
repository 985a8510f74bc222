"""Weapons to targets: published optima of public instances, and the model of Bracken and McCormick.

The instances of Toffolo and Pavlikov have probabilities drawn evenly from 0 to 1 and one, two or
three rounds of each weapon; the files of one size differ in their first line alone (as far as
they could be compared), so one file gives all three. Published are incumbents and bounds of their
branch-and-adjust after two hours at most. A proven optimum must agree with the published value to
its last digit, where the published gap is closed ("optimum") and where it was still open
("incumbent": then agreement also says that the incumbent was the optimum). The model of Bracken
and McCormick splits rounds, and asks for least numbers on some targets; its optimum is a bound of
the problem in whole rounds. Nothing here says how well such a model describes a battle.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from keepout.studies.assignment.continuous import continuous
from keepout.studies.assignment.instance import Instance, read
from keepout.studies.assignment.solve import solve
from keepout.validation.check import NUMERICAL, Check, found, missing

TITLE = "Weapons to targets: public instances and a textbook model"
SOURCE = "Toffolo and Pavlikov, github.com/tuliotoffolo/wta, logs/results.csv"
BOOK = (
    "J. Bracken and G. P. McCormick, Selected Applications of Nonlinear Programming (1968), "
    "ch. 2; optimum as in the GAMS model library, model weapons"
)
PUBLISHED = (  # file, rounds, best value, whether its gap was closed to 0.01 %
    ("wta_50x100x1.txt", 1, 1734.302278, "optimum"),
    ("wta_50x100x1.txt", 2, 123.838458, "optimum"),
    ("wta_50x100x1.txt", 3, 20.590016, "optimum"),
    ("wta_100x200x1.txt", 1, 2862.302805, "optimum"),
    ("wta_100x200x1.txt", 2, 116.057435, "optimum"),
    ("wta_100x200x1.txt", 3, 14.579133, "incumbent"),
)
HALF_A_DIGIT = 6e-7
"""Of the published values, and what our proof leaves open."""

# fmt: off
KILL = np.array([  # per cent, weapons by targets
    (0, 5, 0, 0, 0, 15, 10, 15, 20, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0),
    (16, 17, 15, 16, 15, 19, 19, 18, 20, 14, 0, 2, 0, 12, 13, 12, 15, 16, 15, 15),
    (4, 5, 4, 4, 4, 10, 8, 9, 8, 5, 1, 2, 1, 2, 3, 2, 5, 8, 7, 8),
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 9, 8, 9, 8, 2, 7, 0, 0, 0, 0),
    (8, 6, 8, 5, 5, 2, 2, 0, 0, 10, 5, 4, 9, 2, 1, 1, 0, 0, 0, 0),
]) / 100.0
ROUNDS = np.array([200, 100, 300, 150, 250])
VALUE = np.array([
    60, 50, 50, 75, 40, 60, 35, 30, 25, 150, 30, 45, 125, 200, 200, 130, 100, 100, 100, 150,
], dtype=float)
LEAST = np.array([30, 0, 0, 0, 0, 100, 0, 0, 0, 40, 0, 0, 0, 50, 70, 35, 0, 0, 0, 10])
# fmt: on


def bracken_mccormick() -> Instance:
    """The textbook's model as an instance."""
    return Instance(VALUE, np.ascontiguousarray(KILL.T), ROUNDS)


def checks(data: Path | None) -> list[Check]:
    """The textbook's model; then each public instance."""
    bound, _ = continuous(bracken_mccormick(), LEAST)
    rows = [
        Check(
            case="assignment",
            quantity="Bracken and McCormick: expected damage with split rounds",
            unit="",
            published=1735.5696,
            computed=float(VALUE.sum()) - bound,
            tolerance=5e-5,
            why="half of the last digit printed",
            kind=NUMERICAL,
            numerical_error=1e-6,
            source=BOOK,
            grade="B",
        )
    ]
    return rows + [_instance(data, *row) for row in PUBLISHED]


def _instance(data: Path | None, name: str, rounds: int, value: float, what: str) -> Check:
    """One public instance."""
    path = found(data, f"wta/{name}")
    computed, note = None, missing(data, f"wta/{name}")
    if path is not None:
        one = read(path)
        answer = solve(Instance(one.value, one.kill, np.full(one.weapons, rounds, dtype=np.int64)))
        computed = answer.value if answer.proven else answer.bound
        note = "proven" if answer.proven else f"not proven: {answer.limit}"
    return Check(
        case="assignment",
        quantity=f"{name[4:].split('x')[0]} weapons of {rounds}, {name.split('x')[1]} targets",
        unit="",
        published=value,
        computed=computed,
        tolerance=HALF_A_DIGIT,
        why="half of the last digit printed, and 1e-9 of the value that a proof leaves open",
        kind=NUMERICAL,
        numerical_error=1e-9 * value,
        source=f"{SOURCE}, {what} (branch-and-adjust)",
        grade="B",
        note=note,
    )
