"""Names that Tab completes: found in folders, without importing what reads them."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

SCENARIOS = Path(__file__).resolve().parent.parent / "scenario" / "shipped"


def scenarios(
    context: click.Context, parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Shipped scenarios that begin so; a path where none does."""
    found = sorted(path.stem for path in SCENARIOS.glob("*.yaml") if path.stem.startswith(begun))
    return [CompletionItem(name) for name in found] or [CompletionItem(begun, type="file")]
