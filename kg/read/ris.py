"""RIS, as rispy reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.read.record import Row, Wrong

NAME = "RIS"

_START = re.compile(r"TY  ?-")
_TAG = re.compile(r"([A-Z][A-Z0-9]) ?(?: )?- ?(?=\S|$)")
"""A line's beginning; some programs write a blank less than the format has."""


def sniff(head: str) -> bool:
    """Whether a file that begins like this is RIS."""
    return bool(re.search(r"^TY  ?- ", head, re.M))


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The file's references, each parsed by itself, so that a bad one does not hide the others."""
    start, block = 0, list[str]()
    for number, line in enumerate(lines, 1):
        if _START.match(line):
            if block:
                yield _record(start, block)
            start, block = number, []
        if start:
            block.append(line)
    if block:
        yield _record(start, block)


def _record(start: int, block: list[str]) -> Row | Wrong:
    import rispy

    block = [_TAG.sub(r"\1  - ", line.rstrip("\n"), count=1) + "\n" if _TAG.match(line) else line for line in block]
    if not any(line.startswith("ER  -") for line in block):
        return Wrong(start, "RIS reference without an end (ER): cut off in the middle")
    try:
        fields = rispy.loads("".join(block))[0]
    except Exception as error:
        return Wrong(start, f"bad RIS: {' '.join(str(error).split())[:100]}")
    fields.pop("id", None)  # the reference manager's own
    fields.setdefault("title", fields.get("primary_title"))
    return Row(start, fields)
