"""A paper's own claim decides that it introduces a thing, also where the name is famous by now."""

import pytest

import kg.extract as extraction
from kg.extract.claims import claimed
from kg.model import Paper, Role


@pytest.mark.parametrize(
    ("name", "abstract"),
    [
        ("Transformer", "Recurrent networks are slow. We introduce the Transformer, which relies on attention alone."),
        ("ResNet", "Deep networks are hard to train. We present the residual network (ResNet), which adds shortcuts."),
        ("CLIP", "Labels are costly. In this paper, we propose CLIP, which is trained on pairs of images and texts."),
    ],
)
def test_a_claim_introduces(name: str, abstract: str) -> None:
    nlp = extraction.load()
    [extraction_] = extraction.extract(nlp, [Paper("p", "On learning", abstract)])
    roles = {m.text: finding.role for finding in extraction_.findings for m in finding.mentions}
    assert roles[name] is Role.INTRODUCES


@pytest.mark.parametrize(
    "text",
    [
        "We propose a Transformer-based segmentation model that is trained on ImageNet.",
        "In this work, we adapt and introduce the recently proposed Transformer, trained on ImageNet.",
    ],
)
def test_use_is_no_claim(text: str) -> None:
    nlp = extraction.load()
    [found] = extraction.extract(nlp, [Paper("p", "On segmentation", text)])
    roles = {m.text: finding.role for finding in found.findings for m in finding.mentions}
    assert roles["Transformer"] is not Role.INTRODUCES


CLAIMS = [
    ("We present a framework called ZoRe that reads.", True),
    ("We propose a novel method, which we call ZoRe.", True),
    ("It has two parts: ZoRe, a novel reader, and more.", True),
    ("We construct ZoRe, a set of pages.", True),
    ("We use a method called ZoRe.", False),
    ("We use LiRe-ZoRe, a novel reader.", False),
    ("We build on the recently introduced reader called ZoRe.", False),
    ("We use the term ZoRe.", False),
    ("We present a framework that constructs ZoRe.", False),
    ("We propose a ZoRe (ZR)-based reader.", False),
]


@pytest.mark.parametrize(("text", "own"), CLAIMS)
def test_what_is_a_claim(text: str, own: bool) -> None:
    at = text.index("ZoRe")
    assert claimed(text, at, at + 4) is own


def test_what_is_made_with_a_known_thing_does_not_introduce_it() -> None:
    nlp = extraction.load()
    abstract = "We propose a large language model (LLM)-based framework for reading reports. It is fast."
    [found] = extraction.extract(nlp, [Paper("p", "Reading reports", abstract)])
    roles = {m.text: finding.role for finding in found.findings for m in finding.mentions}
    assert roles["large language model"] is not Role.INTRODUCES


def test_a_version_of_what_is_introduced_is_introduced() -> None:
    nlp = extraction.load()
    abstract = (
        "We present PageLM, a language model. Experiments show that PageLM-7B-Chat outperforms LLaMA-2-13B and "
        "surpasses GPT-4 on MMLU."
    )
    [found] = extraction.extract(nlp, [Paper("p", "PageLM: Reading Pages", abstract)])
    roles = {m.text: finding.role for finding in found.findings for m in finding.mentions}
    assert roles["PageLM-7B-Chat"] is Role.INTRODUCES
    assert roles["LLaMA-2-13B"] is not Role.INTRODUCES
