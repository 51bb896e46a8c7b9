"""What the tagger sees of a token besides its letters: lexicon matches and facts of the whole document.

The component ``kg_features`` writes one row of hashes a token to ``doc.user_data["kg_features"]``; the embedding
(:func:`embed`) reads them beside spaCy's NORM, PREFIX, SUFFIX and SHAPE and the floret vectors.
"""

from __future__ import annotations

import collections
from pathlib import Path
from typing import Any

import numpy as np
from spacy.attrs import NORM, ORTH, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.strings import get_string_id as hash_string
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab
from thinc.api import Model, NumpyOps, Ragged, chain, concatenate, list2ragged, ragged2list, with_array
from thinc.layers import HashEmbed, Linear, Maxout

from .lexicon import Lexicon, piece

LEXICONS = ("terms", "not_terms", "names")
"""Terms judged to be entities, terms judged to be none, names from public lists."""
ATTRIBUTES: list[int | str] = [NORM, PREFIX, SUFFIX, SHAPE]
COLUMNS = 5
KEY = "kg_features"


def title_end(doc: Doc) -> int:
    """The number of tokens up to and with the line break after the title."""
    return next((t.i + 1 for t in doc if "\n" in t.text), len(doc))


class Features:
    """The component ``kg_features``."""

    def __init__(self, vocab: Vocab, name: str = "kg_features") -> None:
        self.vocab = vocab
        self.name = name
        self.lexicons = {key: Lexicon() for key in LEXICONS}

    def __call__(self, doc: Doc) -> Doc:
        """Write the columns to ``doc.user_data["kg_features"]``."""
        tokens = [t.text for t in doc]
        columns = np.zeros((len(doc), COLUMNS), dtype="uint64")
        for column, key in enumerate(LEXICONS):
            for match in self.lexicons[key].match(tokens):
                columns[match.start, column] = hash_string("B-" + match.label)
                columns[match.start + 1 : match.end, column] = hash_string("I-" + match.label)
        pieces = [piece(t) for t in tokens]
        counts = collections.Counter(pieces)
        end = title_end(doc)
        in_title = {p for p in pieces[:end] if len(p) > 2}
        for i, p in enumerate(pieces):
            where = "title" if i < end else "named in title" if p in in_title else "abstract"
            columns[i, 3] = hash_string(f"{where} {min(counts[p], 4)}")
            before, after = tokens[i - 1] if i else "", tokens[i + 1] if i + 1 < len(tokens) else ""
            columns[i, 4] = hash_string(f"{before == '('} {after == ')'} {after == '('} {min(i, 2)} {after == ':'}")
        doc.user_data[KEY] = columns
        return doc

    def to_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the lexicons, one file each."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        for key, lexicon in self.lexicons.items():
            lexicon.to_disk(path / f"{key}.tsv")

    def from_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> Features:
        """Read the lexicons."""
        self.lexicons = {key: Lexicon.from_disk(Path(path) / f"{key}.tsv") for key in LEXICONS}
        table = self.vocab.vectors.data
        if table.dtype == np.float16:  # half precision on disk only
            self.vocab.vectors.data = table.astype("float32")
        return self


@Language.factory("kg_features", assigns=["doc.user_data"])
def create_features(nlp: Language, name: str) -> Features:
    """The factory of :class:`Features`."""
    return Features(nlp.vocab, name)


def feature_rows() -> Model[list[Doc], list[Any]]:
    """Docs to one array of hashes each: spaCy's attributes, then the columns of ``kg_features``."""

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[list[Any], Any]:
        rows = [np.hstack([doc.to_array(ATTRIBUTES), doc.user_data[KEY]]) for doc in docs]
        return rows, lambda d: []

    return Model("kg_feature_rows", forward)


class VectorCache:
    """floret vectors of words, each computed once."""

    def __init__(self, size: int = 200_000) -> None:
        self.rows: dict[int, np.ndarray] = {}
        self.size = size

    def get(self, vocab: Vocab, keys: np.ndarray) -> np.ndarray:
        """The vectors of the words with these hashes."""
        missing = [int(k) for k in set(keys.tolist()) - self.rows.keys()]
        if missing:
            if len(self.rows) > self.size:
                self.rows.clear()
                missing = [int(k) for k in set(keys.tolist())]
            for key in missing:
                self.rows[key] = vocab.vectors.get_batch([key])[0].astype("float32")
        return np.stack([self.rows[k] for k in keys.tolist()])


def vectors() -> Model[list[Doc], Ragged]:
    """Docs to their words' floret vectors (not trained)."""
    cache = VectorCache()

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Ragged, Any]:
        keys = np.concatenate([doc.to_array(ORTH) for doc in docs])
        return Ragged(cache.get(docs[0].vocab, keys), np.asarray([len(d) for d in docs], dtype="i")), lambda d: []

    return Model("kg_vectors", forward)


@registry.architectures("kg.Embed.v1")
def embed(width: int, rows: list[int], vector_width: int, dropout: float = 0.0) -> Model[list[Doc], list[Any]]:
    """Hash embeddings of every column and the floret vectors, mixed to ``width``.

    ``rows``: the size of each column's table (NORM, PREFIX, SUFFIX, SHAPE, terms, not_terms, names, place, frame).
    """
    sizes = [96, 48, 48, 48] + [32] * COLUMNS
    tables: list[Any] = [
        HashEmbed(size, n, column=i, seed=7 + i, dropout=dropout)
        for i, (n, size) in enumerate(zip(rows, sizes, strict=True))
    ]
    hashed: Any = chain(feature_rows(), list2ragged(), with_array(concatenate(*tables)))
    mixed = sum(sizes) + vector_width
    return chain(
        concatenate(hashed, vectors()),
        with_array(Maxout(nO=width, nI=mixed, nP=3, dropout=dropout, normalize=True)),
        ragged2list(),
    )


@registry.architectures("kg.Tagger.v1")
def tagger(tok2vec: Model[Any, Any], width: int, labels: int) -> Model[list[Doc], list[Any]]:
    """An encoder with a linear layer over the labels: one row of scores a token."""
    model: Model[list[Doc], list[Any]] = chain(tok2vec, with_array(Linear(nO=labels, nI=width)))
    ops = NumpyOps(use_blis=False)  # NumPy's own BLAS is several times faster on matrices of this size
    for node in model.walk():
        node.ops = ops
    return model
