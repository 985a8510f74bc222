"""What an installation weighs, and its largest parts.

    python -m checks.installed      of the environment that runs it

Counted are the files that the installed distributions list, without what Python compiles of them.
"""

from __future__ import annotations

from importlib.metadata import Distribution, distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

MOST_NAMED = 8
MB = 1e6


def needed(name: str, extra: str = "", seen: set[str] | None = None) -> set[str]:
    """Every distribution that one needs, itself included, as far as they are installed."""
    seen = {name} if seen is None else seen
    try:
        lines = requires(name) or []
    except ModuleNotFoundError:
        seen.discard(name)
        return seen
    for requirement in map(Requirement, lines):
        below = requirement.name.lower().replace("_", "-")
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": extra})
        if wanted and below not in seen:
            seen.add(below)
            needed(below, "", seen)
    return seen


def megabytes(distribution: Distribution) -> float:
    """What the files of a distribution weigh; 0 of those that are not there."""
    found = [Path(str(distribution.locate_file(file))) for file in distribution.files or []]
    return sum(p.stat().st_size for p in found if p.is_file() and p.suffix != ".pyc") / MB


def main() -> None:
    """Print the sum and the largest."""
    wanted = needed("keepout")
    sizes = {
        d.name: megabytes(d) for d in distributions() if d.name.lower().replace("_", "-") in wanted
    }
    print(f"{sum(sizes.values()):.0f} MB in {len(sizes)} packages, of which")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:MOST_NAMED]:
        print(f"  {size:5.0f}  {name}")


if __name__ == "__main__":
    main()
