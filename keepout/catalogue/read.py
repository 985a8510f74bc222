"""The door of the catalogue: entries, ids, sources, and the hash of all of it.

Reading is by need: one entry is one small file. Since the YAML parser is slow, the plain
data of a file that passed every check is kept below the cache folder, under the hash of
the file, the sources and this reader; a changed file is read and checked anew.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import os
from pathlib import Path
from types import MappingProxyType
from typing import Any

from keepout import document, units
from keepout.errors import InputError, Problem
from keepout.records.parameter import Parameter

from . import check, fields
from .check import Checker, closest
from .entry import Entry, Source, Text, field_record
from .fields import FOLDERS

__all__ = [
    "Entry", "Source", "Text", "catalogue_hash", "entries", "entry", "field_record", "ids",
    "kind_of", "sources", "sources_hash",
]  # fmt: skip

FOLDER = Path(__file__).resolve().parent
SOURCES = "sources.yaml"


def entry(id_: str, kind: str = "", folder: Path = FOLDER) -> Entry:
    """The entry called ``id_``, of the given kind if one is given.

    Raises InputError if there is none (it names close ids), or with every fault of its file.
    """
    known = ids(kind or None, folder)
    if id_ not in known:
        raise InputError([_unknown(id_, kind, known)])
    return _entry(kind_of(id_, folder), id_, folder)


def entries(kind: str | None = None, folder: Path = FOLDER) -> list[Entry]:
    """All entries, or all of one kind, in the order of ``ids``.

    Raises InputError with the faults of all files together.
    """
    found, problems = [], []
    for id_ in ids(kind, folder):
        try:
            found.append(_entry(kind_of(id_, folder), id_, folder))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def ids(kind: str | None = None, folder: Path = FOLDER) -> list[str]:
    """Ids of all entries, or of one kind, kind by kind and sorted within."""
    kinds = [kind] if kind else list(FOLDERS)
    return [id_ for each in kinds for id_ in _ids(each, folder)]


def kind_of(id_: str, folder: Path = FOLDER) -> str:
    """The kind of the entry called ``id_``; "" if there is none."""
    return next((kind for kind in FOLDERS if id_ in _ids(kind, folder)), "")


def sources(folder: Path = FOLDER) -> dict[str, Source]:
    """Every source by its key.

    Raises InputError with every fault of sources.yaml.
    """
    return dict(_sources(folder))


def catalogue_hash(folder: Path = FOLDER) -> str:
    """SHA-256 over every file of the catalogue, sources included, in path order (hex)."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def sources_hash(folder: Path = FOLDER) -> str:
    """SHA-256 of sources.yaml (hex)."""
    return hashlib.sha256((folder / SOURCES).read_bytes()).hexdigest()


def _unknown(id_: str, kind: str, known: list[str]) -> Problem:
    """The problem of an id that is not there."""
    what = kind or "entry"
    return Problem(
        f"unknown-{kind or 'id'}",
        f'the catalogue has no {what} called "{id_}"',
        help=_help(id_, known),
    )


def _help(id_: str, known: list[str]) -> str:
    near = closest(id_, known)
    allowed = f"allowed: {', '.join(known)}"
    return near if near.startswith("allowed") else f"{near} {allowed}".strip()


@functools.cache
def _ids(kind: str, folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (folder / FOLDERS[kind]).glob("*.yaml")))


@functools.cache
def _sources(folder: Path) -> dict[str, Source]:
    path = folder / SOURCES
    kept = _kept(path, b"")
    if kept is not None:
        return {key: Source(**body) for key, body in kept.items()}
    found, problems = check.sources_of(document.read(path))
    if problems:
        raise InputError(problems)
    _keep(path, b"", {key: dataclasses.asdict(source) for key, source in found.items()})
    return found


@functools.cache
def _entry(kind: str, id_: str, folder: Path) -> Entry:
    path = folder / FOLDERS[kind] / f"{id_}.yaml"
    salt = sources_hash(folder).encode()
    kept = _kept(path, salt)
    if kept is not None:
        return _from_plain(kept)
    checker = Checker(document.read(path), kind, _sources(folder), lambda each: _ids(each, folder))
    built = checker.entry(id_)
    if built is None:
        raise InputError(checker.problems)
    _keep(path, salt, _plain(built))
    return built


def _plain(built: Entry) -> dict[str, Any]:
    """An entry as JSON can hold it."""
    plain = dataclasses.asdict(dataclasses.replace(built, fields={}))
    plain["fields"] = {name: dataclasses.asdict(field) for name, field in built.fields.items()}
    return plain


def _from_plain(plain: dict[str, Any]) -> Entry:
    """``_plain`` undone."""
    built: dict[str, Parameter | Text] = {}
    for name, body in plain["fields"].items():
        body = {**body, "source": tuple(body["source"])}
        built[name] = Parameter(**body) if "si" in body else Text(**body)
    source = tuple(plain["source"])
    return Entry(**{**plain, "fields": MappingProxyType(built), "source": source})


def _cache_folder() -> Path:
    """Where checked data is kept, below the folder that ``KEEPOUT_CACHE`` can move."""
    named = os.environ.get("KEEPOUT_CACHE")
    if named:
        return Path(named) / "catalogue"
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "keepout" / "catalogue"


@functools.cache
def _reader_hash() -> bytes:
    """Hash of the code that decides what a file means."""
    digest = hashlib.sha256()
    for file in (check.__file__, fields.__file__, units.__file__, document.__file__, __file__):
        digest.update(Path(file or "").read_bytes())
    return digest.digest()


def _kept_path(path: Path, salt: bytes) -> Path:
    digest = hashlib.sha256(_reader_hash() + salt + str(path.name).encode() + path.read_bytes())
    return _cache_folder() / f"{path.stem}-{digest.hexdigest()[:24]}.json"


def _kept(path: Path, salt: bytes) -> Any:
    """What was kept of a file, or None."""
    try:
        return json.loads(_kept_path(path, salt).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _keep(path: Path, salt: bytes, plain: dict[str, Any]) -> None:
    """Keep the data of a checked file; a cache that cannot be written is no fault."""
    try:
        target = _kept_path(path, salt)
        target.parent.mkdir(parents=True, exist_ok=True)
        for old in target.parent.glob(f"{path.stem}-{'?' * 24}.json"):
            old.unlink(missing_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(plain), "utf-8")
        partial.replace(target)
    except OSError:
        return
