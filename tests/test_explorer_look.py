"""What the explorer looks like and where: labels, edges, print, narrow screens, hostile texts, a notebook's cell."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from explorer_browser import Visit, needs_chromium, triples
from explorer_graph import HOSTILE, hostile

from kg.export import rdf
from kg.export.html import inline, render, write
from kg.model import Tables

pytestmark = needs_chromium


def test_a_view_that_is_fitted_while_nodes_glide_is_fitted_to_where_they_come_to_rest(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/librispeech")
    page.evaluate(
        """async () => {
            const renders = KG.renders;
            location.hash = '#n=entity/graphweaver';
            while (KG.renders === renders) await new Promise(requestAnimationFrame);
            document.getElementById('zoom-fit').click();
        }"""
    )
    page.wait_for_timeout(1200)
    before = page.evaluate("KG.position('entity/graphweaver')")
    page.click("#zoom-fit")
    page.wait_for_timeout(800)
    after = page.evaluate("KG.position('entity/graphweaver')")
    assert abs(before["x"] - after["x"]) < 2
    assert abs(before["y"] - after["y"]) < 2


@pytest.mark.parametrize("width", [1360, 1000, 390])
def test_crumbs_without_room_go_away_whole(visit: Visit, width: int) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 860})
    for hash in ("#n=entity/graphweaver", "#n=entity/imagenot", "#path=entity/graphweaver&to=entity/imagenot"):
        visit.go(hash)
    visit.go("#compare=entity/imagenot&with=entity/squadrant")
    cut = "li => li.scrollWidth > li.clientWidth + 1 || li.offsetTop > li.parentNode.offsetTop + 10"
    assert not page.evaluate(f"[...document.querySelectorAll('#crumbs li:not([aria-current])')].some({cut})")
    assert page.locator("#crumbs li").last.inner_text() == "ImageNot and SQuADrant"
    if width == 1360:
        assert page.locator("#crumbs li").count() > 2


def test_labels_never_overlap(visit: Visit) -> None:
    for hash in ("#n=entity/accuracy&k=120", "#group=1", "#path=entity/graphweaver&to=entity/imagenot", "#"):
        visit.go(hash)
        visit.page.wait_for_timeout(500)
        boxes = [label["box"] for label in visit.page.evaluate("KG.labels")]
        assert len(boxes) >= 2
        for at, one in enumerate(boxes):
            for other in boxes[:at]:
                assert not (one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1])


def test_escape_closes_a_menu(visit: Visit) -> None:
    page = visit.page
    page.focus("summary[aria-label='Questions']")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#questions') !== null")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Questions"


def test_no_label_is_under_the_buttons(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.go("#n=entity/accuracy&k=120")
    visit.page.wait_for_timeout(500)
    box = visit.page.evaluate(
        "(z => [z.offsetLeft, z.offsetTop, z.offsetLeft + z.offsetWidth, z.offsetTop + z.offsetHeight])"
        "(document.getElementById('zoom'))"
    )
    for label in visit.page.evaluate("KG.labels"):
        one = label["box"]
        assert not (one[0] < box[2] and one[2] > box[0] and one[1] < box[3] and one[3] > box[1]), label


def test_the_dots_of_a_disc_lie_on_it(visit: Visit) -> None:
    """Half of each dot is inside its disc: it is drawn in its own color there, too."""
    page = visit.page
    page.wait_for_timeout(500)
    inside = page.evaluate(
        """() => {
          const canvas = document.querySelector('#picture canvas'), box = canvas.getBoundingClientRect();
          const ratio = canvas.width / box.width, pen = canvas.getContext('2d');
          const ids = KG.shown.filter((id) => KG.position(id));
          return ids.map((id) => KG.position(id)).filter((p) => p.x > box.left && p.y > box.top)
            .map((p) => [...pen.getImageData((p.x - box.left) * ratio, (p.y - box.top) * ratio, 1, 1).data]);
        }"""
    )
    assert len(inside) > 10
    strong = [max(color[:3]) - min(color[:3]) > 60 for color in inside]  # discs are pale, dots are not
    assert sum(strong) > 0.9 * len(strong)


def test_the_picture_by_keyboard(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/graphweaver")
    page.focus("#picture")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.inner_text("#announcer")
    page.keyboard.press("Enter")
    assert visit.state()["node"] != "entity/graphweaver"
    page.keyboard.press("h")
    assert visit.state()["mode"] == "overview"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_two_hundred_hostile_papers_are_text(browser: Any, tmp_path: Path) -> None:
    graph = hostile(200)
    write(graph, tmp_path / "hostile.html", title="<script>window.__xss=1</script>")
    visit = Visit(browser, tmp_path / "hostile.html")
    page = visit.page
    for paper in graph.papers.itertuples(index=False):
        visit.go(f"#n={quote(paper.id)}")
        title = str(paper.title).replace("\0", "\ufffd").strip() or "(no title)"
        assert (
            page.text_content("#panel-title") == title.replace("\r\n", "\n")
            or page.text_content("#panel-title") == title
        )
    page.wait_for_selector("#abstract")
    assert page.text_content("#abstract").strip()
    for text in HOSTILE:
        page.evaluate("query => KG.search(query)", text)
        page.fill("#search", text[:200])
        page.wait_for_timeout(20)
    page.fill("#search", "")
    rdf.write(graph, tmp_path / "graph.ttl")
    whole = triples(tmp_path / "graph.ttl")
    for view in ("#group=0", f"#n={quote(graph.entities['id'].iloc[5])}&view=table", "#"):
        visit.go(view)
        page.evaluate("[KG.turtle(), KG.csv(), KG.svg()]")
        ElementTree.fromstring(page.evaluate("KG.svg()"))
        assert triples(page.evaluate("KG.turtle()")) <= whole
    assert page.evaluate("window.__xss") is None
    assert page.locator("script").count() == len(page.query_selector_all("script"))
    assert page.evaluate("document.querySelectorAll('#panel script, #panel img, #panel iframe').length") == 0
    assert not [
        a for a in page.evaluate("[...document.querySelectorAll('a')].map(a => a.href)") if a.startswith("javascript:")
    ]
    visit.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_nothing_sticks_out(browser: Any, file: Path, scheme: str, width: int) -> None:
    visit = Visit(browser, file, "#n=entity/graphweaver", color_scheme=scheme, viewport={"width": width, "height": 800})
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(19, 21, 25)" if scheme == "dark" else "rgb(248, 247, 243)"
    )
    if width < 700:
        visit.page.click("#toggle-filters")
        visit.page.wait_for_selector("#filters", state="visible")
        visit.page.keyboard.press("Escape")
        visit.page.wait_for_selector("#filters", state="hidden")
    visit.close()


def test_reduced_motion_moves_nothing(browser: Any, file: Path) -> None:
    visit = Visit(browser, file, "#n=entity/graphweaver", reduced_motion="reduce")
    visit.go("#n=entity/imagenot")
    one = visit.page.evaluate("KG.shown.map(id => KG.position(id))")
    visit.page.wait_for_timeout(150)
    assert visit.page.evaluate("KG.shown.map(id => KG.position(id))") == one
    visit.close()


def test_print_leaves_the_controls_out(visit: Visit) -> None:
    visit.go("#n=entity/graphweaver")
    visit.page.emulate_media(media="print")
    assert visit.page.is_hidden(".top")
    assert visit.page.is_hidden("#filters")
    assert visit.page.is_visible("#panel-title")
    assert visit.page.evaluate("document.querySelector('#picture canvas').getBoundingClientRect().height") > 300
    assert len(visit.page.pdf()) > 1000


def test_a_printed_table_starts_on_the_first_page(visit: Visit) -> None:
    visit.go("#n=entity/graphweaver&view=table")
    visit.page.emulate_media(media="print")
    style = "getComputedStyle(document.getElementById('stage'))"
    assert visit.page.evaluate(f"{style}.breakInside") == "auto"


def test_it_works_inside_a_notebook_cell(browser: Any, graph: Tables, tmp_path: Path) -> None:
    (tmp_path / "cell.html").write_text(
        f"<!doctype html><meta charset=utf-8><body>{inline(graph, height=600)}</body>", encoding="utf-8"
    )
    page = browser.new_page()
    bad: list[str] = []
    page.on("pageerror", lambda error: bad.append(str(error)))
    page.goto((tmp_path / "cell.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("body[data-searchable='1']").wait_for(timeout=30_000)
    frame.locator("#search").fill("GraphWeaver")
    frame.locator("#suggestions li").first.wait_for()
    frame.locator("#search").press("Enter")
    assert frame.locator("#panel-title").inner_text() == "GraphWeaver"
    frame.locator("#panel .node-link").first.click()
    frame.locator("#back").click()
    assert frame.locator("#panel-title").inner_text() == "GraphWeaver"
    assert bad == []
    page.close()


def test_what_a_small_file_leaves_out_is_said(browser: Any, graph: Tables, tmp_path: Path) -> None:
    longer = graph.papers["abstract"] + [
        f" Nothing of note: {hashlib.sha256(p.encode()).hexdigest() * 4}" for p in graph.papers["id"]
    ]
    big = dataclasses.replace(graph, papers=graph.papers.assign(abstract=longer))
    whole, nothing = len(render(big)), len(render(big, limit=1))
    pages = (render(big, limit=whole + more) for more in range(0, 80_000, 2_000))
    small = next(page for page in pages if nothing < len(page) < whole)  # some abstracts whole, some cut
    (tmp_path / "small.html").write_text(small, encoding="utf-8", newline="\n")
    visit = Visit(browser, tmp_path / "small.html")
    page = visit.page
    cut = 0
    for paper in graph.papers["id"]:
        visit.go(f"#n={paper}")
        page.wait_for_selector("#abstract, .note")
        if page.locator("#abstract .gap").count():
            cut += 1
            told = page.inner_text("#abstract").split("[…]")[0].strip()
            assert told.startswith("We propose ")
            assert "Nothing of note" not in page.inner_text("#abstract")
            assert "Only the telling sentences" in page.inner_text("#panel")
            assert page.locator("#abstract a.mark").first.inner_text() in told
        if cut == 3:
            break
    assert cut == 3
    visit.close()
