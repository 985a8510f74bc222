"""The command line: a table of verbs, each in a file of its own, imported when it is used.

A verb's file defines ``command``, a click command. Nothing heavy is imported before a
verb runs, so that ``keepout --help`` and ``keepout VERB --help`` answer at once.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from keepout import __version__
from keepout.cli.output import failure_text, print_errors
from keepout.errors import InputError, Interrupted, KeepoutError, Problem

VERBS = {
    "run": "simulate a scenario, many trials, and store the run",
    "show": "every resolved value of a scenario or of a stored run",
    "runs": "the list of stored runs",
    "check-scenario": "every problem of a scenario file, and nothing else",
    "explain": "the story of one missile in one trial: who saw it, who fired, who did not and why",
    "report": "the report of a stored run, made again",
    "export": "a stored run in the format of another tool",
    "compare": "the difference B minus A, trial by trial, under common chance",
    "serve": "the web application: runs on a globe, scenarios in a form, on this machine alone",
    "footprint": "the ground that one battery defends against a missile from one direction",
    "sweep": "a scenario over settings and parameters, as a tidy table",
    "sensitivity": "which parameters a result hangs on",
    "campaign": "raids over days or weeks against magazines, resupply, crew and cost",
    "multiverse": "whether a claim holds over every defensible way to choose",
    "fly": "one missile of the catalogue from one place to another",
    "throw": "one unpowered body: where it is after a time, or where it lands",
    "coverage": "where a radar sees targets at a height, and how far by cross-section",
    "check-flight": "whether a published flight is possible: apogee, range and time",
    "infer": "what can be known from counts and claims: prior beside posterior",
    "ground": "where missiles and debris of a stored run come down, and on what",
    "check-rate": "under which denominators a claimed interception rate can hold",
    "validate": "checks against closed forms, published flights, tables and events",
    "assign": "rounds to targets so that the least value survives, with bound and gap",
    "catalogue": "what the catalogue holds, or one entry with every source",
    "cite": "the sources of the catalogue, or of one stored run",
    "bench": "the program beside its peers, measured now",
    "completion": "the script that makes Tab complete verbs and options in a shell",
    "warm-up": "compile everything now, so that the first run starts at once",
}
"""Verb → one line of help. ``two-words`` is the file ``two_words.py``."""

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130


class Verbs(click.Group):
    """A group that imports a verb's file only when that verb is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one verb, or None if there is no such verb."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module("keepout.cli." + cmd_name.replace("-", "_"))
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb; an unknown one is answered with the list of verbs."""
        if args and not args[0].startswith("-") and args[0] not in VERBS:
            ctx.fail(f"there is no verb {args[0]!r}; the verbs are {', '.join(VERBS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs with their line of help, without importing one."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.command(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    subcommand_metavar="VERB [ARGUMENTS]",
)
@click.version_option(__version__, prog_name="keepout", message="%(prog)s %(version)s")
def group() -> None:
    """keepout: an open simulator of layered ballistic-missile defence.

    Every verb takes --json: one JSON object on standard output, messages on standard error.
    """


def answer(arguments: Sequence[str]) -> int:
    """Do what the arguments ask and return the exit status."""
    as_json = "--json" in arguments
    try:
        status = group.main(
            list(arguments) or ["--help"], prog_name="keepout", standalone_mode=False
        )
        sys.stdout.flush()
        return status if isinstance(status, int) else DONE
    except click.UsageError as error:
        print_errors([_usage_problem(error)], as_json)
        return BAD_INPUT
    except InputError as error:
        print_errors(error.problems, as_json)
        return BAD_INPUT
    except Interrupted as error:
        print_errors([Problem("interrupted", str(error), help=error.resume)], as_json)
        return STOPPED
    except (KeyboardInterrupt, click.Abort):
        print_errors([Problem("interrupted", "Stopped; nothing was stored.")], as_json)
        return STOPPED
    except KeepoutError as error:
        print_errors([Problem("failed", str(error))], as_json)
        return FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if os.environ.get("KEEPOUT_DEBUG"):
            raise
        print_errors([Problem("bug", failure_text(error))], as_json)
        return FAILED


def _usage_problem(error: click.UsageError) -> Problem:
    """An unknown verb, an unknown option or a bad value, as a Problem."""
    where = error.ctx.command_path if error.ctx is not None else "keepout"
    return Problem("usage", error.format_message(), help=f"see `{where} --help`")


def main(arguments: Sequence[str] | None = None) -> Any:
    """The entry point: answer, then leave at once even if a worker thread still runs."""
    try:
        status = answer(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:  # a second Ctrl-C, while the first was being answered
        os._exit(STOPPED)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        pass
    if status == STOPPED:
        os._exit(status)  # a thread may be inside a long compilation; do not wait for it
    sys.exit(status)
