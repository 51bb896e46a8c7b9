"""LaTeX in papers' texts: the explorer shows it as one reads it, and finds it as it is written and as it is shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from explorer_browser import Visit, needs_chromium
from explorer_graph import tables

from kg.export.html import write
from kg.model import Tables

pytestmark = needs_chromium

READ = {
    r"Sparse codes by $\ell_1$ terms": "Sparse codes by ℓ₁ terms",
    r"\textbf{Bold} and \emph{slanted \texttt{code}}": "Bold and slanted code",
    r"$2\times$ as fast, 256$\times$256": "2× as fast, 256×256",
    r"87\% of R\&D": "87% of R&D",
    r"In $\mathcal{O}(n^2)$ and $O(n\log n)$": "In O(n²) and O(n log n)",
    r"Poincar\'e, Fr\'{e}chet, M{\"u}ller, Erd\H{o}s, na\"{\i}ve": "Poincaré, Fréchet, Müller, Erdős, naïve",
    r"\href{https://a.example/b}{Our page}, \url{https://a.example}": "Our page, https://a.example",
    r"As \cite{one,two} say\footnote{Not all.}": "As [one,two] say (Not all.)",
    r"$\tau^2$-Score, $π_{0.5}$, T$^3$Test, $D^2Net$": "τ²-Score, π₀.₅, T³Test, D²Net",
    r"$x \in \mathbb{R}^{d \times k}$, $n\geq 3$, $10^{-3}$": "x ∈ ℝ^(d×k), n≥3, 10⁻³",
    r"$\frac{1}{2}$, $\frac{a+b}{c}$, $\sqrt{T}$, $\tilde{O}(1)$": "1/2, (a+b)/c, √T, Õ(1)",
    r"$\hat{y}_i$, $\ell_\infty$, $f\left(x\right)$, $360^\circ$": "ŷᵢ, ℓ_∞, f(x), 360°",
    r"\(\ell_2\) and \[E=mc^2\] and $$a_1$$": "ℓ₂ and E=mc² and a₁",
    r"2019$\unicode{x2013}$2021, $p < 0.05$, $SO(3)$": "2019–2021, p < 0.05, SO(3)",
    r"M^3Test in 10^6 steps": "M³Test in 10⁶ steps",
    r"{\bf Strong} words, \eg, these": "Strong words, e.g., these",
    r"Today\'s caf\'es don\'t ask": "Today's cafés don't ask",
}
"""What papers write, and how it is read."""

KEPT = [
    "From $5 and $10 to $20k", "US$5M–US$10M, ($5)/($10)", "$5-$10 or $1,000/$M", "$HOME and $PATH, $HOME/$USER",
    r"\ourmethod beats \bench{X}", r"c:\new\x and \u003cb>", r"\textbf{open", r"$\frac$", "$^$", "$x", "a $ b $ c",
    "$", "\\", r"\(", "$$", r"\^", "5^x and a_b",
]  # fmt: skip
"""What stays as it is: prices, variables, macros that nobody knows, and what is broken."""

ABSTRACT = (
    r"We show \textbf{with ImageNot a gain} of $3\times$ for $\ell_1$-GraphWeaver, \emph{not} DeepSieve; GraphWeaver "
    r"costs $5 and SQuADrant$_{2}$ $10."
)
SHOWN = "We show with ImageNot a gain of 3× for ℓ₁-GraphWeaver, not DeepSieve; GraphWeaver costs $5 and SQuADrant₂ $10."
MARKED = {
    "ImageNot": ("ImageNot", 0),
    r"$\ell_1$-GraphWeaver": ("ℓ₁-GraphWeaver", 0),
    "DeepSieve": ("DeepSieve", 0),
    "GraphWeaver": ("GraphWeaver", 1),
    "SQuADrant$_{2}": ("SQuADrant₂", 0),  # a name that ends within a formula has all of it
}


def paper(like: pd.DataFrame, number: int, title: str, abstract: str) -> pd.DataFrame:
    identifier = f"2499.{number:05d}"
    return like.iloc[[0]].assign(id=identifier, arxiv_id=identifier, title=title, abstract=abstract)


@pytest.fixture(scope="module")
def graph() -> Tables:
    """A field with papers that have these titles, and one that names things between macros."""
    plain = tables(60)
    titled = [paper(plain.papers, at, title, "") for at, title in enumerate([*READ, *KEPT])]
    title = r"On $k$-GraphWeaver"
    told = paper(plain.papers, 900, title, ABSTRACT)
    names = dict(zip(plain.entities["name"], plain.entities["id"], strict=True))
    link, mention = plain.links.iloc[0], plain.mentions.iloc[0]
    links, mentions = [], []
    start, end = len(title) + 1, len(title) + 1 + len(ABSTRACT)
    for text, (_, nth) in MARKED.items():
        at = ABSTRACT.index(text) if not nth else ABSTRACT.rindex(text)
        entity = next(id for name, id in names.items() if name in text)
        place = {"start": start + at, "end": start + at + len(text), "sentence_start": start, "sentence_end": end}
        said = {"source": "2499.00900", "relation": "uses", "target": entity, "start": start, "end": end}
        mentions.append({**mention, **place, "paper": "2499.00900", "entity": entity, "text": text})
        links.append({**link, **said, "paper": "2499.00900"})
    unique = pd.DataFrame(links).drop_duplicates(["source", "target"])
    entities = plain.entities.assign(name=plain.entities["name"].replace({"LibriWhisper": r"$\alpha$-LibriWhisper"}))
    return dataclasses.replace(
        plain,
        papers=pd.concat([plain.papers, *titled, told], ignore_index=True).astype({"year": "Int64"}),
        links=pd.concat([plain.links, unique], ignore_index=True),
        mentions=pd.concat([plain.mentions, pd.DataFrame(mentions)], ignore_index=True),
        entities=entities,
    )  # fmt: skip


@pytest.fixture
def visit(browser: Any, graph: Tables, tmp_path: Path) -> Iterator[Visit]:
    write(graph, tmp_path / "graph.html")
    opened = Visit(browser, tmp_path / "graph.html")
    yield opened
    opened.close()


def test_titles_are_read_as_they_are_meant_and_what_is_no_latex_stays(visit: Visit) -> None:
    said = {**READ, **{title: title for title in KEPT}}
    for at, (title, shown) in enumerate(said.items()):
        name = visit.page.evaluate("id => KG.search(id).hits[0].name", f"2499.{at:05d}")
        assert (title, name) == (title, shown)
    visit.go("#n=2499.00000")
    assert visit.page.inner_text("#panel-title") == READ[r"Sparse codes by $\ell_1$ terms"]


def test_marks_stay_on_their_names(visit: Visit) -> None:
    page = visit.page
    visit.go("#n=2499.00900")
    page.wait_for_selector("#abstract .mark")
    assert page.inner_text("#panel-title") == "On k-GraphWeaver"
    assert page.inner_text("#abstract") == SHOWN
    assert page.locator("#abstract .mark").all_inner_texts() == [shown for shown, _ in MARKED.values()]
    visit.go("#n=entity/deepsieve")
    page.locator("details", has_text="Papers that use it").first.evaluate("e => { e.open = true }")
    sentence = page.locator(".evidence", has_text="ImageNot a gain")
    sentence.first.wait_for()
    assert sentence.first.inner_text() == SHOWN


def test_what_is_typed_or_read_is_found(visit: Visit) -> None:
    for query in ("ℓ1 terms", "l1 terms", r"$\ell_1$ terms", "ell_1 terms", "sparse codes"):
        hits = visit.page.evaluate("query => KG.search(query).hits.map(hit => hit.id)", query)
        assert hits[:1] == ["2499.00000"], query
    assert visit.page.evaluate("KG.search('müller').hits[0].name").startswith("Poincaré")
    assert visit.page.evaluate("KG.search('alpha libriwhisper').hits[0].name") == "α-LibriWhisper"


def test_the_table_and_what_is_saved(visit: Visit) -> None:
    visit.go("#n=entity/libriwhisper&view=table")
    assert visit.page.locator("#table tbody th").first.inner_text() == "α-LibriWhisper"
    assert '"α-LibriWhisper"' in visit.page.evaluate("KG.csv()")
    turtle = visit.page.evaluate("KG.turtle()")  # says what the Turtle of the whole graph says
    assert r'skos:prefLabel "$\\alpha$-LibriWhisper"@en' in turtle
