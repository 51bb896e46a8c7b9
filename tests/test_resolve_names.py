"""What entities are called: as papers write them."""

from __future__ import annotations

import pandas as pd
import pytest
from test_resolve import Found, corpus, entities_of

from kg.model import Extracted
from kg.resolve import resolve


def called(*papers: str, kind: str = "Model", role: str = "uses") -> set[str]:
    """The names of what papers find; of each its surface strings, with | between."""
    found: list[list[Found]] = [[(kind, role, strings)] for strings in papers]
    return set(resolve(*corpus(*[(f"p{i}", "2024", f, []) for i, f in enumerate(found)])).entities["name"])


def called_in(title: str, sentence: str, kind: str, name: str, role: str = "uses", **defined: str) -> str:
    """What a thing is called that one paper names, in its title or in its only sentence."""
    text = f"{title}\n{sentence}"
    starts = [i for i in range(len(text)) if text.startswith(name, i)]
    papers, extracted = corpus(("a", "2024", [(kind, role, "|".join([name] * len(starts)))], [*defined.items()]))
    papers["title"], papers["abstract"] = title, sentence
    mentions = extracted.mentions
    mentions["start"], mentions["end"] = starts, [s + len(name) for s in starts]
    mentions["sentence_start"] = [0 if s < len(title) else len(title) + 1 for s in starts]
    mentions["sentence_end"] = [len(title) if s < len(title) else len(text) for s in starts]
    return str(resolve(papers, extracted).entities["name"].iloc[0])


@pytest.mark.parametrize(
    ("papers", "name"),
    [
        (["PaLM", "PaLM models", "PALM"], "PaLM"),
        (["vLLM|vLLM", "vLLM"], "vLLM"),
        (["Cora"], "Cora"),
        (["pix2pix", "pix2pix", "Pix2Pix"], "pix2pix"),
        (["imagenet"], "ImageNet"),  # one who writes no capitals says little
        (["CIFAR10"], "CIFAR-10"),
        (["ImageNet", "Imagenet"], "ImageNet"),
        (["MS COCO", "COCO dataset"], "COCO"),
    ],
)
def test_a_known_name_is_spelled_as_papers_write_it(papers: list[str], name: str) -> None:
    assert called(*papers) == {name}


def test_the_paper_that_introduces_a_thing_knows_how_it_is_spelled() -> None:
    papers, extracted = corpus(
        ("a", "2024", [("Method", "introduces", "DeVisE")], []),
        ("b", "2024", [("Method", "uses", "DeViSE")], []),
        ("c", "2024", [("Method", "uses", "DeViSE")], []),
    )
    resolved = resolve(papers, extracted)
    assert dict(resolved.entities[["id", "name"]].to_numpy().tolist()) == {"entity/devise": "DeVisE"}


def test_a_name_that_no_paper_writes_is_not_shown() -> None:
    assert called("next sentence prediction", "Next Sentence Prediction", kind="Task") == {"next sentence prediction"}
    assert called("natural language processing", kind="Task") == {"natural language processing"}
    assert called("natural language processing", "NLP", kind="Task") == {"NLP"}
    assert called("low-rank adaptation", kind="Method") == {"low-rank adaptation"}


def test_a_plural_behind_a_preposition_stays() -> None:
    assert called("Noisy Editing As Programs", kind="Method") == {"Noisy Editing As Programs"}
    assert called("feature coding for machines", kind="Task") == {"feature coding for machines"}
    assert called("text-to-zebra models") == {"text-to-zebra model"}


def test_a_spelling_leaves_the_id() -> None:
    ids = [entities_of(resolve(*c), c[1])["p0", s] for s in ("PaLM", "PALM", "natural language processing", "NLP")
           for c in [corpus(("p0", "2024", [("Task", "uses", s)], []))]]  # fmt: skip
    assert ids == ["entity/palm", "entity/palm", "entity/nlp", "entity/nlp"]


def test_capitals_of_a_data_set_s_short_form_are_no_part_of_its_plural() -> None:
    assert called("EHRs|EHRs", kind="Dataset") == {"EHR"}
    assert called("nuScenes", kind="Dataset") == {"nuScenes"}
    assert called("ZorbPDFs", kind="Dataset") == {"ZorbPDFs"}


TITLE = "Dimensionality Reduction for Robust Graph Networks"


@pytest.mark.parametrize(
    ("title", "sentence", "name", "shown"),
    [
        (TITLE, "We look at it.", "Dimensionality Reduction", "dimensionality reduction"),
        ("On graphs", "Anomaly detection is hard.", "Anomaly detection", "anomaly detection"),
        ("On graphs", "Persona prompting is hard.", "Persona prompting", "persona prompting"),
        (TITLE, "Robust Graph Networks are robust.", "Robust Graph Networks", "Robust Graph Network"),
        ("On graphs", "We use Persona Prompting.", "Persona Prompting", "Persona Prompting"),
        ("A look at Persona Prompting in graphs", "It is.", "Persona Prompting", "Persona Prompting"),
        ("On graphs", "Gaussian splatting is hard.", "Gaussian splatting", "Gaussian splatting"),
        ("Barlow Twins for Robust Graphs", "It is.", "Barlow Twins", "Barlow Twins"),
    ],
)
def test_a_capital_that_its_place_asks_for_is_no_part_of_a_name(
    title: str, sentence: str, name: str, shown: str
) -> None:
    assert called_in(title, sentence, "Method", name) == shown


def test_what_a_paper_introduces_or_abbreviates_keeps_its_capitals() -> None:
    name = "Dimensionality Reduction"
    assert called_in(TITLE, "It is.", "Method", name, role="introduces") == name
    assert called_in(TITLE, "It is.", "Method", name, ZDR=name) == name
    assert called_in(TITLE, "It is.", "Dataset", name) == name


def test_a_capital_goes_where_another_paper_writes_the_name_without() -> None:
    title, other = "Zonal Weighting for Robust Graphs", "zonal weighting"
    found = ["Zonal Weighting"] * 4 + [other]
    papers, extracted = corpus(*[(f"p{i}", "2024", [("Method", "uses", f)], []) for i, f in enumerate(found)])
    papers["title"] = [title] * 4 + ["On graphs"]
    extracted.mentions.loc[:3, ["start", "end", "sentence_start"]] = [[0, 15, 0]] * 4
    assert resolve(papers, extracted).entities["name"].tolist() == [other]
    del papers["title"]
    assert pd.notna(resolve(papers, extracted).entities["name"]).all(), "titles may be unknown"


@pytest.mark.parametrize("seed", range(5))
def test_names_do_not_depend_on_the_order_of_rows(seed: int) -> None:
    strings = ["PaLM", "PALM", "palm", "vLLM", "VLLM", "EHRs", "NLP", "natural language processing", "Flow Matching"]
    papers, extracted = corpus(
        *[(f"p{i}", "2024", [("Method", "uses", s), ("Task", "uses", s.title())], []) for i, s in enumerate(strings)]
    )
    expected = resolve(papers, extracted).entities
    tables = [t.sample(frac=1, random_state=seed) for t in (extracted.findings, extracted.mentions)]
    shuffled = Extracted(*tables, extracted.definitions)
    pd.testing.assert_frame_equal(resolve(papers.sample(frac=1, random_state=seed), shuffled).entities, expected)
