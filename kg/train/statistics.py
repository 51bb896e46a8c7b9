"""How phrases are used in a corpus: how often, how freely they combine, and beside what they stand.

For every phrase of up to eight words that occurs at least four times (words: three), the columns of the table
``corpus`` of :mod:`kg.extract.knowledge`, standardised: papers with it, uses a paper, distinct neighbours left and
right; the share of places with a function word left and right, a determiner left, punctuation right, "(" right, inside
"( )", "on" left, "of" or "for" left, a naming verb left ("called", "propose"), "outperforms" or a verb like it right,
all words capitalised, one word with two capitals, in a title; and how much more often its words stand together than by
chance (the least of all splits).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kg.extract.knowledge import TABLES, Table
from kg.extract.words import LONGEST, PRIME, fold, is_function_word, word_hash


@dataclass
class Corpus:
    """Tokenised texts, one after the other."""

    vocabulary: list[str]
    tokens: np.ndarray
    """Numbers in the vocabulary."""
    offsets: np.ndarray
    """Where each text begins, and the end."""
    titles: np.ndarray
    """How many tokens of each text are its title's."""

    def words(self, text: int) -> list[str]:
        """The words of one text."""
        return [self.vocabulary[i] for i in self.tokens[self.offsets[text] : self.offsets[text + 1]]]

    @classmethod
    def of(cls, texts: Iterable[tuple[list[str], int]]) -> Corpus:
        """From pairs of words and title length."""
        numbers: dict[str, int] = {}
        tokens: list[np.ndarray] = []
        offsets, titles = [0], []
        for words, title in texts:
            row = [numbers.setdefault(w, len(numbers)) for w in words]
            tokens.append(np.array(row, np.int32))
            offsets.append(offsets[-1] + len(words))
            titles.append(title)
        return cls(list(numbers), np.concatenate(tokens), np.array(offsets), np.array(titles))


def _shift(a: np.ndarray, by: int, fill: object) -> np.ndarray:
    if by > 0:
        return np.concatenate([np.full(by, fill, a.dtype), a[:-by]])
    return np.concatenate([a[-by:], np.full(-by, fill, a.dtype)])


class _Marks:
    """Yes or no for every token of the corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self.words, self.tokens = corpus.vocabulary, corpus.tokens
        at = corpus.offsets[:-1]
        self.text = np.repeat(np.arange(len(at)), np.diff(corpus.offsets))
        self.title = np.arange(len(self.tokens)) - at[self.text] < corpus.titles[self.text]
        self.function = self._where(is_function_word)
        self.letters = self._where(lambda w: any(c.isalnum() for c in w))
        self.hyphen = self.one_of("-")
        self.capital = self._where(lambda w: any(c.isupper() for c in w)) | ~self.letters
        self.capitals = self._where(lambda w: sum(c.isupper() for c in w) >= 2)

    def _where(self, test: object) -> np.ndarray:
        return np.asarray(np.array([test(w) for w in self.words])[self.tokens])  # type: ignore[operator]

    def one_of(self, words: str) -> np.ndarray:
        """Tokens that are one of these words."""
        listed = set(words.split())
        return self._where(lambda w: w.lower() in listed)


def phrase_statistics(corpus: Corpus) -> Table:
    """The table ``corpus``. Needs some 100 bytes of memory for every word of the corpus."""
    marks = _Marks(corpus)
    n_tokens, n_words = len(corpus.tokens), len(corpus.vocabulary)
    left = [
        marks.one_of(w)
        for w in ("the a an our", "(", "on", "of for", "called dubbed termed named propose introduce present")
    ]
    determiner, opening, on, of, naming = left
    closing, punctuation = marks.one_of(")"), marks.one_of(", . : ; ) and or")
    verb = marks.one_of("outperforms outperform achieves is are has can")
    hashes = np.array([word_hash(fold(w)) for w in corpus.vocabulary], np.uint64)[corpus.tokens]
    may_start = ~marks.function | (marks.letters & _shift(marks.hyphen, -1, False))
    may_end = ~marks.function | (marks.letters & _shift(marks.hyphen, 1, False))
    place = np.arange(n_tokens)
    current, capital, capitals = hashes.copy(), marks.capital.copy(), marks.capitals.copy()
    seen: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    keys, columns = [], []
    for n in range(1, LONGEST + 1):
        if n > 1:
            with np.errstate(over="ignore"):
                current = _shift(current, 1, 0) * PRIME + hashes
            capital = _shift(capital, 1, False) & marks.capital
            capitals = _shift(capitals, 1, False) | marks.capitals
        start = place - n + 1
        whole = start >= 0
        whole[whole] = marks.text[start[whole]] == marks.text[place[whole]]
        fits = whole & (~marks.function if n == 1 else may_end)
        if n > 1:
            fits[fits] = may_start[start[fits]]
        last, first = place[fits], start[fits]
        phrase, number, count = np.unique(current[fits], return_inverse=True, return_counts=True)
        total = count.astype(np.float64)
        before, after = np.clip(first - 1, 0, n_tokens - 1), np.clip(last + 1, 0, n_tokens - 1)

        def share(yes: np.ndarray, number: np.ndarray = number, total: np.ndarray = total) -> np.ndarray:
            return np.asarray(np.bincount(number, weights=yes, minlength=len(total)) / total)

        def distinct(
            other: np.ndarray, most: int, number: np.ndarray = number, total: np.ndarray = total
        ) -> np.ndarray:
            pairs = np.unique(number.astype(np.int64) * most + other)
            return np.bincount(pairs // most, minlength=len(total))

        papers = distinct(marks.text[last], len(corpus.offsets))
        row = [
            np.log2(1 + papers),
            np.log2(total / papers),
            np.log2(1 + distinct(corpus.tokens[before], n_words)),
            np.log2(1 + distinct(corpus.tokens[after], n_words)),
            share(marks.function[before]),
            share(marks.function[after]),
            share(determiner[before]),
            share(punctuation[after]),
            share(opening[after]),
            share(opening[before] & closing[after]),
            share(on[before]),
            share(of[before]),
            share(naming[before]),
            share(verb[after]),
            share(capital[last]),
            share(capitals[last]),
            share(marks.title[last]),
        ]
        one = np.zeros(len(phrase), np.int64)
        one[number] = np.arange(len(number))
        row.append(_association(hashes, seen, first[one], total, n, n_tokens))
        kept = count >= (3 if n == 1 else 4)
        keys.append(phrase[kept])
        columns.append(np.stack(row, 1)[kept].astype(np.float32))
        phrases, counts = np.unique(current, return_counts=True)
        seen[n] = (phrases[counts >= 2], counts[counts >= 2])
    key, table = np.concatenate(keys), np.concatenate(columns)
    table = (table - table.mean(0)) / (table.std(0) + 1e-6)
    order = np.argsort(key)
    unit = TABLES["corpus"][1]  # the shipped table holds a byte a number: train on no more than it can say
    return Table(key[order], np.clip(table[order], -4, 255 / unit - 4).astype(np.float32))


def _association(
    hashes: np.ndarray,
    seen: dict[int, tuple[np.ndarray, np.ndarray]],
    first: np.ndarray,
    total: np.ndarray,
    n: int,
    n_tokens: int,
) -> np.ndarray:
    """The least pointwise mutual information over all ways to split the phrase in two."""
    if n == 1:
        return np.zeros(len(first))
    best = np.full(len(first), 99.0)
    for split in range(1, n):
        left, right = _count(hashes, seen, first, split), _count(hashes, seen, first + split, n - split)
        best = np.minimum(best, np.log2(total * n_tokens / (left * right)))
    return best


def _count(hashes: np.ndarray, seen: dict[int, tuple[np.ndarray, np.ndarray]], first: np.ndarray, n: int) -> np.ndarray:
    key = hashes[first]
    with np.errstate(over="ignore"):
        for k in range(1, n):
            key = key * PRIME + hashes[first + k]
    phrases, counts = seen[n]
    at = np.clip(np.searchsorted(phrases, key), 0, len(phrases) - 1)
    return np.where(phrases[at] == key, counts[at], 1).astype(np.float64)
