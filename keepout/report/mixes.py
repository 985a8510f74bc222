"""Shares of a mix as people think of them, in the place of the sticks that trials break."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scipy.special import betaincinv

from keepout.report.inputs import Inputs

STICK = re.compile(r"raid\.(?P<raid>.+)\.(?P<kind>missile|area|asset)\.\d+")
KINDS = {"missile": "missile", "area": "launch", "asset": "aim"}
"""Kind of a stick → key of the mix in a raid."""


def parameters(inputs: Inputs) -> list[dict[str, Any]]:
    """Every parameter, with a mix as the shares of its items: mean and 5 to 95 %.

    A share of a Dirichlet mix with weights a is Beta(a_i, sum - a_i). Source: Johnson,
    Kotz and Balakrishnan, Continuous Multivariate Distributions 1 (2000), ch. 49.
    """
    found: list[dict[str, Any]] = []
    done: set[tuple[str, str]] = set()
    for parameter in inputs.parameters.values():
        stick = STICK.fullmatch(parameter["key"])
        if stick is None:
            found.append(parameter)
            continue
        mix = stick["raid"], stick["kind"]
        if mix not in done:
            done.add(mix)
            found += shares(inputs, *mix, parameter)
    return found


def shares(
    inputs: Inputs, raid: str, kind: str, stick: Mapping[str, Any]
) -> list[dict[str, Any]]:  # fmt: skip
    """The items of one mix; the stick itself if the scenario does not show the mix."""
    path = f"raids.{raid}.{KINDS[kind]}"
    weights = {key: float(weight) for key, weight in inputs.below(f"{path}.mix").items()}
    total = sum(weights.values())
    if total <= 0.0:
        single = next((v for k, v in inputs.below(path).items() if k in ("area", "asset")), "")
        return [{**stick, "key": f"raid.{raid}.{kind}", "text": f"{single} alone", "drawn": False}]
    drawn = inputs.values.get(f"{path}.spread") == "dirichlet" and len(weights) > 1
    made = []
    for item, weight in weights.items():
        text = f"{100 * weight / total:.3g} %"
        quantiles = dict.fromkeys(("p05", "p50", "p95"), weight / total)
        note = f"share of the missiles; weight {weight:g} of {total:g}"
        if drawn:
            text += ", Dirichlet"
            levels = {"p05": 0.05, "p50": 0.5, "p95": 0.95}
            quantiles = {
                name: float(betaincinv(weight, total - weight, p)) for name, p in levels.items()
            }
        made.append(
            {
                **stick, "key": f"raid.{raid}.{kind}: {item}", "text": text, "drawn": drawn,
                "quantiles": quantiles, "note": note,
            }
        )  # fmt: skip
    return made
