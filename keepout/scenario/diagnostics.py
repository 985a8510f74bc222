"""Every problem of a scenario: from the models' complaints to text and JSON."""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from keepout.document import Document, Mark, Where, path_text, shorten
from keepout.errors import Problem

from .numbers import SHAPES, kind_of
from .words import closest, listed

GENERIC = re.compile(r"^the [a-z]+ (?=is |has )")
NOWHERE = Mark(0, 0, 1)
"""The place of what is in no file."""
MOST_PRINTED = 100
LONGEST_LINE = 100

EXPECTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping (KEY: VALUE)",
    "model_type": "a mapping (KEY: VALUE)",
    "int_type": "a whole number",
    "float_type": "a number",
}
"""What a field wanted, by the validator's own name of the error."""


@dataclass
class Places:
    """Where the values of a scenario come from: its file, or a ``--set``."""

    document: Document
    settings: dict[Where, str] = field(default_factory=dict)

    def problem(
        self, code: str, message: str, where: Where, help: str = "", at_key: bool = False
    ) -> Problem:
        """A Problem at ``where``, in the file or in the setting that gave the value."""
        setting = self.setting(where)
        if setting is None:
            return self.document.problem(code, message, where, help, at_key)
        return Problem(
            code,
            message,
            file="--set",
            path=path_text(where),
            help=help,
            source_line=setting,
            width=len(setting),
        )

    def replace(self, where: Where, setting: str, inner: list[Where]) -> None:
        """Note that a setting gave everything at ``where``; ``inner`` is what it holds."""
        for index in (self.document.values, self.document.keys, self.settings):
            for known in [known for known in index if known[: len(where)] == where]:
                del index[known]
        self.settings[where] = setting
        for below in inner:
            self.document.values[(*where, *below)] = NOWHERE
        for depth in range(1, len(where)):
            self.document.values.setdefault(where[:depth], NOWHERE)

    def setting(self, where: Where) -> str | None:
        """The setting that gave the value at ``where``, if one did."""
        for known, text in self.settings.items():
            made = known[: len(where)] == where and self.document.values.get(where) is NOWHERE
            if where[: len(known)] == known or (where and made):
                return text
        return None


def problems_of(errors: list[Any], top: type[BaseModel], places: Places) -> list[Problem]:
    """The validator's errors as Problems. ``errors`` as ``ValidationError.errors()`` gives."""
    return [_problem(error, top, places) for error in errors]


def _problem(error: Mapping[str, Any], top: type[BaseModel], places: Places) -> Problem:
    where: Where = tuple(step for step in error["loc"] if step != "[key]")
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    name = _name_of(where)
    if "message" in context:
        message = _with_parent(kind, context["message"], where)
        at_key = kind == "unknown-key"
        return places.problem(kind, message, where, context["help"], at_key)
    if kind == "extra_forbidden":
        allowed = keys_at(where[:-1], top)
        message = f'"{shorten(str(where[-1]))}" is no key of {_name_of(where[:-1]) or "a scenario"}'
        return places.problem("unknown-key", message, where, closest(str(where[-1]), allowed), True)
    if kind == "missing":
        message = f'{_name_of(where[:-1]) or "the scenario"} has no "{where[-1]}"'
        help = f"add {where[-1]}: {description_at(where, top)}"
        return places.problem("missing-key", message, where, help)
    if kind == "literal_error":
        words = _literal_words(context)
        message = f"{name} is {kind_of(given)}, which is not allowed"
        return places.problem("choice", message, where, _word_help(given, words))
    if kind in EXPECTED:
        message = f"{name or 'the scenario'} is {kind_of(given)}; {EXPECTED[kind]} belongs here"
        return places.problem("type", message, where)
    return places.problem("value", f"{name}: {error['msg']}", where)


def _word_help(given: Any, words: list[str]) -> str:
    near = closest(given, words) if isinstance(given, str) else ""
    allowed = f"allowed: {listed(words)}"
    return allowed if near in ("", allowed) else f"{near} ({allowed})"


def _literal_words(context: Mapping[str, Any]) -> list[str]:
    """The allowed words out of the validator's "'a', 'b' or 'c'"."""
    return str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")


def _name_of(where: Where) -> str:
    """The last keys of an address, for a sentence: ``raids[0]``, ``doctrine rule``."""
    if not where:
        return ""
    last = where[-1]
    if isinstance(last, int):
        return path_text(where[-2:])
    if last in SHAPES and len(where) > 1:
        return f"{_name_of(where[:-1])} {last}"
    return shorten(last)


def _with_parent(kind: str, message: str, where: Where) -> str:
    """Messages about coordinates say whose they are: ``aim latitude is …``."""
    if kind in ("latitude", "longitude") and len(where) > 1 and where[-2] in ("aim", "launch"):
        return f"{where[-2]} {message}"
    return GENERIC.sub(f"{_name_of(where)} ", message) if where else message


def model_at(where: Where, top: type[BaseModel]) -> type[BaseModel] | None:
    """The Record that stands at an address, if one does."""
    here: type[BaseModel] | None = top
    for step in where:
        if isinstance(step, int):
            continue
        if here is None:
            return None
        here = record_in(_fields(here).get(step))
    return here


def keys_at(where: Where, top: type[BaseModel]) -> list[str]:
    """The keys allowed at an address."""
    model = model_at(where, top)
    return list(_fields(model)) if model else []


def description_at(where: Where, top: type[BaseModel]) -> str:
    """What the field at an address means."""
    model = model_at(where[:-1], top)
    found = _fields(model).get(str(where[-1])) if model else None
    return (found.description or "") if found else ""


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Fields of a model by the key in the file."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def record_in(info: Any) -> type[BaseModel] | None:
    """The Record inside a field's annotation, if there is one."""
    if info is None:
        return None
    for rule in info.metadata:
        if hasattr(rule, "record"):
            return rule.record  # type: ignore[no-any-return]
    waiting = [info.annotation]
    while waiting:
        found = waiting.pop()
        if isinstance(found, type) and issubclass(found, BaseModel):
            return found
        waiting += typing.get_args(found)
    return None


def in_file_order(problems: list[Problem]) -> list[Problem]:
    """Problems by place, each once; those of ``--set`` last."""
    once = {(p.file == "--set", p.line, p.column, p.code, p.path, p.message): p for p in problems}
    return [once[key] for key in sorted(once)]


def text(problems: list[Problem]) -> str:
    """All problems as people read them."""
    blocks = [_block(problem) for problem in problems[:MOST_PRINTED]]
    files = list(dict.fromkeys(problem.file for problem in problems if problem.file))
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    if len(problems) > MOST_PRINTED:
        count += f" (the first {MOST_PRINTED} are shown)"
    where = f" in {listed(files)}" if files else ""
    return "\n\n".join(blocks) + f"\n{count}{where}; nothing was run."


def as_json(problems: list[Problem]) -> dict[str, Any]:
    """The JSON contract of bad input."""
    return {"errors": [problem.as_dict() for problem in problems]}


def _block(problem: Problem) -> str:
    """One problem: code, message, place, the line itself, help."""
    lines = [f"error[{problem.code}] {problem.message}"]
    margin = " " * (len(str(problem.line)) + 2)
    if problem.file:
        place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
        lines.append(f"{margin}--> {place}   {problem.path}".rstrip())
    if problem.source_line.strip():
        lines += _excerpt(problem, margin)
    if problem.help:
        lines.append(f"{margin}= help: {problem.help}")
    return "\n".join(lines)


def _excerpt(problem: Problem, margin: str) -> list[str]:
    """The line of the file with the fault underlined, cut to a readable width."""
    line, column = problem.source_line.replace("\t", " "), max(problem.column, 1)
    if len(line) > LONGEST_LINE:
        start = max(0, column - 1 - LONGEST_LINE // 4)
        line, column = line[start : start + LONGEST_LINE], column - start
    width = max(1, min(problem.width, len(line) - column + 1))
    number = str(problem.line) if problem.line else ""
    return [
        f"{f' {number}':<{len(margin)}}| {line}",
        f"{margin}| {' ' * (column - 1)}{'^' * width}",
    ]
