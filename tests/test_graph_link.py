"""The graph that link() makes: what it says of small corpora whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from graph_corpus import Made, corpus, paper

from kg import graph
from kg.graph import link, to_networkx
from kg.graph.proper import is_proper_name, proper_entities
from kg.model import Tables


def relations(tables: Tables, relation: str, kind: str = "paper") -> set[tuple[str, str]]:
    links = tables.links
    rows = links[(links["relation"] == relation) & (links["target_kind"] == kind) & (links["source_kind"] == kind)]
    return set(zip(rows["source"], rows["target"], strict=True))


LORA = paper("2106.1", "LoRA: low rank", "2021-06-17", "We propose LoRA.", introduces="LoRA")
QLORA = paper(
    "2305.1", "QLoRA", "2023-05-23", "We introduce QLoRA. QLoRA builds on LoRA.", introduces="QLoRA", uses="LoRA"
)
DORA = paper(
    "2402.1", "DoRA", "2024-02-14", "We present DoRA. DoRA outperforms LoRA on GLUE.",
    introduces="DoRA", compares_with="LoRA", evaluates_on="GLUE:Benchmark",
)  # fmt: skip


def test_builds_on_and_compares_with_through_what_another_paper_introduces() -> None:
    tables = link(*corpus(LORA, QLORA, DORA))
    assert relations(tables, "builds_on") == {("2305.1", "2106.1")}
    assert relations(tables, "compares_with") == {("2402.1", "2106.1")}
    row = tables.links[tables.links["relation"] == "builds_on"].iloc[0]
    text = "QLoRA\nWe introduce QLoRA. QLoRA builds on LoRA."
    assert (row["via"], row["paper"], row["extraction"]) == ("entity/lora", "2305.1", "stated")
    assert text[row["start"] : row["end"]] == "QLoRA builds on LoRA."


def test_a_paper_does_not_build_on_a_later_one() -> None:
    early = paper("2001.1", "Early", "2020-01-01", "We use LoRA.", uses="LoRA")
    tables = link(*corpus(LORA, early))
    assert relations(tables, "builds_on") == set()


@pytest.mark.parametrize(
    ("date", "linked"), [("2021", True), ("2021-06", True), ("2021-05", False), ("2020", False), (None, True)]
)
def test_dates_of_any_precision_only_exclude_what_they_exclude(date: str | None, linked: bool) -> None:
    user = paper("x", "User", date, "We use LoRA.", uses="LoRA")
    assert bool(relations(link(*corpus(LORA, user)), "builds_on")) == linked


def test_a_name_that_papers_use_before_its_introducer_is_no_bridge() -> None:
    before = [paper(f"19{n}", f"Old {n}", f"2019-0{n}-01", "We use LoRA.", uses="LoRA") for n in (1, 2, 3)]
    tables = link(*corpus(*before, LORA, QLORA))
    assert relations(tables, "builds_on") == set()
    assert tables.entities.set_index("id").loc["entity/lora", "introduced_by"] is None


def test_a_name_that_two_papers_introduce_is_no_bridge() -> None:
    other = paper("2109.1", "LoRA: radio", "2021-09-01", "We propose LoRA.", introduces="LoRA")
    assert relations(link(*corpus(LORA, other, QLORA)), "builds_on") == set()


def test_classes_of_things_and_common_nouns_are_no_bridge() -> None:
    for name in ("LLM", "attention", "diffusion model", "Vision Transformer"):
        made = paper("1", "Made", "2020-01-01", f"We propose {name}.", introduces=name)
        user = paper("2", "User", "2021-01-01", f"We use {name}.", uses=name)
        assert relations(link(*corpus(made, user)), "builds_on") == set(), name
        assert not is_proper_name(name)


def test_what_has_numbered_versions_is_one_thing() -> None:
    def proper(*names: str) -> list[str]:
        entities = pd.DataFrame({"id": names, "name": names})
        written = pd.DataFrame({"entity": names, "name": names, "count": 1})
        return [name for name, is_one in zip(names, proper_entities(entities, written), strict=True) if is_one]

    assert proper("Stable Diffusion", "latent diffusion") == []
    assert proper("Stable Diffusion", "Stable Diffusion 1.5") == ["Stable Diffusion", "Stable Diffusion 1.5"]
    assert proper("Nano Banana", "Nano Banana-v2", "stage", "stage 2") == ["Nano Banana", "Nano Banana-v2", "stage 2"]
    assert proper("", "Claude") == ["Claude"]


def test_a_term_is_a_bridge_where_a_dated_title_begins_with_it() -> None:
    words = "We propose batch normalization."
    made = paper("1", "Batch Normalization: speed", "2015-02-11", words, introduces="batch normalization")
    user = paper("2", "User", "2016-01-01", "We use batch normalization.", uses="batch normalization")
    assert relations(link(*corpus(made, user)), "builds_on") == {("2", "1")}
    undated = paper("1", "Batch Normalization: speed", None, words, introduces="batch normalization")
    assert relations(link(*corpus(undated, user)), "builds_on") == set()


def test_an_entity_is_known_by_its_usual_names() -> None:
    made = paper("1", "Algorithms", "2017-07-20", "We propose PPO.", introduces="PPO")
    user = paper("2", "User", "2019-01-01", "We use PPO.", uses="PPO")
    papers, extracted, resolved = corpus(made, user)
    resolved.entities["name"] = "proximal policy optimization"
    assert relations(link(papers, extracted, resolved), "builds_on") == {("2", "1")}


def test_names_that_differ_in_case_are_two_things() -> None:
    made = paper("1", "Made", "2020-01-01", "We propose PaCE.", introduces="PaCE")
    user = paper("2", "User", "2021-01-01", "We use PACE.", uses="PACE")
    papers, extracted, resolved = corpus(made, user)
    assert resolved.assignment["entity"].nunique() == 1  # resolution took them for one
    assert relations(link(papers, extracted, resolved), "builds_on") == set()


def test_names_of_several_parts_are_written_in_many_ways() -> None:
    made = paper("1", "Gemma 3 Technical Report", "2025-03-01", "We introduce Gemma 3.", introduces="Gemma 3:Model")
    user = paper("2", "User", "2026-01-01", "We fine-tune gemma-3.", uses="gemma-3:Model")
    assert relations(link(*corpus(made, user)), "builds_on") == {("2", "1")}


@pytest.mark.parametrize(
    "text",
    [
        "We use mixed preference optimization (MPO) for training.",  # expanded by other words than the origin's
        "MPO (Mixed Preference Optimization) is what we use.",
        "We propose MPO. We use it.",  # its own
        "We propose a simple new framework, MPO.",
    ],
)
def test_a_paper_that_means_something_else_by_the_name_is_not_linked(text: str) -> None:
    made = paper("1", "MPO: safety", "2025-01-01", "We propose Reward Gap Optimization (MPO).", introduces="MPO")
    assert relations(link(*corpus(made, paper("2", "User", "2025-05-01", text, uses="MPO"))), "builds_on") == set()


def origin(tables: Tables, entity: str) -> str | None:
    found: str | None = tables.entities.set_index("id").loc[entity, "introduced_by"]
    return found


def crowd(n: int = 400) -> list[Made]:
    return [paper(f"c{i:04}", f"Crowd{i} w{i}", "2025-01-01", f"We use a{i} and no{i % 7}.") for i in range(n)]


def test_what_most_papers_write_in_another_way_is_not_introduced() -> None:
    """LaTeX is not what "LATex: attributes for re-identification" proposes."""
    made = paper("1", "LATex: attributes", "2025-01-01", "We propose LATex.", introduces="LATex")
    users = [paper(f"u{n}", f"Tables {n}", "2025-05-01", "We use LaTeX.", uses="LaTeX") for n in range(3)]
    tables = link(*corpus(made, *users, *crowd()))
    assert origin(tables, "entity/latex") is None
    assert graph.card(tables, "LaTeX").year is None
    alike = [paper(f"v{n}", "Attributes", "2025-06-01", "We use LATex.", uses="LATex") for n in range(3)]
    assert origin(link(*corpus(made, *users, *alike, *crowd())), "entity/latex") == "1"


def test_what_most_papers_claim_as_their_own_is_not_introduced() -> None:
    made = paper("1", "ATLAS: attention", "2025-01-01", "We propose ATLAS, quick attention.", introduces="ATLAS")
    own = paper("2", "Bodies", "2025-06-01", "We present ATLAS, a model of bodies.", introduces="ATLAS")
    assert origin(link(*corpus(made, own, *crowd())), "entity/atlas") is None


def test_what_has_nothing_in_common_with_a_paper_does_not_come_from_it() -> None:
    made = paper("1", "Opus: workflow intention prompts", "2025-01-01", "We propose Opus.", introduces="Opus")
    near = paper("2", "Complex workflow intention", "2025-05-01", "We use Opus prompts.", uses="Opus")
    far = [paper(f"f{n}", "Poker by agents", "2025-05-01", "We use Opus as a player.", uses="Opus") for n in range(20)]
    assert origin(link(*corpus(made, near, *crowd())), "entity/opus") == "1"
    assert origin(link(*corpus(made, *far, *crowd())), "entity/opus") is None
    mixed = link(*corpus(made, near, *far, *crowd()))  # what is linked holds of its two papers
    assert (origin(mixed, "entity/opus"), relations(mixed, "builds_on")) == (None, {("2", "1")})


def test_a_name_inside_a_longer_one_is_not_introduced() -> None:
    made = paper("1", "MCTS-RAG: search", "2025-01-01", "We propose MCTS-RAG with MCTS.", introduces="MCTS")
    user = paper("2", "User", "2025-05-01", "We use MCTS.", uses="MCTS")
    assert relations(link(*corpus(made, user)), "builds_on") == set()


def test_one_of_many_is_not_introduced() -> None:
    made = paper("1", "Video control", "2025-01-01", "We introduce a light ControlNet.", introduces="ControlNet")
    user = paper("2", "User", "2025-05-01", "We use ControlNet.", uses="ControlNet")
    assert relations(link(*corpus(made, user)), "builds_on") == set()


def test_a_paper_that_expands_the_name_alike_is_linked() -> None:
    text = "We propose low-rank adaptation (LoRA)."
    made = paper("1", "LoRA", "2021-06-17", text, introduces="LoRA")
    user = paper("2", "User", "2023-01-01", "We train by low-rank adapters (LoRA).", uses="LoRA")
    assert relations(link(*corpus(made, user)), "builds_on") == {("2", "1")}


def test_a_benchmark_is_compared_with_only_by_a_benchmark() -> None:
    made = paper("1", "HardBench", "2024-01-01", "We propose HardBench.", introduces="HardBench:Benchmark")
    words = "Unlike HardBench, ours is long."
    method = paper("2", "Net", "2025-01-01", words, introduces="Net1:Model", compares_with="HardBench:Benchmark")
    bench = paper("3", "B", "2025-01-01", words, introduces="LongBench:Benchmark", compares_with="HardBench:Benchmark")
    assert relations(link(*corpus(made, method, bench)), "compares_with") == {("3", "1")}


def test_plain_names_need_common_ground_in_a_large_corpus() -> None:
    made = paper("1", "Opus: workflow intention prompts", "2025-01-01", "We propose Opus.", introduces="Opus")
    near = paper("2", "Complex workflow intention", "2025-05-01", "We use Opus prompts.", uses="Opus")
    far = paper("3", "Poker by agents", "2025-05-01", "We use Opus models as players.", uses="Opus")
    assert relations(link(*corpus(made, near, *crowd())), "builds_on") == {("2", "1")}
    assert relations(link(*corpus(made, far, *crowd())), "builds_on") == set()
    assert relations(link(*corpus(made, far)), "builds_on") == {("3", "1")}


def test_a_size_leads_to_the_paper_of_its_family() -> None:
    made = paper("1", "Made", "2020-01-01", "We propose LLaMA-2.", introduces="LLaMA-2:Model")
    user = paper("2", "User", "2021-01-01", "We use LLaMA-2-7B.", uses="LLaMA-2-7B:Model")
    tables = link(*corpus(made, user, broader=[("LLaMA-2-7B", "LLaMA-2")]))
    assert relations(tables, "builds_on") == {("2", "1")}
    assert relations(tables, "broader", "entity") == {("entity/llama-2-7b", "entity/llama-2")}


def test_another_version_does_not() -> None:
    made = paper("1", "Made", "2018-01-01", "We propose GPT.", introduces="GPT:Model")
    user = paper("2", "User", "2021-01-01", "We use GPT-3.", uses="GPT-3:Model")
    assert relations(link(*corpus(made, user, broader=[("GPT-3", "GPT")])), "builds_on") == set()


def test_results_link_entities() -> None:
    tables = link(*corpus(LORA, DORA))
    assert relations(tables, "evaluated_on", "entity") == {("entity/dora", "entity/glue")}
    assert relations(tables, "compared_with", "entity") == {("entity/dora", "entity/lora")}
    row = tables.links[tables.links["relation"] == "evaluated_on"].iloc[0]
    assert (row["paper"], row["extraction"]) == ("2402.1", "inferred")


def test_parts_of_a_method_are_not_what_was_evaluated() -> None:
    made = paper(
        "1", "GeoFlow: maps", None, "GeoFlow has AnchorNet. On KITTI our method is good. AnchorNet works on VIGOR.",
        introduces=["GeoFlow", "AnchorNet"], evaluates_on=["KITTI:Dataset", "VIGOR:Dataset"],
    )  # fmt: skip
    tables = link(*corpus(made))
    assert relations(tables, "evaluated_on", "entity") == {
        ("entity/geoflow", "entity/kitti"),
        ("entity/anchornet", "entity/vigor"),
    }


def test_models_are_evaluated_on_the_benchmark_that_a_paper_introduces() -> None:
    made = paper("1", "HardBench", None, "x", introduces="HardBench:Benchmark", evaluates_on=["GPT-4:Model"])
    assert relations(link(*corpus(made)), "evaluated_on", "entity") == {("entity/gpt-4", "entity/hardbench")}


def test_one_link_for_a_paper_and_entity_with_the_stronger_role() -> None:
    twice = paper("1", "Twice", None, "We compare with LoRA. We use LoRA.", uses="LoRA", compares_with="LoRA")
    links = link(*corpus(twice)).links
    assert links["relation"].tolist() == ["compares_with"]


def test_shares_need_two_rare_things_and_hubs_do_not_count() -> None:
    crowd = [
        paper(f"c{n:02}", f"Crowd {n}", None, "LLM and GPT.", uses=["LLM", "GPT"], mentions=[f"Own{n}"])
        for n in range(30)
    ]
    pair = [paper(f"p{n}", f"Pair {n}", None, "A.", uses=["Rare1", "Rare2", "LLM"]) for n in (1, 2)]
    loner = paper("single", "Single", None, "A.", uses=["Rare1", "LLM"])
    tables = link(*corpus(*crowd, *pair, loner))
    assert relations(tables, "shares") == {("p1", "p2")}


def test_co_occurrence_is_significance_not_count() -> None:
    together = [paper(f"a{n}", f"A {n}", None, "x", uses=["Alpha", "Beta", "LLM"]) for n in range(6)]
    apart = [paper(f"b{n}", f"B {n}", None, "x", uses=["LLM", f"Other{n}"]) for n in range(40)]
    tables = link(*corpus(*together, *apart))
    pairs = relations(tables, "co_occurs", "entity")
    assert ("entity/alpha", "entity/beta") in pairs
    assert not any("entity/llm" in pair for pair in pairs)


def test_communities_of_two_worlds() -> None:
    language = [paper(f"l{n}", f"L {n}", None, "x", uses=["BERT", "GLUE", f"NLI{n}"]) for n in range(12)]
    vision = [paper(f"v{n}", f"V {n}", None, "x", uses=["ResNet", "ImageNet", f"Box{n}"]) for n in range(9)]
    tables = link(*corpus(*language, *vision))
    label = tables.papers.set_index("id")["community"]
    assert label[label.index.str.startswith("l")].nunique() == 1
    assert label[label.index.str.startswith("v")].nunique() == 1
    assert tables.communities["papers"].tolist() == [12, 9]
    assert "BERT" in tables.communities["name"][0]
    assert tables.communities[["x", "y"]].to_numpy().min() >= 0
    assert tables.communities[["x", "y"]].to_numpy().max() <= 1
    assert set(tables.entities["community"]) <= set(tables.communities["id"])


def big_corpus(seed: int = 3, n: int = 300):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    made = []
    for number in range(n):
        world = number % 4
        used = {f"T{world}x{k}" for k in rng.zipf(1.5, 8) if k < 60} | {f"M{m}" for m in rng.integers(0, number + 1, 2)}
        made.append(
            paper(
                f"{number:04}", f"M{number}: a title", f"{2019 + number // 60}-{1 + number // 5 % 12:02}", "x",
                introduces=f"M{number}", uses=sorted(used - {f"M{number}"}), evaluates_on=f"Bench{world}:Benchmark",
            )
        )  # fmt: skip
    return corpus(*made)


def test_the_order_of_rows_does_not_matter_and_ids_are_unique() -> None:
    papers, extracted, resolved = big_corpus()
    tables = link(papers, extracted, resolved)

    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.sample(frac=1, random_state=1)

    mixed = link(
        shuffled(papers),
        type(extracted)(*(shuffled(frame) for frame in vars(extracted).values())),
        type(resolved)(*(shuffled(frame) for frame in vars(resolved).values())),
    )
    for name in ("papers", "entities", "names", "mentions", "links", "communities"):
        pd.testing.assert_frame_equal(getattr(tables, name), getattr(mixed, name))
    assert tables.info == mixed.info
    assert not tables.links.duplicated(["source", "relation", "target", "paper"]).any()
    order = tables.links.assign(of_entity=tables.links["source_kind"] == "entity", by=tables.links["paper"].fillna(""))
    order = order.sort_values(["of_entity", "source", "relation", "target", "by"], kind="stable")
    assert order.index.is_monotonic_increasing


def test_what_is_inferred_does_not_outnumber_what_is_stated() -> None:
    links = link(*big_corpus()).links
    counts = links["extraction"].value_counts()
    assert counts["inferred"] <= counts["stated"]
    known = set(zip(links["source"], links["relation"], links["target"], strict=True))
    assert len(known) > 1000


def test_networkx_has_every_node_and_link() -> None:
    tables = link(*big_corpus())
    graph = to_networkx(tables)
    assert set(graph) == set(tables.papers["id"]) | set(tables.entities["id"])
    assert graph.number_of_edges() == len(tables.links)
    node, data = "entity/m1", graph.nodes["entity/m1"]
    assert (data["kind"], data["name"], data["introduced_by"]) == ("Method", "M1", "0001")
    edge = graph.edges["0001", node, "introduces"]
    assert edge["extraction"] == "stated"
    assert edge["evidence"][0] >= 0


def test_nothing_and_next_to_nothing() -> None:
    empty = link(*corpus())
    assert (len(empty.papers), len(empty.entities), len(empty.links), len(empty.communities)) == (0, 0, 0, 0)
    lone = link(*corpus(paper("1", "A title", None, "Nothing in it.")))
    assert lone.papers["community"].tolist() == [0]
    assert len(lone.links) == 0
