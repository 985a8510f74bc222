"""``keepout assign``: weapon-target assignment of an instance file, with bound and gap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepout.cli.given import Quantity
from keepout.cli.output import emit, json_option, say, table, wrapped

if TYPE_CHECKING:
    from keepout.studies.assignment.solve import Answer

SHOWN = 40
"""Lines of the assignment on the screen."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--time-limit", type=Quantity("time", bare="s"),
    help="Stop then, with the best assignment and its bound; without it, until proven.",
)  # fmt: skip
@json_option
def command(file: Path, time_limit: float | None, as_json: bool) -> int:
    """Assign rounds to targets so that the least value survives, and prove it.

    FILE has a line "m n mu" (weapons, targets, rounds of each weapon), n values of targets, and a
    line "weapon target probability" for every pair, both counted from 0. The value is the sum over
    targets of value times the product of 1 - probability over the rounds sent there. The bound
    holds whatever the linear programmes were rounded to; the gap is (value - bound) / value, and
    below 1e-9 counts as proven. Ctrl-C prints what is known and ends with status 130.
    """
    if time_limit is not None and not time_limit > 0.0:
        raise click.BadParameter("the time limit must be above 0 s", param_hint="--time-limit")
    from keepout.cli import DONE, STOPPED
    from keepout.studies.assignment.instance import read
    from keepout.studies.assignment.solve import is_cold, solve

    instance = read(file)
    if is_cold():
        say("compiling kernels (first time only, some ten seconds) …")
    with Lines() as tell:
        answer = solve(instance, time_limit, tell)
    if answer.limit:
        say(wrapped(f"Not proven: {answer.limit}."))
    data = record(answer)
    emit(as_json, data, lambda: _text(data))
    return STOPPED if answer.interrupted else DONE


class Lines:
    """Progress on standard error: one line rewritten, or a line every ten seconds."""

    def __init__(self) -> None:
        import sys
        import time

        self.stream, self.now_s = sys.stderr, time.monotonic
        self.tty = sys.stderr.isatty()
        self.last_s = self.now_s()
        self.open = False

    def __call__(self, text: str) -> None:
        """Show how far it is."""
        now_s = self.now_s()
        if now_s - self.last_s < (0.2 if self.tty else 10.0):
            return
        self.last_s = now_s
        if self.tty:
            self.stream.write("\r" + text[:78].ljust(78))
            self.stream.flush()
            self.open = True
        else:
            say(text)

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        if self.open:
            self.stream.write("\r" + " " * 78 + "\r")
            self.stream.flush()


def record(answer: Answer) -> dict[str, Any]:
    """The fields of the JSON contract."""
    weapons, targets = answer.given.T.nonzero()
    return {
        "value": answer.value,
        "bound": answer.bound,
        "gap": answer.gap,
        "proven": answer.proven,
        "seconds": answer.seconds,
        "assignment": [
            [int(i), int(j), int(answer.given[j, i])] for i, j in zip(weapons, targets, strict=True)
        ],
        "limit": answer.limit or None,
    }


def _text(data: dict[str, Any]) -> str:
    """The same for people."""
    proof = "proven" if data["proven"] else "not proven"
    lines = [
        f"Survives: {data['value']:.6f}, at least {data['bound']:.6f}",
        f"Gap {100.0 * data['gap']:.3g} %, {proof}, {data['seconds']:.2f} s.",
        "",
        table(("weapon", "target", "rounds"),
              [tuple(map(str, row)) for row in data["assignment"][:SHOWN]]),
    ]  # fmt: skip
    more = len(data["assignment"]) - SHOWN
    if more > 0:
        lines.append(f"  … and {more:,} more lines: --json has all")
    return "\n".join(lines)
