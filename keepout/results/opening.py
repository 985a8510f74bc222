"""Opening the folder of a run: a new one, an unfinished one, or one that is finished."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepout.errors import RunError
from keepout.records.outcome import Layout
from keepout.records.run import Run
from keepout.results.claim import (
    Claim,
    claim_again,
    claim_new,
    claim_next,
    final_folder,
    is_there,
    latest,
    partial_folder,
)  # fmt: skip
from keepout.results.manifest import check_same_run, read_manifest
from keepout.results.parts import Partial
from keepout.results.store import reopen

ManifestFor = Callable[[Mapping[str, Any]], dict[str, Any]]
"""The manifest a run would have that goes on from a stored manifest ({}: a new one)."""


@dataclass(frozen=True)
class Place:
    """Where a run is to be stored: a folder, or the next free NAME-NNN among the runs."""

    out: Path | None
    runs: Path
    name: str
    resume: bool

    def folder(self) -> Path | None:
        """The folder that was named, or the newest unfinished run that is to be resumed."""
        if self.out is not None:
            return final_folder(self.out)
        return latest(self.runs, self.name) if self.resume else None


def stored_already(place: Place, manifest_for: ManifestFor, trials: int | None) -> Run | None:
    """The finished run that is asked for, if it is there.

    Raises RunError if it is another one, or has another number of trials.
    """
    folder = place.folder()
    if folder is None or not place.resume or not is_there(folder):
        return None
    run = reopen(folder)
    check_same_run(folder, manifest_for(run.manifest), run.manifest)
    if trials is not None and trials != run.manifest["trials"]:
        raise RunError(
            f"{folder} is complete with {run.manifest['trials']} trials and is not changed any "
            f"more. For {trials} trials choose another folder; the trials the two have in "
            "common will be the same."
        )
    return run


def open_partial(
    place: Place, manifest_for: ManifestFor, layout: Layout, say: Callable[[str], None]
) -> Partial:
    """A new partial run, or the unfinished one that is to be resumed, locked.

    Raises RunError if it cannot be had; nothing is then left behind.
    """
    folder = place.folder()
    resuming = place.resume and folder is not None and partial_folder(folder).exists()
    claim = _claim(place, folder, resuming)
    try:
        stored = (read_manifest(claim.folder) if resuming else None) or {}
        manifest = manifest_for(stored)
        if stored:
            check_same_run(claim.folder, manifest, stored)
        partial = Partial(claim, manifest, layout, manifest["trials"])
        partial.recover(say)
        partial.begin()
    except BaseException as error:
        if resuming:
            claim.release()
        else:
            claim.give_up()
        if isinstance(error, OSError):
            raise RunError(f"{claim.folder} cannot be written: {reason(error)}.") from error
        raise
    return partial


def _claim(place: Place, folder: Path | None, resuming: bool) -> Claim:
    """The folder to work in, locked."""
    if folder is None:
        return claim_next(place.runs, place.name)
    return claim_again(folder) if resuming else claim_new(folder)


def reason(error: OSError) -> str:
    """Why the system refused, in its own words."""
    return error.strerror or str(error)
