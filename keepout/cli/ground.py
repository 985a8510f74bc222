"""``keepout ground``: where leakers and debris of a stored run come down, and on what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keepout.cli.output import ProgressLine, emit, json_option, say, table

if TYPE_CHECKING:
    import numpy as np

    from keepout.inference.ground import Map, Zone


@click.command("ground")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--asset", metavar="ID", help="The base that is looked at [the most hit].")
@click.option("--trials", type=click.IntRange(1), default=200, metavar="N",
              help="Trials whose debris is mapped, each computed again [200].")  # fmt: skip
@click.option("--cell", type=click.FloatRange(0.01, 1.0), default=0.1, metavar="DEG",
              help="Side of a cell of the map, in degrees [0.1].")  # fmt: skip
@click.option("-o", "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Folder for the page, the map as picture, and debris.geojson.")  # fmt: skip
@json_option
def command(
    run: Path, asset: str | None, trials: int, cell: float, out: Path | None, as_json: bool
) -> None:
    """Where the missiles that arrive in a stored RUN, and debris, come down, and on what.

    The craters at a base are shared out over its kinds of ground by their share of the area of a
    generic air base: those that were published of a real base, else those of single raids on a
    generic one. Nothing says how many missiles anything would take. Debris, spent stages and
    missiles that arrive are counted in cells of latitude and longitude: pieces expected per square
    kilometre in one raid, and the chance of any.
    """
    from keepout.errors import InputError
    from keepout.inference import ground
    from keepout.results.store import is_run, reopen

    if not is_run(run):
        raise InputError.one(
            "unknown-run", f"there is no stored run in {run}",
            help="`keepout runs` lists the stored runs",
        )  # fmt: skip
    if out is not None and out.exists() and any(out.iterdir()):
        raise InputError.one("exists", f"{out} is not empty; choose another folder")
    found = reopen(run, kept=False)
    chosen, source, pmf = _craters(found, asset)
    progress = ProgressLine()
    try:
        events = list(ground.came_down(_job(found, run), found, trials,
                                       lambda done, of: progress(done, of, 0.0)))  # fmt: skip
    finally:
        progress.close()
    count = min(trials, len(found.outcomes))
    maps = {
        name: made
        for name, kinds in (("debris", ground.PIECES), ("leakers", ground.LEAKERS))
        if (made := ground.mapped(events, kinds, count, cell)) is not None
    }
    zones = ground.zones(pmf)
    data = record(found, chosen, source, pmf, zones, maps)
    wrote = _write(out, data, zones, maps, f"keepout ground {run}") if out else []
    emit(as_json, data, lambda: text(data, zones, wrote))


def _craters(found: Any, asset: str | None) -> tuple[str, str, np.ndarray]:
    """The base, where the count comes from, and the law of the craters there.

    A real base is looked at afterwards, with the counts that were published; where there are none,
    the arrivals of single raids fall on a generic base.
    """
    import numpy as np

    from keepout.errors import InputError
    from keepout.records.outcome import CAUSES
    from keepout.results.metrics import Counts
    from keepout.scenario.words import closest

    count = Counts(found.layout, found.outcomes)

    def arrived(name: str) -> np.ndarray:
        return count.total(*(f"arrived.{name}.{cause}" for cause in CAUSES)).astype(int)

    known = [name for name in found.layout.assets if name != "elsewhere"]
    if asset is not None and asset not in known:
        raise InputError.one(
            "unknown-asset", f'there is no asset "{asset}" in this run', path="--asset",
            help=closest(asset, known),
        )  # fmt: skip
    name = asset or max(known, key=lambda each: float(arrived(each).mean()))
    said = [
        int(each["count"])
        for each in found.resolved.get("published", ())
        if each.get("asset") == name and each.get("kind") in ("counted", "about")
    ]
    if said and not found.resolved.get("counterfactual"):
        words = " and ".join(str(each) for each in said)
        return name, f"published: {words}", np.bincount(said) / len(said)
    source = "simulated, on a generic base"
    return name, source, np.bincount(arrived(name)) / len(found.outcomes)


def _job(found: Any, run: Path) -> Any:
    """The scenario of the run, ready to compute its trials again."""
    from keepout import trip

    manifest = found.manifest
    return trip.prepare(
        run / "scenario.yaml", sets=tuple(manifest.get("set", ())),
        fidelity=manifest["fidelity"], say=say,
    )  # fmt: skip


def record(
    found: Any, asset: str, source: str, pmf: np.ndarray, zones: list[Zone], maps: dict[str, Map]
) -> dict[str, Any]:  # fmt: skip
    """The JSON of ``keepout ground``."""
    import numpy as np

    return {
        "run": str(found.folder),
        "scenario": found.manifest["scenario"],
        "digest": found.manifest["digest"],
        "asset": asset,
        "craters": {"mean": float((np.arange(len(pmf)) * pmf).sum()), "count": source},
        "zones": [
            {"zone": z.name, "share_of_area": z.share, "craters": z.craters,
             "p_hit": z.hit, "share_cratered": list(z.cratered)}
            for z in zones
        ],
        "maps": {
            name: {
                "trials": found_.trials,
                "pieces_per_raid": float(found_.counts.sum() / found_.trials),
                "cell_deg": found_.cell_deg,
                "most_per_km2": float(found_.per_km2().max()),
                "most_chance": float(found_.chance().max()),
            }
            for name, found_ in maps.items()
        },
    }  # fmt: skip


def _write(
    out: Path, data: dict[str, Any], zones: list[Zone], maps: dict[str, Map], line: str
) -> list[Path]:  # fmt: skip
    """The page, and the map for other programs."""
    import json

    from keepout.cli.output import json_text
    from keepout.errors import RunError
    from keepout.inference.ground import geojson
    from keepout.report.debris import page

    label = f"{data['scenario']}: simulated, {len(maps)} layers"
    files = {
        "index.html": page(data, zones, maps, line),
        "debris.geojson": json.dumps(geojson(maps, label)) + "\n",
        "answer.json": json_text(data) + "\n",
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, held in files.items():
            (out / name).write_text(held, "utf-8")
    except OSError as error:
        raise RunError(f"{out} cannot be written: {error.strerror or error}.") from error
    return [out / name for name in files]


def text(data: dict[str, Any], zones: list[Zone], wrote: list[Path]) -> str:
    """The same for people."""
    rows = [
        [z.name, f"{100 * z.share:.1f} %", f"{z.craters['mean']:.1f}",
         f"{z.craters['p05']:.0f} to {z.craters['p95']:.0f}", f"{100 * z.hit:.0f} %",
         " ".join(f"{100 * share:.2f}" for share in z.cratered)]
        for z in zones
    ]  # fmt: skip
    craters = data["craters"]
    head = (
        f"{data['scenario']}, {data['asset']}: {craters['mean']:.1f} craters ({craters['count']}), "
        "by area fraction"
    )
    heads = ["ground", "of area", "craters", "90 % (prediction)", "any", "cratered, %"]
    lines = [head, table(heads, rows)]
    for name, found in data["maps"].items():
        lines.append(
            f"  {name}: {found['pieces_per_raid']:.0f} pieces in one raid; in the worst cell "
            f"{found['most_per_km2']:.2g} per km2, any in {100 * found['most_chance']:.0f} %"
        )
    return "\n".join([*lines, *(f"Wrote {path}" for path in wrote)])
