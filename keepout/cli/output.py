"""What a verb puts on the screen: JSON or text on standard output, messages on standard error."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from keepout.errors import Problem
from keepout.results.plain import plain

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """The option ``--json``, which every verb has; the verb gets it as ``as_json``."""
    option = click.option(
        "--json", "as_json", is_flag=True, help="One JSON object on standard output."
    )
    return option(function)


def emit(as_json: bool, data: Any, text: str | Callable[[], str]) -> None:
    """Print ``data`` as one JSON object, or ``text`` for people."""
    if as_json:
        click.echo(json_text(data))
    else:
        click.echo(text if isinstance(text, str) else text())


def say(text: str) -> None:
    """A message for the person at the screen, on standard error."""
    click.echo(text, err=True)


def json_text(data: Any) -> str:
    """Strict JSON: numbers that are not finite become null."""
    return json.dumps(plain(data), ensure_ascii=False, allow_nan=False, indent=1)


def print_errors(problems: list[Problem], as_json: bool) -> None:
    """All problems at once: JSON on standard output, or text on standard error."""
    try:
        if as_json:
            click.echo(json_text({"errors": [problem.as_dict() for problem in problems]}))
        else:
            click.echo(errors_text(problems), err=True)
    except BrokenPipeError:
        pass


def errors_text(problems: Sequence[Problem]) -> str:
    """Problems as a person reads them: what, where, the line itself, and the cure."""
    if any(problem.file for problem in problems):
        from keepout.scenario.diagnostics import text

        return text(list(problems))
    return "\n".join(_one(problem) for problem in problems)


def warnings_text(warnings: Iterable[Mapping[str, str]]) -> list[str]:
    """Named warnings as a person reads them."""
    found = []
    for each in warnings:
        text = f"warning[{each['code']}] {each['message']}\n   --> {each['path']}"
        found.append(f"{text}\n   = help: {each['help']}" if each["help"] else text)
    return found


def _one(problem: Problem) -> str:
    """A problem that is not in a file."""
    if problem.code in ("interrupted", "failed", "bug"):
        return f"{problem.message}\n  {problem.help}" if problem.help else problem.message
    text = f"error[{problem.code}] {problem.message}"
    if problem.source_line:
        under = " " * (problem.column - 1) + "^" * problem.width
        text += f"\n   | {problem.source_line}\n   | {under}"
    return f"{text}\n   = help: {problem.help}" if problem.help else text


def failure_text(error: BaseException) -> str:
    """A bug in one sentence."""
    return (
        f"Something went wrong inside keepout ({type(error).__name__}: {error}). "
        "Please report it; KEEPOUT_DEBUG=1 shows where it happened."
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, indent: int = 2) -> str:
    """Columns of plain text: the first to the left, the others to the right."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(head))]
    lines = []
    for row in cells:
        first = row[0].ljust(widths[0])
        rest = (text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))
        lines.append((" " * indent + "  ".join([first, *rest])).rstrip())
    rule = " " * indent + "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([lines[0], rule, *lines[1:]])


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """Text in lines of at most 96 characters, never broken at a hyphen: ids have them."""
    import textwrap

    return textwrap.fill(
        text, 96, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


class ProgressLine:
    """Rate and time left on standard error: one line rewritten, or a line every ten seconds."""

    def __init__(self, what: str = "trials") -> None:
        self.what = what
        self.tty = sys.stderr.isatty()
        self.last_s = time.monotonic() - (0.0 if not self.tty else 10.0)
        self.open = False

    def __call__(self, done: int, total: int, rate_per_s: float) -> None:
        """Show that ``done`` of ``total`` trials are finished."""
        now_s = time.monotonic()
        if now_s - self.last_s < (0.2 if self.tty else 10.0):
            return
        self.last_s = now_s
        places = 0 if rate_per_s >= 10 else 1
        left = f", {_duration((total - done) / rate_per_s)} left" if rate_per_s > 0 else ""
        text = f"{done:,} of {total:,} {self.what}, {rate_per_s:,.{places}f}/s{left}"
        if self.tty:
            sys.stderr.write("\r" + text.ljust(70))
            sys.stderr.flush()
            self.open = True
        else:
            say(text)

    def close(self) -> None:
        """Leave the line clean for what follows."""
        if self.open:
            sys.stderr.write("\r" + " " * 70 + "\r")
            sys.stderr.flush()
            self.open = False


def _duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 60:
        return f"{math.ceil(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"
