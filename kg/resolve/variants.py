"""Wordings that differ in grammar only: inflection, word order, a head that adds nothing, a misspelt word."""

from __future__ import annotations

import re
from functools import lru_cache

_SMALL_WORDS = "a an and as at based by driven for from in into level of on or over powered the to via with"
SMALL = frozenset(_SMALL_WORDS.split())
"""Words that carry no meaning of their own in a name."""
_ENDING_WORDS = (
    "ifications ification ifying ified ify izations ization izing ized ize ations ation ating ative ated ate ings ing "
    "ions ion ed es e ness"
)
_ENDINGS = _ENDING_WORDS.split()
_SAME_WORD = {
    "mathematical": "math",
    "mathematics": "math",
    "mathematic": "math",
    "textual": "text",
    "visual": "vision",
    "linguistic": "language",
    "multimodality": "multimodal",
    "crossmodality": "crossmodal",
    "modality": "modal",
    "adaption": "adaptation",
    "video": "video",
    "modeling": "modeling",
}
_KEEP_WORDS = (
    "modeling embedding being string training setting ring king thing encoding decoding meeting building operator "
    "transformer tensor vector factor error color floor layer paper number order power computer user center super "
    "hyper "
    "inter under over after server cluster character parameter filter buffer multiplier adapter tree free speed feed "
    "need "
    "image language code feature noise scale state space size rate value curve shape scene phase time type range "
    "knowledge large sequence inference reference difference science sentence evidence confidence compute game face "
    "pose "
    "online offline edge base volume figure texture structure architecture mixture culture temperature nature "
    "literature "
    "future measure procedure agriculture capture picture gesture lecture "
    "generator discriminator process region vision version action motion emotion fusion diffusion fashion question "
    "station union million billion section function position attention dimension"
)
_KEEP = frozenset(_KEEP_WORDS.split())

HEADS = {
    "mechanism": ("Method",),
    "technique": ("Method",),
    "method": ("Method",),
    "approach": ("Method",),
    "algorithm": ("Method",),
    "strategy": ("Method",),
    "procedure": ("Method",),
    "paradigm": ("Method", "Task"),
    "scheme": ("Method",),
    "model": ("Model",),
    "network": ("Model",),
    "architecture": ("Model",),
    "task": ("Task",),
    "problem": ("Task",),
    "dataset": ("Dataset", "Benchmark"),
    "corpus": ("Dataset", "Benchmark"),
    "benchmark": ("Dataset", "Benchmark"),
    "challenge": ("Dataset", "Benchmark"),
    "score": ("Metric",),
    "metric": ("Metric",),
    "value": ("Metric",),
}
"""Heads that add nothing to a name of these types: "attention mechanism", "COCO dataset", "BLEU score"."""


@lru_cache(maxsize=1 << 16)
def stem(token: str) -> str:
    """What inflection and derivation leave of a word.

    >>> {stem(w) for w in "tuning tuned tune".split()}, {stem(w) for w in "detection detecting detected".split()}
    ({'tun'}, {'detect'})
    """
    token = _SAME_WORD.get(token, token)
    if token in _KEEP or not token.isalpha():
        return token
    for ending in _ENDINGS:
        if not token.endswith(ending):
            continue
        rest = token[: -len(ending)]
        if len(rest) >= (3 if ending in ("e", "ed", "ing") else 4):
            if len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "aeiosz" and rest[-1] != "l":
                rest = rest[:-1]
            return rest
    return token


def bag(normal: str) -> tuple[str, ...]:
    """The sorted stems of the words that carry a name's meaning.

    >>> bag("tuning hyperparameter") == bag("hyperparameter tuning") == bag("tuned hyperparameter")
    True
    """
    return tuple(sorted([stem(w) for w in normal.replace("^", "").split() if w not in SMALL]))


_EMPTY = frozenset(("a", "an", "the", "of", "based", "driven", "powered", "level"))
_DERIVED = ("ing", "ed", "ion", "ive", "ize", "ise", "ify", "ate")


def same_grammar(name: str, known: str) -> bool:
    """Whether a name with the stems of a known one says the same: in its order, as "tuning hyperparameters", or with
    "of".

    >>> same_grammar("tuning hyperparameter", "hyperparameter tuning")
    True
    >>> same_grammar("reduction of noise", "noise reduction")
    True
    >>> same_grammar("matching score", "score matching")  # a score, not to match scores
    False
    >>> same_grammar("code mixed", "code mixing"), same_grammar("negative sample", "negative sampling")
    (True, False)
    >>> same_grammar("detection head", "head detection"), same_grammar("in context retrieval", "context retrieval")
    (False, False)
    """
    mine, theirs = ([w for w in n.replace("^", "").split() if w not in _EMPTY] for n in (name, known))
    if sorted(w for w in mine if w in SMALL) != sorted(w for w in theirs if w in SMALL):
        return False
    a, b = [stem(w) for w in mine], [stem(w) for w in theirs]
    if a != b:
        turned = mine[0].endswith("ing") and mine[-1] not in HEADS and a[1:] + a[:1] == b
        return turned or " of " in name
    return all(
        x == y or _SAME_WORD.get(x, x) == _SAME_WORD.get(y, y) or (x.endswith(_DERIVED) and y.endswith(_DERIVED))
        for x, y in zip(mine, theirs, strict=True)
    )


_VARIANT_WORDS = (
    "base large small tiny mini nano medium huge giant big xl xxl xs instruct chat it sft dpo rl distill "
    "distilled preview turbo pro plus ultra flash lite light max hd cased uncased multilingual en zh hard "
    "verified test val dev train full lt ft v version vision vl audio coder code math omni thinking think a b "
    "c e g h l m n s x "
)
_VARIANT = frozenset(_VARIANT_WORDS.split())
_NUMBER = re.compile(r"^\d+(\.\d+)*$")


def is_version(tail: list[str]) -> bool:
    """Whether tokens behind a name are a size, a version or a variant's word: not "3D", not the "R1" of VLM-R1.

    >>> is_version(["2", "7", "b"]), is_version(["b", "16"]), is_version(["v", "2"]), is_version(["r", "1"])
    (True, True, True, False)
    """
    for i, token in enumerate(tail):
        after = tail[i + 1] if i + 1 < len(tail) else ""
        if token == "d" or not (_NUMBER.match(token) or token in _VARIANT):
            return False
        if len(token) == 1 and token.isalpha() and token != "v" and _NUMBER.match(after) and after not in _PATCHES:
            return False
    return True


_PATCHES = ("8", "14", "16", "32")
"""Patch sizes, as in ViT-B/16."""


def version_key(tokens: list[str]) -> tuple[object, ...] | None:
    """What is the same where only the parts behind a name stand in another order, or a "v" is left out.

    None where a name has no such parts.

    >>> version_key("llama 2 7 b chat".split()) == version_key("llama 2 chat 7 b".split())
    True
    >>> version_key("llava v 1.5 7 b".split()) == version_key("llava 1.5 7 b".split())
    True
    >>> version_key("yolov 8".split()) == version_key("yolo 8".split())
    True
    >>> version_key("gpt 3 5".split()) == version_key("gpt 5 3".split()), version_key("tiny vit".split())
    (False, None)
    """
    if any(t[-1] == "v" and t != "v" for t in tokens):  # yolov 8
        tokens = [u for t in tokens for u in ([t[:-1], "v"] if t[-1] == "v" and len(t) > 3 else [t])]
    begin = next((i for i, t in enumerate(tokens) if t[0].isdigit() or (i and t in _VARIANT)), len(tokens))
    if not begin or begin == len(tokens) or not is_version(tokens[begin:]):
        return None
    numbers: list[str] = []
    words: list[str] = []
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if token[0].isdigit():
            numbers.append(token + (after if after in _UNITS else ""))
        elif not (token in _UNITS and before[:1].isdigit()) and not (token == "v" and after[:1].isdigit()):
            words.append(token)
    head = len([t for t in tokens[:begin] if t != "v"])
    return (*words[:head], tuple(numbers), *sorted(words[head:]))


_UNITS = ("b", "m", "k", "t", "x")
"""Behind a number they belong to it: 7B, 2x."""
