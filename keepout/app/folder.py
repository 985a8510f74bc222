"""The folder of runs: the only place that the web application reads or writes."""

from __future__ import annotations

import re
from pathlib import Path

from keepout.errors import InputError, Problem
from keepout.results.claim import partial_folder
from keepout.scenario.load import SHIPPED, shipped

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
"""A run or a scenario: no separator, no leading dot."""
SCENARIOS = "scenarios"
"""Folder of saved scenarios inside the folder of runs."""
SUFFIX = ".yaml"


class Missing(InputError):
    """Something that is not in the folder; carries one problem."""


class Taken(InputError):
    """Something that is there already; carries one problem."""


def missing(what: str, name: str) -> Missing:
    """The error for a name that stands for nothing."""
    return Missing([Problem("unknown", f"there is no {what} {name[:80]!r} here")])


class Folder:
    """A folder of runs, by names: a path never comes from outside."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs.resolve()

    def inside(self, name: str, what: str, *, below: str = "") -> Path:
        """The path of a name in the folder. Raises Missing for one that leads outside."""
        if not NAME.fullmatch(name) or name.endswith("."):
            raise missing(what, name)
        path = self.runs / below / name if below else self.runs / name
        if not path.resolve().is_relative_to(self.runs):  # a link that leads elsewhere
            raise missing(what, name)
        return path

    def run(self, name: str) -> Path:
        """The folder of a finished run. Raises Missing."""
        path = self.inside(name, "run")
        for file in ("manifest.json", "scenario.yaml", "trials.parquet"):
            part = path / file
            if not part.is_file() or not part.resolve().is_relative_to(self.runs):
                raise missing("finished run", name)
        return path

    def new_run(self, name: str, *, resume: bool = False) -> Path:
        """Where a run of this name will stand. Raises Taken if one does."""
        path = self.inside(name, "place for a run")
        there = path.exists() or (partial_folder(path).exists() and not resume)
        if there or name == SCENARIOS:
            says = f"{name!r} is taken"
            raise Taken(
                [Problem("taken", says, path="name", help="choose another name for the run")]
            )
        return path

    def saved(self) -> list[str]:
        """Names of the scenarios saved here."""
        found = sorted((self.runs / SCENARIOS).glob("*" + SUFFIX))
        return [path.stem for path in found if NAME.fullmatch(path.stem)]

    def scenario(self, name: str) -> Path:
        """The file of a shipped or saved scenario. Raises Missing."""
        if name in shipped():
            return SHIPPED / (name + SUFFIX)
        if len(name) > 60 or not NAME.fullmatch(name):
            raise missing("scenario", name)
        path = self.inside(name + SUFFIX, "scenario", below=SCENARIOS)
        if not path.is_file():
            raise missing("scenario", name)
        return path

    def new_scenario(self, name: str) -> Path:
        """Where a scenario of this name is saved. Raises Taken for a shipped one's name."""
        if name in shipped():
            says = f"{name!r} comes with keepout and stays as it is"
            raise Taken([Problem("taken", says, path="name", help="save it under another name")])
        if len(name) > 60 or not NAME.fullmatch(name) or name.endswith("."):
            raise InputError.one(
                "name", "a name has letters, digits, dots and hyphens, 60 at most", path="name"
            )
        path = self.inside(name + SUFFIX, "place for a scenario", below=SCENARIOS)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
