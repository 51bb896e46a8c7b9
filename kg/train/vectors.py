"""Word vectors and word lists of the corpus: what the network knows of a word before it has seen it annotated."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from kg.extract.words import fold, shape
from kg.model import KgError

from .examples import WordTables
from .statistics import Corpus


def train_vectors(corpus: Corpus, settings: dict[str, Any], work: Path) -> dict[str, Any]:
    """Train floret vectors; returns the arrays and settings that the pipeline ships (bytes and a scale a row)."""
    import floret

    text = work / "corpus.txt"
    with text.open("w", encoding="utf-8") as out:
        for i in range(len(corpus.titles)):
            words = corpus.words(i)
            out.write(" ".join([*words[: corpus.titles[i]], ".", *words[corpus.titles[i] :]]) + "\n")
    model = floret.train_unsupervised(
        str(text),
        model="cbow",
        mode="floret",
        dim=settings["dimensions"],
        bucket=settings["rows"],
        hashCount=settings["hashes"],
        minn=settings["minn"],
        maxn=settings["maxn"],
        minCount=5,
        epoch=settings["epochs"],
        lr=settings["learning_rate"],
        ws=settings["window"],
        neg=settings["negative"],
        thread=1,  # more threads are not reproducible
    )
    file = work / "vectors.floret"
    model.save_floret_vectors(str(file))
    return read_vectors(file)


def read_vectors(file: Path) -> dict[str, Any]:
    """Read a table of floret vectors, rounded to bytes."""
    try:
        with file.open(encoding="utf-8") as lines:
            n, width, minn, maxn, hashes, seed, bow, eow = next(lines).split()
            table = np.zeros((int(n), int(width)), np.float32)
            for line in lines:
                row, *numbers = line.split()
                table[int(row)] = np.array(numbers, np.float32)
    except (OSError, ValueError, IndexError, StopIteration) as error:
        raise KgError(
            f"{file}: no floret vectors to read ({error!r}); give what floret's save_floret_vectors wrote"
        ) from error
    scale = np.abs(table).max(1, keepdims=True) / 127 + 1e-9
    keys = ("minn", "maxn", "hash_count", "hash_seed", "bow", "eow")
    values = (int(minn), int(maxn), int(hashes), int(seed), bow, eow)
    return {
        "floret": np.round(table / scale).astype(np.int8),
        "floret_scale": scale.astype(np.float16),
        "settings": dict(zip(keys, values, strict=True)),
    }


def word_lists(corpus: Corpus, settings: dict[str, Any]) -> dict[str, list[str]]:
    """The most frequent folded words and the most frequent endings of three letters."""
    counts: Counter[str] = Counter()
    times = np.bincount(corpus.tokens, minlength=len(corpus.vocabulary)).tolist()
    for word, n in zip(corpus.vocabulary, times, strict=True):
        counts[fold(word)] += n
    words = sorted(counts, key=lambda w: (-counts[w], w))[: settings["frequent"]]
    ends = Counter(w[-3:] for w in counts)
    endings = sorted(ends, key=lambda e: (-ends[e], e))[: settings["endings"]]
    return {"words": words, "endings": endings}


def word_tables(words: list[str], vectors: dict[str, Any], lists: dict[str, list[str]]) -> WordTables:
    """Rows for these words. The first call sets ``vectors["floret_mean"]`` and ``["floret_std"]`` by them."""
    from spacy.strings import StringStore
    from spacy.vectors import Vectors

    table = vectors["floret"].astype(np.float32) * vectors["floret_scale"].astype(np.float32)
    floret = Vectors(mode="floret", data=table, strings=StringStore(), **vectors["settings"])
    rows = np.concatenate([floret.get_batch(words[k : k + 2000]) for k in range(0, len(words), 2000)])
    vectors.setdefault("floret_mean", rows.mean(0).astype(np.float32))
    vectors.setdefault("floret_std", np.float32(rows.std()))
    rows = (rows - vectors["floret_mean"]) / (vectors["floret_std"] + 1e-6)
    frequent = {w: i + 1 for i, w in enumerate(lists["words"])}
    endings = {w: i + 1 for i, w in enumerate(lists["endings"])}
    folded = [fold(w) for w in words]
    return WordTables(
        words=words,
        static=np.concatenate([rows, np.array([shape(w) for w in words], np.float32)], 1).astype(np.float32),
        frequent=np.array([frequent.get(w, 0) for w in folded]),
        ending=np.array([endings.get(w[-3:], 0) for w in folded]),
    )
