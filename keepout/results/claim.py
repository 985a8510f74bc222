"""Folders of runs: who may work in one, and what a free name is.

``RUN.partial`` is a run under way, ``RUN`` a finished one. Making the folder is the
claim; a lock inside it keeps a second process out while the first one works.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from pathlib import Path

from keepout.errors import RunError

SUFFIX = ".partial"
LOCK = "lock"
PATTERN_SIGNS = "*?["
"""Signs of a path that DuckDB reads as a pattern of many files."""


def final_folder(path: Path | str) -> Path:
    """The folder of the finished run, whichever of the two names was given."""
    final = Path(path)
    if not final.name or final.name == "..":
        final = final.resolve()
    return final.with_name(final.name.removesuffix(SUFFIX))


def partial_folder(final: Path) -> Path:
    """The folder of the same run while it works."""
    return final.with_name(final.name + SUFFIX)


class Claim:
    """A partial folder that this process alone may write to."""

    def __init__(self, final: Path, made: list[Path]) -> None:
        self.final = final
        self.folder = partial_folder(final)
        self.made = made
        self._lock = _lock(self.folder)

    def give_up(self) -> None:
        """Remove the folder and whatever parents were made for it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in reversed(self.made):
            try:
                folder.rmdir()
            except OSError:
                break
        self.release()

    def finish(self) -> None:
        """Give the folder its final name, as the last thing that happens to a run."""
        try:
            self.folder.rename(self.final)
        except OSError as error:
            raise RunError(
                f"{self.folder} is finished but cannot be renamed to {self.final}: "
                f"{error.strerror}."
            ) from error
        (self.final / LOCK).unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Let another process in."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _lock(folder: Path) -> int:
    """Lock a partial folder; refused if another process works in it."""
    path = folder / LOCK
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise RunError(f"{folder} cannot be written to: {error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(handle), path.stat()):
            raise OSError("the folder was finished meanwhile")
    except OSError as error:
        os.close(handle)
        raise RunError(f"{folder} is being worked on by another process.") from error
    return handle


def is_there(path: Path) -> bool:
    """Whether anything has this name. Raises RunError if nothing can have it: it is too long."""
    try:
        return path.exists() or path.is_symlink()
    except OSError as error:
        raise RunError(
            f"No run can be in {str(path)[:60]}…: {error.strerror}. Choose another place with -o."
        ) from error


def _make(folder: Path) -> list[Path]:
    """Make ``folder`` itself new, and its missing parents; returns the parents made."""
    whole = str(folder.absolute())
    if any(sign in whole for sign in PATTERN_SIGNS):
        raise RunError(
            f"A run cannot be stored in {whole}: the reader of its files takes "
            f"{' '.join(PATTERN_SIGNS)} for patterns. Choose another place with -o."
        )
    missing = [parent for parent in folder.parents if not parent.exists()]
    made: list[Path] = []
    try:
        for parent in reversed(missing):
            parent.mkdir(exist_ok=True)
            made.append(parent)
        folder.mkdir()
    except FileExistsError:
        raise
    except OSError as error:
        for parent in reversed(made):
            parent.rmdir()
        raise RunError(
            f"{folder} cannot be made: {error.strerror}. Nothing was stored; choose another "
            "place with -o."
        ) from error
    return made


def claim_new(final: Path) -> Claim:
    """Claim the name ``final`` for a run that begins; refused if anything is there."""
    if is_there(final):
        raise RunError(
            f"{final} exists already. Add --resume to see it again, or choose another folder."
        )
    folder = partial_folder(final)
    try:
        return Claim(final, _make(folder))
    except FileExistsError as error:
        raise RunError(
            f"{folder} holds an unfinished run. Add --resume to finish it, or choose another "
            "folder."
        ) from error


def claim_next(runs: Path, name: str) -> Claim:
    """Claim the next free ``runs/NAME-NNN``, safely when two runs start at once."""
    number = 1 + max((_number(path, name) for path in _entries(runs)), default=0)
    while True:
        final = runs / f"{name}-{number:03d}"
        number += 1
        try:
            made = _make(partial_folder(final))
        except FileExistsError:
            continue
        if not final.exists():
            return Claim(final, made)
        partial_folder(final).rmdir()  # finished between our look and our claim


def claim_again(final: Path) -> Claim:
    """Claim an unfinished run that is there already."""
    return Claim(final, [])


def latest(runs: Path, name: str) -> Path | None:
    """The newest unfinished ``runs/NAME-NNN``, as the name it will have."""
    partial = [path for path in _entries(runs) if path.name.endswith(SUFFIX)]
    mine = [(number, path) for path in partial if (number := _number(path, name))]
    return final_folder(max(mine)[1]) if mine else None


def _entries(runs: Path) -> list[Path]:
    """What is in the folder of runs; nothing if it is not there."""
    try:
        return list(runs.iterdir())
    except OSError:
        return []


def _number(path: Path, name: str) -> int:
    """NNN of ``NAME-NNN`` or ``NAME-NNN.partial``, else 0."""
    found = re.fullmatch(re.escape(name) + r"-(\d{3,})(\.partial)?", path.name)
    return int(found[1]) if found else 0
