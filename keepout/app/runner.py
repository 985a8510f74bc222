"""One run of the web application, in a process of its own: an interrupt stops it as Ctrl-C does.

Reads one JSON object on standard input: file, sets, trials, seed, fidelity, out, resume. Writes one
JSON object a line on standard output: ``say``, ``progress``, and last ``end`` or ``errors``.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

EVERY_S = 0.15
"""Progress is told no more often."""


def tell(**what: Any) -> None:
    """One line for the server."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run what standard input asks for; returns the exit status."""
    from keepout import trip
    from keepout.errors import InputError, Interrupted, KeepoutError
    from keepout.report.page import write_report

    asked = json.loads(sys.stdin.readline())
    last_s = 0.0

    def progress(done: int, total: int, rate_per_s: float) -> None:
        nonlocal last_s
        if time.monotonic() - last_s > EVERY_S or done == total:
            last_s = time.monotonic()
            tell(progress={"done": done, "total": total, "rate_per_s": rate_per_s})

    def say(text: str) -> None:
        tell(say=text)

    try:
        job = trip.prepare(
            asked["file"], sets=asked.get("sets", ()), fidelity=asked["fidelity"], say=say
        )
        out = Path(asked["out"])
        settings = trip.Settings(
            trials=asked["trials"], seed=asked["seed"], out=out, resume=asked["resume"]
        )
        run = trip.run_job(job, settings, trip.Listener(say, progress), write_report)
        tell(end="complete", digest=run.manifest["digest"])
        return 0
    except InputError as error:
        tell(errors=[each.as_dict() for each in error.problems])
        return 2
    except (Interrupted, KeyboardInterrupt) as error:
        tell(end="stopped", message=str(error) or "Stopped; nothing was stored.")
        return 130
    except KeepoutError as error:
        tell(errors=[{"code": "failed", "message": str(error)}])
        return 1


if __name__ == "__main__":
    sys.exit(main())
