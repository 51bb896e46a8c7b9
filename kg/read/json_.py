"""JSON Lines (also the lines of arXiv's metadata snapshot), and one JSON document: an array or an object."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

from kg.read.record import NAMES, WRAPPERS, Row, Wrong
from kg.read.unpack import held

NAME = "JSON"


def sniff(head: str) -> bool:
    """Whether a file that begins like this is JSON."""
    return bool(re.match(r"\s*(\[\s*(\{|\]|$)|\{\s*(\"|\}|$))", head))


def records(lines: Iterator[str]) -> Iterator[Row | Wrong]:
    """The objects of the file: one a line, or all in one document."""
    first = ""
    number = 0
    for number, first in enumerate(lines, 1):  # noqa: B007  the first line that is not blank
        if first.strip():
            break
    try:
        one = _load(first)
    except ValueError:
        # no whole value on the first line: a document over many lines, or a file of lines that starts with a bad one
        second = next(lines, "")
        opens = first.rstrip().endswith(("{", "[", ",", ":"))
        if first.lstrip().startswith("{") and not opens and (not second.strip() or second.lstrip().startswith("{")):
            yield from _lines(itertools.chain([first, second]), lines, number)
        else:
            yield from _document("".join(held(itertools.chain(["\n"] * (number - 1), [first, second], lines))))
        return
    yield from _lines(iter([first]), lines, number, many=isinstance(one, list) or bool(_wrapped(one)))


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _lines(first: Iterator[str], rest: Iterator[str], start: int, *, many: bool = False) -> Iterator[Row | Wrong]:
    """A record a line; or, where the first line has `many`, an array or a document of them on any line."""
    for number, line in enumerate(itertools.chain(first, rest), start):
        if not line.strip():
            continue
        try:
            value = _load(line)
        except ValueError as error:
            yield Wrong(number, _why(error, line.rstrip()))
            continue
        records = (value if isinstance(value, list) else _wrapped(value)) if many else None
        yield from _objects([value] if records is None else records, itertools.repeat(number))


def _document(text: str) -> Iterator[Row | Wrong]:
    try:
        value = _load(text)
    except ValueError as error:
        yield Wrong(getattr(error, "lineno", 1), _why(error, text.rstrip()))
        return
    items = value if isinstance(value, list) else _wrapped(value) or [value]
    # where each object of the array starts is not told by the parser: count the brackets' lines by parsing once more
    yield from _objects(items, _starts(text, len(items)))


def _starts(text: str, count: int) -> Iterator[int]:
    """The line on which each of `count` objects of the array in `text` starts (1 for all if it is nested deeper)."""
    decoder, place, line, at = json.JSONDecoder(), text.find("[") + 1, 1, 0
    for _ in range(count):
        try:
            place = re.compile(r"[\s,]*").match(text, place).end()  # type: ignore[union-attr]
            line, at = line + text.count("\n", at, place), place
            _, place = decoder.raw_decode(text, place)
        except ValueError:
            break
        yield line
    yield from itertools.repeat(line)


def _wrapped(value: Any) -> list[Any] | None:
    """The list of records in a document such as ``{"papers": […]}``, ``{"data": […], "total": 2}`` or one inside it.

    Crossref's is ``{"status": "ok", "message": {"items": […]}}``.
    """
    if not isinstance(value, dict) or _is_record(value):
        return None
    lists = [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
    lists = [v for v in lists if _is_record(v[0])] or lists
    if not lists:
        lists = [inner for v in value.values() if (inner := _wrapped(v))]
    return lists[0] if len(lists) == 1 else None


def _is_record(value: dict[str, Any]) -> bool:
    """Whether an object has a title or an abstract, or wraps one that has; a name alone may be anybody's."""
    if any(isinstance(inner := value.get(wrapper), dict) and _is_record(inner) for wrapper in WRAPPERS):
        return True
    names = {"".join(c for c in key.lower() if c.isalpha()) for key in value}
    return not names.isdisjoint({*NAMES["title"], *NAMES["abstract"]} - {"name"})


def _objects(values: list[Any], numbers: Iterator[int]) -> Iterator[Row | Wrong]:
    for number, value in zip(numbers, values, strict=False):
        if isinstance(value, dict):
            yield Row(number, value)
        else:
            yield Wrong(number, f"expected an object, found {json.dumps(value)[:40]}")


def _why(error: ValueError, text: str) -> str:
    place = getattr(error, "pos", 0)
    # an unfinished string is reported where it starts, anything else at the end
    cut = place >= len(text) or "Unterminated" in str(error)
    return "JSON that is cut off in the middle" if cut else f"not JSON ({getattr(error, 'msg', error)})"
