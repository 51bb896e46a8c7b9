"""Real browsers for the explorer's tests: Debian's Chromium through playwright, Firefox headless."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph
import pytest

from kg.graph import Branch, Lineage

CHROMIUM = os.environ.get("KG_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

needs_chromium = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="Chromium is not installed: apt-get install chromium"
)
needs_firefox = pytest.mark.skipif(not FIREFOX, reason="Firefox is not installed: apt-get install firefox-esr")


@contextmanager
def chromium() -> Iterator[Any]:
    """A Chromium without a GPU, so that pictures and timings are those of any machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Visit:
    """A page in a browser, with everything it did that it should not."""

    def __init__(self, browser: Any, file: Path, hash: str = "", **options: Any) -> None:
        options.setdefault("viewport", {"width": 1360, "height": 860})
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.bad: list[str] = []
        self.page.on(
            "request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else self.bad.append(r.url)
        )
        self.page.on("pageerror", lambda error: self.bad.append(str(error)))
        self.page.on("console", lambda m: self.bad.append(m.text) if m.type == "error" else None)
        self.page.goto(file.as_uri() + hash)
        self.page.wait_for_selector("body[data-searchable='1']", timeout=60_000)

    def go(self, hash: str) -> None:
        """Type another address after the ``#``."""
        before = self.page.evaluate("KG.renders")
        self.page.evaluate("hash => { location.hash = hash }", hash)
        self.until("before => KG.renders > before", before)

    def until(self, condition: str, argument: Any = None) -> None:
        """Wait for a condition: playwright's own way needs ``eval``, which the page's policy forbids."""
        end = time.monotonic() + 15
        while not self.page.evaluate(condition, argument):
            assert time.monotonic() < end, condition
            self.page.wait_for_timeout(20)

    def state(self) -> dict[str, Any]:
        return dict(self.page.evaluate("KG.state"))

    def close(self) -> None:
        self.context.close()
        assert self.bad == []


PLACES = "Object.fromEntries(KG.shown.map((id) => [id, KG.position(id)]))"
SVG = "{http://www.w3.org/2000/svg}"


def settled(visit: Visit) -> dict[str, dict[str, float]]:
    """Where things come to rest."""
    visit.page.wait_for_timeout(700)
    return dict(visit.page.evaluate(PLACES))


def told(visit: Visit) -> list[str]:
    """What is written in the picture."""
    root = ElementTree.fromstring(visit.page.evaluate("KG.svg()"))
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def lineage_told(visit: Visit, hash: str) -> set[tuple[str, str, str]]:
    """What the panel says of a lineage: what, how it hangs on what, and the sentence."""
    visit.go(hash)
    visit.until("() => document.querySelectorAll('#panel .evidence:empty').length === 0")
    return {
        (name, said, " ".join(sentence.split()))
        for name, said, sentence in visit.page.locator("#panel .entry").evaluate_all(
            "all => all.map(e => ['bdi', '.said', '.evidence'].map(s => e.querySelector(s)?.textContent ?? ''))"
        )
    }


def lineage_said(found: Lineage) -> set[tuple[str, str, str]]:
    """The same of what ``kg lineage`` says."""
    words = {
        "uses": ("used by", "uses"),
        "version of": ("has variant", "is a kind of"),
        "named after": ("gave its name to", "is named after"),
    }

    def steps(branch: Branch, side: int) -> Iterator[tuple[str, str, str]]:
        for step in branch.branches:
            yield step.name, f"{words[step.relation][side]} {branch.name}", step.sentence
            yield from steps(step, side)

    return {*steps(found.ancestors, 0), *steps(found.descendants, 1)}


def triples(turtle: str | Path) -> set[Any]:
    """Of a text or a file."""
    given = {"path": turtle} if isinstance(turtle, Path) else {"input": turtle}
    parsed = pyoxigraph.parse(**given, format=pyoxigraph.RdfFormat.TURTLE)
    return {(quad.subject, quad.predicate, quad.object) for quad in parsed}
