"""Both forms of a definition are found where one is: the rule by itself, and through the shipped pipeline."""

from __future__ import annotations

from functools import lru_cache

import pytest

from kg.extract import extract, load
from kg.extract.definitions import definitions, name_end
from kg.extract.forms import SURE, completed, spelled
from kg.extract.mentions import Found, group
from kg.extract.spans import nothing
from kg.extract.strings import Candidate, groups_of, places_of
from kg.model import Extraction, Paper


def found_in(text: str, accepted: dict[str, tuple[str, float]], others: tuple[str, ...] = ()) -> list[Found]:
    """The findings of a text in which these strings are accepted, with type and confidence, and others looked at."""
    pairs = definitions(text)
    forms = [(text[a:b], text[c:d]) for a, b, c, d in pairs]
    forms += [(short, long[: name_end(short, long)]) for short, long in forms]
    groups = groups_of([*accepted, *others], forms)
    found = [Candidate(s, places_of(text, s), nothing(), groups[s]) for s in [*accepted, *others]]
    for c in found:
        c.type, c.confidence = accepted.get(c.text, ("Task", 0.2))
    return group(text, completed(text, found[: len(accepted)], found, pairs))


def forms_of(text: str, found: list[Found]) -> list[tuple[str, set[str]]]:
    """Type and strings of each finding."""
    return sorted((f.type, {text[a:b] for a, b, _ in f.mentions}) for f in found)


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We build PARO (Persona Agents for Robust Output).", "PARO", "Persona Agents for Robust Output"),
        ("Persona Agents for Robust Output (PARO) works.", "PARO", "Persona Agents for Robust Output"),
        ('We call it "Guided Sketching" (GS) here.', "GS", "Guided Sketching"),
        ("It is \\textbf{Guided Sketching} (GS).", "GS", "Guided Sketching"),
        ("We use a greedy sketch algorithm (GreSk).", "GreSk", "greedy sketch"),
        ("We use vision-sketch-action models (VSAs).", "VSAs", "vision-sketch-action models"),
        ("We train a state sketch model (SSM).", "SSM", "state sketch model"),
    ],
)
def test_each_form_brings_the_other(text: str, short: str, long: str) -> None:
    assert forms_of(text, found_in(text, {short: ("Model", 0.9)})) == [("Model", {short, long})]
    assert forms_of(text, found_in(text, {long: ("Method", 0.9)})) == [("Method", {short, long})]


def test_the_added_form_is_surer_of_nothing() -> None:
    text = "Persona Agents for Robust Output (PARO) works. PARO is new."
    (found,) = found_in(text, {"PARO": ("Method", 0.9)}, ("Persona Agents for Robust Output",))
    assert found.defined
    assert found.confidence == 0.9
    assert [text[a:b] for a, b, _ in found.mentions] == ["Persona Agents for Robust Output", "PARO", "PARO"]
    assert found.mentions[0][2] < found.mentions[1][2] == 0.9


def test_the_longer_name_wins_over_its_pieces() -> None:
    text = "Persona Agents for Robust Output (PARO) are Persona Agents."
    found = found_in(text, {"PARO": ("Method", 0.9), "Persona Agents": ("Model", 0.8), "Robust Output": ("Task", 0.8)})
    places = [(text[a:b], a) for f in found for a, b, _ in f.mentions]
    assert sorted(places) == [("PARO", 34), ("Persona Agents", 44), ("Persona Agents for Robust Output", 0)]


def test_what_reaches_beyond_the_other_form_stays() -> None:
    text = "Large sketch models (SMs) draw. All sketch models draw."
    found = found_in(text, {"SMs": ("Model", 0.9), "Large sketch models": ("Model", 0.8)})
    assert forms_of(text, found) == [("Model", {"Large sketch models"}), ("Model", {"SMs"})]
    text = "The global hard sketch (HS) loss falls."
    found = found_in(text, {"hard sketch": ("Method", 0.9), "global hard sketch (HS) loss": ("Method", 0.8)})
    assert forms_of(text, found) == [("Method", {"global hard sketch (HS) loss"})]


def test_both_forms_stay_as_they_are() -> None:
    text = "We use a greedy sketch algorithm (GreSk). The greedy sketch is GreSk."
    accepted = {"GreSk": ("Method", 0.9), "greedy sketch": ("Method", 0.7)}
    assert forms_of(text, found_in(text, accepted)) == [("Method", {"GreSk", "greedy sketch"})]
    accepted = {"GreSk": ("Method", 0.9), "greedy sketch algorithm": ("Method", 0.7)}
    assert forms_of(text, found_in(text, accepted)) == [("Method", {"GreSk", "greedy sketch algorithm"})]


def test_an_unsure_form_brings_nothing() -> None:
    text = "Persona Agents for Robust Output (PARO) works."
    assert forms_of(text, found_in(text, {"PARO": ("Method", SURE - 0.01)})) == [("Method", {"PARO"})]


def test_words_that_do_not_spell_the_short_form_are_no_name() -> None:
    text = "We conduct amounts of experiments in various model families (CNNs, and more)."
    assert definitions(text)
    assert forms_of(text, found_in(text, {"CNNs": ("Model", 0.99)})) == [("Model", {"CNNs"})]
    assert not spelled("CMD", "CodeMixBench introduces controlled code-mixing")
    assert spelled("3D-CNNs", "3D convolutional neural networks")


def test_no_place_in_a_web_address() -> None:
    text = "Persona Agents for Robust Output (PARO) works, see https://example.org/PARO now."
    (found,) = found_in(text, {"Persona Agents for Robust Output": ("Method", 0.9)})
    assert [a for a, _, _ in found.mentions] == [0, 34]


@lru_cache(maxsize=1)
def pipeline():
    return load()


def run(title: str, abstract: str) -> Extraction:
    return next(extract(pipeline(), [Paper("p", title, abstract)]))


def test_the_pipeline_finds_the_long_form_of_what_it_finds() -> None:
    extraction = run(
        "Shorter training of language models",
        "We propose PARSE (Pruning Along Rows with Sparse Estimates), a training method for large language models. "
        "PARSE outperforms LoRA on GLUE.",
    )
    (parse,) = [f for f in extraction.findings if any(m.text == "PARSE" for m in f.mentions)]
    assert {m.text for m in parse.mentions} == {"PARSE", "Pruning Along Rows with Sparse Estimates"}
    assert parse.role == "introduces"


def test_the_pipeline_finds_the_short_form_of_what_it_finds() -> None:
    extraction = run(
        "Agents that read reports", "Large language model (LLM)-based agents read long reports and answer questions."
    )
    (llm,) = [f for f in extraction.findings if any(m.text == "Large language model" for m in f.mentions)]
    assert {m.text for m in llm.mentions} == {"Large language model", "LLM"}
