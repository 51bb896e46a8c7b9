"""Annotated papers: one JSON object a line, with the text and its entities' surface strings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.model import EntityType, KgError, Paper, Role


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """One annotated entity of one paper."""

    name: str
    type: str
    role: str
    """Empty where the paper was annotated with mentions only."""
    mentions: tuple[str, ...]
    """Surface strings; each counts wherever it stands, unless inside a longer one."""


@dataclass(frozen=True, slots=True)
class GoldPaper:
    """One annotated paper."""

    paper: Paper
    entities: tuple[GoldEntity, ...]

    def spans(self) -> dict[tuple[int, int], int]:
        """Offsets of each mention, and the index of its entity. The longer surface string wins where two overlap.

        >>> lora = GoldEntity("LoRA", "Method", "introduces", ("LoRA",))
        >>> GoldPaper(Paper("1", "LoRA", "We propose LoRA."), (lora,)).spans()
        {(0, 4): 0, (16, 20): 0}
        """
        text = self.paper.text
        places = [
            (*match.span(), index)
            for index, entity in enumerate(self.entities)
            for surface in set(entity.mentions)
            for match in re.finditer(r"(?<!\w)" + re.escape(surface) + r"(?!\w)", text)
        ]
        places.sort(key=lambda place: (place[0] - place[1], place[0]))
        taken = bytearray(len(text))
        found: dict[tuple[int, int], int] = {}
        for start, end, index in places:
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found[start, end] = index
        return found


def read_gold(path: Path | str) -> list[GoldPaper]:
    """Read annotated papers. Raises :class:`KgError` that names file and line where one is not in the form."""
    papers = []
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KgError(f"{path}: {why(error)}; give a JSON Lines file of annotated papers") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                papers.append(_paper(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                form = "see kg/train/README.md for the form"
                raise KgError(f"{path}:{number}: not an annotated paper: {why(error)}; {form}") from error
    if not papers:
        raise KgError(f"{path}: holds no annotated paper; see kg/train/README.md for the form")
    return papers


def why(error: Exception) -> str:
    """What is wrong with a file of records, in the words of who wrote it.

    >>> why(KeyError("entities"))
    'it has no field "entities"'
    """
    if isinstance(error, KeyError):
        return f'it has no field "{error.args[0]}"'
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON: {error.msg} at column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return "a field holds another kind of value" if isinstance(error, TypeError) else str(error)


def _paper(record: dict[str, Any]) -> GoldPaper:
    entities = tuple(
        GoldEntity(e["name"], str(EntityType(e["type"])), _role(e.get("role")), tuple(e["mentions"]))
        for e in record["entities"]
    )
    return GoldPaper(Paper(str(record["id"]), record["title"], record["abstract"]), entities)


def _role(role: str | None) -> str:
    return str(Role(role)) if role else ""
