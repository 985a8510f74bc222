"""An instance of the weapon-target assignment problem, and the file it is read from.

The format is that of the public instances (Toffolo and Pavlikov): a line ``m n mu`` with the
numbers of weapons and targets and the rounds of each weapon, n lines with the values of the
targets, then a line ``weapon target probability`` for every pair, both counted from 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from keepout.errors import InputError, Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_PAIRS = 4_000_000
MOST_ROUNDS = 1_000_000
"""Pairs of weapon and target, and rounds in all, that are read."""
MOST_BYTES = 400_000_000
MOST_TOLD = 100
"""Problems told of one file; the others are counted."""


@dataclass(frozen=True)
class Instance:
    """Values of targets (n,), probabilities of a kill (n, m), rounds of each weapon (m,)."""

    value: Floats
    kill: Floats
    rounds: Ints
    survival: Floats = field(init=False)

    def __post_init__(self) -> None:
        """The probability that a target survives one round: 1 - p, rounded once."""
        object.__setattr__(self, "survival", np.ascontiguousarray(1.0 - self.kill))

    @property
    def targets(self) -> int:
        """Number of targets."""
        return len(self.value)

    @property
    def weapons(self) -> int:
        """Number of weapons."""
        return len(self.rounds)

    def left(self, given: Ints) -> Floats:
        """What survives of each target under an assignment (n, m)."""
        return np.asarray(self.value * np.prod(self.survival**given, axis=1))

    def total(self, given: Ints) -> float:
        """What survives in all, summed exactly and rounded once."""
        return math.fsum(self.left(given))

    def merged(self) -> tuple[Instance, Ints]:
        """The same with equal weapons as one, and which of those each weapon belongs to."""
        kill, kind = np.unique(self.kill, axis=1, return_inverse=True)
        kind = kind.reshape(-1)
        rounds = np.bincount(kind, weights=self.rounds).astype(np.int64)
        return Instance(self.value, np.ascontiguousarray(kill), rounds), kind

    def split(self, given: Ints, kind: Ints) -> Ints:
        """An assignment of ``merged`` as one of the weapons themselves, the first ones first."""
        mine = np.zeros((self.targets, self.weapons), dtype=np.int64)
        left = self.rounds.copy()
        for j, k in zip(*np.nonzero(given), strict=True):
            need = int(given[j, k])
            for i in np.flatnonzero((kind == k) & (left > 0)):
                mine[j, i] = min(need, left[i])
                left[i] -= mine[j, i]
                need -= int(mine[j, i])
                if need == 0:
                    break
        return mine


def read(path: Path) -> Instance:
    """The instance of a file. Raises InputError with everything that is wrong in it."""
    lines = _lines(path)
    try:
        return _quick(lines)
    except (ValueError, IndexError, OverflowError, TypeError):
        raise InputError(_Reader(path, lines).problems()) from None


def _lines(path: Path) -> list[str]:
    """The text of a file, or why it is none."""
    where: dict[str, Any] = {"file": str(path), "help": "see the format in the manual's page"}
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            text = f"the file has {size:,} bytes; at most {MOST_BYTES:,} are read"
            raise InputError.one("size", text, **where)
        raw = path.read_bytes()
    except OSError as error:
        raise InputError.one("file", f"cannot be read: {error.strerror}", **where) from error
    try:
        text = raw.decode("utf-8-sig")
        binary = "\0" in text
    except UnicodeDecodeError:
        binary = True
    if binary:
        raise InputError.one("file", "the file is not text", **where)
    if not text.strip():
        raise InputError.one("file", "the file is empty", **where)
    return text.splitlines()


def _quick(lines: list[str]) -> Instance:
    """A file without a fault, all at once; anything unusual is a ValueError."""
    full = [line for line in lines if line.strip()]
    m, n, mu = (int(word) for word in full[0].split())
    if not (m > 0 and n > 0 and mu > 0 and m * n <= MOST_PAIRS and m * mu <= MOST_ROUNDS):
        raise ValueError
    if len(full) != 1 + n + m * n:
        raise ValueError
    value = np.array(full[1 : 1 + n], dtype=float)
    pairs = np.array(" ".join(full[1 + n :]).split(), dtype=float).reshape(m * n, 3)
    if any(len(line.split()) != 3 for line in full[1 + n :]):
        raise ValueError
    w, t, p = pairs[:, 0], pairs[:, 1], pairs[:, 2]
    inside = (w >= 0) & (w < m) & (t >= 0) & (t < n) & (w % 1 == 0) & (t % 1 == 0)
    if not (inside.all() and ((p >= 0) & (p <= 1)).all()):
        raise ValueError
    if not ((value >= 0) & np.isfinite(value)).all():
        raise ValueError
    kill = np.full((n, m), np.nan)
    kill[t.astype(np.int64), w.astype(np.int64)] = p
    if np.isnan(kill).any():
        raise ValueError
    return Instance(value, kill, np.full(m, mu, dtype=np.int64))


class _Reader:
    """The same slowly, line by line, for the sake of what is wrong."""

    def __init__(self, path: Path, lines: list[str]) -> None:
        self.path = path
        self.lines = [(k, line) for k, line in enumerate(lines, 1) if line.strip()]
        self.found: list[Problem] = []
        self.more = 0

    def problems(self) -> list[Problem]:
        """Everything that is wrong, in the order of the file."""
        shape = self._head()
        if shape is not None:
            m, n = shape
            for place in self.lines[1 : 1 + n]:
                self._value(place)
            if len(self.lines) < 1 + n:
                self._add(
                    "count", f"{n} values of targets are announced, {len(self.lines) - 1} follow",
                    self.lines[-1], "write the value of each target on a line of its own",
                )  # fmt: skip
            else:
                self._pairs(m, n)
        if self.more:
            text = f"{self.more:,} more problems of the same kinds are not shown"
            self.found.append(Problem("more", text, file=str(self.path)))
        if not self.found:
            self._add("format", "the file cannot be read as an instance", self.lines[0], "")
        return self.found

    def _add(self, code: str, text: str, place: tuple[int, str], cure: str) -> None:
        """One problem, if there is still room to tell it."""
        if len(self.found) >= MOST_TOLD:
            self.more += 1
            return
        line, source = place
        self.found.append(
            Problem(
                code, text, file=str(self.path), line=line, column=1, help=cure,
                source_line=source[:120], width=max(1, len(source[:120].rstrip())),
            )
        )  # fmt: skip

    def _head(self) -> tuple[int, int] | None:
        """Weapons and targets, if the first line can be understood."""
        place = self.lines[0]
        words = place[1].split()
        cure = "write whole numbers: weapons, targets, rounds of each weapon, as in 50 100 1"
        numbers = [_number(word) for word in words]
        if len(words) != 3 or not all(_whole(number) and number > 0 for number in numbers):
            text = "the first line must be three whole numbers above 0: m n mu"
            self._add("head", text, place, cure)
            return None
        m, n, mu = (int(number) for number in numbers)
        if m * n > MOST_PAIRS:
            text = f"{m:,} weapons and {n:,} targets are {m * n:,} pairs; at most {MOST_PAIRS:,}"
            self._add("size", text, place, "split the problem, or drop hopeless targets")
            return None
        if m * mu > MOST_ROUNDS:
            text = f"{m:,} weapons of {mu:,} rounds are {m * mu:,} rounds; at most {MOST_ROUNDS:,}"
            self._add("size", text, place, "no target needs so many")
            return None
        return m, n

    def _value(self, place: tuple[int, str]) -> None:
        """The line of one target's value."""
        words = place[1].split()
        cure = "one number of 0 or more on each line after the first, for each target"
        if len(words) != 1:
            text = f"a value of a target is one number; here are {len(words)} words"
            self._add("value", text, place, cure)
        elif not _number(words[0]) >= 0.0 or math.isinf(_number(words[0])):
            text = f"the value {words[0]} is not a number of 0 or more"
            self._add("value", text, place, cure)

    def _pairs(self, m: int, n: int) -> None:
        """The lines of pairs: each understood, each once, none left out."""
        seen: dict[tuple[int, int], int] = {}
        for place in self.lines[1 + n :]:
            pair = self._pair(place, m, n)
            if pair is None:
                continue
            if pair in seen:
                text = f"weapon {pair[0]} and target {pair[1]} stand on line {seen[pair]} already"
                self._add("duplicate", text, place, "leave one of the two lines out")
            else:
                seen[pair] = place[0]
        lacking = m * n - len(seen)
        if lacking:
            gaps = ((w, t) for w in range(m) for t in range(n) if (w, t) not in seen)
            named = ", ".join(f"{w} {t}" for (w, t), _ in zip(gaps, range(8), strict=False))
            text = f"{lacking:,} of {m * n:,} pairs (weapon target) are missing or not understood"
            self._add(
                "missing", f"{text}: {named}{', …' if lacking > 8 else ''}", self.lines[-1],
                "write a line for every pair; probability 0 where a weapon cannot do anything",
            )  # fmt: skip

    def _pair(self, place: tuple[int, str], m: int, n: int) -> tuple[int, int] | None:
        """Weapon and target of a line, if they can be understood."""
        words = place[1].split()
        if len(words) != 3:
            text = f"a pair is three numbers, weapon target probability; here are {len(words)}"
            self._add("pair", text, place, "as in 0 17 0.85; check the counts in the first line")
            return None
        w, t, p = (_number(word) for word in words)
        good = True
        for what, number, word, count in (("weapon", w, words[0], m), ("target", t, words[1], n)):
            if not (_whole(number) and 0 <= number < count):
                text = f"{what} {word} is not among 0 to {count - 1}"
                self._add("index", text, place, "weapons and targets are counted from 0")
                good = False
        if not 0.0 <= p <= 1.0:
            text = f"the probability {words[2]} is not a number in 0 to 1"
            self._add("probability", text, place, "give the chance of a kill, as in 0.85")
        return (int(w), int(t)) if good else None


def _number(word: str) -> float:
    """The number a word says, or nan."""
    try:
        return math.nan if "_" in word else float(word)
    except ValueError:
        return math.nan


def _whole(number: float) -> bool:
    """Whether it is a whole number that can be counted with."""
    return math.isfinite(number) and number == int(number) and abs(number) < 1e15
