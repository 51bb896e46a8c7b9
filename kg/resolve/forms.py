"""From surface strings to forms: the strings by which names are compared."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable
from functools import cache, partial
from importlib.resources import files

import numpy as np
import pandas as pd
from rapidfuzz.distance.OSA import distance

from kg.forks import spread
from kg.resolve.gazetteer import SPELLED, Gazetteer, mark_form, replace, shortened
from kg.resolve.normal import compact, marked
from kg.resolve.variants import HEADS, bag, same_grammar


def form(surface: str, gazetteer: Gazetteer) -> tuple[str, str, str, str, bool]:
    """The ``(raw, spaced, form, reason, abbreviated)`` of a surface string, as in :func:`table`.

    >>> from kg.resolve.gazetteer import load
    >>> form("low rank adaptation", load())
    ('lowrankadaptation', 'lora', 'lora', 'short form', False)
    """
    written = marked(surface)
    whole = written or surface.casefold().strip() or "blank"
    raw = compact(whole.replace("^", ""))
    name = whole if raw in gazetteer.own else replace(whole, gazetteer.phrases)
    target = gazetteer.synonyms.get(mark_form(name))
    if target is None and " " not in surface and "^" in whole and compact(name.replace("^", "")) not in gazetteer.types:
        name = whole  # a name of its own: VLM-R1, LQ-LoRA
    reason = "" if compact(name.replace("^", "")) == raw else "short form"
    term = "^" not in whole and not any(map(str.isdigit, whole))
    if target is None and (varied := _variant(name.replace("^", ""), gazetteer, term=term)):
        target, reason = gazetteer.synonyms.get(compact(varied), varied), "variant wording"
    elif target is not None:
        reason = "synonym"
    elif term and (surface.islower() or " " in surface) and (right := corrected(name, gazetteer)):
        target, reason = right, "misspelling"
    spaced = (target or name).replace("^", "")
    return raw, spaced, compact(spaced), reason, "^" in written


def _variant(name: str, gazetteer: Gazetteer, *, term: bool) -> str | None:
    """The known name that an unknown one words differently, if there is exactly one.

    Other orders and forms of words are looked for in terms only: ``Tiny-ViT`` is not ``ViT-Tiny``.
    """
    tokens = name.split()
    if compact(name) in gazetteer.types:
        return None
    if len(tokens) > 1 and tokens[-1] in HEADS:
        rest = " ".join(tokens[:-1])
        rest = gazetteer.synonyms.get(compact(rest), rest)
        if gazetteer.types.get(compact(rest)) in HEADS[tokens[-1]]:
            return rest
    if len(tokens) > 1 and tokens[-1] in ("training", "learner"):
        rest = " ".join([*tokens[:-1], "learning"])
        if compact(rest) in gazetteer.types:
            return rest
    if len(tokens) > 1 and term:
        known = gazetteer.bags.get(bag(name))
        return known if known and same_grammar(name, known) else None
    return None


_OTHER_WORDS = "commute coevolution polling packing cleansing kinesics reweighing staking herding"
_WORDS = frozenset(_OTHER_WORDS.split())
"""Words that are no misspelt others, though no known name has them: coevolution is no convolution."""


def corrected(name: str, gazetteer: Gazetteer) -> str | None:
    """The known name that an unknown one misspells by one letter in one word, if there is exactly one.

    The misspelt word must be a word of no known name.

    >>> from kg.resolve.gazetteer import load
    >>> corrected("semantic segmentaton", load()), corrected("semantic augmentation", load())
    ('semantic segmentation', None)
    """
    if compact(name) in gazetteer.types:
        return None
    tokens = name.split()
    right: set[str] = set()
    for i, token in enumerate(tokens):
        unknown = token not in gazetteer.words.get(token, ()) and token not in _WORDS
        if len(token) >= SPELLED and token.isalpha() and unknown:
            near = {w for left in shortened(token) for w in gazetteer.words.get(left, ())}
            for word in near:
                known = replace(" ".join([*tokens[:i], word, *tokens[i + 1 :]]), gazetteer.phrases)
                known = gazetteer.synonyms.get(compact(known), known)
                if compact(known) in gazetteer.types and word[0] == token[0] and distance(token, word) == 1:
                    right.add(known)
    return right.pop() if len(right) == 1 else None


FORK_FROM = 50_000
"""New strings from which processes share them: below, it is done before it pays."""

COLUMNS = ("raw", "spaced", "form", "reason", "abbreviated")


class Forms:
    """The forms of surface strings. A string's is found once: a later result can start from what an earlier one found.

    Args:
        gazetteer: what is known of names.
        known: :meth:`found` of an earlier result; it is not looked at where the rules have changed since.
    """

    def __init__(self, gazetteer: Gazetteer, known: pd.DataFrame | None = None) -> None:
        self.gazetteer = gazetteer
        self._asked: list[pd.DataFrame] = []
        if known is None or not len(known) or known["rules"].iloc[0] != rules():
            known = pd.DataFrame({name: np.array([], dtype=object) for name in ("text", *COLUMNS)})
        self._at = {text: row for row, text in enumerate(known["text"].tolist())}
        self._known = [known[name].to_numpy(dtype=object) for name in COLUMNS]

    def table(self, surfaces: Iterable[str]) -> pd.DataFrame:
        """The forms of each different surface string, indexed by it, sorted.

        Columns: ``raw`` (compact normal form, as written), ``spaced`` (normal form, with every known wording replaced
        by the one that stands for it), ``form`` (``spaced``, compact: what decides whether two names are one),
        ``reason`` (why ``form`` is not ``raw``, or empty), ``abbreviated`` (whether it is written as an abbreviation).
        """
        unique = sorted(dict.fromkeys(surfaces))  # no set: most are sorted already
        at = np.array([self._at.get(text, -1) for text in unique], dtype=np.int64)
        new = np.flatnonzero(at < 0)
        processes = (os.cpu_count() or 1) if len(new) >= FORK_FROM else 1
        rows = spread(partial(form, gazetteer=self.gazetteer), [unique[i] for i in new], processes)
        data = {}
        for i, (name, known) in enumerate(zip(COLUMNS, self._known, strict=True)):
            data[name] = known[at] if len(known) else np.empty(len(unique), dtype=object)
            data[name][new] = [row[i] for row in rows]
        out = pd.DataFrame(data, dtype=object, index=pd.Index(unique, dtype=object, name="text"))
        self._asked.append(out)
        return out.astype({"abbreviated": bool})

    def found(self) -> pd.DataFrame:
        """What to remember: ``text``, the columns of :meth:`table`, and ``rules``, by which all this was found."""
        if not self._asked:
            return pd.DataFrame()
        out = pd.concat([table.reset_index() for table in self._asked]).drop_duplicates("text")
        compact = dict.fromkeys(("text", *COLUMNS), "str") | {"abbreviated": "bool"}
        return out.sort_values("text", ignore_index=True).astype(compact).assign(rules=rules())


@cache
def rules() -> str:
    """What forms depend on beside the strings: a hash of this package's code and data."""
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    folder = files("kg.resolve")
    for place in (folder, folder / "data"):
        for file in sorted(place.iterdir(), key=lambda file: file.name):
            if file.name.endswith((".py", ".tsv")):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]
