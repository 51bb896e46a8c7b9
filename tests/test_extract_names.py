"""Names that a text surely names are found, and with the type that it says: the rules, and the shipped pipeline."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from kg.extract import extract, load
from kg.extract.names import before_colon, said_type, with_names
from kg.extract.spans import TYPES
from kg.extract.strings import Candidate, places_of
from kg.model import Extraction, Paper

LEAST = 0.5


def candidate(text: str, name: str, **probabilities: float) -> Candidate:
    """A string with a probability for each type."""
    row = [probabilities.get(kind, 0.0) for kind in TYPES]
    found = Candidate(name, places_of(text, name), np.array([row]), name.lower())
    found.confidence, found.total = max(row), sum(row)
    found.type = TYPES[row.index(max(row))]
    return found


def accepted(text: str, *found: Candidate) -> dict[str, str]:
    """The accepted strings with their types."""
    return {c.text: c.type for c in with_names(text, list(found), LEAST)}


def test_the_name_before_the_colon_is_always_found() -> None:
    for title in ("ZoRe: Fast Reading", "Zo.RE:Fast Reading", "ZoR$^3$: Fast Reading", "Zo(Re)D: Fast Reading"):
        name = title[: title.index(":")]
        assert accepted(f"{title}\n{name} reads.") == {name: "Method"}
    for title in ("Reading: A Survey", "A ZoRe: Fast Reading", "3D: All of It", "ZoRe reads: How"):
        assert before_colon(title) is None


def test_a_name_of_no_sure_type_is_found() -> None:
    text = "On reading\nWe test on ZoRe-5 and Zore."
    doubtful = {"Dataset": 0.4, "Benchmark": 0.4}
    assert accepted(text, candidate(text, "ZoRe-5", **doubtful), candidate(text, "Zore", **doubtful)) == {
        "ZoRe-5": "Dataset"
    }
    assert not accepted(text, candidate(text, "ZoRe-5", Dataset=0.4, Benchmark=0.1))
    short = candidate(text, "ZoRe-5", **doubtful)
    short.defined = True
    assert not accepted(text, short)


def test_a_claimed_name_of_no_sure_type_is_found() -> None:
    text = "On reading\nWe introduce Reading Arena, where models read. Reading Hall is other."
    doubtful = {"Method": 0.3, "Benchmark": 0.4}
    names = [candidate(text, name, **doubtful) for name in ("Reading Arena", "Reading Hall")]
    assert accepted(text, *names) == {"Reading Arena": "Benchmark"}
    inside = candidate(text, "Arena", Model=0.9)
    assert accepted(text, *names, inside) == {"Arena": "Model"}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (", a new benchmark for reading", "Benchmark"),
        (" (Zone Reading), the first large-scale dataset of pages", "Dataset"),
        (", a reading method", "Method"),
        (", a metric that is exact", "Metric"),
        (": a vision-language model", "Model"),
        (", a benchmark model", "Model"),
        (", which beats a model", None),
        (", a reader", None),
        (" is fast", None),
    ],
)
def test_what_the_text_says_a_name_is(said: str, kind: str | None) -> None:
    assert said_type(f"We propose ZoRe{said}.", [(11, 15)]) == kind


def test_the_text_knows_the_type_best() -> None:
    text = "On reading\nWe present ZoRe, a dataset of pages. We propose LiRe, a framework. We use BiRe, a dataset."
    names = {"ZoRe": "Dataset", "LiRe": "Method", "BiRe": "Model"}
    for sure in (0.7, 0.95):
        found = accepted(text, *(candidate(text, name, Model=sure) for name in names))
        assert found == (names if sure < 0.9 else names | {"LiRe": "Model"})
    assert accepted(text, candidate(text, "ZoRe", Benchmark=0.7)) == {"ZoRe": "Benchmark"}


def test_a_doubtful_name_is_what_stands_beside_it_in_a_list() -> None:
    text = "On reading\nWe test on PageSet, ZoRe-5 (long), and LineSet."
    sure = [candidate(text, name, Dataset=0.9) for name in ("PageSet", "LineSet")]
    doubtful = candidate(text, "ZoRe-5", Method=0.45, Dataset=0.4)
    assert accepted(text, *sure, doubtful)["ZoRe-5"] == "Dataset"
    other = [candidate(text, "PageSet", Dataset=0.9), candidate(text, "LineSet", Model=0.9)]
    assert accepted(text, *other, candidate(text, "ZoRe-5", Method=0.45, Dataset=0.4))["ZoRe-5"] == "Method"


@lru_cache(maxsize=1)
def pipeline():
    return load()


def names(extraction: Extraction) -> dict[str, tuple[str, str]]:
    return {m.text: (str(f.type), str(f.role)) for f in extraction.findings for m in f.mentions}


def test_the_pipeline_finds_what_a_paper_is_named_for() -> None:
    papers = [
        Paper("1", "MoRE: Reading in Three Dimensions", "We propose MoRE, a model that reads. MoRE is fast."),
        Paper("2", "Re$^2$: A Dataset of Reviews", "Reviews are long. Re$^2$ has many of them."),
    ]
    first, second = extract(pipeline(), papers)
    assert names(first)["MoRE"] == ("Model", "introduces")
    assert names(second)["Re$^2$"] == ("Dataset", "introduces")


def test_what_a_title_begins_with_is_introduced_unless_it_is_known() -> None:
    papers = [
        Paper(
            "1",
            "OpenRep: Novel Features and Implementation Details",
            "OpenRep is a physically based shading standard. This paper explains how OpenRep is implemented.",
        ),
        Paper(
            "2", "LLM-as-a-Judge: Rapid Evaluation", "This paper studies LLM-as-a-Judge as a way to evaluate reports."
        ),
    ]
    made_up, known = extract(pipeline(), papers)
    assert names(made_up)["OpenRep"][1] == "introduces"
    assert names(known)["LLM-as-a-Judge"][1] == "addresses"
