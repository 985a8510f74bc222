"""The line that goes on with a command, and the one place of common options."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from keepout import cli
from keepout.cli import options
from keepout.cli.scheduler import VARIABLE, scheduler_option


@pytest.fixture
def said(monkeypatch):
    """A verb that gives the line that resumes it in a folder."""
    monkeypatch.setenv(VARIABLE, "local")  # the option sets it

    @click.command("verb")
    @click.argument("file")
    @options.set_option
    @options.trials_option("n")
    @options.threads_option
    @scheduler_option
    @options.resume_option("again")
    @options.out_option("where")
    @click.option("--json", "as_json", is_flag=True)
    def command(**_given):
        return options.resuming()(Path("a folder")), options.repeating()

    return lambda *words: command.main(list(words), prog_name="verb", standalone_mode=False)


def test_the_line_repeats_all_that_was_given_and_nothing_else(said):
    again, page = said(
        "my file.yaml", "--set", "a=b c", "--set", "x={low: 1}", "--scheduler", "tcp://h:1",
        "--threads", "3", "-o", "elsewhere", "--json",
    )  # fmt: skip
    assert shlex.split(again) == [
        "keepout", "verb", "my file.yaml", "--set", "a=b c", "--set", "x={low: 1}",
        "--threads", "3", "--scheduler", "tcp://h:1", "--json", "-o", "a folder", "--resume",
    ]  # fmt: skip
    assert shlex.split(page)[-2:] == ["--out", "elsewhere"]
    assert not {"--threads", "--scheduler", "--json"} & set(shlex.split(page))
    assert said("f")[0] == "keepout verb f -o 'a folder' --resume"
    assert said("f", "--trials", "7", "--resume")[0].startswith("keepout verb f --trials 7 -o")
    assert said("--", "-f")[0] == "keepout verb ./-f -o 'a folder' --resume"


@pytest.mark.parametrize("name", ["sets", "seed", "threads"])
def test_a_common_option_is_the_same_everywhere(name):
    """One kind and one range for every verb that simulates."""
    found = {}
    for verb in ("run", "compare", "infer", "campaign", "sweep", "sensitivity", "multiverse"):
        command = cli.group.get_command(click.Context(cli.group), verb)
        for each in command.params:
            if each.name == name:
                found[verb] = (tuple(each.opts), str(each.type), each.metavar)
    assert len(found) > 1
    assert len(set(found.values())) == 1, found
