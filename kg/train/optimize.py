"""Training a network on annotated papers and soft labels, and asking a trained one (``pip install '.[train]'``)."""

# mypy: allow-untyped-calls

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from kg.extract.candidates import EXACT_GOLD, EXACT_TERMS, GOLD, LISTS, TERMS

from .examples import Example
from .network import Batch, SpanNetwork, batch_of, loss_of, probabilities_of

PAPERS = 12
"""Losses are sums over a batch, divided by this. Adam does not mind; the clipping of gradients does."""
ASKED = 24
"""Texts that are looked at together in :func:`predict`."""


def forget(batch: Batch, rate: float) -> Batch:
    """Blank what terms, lists and gold say of some phrases, so that the network learns to do without."""
    if rate:
        groups = int(batch.group.max()) + 1
        for columns in ((TERMS, EXACT_TERMS), (LISTS,), (GOLD, EXACT_GOLD)):
            keep = (torch.rand(groups) > rate).float()[batch.group][:, None]
            for part in columns:
                batch.features[:, part] *= keep
    return batch


def _batches(examples: list[Example], size: int, rng: np.random.Generator) -> Iterator[list[Example]]:
    """Endless batches of texts of like length."""
    while True:
        order = rng.permutation(len(examples))
        keys = [len(examples[i].words) // 40 + rng.random() * 3 for i in order]
        order = order[np.argsort(keys, kind="stable")]
        starts = range(0, len(order), size)
        for k in rng.permutation(len(starts)):
            yield [examples[i] for i in order[starts[k] : starts[k] + size]]


def _optimizer(network: SpanNetwork, settings: dict[str, Any]) -> torch.optim.Optimizer:
    """AdamW. Biases, norms and embeddings do not decay; the encoder, which knows much already, learns slowly."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        prefix = "encoder_" if name.startswith("encoder.") else ""
        decay = 0.0 if parameter.dim() <= 1 or "emb" in name else settings[f"{prefix}weight_decay"]
        groups.setdefault((settings[f"{prefix}learning_rate"], decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": p, "lr": rate, "most": rate, "weight_decay": decay} for (rate, decay), p in groups.items()],
        betas=(0.9, 0.99),
    )


def train_network(
    network: SpanNetwork,
    gold: list[Example],
    soft: list[Example],
    settings: dict[str, Any],
    seed: int,
    steps: int,
    log: Callable[[str], None],
) -> dict[str, np.ndarray]:
    """Train with AdamW, a warm-up, a cosine to nothing, and an average of the weights, which is returned."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    optimizer = _optimizer(network, settings)
    average = copy.deepcopy(network)
    kinds = [(_batches(gold, settings["gold_batch"], rng), settings["knowledge_dropout"])]
    if soft:
        kinds.append((_batches(soft, settings["soft_batch"], rng), settings["soft_knowledge_dropout"]))
    network.train()
    began, total = time.monotonic(), 0.0
    for step in range(steps):
        cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = group["most"] * min(1.0, (step + 1) / (settings["warm_up"] * steps)) * max(0.02, cosine)
        optimizer.zero_grad()
        for batches, forgotten in kinds:
            batch = forget(batch_of(next(batches), network.number), forgotten)
            with torch.autocast("cpu", torch.bfloat16):
                scores = network(batch, settings["word_dropout"])
            loss = loss_of(scores, batch) / PAPERS
            loss.backward()
            total += loss.item()
        nn.utils.clip_grad_norm_(network.parameters(), 20.0)
        optimizer.step()
        keep = min(settings["average"], (2 + step) / (11 + step))
        with torch.no_grad():
            for mean, now in zip(average.parameters(), network.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)
        if (step + 1) * 10 // steps > step * 10 // steps:
            left = (time.monotonic() - began) / (step + 1) * (steps - step - 1)
            log(f"  step {step + 1} of {steps}, mean loss {total / (step + 1):.2f}, {left / 60:.1f} minutes left")
    return {name: value.numpy().copy() for name, value in average.state_dict().items()}


def predict(network: SpanNetwork, examples: list[Example], log: Callable[[str], None]) -> list[np.ndarray]:
    """For each text the probabilities of its candidates: a row a candidate, a column a type."""
    network.eval()
    out = [np.zeros(0)] * len(examples)
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].words))
    began = time.monotonic()
    for k in range(0, len(order), ASKED):
        some = order[k : k + ASKED]
        batch = batch_of([examples[i] for i in some], network.number)
        with torch.no_grad():
            found = probabilities_of(network(batch), batch)
        borders = np.cumsum([len(examples[i].start) for i in some])[:-1]
        for i, part in zip(some, np.split(found, borders), strict=True):
            out[i] = part
        if k // ASKED % 40 == 39:
            log(f"  {k + ASKED} of {len(order)} texts in {(time.monotonic() - began) / 60:.1f} minutes")
    return out
