"""Names made of other names: DistilBERT is called after BERT.

A paper that introduces the one and names the other says by the name what its work comes from, in whatever role the
sentence names it: "DistilBERT runs 60 % faster than BERT".
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from kg.graph.arrays import Objects

SHORT = 4
"""Names of fewer letters stand in longer abbreviations by chance: ``SAM`` in ``SAMPLE``."""
NAMED = 0.85
"""How often a thing whose name is made of another's comes from that: of pairs judged by reading, see JUDGEMENTS.md."""


def named_after(younger: str, older: str) -> bool:
    """Whether the younger name is made of the older one, as it is written, and something more.

    >>> pairs = [("DistilBERT", "BERT"), ("ALBERT", "BERT"), ("QLoRA", "LoRA"), ("Faster R-CNN", "R-CNN")]
    >>> all(named_after(*pair) for pair in pairs)
    True
    >>> pairs = [("GPTQ", "GPT"), ("SAMPLE", "SAM"), ("Opuscule", "Opus"), ("Net-35", "Net-3"), ("LoRAs", "LoRA")]
    >>> any(named_after(*pair) for pair in [*pairs, ("CSI-free", "CSI")])
    False
    """
    if len(older) < 3 or older not in younger:
        return False
    for found in re.finditer(re.escape(older), younger):
        before, after = younger[: found.start()][-1:], younger[found.end() :][:2]
        if (before.islower() and older[0].islower()) or (before.isdigit() and older[0].isdigit()):
            continue  # in the middle of a word, or of a number
        if before.isupper() and len(older) < SHORT:
            continue
        if after[:1].islower() and (after == "s" or not older.isupper() or len(older) < SHORT):
            continue
        if after.isupper() and after.isalpha():  # of another abbreviation
            continue
        if re.match(r"[\s-]?(free|less)\b", younger[found.end() :]):
            continue
        if older[-1].isdigit() and re.match(r"\.?\d", after):
            continue
        if before or after:
            return True
    return False


def kin(made: pd.DataFrame, named: pd.DataFrame, names: Objects) -> pd.DataFrame:
    """The rows of ``named`` (``paper`` and ``entity``, row numbers of ``names``) whose paper made something that is
    called after the entity, once for each such thing: the column ``child``. ``made`` has the same columns.
    """
    pairs = named.reset_index().merge(made[["paper", "entity"]].rename(columns={"entity": "child"}), on="paper")
    older, younger = (names[pairs[column].to_numpy(dtype=int)] for column in ("entity", "child"))
    says = [named_after(a, b) for a, b in zip(younger, older, strict=True)]
    return pairs[np.array(says, dtype=bool)].set_index("index")
