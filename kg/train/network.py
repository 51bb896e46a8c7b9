"""The network of ``kg.extract.network`` in PyTorch, to train it (``pip install '.[train]'``).

The formulas are the same; names of weights are the same, so that a trained state is a member of the shipped network.
"""

# mypy: allow-subclassing-any, allow-untyped-calls

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from kg.extract.candidates import SPAN_FEATURES, TOKEN_FEATURES
from kg.extract.spans import TYPES
from kg.extract.words import LONGEST

from .examples import Example, WordTables

if TYPE_CHECKING:
    from .encoder import Encoder

IMPOSSIBLE = -1e4


class Convolution(nn.Module):
    """A gated convolution over three words, ``gap`` apart, added to its input."""

    def __init__(self, width: int, gap: int, dropout: float) -> None:
        super().__init__()
        self.lin = nn.Linear(3 * width, 2 * width)
        self.ln = nn.LayerNorm(width)
        self.gap = gap
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """One step."""
        beside = x.new_zeros(x.shape[0], self.gap, x.shape[2])
        left = torch.cat([beside, x], 1)[:, : x.shape[1]]
        right = torch.cat([x, beside], 1)[:, self.gap :]
        gated = F.glu(self.lin(torch.cat([left, x, right], -1)), -1)
        return torch.as_tensor(self.ln(x + self.dropout(gated)) * mask)


class SpanNetwork(nn.Module):
    """Scores of candidate spans. ``encoder``: a teacher's words are seen in their context besides."""

    def __init__(
        self,
        tables: WordTables,
        words: dict[str, int],
        config: dict[str, Any],
        dropout: float,
        encoder: Encoder | None = None,
    ) -> None:
        super().__init__()
        self.number = {w: i for i, w in enumerate(tables.words)}
        width, m = config["width"], config["span_width"]
        self.register_buffer("static", torch.from_numpy(tables.static), persistent=False)
        self.register_buffer("frequent", torch.from_numpy(tables.frequent), persistent=False)
        self.register_buffer("ending", torch.from_numpy(tables.ending), persistent=False)
        self.emb = nn.Embedding(words["frequent"] + 1, config["word_width"])
        self.suf = nn.Embedding(words["endings"] + 1, 16)
        nn.init.normal_(self.emb.weight, std=0.1)
        nn.init.normal_(self.suf.weight, std=0.1)
        inputs = tables.static.shape[1] + config["word_width"] + 16 + TOKEN_FEATURES
        self.encoder = encoder
        if encoder:
            self.encoder_norm = nn.LayerNorm(encoder.width)
            inputs += encoder.width
        self.inp = nn.Linear(inputs, width)
        self.ln0 = nn.LayerNorm(width)
        self.layers = nn.ModuleList(Convolution(width, gap, dropout) for gap in config["dilations"])
        self.tok = nn.Linear(width, 3 * m)
        self.len = nn.Embedding(LONGEST, m)
        self.sf = nn.Linear(SPAN_FEATURES, m)
        self.out = nn.Sequential(
            nn.LayerNorm(m),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(m, m),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(m, len(TYPES)),
        )
        nn.init.constant_(self.out[-1].bias, -2.0)  # most candidates are no mention
        self.p1 = nn.Linear(3 * len(TYPES) + 2, 48)
        self.p2 = nn.Linear(48, len(TYPES))
        nn.init.zeros_(self.p2.weight)
        nn.init.zeros_(self.p2.bias)
        self.dropout = nn.Dropout(dropout)

    def forward(self, batch: Batch, word_dropout: float = 0.0) -> torch.Tensor:
        """A row a candidate of the batch, a column a type."""
        words, mask = batch.words, batch.mask[..., None]
        frequent = self.frequent[words]
        if self.training and word_dropout:
            frequent = frequent.masked_fill(torch.rand(frequent.shape) < word_dropout, 0)
        parts = [self.static[words], self.emb(frequent), self.suf(self.ending[words])]
        parts = [*map(self.dropout, parts), batch.tokens]
        if self.encoder:
            parts.append(self.dropout(self.encoder_norm(self.encoder(words, batch.lengths))))
        x = self.ln0(self.inp(torch.cat(parts, -1))) * mask
        for layer in self.layers:
            x = layer(x, mask)
        states = self.tok(self.dropout(x)).float()
        m = states.shape[-1] // 3
        flat = states.reshape(-1, 3 * m)
        first, last = batch.paper * words.shape[1] + batch.start, batch.paper * words.shape[1] + batch.end - 1
        sums = torch.cat([flat.new_zeros(1, m), flat[:, 2 * m :].cumsum(0)])
        length = batch.end - batch.start
        mean = (sums[last + 1] - sums[first]) / length[:, None]
        z = flat[first, :m] + flat[last, m : 2 * m] + mean + self.len(length - 1) + self.sf(batch.features)
        return self._pooled(self.out(z).float(), batch.group)

    def _pooled(self, scores: torch.Tensor, group: torch.Tensor) -> torch.Tensor:
        groups = int(group.max()) + 1
        count = torch.zeros(groups).index_add_(0, group, torch.ones(len(group)))
        near = scores.clamp(-8, 8)
        mean = torch.zeros(groups, len(TYPES)).index_add_(0, group, near) / count[:, None]
        index = group[:, None].expand(-1, len(TYPES))
        most = torch.full((groups, len(TYPES)), -9.0).scatter_reduce(0, index, near, "amax")
        size = torch.log2(count)[group][:, None]
        pooled = torch.cat([near, mean[group], most[group], size, (size > 0).float()], -1)
        return scores + torch.as_tensor(self.p2(F.gelu(self.p1(pooled))))


@dataclass
class Batch:
    """Several examples, padded to the longest."""

    words: torch.Tensor
    mask: torch.Tensor
    tokens: torch.Tensor
    lengths: np.ndarray
    paper: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor
    group: torch.Tensor
    features: torch.Tensor
    gold: torch.Tensor
    soft: torch.Tensor | None


def batch_of(examples: list[Example], number: dict[str, int]) -> Batch:
    """Put examples together. ``number``: of each word in the network's tables."""
    lengths = np.array([len(e.words) for e in examples])
    words = np.zeros((len(examples), int(lengths.max())), np.int64)
    mask = np.zeros(words.shape, np.float32)
    tokens = np.zeros((*words.shape, TOKEN_FEATURES), np.float32)
    group, gold, seen, groups = [], [], 0, 0
    for i, e in enumerate(examples):
        words[i, : len(e.words)] = [number[w] for w in e.words]
        mask[i, : len(e.words)] = 1
        tokens[i, : len(e.words)] = e.tokens
        group.append(e.group.astype(np.int64) + groups)
        gold.append(e.gold + np.array([seen, 0]))
        seen += len(e.start)
        groups += int(e.group.max(initial=-1)) + 1
    counts = [len(e.start) for e in examples]
    soft = [e.soft for e in examples if e.soft is not None]
    return Batch(
        words=torch.from_numpy(words),
        mask=torch.from_numpy(mask),
        tokens=torch.from_numpy(tokens),
        lengths=lengths,
        paper=torch.from_numpy(np.repeat(np.arange(len(examples)), counts)),
        start=torch.from_numpy(np.concatenate([e.start for e in examples]).astype(np.int64)),
        end=torch.from_numpy(np.concatenate([e.end for e in examples]).astype(np.int64)),
        group=torch.from_numpy(np.concatenate(group)),
        features=torch.from_numpy(np.concatenate([e.features for e in examples]).astype(np.float32)),
        gold=torch.from_numpy(np.concatenate(gold).astype(np.int64)),
        soft=torch.from_numpy(np.concatenate(soft).astype(np.float32)) if soft else None,
    )


def forward_backward(scores: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log partition function and marginals of the order-0 semi-Markov CRF.

    ``scores[paper, last word, length - 1]`` is the score of a span; a word outside every span scores 0.
    """
    papers, n, longest = scores.shape
    ahead = np.full((papers, n + longest + 1), IMPOSSIBLE)
    ahead[:, longest] = 0
    back = np.arange(longest)
    for t in range(n):
        paths = scores[:, t] + ahead[:, t + longest - back]
        ahead[:, t + longest + 1] = _log_sum(paths, ahead[:, t + longest])
    behind = np.full((papers, n + longest + 1), IMPOSSIBLE)
    total = ahead[np.arange(papers), longest + lengths]
    padded = np.concatenate([scores, np.full((papers, longest, longest), IMPOSSIBLE)], 1)
    for t in range(n, -1, -1):
        if t < n:
            paths = padded[:, t + back, back] + behind[:, t + back + 1]
            value = _log_sum(paths, behind[:, t + 1])
        else:
            value = np.full(papers, IMPOSSIBLE)
        behind[:, t] = np.where(lengths == t, 0.0, np.where(lengths < t, IMPOSSIBLE, value))
    inside = np.zeros_like(scores)
    for k in range(longest):
        at = np.arange(k, n)
        logs = ahead[:, longest + at - k] + scores[:, k:, k] + behind[:, at + 1] - total[:, None]
        inside[:, k:, k] = np.exp(np.clip(logs, -50, 0))
    return total, inside


def _log_sum(paths: np.ndarray, other: np.ndarray) -> np.ndarray:
    most = np.maximum(paths.max(1), other)
    return np.asarray(most + np.log(np.exp(paths - most[:, None]).sum(1) + np.exp(other - most)))


class Partition(torch.autograd.Function):
    """The log partition function; its gradient is the marginals."""

    @staticmethod
    def forward(ctx: Any, scores: torch.Tensor, lengths: np.ndarray) -> torch.Tensor:
        """See :func:`forward_backward`."""
        total, inside = forward_backward(scores.detach().numpy().astype(np.float64), lengths)
        ctx.save_for_backward(torch.from_numpy(inside).float())
        return torch.from_numpy(total).float()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Marginals, times what comes in."""
        return ctx.saved_tensors[0] * gradients[0][:, None, None], None


def probabilities_of(scores: torch.Tensor, batch: Batch) -> np.ndarray:
    """Marginals of the candidates, by type."""
    table = np.full((*batch.words.shape, LONGEST), IMPOSSIBLE)
    place = (batch.paper.numpy(), batch.end.numpy() - 1, (batch.end - batch.start).numpy() - 1)
    table[place] = torch.logsumexp(scores, -1).numpy()
    _, inside = forward_backward(table, batch.lengths)
    return np.asarray(inside[place][:, None] * torch.softmax(scores, -1).numpy(), np.float32)


def loss_of(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Negative log-likelihood of the gold spans, or the cross-entropy with a teacher's probabilities."""
    table = torch.full((*batch.words.shape, LONGEST), IMPOSSIBLE)
    place = (batch.paper, batch.end - 1, batch.end - batch.start - 1)
    table = table.index_put(place, torch.logsumexp(scores, -1))
    total = torch.as_tensor(Partition.apply(table, batch.lengths)).sum()
    if batch.soft is not None:
        return total - (scores * batch.soft).sum()
    return total - scores[batch.gold[:, 0], batch.gold[:, 1]].sum()
