"""STK ephemeris (.e): one file a body, Earth-fixed metres, seconds after the scenario's epoch."""

from __future__ import annotations

from pathlib import Path

from keepout.export.scene import Body, Scene, file_name, velocity_mps

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def write(scene: Scene, folder: Path) -> None:
    """Write every body of a scene as a file of its own into a folder that exists."""
    for body in scene.bodies:
        (folder / f"{file_name(body.name)}.e").write_text(_text(scene, body), "utf-8")


def _text(scene: Scene, body: Body) -> str:
    start = scene.start
    epoch = f"{start.day:02d} {MONTHS[start.month - 1]} {start.year} {start:%H:%M:%S}.000"
    order = 1 if body.kind == "interceptor" else min(5, len(body.t_s) - 1)
    head = [
        "stk.v.11.0",
        f"# {scene.note}",
        f"# {body.kind} {body.of}; end: {body.end or 'none'}; positions over WGS 84, UTC",
        "BEGIN Ephemeris",
        f"NumberOfEphemerisPoints {len(body.t_s)}",
        f"ScenarioEpoch {epoch}",
        "InterpolationMethod Lagrange",
        f"InterpolationSamplesM1 {order}",
        "CentralBody Earth",
        "CoordinateSystem Fixed",
        "DistanceUnit Meters",
        "EphemerisTimePosVel",
        "",
    ]
    rows = [
        " ".join([f"{t_s:.3f}", *(f"{x:.3f}" for x in r), *(f"{x:.4f}" for x in v)])
        for t_s, r, v in zip(body.t_s, body.r_ecef_m, velocity_mps(body), strict=True)
    ]
    return "\n".join([*head, *rows, "", "END Ephemeris", ""])
