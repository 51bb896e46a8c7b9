"""Texts that nobody would write but machines make: they end no build, and every format holds them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import networkx as nx
import pyoxigraph
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

import kg

PIECES = [
    *("We propose", "called", "a benchmark", "on", "outperforms", "BERT", "LoRA", "Method", "Benchmark", "Long Net"),
    *("low rank adaptation (LRA)", "İİİİ abc (ABC)", "İstanbul Veri Kümesi (VK)", "(", ")", "((", "()", "(A)", "(Lo"),
    *(r"\ud83d\ude00Net", r"Half\ud83d", r"\u0000Net", r"\textbf{GraphNet", "$", "$$", r"\(", r"$\ell_1$-Net", "{}"),
    *("Poincare\u0301", "\u202eNet", "\u200b", "\ufeff", "𝐀𝐁-Net", "👩‍🔬Bench", "模型-7B", "שלום", "ß", "ﬁne-tuning"),
    *("</script>", "<!--", "&amp;", '"""', "'", "<b>Net</b>", "javascript:alert(1)", "%00", "\x0b", "\u2028", "\x85"),
    *("http://x.y/Net-7B(", "a@b.c", "X" * 300, "-" * 40, "Net-" * 30, "...", ":", "X: Y: Z", "=HYPERLINK(1)", "\\"),
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=14).map(" ".join)


@settings(  # what fails is not made smaller: a build takes a second
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=20))
@example([(" ".join(PIECES[start::7]), ". ".join(PIECES[start::5])) for start in range(7)])
@example([(piece, f"We propose {piece}, a method. We evaluate {piece} on {piece} ({piece}).") for piece in PIECES])
def test_no_text_ends_a_build(made: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "papers.jsonl"
        records = [{"id": f"p{n}", "title": f"P{n} {a}", "abstract": f"It is. {b}"} for n, (a, b) in enumerate(made)]
        source.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        graph = kg.build(source, db=folder / "kg.duckdb", out=folder / "out", workers=1)
        assert len(graph.papers) == len(made)
        out = folder / "out"
        assert len({q.subject for q in pyoxigraph.parse(path=out / "graph.ttl")}) > len(made)
        assert len(nx.read_graphml(out / "graph.graphml")) == len(made) + len(graph.entities)
        assert [json.loads(line)["id"] for line in (out / "papers.jsonl").open(encoding="utf-8")] == list(
            graph.papers["id"]
        )
        text = dict(zip(graph.papers["id"], graph.papers["title"] + "\n" + graph.papers["abstract"], strict=True))
        for mention in graph.mentions.itertuples():
            assert text[mention.paper][mention.start : mention.end] == mention.text
