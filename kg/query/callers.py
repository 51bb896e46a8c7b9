"""Who may ask a server: everybody, or, where it listens on this machine's own address only, nobody else's web page.

A web page that the user visits can have its browser ask localhost. The browser keeps the answer from the page unless
the server allows it (CORS), but not where the page's own name has come to mean this machine (DNS rebinding): then only
``Host`` tells. A page can also ask without wanting the answer, and keep the server busy: ``Origin`` and
``Sec-Fetch-Site``, which browsers send, tell of that.
"""

from __future__ import annotations

import re
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = r"(?i:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])"
_ORIGIN = rf"https?://{_HOST}(?::\d+)?"


def is_own(host: str) -> bool:
    """Whether who listens at ``host`` is heard on this machine only.

    >>> is_own("127.0.0.1"), is_own("::1"), is_own("0.0.0.0")
    (True, True, False)
    """
    return re.fullmatch(_HOST, f"[{host}]" if ":" in host else host) is not None


def admitted(own: bool) -> list[Middleware]:
    """What lets in everybody or, with ``own``, this machine only."""
    told: dict[str, Any] = {"allow_methods": ["GET", "POST"], "allow_headers": ["*"]}
    if not own:
        return [Middleware(CORSMiddleware, allow_origins=["*"], **told)]
    return [Middleware(_OwnMachine), Middleware(CORSMiddleware, allow_origin_regex=_ORIGIN, **told)]


class _OwnMachine:
    """Refuses what comes through a browser from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _is_strange(Headers(scope=scope)):
            why = "this server answers its own machine only; kg serve --host 0.0.0.0 lets others in\n"
            await PlainTextResponse(why, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_strange(headers: Headers) -> bool:
    host, origin = headers.get("host"), headers.get("origin")
    if host is not None and not re.fullmatch(rf"{_HOST}(?::\d+)?", host):
        return True
    if origin is not None:
        return re.fullmatch(_ORIGIN, origin) is None
    return headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
