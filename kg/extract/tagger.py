"""The trainable component ``kg_tagger``: token labels, from which the likeliest well-formed spans are read.

Labels are BILOU over the six types: 25. The spans written are those of the best well-formed sequence; each carries
the probability that the tagger gives exactly this span with this type (a product over a few tokens, before
calibration). Every document is computed by itself, so that its numbers do not depend on what else is in the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.vocab import Vocab
from thinc.api import Model

from kg.model import EntityType

TYPES = tuple(str(t) for t in EntityType)
LABELS = ("O", *(f"{prefix}-{t}" for t in TYPES for prefix in "BILU"))
SPANS = "mentions"
PROBABILITIES = "kg_probabilities"


def _transitions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What may follow what, begin and end a text: 0 or minus infinity."""
    n = len(LABELS)
    follow, first, last = np.full((n, n), -np.inf), np.full(n, -np.inf), np.full(n, -np.inf)
    for i, a in enumerate(LABELS):
        opens, inside = a[0] in "BI", a[0] in "IL"
        first[i] = -np.inf if inside else 0.0
        last[i] = -np.inf if opens else 0.0
        for j, b in enumerate(LABELS):
            continues = b[0] in "IL"
            if (opens and continues and a[2:] == b[2:]) or (not opens and not continues):
                follow[i, j] = 0.0
    return follow.astype("float32"), first.astype("float32"), last.astype("float32")


FOLLOW, FIRST, LAST = _transitions()


def viterbi(log_probabilities: np.ndarray) -> list[int]:
    """The best well-formed sequence of labels."""
    n = len(log_probabilities)
    if not n:
        return []
    greedy = log_probabilities.argmax(1)
    if np.isfinite(FIRST[greedy[0]] + FOLLOW[greedy[:-1], greedy[1:]].sum() + LAST[greedy[-1]]):
        return [int(label) for label in greedy]
    score = log_probabilities[0] + FIRST
    back = np.zeros((n, len(LABELS)), dtype="int16")
    for i in range(1, n):
        paths = score[:, None] + FOLLOW
        back[i] = paths.argmax(0)
        score = paths.max(0) + log_probabilities[i]
    best = [int((score + LAST).argmax())]
    for i in range(n - 1, 0, -1):
        best.append(int(back[i, best[-1]]))
    return best[::-1]


def decode(probabilities: np.ndarray, sure: float = 0.99) -> list[int]:
    """As :func:`viterbi`, but stretch by stretch between tokens that are surely outside: much quicker."""
    logs = np.log(probabilities + 1e-9)
    labels = [0] * len(logs)
    open_tokens = np.flatnonzero(probabilities[:, 0] < sure)
    if len(open_tokens):
        breaks = np.flatnonzero(np.diff(open_tokens) > 1) + 1
        for stretch in np.split(open_tokens, breaks):
            start, end = int(stretch[0]), int(stretch[-1]) + 1
            labels[start:end] = viterbi(logs[start:end])
    return labels


def spans_of(labels: list[int]) -> list[tuple[int, int, int]]:
    """(start, end, type) of the spans in a well-formed sequence of labels."""
    found, start = [], 0
    for i, label in enumerate(labels):
        if label:
            kind, prefix = divmod(label - 1, 4)
            if prefix in (0, 3):
                start = i
            if prefix in (2, 3):
                found.append((start, i + 1, kind))
    return found


def labels_of(n: int, spans: Iterable[tuple[int, int, str]]) -> np.ndarray:
    """The labels of ``n`` tokens with these spans (start, end, type)."""
    labels = np.zeros(n, dtype="int64")
    for start, end, kind in spans:
        base = 1 + 4 * TYPES.index(kind)
        labels[start:end] = base + 1
        labels[start] = base
        labels[end - 1] = base + 2
        if end - start == 1:
            labels[start] = base + 3
    return labels


def softmax(scores: np.ndarray) -> np.ndarray:
    """Row-wise."""
    e = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(e / e.sum(1, keepdims=True))


class Tagger:
    """The component ``kg_tagger``."""

    def __init__(self, vocab: Vocab, model: Model[list[Doc], list[Any]], name: str = "kg_tagger") -> None:
        self.vocab = vocab
        self.model = model
        self.name = name

    def probabilities(self, doc: Doc) -> np.ndarray:
        """One row a token, one column a label."""
        if not len(doc):
            return np.zeros((0, len(LABELS)), dtype="float32")
        return softmax(self.model.predict([doc])[0])

    def __call__(self, doc: Doc) -> Doc:
        """Write the spans to ``doc.spans["mentions"]``, the probabilities to ``doc.user_data``."""
        probabilities = self.probabilities(doc)
        doc.user_data[PROBABILITIES] = probabilities
        found = spans_of(decode(probabilities))
        doc.spans[SPANS] = [Span(doc, a, b, label=TYPES[kind]) for a, b, kind in found]
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 1) -> Iterator[Doc]:
        """Each document by itself."""
        return map(self, docs)

    def update(
        self, examples: list[Example], *, drop: float = 0.0, sgd: Any = None, losses: dict[str, float] | None = None
    ) -> dict[str, float]:
        """One step on examples whose reference has the spans ``doc.spans["mentions"]``."""
        losses = {} if losses is None else losses
        docs = [eg.predicted for eg in examples]
        targets = np.concatenate(
            [
                np.eye(len(LABELS), dtype="float32")[
                    labels_of(len(eg.predicted), [(s.start, s.end, s.label_) for s in eg.reference.spans[SPANS]])
                ]
                for eg in examples
            ]
        )
        self.step(docs, targets, drop=drop, sgd=sgd, losses=losses)
        return losses

    def step(self, docs: list[Doc], targets: np.ndarray, *, drop: float, sgd: Any, losses: dict[str, float]) -> None:
        """One step towards ``targets``, a distribution over the labels for every token of ``docs``."""
        for node in self.model.walk():
            if node.attrs.get("dropout_rate") is not None:
                node.attrs["dropout_rate"] = drop
        scores, backprop = self.model.begin_update(docs)
        probabilities = softmax(np.concatenate(scores))
        gradient = ((probabilities - targets) / len(docs)).astype("float32")
        splits = np.cumsum([len(d) for d in docs])[:-1]
        backprop(np.split(gradient, splits))
        if sgd is not None:
            self.model.finish_update(sgd)
        loss = -float((np.log(probabilities + 1e-9) * targets).sum()) / len(targets)
        losses[self.name] = losses.get(self.name, 0.0) + loss

    def initialize(self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None) -> None:
        """Give the model its shapes and first weights."""
        self.model.initialize()

    def to_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the weights."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        (path / "model").write_bytes(self.model.to_bytes())

    def from_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> Tagger:
        """Read the weights."""
        self.model.initialize()
        self.model.from_bytes((Path(path) / "model").read_bytes())
        return self


@Language.factory("kg_tagger", assigns=["doc.spans"])
def create_tagger(nlp: Language, name: str, model: Model[list[Doc], list[Any]]) -> Tagger:
    """The factory of :class:`Tagger`."""
    return Tagger(nlp.vocab, model, name)
