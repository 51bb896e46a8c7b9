"""The shipped pipeline, through the public face of ``kg.extract``."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import extract, extraction_of, load, version
from kg.extract.strings import tidy
from kg.extract.tokens import blank
from kg.model import Extraction, KgError, Paper


@lru_cache(maxsize=1)
def pipeline():
    return load()


def run(title: str, abstract: str) -> Extraction:
    return next(extract(pipeline(), [Paper("p", title, abstract)]))


def names(extraction: Extraction) -> dict[str, tuple[str, str]]:
    return {m.text: (str(f.type), str(f.role)) for f in extraction.findings for m in f.mentions}


LORA = (
    "LoRA: Low-Rank Adaptation of Large Language Models",
    "Fine-tuning all parameters of large language models (LLMs) is costly. We propose Low-Rank Adaptation (LoRA), "
    "which freezes the weights of GPT-3. LoRA outperforms adapters on GLUE, WikiSQL and SAMSum. "
    "Code: https://github.com/microsoft/LoRA.",
)


def check(paper: Paper, extraction: Extraction) -> None:
    """What holds of every extraction."""
    text = paper.text
    taken: list[tuple[int, int]] = []
    for finding in extraction.findings:
        assert finding.mentions
        assert 0 <= finding.confidence <= 1
        assert 0 <= finding.role_confidence <= 1
        assert list(finding.mentions) == sorted(finding.mentions, key=lambda m: m.start)
        for m in finding.mentions:
            assert text[m.start : m.end] == m.text
            assert m.text.strip() == m.text != ""
            assert 0 <= m.sentence_start <= m.start < m.end <= m.sentence_end <= len(text)
            assert 0 <= m.confidence <= 1
            taken.append((m.start, m.end))
    taken.sort()
    assert all(a[1] <= b[0] for a, b in pairwise(taken)), "mentions overlap"


def test_a_paper() -> None:
    extraction = run(*LORA)
    check(Paper("p", *LORA), extraction)
    found = names(extraction)
    assert found["LoRA"] == ("Method", "introduces")
    assert found["Low-Rank Adaptation"] == ("Method", "introduces")
    assert found["GLUE"] == ("Benchmark", "evaluates_on")
    assert found["WikiSQL"][1] == found["SAMSum"][1] == "evaluates_on"
    assert found["Large Language Models"][0] == "Model"


def test_long_and_short_form_are_one_finding() -> None:
    extraction = run(*LORA)
    assert ("LoRA", "Low-Rank Adaptation") in extraction.definitions
    assert ("LLMs", "large language models") in extraction.definitions
    lora = next(f for f in extraction.findings if any(m.text == "LoRA" for m in f.mentions))
    assert {m.text for m in lora.mentions} == {"LoRA", "Low-Rank Adaptation"}


def test_no_mention_inside_an_address() -> None:
    text = "\n".join(LORA)
    at = text.index("https://")
    assert not [m for f in run(*LORA).findings for m in f.mentions if m.end > at]


def test_name_in_a_hyphenated_modifier() -> None:
    found = names(run("Zero-shot recognition", "Recent CLIP-based methods are strong. We use a CLIP-based detector."))
    assert found["CLIP"][0] == "Model"
    assert not any(name.startswith("CLIP-") for name in found)


def test_sizes_and_versions_belong_to_names() -> None:
    found = names(run("A study", "We run experiments with LLaMA-2-7B, Mistral-7B and Qwen2.5-72B on GSM8K and MATH."))
    assert {"LLaMA-2-7B", "Mistral-7B", "Qwen2.5-72B", "GSM8K", "MATH"} <= found.keys()


def test_sentences_survive_abbreviations() -> None:
    title = "A study of transformers"
    abstract = (
        "Following Vaswani et al. (2017), we use attention, e.g. GQA vs. MHA, in Transformers. It works on ImageNet."
    )
    extraction = run(title, abstract)
    text = title + "\n" + abstract
    sentence = {m.text: text[m.sentence_start : m.sentence_end] for f in extraction.findings for m in f.mentions}
    assert sentence["Transformers"] == abstract[: abstract.index(" It works")]
    assert sentence["ImageNet"] == "It works on ImageNet."


def test_same_whatever_else_is_in_the_batch() -> None:
    papers = [
        Paper("1", *LORA),
        Paper("2", "Short", "No."),
        Paper("3", "Diffusion models beat GANs", "We train on ImageNet and reach an FID of 2.97. " * 8),
        Paper("4", "", ""),
        Paper("5", "BERT", "We introduce BERT, a language representation model. It reaches 80.5 on GLUE."),
    ]
    whole = list(extract(pipeline(), papers, batch_size=64))
    alone = [next(extract(pipeline(), [p])) for p in papers]
    backwards = list(extract(pipeline(), papers[::-1], batch_size=2))[::-1]
    assert whole == alone == backwards


def test_documents_travel_between_processes() -> None:
    texts = ["\n".join(LORA), "BERT\nWe introduce BERT, a language representation model.", ""]
    here = [extraction_of(doc, "p") for doc in pipeline().pipe(texts)]
    there = [extraction_of(doc, "p") for doc in pipeline().pipe(texts, n_process=2, batch_size=1)]
    assert here == there
    assert here[0].findings


HOSTILE = [
    "",
    " ",
    "\n\n\n",
    "\x00\x01\x02",
    "((((((((((" * 50,
    "$\\ell_1$ \\textbf{LoRA} $$ \\frac{1}{2}",
    "<script>alert(1)</script>",
    "模型 Модель نموذج 🤖👩‍🔬 e\u0301\u202e",
    "A" * 20_000,
    "a " * 5_000,
    "." * 3_000,
    "https://" + "x/" * 500,
    "LLM " * 3_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text(text: str) -> None:
    for paper in (Paper("a", text, text), Paper("b", text, ""), Paper("c", "", text)):
        check(paper, next(extract(pipeline(), [paper])))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=400))
def test_any_text(title: str, abstract: str) -> None:
    paper = Paper("x", title, abstract)
    check(paper, next(extract(pipeline(), [paper])))


def test_latex_remnants() -> None:
    paper = Paper("x", "\\textbf{MoBA}: attention", "We propose \\textit{MoBA} for $\\ell_1$ problems in $O(n)$.")
    extraction = next(extract(pipeline(), [paper]))
    check(paper, extraction)
    assert all("{" not in name and "\\" not in name for name in names(extraction))


def test_commands_of_latex_are_no_names() -> None:
    abstract = "We propose \\method, a model for SQuAD. \\method{} outperforms PixArt-$\\alpha$ on SQuAD."
    found = names(run("Reading with language models", abstract))
    assert {"PixArt-$\\alpha$", "SQuAD"} <= found.keys()
    assert not [name for name in found if "method" in name]
    text = 'Search-R1.\\footnote{We release PixArt-$\\alpha$ and M\\"obius'
    places = [(0, text.index("{")), (text.index("Pix"), text.index(" and")), (text.index("M\\"), len(text))]
    assert [text[slice(*tidy(text, a, b))] for a, b in places] == ["Search-R1", "PixArt-$\\alpha$", 'M\\"obius']


GLUED = (
    "Retrieval for question answering",
    "We build large language model (LLM)-based agents and an (LLM)-as-judge evaluation on SQuAD,which is hard, and "
    "fine-tune LLaMA(LLaMA-2). The LLM is tested on SUNRGB-D.",
)


def test_no_half_brackets_and_no_marks_at_the_edges_of_names() -> None:
    found = names(run(*GLUED))
    assert "LLM" in found
    for name in found:
        assert name.count("(") == name.count(")"), name
        assert name[0] not in ",;:", name
        assert name[-1] not in ",;:({[", name


@settings(deadline=None)
@given(st.text("aB-(){}[],;:. ", max_size=12).map(str.strip), st.text("a)],. ", max_size=3))
def test_tidy_names(name: str, after: str) -> None:
    start, end = tidy(name + after, 0, len(name))
    kept = (name + after)[start:end]
    assert all(kept.count(pair[0]) == kept.count(pair[1]) for pair in ("()", "[]", "{}"))
    if kept:
        assert kept[0] not in ",;: "
        assert kept[-1] not in ",;: "


CUT = (
    "BigO(Bench): can language models generate code?",
    "We introduce BigO(Bench), a benchmark for code generation. BigO(Bench) has problems from Code Contests. We "
    "fine-tune LLaMA-2 with LoRA+, GSBAK$^K$ and $D^2LoRA$, a method that extends LoRA, and E-ViM$^3$, a Mamba model. "
    "LoRA+ is better than LoRA. We train on ImageNet-C, -R, -K, -A and PACS databases.",
)


def test_no_name_is_cut_at_a_bracket_a_plus_or_a_formula_inside_it() -> None:
    paper = Paper("x", *CUT)
    extraction = next(extract(pipeline(), [paper]))
    check(paper, extraction)
    found = names(extraction)
    assert {"BigO(Bench)", "LoRA+", "LoRA", "GSBAK$^K$", "E-ViM$^3$"} <= found.keys()
    assert not {"BigO", "Bench", "GSBAK", "D^2LoRA$", "E-ViM$^3", "-R", "-A"} & found.keys()
    places = [m.start for f in extraction.findings for m in f.mentions if m.text == "LoRA"]
    assert all(paper.text[at + 4] != "+" for at in places)


def test_version_is_of_the_content() -> None:
    assert version(pipeline()) == version(load())
    assert len(version(pipeline())) == 16


def test_no_line_break_is_a_special_case() -> None:
    """What follows a special case in a text is never in the tokenizer's cache: that would be each abstract."""
    for nlp in (pipeline(), blank()):
        assert not any(map(str.isspace, nlp.tokenizer.rules))
        assert [t.text for t in nlp.make_doc("A title\n \tAn  end.")] == ["A", "title", "\n \t", "An", " ", "end", "."]


def test_no_such_pipeline() -> None:
    with pytest.raises(KgError, match="no_such_pipeline"):
        load("no_such_pipeline")
