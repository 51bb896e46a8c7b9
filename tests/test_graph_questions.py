"""Questions to graphs whose answers are known, and the two ways of computing them against each other."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from unicodedata import normalize

import networkx as nx
import numpy as np
import pytest
from graph_corpus import corpus, paper
from scipy import sparse
from test_graph_link import DORA, LORA, QLORA, big_corpus

from kg import graph
from kg.answers import answers
from kg.export.rdf import lines
from kg.graph.cluster import louvain
from kg.graph.leaders import pagerank
from kg.graph.paths import distances
from kg.graph.trends import bursts, counted
from kg.model import KgError, Tables
from kg.query import in_memory
from kg.query.cookbook import recipe
from kg.vocabulary import BASE

MADE_QALORA = paper(
    "2309.1", "QA-LoRA", "2023-09-26", "We propose QA-LoRA. It builds on QLoRA.", introduces="QA-LoRA", uses="QLoRA"
)


@pytest.fixture(scope="module")
def small() -> Tables:
    return graph.link(*corpus(LORA, QLORA, DORA, MADE_QALORA))


@pytest.fixture(scope="module")
def big() -> Tables:
    return graph.link(*big_corpus())


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["LoRA", "lora", " LORA ", "entity/lora", "Lo-RA", "LoRAs"])
def test_names_lead_to_the_entity(small: Tables, text: str) -> None:
    assert graph.find(small, text) == "entity/lora"


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_letter_is_one_however_unicode_composes_it(stored: str, typed: str) -> None:
    name = normalize(stored, "PoincaréNet")
    made = paper("1", name, "2023-09-26", f"We propose {name}.", introduces=name)
    tables = graph.link(*corpus(made))
    assert graph.find(tables, normalize(typed, "poincaréNET")) == graph.find(tables, name) != "1"
    store = in_memory(lines(tables))
    assert recipe("who-uses").fill(store, {"entity": normalize(typed, "PoincaréNet")}, BASE)


@pytest.mark.parametrize("text", ["2106.1", "lora: LOW rank"])
def test_ids_and_titles_lead_to_the_paper(small: Tables, text: str) -> None:
    assert graph.find(small, text) == "2106.1"


def test_a_paper_stands_for_what_it_introduces_and_the_other_way_round(small: Tables) -> None:
    assert graph.find_entity(small, "2106.1") == "entity/lora"
    assert graph.find_paper(small, "QLoRA") == "2305.1"
    with pytest.raises(KgError, match="no paper here introduces"):
        graph.find_paper(small, "GLUE")


def test_retired_ids_still_lead_there() -> None:
    papers, extracted, resolved = corpus(LORA)
    resolved.aliases.loc[0] = ["entity/low-rank", "entity/lora"]
    assert graph.find(graph.link(papers, extracted, resolved), "low-rank") == "entity/lora"


def test_an_unknown_name_is_one_line_with_suggestions(small: Tables) -> None:
    with pytest.raises(KgError, match=r'"QLorra"; did you mean QLoRA') as error:
        graph.find(small, "QLorra")
    assert "\n" not in str(error.value)


# --- cards -----------------------------------------------------------------------------------------------------------


def test_the_card_of_an_entity_has_who_does_what_with_it_and_the_sentences(small: Tables) -> None:
    card = graph.card(small, "lora")
    assert (card.kind, card.name, card.year) == ("Method", "LoRA", 2021)
    sections = {section.title: section for section in card.sections}
    assert [item.id for item in sections["introduced by"].items] == ["2106.1"]
    assert [(item.id, item.sentence) for item in sections["used by"].items] == [("2305.1", "QLoRA builds on LoRA.")]
    assert sections["compared with by"].items[0].sentence == "DoRA outperforms LoRA on GLUE."
    assert sections["is a baseline of"].items[0].name == "DoRA"


def test_cards_and_lineages_are_printed_to_be_read(small: Tables) -> None:
    lines = str(graph.card(small, "LoRA")).splitlines()
    assert lines[:2] == ["LoRA  Method, 2021", "entity/lora"]
    assert "introduced by" in lines
    hostile = graph.link(*corpus(paper("a", "<b>X</b> & Y", "2024", "We <i>propose</i> FooNet.", introduces="FooNet")))
    assert "&lt;b&gt;X&lt;/b&gt; &amp; Y" in graph.card(hostile, "FooNet")._repr_html_()
    assert "<i>propose" not in graph.card(hostile, "FooNet")._repr_html_()
    told = str(graph.lineage(small, "LoRA")).splitlines()
    assert told[0] == "LoRA descends from nothing here"
    assert told[2].startswith("  QLoRA 2023  uses  ")


def test_the_card_of_a_paper_has_what_builds_on_it(small: Tables) -> None:
    card = graph.card(small, "2106.1")
    sections = {section.title: section for section in card.sections}
    assert [(item.id, item.via) for item in sections["the papers built on it"].items] == [("2305.1", "LoRA")]
    assert [item.id for item in sections["the papers compared with it"].items] == ["2402.1"]


# --- lineage ---------------------------------------------------------------------------------------------------------


def test_lineage_goes_both_ways_with_years_and_evidence(small: Tables) -> None:
    found = graph.lineage(small, "QLoRA")
    assert [(step.name, step.year) for _, step in found.ancestors.walk()] == [("QLoRA", 2023), ("LoRA", 2021)]
    assert found.ancestors.branches[0].sentence == "QLoRA builds on LoRA."
    descendants = [(depth, step.name) for depth, step in graph.lineage(small, "LoRA").descendants.walk()]
    assert descendants == [(0, "LoRA"), (1, "QLoRA"), (2, "QA-LoRA")]
    assert not any(step.name == "DoRA" for _, step in graph.lineage(small, "LoRA").descendants.walk())  # only compared


def test_lineage_says_what_it_leaves_out_and_ends_on_cycles() -> None:
    root = paper("r", "Root1: a root", "2020-01-01", "We propose Root1 with Kid0.", introduces="Root1", uses="Kid0")
    kids = [
        paper(
            f"k{n}", f"Kid {n}", "2020-01-01", f"We propose Kid{n}, based on Root1.", introduces=f"Kid{n}", uses="Root1"
        )
        for n in range(5)
    ]
    tables = graph.link(*corpus(root, *kids))
    found = graph.lineage(tables, "Root1", width=2).descendants
    assert (len(found.branches), found.more) == (2, 3)
    assert [step.name for _, step in graph.lineage(tables, "Root1", depth=9).ancestors.walk()] == ["Root1", "Kid0"]
    assert nx.is_directed_acyclic_graph(graph.descent_graph(graph.link(*corpus(LORA, QLORA, MADE_QALORA))))


# --- paths -----------------------------------------------------------------------------------------------------------


def test_a_path_explains_with_sentences(small: Tables) -> None:
    found = graph.path(small, "DoRA", "QA-LoRA", n=1)[0]
    assert found.names[0] == "DoRA"
    assert found.names[-1] == "QA-LoRA"
    assert "LoRA" in found.names
    assert all(step.sentence for step in found.steps)


def test_paths_do_not_pass_hubs_or_metrics() -> None:
    crowd = [paper(f"c{n:02}", f"Crowd {n}", None, "x", uses="Hub1", reports="F1:Metric") for n in range(40)]
    a = paper("a", "A", None, "x", uses=["Hub1", "Alpha1"], reports="Rare:Metric")
    b = paper("b", "B", None, "x", uses=["Hub1", "Beta1"], reports="Rare:Metric")
    with pytest.raises(KgError, match="everybody names"):
        graph.path(graph.link(*corpus(*crowd, a, b)), "Alpha1", "Beta1")
    bridge = paper("z", "Z", None, "x", uses=["Alpha1", "Beta1"])
    found = graph.path(graph.link(*corpus(*crowd, a, b, bridge)), "Alpha1", "Beta1")
    assert [each.nodes for each in found] == [["entity/alpha1", "z", "entity/beta1"]]


def test_paths_are_the_same_by_networkx_and_scipy(big: Tables) -> None:
    rng = np.random.default_rng(0)
    ids = [*big.papers["id"], *big.entities.loc[big.entities["papers"] > 1, "id"]]
    for a, b in rng.choice(ids, (6, 2)):
        try:
            by_networkx = graph.path(big, a, b)
        except KgError as error:
            with pytest.raises(KgError, match=str(error)[:20]):
                graph.path(big, a, b, limit=0)
            continue
        assert by_networkx == graph.path(big, a, b, limit=0)
        inner = [node for each in by_networkx for node in each.nodes[1:-1]]
        assert len(inner) == len(set(inner))


def test_distances_agree() -> None:
    random = sparse.random_array((80, 80), density=0.05, rng=np.random.default_rng(1))
    costs = (random + random.T).tocsr()
    costs.data = np.ceil(costs.data * 10).astype(np.int64)
    np.testing.assert_array_equal(distances(costs, 0), distances(costs, 0, limit=0))


# --- similar, leaders, communities -----------------------------------------------------------------------------------


def test_similar_counts_rare_things_only(small: Tables) -> None:
    crowd = [paper(f"c{n:02}", f"Crowd {n}", None, "x", uses="Hub1") for n in range(40)]
    a = paper("a", "Herons", None, "x", uses=["Hub1", "Rare1", "Rare2"])
    b = paper("b", "Herons", None, "x", uses=["Hub1", "Rare1", "Rare2"])
    c = paper("c", "Herons", None, "x", uses=["Hub1", "Rare1"])
    found = graph.similar(graph.link(*corpus(*crowd, a, b, c)), "a")
    assert found["id"].tolist() == ["b", "c"]
    assert found["score"][0] == pytest.approx(1.0)
    assert found["score"][1] < 1
    assert found["shared"][0] == "Rare2, Rare1"  # the rarer first


def test_similar_papers_are_near_in_words_too() -> None:
    common = {"uses": ["Rare1", "Rare2"]}
    a = paper("a", "Counting herons in marshland", None, "x", **common)
    bonds = paper("b", "Pricing treasury bonds", None, "x", **common)
    birds = paper("z", "Herons of the marshland", None, "x", **common)
    others = [paper(f"o{n:02}", f"Other {n}", None, f"Thing{n} is studied.") for n in range(60)]
    found = graph.similar(graph.link(*corpus(a, bonds, birds, *others)), "a")
    assert found["id"].tolist() == ["z", "b"]


def test_pagerank_is_the_same_by_networkx_and_scipy() -> None:
    matrix = sparse.random_array((300, 300), density=0.01, rng=np.random.default_rng(2)).tocsr()
    np.testing.assert_allclose(pagerank(matrix), pagerank(matrix, limit=0), atol=1e-9)


def test_leaders_of_a_part_of_a_graph(big: Tables) -> None:
    made = big.entities["introduced_by"].dropna()
    part = replace(big, papers=big.papers[big.papers["id"] != made.iloc[0]])
    assert len(graph.leaders(part)) == len(graph.leaders(big))


def test_leaders_are_the_same_both_ways_and_hubs_do_not_lead(big: Tables) -> None:
    by_networkx, by_scipy = graph.leaders(big), graph.leaders(big, limit=0)
    assert by_networkx.equals(by_scipy)
    crowd = [paper(f"c{n:02}", f"C {n}", None, "x", uses=["Hub1"], mentions=f"Own{n}") for n in range(60)]
    chain = [
        paper(f"s{n:02}", f"S {n}", None, f"We propose Step{n}.", introduces=f"Step{n}", uses="Source1")
        for n in range(8)
    ]
    users = [paper(f"u{n:02}", f"U {n}", None, "x", uses=f"Step{n % 8}") for n in range(16)]
    leading = graph.leaders(graph.link(*corpus(*crowd, *chain, *users)))
    assert leading["name"][0] == "Source1"
    assert "Hub1" not in leading["name"].tolist()
    maker = paper("h", "Hub1: all of them use it", "2020", "We propose Hub1.", introduces="Hub1")
    crowd = [replace(each, date="2024", abstract="We build on Hub1. " + each.abstract) for each in crowd]
    made = graph.link(*corpus(*crowd, *chain, *users, maker))
    assert graph.leaders(made)["name"][0] == "Hub1"
    assert graph.leaders(made, type="paper")["id"].tolist()[0] == "h"


@pytest.mark.parametrize("roles", [{}, {"introduces": "FooNet"}, {"mentions": "FooNet"}], ids=str)
def test_every_question_has_an_answer_where_papers_use_nothing(roles: dict[str, str]) -> None:
    lonely = graph.link(*corpus(paper("a", "FooNet for movies", "2024", "We propose FooNet.", **roles)))
    assert len(answers(lonely))
    assert len(graph.leaders(lonely)) == 0


def test_communities_agree_where_the_truth_is_plain() -> None:
    planted = nx.planted_partition_graph(4, 25, 0.6, 0.02, seed=1)
    matrix = nx.to_scipy_sparse_array(planted, format="csr")
    truth = np.repeat(np.arange(4), 25)
    for labels in (louvain(matrix), louvain(matrix, limit=0)):
        assert len(set(zip(labels, truth, strict=True))) == 4


def test_the_communities_of_most_papers_come_first(big):
    more = big.communities.assign(papers=range(1, len(big.communities) + 1))  # numbered by papers and entities together
    found = graph.communities(dataclasses.replace(big, communities=more))
    assert found["papers"].tolist() == sorted(more["papers"], reverse=True)


def test_communities_as_a_table(big: Tables) -> None:
    found = graph.communities(big)
    assert found["papers"].sum() == len(big.papers)
    assert found["entities"].sum() == len(big.entities)
    assert found["name"].is_unique
    assert found["years"].str.match(r"\d{4}").all()


def test_a_community_s_paper_is_one_on_which_two_others_of_it_build() -> None:
    made = paper("1", "FooNet: nets", "2024", "We propose FooNet.", introduces="FooNet:Model")
    users = [
        paper(f"u{n}", f"User {n}", "2025", "We fine-tune FooNet.", uses="FooNet:Model", reports="F1:Metric")
        for n in range(3)
    ]
    found = graph.communities(graph.link(*corpus(made, *users)))
    assert found[["paper", "members"]].to_numpy().tolist() == [["FooNet: nets", "FooNet"]]  # and no metric
    assert graph.communities(graph.link(*corpus(made, users[0])))["paper"].tolist() == [""]


def test_a_contrast_is_no_descent() -> None:
    made = paper("1", "RNNet: a net", "2014", "We propose RNNet.", introduces="RNNet:Model")
    text = "We propose AttNet. Unlike RNNet, AttNet needs no recurrence."
    young = paper("2", "AttNet: no recurrence", "2017", text, introduces="AttNet:Model", uses="RNNet:Model")
    assert not graph.lineage(graph.link(*corpus(made, young)), "AttNet").ancestors.branches


def test_ways_to_speak_of_a_thing_are_no_versions_of_it() -> None:
    made = paper("1", "LoRA: low rank", "2021", "We propose LoRA.", introduces="LoRA")
    user = paper("2", "Styles", "2022", "We use style LoRA and QLoRA.", uses=["style LoRA", "QLoRA"])
    tables = graph.link(*corpus(made, user, broader=[("style LoRA", "LoRA"), ("QLoRA", "LoRA")]))
    assert [branch.name for branch in graph.lineage(tables, "LoRA").descendants.branches] == ["QLoRA"]


def test_paths_go_by_what_has_a_name_and_by_what_is_meant() -> None:
    a = paper("1", "AaNet: a", "2020", "We propose AaNet by policy search.", introduces="AaNet", uses="policy search")
    b = paper("2", "BbNet: b", "2021", "We propose BbNet by policy search.", introduces="BbNet", uses="policy search")
    c = paper("3", "CcNet: c", "2022", "We use AaNet and BbNet.", uses=["AaNet", "BbNet"], introduces="CcNet")
    d = paper("0", "DdNet: d", "2022", "AaNet and BbNet are known.", mentions=["AaNet", "BbNet"], introduces="DdNet")
    tables = graph.link(*corpus(a, b, c, d))
    first, second = graph.path(tables, "AaNet", "BbNet", n=2)
    assert first.names == ["AaNet", "CcNet: c", "BbNet"]
    assert second.names == ["AaNet", "DdNet: d", "BbNet"]


def test_first_named_is_no_year_of_origin() -> None:
    """A paper of 2022 that uses BERT doesn't make BERT a thing of 2022."""
    tables = graph.link(
        *corpus(paper("1", "A", "2022", "We propose NewBERT, based on BERT.", introduces="NewBERT", uses="BERT"))
    )
    assert tables.entities.set_index("name")["year"].dropna().to_dict() == {"NewBERT": 2022}
    assert graph.to_networkx(tables).nodes["entity/bert"]["year"] is None
    assert graph.card(tables, "BERT").year is None
    root = graph.lineage(tables, "NewBERT").ancestors
    assert [(step.name, step.year) for _, step in root.walk()] == [("NewBERT", 2022), ("BERT", None)]
    (section,) = [s for s in graph.card(tables, "1").sections if s.title == "uses"]
    assert section.items[0].year is None
    assert graph.compare(tables, "NewBERT", "BERT").set_index("aspect").loc["year"].tolist()[:2] == ["2022", ""]


# --- trends ----------------------------------------------------------------------------------------------------------


def dated(rise: list[int], fall: list[int], per_year: int = 20) -> Tables:
    made = []
    for year, (up, down) in enumerate(zip(rise, fall, strict=True), start=2018):
        for n in range(per_year):
            names = ["Common1"] * (n % 2) + ["Up1"] * (n < up) + ["Down1"] * (n < down)
            made.append(
                paper(f"{year}{n:02}", f"P {year} {n}", f"{year}-05-01", "x", uses=names, mentions=f"Own{year}{n}")
            )
    return graph.link(*corpus(*made))


def test_trends_tell_what_rises_and_what_falls() -> None:
    found = graph.trends(dated([0, 1, 3, 6, 12], [12, 6, 3, 1, 0]), by="year")
    assert found["name"].tolist() == ["Up1", "Down1"]
    assert found["trend"].tolist() == ["rising", "falling"]
    assert found["z"][0] > 3
    assert found["first"][0] == 0
    assert found["last"][0] == pytest.approx(0.6)


def test_where_many_things_are_looked_at_a_slight_lean_is_no_trend() -> None:
    made = [
        paper(
            f"{year}{n:02}",
            f"P {year} {n}",
            f"{year}-05-01",
            "x",
            uses=["Lean1"] * (n < lean) + [f"Flat{n}-{k}" for k in range(5)],
        )
        for year, lean in zip(range(2018, 2023), (1, 2, 4, 5, 6), strict=True)
        for n in range(20)
    ]
    among_many = graph.trends(graph.link(*corpus(*made)), by="year").set_index("name").loc["Lean1"]
    assert (among_many["z"] > 2, among_many["trend"]) == (True, "unclear")
    alone = graph.trends(graph.link(*corpus(*made)), by="year", least=6).set_index("name").loc["Lean1"]
    assert (alone["z"], alone["trend"]) == (among_many["z"], "rising")


def test_counts_are_normalised() -> None:
    made = []
    for year, size in ((2020, 10), (2021, 40)):  # four times the papers, and of the mentions
        made += [
            paper(
                f"{year}{n:02}",
                f"P {year} {n}",
                str(year),
                "x",
                uses=["Same1"] * (n % 5 == 0),
                mentions=f"Own{year}{n}",
            )
            for n in range(size)
        ]
    tables = graph.link(*corpus(*made))
    assert graph.trends(tables, by="year").empty  # no trend: 20 % in both
    assert graph.series(tables, ["entity/same1"])["Same1"].tolist() == [0.2, 0.2]


def test_a_burst_is_found_where_it_was() -> None:
    counts = np.array([[1, 1, 1, 12, 14, 1, 1, 1], [4, 4, 4, 4, 4, 4, 4, 4]])
    start, end, weight = bursts(counts, np.full(8, 100))
    assert (start[0], end[0]) == (3, 4)
    assert weight[0] > 5
    assert (start[1], end[1], weight[1]) == (-1, -1, 0)


def test_trends_say_what_is_missing(small: Tables) -> None:
    undated = graph.link(*corpus(paper("1", "A", None, "We propose LoRA.", introduces="LoRA")))
    with pytest.raises(KgError, match="dates"):
        graph.trends(undated)
    with pytest.raises(KgError, match="no Method is named by 99 papers with a date; 4 of 4 papers"):
        graph.trends(small, type="Method", least=99)
    with pytest.raises(KgError, match="no type"):
        graph.trends(small, type="Animal")
    with pytest.raises(KgError, match="year or month"):
        graph.trends(small, by="week")


# --- compare, table --------------------------------------------------------------------------------------------------


def test_compare_puts_two_side_by_side(small: Tables) -> None:
    found = graph.compare(small, "LoRA", "QLoRA").set_index("aspect")
    assert found.loc["year"].tolist()[:2] == ["2021", "2023"]
    assert found.loc["used by", "LoRA"] == "QLoRA"
    assert found.loc["used by", "QLoRA"] == "QA-LoRA"
    with pytest.raises(KgError, match="the same"):
        graph.compare(small, "LoRA", "lora")


def test_table_counts_who_was_evaluated_on_what(small: Tables) -> None:
    found = graph.table(small)
    assert found.to_dict("records") == [{"Method": "DoRA", "GLUE": 1}]
    against = graph.table(small, columns="Method")
    assert against.to_dict("records") == [{"Method": "DoRA", "LoRA": 1}]
    with pytest.raises(KgError, match="no Model was evaluated on a Task"):
        graph.table(small, rows="Model", columns="Task")


def test_a_thing_may_be_called_as_a_column_is() -> None:
    made = [
        paper("a", "LoRA", "2021-06-17", "We introduce LoRA.", introduces="LoRA"),
        paper("m", "DoRA", "2024-02-14", "We propose DoRA. DoRA outperforms Method on GLUE.", introduces="DoRA",
              compares_with="Method", evaluates_on="GLUE:Benchmark"),
    ]  # fmt: skip
    tables = graph.link(*corpus(*made))
    found = graph.table(tables, columns="Method")
    assert found.to_dict("records") == [{"Method": "DoRA", "Method (entity/method)": 1}]
    both = [paper("b", "On both", "2022-01-01", "We use both and aspect.", uses=["both", "aspect"])]
    side = graph.compare(graph.link(*corpus(*both)), "both", "aspect")
    assert list(side.columns) == ["aspect", "both (entity/both)", "aspect (entity/aspect)", "both"]


def test_a_few_old_papers_are_no_time_to_start_from() -> None:
    old = [paper(f"o{n}", f"Old {n}", f"20{n}-03-01", "We use OldNet.", uses="OldNet") for n in (18, 19)]
    new = [
        paper(f"n{m:02}{i:03}", f"New {m} {i}", f"2025-{m:02}-01", "We use NewNet.", uses="NewNet")
        for m in range(1, 13)
        for i in range(20 if m < 7 else 40)
    ]
    _, _, periods, _ = counted(graph.link(*corpus(*old, *new)))
    assert (periods[0], periods[-1], len(periods)) == ("2025-01", "2025-12", 12)


def test_who_only_says_to_introduce_is_told_apart() -> None:
    said = paper("1", "Brain scans", "2025", "We introduce Mamba into fMRI.", introduces="Mamba")
    other = paper("2", "Other", "2025", "We use Mamba.", uses="Mamba")
    card = graph.card(graph.link(*corpus(said, other)), "Mamba")
    assert next(section.title for section in card.sections) == "said to be introduced by"
