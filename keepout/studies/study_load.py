"""A study file to a Study: checked whole, every problem at once."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from keepout import document
from keepout.document import Where
from keepout.errors import InputError, Problem
from keepout.scenario.diagnostics import Places, in_file_order, problems_of
from keepout.scenario.load import find, shipped
from keepout.scenario.words import closest, listed
from keepout.studies import attacker
from keepout.studies.study_file import Choice, Factor, Region, Study

SHIPPED = Path(__file__).resolve().parent / "shipped"
MOST_COMBINATIONS = 4096
VERBS = ("sweep", "sensitivity", "multiverse")


@dataclass(frozen=True)
class LoadedStudy:
    """A checked study with the file it came from."""

    study: Study
    places: Places
    text: str
    file: str

    def path_of(self, scenario: str | None) -> str:
        """A scenario's name or path, seen from the study's own folder."""
        assert scenario is not None
        beside = Path(self.file).parent / scenario
        if scenario in shipped() or Path(scenario).is_absolute() or not beside.exists():
            return scenario
        return str(beside)

    def sets(self) -> tuple[str, ...]:
        """The settings for all points."""
        return settings(self.study.set)


def settings(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Settings as ``--set`` writes them; JSON is YAML."""
    return tuple(f"{path}={json.dumps(value)}" for path, value in values.items())


def shipped_studies() -> list[str]:
    """Names of the studies that come with keepout."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_study(name_or_path: str | Path, verb: str = "") -> LoadedStudy:
    """A study by its shipped name or path, ready for a verb.

    Raises InputError with every problem of the file, in file order.
    """
    path = _find(str(name_or_path))
    text = document.read_text(path)
    return load_study_text(text, str(path), verb)


def load_study_text(text: str, file: str = "", verb: str = "") -> LoadedStudy:
    """As ``load_study``, from the text of a file."""
    places = Places(document.parse(text, file))
    data = places.document.data
    if not isinstance(data, dict) or not data:
        raise InputError(list(places.document.problems))
    problems = list(places.document.problems)
    try:
        study = Study.model_validate(data)
    except ValidationError as error:
        found = problems_of(list(error.errors(include_url=False)), Study, places)
        raise InputError(in_file_order(problems + found)) from None
    loaded = LoadedStudy(study, places, text, file)
    problems += _checks(loaded, verb)
    if problems:
        raise InputError(in_file_order(problems))
    return loaded


def _find(name: str) -> Path:
    """The file of a shipped study, or the file itself."""
    if name in shipped_studies():
        return SHIPPED / f"{name}.yaml"
    path = Path(name)
    try:
        if path.exists():
            return path
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        pass
    near = closest(path.stem, shipped_studies())
    help = (
        near if near.startswith("allowed") else f"{near} Shipped are: {listed(shipped_studies())}."
    )
    raise InputError.one(
        "unknown-study",
        f'"{document.shorten(name)}" is neither a file nor a shipped study',
        help=help.replace("allowed:", "shipped are:"),
    )


def _checks(loaded: LoadedStudy, verb: str) -> list[Problem]:
    """What is wrong across fields."""
    study, problem = loaded.study, loaded.places.problem
    found = []
    if verb in VERBS and getattr(study, verb) is None:
        help = f"add {verb}: with what is to be varied; it has {_sections(study)}"
        message = f'the study has no "{verb}", which `keepout {verb}` needs'
        found.append(problem("missing-key", message, (), help))
    if verb and not study.scenario:
        found.append(
            problem("missing-key", 'the study has no "scenario"', (), "add scenario: NAME")
        )
    for key in ("scenario", "against"):
        if getattr(study, key):
            found += _scenario_there(loaded, key)
    found += _set_checks(loaded, study.set, ("set",))
    if study.sweep:
        found += _sweep_checks(loaded)
    for i, story in enumerate(study.stories):
        found += _region_checks(loaded, story, ("stories", i))
    if study.multiverse:
        found += _multiverse_checks(loaded)
    sensitivity = study.sensitivity
    if (
        sensitivity
        and sensitivity.method == "sobol"
        and int(sensitivity.base) & (int(sensitivity.base) - 1)
    ):
        message = f"base is {sensitivity.base:g}; a Sobol sequence is balanced at powers of two"
        where: Where = ("sensitivity", "base")
        found.append(problem("value", message, where, "write 64, 128, 256, 512 or 1024"))
    if sensitivity and sensitivity.levels % 2:
        where = ("sensitivity", "levels")
        found.append(problem("value", "levels is odd", where, "write an even number, as 4"))
    return found + _twice(loaded, [s.name for s in study.stories], ("stories",))


def _sections(study: Study) -> str:
    return listed([verb for verb in VERBS if getattr(study, verb)]) or "none of its kind"


def _scenario_there(loaded: LoadedStudy, key: str) -> list[Problem]:
    try:
        find(loaded.path_of(getattr(loaded.study, key)))
    except InputError as error:
        (found,) = error.problems
        return [loaded.places.problem(found.code, found.message, (key,), found.help)]
    return []


def _twice(loaded: LoadedStudy, names: Sequence[str], where: Where) -> list[Problem]:
    """Names that occur twice."""
    return [
        loaded.places.problem("twice", f'"{name}" is named twice', (*where, i, "name"))
        for i, name in enumerate(names)
        if name in names[:i]
    ]


def _set_checks(loaded: LoadedStudy, values: Mapping[str, Any], where: Where) -> list[Problem]:
    """Settings that vary what may not be varied."""
    found = []
    for path, value in values.items():
        says = attacker.refusal(path, [value], failures=True)
        if says:
            found.append(loaded.places.problem("attacker", says, (*where, path), attacker.RULE))
    return found


def _sweep_checks(loaded: LoadedStudy) -> list[Problem]:
    sweep = loaded.study.sweep
    assert sweep is not None
    found, count = [], 1
    for i, factor in enumerate(sweep.factors):
        where: Where = ("sweep", "factors", i)
        found += _factor_checks(loaded, factor, where)
        count *= len(factor.values) or int(factor.steps)
    if sweep.design == "grid" and count > MOST_COMBINATIONS:
        message = f"the grid has {count:,} points; at most {MOST_COMBINATIONS:,} are allowed"
        found.append(
            loaded.places.problem("large", message, ("sweep", "factors"), "use design: sobol")
        )
    if not sweep.factors:
        found.append(loaded.places.problem("missing", "nothing is varied", ("sweep", "factors")))
    return found + _twice(loaded, [f.name for f in sweep.factors], ("sweep", "factors"))


def _factor_checks(loaded: LoadedStudy, factor: Factor, where: Where) -> list[Problem]:
    problem = loaded.places.problem
    found = []
    if (factor.set is None) == (factor.parameter is None):
        message = f'factor "{factor.name}" needs one of "set" and "parameter"'
        found.append(problem("factor", message, where))
    ranged = factor.low is not None or factor.high is not None
    if ranged == bool(factor.values) or (ranged and (factor.low is None or factor.high is None)):
        message = f'factor "{factor.name}" needs either values, or low and high'
        found.append(problem("factor", message, where))
    if factor.set is not None:
        if ranged:
            message = f'factor "{factor.name}" varies a setting: it needs values'
            found.append(problem("factor", message, (*where, "low")))
        says = attacker.refusal(factor.set, list(factor.values))
        if says:
            found.append(problem("attacker", says, (*where, "set"), attacker.RULE))
    return found


def _region_checks(loaded: LoadedStudy, region: Region, where: Where) -> list[Problem]:
    found = _set_checks(loaded, region.set, (*where, "set"))
    for key, ends in region.within.items():
        if len(ends) != 2 or not ends[0] < ends[1]:
            message = f"{key} is kept within {list(ends)}; two quantiles that rise belong here"
            help = "[0, 0.5] is the lower half"
            found.append(loaded.places.problem("order", message, (*where, "within", key), help))
    return found


def _multiverse_checks(loaded: LoadedStudy) -> list[Problem]:
    multiverse = loaded.study.multiverse
    assert multiverse is not None
    found, count = [], 1
    top: Where = ("multiverse", "choices")
    for i, choice in enumerate(multiverse.choices):
        count *= max(1, len(choice.options))
        if len(choice.options) < 2:
            message = f'choice "{choice.name}" has {len(choice.options)} options; two belong here'
            found.append(loaded.places.problem("choice", message, (*top, i, "options")))
        for j, option in enumerate(choice.options):
            found += _region_checks(loaded, option, (*top, i, "options", j))
        found += _twice(loaded, _names(choice), (*top, i, "options"))
    if count > MOST_COMBINATIONS:
        message = f"the choices make {count:,} combinations; at most {MOST_COMBINATIONS:,} are run"
        found.append(loaded.places.problem("large", message, top, "leave options out"))
    if multiverse.claim.of == "difference" and not loaded.study.against:
        message = "the claim is about a difference, and the study names no scenario to subtract"
        help = "add against: SCENARIO, or write of: scenario"
        found.append(loaded.places.problem("missing-key", message, ("multiverse", "claim"), help))
    return found + _twice(loaded, [c.name for c in multiverse.choices], top)


def _names(choice: Choice) -> list[str]:
    return [option.name for option in choice.options]


def matching(pattern: str, keys: Iterable[str]) -> list[str]:
    """Keys that a pattern names; ``*`` stands for any text."""
    return [key for key in keys if fnmatch.fnmatchcase(key, pattern)]
