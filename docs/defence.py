"""Tables of the pages about the defence: systems, footprints, Fattah-1. Worked out when asked."""

from __future__ import annotations

from typing import Any

Block = tuple[str, tuple[str, ...], list[tuple[object, ...]]]
"""What stands above a table, its head, and its rows."""


def number(value: object) -> str:
    """A value as people write it; text stays text."""
    return f"{value:g}" if isinstance(value, float) else str(value)


# -- systems -------------------------------------------------------------------------------


def system_row(line: Any) -> tuple[str, ...]:
    """One figure of one system."""
    from keepout.validation.check import number_text

    low, high = line.low, line.high
    spread = "" if low is None or high is None else f" ({number(low)} to {number(high)})"
    off = line.computed - line.published
    return (
        f"`{line.system}`", f"{line.quantity} [{line.unit}]" if line.unit else line.quantity,
        f"{number_text(line.published)}{spread}, {line.grade}", number_text(line.computed, 4),
        "0" if abs(off) < 1e-9 else number_text(off, 2), line.how, line.reason,
    )  # fmt: skip


def systems() -> list[Block]:
    """Every modelled system beside its published figures, worked out now."""
    from keepout.studies.systems import PLACES, lines

    head = (
        "system", "figure", "published (range), grade", "the model", "difference",
        "how it came about", "reason",
    )  # fmt: skip
    made = lines()
    parts: list[Block] = []
    for place, (title, _) in PLACES.items():
        rows: list[tuple[object, ...]] = [system_row(line) for line in made if line.place == place]
        parts.append((f"## {place}: {title}\n\n", head, rows))
    return parts


# -- Fattah-1 ------------------------------------------------------------------------------


def fattah_1() -> list[Block]:
    """Fattah-1 and its ballistic twin, layer by layer, worked out now."""
    from keepout.studies import twin

    def km(value: float | None) -> str:
        return "–" if value is None else f"{value:.0f} km"

    rows: list[tuple[object, ...]] = []
    for row in twin.rows():
        share, known = row.arrived, row.arrived["epistemic"]
        rows.append(
            (
                f"`{row.layer}`",
                "twin" if row.strength_g is None else f"{row.strength_g:.0f} g",
                f"{row.window_s:.0f} s", row.looks, km(row.first_km), km(row.last_km),
                f"{row.stray_km:.1f} km",
                f"{100 * share['mean']:.0f} % ± {100 * (share['mc_se'] or 0.0):.1f}",
                f"{100 * known['p05']:.0f} to {100 * known['p95']:.0f} %",
            )
        )  # fmt: skip
    head = (
        "layer", "strength", "time to launch in", "looks", "first intercept", "last intercept",
        "prediction off by", "arrive (± Monte Carlo)", "5 to 95 % of the mean: ignorance",
    )  # fmt: skip
    return [("", head, rows)]


# -- footprints ----------------------------------------------------------------------------


def footprint() -> list[Block]:
    """THAAD's footprint and what moves it, computed now on a coarse map."""
    from keepout.studies import thaad_layer

    rows: list[tuple[object, ...]] = [
        (
            row.changed, f"{row.range_km:,.0f} km", f"{row.one_km2:,.0f}",
            f"{row.two_km2:,.0f} ± {row.error_km2:,.0f}",
            f"{100.0 * row.two_km2 / row.one_km2:.0f} %" if row.one_km2 else "–",
            "–" if row.layer_s is None else f"{row.layer_s:.0f} s",
        )
        for row in thaad_layer.rows(thaad_layer.COARSE_M)
    ]  # fmt: skip
    head = (
        "what is changed", "missile from", "one look, km²", "two looks, km² (± grid)",
        "two of one", "falls through the layer in",
    )  # fmt: skip
    return [("", head, rows)]
