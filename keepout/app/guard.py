"""Who may ask: only a browser on this machine that was handed the address.

A page elsewhere on the web can make a browser send requests here. So the host must be this
machine by name (which defeats rebinding of names), an origin must be our own, and every path
begins with a secret that no other page knows. There are no headers for other origins.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from typing import Any

from starlette.exceptions import HTTPException

MAX_BODY = 512 * 1024
"""Bytes of a request's body at most; a scenario has 256 KiB at most."""
TOO_MUCH = f"a request has {MAX_BODY // 1024} KiB at most"

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; worker-src 'self' blob:; "
    b"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""What a page of ours may load, unless the answer says something stricter."""

NOT_YOURS = "this address lacks the key; open the address that `keepout serve` printed"


def new_token() -> str:
    """A secret for the address, new at every start."""
    return secrets.token_urlsafe(18)


class Guard:
    """Around the application: refuses strangers, counts bodies, adds the headers."""

    def __init__(self, app: Any, token: str, hosts: Iterable[str]) -> None:
        self.app = app
        self.prefix = "/" + token
        self.hosts = set(hosts)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        send = _with_headers(send)
        headers = dict(scope["headers"])
        said = self._refusal(scope["path"], headers)
        if said is not None:
            await _refuse(send, *said)
            return
        path = scope["path"][len(self.prefix) :] or "/"
        scope = dict(scope, path=path, raw_path=path.encode(), root_path="")
        await self.app(scope, _counted(receive, send), send)

    def _refusal(self, path: str, headers: dict[bytes, bytes]) -> tuple[int, str, str] | None:
        """Status, code and sentence for a request that is not served."""
        if headers.get(b"host", b"").decode("latin-1") not in self.hosts:
            return 403, "host", "this server answers to 127.0.0.1 and localhost only"
        origin = headers.get(b"origin")
        if origin is not None and origin.decode("latin-1") not in {
            f"http://{host}" for host in self.hosts
        }:
            return 403, "origin", "this server answers its own pages only"
        first = path[: len(self.prefix)]
        ours = secrets.compare_digest(first.encode(), self.prefix.encode())
        if not ours or path[len(self.prefix) : len(self.prefix) + 1] not in ("", "/"):
            return 403, "key", NOT_YOURS
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > MAX_BODY:
            return 413, "too-large", TOO_MUCH
        return None


class TooLarge(HTTPException):
    """A body without a stated length that does not end."""

    def __init__(self) -> None:
        super().__init__(413, TOO_MUCH)


def _counted(receive: Any, send: Any) -> Any:
    """Receive, with the bytes counted."""
    seen = 0

    async def counted() -> Any:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY:
            raise TooLarge
        return message

    return counted


def _with_headers(send: Any) -> Any:
    """Send, with our headers on every answer."""

    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            names = {name.lower() for name, _ in given}
            given += [pair for pair in HEADERS if pair[0] not in names]
            if b"content-security-policy" not in names:
                given.append((b"content-security-policy", POLICY))
            message = dict(message, headers=given)
        await send(message)

    return sent


async def _refuse(send: Any, status: int, code: str, message: str) -> None:
    """An answer for a stranger."""
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
