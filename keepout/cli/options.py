"""Options that several verbs have, each in one place, and the line that repeats a command.

Nothing heavy is imported here: the help of every verb passes through this file.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from keepout.cli.output import json_option
from keepout.cli.scheduler import CHOSEN, scheduler_option

F = TypeVar("F", bound=Callable[..., Any])

LARGEST_SEED = 2**63 - 1
MOST_THREADS = 1024
WHERE = ("out", "resume")
"""Parameters that a line which resumes says anew."""

set_option = click.option(
    "--set", "sets", multiple=True, metavar="PATH=VALUE", help="Replace one value."
)
threads_option = click.option(
    "--threads", type=click.IntRange(1, MOST_THREADS), metavar="T", help="Threads [all cores]."
)


def trials_option(
    help: str, default: int | None = None, least: int = 1, most: int | None = None
) -> Callable[[F], F]:
    """``--trials``; None where the verb knows the number."""
    return click.option(
        "--trials", type=click.IntRange(least, most), default=default, metavar="N", help=help
    )


def seed_option(help: str = "Seed of chance [0].", default: int | None = None) -> Callable[[F], F]:
    """``--seed``; None where an unfinished run knows it."""
    return click.option(
        "--seed", type=click.IntRange(0, LARGEST_SEED), default=default, metavar="S", help=help
    )


def out_option(help: str, file_okay: bool = True) -> Callable[[F], F]:
    """``-o DIR``, the folder of what is kept."""
    kind = click.Path(path_type=Path, file_okay=file_okay)
    return click.option("-o", "--out", type=kind, metavar="DIR", help=help)


def resume_option(help: str) -> Callable[[F], F]:
    """``--resume``."""
    return click.option("--resume", is_flag=True, help=help)


def study_options(function: F) -> F:
    """Options that every study has: --out, --resume, --threads, --scheduler, --json."""
    for option in (
        json_option,
        scheduler_option,
        threads_option,
        resume_option("Start, finish or reprint the study in that folder."),
        out_option("Folder of the study [studies/NAME-NNN]."),
    ):
        function = option(function)
    return function


def resuming() -> Callable[[Path], str]:
    """For the verb under way: its folder → the command that goes on, as a shell takes it.

    Everything that was given is repeated, the scheduler and the threads too.
    """
    words = given_words(leave=WHERE)
    return lambda folder: shlex.join([*words, "-o", str(folder), "--resume"])


def repeating() -> str:
    """The command under way as it gives the same answer again, without how it was computed."""
    return shlex.join(given_words(leave=("resume", "threads", "scheduler", "as_json")))


def given_words(leave: tuple[str, ...] = ()) -> list[str]:
    """The words of the verb under way as they were given, without some of its parameters."""
    context = click.get_current_context()
    arguments: list[str] = []
    options: list[str] = []
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in leave:
            continue
        said = list(_said(context, parameter, name))
        (arguments if isinstance(parameter, click.Argument) else options).extend(said)
    files = [f"./{word}" if word.startswith("-") else word for word in arguments]
    return ["keepout", context.info_name or "", *files, *options]


def _said(context: click.Context, parameter: click.Parameter, name: str) -> Iterator[str]:
    """The words of one parameter; none if it was not given on the command line."""
    source = context.get_parameter_source(name)
    if source is not click.core.ParameterSource.COMMANDLINE:
        return
    value: Any = context.params.get(name, context.meta.get(CHOSEN))
    if isinstance(parameter, click.Argument):
        yield str(value)
        return
    assert isinstance(parameter, click.Option)
    word = max(parameter.opts, key=len)
    if parameter.is_flag:
        yield word
        return
    for each in value if parameter.multiple else [value]:
        yield from (word, str(each))
