"""One run, read once: what every section of the page speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from keepout.records.run import Run
from keepout.report.inputs import Inputs
from keepout.results.metrics import (
    Counts,
    Tree,
    leaf,
    prices_of,
    readings,
    summarise_tree,
    together_of,
)
from keepout.results.summary import summarise

ELSEWHERE = "elsewhere"
Summary = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """A figure of somebody else, beside what the trials gave."""

    asset: str
    count: float
    kind: str
    who: str
    source: str
    at_or_below: float  # share of trials
    below: float

    @property
    def is_bound(self) -> bool:
        """Whether it only says: at least so many."""
        return self.kind == "lower-bound"


class Reading:
    """A run with its summaries."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.manifest = run.manifest
        self.layout = run.layout
        self.inputs = Inputs(run.resolved)
        self.counts = Counts(run.layout, run.outcomes)
        self.trials = len(run.outcomes)

    @cached_property
    def tree(self) -> Tree:
        """Every reading, per trial."""
        return readings(self.layout, self.run.outcomes, prices_of(self.manifest))

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Every reading with its three uncertainties."""
        return summarise_tree(self.tree, together_of(self.manifest))

    def per_trial(self, path: str) -> np.ndarray:
        """The numbers at a path, one per trial."""
        found = leaf(self.tree, path)
        return np.zeros(self.trials) if found is None else found

    def column(self, *name: str) -> Summary:
        """Summary of one column of the outcomes."""
        return summarise(self.counts(*name), together_of(self.manifest))

    def arrived(self, asset: str, cause: str) -> float:
        """Mean arrivals at an asset for a cause."""
        return float(self.counts("arrived", asset, cause).mean())

    @cached_property
    def title(self) -> str:
        """The title of the scenario, or its name."""
        return str(self.run.resolved.get("title") or self.manifest["scenario"])

    @cached_property
    def counterfactual(self) -> bool:
        """Whether the scenario says that it is not what happened."""
        return bool(self.run.resolved.get("counterfactual", False))

    @cached_property
    def published(self) -> list[Published]:
        """Figures to compare with, at assets that the run counts."""
        found = []
        for each in self.inputs.published:
            if each["asset"] not in self.layout.assets:
                continue
            values = self.per_trial(f"arrived.by_asset.{each['asset']}")
            found.append(
                Published(
                    each["asset"],
                    float(each["count"]),
                    str(each.get("kind", "counted")),
                    str(each.get("who", "")),
                    str(each.get("source", "")),
                    float(np.mean(values <= each["count"])),
                    float(np.mean(values < each["count"])),
                )
            )
        return found

    @cached_property
    def assets_published(self) -> list[str]:
        """Assets with published figures, in the order of the scenario."""
        return list(dict.fromkeys(each.asset for each in self.published))

    @cached_property
    def kept(self) -> int | None:
        """The kept trial whose arrivals are nearest to the median, if any was kept."""
        kept = sorted({int(event["trial"]) for event in self.run.events})
        if not kept:
            return None
        arrived = self.per_trial("arrived.total")
        middle = float(np.median(arrived))
        return min(kept, key=lambda trial: (abs(arrived[trial] - middle), trial))

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """Events of that trial, in order of time."""
        found = [event for event in self.run.events if event["trial"] == self.kept]
        return sorted(found, key=lambda event: event["t_s"])

    @cached_property
    def tracks(self) -> list[dict[str, Any]]:
        """Flights of that trial."""
        return [track for track in self.run.tracks if track["trial"] == self.kept]
