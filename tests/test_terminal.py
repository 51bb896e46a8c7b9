"""What commands print on a terminal, which is as wide as it is: no name is broken, and what is left out is told."""

from __future__ import annotations

import io
import re
import sys

import pandas as pd
import pytest

from kg.cli.output import print_table


class Terminal(io.StringIO):
    """Standard output of a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch):
    """What is printed of a table on a terminal of so many columns."""

    def show(table: pd.DataFrame, width: int) -> str:
        terminal = Terminal()
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setattr(sys, "stdout", terminal)
        print_table(table)
        monkeypatch.undo()
        text = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())
        assert max(map(len, text.splitlines())) <= width
        return text

    return show


RISING = pd.DataFrame(
    {
        "id": ["entity/retrieval-augmented-generation", "entity/text-to-image-diffusion-model"],
        "name": ["retrieval-augmented generation", "text-to-image diffusion model"],
        "type": ["Method", "Model"],
        "papers": [37, 412],
        "burst_weight": [7.32, 48.53],
    }
)


def test_a_wide_terminal_shows_all_of_a_table(shown):
    text = shown(RISING, 120)
    for word in ("entity/retrieval-augmented-generation", "retrieval-augmented generation", "burst weight", "48.53"):
        assert word in text


def test_ids_beside_names_give_way_on_a_narrow_terminal(shown):
    text = shown(RISING, 60)
    assert "entity/" not in text
    for word in ("retrieval-augmented", "text-to-image", "Method", "burst", "48.53"):
        assert word in text
    assert "not shown: id" in text


def test_ids_stay_where_nothing_else_tells_two_apart(shown):
    text = shown(RISING.assign(name="LIFT", id=["entity/lift", "entity/lift-2"], why="x" * 40), 60)
    assert "entity/lift-2" in text


def test_columns_that_do_not_fit_are_left_out_from_the_right_and_told(shown):
    names = ["HotpotQA", "PubMedQA", "T2I-CompBench", "2WikiMultiHopQA", "Encyclopedic-VQA"]
    text = shown(pd.DataFrame({"Method": ["Hierarchical-Thought Tuning", "MacRAG"], **dict.fromkeys(names, 1)}), 60)
    for word in ("Hierarchical-Thought", "HotpotQA", "T2I-CompBench"):
        assert word in text
    assert "Encyclopedic" not in text.splitlines()[1]
    assert "not shown: 2WikiMultiHopQA, Encyclopedic-VQA (a wider terminal, a pipe or --json has all)" in " ".join(
        text.split()
    )


def test_a_word_wider_than_the_terminal_is_broken_not_cut(shown):
    text = shown(pd.DataFrame({"thing": ["a" * 70], "name": ["b" * 50]}), 40)
    assert (text.count("a") - "thing name".count("a"), text.count("b")) == (70, 50)
