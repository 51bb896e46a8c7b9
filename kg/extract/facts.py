"""What is known of one name before the text is read, in the words that the classifiers' features are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from kg.model import EntityType

from .knowledge import Knowledge
from .words import exact_hash, fold, phrase_hash, word_hash

_TERMS = (*map(str, EntityType), "-")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a name before the text is read."""

    term: str
    """The type a reader judged it to be, ``-`` for none, empty where it was not judged."""
    listed: bool
    """In one of the public lists."""
    papers: int
    """In how many abstracts of the corpus, as a power of two; 0 for less than three."""
    roles: tuple[float, ...] = ()
    """How much likelier than usual each role is (in the order of ``Role``), and how often the corpus has the name (see
    :data:`.knowledge.TABLES`); empty where it is rare."""

    @property
    def common(self) -> bool:
        """Whether it is a name that many papers know."""
        return self.papers >= 10 and (self.listed or self.term not in ("", "-"))


def facts(known: Knowledge, words: Sequence[str]) -> Facts:
    """Look a name up, given as its tokens."""
    if not words:
        return Facts("", False, 0)
    folded = np.uint64(phrase_hash([word_hash(fold(w)) for w in words]))
    exact = np.uint64(phrase_hash([exact_hash(w) for w in words]))
    term = ""
    for table, key in (("exact_terms", exact), ("terms", folded)):
        row = known[table].get(key)
        if row is not None and row.any():
            term = _TERMS[int(row.argmax())]
            break
    listed = known["lists"].get(folded) is not None or known["lists"].get(exact) is not None
    corpus = known["corpus"].get(folded)
    roles = known["roles"].get(folded)
    return Facts(
        term,
        listed,
        1 + int(np.floor(corpus[0] * 2)) + 4 if corpus is not None else 0,
        tuple(roles.tolist()) if roles is not None else (),
    )


Lookup = Callable[[int, int], Facts]
"""What is known of the name at these character offsets."""
