"""Every error keepout raises on purpose.

KeepoutError
├── InputError      bad input: all problems at once, exit status 2, nothing was written
├── FlightError     a flight that cannot be flown
├── RunError        a run that cannot be finished, stored or opened: exit status 1
└── Interrupted     Ctrl-C: exit status 130, carries the line that resumes
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One fault of an input: where it is, what it is, and what to do about it.

    ``line`` and ``column`` count from 1; 0 means the place is not in a file.
    ``width`` is the number of characters to underline in ``source_line``.
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""
    help: str = ""
    source_line: str = ""
    width: int = 1

    def as_dict(self) -> dict[str, Any]:
        """The fields of the JSON contract."""
        return {
            "code": self.code,
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "help": self.help,
        }


class KeepoutError(Exception):
    """Base of everything keepout raises on purpose; the text is a sentence for a person."""


class InputError(KeepoutError):
    """Input that cannot be used; carries every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems))

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it comes whole from a worker of another machine."""
        return type(self), (self.problems,)

    @classmethod
    def one(cls, code: str, message: str, **where: Any) -> InputError:
        """An error with a single problem."""
        return cls([Problem(code, message, **where)])


class FlightError(KeepoutError):
    """A flight that cannot be flown: out of range, still flying at the limit."""


class RunError(KeepoutError):
    """A run that cannot be finished, stored or opened."""


class Interrupted(KeepoutError):
    """Stopped by the user; ``resume`` is the command line that goes on."""

    def __init__(self, message: str, resume: str = "") -> None:
        self.resume = resume
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        """As ``InputError``'s."""
        return type(self), (*self.args, self.resume)
