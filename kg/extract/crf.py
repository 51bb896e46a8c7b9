"""The order-0 semi-Markov CRF over sets of spans that do not overlap: scores to probabilities.

Spans that overlap, directly or through others, are one cluster. A text's sets of spans are free combinations of its
clusters' sets, so that each cluster is summed by itself, in plain numbers rather than logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

_FLOOR = -9.0
"""Spans whose score is below this (a probability near a hundredth of a percent) are taken for impossible."""
_LARGE = 600.0
"""e to the sum of a cluster's scores would be near the largest number there is: then logarithms are summed."""


def marginals(start: np.ndarray, end: np.ndarray, scores: np.ndarray, floor: float = _FLOOR) -> np.ndarray:
    """The probability of each span and type, over all sets of spans that do not overlap.

    ``scores``: one row a span, one column a type; what lies outside every span scores 0. The spans are sorted by end.

    >>> marginals(np.array([0, 1]), np.array([2, 2]), np.zeros((2, 1))).round(3).tolist()
    [[0.333], [0.333]]
    """
    out = np.zeros(scores.shape, np.float64)
    if not len(scores):
        return out
    most = scores.max(1, keepdims=True).astype(np.float64)
    exp = np.exp(scores - most)
    share = exp.sum(1)
    total = most[:, 0] + np.log(share)
    kept = np.flatnonzero(total >= floor)
    inside = _of_spans(start[kept].tolist(), end[kept].tolist(), total[kept].tolist())
    out[kept] = (np.array(inside) / share[kept])[:, None] * exp[kept]
    return out


def _of_spans(starts: list[int], ends: list[int], totals: list[float]) -> list[float]:
    """The probability of each span. Clusters are found from the last span to the first one."""
    out: list[float] = []
    last = len(starts)
    while last:
        first, left = last - 1, starts[last - 1]
        while first and ends[first - 1] > left:
            first -= 1
            left = min(left, starts[first])
        rows = slice(first, last)
        out += _of_cluster(starts[rows], ends[rows], totals[rows])[::-1]
        last = first
    return out[::-1]


def _of_cluster(starts: Sequence[int], ends: Sequence[int], totals: Sequence[float]) -> list[float]:
    """The probability of each span of a cluster, by the forward-backward algorithm over its spans' borders."""
    if len(starts) == 1:
        return [1 / (1 + math.exp(-totals[0]))]
    if sum(t for t in totals if t > 0) > _LARGE:
        return _by_logarithms(starts, ends, totals)
    left, n = min(starts), ends[-1]
    weights = [math.exp(t) for t in totals]
    forward = [1.0] * (n - left + 1)  # the weight of all sets that end here or before
    at = 0
    for a, b, weight in zip(starts, ends, weights, strict=True):
        if b - left > at:
            forward[at + 1 : b - left + 1] = [forward[at]] * (b - left - at)
            at = b - left
        forward[at] += forward[a - left] * weight
    backward = [1.0] * (n - left + 1)  # of all sets that start here or after
    at = n - left
    for i in sorted(range(len(starts)), key=starts.__getitem__, reverse=True):
        a, b = starts[i] - left, ends[i] - left
        if a < at:
            backward[a:at] = [backward[at]] * (at - a)
            at = a
        backward[at] += backward[b] * weights[i]
    whole = backward[0]
    return [forward[a - left] * w * backward[b - left] / whole for a, b, w in zip(starts, ends, weights, strict=True)]


def _by_logarithms(starts: Sequence[int], ends: Sequence[int], totals: Sequence[float]) -> list[float]:
    left, n = min(starts), ends[-1] - min(starts)
    spans = [(a - left, b - left, t) for a, b, t in zip(starts, ends, totals, strict=True)]
    ending: list[list[tuple[int, float]]] = [[] for _ in range(n + 1)]
    starting: list[list[tuple[int, float]]] = [[] for _ in range(n + 1)]
    for a, b, score in spans:
        ending[b].append((a, score))
        starting[a].append((b, score))
    forward = [0.0] * (n + 1)
    for t in range(1, n + 1):
        forward[t] = _log_sum(forward[t - 1], [forward[a] + score for a, score in ending[t]])
    backward = [0.0] * (n + 1)
    for t in range(n - 1, -1, -1):
        backward[t] = _log_sum(backward[t + 1], [backward[b] + score for b, score in starting[t]])
    return [math.exp(forward[a] + score + backward[b] - forward[n]) for a, b, score in spans]


def _log_sum(first: float, others: list[float]) -> float:
    if not others:
        return first
    most = max(first, *others)
    return most + math.log(math.exp(first - most) + sum(math.exp(x - most) for x in others))
