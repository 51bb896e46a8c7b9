"""The rules by which link() tells what holds: origins, what sentences say, kinds, and what two papers share."""

from __future__ import annotations

import pandas as pd
import pytest
from graph_corpus import Made, corpus, paper

from kg.graph import descent, lineage, link
from kg.graph.origins import gives_name, names_in_title
from kg.graph.says import builds, compares
from kg.model import Tables


def paper_links(tables: Tables, relation: str) -> set[tuple[str, str]]:
    links = tables.links[(tables.links["relation"] == relation) & (tables.links["target_kind"] == "paper")]
    return set(zip(links["source"], links["target"], strict=True))


def spot(text: str, name: str) -> tuple[str, int, int]:
    start = text.rindex(name)
    return text, start, start + len(name)


@pytest.mark.parametrize(
    ("title", "name", "named"),
    [
        ("FOO: Fast Odd Objects", "FOO", True),
        ("FOO-2 Technical Report", "FOO-2", True),
        ("Introducing FOO", "FOO", True),
        ("Recursive Odd Models (ROM): A Study", "Recursive Odd Models", True),
        ("FOO Learns Less", "FOO", False),
        ("Safe Text: A Multi-Objective FOO Approach", "FOO", False),
        ("FOO-Bar: Better Foos", "FOO", False),
    ],
)
def test_a_title_gives_a_name_where_it_begins_with_it(title: str, name: str, named: bool) -> None:
    start = title.index(name)
    assert names_in_title(title, start, start + len(name)) == named


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("We propose FOO, a net.", True),
        ("We propose a verifier-free method (FOO) for it.", True),
        ("Our model, termed FOO, is small.", True),
        ("We build a new data set, FOO, of images.", True),
        ("We first introduce FOO into image restoration.", False),
        ("We introduce FOO \\cite{foo2024}, a cutting-edge net.", False),
        ("We propose a Fast Odd Object (FOO) framework with two heads.", False),
        ("We propose a FOO-based detector.", False),
        ("We use a recent net called FOO.", False),
        ("FOO is known.", False),
    ],
)
def test_words_give_a_name_to_what_is_the_papers_own(text: str, given: bool) -> None:
    assert gives_name(*spot(text, "FOO")) == given


@pytest.mark.parametrize(
    ("text", "built", "compared"),
    [
        ("Our detector is built on a frozen FOO backbone.", True, False),
        ("We fine-tune FOO on our data.", True, False),
        ("Extending FOO, we add a head.", True, False),
        ("Its image encoder is a FOO pre-trained on pairs.", True, False),
        ("We freeze the vision encoder of FOO.", True, False),
        ("It outperforms BAR-2.5, BAR-3 and FOO by 3 points.", False, True),
        ("Compared with FOO, it is faster.", False, True),
        ("It improves over all baselines with FOO on two tasks.", False, False),
        ("We evaluate five agents, such as FOO.", False, False),
        ("We test models built with FOO.", False, False),
        ("Recent work such as FOO adopts diffusion.", False, False),
        ("Our study covers FOO and BAR.", False, False),
        ("It outperforms a fine-tuned FOO on two tasks.", False, True),
        ("It falls somewhat short of a FOO, since it lacks convolutions.", False, True),
        ("On two tasks it approaches a fine-tuned FOO.", False, True),
        ("Approaches such as FOO refine the plan.", False, False),
        ("It is trained on few examples, in contrast to the large-scale reinforcement learning of FOO.", False, True),
        ("It cuts them up, embeds them like words and feeds them to a standard FOO encoder.", True, False),
        ("We build on the FOO baseline and add a decoder.", True, False),
        ("It differs from the FOO in that the codes are learned.", False, True),
    ],
)
def test_a_sentence_says_that_a_paper_builds_on_a_thing_or_compares_with_it(
    text: str, built: bool, compared: bool
) -> None:
    start = text.index("FOO")
    before, after = text[:start], text[start + 3 :]
    assert (builds(before, after), compares(before, after)) == (built, compared)


def test_what_a_paper_only_tests_is_not_built_on_whatever_its_role() -> None:
    made = paper("1", "FooNet: a net", "2024-01-01", "We propose FooNet.", introduces="FooNet:Model")
    user = paper("2", "User", "2025-01-01", "We evaluate BarNet, FooNet and others.", uses="FooNet:Model")
    assert paper_links(link(*corpus(made, user)), "builds_on") == set()


def test_what_others_do_and_what_a_work_goes_without_is_not_built_on() -> None:
    assert builds("It is trained with ", ".")
    assert not builds("It is trained with plain prompts, without explicit ", " prompting.")
    assert not builds("We use one pass instead of the slow ", ".")
    assert builds("Without labels using ", " it learns.")
    assert builds("We employ ", " to align it.")
    assert not builds("Existing alignment studies employ ", " to align it.")
    assert not builds("Most current methods are based on ", ".")


def test_what_a_method_transfers_to_or_complements_is_no_rival() -> None:
    assert compares("It outperforms ", " by far.")
    assert not compares("It outperforms all baselines and transfers well to ", ".")
    assert compares("It gains 3 points over ", ".")
    assert not compares("Averaged over ", " and five tasks, it gains 7 points.")
    assert not compares("It beats the state of the art and complements ", ".")


def test_a_paper_without_work_of_its_own_compares_nothing_with_it() -> None:
    made = paper("1", "FooNet: a net", "2024-01-01", "We propose FooNet.", introduces="FooNet:Model")
    study = paper("2", "Study", "2025-01-01", "BarNet outperforms FooNet.", compares_with="FooNet:Model")
    assert paper_links(link(*corpus(made, study)), "compares_with") == set()


def test_what_nobody_named_before_needs_no_title() -> None:
    """The title "Attention Is All You Need" does not name what it gives; no earlier paper does."""
    old = [each for m in range(1, 9) for each in many(40, f"2024-{m:02}", "Nothing is named.")]
    made = paper(
        "x", "Attention Is All", "2024-09-01", "We propose a network, FoxNet, of layers.", introduces="FoxNet:Model"
    )
    users = [
        paper(f"u{m}{i}", f"User {m} {i}", f"2025-{m:02}-01", "We use FoxNet.", uses="FoxNet:Model")
        for m in range(2, 6)
        for i in range(2)
    ]
    tables = link(*corpus(made, *users, *old))
    assert tables.entities.set_index("id").loc["entity/foxnet", "introduced_by"] == "x"
    early = link(*corpus(made, *users, *[paper(f"l{i}", "L", "2025-06-01", "Nothing.") for i in range(320)]))
    assert early.entities.set_index("id").loc["entity/foxnet", "introduced_by"] is None  # nobody could have named it


def many(n: int, month: str, text: str, **roles: str) -> list[Made]:
    return [paper(f"{month}.{i:03}", f"Paper {i} of {month}", month, text, **roles) for i in range(n)]


def filler() -> list[Made]:
    months = [f"2025-{m:02}" for m in range(1, 11)]
    return [each for month in months for each in many(40, month, "Nothing is named.")]


def test_what_others_name_at_once_was_known_before() -> None:
    """The first months of a corpus claim what came before it: "we propose Mamba, a state-space model, for fMRI"."""
    made = paper("0", "Brains", "2025-01", "We propose Mamba, a state-space model.", introduces="Mamba:Model")
    named = [
        paper(f"u{m}{i}", f"User {m} {i}", f"2025-{m:02}", "We use Mamba here.", uses="Mamba:Model")
        for m in range(1, 11)
        for i in range(2)
    ]
    tables = link(*corpus(made, *named, *filler()))
    assert tables.entities.set_index("id").loc["entity/mamba", "introduced_by"] is None
    assert paper_links(tables, "builds_on") == set()


def test_a_technical_report_is_the_origin_of_what_is_named_at_once() -> None:
    made = paper("0", "Qwen3 Technical Report", "2025-01", "We present Qwen3, a family.", introduces="Qwen3:Model")
    named = [
        paper(f"u{m}{i}", f"User {m} {i}", f"2025-{m:02}", "We fine-tune Qwen3.", uses="Qwen3:Model")
        for m in range(1, 11)
        for i in range(2)
    ]
    tables = link(*corpus(made, *named, *filler()))
    assert tables.entities.set_index("id").loc["entity/qwen3", "introduced_by"] == "0"
    assert len(paper_links(tables, "builds_on")) == 20


def test_sizes_alone_are_no_names() -> None:
    made = paper("1", "NileChat: models", "2024-01-01", "We propose a model called 12B.", introduces="12B:Model")
    user = paper("2", "User", "2025-01-01", "We fine-tune 12B.", uses="12B:Model")
    assert paper_links(link(*corpus(made, user)), "builds_on") == set()


def test_papers_share_only_where_their_words_are_near_too() -> None:
    common = {"evaluates_on": "RareSet1:Dataset", "uses": "RareTool1:Method"}
    marsh = (
        "herons nest in reeds where the water stands all year and photographs from above show their colonies clearly"
    )
    bank = (
        "treasury bonds carry a yield whose volatility depends upon coupons maturity inflation and central policy rates"
    )
    herons = [
        paper(f"b{i}", f"Counting herons {i}", "2025", f"RareSet1, RareTool1: {marsh}.", **common) for i in (0, 1)
    ]
    bonds = paper("x", "Pricing bonds", "2025", f"RareSet1, RareTool1: {bank}.", **common)
    others = [paper(f"n{i}", f"Other {i}", "2025", f"We study thing{i} by means{i}.") for i in range(400)]
    assert paper_links(link(*corpus(*herons, bonds, *others)), "shares") == {("b0", "b1")}


def broader(tables: Tables) -> set[tuple[str, str]]:
    links = tables.links[tables.links["relation"] == "broader"]
    return set(zip(links["source"], links["target"], strict=True))


def test_what_begins_with_the_same_word_is_no_version() -> None:
    names = ["LLaMA-2-7B", "Llama", "fast thinking", "FAST", "Macro-from-Micro", "Macro"]
    made = paper("1", "Names", "2025", "We use " + ", ".join(names) + ".", uses=names)
    pairs = [("LLaMA-2-7B", "Llama"), ("fast thinking", "FAST"), ("Macro-from-Micro", "Macro")]
    links = link(*corpus(made, broader=pairs)).links
    assert links.loc[links["relation"] == "broader", "source"].tolist() == ["entity/llama-2-7b"]


def test_kinds_of_rare_words_cut_compounds_and_other_sorts_are_left_out() -> None:
    text = "layer fusion, cross-layer fusion, fast layer fusion, selector, evidence selector, RARE, RARE-VISION"
    roles = ["layer fusion", "cross-layer fusion", "fast layer fusion", "selector", "evidence selector"]
    papers = [
        paper(f"p{i}", f"Paper {i}", "2025", text + ".", uses=roles, mentions="RARE:Method",
              evaluates_on="RARE-VISION:Benchmark")
        for i in range(4)
    ] + [paper(f"q{i}", f"Query {i}", "2025", "We use fusion.", uses="fusion:Method") for i in range(12)]  # fmt: skip
    pairs = [
        ("cross-layer fusion", "layer fusion"),
        ("fast layer fusion", "layer fusion"),
        ("evidence selector", "selector"),
        ("layer fusion", "fusion"),
        ("RARE-VISION", "RARE"),
    ]
    found = broader(link(*corpus(*papers, broader=pairs)))
    assert found == {
        ("entity/fast-layer-fusion", "entity/layer-fusion"),
        ("entity/layer-fusion", "entity/fusion"),
    }


def test_the_links_of_nothing_are_typed_like_those_of_something() -> None:
    none = link(*corpus(paper("1", "Empty", None, "Nothing is named.")))
    some = link(*corpus(paper("1", "FooNet: a net", "2024", "We propose FooNet.", introduces="FooNet:Model")))
    pd.testing.assert_series_equal(none.links.dtypes, some.links.dtypes)


def descents(tables: Tables) -> set[tuple[str, str, str]]:
    found = descent(tables)
    return set(zip(found["child"], found["parent"], found["relation"], strict=True))


def test_a_name_made_of_another_tells_what_a_paper_builds_on() -> None:
    bert = paper("1", "BERT: a model", "2018-10-11", "We introduce BERT.", introduces="BERT:Model")
    distil = paper(
        "2", "DistilBERT", "2019-10-02", "DistilBERT runs faster than BERT.",
        introduces="DistilBERT:Model", compares_with="BERT:Model",
    )  # fmt: skip
    other = paper(
        "3", "XLNet", "2019-06-19", "XLNet outperforms BERT.", introduces="XLNet:Model", compares_with="BERT:Model"
    )
    tables = link(*corpus(bert, distil, other))
    assert paper_links(tables, "builds_on") == {("2", "1")}
    row = tables.links[tables.links["relation"] == "builds_on"].iloc[0]
    assert (row["extraction"], row["via"]) == ("inferred", "entity/bert")
    assert row["confidence"] < 0.85
    assert descents(tables) == {("entity/distilbert", "entity/bert", "named after")}
    assert [step.name for _, step in lineage(tables, "BERT").descendants.walk()] == ["BERT", "DistilBERT"]
    assert [step.name for _, step in lineage(tables, "DistilBERT").ancestors.walk()] == ["DistilBERT", "BERT"]


def test_what_a_sentence_says_goes_before_what_a_name_says() -> None:
    bert = paper("1", "BERT: a model", "2018-10-11", "We introduce BERT.", introduces="BERT:Model")
    sbert = paper(
        "2", "SentBERT", "2019-08-27", "SentBERT is built on BERT.", introduces="SentBERT:Model", uses="BERT:Model"
    )
    tables = link(*corpus(bert, sbert))
    row = tables.links[tables.links["relation"] == "builds_on"].iloc[0]
    assert row["extraction"] == "stated"
    assert descents(tables) == {("entity/sentbert", "entity/bert", "uses")}


def test_a_version_is_no_ancestor_of_what_it_is_a_version_of() -> None:
    net = paper(
        "1",
        "FooNet",
        "2020-01-01",
        "FooNet is built on a FooNet-101 of old.",
        introduces="FooNet:Model",
        uses="FooNet-101:Model",
    )
    tables = link(*corpus(net, broader=[("FooNet-101", "FooNet")]))
    assert descents(tables) == {("entity/foonet-101", "entity/foonet", "version of")}


@pytest.mark.parametrize(
    ("said", "tried"),
    [
        ("Experiments on our FooBench show that FooNet outperforms all.", True),
        ("FooNet reaches 63 % accuracy on BarSet and FooBench.", True),
        ("Based on FooBench, we demonstrate FooNet and its effectiveness.", False),
        ("FooNet is effective and FooBench is hard.", False),
    ],
)
def test_a_paper_s_own_tool_is_tried_on_its_own_benchmark_where_it_says_so(said: str, tried: bool) -> None:
    made = paper("1", "On foos", "2024-01-01", "We present FooBench and FooNet. " + said,
                 introduces=["FooBench:Benchmark", "FooNet:Model"])  # fmt: skip
    tables = link(*corpus(made))
    rows = tables.links[tables.links["relation"] == "evaluated_on"]
    found = set(zip(rows["source"], rows["target"], strict=True))
    assert found == ({("entity/foonet", "entity/foobench")} if tried else set())
