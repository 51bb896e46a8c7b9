"""A paper's own claim decides that it introduces a thing, also where the name is famous by now."""

import pytest

import kg.extract as extraction
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
