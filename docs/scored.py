"""The pages made of scoreboard.json: forecasts beside what was counted, and answers of evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "scoreboard.json"
NONE = "–"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    titles = list(head)
    lines = [
        titles,
        ["---"] * len(titles),
        *([str(c).replace("|", "\\|") for c in r] for r in rows),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def recorded() -> dict[str, Any]:
    """The file."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def shown(line: Mapping[str, Any], name: str, digits: int = 2) -> str:
    """One score, or a dash where it has none."""
    value = line.get(name)
    return NONE if value is None else f"{value:.{digits}f}"


def scoreboard() -> str:
    """Every forecast beside the baseline, and whether that is beaten."""
    found = recorded()
    parts = [_event(found[event], event) for event in ("october-2024", "june-2025")]
    parts += [_series(each) for each in found["increments"]]
    hashes = table(("file", "SHA-256"), [(n, f"`{h[:16]}…`") for n, h in found["frozen"].items()])
    head = f"{found['states']:,} states, seed {found['seed']}. The priors, as they were frozen:\n\n"
    return head + hashes + "\n" + "\n".join(parts)


def _event(event: Mapping[str, Any], name: str) -> str:
    """Forecasts of one event."""
    rows = []
    for who, of in event["forecasts"].items():
        for what, line in of.items():
            ends = NONE if "p05" not in line else f"{line['p05']:.0f} to {line['p95']:.0f}"
            rows.append(
                (who, what, ends, shown(line, "percentile"), shown(line, "log_score"),
                 shown(line, "crps", 1))
            )  # fmt: skip
    said = ", ".join(event["summed_over"])
    words = [f"Summed over {said}, the logarithmic score is "]
    words += ["; ".join(f"{v:.2f} ({who})" for who, v in event["log_score"].items()), ". "]
    for who, beats in event["beats_baseline"].items():
        words.append(f"*{who}* {'beats' if beats else 'does **not** beat'} the baseline. ")
    head = ("forecast", "observation", "foretold: 5 to 95 %", "percentile", "log score", "CRPS")
    return f"## {name}\n\n{table(head, rows)}\n{''.join(words)}\n"


def _series(each: Mapping[str, Any]) -> str:
    """Forecasts of one series of sums."""
    rows = [
        (line["day"], line["hits"], line["whole"],
         *(f"{line[who]['p05']} to {line[who]['p95']}" for who in ("model", "baseline")),
         *(shown(line[who], "percentile") for who in ("model", "baseline")),
         *(shown(line[who], "log_score") for who in ("model", "baseline")))
        for line in each["scored"]
    ]  # fmt: skip
    head = ("to", "were", "of", "model: 5 to 95 %", "baseline", "percentile", "of the baseline",
            "log score", "of the baseline")  # fmt: skip
    sums = ", ".join(
        f"{label} {each[name]['model']:.2f} against {each[name]['baseline']:.2f}"
        for name, label in (("log_score", "logarithmic score"), ("crps", "CRPS"))
    )
    verdict = "beats" if each["beaten"] else "does **not** beat"
    known = f"{len(each['fitted'])} fitted, {len(each['scored'])} scored"
    return (
        f"## {each['series']}: {each['words']}\n\n{table(head, rows)}\n"
        f"{known}. In sum: {sums}. The model {verdict} the baseline.\n"
    )


def evidence(name: str) -> str:
    """The answer of one evidence file."""
    found = recorded()["evidence"][name]
    head = (
        f"{found['states']:,} states, of which {found['effective_states']:,.0f} count after "
        f"weighing; seed {found['seed']}.\n\n"
    )
    leak = found["counts"].get("rates.engaged")
    rows: list[tuple[str, ...]] = [
        (each["words"], _ends(each["prior"]), _ends(each["posterior"]), each["verdict"])
        for each in found["parameters"].values()
    ]
    if leak:
        other = {"p05": "p95", "p50": "p50", "p95": "p05"}
        turned = [{q: 1.0 - leak[side][other[q]] for q in other} for side in ("prior", "posterior")]
        rows.insert(0, ("leak of those shot at", *(_ends(side) for side in turned), ""))
    parts = [head, table(("5, 50, 95 %", "before", "after", ""), rows)]
    seen = [
        (each["name"], _said(each["reports"]), _ends(each["prior"], 0),
         _ends(each["given_the_others"], 0))
        for each in found["observations"] if not each["quantity"].startswith("rates.")
    ]  # fmt: skip
    parts.append(table(("what would be found", "was", "before", "given the others"), seen))
    alone = [
        (f"{each['observation']}: {each['report']}",
         *(_ends(each["says"][key]) for key in list(each["says"])[:4]))
        for each in found["alone"]
    ]  # fmt: skip
    keys = list(found["alone"][0]["says"])[:4] if found["alone"] else []
    words = [found["parameters"].get(key, {}).get("words", "leak of those shot at") for key in keys]
    parts.append(table(("each report alone", *words), alone))
    parts += _trusts(found["by_trust"], keys, words)
    parts.append("\n".join(f"- {sentence}" for sentence in found["sentences"]) + "\n")
    return "\n".join(parts)


def _trusts(lines: list[dict[str, Any]], keys: list[str], words: list[str]) -> list[str]:
    """The answer for other trusts in the reports in doubt; nothing where none is in doubt."""
    rows = [
        (f"{line['trust']:.0%}" + (" (given)" if line["given"] else ""),
         f"{line['effective']:,.0f}", *(_ends(line["says"][key]) for key in keys))
        for line in lines
    ]  # fmt: skip
    return (
        [table(("reports in doubt trusted to", "states that count", *words), rows)] if rows else []
    )


def _ends(each: Mapping[str, float], digits: int = 2) -> str:
    return " ".join(f"{each[q]:.{digits}f}" for q in ("p05", "p50", "p95"))


def _said(reports: Iterable[Mapping[str, Any]]) -> str:
    words = {"about": "about ", "at-least": "at least ", "at-most": "at most "}
    return "; ".join(
        f"{words.get(r.get('says', ''), '')}{r.get('value', 0):g}" for r in reports
    )  # fmt: skip
