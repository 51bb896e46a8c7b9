"""The network, in NumPy: from a text's candidates to a probability for every candidate and type.

An encoder of gated dilated convolutions over the words (floret vector, shape, embeddings of the folded word and its
ending, lexicon tags); a score for each candidate and type from its first and last word, the mean of its words and its
features; scores pooled over the same phrase; then an order-0 semi-Markov CRF over all sets of spans that do not
overlap, whose marginals are the probabilities. It is trained by ``kg.train.network`` with the same formulas in PyTorch.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from .candidates import Candidates, Words, candidates
from .crf import marginals
from .facts import Facts, facts
from .knowledge import Knowledge, Table
from .words import exact_hash, flags, fold, shape, word_hash

_CACHE = 150_000


def layer_norm(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Over the last axis. ``x`` is changed in place, as in :func:`gelu`: the arrays are large."""
    size = np.float32(x.shape[-1])
    x -= np.add.reduce(x, -1, keepdims=True) / size
    variance = np.add.reduce(np.square(x), -1, keepdims=True) / size
    variance += np.float32(1e-5)
    x /= np.sqrt(variance, out=variance)
    x *= weight
    x += bias
    return x


def gelu(x: np.ndarray) -> np.ndarray:
    """The Gaussian error linear unit; the error function by Abramowitz and Stegun 7.1.26, to a part in ten million."""
    y = np.abs(x)
    y *= np.float32(0.7071067811865476)
    t = np.float32(0.3275911) * y
    t += 1
    np.divide(1, t, out=t)
    half = np.float32(1.061405429) * t
    for coefficient in (-1.453152027, 1.421413741, -0.284496736):
        half += np.float32(coefficient)
        half *= t
    half += np.float32(0.254829592)
    half *= 0.5
    half *= t
    np.square(y, out=y)
    np.negative(y, out=y)
    half *= np.exp(y, out=y)
    above = (x >= 0).astype(np.float32)  # 1 - half where x is positive: arithmetic is quicker than a mask
    half *= np.subtract(1, 2 * above, out=t)
    half += above
    x *= half
    return x


def put(table: np.ndarray, count: int, rows: np.ndarray) -> np.ndarray:
    """The table with ``rows`` after its first ``count``; when it is full, one of twice the size."""
    if count + len(rows) > len(table):
        grown = np.zeros((2 * (count + len(rows)), *table.shape[1:]), table.dtype)
        grown[:count] = table[:count]
        table = grown
    table[count : count + len(rows)] = rows
    return table


class Member:
    """One trained network. Several, trained from different seeds, vote."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = {k: v.astype(np.float32) for k, v in weights.items()}
        self.clear()

    def clear(self) -> None:
        """Forget the words."""
        self._words = np.zeros((0, self.weights["inp.weight"].shape[0]), np.float32)
        self._count = 0

    def add_word(self, static: np.ndarray, known: int, ending: int) -> np.ndarray:
        """What the first layer makes of a word."""
        w = self.weights
        row = np.concatenate([static, w["emb.weight"][known], w["suf.weight"][ending]])
        return np.asarray(w["inp.weight"][:, : len(row)] @ row)

    def extend(self, rows: list[np.ndarray]) -> None:
        """Remember words (rows of :meth:`add_word`)."""
        self._words = put(self._words, self._count, np.stack(rows))
        self._count += len(rows)

    def scores(self, found: Candidates, words: np.ndarray, dilations: list[int]) -> np.ndarray:
        """A row a candidate, a column a type. ``words``: the numbers of the text's words."""
        w = self.weights
        x = self._encode(found, words, dilations)
        parts = x @ w["tok.weight"].T
        parts += w["tok.bias"]
        m = parts.shape[1] // 3
        sums = np.zeros((len(parts) + 1, m))
        np.cumsum(parts[:, 2 * m :], 0, dtype=np.float64, out=sums[1:])
        length = found.end - found.start
        mean = sums[found.end]
        mean -= sums[found.start]
        mean /= length[:, None]
        z = parts[:, :m][found.start]
        z += parts[:, m : 2 * m][found.end - 1]
        z += mean.astype(np.float32)
        z += w["len.weight"][length - 1]
        z += found.features @ w["sf.weight"].T
        z += w["sf.bias"]
        z = gelu(layer_norm(z, w["out.0.weight"], w["out.0.bias"]))
        z = z @ w["out.3.weight"].T
        z += w["out.3.bias"]
        return self._pooled(gelu(z) @ w["out.6.weight"].T + w["out.6.bias"], found.group)

    def _encode(self, found: Candidates, words: np.ndarray, dilations: list[int]) -> np.ndarray:
        w = self.weights
        x = self._words[words]
        x += found.tokens @ w["inp.weight"][:, -found.tokens.shape[1] :].T
        x += w["inp.bias"]
        x = layer_norm(x, w["ln0.weight"], w["ln0.bias"])
        n, width = x.shape
        around = np.empty((n, 3 * width), np.float32)
        for i, gap in enumerate(dilations):
            around[:gap, :width] = 0
            around[gap:, :width] = x[: max(0, n - gap)]
            around[:, width : 2 * width] = x
            around[: max(0, n - gap), 2 * width :] = x[gap:]
            around[max(0, n - gap) :, 2 * width :] = 0
            gated = around @ w[f"layers.{i}.lin.weight"].T
            gated += w[f"layers.{i}.lin.bias"]
            gate = np.negative(gated[:, width:])
            np.exp(gate, out=gate)
            gate += 1
            np.divide(1, gate, out=gate)
            gate *= gated[:, :width]
            x += gate
            x = layer_norm(x, w[f"layers.{i}.ln.weight"], w[f"layers.{i}.ln.bias"])
        return x

    def _pooled(self, scores: np.ndarray, group: np.ndarray) -> np.ndarray:
        w = self.weights
        groups = int(group.max()) + 1
        count = np.bincount(group, minlength=groups)
        near = np.clip(scores, -8, 8)
        mean = np.stack([np.bincount(group, column, groups) for column in near.T], 1) / count[:, None]
        most = np.full((groups, near.shape[1]), -9.0, np.float32)
        np.maximum.at(most, group, near)
        size = np.log2(count)[group][:, None]
        pooled = np.concatenate([near, mean[group], most[group], size, size > 0], 1, dtype=np.float32)
        hidden = gelu(pooled @ w["p1.weight"].T + w["p1.bias"])
        return np.asarray(scores + hidden @ w["p2.weight"].T + w["p2.bias"])


class Network:
    """Members, word vectors and tables, and what they say of a text."""

    def __init__(
        self, members: list[Member], vectors: dict[str, np.ndarray], lists: dict[str, Any], known: Knowledge
    ) -> None:
        from spacy.strings import StringStore
        from spacy.vectors import Vectors

        self.members = members
        self.vectors = vectors
        self.lists = lists
        self.known = known
        table = vectors["floret"].astype(np.float32) * vectors["floret_scale"].astype(np.float32)
        self._floret = Vectors(mode="floret", data=table, strings=StringStore(), **lists["floret"])
        self._words = {w: i + 1 for i, w in enumerate(lists["words"])}
        self._endings = {w: i + 1 for i, w in enumerate(lists["endings"])}
        self._facts: dict[tuple[str, ...], Facts] = {}
        self._number: dict[str, int] = {}
        self._hashes = np.zeros((0, 2), np.uint64)
        self._flags = np.zeros((0, 6), bool)

    def __call__(self, texts: list[str], title: int) -> tuple[Candidates, np.ndarray]:
        """Candidates and their probabilities (a column a type). ``title``: how many of the words are the title's."""
        numbers = self._numbers(texts)
        hashes = self._hashes[numbers]
        found = candidates(Words(texts, title, hashes[:, 0], hashes[:, 1], self._flags[numbers]), self.known)
        if not len(found.start):
            return found, np.zeros((0, self.members[0].weights["out.6.weight"].shape[0]))
        scores = [member.scores(found, numbers, self.lists["dilations"]) for member in self.members]
        votes = [marginals(found.start, found.end, score) for score in scores]
        return found, np.asarray(sum(votes) / len(votes))

    def facts(self, words: tuple[str, ...]) -> Facts:
        """What is known of a name, given as its tokens."""
        found = self._facts.get(words)
        if found is None:
            if len(self._facts) > _CACHE // 3:
                self._facts.clear()
            found = self._facts[words] = facts(self.known, words)
        return found

    def replace_table(self, name: str, table: Table) -> None:
        """Put another table in the place of one of :data:`.knowledge.TABLES`."""
        self.known.tables[name] = table
        self._facts.clear()

    def _numbers(self, texts: list[str]) -> np.ndarray:
        """Every distinct word has a number; what does not depend on its context is computed once."""
        if len(self._number) > _CACHE:
            self._number.clear()
            self._hashes, self._flags = self._hashes[:0], self._flags[:0]
            for member in self.members:
                member.clear()
        numbers = list(map(self._number.get, texts))
        if None in numbers:
            new = list(dict.fromkeys(t for t, number in zip(texts, numbers, strict=True) if number is None))
            for text in new:
                self._number[text] = len(self._number)
            hashes = [(word_hash(fold(t)), exact_hash(t)) for t in new]
            count = len(self._number) - len(new)
            self._hashes = put(self._hashes, count, np.array(hashes, np.uint64))
            self._flags = put(self._flags, count, np.array([flags(t) for t in new], bool))
            described = [self._describe(t, v) for t, v in zip(new, self._floret.get_batch(new), strict=True)]
            for member in self.members:
                member.extend([member.add_word(*row) for row in described])
            numbers = list(map(self._number.get, texts))
        return np.array(numbers)

    def _describe(self, text: str, vector: np.ndarray) -> tuple[np.ndarray, int, int]:
        vector = (vector - self.vectors["floret_mean"]) / (self.vectors["floret_std"] + 1e-6)
        folded = fold(text)
        static = np.concatenate([vector, np.array(shape(text), np.float32)]).astype(np.float32)
        return static, self._words.get(folded, 0), self._endings.get(folded[-3:], 0)

    def to_disk(self, path: Path) -> None:
        """Write weights (half precision), vectors, word lists and tables."""
        stored = dict(self.vectors)
        for i, member in enumerate(self.members):
            stored |= {f"{i}/{k}": v.astype(np.float16) for k, v in member.weights.items()}
        np.savez_compressed(path / "weights.npz", **stored)  # type: ignore[arg-type]
        (path / "words.json").write_text(json.dumps(self.lists, ensure_ascii=False, indent=0), encoding="utf-8")
        self.known.to_disk(path / "knowledge.npz")

    @classmethod
    def from_disk(cls, path: Path) -> Network:
        """Read what :meth:`to_disk` wrote."""
        vectors: dict[str, np.ndarray] = {}
        members: dict[int, dict[str, np.ndarray]] = {}
        with np.load(path / "weights.npz") as arrays:
            for key in arrays.files:
                number, _, name = key.partition("/")
                if name:
                    members.setdefault(int(number), {})[name] = arrays[key]
                else:
                    vectors[key] = arrays[key]
        lists = json.loads((path / "words.json").read_text(encoding="utf-8"))
        return cls(
            [Member(members[i]) for i in sorted(members)], vectors, lists, Knowledge.from_disk(path / "knowledge.npz")
        )
