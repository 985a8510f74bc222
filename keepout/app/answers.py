"""What the server says: strict JSON, and every fault in the shape the command line uses."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from keepout.app.folder import Missing, Taken
from keepout.errors import InputError, KeepoutError, Problem
from keepout.results.plain import plain


class Fault(BaseModel):
    """One fault of a request or of what it names."""

    code: str
    message: str
    path: str = ""
    help: str = ""
    file: str = ""
    line: int = 0
    column: int = 0


class Faults(BaseModel):
    """Every fault at once."""

    errors: list[Fault]


FAULTS: dict[int | str, dict[str, Any]] = {
    status: {"model": Faults, "description": says}
    for status, says in (
        (400, "not a request"),
        (403, "a stranger"),
        (404, "nothing of that name"),
        (405, "not done here"),
        (409, "not now, or no longer"),
        (413, "too large"),
        (422, "input that cannot be used"),
    )
}
"""The faults that every door may answer with."""


def answer(data: Any, status: int = 200) -> Response:
    """Data as strict JSON: what is not a finite number becomes null."""
    body = json.dumps(plain(data), ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "backslashreplace"
    )
    return Response(body, status, media_type="application/json")


def faults(problems: list[Problem], status: int) -> Response:
    """Problems as an answer."""
    return answer({"errors": [problem.as_dict() for problem in problems]}, status)


def one(code: str, message: str, status: int) -> JSONResponse:
    """An answer with one fault."""
    return JSONResponse({"errors": [{"code": code, "message": message}]}, status)


def add_handlers(app: FastAPI) -> None:
    """Turn what the parts raise into answers."""

    @app.exception_handler(InputError)
    async def bad_input(request: Request, error: InputError) -> Response:
        status = 404 if isinstance(error, Missing) else 409 if isinstance(error, Taken) else 422
        return faults(error.problems, status)

    @app.exception_handler(KeepoutError)
    async def failed(request: Request, error: KeepoutError) -> Response:
        return one("failed", str(error), 409)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        problems = [
            Problem("request", str(each["msg"]), path=".".join(map(str, each["loc"])))
            for each in error.errors()
        ]
        return faults(problems, 422)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        code = "too-large" if error.status_code == 413 else "request"
        return one(code, str(error.detail), error.status_code)
