"""The endpoint: SPARQL over HTTP, the explorer, the page to write queries in, and every IRI of the graph as a page.

Read-only. Each query runs in a forked child that is killed when its time or memory is over, or its client hangs up
(:mod:`kg.query.pool`); only so many run at once. Queries can neither change anything nor reach files or the network.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from importlib.resources import files
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, cast

import pyoxigraph as ox
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from kg.model import KgError
from kg.query import pages, protocol
from kg.query.callers import admitted, is_own
from kg.query.cookbook import recipe
from kg.query.endpoint import Endpoint, Limits
from kg.query.graphs import write_graph
from kg.query.protocol import FORMATS, GRAPHS, LARGEST, Refused, negotiate
from kg.query.terms import MOST_ADVICE, advice
from kg.vocabulary import BASE, context, expand, ontology, page, shapes

_SECURE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def app(folder: Path, *, html: Path | None = None, limits: Limits | None = None, own: bool = False) -> Starlette:
    """The endpoint as an ASGI application.

    Args:
        folder: the store's folder, see :func:`kg.query.folder_of`.
        html: the explorer, served at ``/`` where it exists.
        limits: what queries may take.
        own: answer this machine only, and no web page from elsewhere that its browser shows.
    """
    endpoint = Endpoint(folder, limits or Limits())

    async def home(request: Request) -> Response:
        if html is not None and html.is_file():
            return FileResponse(html, media_type="text/html")
        return _page("query.html")

    async def sparql(request: Request) -> Response:
        asked = protocol.understand(
            request.method,
            request.url.query,
            request.headers.get("content-type", ""),
            await _body(request),
        )
        accept = _accept(request)
        if asked is None:
            if negotiate(accept, ["text/turtle", "text/html"]) == "text/html":
                return _page("query.html")
            return _graph(accept, _service(str(request.url.replace(query="")), endpoint.base))
        return await _stream(request, endpoint, protocol.answer, asked, accept)

    async def no_answer(request: Request) -> Response:
        asked = protocol.understand(
            request.method, request.url.query, request.headers.get("content-type", ""), await _body(request)
        )
        if asked is None:
            raise Refused(400, "give exactly one query, not 0")
        return await _stream(request, endpoint, _advise, asked.query)

    async def question(request: Request) -> Response:
        try:
            name = recipe(request.path_params["name"]).name
        except KgError as error:
            raise Refused(404, str(error)) from error
        return await _stream(request, endpoint, _fill, name, dict(request.query_params))

    async def knowledge(request: Request) -> Response:
        return JSONResponse(pages.knowledge(endpoint.base))

    async def query_page(request: Request) -> Response:
        return _page("query.html")

    async def script(request: Request) -> Response:
        return Response(_asset("query.js"), media_type="text/javascript", headers=_SECURE)

    async def terms(request: Request) -> Response:
        accept = _accept(request)
        if negotiate(accept, ["text/turtle", "text/html"]) == "text/html":
            return HTMLResponse(page(pages.NAVIGATION), headers=_SECURE)
        return _graph(accept, ontology().encode())

    async def shacl(request: Request) -> Response:
        return _graph(_accept(request), shapes().encode())

    async def json_context(request: Request) -> Response:
        return JSONResponse(context(), media_type="application/ld+json")

    async def thing(request: Request) -> Response:
        raw = cast(bytes, request.scope.get("raw_path") or request.url.path.encode()).partition(b"?")[0]
        iri = endpoint.base + pages.written(raw.decode("ascii", "replace").lstrip("/"))
        accept = _accept(request)
        media = negotiate(accept, [*GRAPHS, "text/html"])
        if media is None:
            raise Refused(406, f"this can be had as text/html, {', '.join(GRAPHS)}")
        try:
            ox.NamedNode(iri)
        except ValueError as error:
            raise Refused(404, "there is no such thing in the graph") from error

        return await _stream(request, endpoint, _describe, iri, media)

    get = ["GET", "HEAD"]
    return Starlette(
        routes=[
            Route("/", home, methods=get),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/sparql/", sparql, methods=["GET", "POST"]),
            Route("/advice", no_answer, methods=["GET", "POST"]),
            Route("/query", query_page, methods=get),
            Route("/query.js", script, methods=get),
            Route("/knowledge.json", knowledge, methods=get),
            Route("/questions/{name}", question, methods=get),
            Route("/ontology", terms, methods=get),
            Route("/shapes", shacl, methods=get),
            Route("/context.jsonld", json_context, methods=get),
            Route("/{path:path}", thing, methods=get),
        ],
        middleware=admitted(own),
        exception_handlers={Refused: _refuse, KgError: _explain, ClientDisconnect: _forget},  # type: ignore[dict-item]
        lifespan=_ready(endpoint),
    )


def run(folder: Path, *, host: str, port: int, html: Path | None, limits: Limits) -> None:
    """Serve until interrupted."""
    import socket

    import uvicorn

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, reuse_port=False)
    except OSError as error:
        # of the error's own words, a known number's are plain: Python adds the address to them
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror)
        raise KgError(f"cannot listen on {host}:{port}: {why.lower()}; choose another --port or --host") from error
    where = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    print(f"explorer {where}/   queries {where}/query   SPARQL {where}/sparql   (stop with Ctrl-C)", flush=True)
    config = uvicorn.Config(
        app(folder, html=html, limits=limits, own=is_own(host)),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )

    class Server(uvicorn.Server):
        """Ends when it is told to: queries that run then are given up, which is nobody's error."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            super().handle_exit(sig, frame)

    Server(config).run(sockets=[listening])


def _ready(endpoint: Endpoint) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        _ = endpoint.store  # type: ignore[assignment]
        try:
            yield
        finally:
            endpoint.close()

    return lifespan


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Refused(413, f"a request may have {LARGEST} bytes")
    return body


def _accept(request: Request) -> str:
    short = request.query_params.get("format")
    if short is not None and short not in FORMATS:
        raise Refused(400, f"there is no format {short}; choose from {', '.join(FORMATS)}")
    return FORMATS[short] if short else ",".join(request.headers.getlist("accept")) or "*/*"


def _fill(store: ox.Store, base: str, name: str, values: dict[str, object]) -> bytes:
    """A question of the cookbook as a query."""
    return b"application/sparql-query\n" + recipe(name).fill(store, values, base).encode()


def _advise(store: ox.Store, base: str, sparql: str) -> bytes:
    """Why a query may have no answer, a line each."""
    return b"text/plain\n" + "".join(f"{line}\n" for line in islice(advice(store, sparql, base), MOST_ADVICE)).encode()


def _describe(store: ox.Store, base: str, iri: str, media: str) -> bytes:
    """What the graph says of a thing."""
    if media == "text/html":
        data = pages.thing(store, iri, base)
    else:
        facts = pages.about(store, iri)
        data = write_graph(facts, GRAPHS[media], base) if facts else b""
    if not data:
        raise Refused(404, "there is no such thing in the graph")
    return media.encode() + b"\n" + data


async def _stream(request: Request, endpoint: Endpoint, work: Callable[..., bytes], *arguments: Any) -> Response:
    """A response that begins when the result does: a query that fails still gets its status.

    A client that hangs up before that ends its query.
    """
    chunks = endpoint.run(work, *arguments)
    result = asyncio.ensure_future(_begin(chunks))
    hung_up = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait((result, hung_up), return_when=asyncio.FIRST_COMPLETED)
        if not result.done():
            raise ClientDisconnect
        first, whole = await result
    except BaseException:
        result.cancel()
        with contextlib.suppress(asyncio.CancelledError, Refused, KgError):
            await result
        await chunks.aclose()
        raise
    finally:
        hung_up.cancel()
    media, _, start = first.partition(b"\n")
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"} | (_SECURE if media == b"text/html" else {})
    kind = media.decode()
    if kind.startswith("text/") or kind == "application/sparql-query":
        kind += "; charset=utf-8"
    headers["Content-Type"] = kind
    if whole:
        return Response(start, headers=headers)

    async def body() -> AsyncIterator[bytes]:
        async with aclosing(chunks):
            yield start
            async for chunk in chunks:
                yield chunk

    return StreamingResponse(body(), headers=headers)


_SMALL = 1 << 16


async def _begin(chunks: AsyncGenerator[bytes]) -> tuple[bytes, bool]:
    """The first part of a result, with its first line, and whether it is all."""
    first = await anext(chunks)
    while b"\n" not in first or len(first) < _SMALL:
        try:
            first += await anext(chunks)
        except StopAsyncIteration:
            return first, True
    return first, False


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _graph(accept: str, turtle: bytes) -> Response:
    """A small graph in the format that the client wants."""
    media = negotiate(accept, list(GRAPHS))
    if media is None:
        raise Refused(406, f"this can be had as {', '.join(GRAPHS)}")
    if media == "text/turtle":
        return Response(turtle, media_type=media, headers={"Vary": "Accept"})
    facts = (quad.triple for quad in ox.parse(turtle, ox.RdfFormat.TURTLE))
    data = write_graph(facts, GRAPHS[media], BASE)
    return Response(data, media_type=media, headers={"Vary": "Accept"})


def _service(url: str, base: str) -> bytes:
    """The SPARQL 1.1 service description."""
    sd = "http://www.w3.org/ns/sparql-service-description#"
    formats = "http://www.w3.org/ns/formats/"
    results = ["SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"]
    results += ["Turtle", "N-Triples", "JSON-LD", "RDF_XML"]
    return (
        f"@prefix sd: <{sd}> .\n<{url}> a sd:Service ; sd:endpoint <{url}> ; sd:supportedLanguage sd:SPARQL11Query ;\n"
        f"  sd:resultFormat {' , '.join(f'<{formats}{name}>' for name in results)} ;\n"
        f"  sd:defaultDataset <{base}void#sparql> .\n"
        f"<{base}void#sparql> a sd:Dataset ; sd:defaultGraph <{base}void#dataset> .\n"
        f"<{base}void#dataset> a sd:Graph , <{expand('void:Dataset')}> .\n"
    ).encode()


def _asset(name: str) -> bytes:
    return files("kg.query").joinpath(name).read_bytes()


def _page(name: str) -> Response:
    return Response(_asset(name), media_type="text/html", headers=_SECURE)


async def _refuse(request: Request, error: Refused) -> Response:
    headers = {"Vary": "Accept"} | ({"Retry-After": "1"} if error.status == 503 else {})
    if negotiate(request.headers.get("accept", ""), ["text/plain", "text/html"]) == "text/html":
        return HTMLResponse(pages.refusal(error.message), error.status, headers | _SECURE)
    return PlainTextResponse(error.message + "\n", error.status, headers)


async def _forget(request: Request, error: ClientDisconnect) -> Response:
    return Response(status_code=499)  # nobody reads it


async def _explain(request: Request, error: KgError) -> Response:
    return await _refuse(request, Refused(400, str(error)))


__all__ = ["ClientDisconnect", "Endpoint", "Limits", "app", "run"]
