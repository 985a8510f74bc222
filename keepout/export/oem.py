"""CCSDS Orbit Ephemeris Message 2.0 (502.0-B): one message a body, ITRF, UTC, kilometres."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from keepout.export.scene import Body, Scene, file_name, velocity_mps

FRAME = "ITRF2000"
"""The message names no WGS 84; its present realisations agree with ITRF to centimetres."""


def write(scene: Scene, folder: Path) -> None:
    """Write every body of a scene as a message of its own into a folder that exists.

    One object a message is the rule of CCSDS 502.0-B, section 5.2.1.
    """
    made = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    for k, body in enumerate(scene.bodies):
        text = _text(scene, body, k, made)
        (folder / f"{file_name(body.name)}.oem").write_text(text, "utf-8")


def _text(scene: Scene, body: Body, k: int, made: str) -> str:
    begin, end = (_stamp(scene, t_s) for t_s in (body.t_s[0], body.t_s[-1]))
    degree = 1 if body.kind == "interceptor" else min(5, len(body.t_s) - 1)
    said = [
        "CCSDS_OEM_VERS = 2.0",
        f"COMMENT {scene.note}",
        "COMMENT Velocities: slopes of a cubic spline through the positions. Rounds fly straight.",
        f"CREATION_DATE = {made}",
        "ORIGINATOR = KEEPOUT",
        "",
        "META_START",
        f"OBJECT_NAME = {body.name.upper()}",
        f"OBJECT_ID = {scene.start.year}-{k:03d}SIM",
        "CENTER_NAME = EARTH",
        f"REF_FRAME = {FRAME}",
        "TIME_SYSTEM = UTC",
        f"START_TIME = {begin}",
        f"STOP_TIME = {end}",
        "INTERPOLATION = LAGRANGE",
        f"INTERPOLATION_DEGREE = {degree}",
        "META_STOP",
        "",
    ]
    for t_s, r, v in zip(body.t_s, body.r_ecef_m / 1e3, velocity_mps(body) / 1e3, strict=True):
        numbers = " ".join(f"{x:.6f}" for x in (*r, *v))
        said.append(f"{_stamp(scene, t_s)} {numbers}")
    return "\n".join([*said, ""])


def _stamp(scene: Scene, t_s: float) -> str:
    return scene.stamp(t_s).removesuffix("Z")
