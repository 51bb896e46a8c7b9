"""A small invented field, for tests of the whole: papers that name each other's inventions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NAMES = ["GraphWeaver", "TinyBERT-X", "DeepSieve", "FlowNet-3", "PromptForge", "RankMix", "SparseMoE-2", "AudioLens"]
TASKS = ["image classification", "question answering", "machine translation", "speech recognition"]
DATASETS = ["ImageNet", "SQuAD", "GLUE", "LibriSpeech"]


def papers(count: int) -> list[dict[str, Any]]:
    """``count`` papers: each introduces a method, uses a former one, and is evaluated on a known dataset."""
    made = []
    for n in range(count):
        name, other = f"{NAMES[n % 8]}{n // 8 or ''}", f"{NAMES[(n * 3 + 1) % 8]}"
        task, dataset = TASKS[n % 4], DATASETS[n % 4]
        made.append(
            {
                "id": f"24{n % 12 + 1:02d}.{n:05d}",
                "title": f"{name}: A New Approach to {task.title()} Number {n}",
                "abstract": f"We propose {name}, a method for {task} that builds on {other}. "
                f"We evaluate {name} on {dataset} and compare it with {other} and BERT. "
                f"{name} reaches an accuracy of {60 + n % 40}% and beats the baselines.",
                "date": f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
            }
        )
    return made


def write(path: Path, records: list[dict[str, Any]]) -> Path:
    """A JSON Lines file of records."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of an exports folder; none where there is no folder."""
    if not folder.exists():
        return {}
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
