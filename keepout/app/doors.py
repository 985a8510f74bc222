"""The doors of the server: what the page can ask for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from keepout import __version__
from keepout.app import scenarios
from keepout.app.answers import FAULTS, answer
from keepout.app.folder import Folder, missing
from keepout.app.halted import asked_again, why_not
from keepout.app.jobs import ENDED, Jobs
from keepout.app.theatre import Theatre
from keepout.results.store import stored_runs

Name = Annotated[str, Path(max_length=80, description="name of a run or a scenario")]
Trial = Annotated[int, Path(ge=0, le=2**53)]
Number = Annotated[int, Path(ge=1, le=2**53, description="number of a run under way")]
LOOK_S = 0.1
"""How often a listener looks whether a run got further."""
REPORT_POLICY = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:"
)


class Strict(BaseModel):
    """A body of which every key is known."""

    model_config = ConfigDict(extra="forbid")


class Draft(Strict):
    """A scenario as text, or as data to be written as text."""

    text: str | None = Field(default=None, max_length=400_000)
    data: dict[str, Any] | None = None


class Kept(Strict):
    """A scenario to save."""

    text: str = Field(max_length=400_000)


class Wanted(Strict):
    """A run to start."""

    scenario: str = Field(max_length=80)
    name: str = Field(max_length=80)
    trials: int = Field(default=500, ge=1, le=1_000_000)
    seed: int = Field(default=0, ge=0, le=2**63 - 1)
    fidelity: Literal["engagement", "physics"] = "engagement"
    resume: bool = False


def run_doors(folder: Folder, theatre: Theatre) -> APIRouter:
    """Stored runs: what they are."""
    doors = APIRouter(prefix="/api", responses=FAULTS)

    @doors.get("/about")
    def about() -> Response:
        """What answers here."""
        return answer({"program": "keepout", "version": __version__, "runs": folder.runs.name})

    @doors.get("/runs")
    def runs() -> Response:
        """Every run in the folder, finished or not."""
        found = stored_runs(folder.runs)
        for line in found:
            line["run"] = line["run"].rsplit("/", 1)[-1]
            if line["state"] == "partial":
                line["halted"] = why_not(folder, line["run"])
        return answer({"runs": found})

    @doors.get("/runs/{run}")
    def one_run(run: Name) -> Response:
        """One run and its numbers."""
        return answer(theatre.about(run))

    @doors.get("/runs/{run}/outcomes")
    def outcomes(run: Name) -> Response:
        """The counts of its trials."""
        return answer(theatre.outcomes(run))

    @doors.get("/compare")
    def compare(
        a: Annotated[str, Query(max_length=80)], b: Annotated[str, Query(max_length=80)]
    ) -> Response:
        """B minus A, trial by trial."""
        return answer(theatre.compare(a, b))

    return doors


def trial_doors(folder: Folder, theatre: Theatre) -> APIRouter:
    """Stored runs: what happened in them."""
    doors = APIRouter(prefix="/api", responses=FAULTS)

    @doors.get(
        "/runs/{run}/trials/{trial}",
        response_class=Response,
        responses={200: {"content": {"application/octet-stream": {}}}},
    )
    def playback(run: Name, trial: Trial) -> Response:
        """One trial as typed arrays."""
        return Response(theatre.playback(run, trial), media_type="application/octet-stream")

    @doors.get("/runs/{run}/trials/{trial}/story")
    def story(run: Name, trial: Trial, threat: Annotated[str, Query(max_length=80)]) -> Response:
        """What happened to one threat, and why."""
        return answer(theatre.story(run, trial, threat))

    @doors.get("/runs/{run}/spread")
    def spread(run: Name, trials: Annotated[int, Query(ge=1, le=200)] = 50) -> Response:
        """Tubes and impacts over many trials."""
        return answer(theatre.spread(run, trials))

    @doors.get(
        "/runs/{run}/report",
        response_class=Response,
        responses={200: {"content": {"text/html": {}}}},
    )
    def report(run: Name) -> Response:
        """The report of a run, in a page that can do nothing else."""
        path = folder.run(run) / "report.html"
        if not path.is_file() or not path.resolve().is_relative_to(folder.runs):
            raise missing("report of", run)
        headers = {"content-security-policy": REPORT_POLICY}
        return FileResponse(path, media_type="text/html", headers=headers)

    return doors


def scenario_doors(folder: Folder) -> APIRouter:
    """Scenarios: shipped, saved, and being written."""
    doors = APIRouter(prefix="/api", responses=FAULTS)

    @doors.get("/form")
    def form() -> Response:
        """The schema of a scenario and the catalogue's names."""
        return answer(scenarios.form())

    @doors.get("/scenarios")
    def all_scenarios() -> Response:
        """Every scenario there is."""
        return answer({"scenarios": scenarios.listed(folder)})

    @doors.get("/scenarios/{scenario}")
    def one(scenario: Name) -> Response:
        """One scenario as text and as data."""
        return answer(scenarios.opened(folder, scenario))

    @doors.put("/scenarios/{scenario}")
    def save(scenario: Name, kept: Kept) -> Response:
        """Save a sound scenario in the folder of runs."""
        return answer(scenarios.save(folder, scenario, kept.text))

    @doors.post("/check")
    def check(draft: Draft) -> Response:
        """Every problem of a scenario, with the path of its field."""
        text = draft.text if draft.text is not None else scenarios.text_of(draft.data or {})
        return answer(scenarios.checked(text))

    return doors


def job_doors(folder: Folder, jobs: Jobs) -> APIRouter:
    """Runs under way."""
    doors = APIRouter(prefix="/api", responses=FAULTS)

    @doors.post("/jobs")
    def start(wanted: Wanted) -> Response:
        """Start a run."""
        file = folder.scenario(wanted.scenario)
        out = folder.new_run(wanted.name, resume=wanted.resume)
        return answer(jobs.start(wanted.model_dump(), file, out).as_dict())

    @doors.post("/runs/{run}/resume")
    def resume(run: Name) -> Response:
        """Go on with a run that stopped half way, whoever started it."""
        wanted, file, out = asked_again(folder, run)
        return answer(jobs.start(wanted, file, out).as_dict())

    @doors.get("/jobs")
    def listed() -> Response:
        """Every run that this server started."""
        return answer({"jobs": [job.as_dict() for job in jobs.jobs.values()]})

    @doors.delete("/jobs/{number}")
    def stop(number: Number) -> Response:
        """Stop a run; what it has is kept."""
        job = jobs.get(number)
        if job is None:
            raise missing("job", str(number))
        jobs.stop(job)
        return answer(job.as_dict())

    @doors.get(
        "/jobs/{number}/events",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}},
    )
    async def events(number: Number) -> StreamingResponse:
        """How far a run is, as server-sent events until it ends."""
        job = jobs.get(number)
        if job is None:
            raise missing("job", str(number))

        async def told() -> AsyncIterator[str]:
            seen = -1
            while True:
                changes, ended = job.changes, job.state in ENDED
                if changes != seen:
                    seen = changes
                    yield f"data: {json.dumps(job.as_dict())}\n\n"
                if ended:
                    return
                await asyncio.sleep(LOOK_S)

        return StreamingResponse(told(), media_type="text/event-stream")

    return doors
