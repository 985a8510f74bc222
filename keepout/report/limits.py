"""Models, what they cannot tell, and how to run it again."""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import Any

from keepout.report.markup import Html, Part, details, el, paragraph, row, section, table
from keepout.report.reading import Reading
from keepout.report.words import whole

MODELS: dict[str, tuple[str, str]] = {
    "flight": (
        "Flight",
        (
            "Point masses over a rotating WGS 84 Earth with J2 and the standard atmosphere of "
            "1976, staged boost, drag by Mach number, re-entry with a few canned manoeuvres. "
            "No wind, no guidance law, no break-up. Stage data that no open source gives are "
            "derived so that the published range is flown."
        ),
    ),
    "sensing": (
        "Sensing",
        (
            "The radar equation with horizon and field of regard, noisy looks, Kalman tracks; "
            "nothing that decides is handed the truth. No weather or jamming; search, cues and a "
            "budget of radar time only where the scenario says so."
            " Radar cross-sections are assumptions and matter where detection is late."
        ),
    ),
    "control": (
        "Control and doctrine",
        (
            "Rules stated per battery, a cap on rounds per threat over all layers, magazines, "
            "channels, times to load and to judge a result. No human delay beyond these times,"
            " no change of mind in the middle of a raid, no battery lost to fire."
        ),
    ),
    "kill": (
        "Kill",
        (
            "A probability per round, given that it was launched, at the right object, inside "
            "the envelope: an input with a range, never derived here. Chance strikes per shot,"
            " per threat, per named group of systems and per raid."
        ),
    ),
}

CANNOT = (
    (
        "Identify a kill probability.",
        (
            "The share of missiles left on purpose, the failures in flight, the aims and the "
            "kill probability trade against each other. Counts on the ground do not tell them "
            "apart."
        ),
    ),
    (
        "Say that a cross-section, a magazine or an aim is right.",
        (
            "They are inputs. Where the answer hangs on one, it hangs on an opinion, and its "
            "grade stands beside it."
        ),
    ),
    (
        "Confirm itself by one raid.",
        (
            "A published count inside the spread of outcomes does not contradict the model. A "
            "wide spread is hard to contradict."
        ),
    ),
    (
        "Speak of damage.",
        (
            "An arrival is a warhead on the ground within a radius; not a hit on a building, "
            "not a casualty. Debris is one heavy piece per intercept."
        ),
    ),
    (
        "Place anything.",
        (
            "Batteries stand at public or notional sites, launch areas are provinces; no site "
            "can be read back from a result."
        ),
    ),
)


def limits(reading: Reading) -> Html:
    """Models with their assumptions, then what they cannot tell."""
    counted = [each for each in reading.published if each.kind == "counted"]
    first = (
        f"{whole(counted[0].count)} craters do not identify a kill probability. " if counted else ""
    )
    chosen = reading.inputs.below("models")
    made: list[Part] = []
    for key, (title, says) in MODELS.items():
        name = f" ({chosen[key]})" if key in chosen else ""
        if key == "sensing" and chosen.get(key) == "radar":  # what a radar's looks cost it
            name = f" ({chosen[key]}, radar_time {chosen.get('radar_time', 'unlimited')})"
        made += [el("dt", title, el("small", name) if name else None), el("dd", says)]
    return section(
        "limits",
        "What the model cannot tell",
        paragraph(el("b", first), "The model cannot:") if first else paragraph("The model cannot:"),
        el("ul", [el("li", el("b", head), " ", says) for head, says in CANNOT]),
        el("h3", "Models and their assumptions"),
        el("dl", made, class_="models"),
        el("h3", "Which uncertainty stands beside which number"),
        paragraph(
            "± in the tables is the Monte Carlo error of a mean and nothing else: one standard"
            " error, from pairs of trials. Quantiles under “spread of outcomes” are of single "
            "raids. Quantiles under “ignorance of parameters” are of the mean given the "
            "parameters, found from pairs of trials that share one draw of every uncertain "
            "parameter and differ by chance alone. Neither holds what is wrong with the model "
            "itself, or an opinion whose range is too narrow: that uncertainty is not a number"
            " here."
        ),
    )


def repeat(reading: Reading) -> Html:
    """Versions, seed, digest, and the line that makes the same run again."""
    manifest = reading.manifest
    versions = manifest.get("versions") or {}
    facts: list[tuple[str, Any]] = [
        ("scenario", manifest["scenario"]),
        ("trials", f"{reading.trials:,}"),
        ("seed", manifest["seed"]),
        ("fidelity", manifest.get("fidelity", "")),
        ("keepout", manifest.get("version", "")),
        ("digest of the outcomes, SHA-256", manifest["digest"]),
        ("with", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("on", machine(manifest.get("host") or {})),
        ("begun", manifest.get("started_utc", "")),
    ]
    facts += [(f"SHA-256 of the {key}", v) for key, v in (manifest.get("hashes") or {}).items()]
    body = [row([name, (el("code", str(value)), "words")]) for name, value in facts if value != ""]
    return section(
        "repeat",
        "How to repeat it",
        el("pre", command(manifest), class_="command"),
        paragraph(
            "The same version gives the same digest, whatever the number of threads and "
            "however often it was interrupted. Then every number of this page is the same."
        ),
        details("Versions, seed, digest and hashes", table([], body, class_="facts")),
    )


def machine(host: dict[str, Any]) -> str:
    """The machine, without names."""
    known = [str(host[key]) for key in ("system", "machine", "libc") if host.get(key)]
    return ", ".join(known)


def command(manifest: dict[str, Any]) -> str:
    """The command line that makes the run again."""
    words = ["keepout", "run", scenario_argument(manifest)]
    for setting in manifest.get("set") or ():
        words += ["--set", str(setting)]
    words += ["--trials", str(manifest["trials"]), "--seed", str(manifest["seed"])]
    if manifest.get("fidelity", "engagement") != "engagement":
        words += ["--fidelity", str(manifest["fidelity"])]
    return shlex.join(words)


def scenario_argument(manifest: dict[str, Any]) -> str:
    """A shipped scenario by its name, another by its file's name without its folder."""
    file = PurePath(str(manifest.get("file") or ""))
    if not file.name or file.parent.name == "shipped":
        return str(manifest["scenario"])
    return file.name
