"""Which names name one thing, and not a class of things."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.graph.arrays import Bools, among

CLASSES = frozenset(
    line for line in (files("kg.graph") / "classes.txt").read_text("utf-8").splitlines() if not line.startswith("#")
)
"""Abbreviations of classes of things, such as ``llm``: no bridge."""

_MARK = re.compile(r"\d|\w[A-Z]")
_MARKED = r"\p{Nd}|[\p{L}\p{N}_][A-Z]"
_ONE_WORD = r"^\S*\p{Lu}\S*$"
"""What every marked name has, and every proper one that is a single word, for Arrow to look for: most have neither."""

_NUMBERED = r"^(?P<name>\p{Lu}[\p{L}\p{N}-]*(?: \p{Lu}[\p{L}\p{N}-]*)+)[ -]v?\p{Nd}[\p{Nd}.]*$"
"""``Stable Diffusion 1.5``: what has numbered versions is one thing, if all its words have capitals."""

_SIZE = re.compile(r"[\d.,]+\s?[a-z]{0,2}([-–/][\d.,]+\s?[a-z]{0,2})?", re.IGNORECASE)
"""``12B``, ``7B-13B``."""
USUAL = 0.25
"""The share of an entity's mentions from which a name is one of its usual ones."""


def proper_entities(entities: pd.DataFrame, names: pd.DataFrame) -> Bools:
    """Of each entity, whether its name is a proper one, or it has a marked one: ``proximal policy optimization`` is
    ``PPO`` to most. A capital alone proves nothing in the second case: sentences begin with ``Attention``.
    ``Stable Diffusion`` is one where there is a ``Stable Diffusion 3``.
    """
    total = names.groupby("entity")["count"].transform("sum")
    usual = names[names["count"] >= USUAL * total]
    marked = _looked_at(usual["name"], _MARKED, lambda name: is_proper_name(name) and _is_marked(name))
    proper = usual.loc[marked, "entity"]
    own = _looked_at(entities["name"], f"{_MARKED}|{_ONE_WORD}", is_proper_name)
    numbered = pc.extract_regex(pa.array(entities["name"].to_numpy(dtype=object), pa.large_string()), _NUMBERED)
    own |= entities["name"].isin(numbered.drop_null().field("name").to_pylist()).to_numpy()
    # a class is one under any name: "LLM" makes "Large Language Model" none, whatever else it is called
    lower = pc.utf8_lower(pa.array(usual["name"], pa.large_string()))
    classes = pc.is_in(lower, pa.array([*CLASSES, *(name + "s" for name in CLASSES)], pa.large_string()))
    classes = usual.loc[classes.to_numpy(zero_copy_only=False), "entity"]
    return (own | among(entities["id"], proper)) & ~among(entities["id"], classes)


def _looked_at(names: pd.Series[Any], pattern: str, looks: Callable[[str], bool]) -> Bools:
    """Whether each name looks so; those without the pattern never do, which saves looking at most of them."""
    array = pa.array(names, pa.large_string())
    may = pc.match_substring_regex(array, pattern).to_numpy(zero_copy_only=False)
    found = np.zeros(len(names), dtype=bool)
    found[np.flatnonzero(may)] = [looks(name) for name in array.filter(pa.array(may)).to_pylist()]
    return found


def is_class(name: str) -> bool:
    """Whether this is a known abbreviation of a class.

    >>> is_class("LLMs"), is_class("LoRA")
    (True, False)
    """
    lower = name.lower()
    return lower in CLASSES or lower.removesuffix("s") in CLASSES


def is_proper_name(name: str) -> bool:
    """Whether this names one thing, by its looks: a capital or digit beyond ordinary writing, and no known class.

    >>> [is_proper_name(name) for name in ("LoRA", "Mamba", "GPT-4", "attention", "LLM", "Vision Transformer", "12B")]
    [True, True, True, False, False, False, False]
    """
    if is_class(name) or len(name) < 3 or _SIZE.fullmatch(name):
        return False
    words = name.split()
    if len(words) > 1:  # "Vision Transformer" may be a class, "Segment Anything Model 2" is a name: ask for more
        return any(_is_marked(word) for word in words)
    return name != name.lower()


def _is_marked(word: str) -> bool:
    """Whether a word has a digit, or a capital after its first letter: ``LoRA``, ``GPT``, ``v2``."""
    return _MARK.search(word) is not None and not is_class(word)
