"""The web application's server: 127.0.0.1 only, one folder of runs, a key in the address."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from keepout import __version__
from keepout.app.answers import add_handlers, one
from keepout.app.doors import job_doors, run_doors, scenario_doors, trial_doors
from keepout.app.folder import Folder
from keepout.app.guard import Guard, new_token
from keepout.app.jobs import Jobs
from keepout.app.theatre import Theatre
from keepout.errors import RunError
from keepout.report.playback.page import ASSETS, BUILD, WITHOUT, has_page

ADDRESS = "127.0.0.1"
PORT = 8765


def application(runs: Path, jobs: Jobs | None = None) -> FastAPI:
    """The application without its guard."""
    folder = Folder(runs)
    jobs = jobs or Jobs()

    @contextlib.asynccontextmanager
    async def living(app: FastAPI) -> AsyncIterator[None]:
        yield
        jobs.close()

    app = FastAPI(
        title="keepout", version=__version__, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", lifespan=living,
    )  # fmt: skip
    add_handlers(app)
    app.state.theatre = theatre = Theatre(folder)
    app.include_router(run_doors(folder, theatre))
    app.include_router(trial_doors(folder, theatre))
    app.include_router(scenario_doors(folder))
    app.include_router(job_doors(folder, jobs))

    @app.api_route("/api/{rest:path}", include_in_schema=False)
    def nothing(rest: str) -> Response:
        return one("unknown", "there is no such door", 404)

    @app.get("/", include_in_schema=False)
    def page() -> Response:
        if not has_page():
            return one("no-page", f"{WITHOUT}; {BUILD}", 404)
        return FileResponse(ASSETS / "index.html", media_type="text/html")

    if has_page():
        app.mount("/", StaticFiles(directory=ASSETS))
    return app


def guarded(app: Any, token: str, port: int) -> Guard:
    """The application behind its guard."""
    return Guard(app, token, (f"{ADDRESS}:{port}", f"localhost:{port}"))


def listening(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0 takes any free one. Raises RunError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((ADDRESS, port))
        made.listen()  # whoever opens the address at once waits, and is not refused
    except OSError as error:
        made.close()
        raise RunError(
            f"Port {port} on {ADDRESS} cannot be used: {error.strerror or error}. "
            "Choose another with --port, or 0 for any that is free."
        ) from None
    return made


def serve(runs: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve a folder of runs until Ctrl-C; ``say`` is told the address once it answers."""
    import uvicorn

    made = listening(port)
    token = new_token()
    port = made.getsockname()[1]
    app = application(runs)
    threading.Thread(target=app.state.theatre.prepare, daemon=True).start()
    config = uvicorn.Config(
        guarded(app, token, port), log_level="warning", access_log=False, server_header=False,
        date_header=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    say(f"http://{ADDRESS}:{port}/{token}/")
    uvicorn.Server(config).run(sockets=[made])
