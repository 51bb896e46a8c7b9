"""A dictionary of judged terms, and the matcher that finds them in a text.

A term is looked up by a folded key: lower case, without spaces and hyphens, the plural's *s* dropped, so that
"fine tuning", "Fine-Tuning" and "finetuning" are one term.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

MAX_TOKENS = 10
_DROP = str.maketrans("", "", "-‐‑–_ \t\n")


@lru_cache(maxsize=200_000)
def piece(token: str) -> str:
    """What one token adds to a key.

    >>> piece("Fine"), piece("-"), piece("GPT-4")
    ('fine', '', 'gpt4')
    """
    return token.lower().translate(_DROP)


def singular(key: str) -> str:
    """Drop the plural ending of a key's last word.

    >>> [singular(k) for k in ("llms", "memories", "loss", "analysis")]
    ['llm', 'memory', 'loss', 'analysis']
    """
    if len(key) < 4 or not key.endswith("s") or key.endswith(("ss", "us", "is")):
        return key
    return key[:-3] + "y" if key.endswith("ies") and len(key) > 5 else key[:-1]


def fold(text: str) -> str:
    """The key of a term.

    >>> fold("Fine-Tuning"), fold("Large Language Models")
    ('finetuning', 'largelanguagemodel')
    """
    return singular(piece(text))


class Match(NamedTuple):
    """Tokens ``start`` to ``end`` (exclusive) are a term of the lexicon."""

    start: int
    end: int
    label: str


class Lexicon:
    """Terms and their labels.

    >>> lexicon = Lexicon([("LoRA", "Method"), ("fine-tuning", "Method"), ("large language model", "Model")])
    >>> lexicon.match(["LoRA", "fine", "-", "tuning", "of", "large", "language", "models"])
    [Match(start=0, end=1, label='Method'), Match(start=1, end=4, label='Method'), Match(start=5, end=8, label='Model')]
    """

    def __init__(self, terms: Iterable[tuple[str, str]] = ()) -> None:
        self.terms: list[tuple[str, str]] = sorted(set(terms))
        self._labels: dict[str, tuple[str, bool]] = {}
        for term, label in self.terms:
            self._labels.setdefault(fold(term), (label, term[1:] != term[1:].lower()))

    def __len__(self) -> int:
        return len(self._labels)

    def get(self, text: str) -> str | None:
        """The label of a term, ``None`` where the lexicon does not have it."""
        found = self._labels.get(fold(text))
        return found[0] if found else None

    def match(self, tokens: Sequence[str]) -> list[Match]:
        """Terms in a tokenised text, the longest at each place first, not overlapping.

        Where the lexicon writes a term with capitals inside ("MATH") and the text in lower case ("math"), the label
        ends in ``~``: the two are often not the same thing.
        """
        pieces = [piece(token) for token in tokens]
        matches: list[Match] = []
        start = 0
        while start < len(pieces):
            step = 1
            if pieces[start]:
                key = ""
                best: Match | None = None
                for end in range(start, min(len(pieces), start + MAX_TOKENS)):
                    if not pieces[end]:
                        continue
                    key += pieces[end]
                    found = self._labels.get(key) or (self._labels.get(singular(key)) if key[-1] == "s" else None)
                    if found:
                        label, cased = found
                        plain = cased and all(token == token.lower() for token in tokens[start : end + 1])
                        best = Match(start, end + 1, label + "~" if plain else label)
                if best:
                    matches.append(best)
                    step = best.end - start
            start += step
        return matches

    def to_disk(self, path: Path) -> None:
        """Write the terms as tab-separated lines."""
        path.write_text("".join(f"{term}\t{label}\n" for term, label in self.terms), encoding="utf-8")

    @classmethod
    def from_disk(cls, path: Path) -> Lexicon:
        """Read what :meth:`to_disk` wrote."""
        lines = path.read_text(encoding="utf-8").split("\n")
        return cls(tuple(line.split("\t", 1)) for line in lines if line)  # type: ignore[misc]
