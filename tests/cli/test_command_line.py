"""The frame of the command line: help, bad input, failures, JSON."""

from __future__ import annotations

import json
import resource
import subprocess
import sys

import click
import pytest

from keepout import cli
from keepout.cli.output import json_text, plain, table
from keepout.cli.run import command as run_command
from keepout.errors import InputError, Interrupted, KeepoutError, Problem

HEAVY = ("numpy", "numba", "pandas", "matplotlib", "duckdb", "scipy", "pydantic")


def loaded_after(*arguments):
    """Heavy modules that the command line has imported after these arguments."""
    program = (
        "import sys\nfrom keepout.cli import answer\n"
        f"status = answer({list(arguments)!r})\n"
        f"print(status, [m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "arguments", [["--help"], [], ["--version"], *([v, "--help"] for v in cli.VERBS)]
)
def test_help_imports_nothing_heavy(arguments):
    assert loaded_after(*arguments) == "0 []"


def test_help_is_fast():
    took_s = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "keepout", "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took_s.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    assert min(took_s) < 0.3  # of processor: a busy machine is not a slow program


@pytest.mark.parametrize("verb", list(cli.VERBS))
def test_every_verb_has_its_file_help_and_json(verb):
    command = cli.group.get_command(click.Context(cli.group), verb)
    assert command.help
    assert any("--json" in parameter.opts for parameter in command.params)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help or isinstance(parameter.type, click.Choice) or parameter.hidden


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["fyl"], "there is no verb 'fyl'; the verbs are run"),
        (["run"], "Missing argument 'SCENARIO'"),
        (["run", "x", "--trails", "5"], "No such option"),
        (["run", "x", "--trials", "0"], "--trials"),
        (["run", "x", "--trials", "many"], "--trials"),
        (["run", "x", "--seed", "-1"], "--seed"),
        (["run", "x", "--fidelity", "high"], "engagement"),
        (["--loud"], "No such option"),
    ],
)
def test_bad_arguments(capsys, arguments, words):
    assert cli.answer(arguments) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""
    assert cli.answer([*arguments, "--json"]) == 2
    told = capsys.readouterr()
    (error,) = json.loads(told.out)["errors"]
    assert set(error) == {"code", "message", "file", "line", "column", "path", "help"}
    assert words in error["message"]


@pytest.fixture
def failing(monkeypatch):
    """Make ``keepout run`` end in an exception."""

    def fail_with(error):
        def callback(**options):
            raise error

        monkeypatch.setattr(run_command, "callback", callback)

    return fail_with


PROBLEMS = [Problem("one", "first", help="do this"), Problem("two", "second", path="a.b")]


@pytest.mark.parametrize(
    "error, status, words",
    [
        (InputError(PROBLEMS), 2, ["error[one] first", "help: do this", "error[two] second"]),
        (KeepoutError("It did not work."), 1, ["It did not work."]),
        (Interrupted("Stopped.", "keepout run x --resume"), 130, ["Stopped.", "run x --resume"]),
        (KeyboardInterrupt(), 130, ["nothing was stored"]),
        (ZeroDivisionError("no"), 1, ["inside keepout (ZeroDivisionError: no)", "KEEPOUT_DEBUG"]),
    ],
)
def test_every_kind_of_failure(capsys, failing, monkeypatch, error, status, words):
    monkeypatch.delenv("KEEPOUT_DEBUG", raising=False)
    failing(error)
    assert cli.answer(["run", "x"]) == status
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    for word in words:
        assert word in told.err
    assert cli.answer(["run", "x", "--json"]) == status
    told = capsys.readouterr()
    assert len(json.loads(told.out)["errors"]) == (2 if status == 2 else 1)


def test_a_bug_shows_where_it_is_when_asked(failing, monkeypatch):
    monkeypatch.setenv("KEEPOUT_DEBUG", "1")
    failing(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        cli.answer(["run", "x"])


def test_a_closed_pipe_is_quiet(keepout, start_keepout, tmp_path):
    keepout("run", "fake", "--trials", 20, "-o", tmp_path / "run")
    with start_keepout("runs", tmp_path) as process:
        process.stdout.close()
        process.wait(timeout=60)
        assert process.stderr.read() == ""


def test_json_is_strict():
    assert json.loads(json_text({"a": float("nan"), "b": (1, float("inf"))})) == {
        "a": None,
        "b": [1, None],
    }
    assert plain({1: {"x"}.__class__()}) == {"1": set()}


def test_tables_line_up():
    lines = table(("name", "n"), [("a", "1"), ("longer", "22")]).splitlines()
    assert lines == ["  name     n", "  ----------", "  a        1", "  longer  22"]
