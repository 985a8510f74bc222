"""YAML 1.2 files as plain data, with the position of every key and value.

Plain data only: mappings with text keys, lists, text, numbers, true, false and null, by
the core schema of YAML 1.2 (``no`` is text, ``1:30`` is text). Anchors, aliases, tags
and several documents in one file are refused, and so is anything large or deep enough to
cost seconds. Nothing here recurses, so no nesting can exhaust the stack.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from .errors import InputError, Problem

MAX_BYTES = 256 * 1024
"""Largest file read: reading this much takes about two seconds."""

TOO_LARGE = f"the file is larger than {MAX_BYTES // 1024} KiB, the most keepout reads"
LESS = "leave out what is not needed"

MAX_DEPTH = 32
"""Deepest nesting of mappings and lists."""

MAX_DIGITS = 40
"""Longest number, in characters."""

MAX_SHOWN = 60
"""Longest piece of the file that a message repeats, in characters."""

Where = tuple[str | int, ...]
"""Address of a value: the keys and list positions that lead to it."""

NULLS = frozenset(("", "~", "null", "Null", "NULL"))
TRUES = frozenset(("true", "True", "TRUE"))
FALSES = frozenset(("false", "False", "FALSE"))
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
LINE_END = re.compile(r"\r\n|\r|\n")
CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""What an escape in quotes can make, and no file can hold."""
PLAIN_KEY = re.compile(r"[^\s.\[\]\"']+")


class Mark(NamedTuple):
    """Where something stands: line and column from 1, width in characters."""

    line: int
    column: int
    width: int


@dataclass
class Document:
    """Plain data of one file, the positions of its parts, and what is wrong with it.

    ``keys`` and ``values`` are addressed by the path of keys and list positions.
    ``problems`` holds faults of the YAML itself; with a fault of syntax ``data`` is None.
    """

    file: str
    text: str
    data: Any = None
    keys: dict[Where, Mark] = field(default_factory=dict)
    values: dict[Where, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[str]:
        """The text line by line."""
        return LINE_END.split(self.text)

    def mark(self, where: Where, at_key: bool = False) -> Mark:
        """The position of ``where``, or of the nearest thing that encloses it."""
        if at_key and where in self.keys:
            return self.keys[where]
        while where and where not in self.values:
            where = where[:-1]
            at_key = True
        if (at_key or where not in self.values) and where in self.keys:
            return self.keys[where]
        return self.values.get(where, Mark(1, 1, 1))

    def problem(
        self, code: str, message: str, where: Where, help: str = "", at_key: bool = False
    ) -> Problem:
        """A Problem that points at ``where`` in this file."""
        return self.problem_at(code, message, self.mark(where, at_key), path_text(where), help)

    def problem_at(
        self, code: str, message: str, mark: Mark, path: str = "", help: str = ""
    ) -> Problem:
        """A Problem that points at a position in this file."""
        line = self.lines[mark.line - 1] if 0 < mark.line <= len(self.lines) else ""
        return Problem(
            code,
            message,
            file=self.file,
            line=mark.line,
            column=mark.column,
            path=path,
            help=help,
            source_line=line,
            width=max(1, mark.width),
        )


def path_text(where: Where) -> str:
    """An address as people read it: ``raids[0].aim.lat``."""
    text = ""
    for step in where:
        if isinstance(step, int):
            text += f"[{step}]"
        elif PLAIN_KEY.fullmatch(step):
            text += f".{shorten(step)}" if text else shorten(step)
        else:
            text += f'["{shorten(step)}"]'
    return text


def shorten(text: str) -> str:
    """Text that is safe to repeat in a message: no line ends, not too long."""
    text = " ".join(text.split())
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def read(path: str | Path) -> Document:
    """The document in a file that must be a mapping without faults.

    Raises InputError with every problem of the YAML.
    """
    document = parse(read_text(path), str(path))
    if document.problems:
        raise InputError(document.problems)
    return document


def read_text(path: str | Path) -> str:
    """The text of a file, checked for size and encoding before anything is parsed."""
    file = str(path)
    try:
        with Path(path).open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError.one("file", _why_unreadable(error, file), file=file) from None
    if len(raw) > MAX_BYTES:
        raise InputError.one(
            "too-large",
            TOO_LARGE,
            file=file,
            help=LESS,
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError.one(
            "not-text",
            f"byte {error.start + 1} (line {line}) is not UTF-8; this is no text file",
            file=file,
            line=line,
            column=1,
            help="save the file as UTF-8 text",
        ) from None


def _why_unreadable(error: OSError, file: str) -> str:
    """A sentence for a file that cannot be opened or read."""
    if isinstance(error, FileNotFoundError):
        return f"there is no file {file}"
    if isinstance(error, IsADirectoryError):
        return f"{file} is a folder, not a file"
    return f"{file} cannot be read: {(error.strerror or str(error)).lower()}"


def parse(text: str, file: str = "") -> Document:
    """The document in ``text``; never raises, faults are in ``problems``.

    Faults that leave the structure readable (duplicate keys, numbers that are not
    finite) leave ``data`` usable; after a fault of syntax it is None.
    """
    document = Document(file, text.removeprefix("\ufeff"))
    try:
        _check_characters(document)
        document.data = _Builder(document).build()
    except _FatalFault as fault:
        document.problems.append(fault.problem)
        document.data = None
        return document
    _check_top(document)
    return document


def scalar(text: str) -> Any:
    """An unquoted scalar by the core schema of YAML 1.2.

    Raises ValueError for numbers that are not finite or longer than any sensible one.
    """
    if text in NULLS:
        return None
    if text in TRUES or text in FALSES:
        return text in TRUES
    if text[0] not in "0123456789+-.":
        return text
    if INTEGER.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"{text[:12]}... is too long a number")
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is not a finite number")
    if REAL.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(f"{text[:MAX_DIGITS]} is not a finite number")
        return number
    return text


class _FatalFault(Exception):
    """A fault after which nothing more can be read."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


@dataclass
class _Frame:
    """An open mapping or list while a document is built."""

    data: dict[str, Any] | list[Any]
    where: Where
    muted: bool  # inside the value of a duplicate key: positions are not kept
    mark: Mark
    key: str | None = None
    discard: bool = False  # the next value belongs to a duplicate key


class _Builder:
    """Builds data and positions from YAML events, on a stack of its own."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Frame] = []
        self.root: Any = None
        self.documents = 0

    def build(self) -> Any:
        """The data of the whole text."""
        from ruamel.yaml import events as ev

        for event in _events(self.document):
            if isinstance(event, ev.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, (ev.MappingStartEvent, ev.SequenceStartEvent)):
                self._open(event, {} if isinstance(event, ev.MappingStartEvent) else [])
            elif isinstance(event, (ev.MappingEndEvent, ev.SequenceEndEvent)):
                self._close(event)
            elif isinstance(event, ev.AliasEvent):
                raise self._fatal("alias", "aliases (*name) are not used here", event)
            elif isinstance(event, ev.DocumentStartEvent):
                self._document(event)
        return self.root

    def _fatal(self, code: str, message: str, event: Any, help: str = "") -> _FatalFault:
        where = self._here()
        mark = _mark(event)
        return _FatalFault(self.document.problem_at(code, message, mark, path_text(where), help))

    def _here(self) -> Where:
        """Address of the value about to be placed."""
        if not self.stack:
            return ()
        frame = self.stack[-1]
        if isinstance(frame.data, list):
            return (*frame.where, len(frame.data))
        return frame.where if frame.key is None else (*frame.where, frame.key)

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self._fatal(
                "several-documents",
                "a second document begins here; a file holds one",
                event,
                "remove the line ---, or split the file",
            )
        if event.version is not None and tuple(event.version) != (1, 2):
            raise self._fatal("yaml", "the file must be YAML 1.2", event, "remove the % line")

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            raise self._fatal(
                "anchor", f"anchors (&{shorten(event.anchor)}) are not used here", event,
                "write the value out",
            )  # fmt: skip
        if event.tag is not None:
            raise self._fatal(
                "tag", f"tags ({shorten(str(event.tag))}) are not used here", event, "remove it"
            )

    def _expects_key(self) -> bool:
        frame = self.stack[-1] if self.stack else None
        return frame is not None and isinstance(frame.data, dict) and frame.key is None

    def _scalar(self, event: Any) -> None:
        self._refuse_extras(event)
        if HALF_CHARACTER.search(event.value):
            raise self._fatal("not-text", "half a character (a lone surrogate) stands here", event)
        if self._expects_key():
            self._key(event)
            return
        value: Any = event.value
        mark = _mark(event)
        if value == "" and event.implicit[0]:  # nothing there: its key is where to look
            mark = self.document.keys.get(self._here(), mark)
        if event.implicit[0]:  # unquoted
            try:
                value = scalar(event.value)
            except ValueError as error:
                where = path_text(self._here())
                self.document.problems.append(
                    self.document.problem_at("number", str(error), mark, where)
                )
                value = 0
        self._place(value, mark)

    def _key(self, event: Any) -> None:
        frame = self.stack[-1]
        assert isinstance(frame.data, dict)
        key = event.value
        mark = _mark(event)
        where = (*frame.where, key)
        if key == "":
            raise self._fatal("key", "a key is empty", event, "write NAME: VALUE")
        frame.key = key
        frame.discard = key in frame.data
        if frame.discard:
            first = self.document.keys.get(where)
            self.document.problems.append(
                self.document.problem_at(
                    "duplicate-key",
                    f'"{shorten(key)}" is given twice',
                    mark,
                    path_text(where),
                    f"it stands in line {first.line} already" if first else "",
                )
            )
        elif not frame.muted:
            self.document.keys[where] = mark

    def _place(self, value: Any, mark: Mark) -> bool:
        """Put a value where it belongs; True if its positions are not to be kept."""
        if not self.stack:
            self.root = value
            self.document.values[()] = mark
            return False
        frame = self.stack[-1]
        muted = frame.muted or frame.discard
        if not muted:
            self.document.values[self._here()] = mark
        if isinstance(frame.data, list):
            frame.data.append(value)
            return muted
        assert frame.key is not None
        if not frame.discard:
            frame.data[frame.key] = value
        frame.key, frame.discard = None, False
        return muted

    def _open(self, event: Any, data: dict[str, Any] | list[Any]) -> None:
        self._refuse_extras(event)
        if self._expects_key():
            raise self._fatal("key", "a key must be text, not a list or a mapping", event)
        if len(self.stack) >= MAX_DEPTH:
            raise self._fatal(
                "too-deep", f"lists and mappings are nested more than {MAX_DEPTH} deep", event
            )
        where = self._here()
        mark = _mark(event)
        muted = self._place(data, mark)
        self.stack.append(_Frame(data, where, muted, mark))

    def _close(self, event: Any) -> None:
        """End the innermost mapping or list, and note how wide it is on its first line."""
        frame = self.stack.pop()
        if frame.muted:
            return
        end = event.end_mark
        line, column, _ = frame.mark
        if end.line + 1 == line:
            self.document.values[frame.where] = Mark(line, column, end.column + 1 - column)


def _mark(event: Any) -> Mark:
    """Position of an event; the width ends with its first line."""
    start, end = event.start_mark, event.end_mark
    if end.line == start.line:
        return Mark(start.line + 1, start.column + 1, max(1, end.column - start.column))
    line_end = start.buffer.find("\n", start.pointer)
    width = line_end - start.pointer if line_end >= 0 else 1
    return Mark(start.line + 1, start.column + 1, max(1, width))


def _events(document: Document) -> Iterator[Any]:
    """Parsing events of the text; faults of syntax become _FatalFault."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    events = iter(YAML(typ="safe", pure=True).parse(document.text))
    while True:
        try:
            event = next(events)
        except StopIteration:
            return
        except MarkedYAMLError as error:
            raise _FatalFault(_syntax_problem(document, error)) from None
        except Exception as error:  # the scanner lets slips of its own out
            message = f"this is not YAML: {type(error).__name__}"
            raise _FatalFault(document.problem_at("yaml", message, Mark(1, 1, 1))) from None
        yield event


def _syntax_problem(document: Document, error: Any) -> Problem:
    """The parser's complaint as a Problem."""
    at = error.problem_mark or error.context_mark
    mark = Mark(at.line + 1, at.column + 1, 1) if at else Mark(1, 1, 1)
    what = " ".join(str(error.problem or error.context or "not YAML").split())
    code, help = "yaml", "check indentation, colons and brackets around this place"
    if "'\\t'" in what:
        code, what = "tab", "a tab stands where YAML wants spaces"
        help = "replace the tab by spaces"
    elif error.context and error.problem:
        what = f"{' '.join(str(error.context).split())}: {what}"
    return document.problem_at(code, what, mark, help=help)


def _check_characters(document: Document) -> None:
    """Refuse what is too long, and control characters: such a file is not text."""
    if len(document.text) > MAX_BYTES:
        raise _FatalFault(Problem("too-large", TOO_LARGE, document.file, help=LESS))
    found = CONTROL.search(document.text)
    if found is None:
        return
    before = LINE_END.split(document.text[: found.start()])
    mark = Mark(len(before), len(before[-1]) + 1, 1)
    message = f"a control character (U+{ord(found.group()):04X}) stands here; this is no text file"
    problem = document.problem_at("not-text", message, mark, help="save the file as UTF-8 text")
    raise _FatalFault(problem)


def _check_top(document: Document) -> None:
    """The top level must be a mapping with something in it."""
    data = document.data
    if isinstance(data, dict) and data:
        return
    if data is None or data == {}:
        problem = document.problem_at(
            "empty", "the file is empty", Mark(1, 1, 1), help="begin with a line schema: KIND"
        )
    else:
        kind = "a list" if isinstance(data, list) else "a single value"
        problem = document.problem(
            "not-a-mapping",
            f"the file holds {kind}, but a mapping (KEY: VALUE lines) belongs here",
            (),
            "write lines of the form KEY: VALUE",
        )
    document.problems.append(problem)
