"""The explorer: the whole graph as one HTML file that opens offline and sends no request.

:func:`write` makes the file, :func:`inline` the same page for a notebook. The page is written through
``pyvis.Network.generate_html()`` with the template beside this package (``templates/explorer.html.j2``), which carries
vis-network from the installed pyvis, the scripts in ``templates/explorer/`` and the data.
What the user does with it runs in the browser; nothing of the data is ever treated as markup: it travels compressed, is
shown as text, and the page's content-security policy runs only the scripts whose hashes it names.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pyvis
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from markupsafe import Markup
from pyvis.network import Network

from kg.export.files import replacing
from kg.export.html.answers import Answer
from kg.export.html.around import around as neighborhood
from kg.export.html.overview import Bridge, Group
from kg.export.html.packing import ASCII, WIDE, Packing
from kg.export.html.payload import LARGE, payload
from kg.export.html.text_shards import SHARD
from kg.model import EntityRelation, EntityType, KgError, PaperRelation, Role, Tables
from kg.vocabulary import BASE, NAMESPACES, entity_classes, link_property

SCRIPTS = (
    "latex.js", "data.js", "bylines.js", "texts.js", "search.js", "index.js", "shapes.js", "state.js", "trail.js",
    "filters.js", "facets.js", "layout.js", "labels.js", "captions.js", "drawing.js", "camera.js", "pointer.js",
    "view.js", "overview.js", "focus.js", "path.js", "lineage.js", "timeline.js", "compare.js", "dom.js", "ask.js",
    "evidence.js", "panel.js", "entity.js", "paper.js", "tip.js", "table.js", "status.js", "combobox.js",
    "download.js", "key.js", "svg.js", "turtle.js", "keys.js", "keep.js", "main.js",
)  # fmt: skip
"""The page's own scripts, in the order in which they stand in it."""

VIS = "lib/vis-9.1.2/vis-network.min.js"
"""Where vis-network is in pyvis's templates."""

Answering = Callable[[Tables], Sequence[Answer]]
"""Who answers the questions to the whole graph."""

Descending = Callable[[Tables], pd.DataFrame]
"""Who says which entity descends from which, as :func:`kg.graph.descent` does."""

LIMIT = 25_000_000
"""Bytes that the file should not exceed: large corpora carry fewer whole abstracts for it."""

LEAN_LIMIT = 6_000_000
"""The same for a file without abstracts: very large corpora carry fewer pairs of similar papers for it, and
not what one paper alone names."""


def write(
    tables: Tables,
    path: Path,
    *,
    lean: bool = False,
    title: str = "Knowledge graph",
    around: str | None = None,
    depth: int = 2,
    papers: int = 200,
    answers: Answering | None = None,
    descent: Descending | None = None,
) -> None:
    """Write the explorer to ``path``, at once: a reader never sees half a file. The same tables give the same bytes.

    ``lean`` leaves out abstracts, mentions and evidence sentences. ``around`` names an entity or a paper (by id, name
    or title): then only what is within ``depth`` links of it is written, with at most ``papers`` papers, the nearest
    and best-linked first. ``answers`` says what stands under *Questions*, ``descent`` what lineages are made of: both
    are given the tables that are written.
    """
    if around is not None:
        tables = neighborhood(tables, around, depth=depth, papers=papers)
    packing = WIDE if len(tables.papers) > LARGE and not lean else ASCII
    page = packing.mark + render(tables, lean=lean, title=title, packing=packing, answers=answers, descent=descent)
    with replacing(Path(path)) as [temporary]:
        temporary.write_text(page, encoding=packing.encoding, newline="\n")  # else the scripts' hashes would not hold


def inline(
    tables: Tables,
    *,
    height: int | str = 720,
    title: str = "Knowledge graph",
    answers: Answering | None = None,
    descent: Descending | None = None,
) -> str:
    """The explorer as an ``<iframe srcdoc>`` that a notebook shows; ``height`` in pixels or as a CSS length."""
    size = f"{height}px" if isinstance(height, int) else height
    page = html.escape(render(tables, title=title, answers=answers, descent=descent), quote=True)
    style = html.escape(f"width:100%;height:{size};border:1px solid #8884;border-radius:8px", quote=True)
    return f'<iframe srcdoc="{page}" style="{style}" title="{html.escape(title, quote=True)}"></iframe>'


def render(
    tables: Tables,
    *,
    lean: bool = False,
    title: str = "Knowledge graph",
    limit: int | None = None,
    packing: Packing = ASCII,
    answers: Answering | None = None,
    descent: Descending | None = None,
) -> str:
    """The page as a string, of at most ``limit`` bytes in its encoding where that can be."""
    if not len(tables.papers):
        raise KgError("the graph has no papers, so there is nothing to show; build it from some first: kg build FILE")
    page = partial(
        _page,
        title=title,
        packing=packing,
        papers=len(tables.papers),
        entities=len(tables.entities),
        authored=any(map(len, tables.papers["authors"])),
    )
    kept = BLOCK_TAG * (-(-len(tables.papers) // SHARD) + 3) + CARRIED
    most = (limit or (LEAN_LIMIT if lean else LIMIT)) - packing.character * kept

    def room(groups: Sequence[Group] = (), bridges: Sequence[Bridge] = ()) -> int:
        """Bytes of data that fit into the page beside everything else."""
        return packing.room(most - packing.size(page({}, {}, groups, bridges)))

    asked = answers(tables) if answers else ()
    data = payload(tables, lean=lean, room=room, answers=asked, descent=descent)
    return page(data.blocks, data.carried, data.groups, data.bridges)


BLOCK_TAG = 80
"""Characters around a block of data in the page, at most."""

CARRIED = 140
"""Characters that what the file leaves out takes to say, at most."""


def _page(
    blocks: Mapping[str, bytes],
    carried: Mapping[str, Any],
    groups: Sequence[Group],
    bridges: Sequence[Bridge],
    *,
    title: str,
    packing: Packing,
    papers: int,
    entities: int,
    authored: bool,
) -> str:
    style = _template_text("explorer.css")
    net = Network(height="100%", width="100%", directed=True, cdn_resources="in_line", heading=title)
    for at, group in enumerate(groups):
        net.add_node(at, label=group.name, x=group.x, y=group.y, size=group.radius, papers=group.papers,
                     entities=group.entities, group=group.id)  # fmt: skip
    for one, other, weight in bridges:
        net.add_edge(one, other, value=weight)
    net.set_options(json.dumps(OPTIONS))
    net.templateEnv = _environment(packing)
    net.path = "explorer.html.j2"
    net.templateEnv.globals.update(
        title=title,
        style=Markup(style),
        script=Markup(_app()),
        policy=_policy([_vis(), _app()], style),
        blocks={"vis": _zipped(_vis()), **blocks},
        carried=carried,
        rdf=_rdf(),
        papers=papers,
        entities=entities,
        authored=authored,
    )
    return str(net.generate_html()) + "\n"


OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "edges": {"smooth": False},
    "interaction": {"hover": True, "tooltipDelay": 0, "multiselect": False, "keyboard": False, "zoomSpeed": 0.6},
}
"""vis-network's options: everything that would move or smooth is off, see the measurements in the project's docs."""


def _rdf() -> dict[str, Any]:
    """What the page needs to write Turtle with the same IRIs as :mod:`kg.export.rdf`."""
    properties = {
        f"{source}-{target} {relation}": link_property(source, relation, target)
        for source, target, relations in (
            ("paper", "entity", Role), ("paper", "paper", PaperRelation), ("entity", "entity", EntityRelation),
        )
        for relation in map(str, relations)
    }  # fmt: skip
    classes = {str(type): ["skos:Concept", *entity_classes(type)] for type in EntityType}
    classes["Paper"] = ["fabio:ResearchPaper", "schema:ScholarlyArticle"]
    return {"base": BASE, "prefixes": NAMESPACES, "properties": properties, "classes": classes}


def _environment(packing: Packing) -> Environment:
    """Templates from this package, escaping everything; what is not escaped is marked so above."""
    loaders = [PackageLoader("kg.export", "templates"), FileSystemLoader(_vis_templates())]
    out = Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    out.filters["packed"] = lambda data: Markup(packing.packed(data))
    return out


def _vis_templates() -> Path:
    return Path(pyvis.__file__).parent / "templates"


@cache
def _vis() -> str:
    return _script((_vis_templates() / VIS).read_text(encoding="utf-8"), VIS)


@cache
def _zipped(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


@cache
def _app() -> str:
    parts = [f"// {name}\n{_template_text(f'explorer/{name}')}" for name in SCRIPTS]
    return _script("\n(() => {\n'use strict';\n" + "\n".join(parts) + "\n})();\n", "explorer")


def _script(text: str, name: str) -> str:
    """A script that may stand in a page: it does not end its own element."""
    if "</script" in text.lower() or "<!--" in text:
        raise AssertionError(f"{name} cannot be inlined")
    return text.replace("\r\n", "\n")


def _template_text(name: str) -> str:
    return (files("kg.export") / "templates" / name).read_text(encoding="utf-8")


def _policy(scripts: Any, style: str) -> str:
    """A content-security policy that runs these scripts and this style, and requests nothing."""

    def hashed(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {' '.join(map(hashed, scripts))}; style-src {hashed(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
