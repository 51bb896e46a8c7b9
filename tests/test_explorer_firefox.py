"""The explorer in Firefox, driven through WebDriver BiDi, which Firefox itself speaks: no driver to download."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from explorer_browser import FIREFOX, needs_firefox
from explorer_graph import hostile, tables

from kg.answers import answers
from kg.export.html import write

websockets = pytest.importorskip("websockets.sync.client", reason="websockets is not installed: pip install websockets")

pytestmark = [needs_firefox, pytest.mark.slow]


class Bidi:
    """One tab of a headless Firefox."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.last = 0
        self.send("session.new", capabilities={})
        self.tab = self.send("browsingContext.create", type="tab")["context"]

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(timeout=90))
            if answer.get("id") == self.last:
                assert answer["type"] == "success", answer
                return dict(answer["result"])

    def run(self, expression: str) -> Any:
        result = self.send("script.evaluate", expression=expression, target={"context": self.tab}, awaitPromise=True)
        assert result["type"] == "success", result
        return result["result"].get("value")

    def until(self, expression: str) -> None:
        end = time.monotonic() + 60
        while not self.run(expression):
            assert time.monotonic() < end, expression
            time.sleep(0.1)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bidi]:
    profile = tmp_path_factory.mktemp("firefox")
    log = profile / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(FIREFOX), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
            stdout=output, stderr=output,
        )  # fmt: skip
        try:
            address = None
            end = time.monotonic() + 90
            while not address:
                address = re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text())
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.2)
            with websockets.connect(f"{address[1]}/session", max_size=None) as socket:
                yield Bidi(socket)
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.mark.parametrize(("large", "encoding"), [(20_000, "UTF-8"), (50, "UTF-16LE")])
def test_the_page_opens_from_a_file_and_works(
    firefox: Bidi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int, encoding: str
) -> None:
    monkeypatch.setattr("kg.export.html.LARGE", large)
    write(hostile(60), tmp_path / "graph.html", title="Hostile")
    firefox.send(
        "browsingContext.navigate", context=firefox.tab, url=(tmp_path / "graph.html").as_uri(), wait="complete"
    )
    firefox.until("document.body.dataset.searchable === '1'")
    assert firefox.run("document.characterSet") == encoding
    assert firefox.run("KG.shown.length") > 5
    firefox.run("location.hash = 'n=entity/graphweaver'")
    firefox.until("KG.state.node === 'entity/graphweaver'")
    assert firefox.run("document.getElementById('status').textContent").startswith("Showing")
    firefox.until("document.querySelectorAll('#panel a[data-node]').length > 3")
    firefox.run("location.hash = 'n=2401.00000'")
    firefox.until("document.getElementById('abstract') !== null")
    assert firefox.run("performance.getEntriesByType('resource').length") == 0
    assert firefox.run("typeof window.__xss") == "undefined"
    firefox.run("history.back()")
    firefox.until("KG.state.node === 'entity/graphweaver'")


def key(firefox: Bidi, *keys: str) -> None:
    """Press keys, one after the other, as a person would."""
    actions = [{"type": kind, "value": value} for value in keys for kind in ("keyDown", "keyUp")]
    firefox.send(
        "input.performActions", context=firefox.tab, actions=[{"type": "key", "id": "keys", "actions": actions}]
    )


ENTER, DOWN, TAB = "\ue007", "\ue015", "\ue004"


def test_the_main_journeys_by_keyboard(firefox: Bidi, tmp_path: Path) -> None:
    write(tables(150), tmp_path / "graph.html", title="Invented papers", answers=answers)
    address = (tmp_path / "graph.html").as_uri()
    firefox.send("browsingContext.navigate", context=firefox.tab, url=address, wait="complete")
    firefox.until("document.body.dataset.searchable === '1'")
    # start: the corpus in a line, the cursor in the search box
    assert firefox.run("document.getElementById('corpus-line').textContent").startswith("150 papers")
    assert firefox.run("document.activeElement.id") == "search"
    # search with a typing error, focus
    key(firefox, *"graphwaever")
    firefox.until("document.querySelectorAll('#suggestions li').length > 0")
    key(firefox, ENTER)
    firefox.until("KG.state.node === 'entity/graphweaver'")
    assert firefox.run("document.getElementById('panel-title').textContent") == "GraphWeaver"
    # panel: evidence with its marks
    firefox.until("document.querySelector('#panel blockquote.evidence .mark') !== null")
    # a path to another entity, through the picker
    firefox.run("document.getElementById('action-path').focus()")
    key(firefox, ENTER)
    firefox.until("document.getElementById('picker').open")
    key(firefox, *"speech recognition")
    firefox.until("document.querySelectorAll('#picker-list li').length > 0")
    key(firefox, ENTER)
    firefox.until("KG.state.mode === 'path'")
    assert firefox.run("document.querySelectorAll('#panel .way li').length") >= 2
    # its address, opened afresh, is the same view
    shown, link = firefox.run("KG.shown.join()"), firefox.run("location.href")
    assert "#path=entity/graphweaver" in link
    firefox.send("browsingContext.navigate", context=firefox.tab, url="about:blank", wait="complete")
    firefox.send("browsingContext.navigate", context=firefox.tab, url=link, wait="complete")
    firefox.until("document.body.dataset.searchable === '1'")
    assert firefox.run("KG.shown.join()") == shown
    # a question to the whole graph, and a table
    firefox.run("location.hash = 'ask=leaders'")
    firefox.until("document.querySelectorAll('#table tbody tr').length > 3")
    firefox.run("history.back()")
    firefox.until("KG.state.mode === 'path'")
    assert firefox.run("performance.getEntriesByType('resource').length") == 0
