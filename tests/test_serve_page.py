"""The page to write queries in, in a real browser."""

from __future__ import annotations

import re
import shutil

import pytest
from rdf_tables import small_tables
from test_serve import Served

from kg.export.rdf import graph_hash, lines
from kg.query import save
from kg.query.server import Limits

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    tables = small_tables()
    tables.entities.loc[tables.entities["id"] == "entity/c-ü", "name"] = "<img src=x onerror=alert(1)>"
    folder = tmp_path_factory.mktemp("page") / "kg.oxigraph"
    save(lambda: lines(tables), folder, graph_hash(tables))
    running = Served(folder, None, Limits())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser, served):
    page = browser.new_page()
    seen: dict[str, list[str]] = {"requests": [], "errors": []}
    page.on("request", lambda request: seen["requests"].append(request.url))
    page.on("pageerror", lambda error: seen["errors"].append(str(error)))
    page.on("dialog", lambda dialog: seen["errors"].append(dialog.message))
    page.goto(f"{served.url}/query")
    page.wait_for_selector("body[data-ready]")
    yield page
    page.close()
    assert seen["errors"] == []
    local = (served.url, "data:", "blob:")
    assert [url for url in seen["requests"] if not url.startswith(local)] == []


def test_ask_and_follow_a_link(page):
    page.fill("#query", "SELECT ?e ?name { ?e a mls:Model ; skos:prefLabel ?name } ORDER BY ?name")
    page.keyboard.press("Escape")
    page.click("#run")
    page.wait_for_selector("#results tbody tr")
    assert page.locator("#results tbody tr").count() == 4
    assert page.locator("#results tbody tr").nth(1).inner_text().split("\t") == ["entity:bert", "BERT"]
    page.locator("#results tbody a").nth(1).click()
    page.wait_for_selector("h1")
    assert page.locator("h1").inner_text() == "BERT"


def test_the_cookbook_fills_the_editor(page):
    page.select_option("#recipe", "who-uses")
    page.fill("#p-entity", "Transformer")
    page.locator("#p-entity").blur()
    sync_api.expect(page.locator("#query")).to_have_value(re.compile("entity/transformer"))
    page.click("#run")
    page.wait_for_selector("#results tbody tr")
    assert "BERT: Deep Bidirectional Transformers" in page.locator("#results").inner_text()


def test_terms_are_completed(page):
    page.fill("#query", "")
    page.locator("#query").press_sequentially("SELECT ?paper { ?paper kgo:intr")
    page.wait_for_selector("#completions li")
    assert "kgo:introduces" in page.locator("#completions").inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.input_value("#query").startswith("SELECT ?paper { ?paper kgo:introduce")


def test_errors_and_markup_are_shown_as_text(page):
    page.fill("#query", "SELECT ?x { ?x kgo:introduce ?y }")
    page.keyboard.press("Control+Enter")
    sync_api.expect(page.locator("#error")).to_contain_text("kgo:introduces")
    page.fill("#query", "SELECT ?n { entity:c-%C3%BC skos:prefLabel ?n }")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#results tbody td")
    assert page.locator("#results tbody td").inner_text() == "<img src=x onerror=alert(1)>"
    assert page.locator("#results img").count() == 0


def test_download(page):
    page.fill("#query", "SELECT ?name { entity:bert skos:prefLabel ?name }")
    page.select_option("#format", "CSV")
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "results.csv"
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        assert file.read() == "name\r\nBERT\r\n"


def test_no_answer_says_why(page):
    page.fill("#query", 'SELECT ?e { ?e skos:prefLabel "BERT" }')
    page.keyboard.press("Control+Enter")
    sync_api.expect(page.locator("#advice")).to_contain_text('"BERT" is not in the graph, but "BERT"@en is')
    page.fill("#query", 'SELECT ?e { ?e skos:prefLabel "BERT"@en }')
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#results tbody tr")
    assert page.locator("#advice").inner_text() == ""


def test_a_table_is_sorted_by_keyboard(page):
    page.fill("#query", "SELECT ?name ?papers { ?e skos:prefLabel ?name ; kgo:paperCount ?papers }")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#results tbody tr")
    page.locator("#results th button").first.focus()
    page.keyboard.press("Enter")
    names = page.locator("#results tbody td:first-child").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    assert page.locator("#results th").first.get_attribute("aria-sort") == "ascending"


def test_ids_and_numbers_stay_whole_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.fill("#query", "SELECT ?paper ?title ?year { ?paper dcterms:title ?title ; kgo:year ?year }")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#results tbody tr")
    cell = page.locator("#results tbody td.number").first
    assert cell.bounding_box()["height"] >= 20
    text = "cell => { const all = document.createRange(); all.selectNodeContents(cell); return all.getClientRects() }"
    assert len(cell.evaluate(text)) == 1
    ids = page.locator("#results tbody a", has_text="paper:1706.03762")
    assert ids.evaluate("link => link.getClientRects().length") == 1
