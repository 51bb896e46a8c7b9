"""No line, however odd, takes the readers longer than a moment."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType

import pytest

from kg.model import KgError
from kg.read import read

PROSE = "We propose a network. It tells birds by their songs, and it is better than all others.\n"
LINES = {
    "a rule of dashes": "-" * 200 + "x",
    "marks and blanks": "# * - _ > " * 60 + "x",
    "a long word": "a" * 200 + ":",
    "asterisks": "**a" * 3000,
    "brackets": "[" * 5000 + "](" * 500,
    "blanks": " " * 20_000 + "x",
    "numbers of chapters": "IVX" * 100 + " " * 200 + "x",
}
PAGES = {
    "text": "A Title of Ours\n\n" + PROSE + "\n{line}\n",
    "one abstract": "A Title of Ours\nAda Lark\n{line}\nAbstract\n" + PROSE + "{line}\n",
    "labels": "Title: A Title\n{line}\nAbstract: " + PROSE + "{line}\n",
    "Markdown": "# Papers\n\n## A Title of Ours\n" + PROSE + "{line}\n\n- **A** {line}\n",
    "arXiv": "arXiv:2401.01234 (cs)\n[Submitted on 3 Jan 2024]\n{line}\nA Title\nAda Lark\n" + PROSE + "{line}\n",
    "search": "arXiv:2401.01234 [pdf] cs.SD\n{line}\nAbstract: " + PROSE + "{line}\nSubmitted 3 January, 2024;\n",
    "XML": "<!-- a -->" * 60 + "<x>{line}</x>\n",
}


@pytest.fixture
def a_moment() -> Iterator[None]:
    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no alarm on this system")
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("line", LINES)
def test_odd_lines_are_read_in_a_moment(tmp_path: Path, a_moment: None, page: str, line: str) -> None:
    (tmp_path / "in").write_text(PAGES[page].replace("{line}", LINES[line]))
    with suppress(KgError):  # a page of odd lines may hold no paper
        read(tmp_path / "in")
