"""That the explorer keeps one's place: what stays as it was, what comes back, and what stands where it should."""

from __future__ import annotations

import re

from explorer_browser import Visit, needs_chromium
from explorer_graph import name_of

pytestmark = needs_chromium


def test_back_undoes_what_was_done_in_a_place_and_keeps_the_filters(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/imagenot&k=10")
    page.click("#show-more")
    visit.go("#n=entity/imagenot&k=30")
    assert page.locator("#crumbs li").all_inner_texts() == ["Overview", "ImageNot"]
    page.click("#drawn > summary")
    page.locator("#drawn .tool[title='Expand']").first.click()
    assert "open=" in page.url
    page.uncheck("[data-filter=Metric]")
    page.click("#back")
    visit.until("!location.hash.includes('open=')")
    assert "k=30" in page.url
    page.click("#back")
    visit.until("location.hash.includes('k=70')")
    page.click("#back")
    visit.until("location.hash.includes('k=10')")
    assert "hide=Metric" in page.url
    assert not page.is_checked("[data-filter=Metric]")


def test_what_filters_hide_is_said(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/imagenot&c=1&hide=Paper")
    assert re.fullmatch(r"Filters hide all \d+", page.inner_text("#status"))


def test_the_theme_is_kept(visit: Visit) -> None:
    page = visit.page
    for theme in ("dark", "light"):
        page.click("#toggle-theme")
        page.reload()
        page.wait_for_selector("body[data-ready='1']")
        assert page.get_attribute("html", "data-theme") == theme


def test_a_lone_neighbor_is_drawn_where_its_label_and_its_link_are(visit: Visit) -> None:
    """Right beside the focus y is 1e-14 by the sine of a straight angle, which vis-network reads as 1."""
    page = visit.page
    visit.go(f"#n=entity/{name_of(149).lower()}&hide=Benchmark,Dataset,Method,Metric,Model,Task")
    leaf = next(i for i in page.evaluate("KG.shown") if not i.startswith("entity/"))
    assert len(page.evaluate("KG.shown")) == 2
    page.wait_for_timeout(500)
    heights = page.evaluate(
        """id => {
          const canvas = document.querySelector('#picture canvas'), box = canvas.getBoundingClientRect();
          const ratio = canvas.width / box.width, at = KG.position(id), pen = canvas.getContext('2d');
          const color = (x, y) => [...pen.getImageData(x * ratio, y * ratio, 1, 1).data].join();
          const paper = color(2, 2);
          const off = (dy) => color(at.x - box.left, at.y - box.top + dy) !== paper;
          let above = 0, below = 0;
          while (above < 40 && off(-above)) above++;
          while (below < 40 && off(below)) below++;
          return [above, below];
        }""",
        leaf,
    )
    assert min(heights) > 3
    assert abs(heights[0] - heights[1]) <= 1


def test_the_picture_is_whole_after_the_table(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=entity/accuracy&d=2&k=300")
    visit.go("#path=entity/graphweaver&to=entity/imagenot")
    page.click("#toggle-table")
    page.click("#back")
    visit.until("KG.state.node === 'entity/accuracy'")
    page.click("#toggle-table")
    page.wait_for_timeout(700)
    outside = page.evaluate(
        """() => {
          const box = document.getElementById('picture').getBoundingClientRect();
          return KG.shown.map((id) => KG.position(id))
            .filter(({ x, y }) => x < box.left || y < box.top || x > box.right || y > box.bottom).length;
        }"""
    )
    assert outside == 0


def test_print_has_every_sentence(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 1360, "height": 300})  # most sentences are out of sight, and read later
    visit.go("#n=entity/imagenot")
    assert page.locator("#panel .evidence:empty").count()
    page.evaluate("window.print = () => { window.printed = document.querySelectorAll('.evidence:empty').length }")
    page.keyboard.press("Control+p")
    visit.until("window.printed === 0")
    visit.go("#n=entity/squadrant")
    left = "document.querySelectorAll('#panel .evidence:empty').length"
    assert page.evaluate(left)
    page.evaluate("(dispatchEvent(new Event('beforeprint')), new Promise((done) => setTimeout(done)))")
    assert page.evaluate(left) == 0
    visit.go("#n=entity/accuracy")
    visit.until(f"{left} === 0")


def test_a_lineage_keeps_to_the_years_chosen(visit: Visit) -> None:
    page = visit.page
    visit.go("#lineage=entity/graphsieve")
    dates = [int(re.sub(r"\D", "", d)) for d in page.locator("#panel .date").all_inner_texts()]
    visit.go(f"#lineage=entity/graphsieve&y={min(dates)}-{max(dates) - 1}")
    left = [int(re.sub(r"\D", "", d)) for d in page.locator("#panel .date").all_inner_texts()]
    assert left
    assert max(left) < max(dates)


def test_on_a_phone_what_is_drawn_has_its_name(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    for hash in ("#lineage=entity/graphsieve", "#compare=entity/imagenot&with=entity/squadrant",
                 "#path=entity/graphweaver&to=entity/libriwhisper"):  # fmt: skip
        visit.go(hash)
        page.wait_for_timeout(300)
        labels = page.evaluate("KG.labels")
        assert len(labels) >= 0.8 * len(page.evaluate("KG.shown")), hash
        width = page.evaluate("document.getElementById('picture').clientWidth")
        assert all(label["box"][0] >= 0 and label["box"][2] <= width for label in labels), hash
