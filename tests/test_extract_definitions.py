"""Which words a text itself abbreviates."""

from __future__ import annotations

import pytest

from kg.extract.definitions import definitions

DEFINED = [
    ("We study self-supervised learning (SSL) here.", "SSL", "self-supervised learning"),
    ("We use proximal policy optimization (PPO).", "PPO", "proximal policy optimization"),
    ("We propose Low-Rank Adaptation (LoRA).", "LoRA", "Low-Rank Adaptation"),
    ("Deep convolutional neural networks (CNNs) are common.", "CNNs", "convolutional neural networks"),
    ("It is reinforcement learning from human feedback (RLHF).", "RLHF", "reinforcement learning from human feedback"),
    ("We study retrieval-augmented generation (RAG).", "RAG", "retrieval-augmented generation"),
    ("Large vision-language models (VLMs) fail.", "VLMs", "vision-language models"),
    ("The Vision Transformer (ViT) scales.", "ViT", "Vision Transformer"),
    ("A generative pre-trained transformer (GPT) writes.", "GPT", "generative pre-trained transformer"),
    ("The Generative Pre-trained Transformer 2 (GPT-2) writes.", "GPT-2", "Generative Pre-trained Transformer 2"),
    ("We quantize the key-value (KV) cache.", "KV", "key-value"),
    ("We compress the key-value cache (KV cache).", "KV cache", "key-value cache"),
    ("A mixture of experts (MoE) is sparse.", "MoE", "mixture of experts"),
    ("The area under the curve (AUC) grows.", "AUC", "area under the curve"),
    ("With in-context learning (ICL) it works.", "ICL", "in-context learning"),
    ("A multi-modal large language model (MLLM) sees.", "MLLM", "multi-modal large language model"),
    ("Long short-term memory (LSTM) remembers.", "LSTM", "Long short-term memory"),
    ("Automated machine learning (AutoML) searches.", "AutoML", "Automated machine learning"),
    ("SSL (self-supervised learning) needs no labels.", "SSL", "self-supervised learning"),
    ("In PPO (proximal policy optimization) we clip.", "PPO", "proximal policy optimization"),
    ('We call it "guided sketching" (GS) here.', "GS", "guided sketching"),
    ("We call it ``guided sketching'' (GS) here.", "GS", "guided sketching"),
    ("We call it \\emph{guided sketching} (GS) here.", "GS", "guided sketching"),
    ("In GSK (“guided sketching of knots”) we draw.", "GSK", "guided sketching of knots"),
]


@pytest.mark.parametrize(("text", "short", "long"), DEFINED, ids=[d[1] + " " + d[2] for d in DEFINED])
def test_defined(text: str, short: str, long: str) -> None:
    found = [(text[d.short_start : d.short_end], text[d.long_start : d.long_end]) for d in definitions(text)]
    assert found == [(short, long)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("İstanbul low rank adaptation (LRA) is here.", "LRA", "low rank adaptation"),
        ("Bir ÜNİVERSİTESİ Veri Kümesi (VK) burada.", "VK", "Veri Kümesi"),
    ],
)
def test_a_letter_that_is_two_in_lower_case(text: str, short: str, long: str) -> None:
    """``"İ".lower()`` has two characters: places in one text are not those in the other."""
    test_defined(text, short, long)
    assert definitions("We use İİİİ abc (ABC) here.") == []


@pytest.mark.parametrize(
    "text",
    [
        "We reach a good result (SOTA) here.",
        "We train on images (see Section 3).",
        "It works (Figure 2).",
        "A model (2024) of note.",
        "We propose a method for graphs. (GNN) is one.",
    ],
)
def test_nothing_defined(text: str) -> None:
    assert definitions(text) == []
