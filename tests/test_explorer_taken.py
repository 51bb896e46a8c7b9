"""What one takes away from the explorer: pictures and paper."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from explorer_browser import SVG, Visit, needs_chromium, settled, told
from explorer_graph import tables

from kg.answers import answers
from kg.export.html import write

pytestmark = needs_chromium


def test_a_saved_picture_is_large_and_says_what_it_is(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    page.wait_for_timeout(500)
    words = told(visit)
    assert "GraphWeaver" in words
    assert "Method" in words, "the key to the marks"
    assert {"introduces", "uses", "evaluates on", "builds on"} & set(words)
    page.click("summary[aria-label='Save or share']")
    with page.expect_download() as waiting:
        page.click("#save-png")
    waiting.value.save_as(tmp_path / "picture.png")
    width, height = struct.unpack(">II", (tmp_path / "picture.png").read_bytes()[16:24])
    assert width == 2 * page.evaluate("document.getElementById('picture').clientWidth")
    assert height > 2 * page.evaluate("document.getElementById('picture').clientHeight")


def test_a_saved_overview_keeps_its_letters(visit: Visit) -> None:
    visit.page.wait_for_timeout(500)
    root = ElementTree.fromstring(visit.page.evaluate("KG.svg()"))
    counts = [e for e in root.iter(f"{SVG}text") if re.fullmatch(r"\d+ papers?", "".join(e.itertext()))]
    names = [e for e in root.iter(f"{SVG}text") if "Serif" in (e.get("font-family") or "")]
    assert counts
    assert names
    assert all(e.get("font-family") is None and float(e.get("font-size", 99)) < 12 for e in counts)


def test_paper_has_no_pointer(visit: Visit) -> None:
    """What one points at stands out on the screen; printed it would be the only thing that is."""
    visit.go("#n=entity/graphweaver")
    settled(visit)
    at = visit.page.evaluate("KG.position(KG.shown.find((id) => id !== 'entity/graphweaver'))")
    visit.page.mouse.move(at["x"], at["y"])
    visit.until("KG.captions.length > 0")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.until("KG.captions.length === 0")
    assert visit.page.is_hidden("#tip")


def test_print_has_address_key_and_heads(browser: Any, tmp_path: Path) -> None:
    write(tables(100), tmp_path / "graph.html", title="Invented papers", answers=answers)
    visit = Visit(browser, tmp_path / "graph.html", "#n=entity/graphweaver")
    page = visit.page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert "#n=entity/graphweaver" in page.inner_text("#printed")
    assert page.is_visible("#key")
    assert page.is_hidden("#drawn")
    page.emulate_media(media="screen")
    visit.go("#n=entity/imagenot&k=300&view=table")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('#table th button')).display") == "contents"
    page.emulate_media(media="screen")
    visit.go("#ask=leaders")
    page.emulate_media(media="print")
    pages = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(format="A4", prefer_css_page_size=True))
    assert any(float(width) > float(height) for width, height in pages), "answers lie across"
    visit.close()
