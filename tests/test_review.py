"""The review file as spreadsheets save it, and tables that no spreadsheet takes for formulas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rdf_tables import small_tables

from kg.export import csv
from kg.resolve import read_review, review_table, write_review

FORMULAS = ['=HYPERLINK("http://evil.example")', "+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "'=1", "''+1"]


@pytest.mark.parametrize(
    "text",
    [
        "decision;a;b\nsame;x, y;z\n",
        '\ufeff"decision";"a";"b"\r\n"same";"x, y";"z"\r\n',
        "decision\ta\tb\nsame\tx, y\tz\n",
        'a,A,b,decision\n"x, y",my note,z,same\n',
        'A,note,B,Decision\n"x, y",,z,Same\n',
    ],
)
@pytest.mark.parametrize("name", ["doubts.csv", "doubts.tsv"])
def test_a_review_is_read_as_spreadsheets_save_it(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / name).write_bytes(text.encode())
    assert read_review(tmp_path / name).to_numpy().tolist() == [["same", "x, y", "z", "", ""]]


@pytest.mark.parametrize("name", ["doubts.csv", "doubts.tsv"])
def test_no_cell_of_a_review_is_a_formula_and_names_come_back(tmp_path: Path, name: str) -> None:
    rows = [{"a": text, "b": "x", "paper_a": text, "decision": "same"} for text in FORMULAS]
    empty = review_table(None, pd.DataFrame(), pd.DataFrame())
    write_review(pd.DataFrame(rows).reindex(columns=empty.columns, fill_value=""), tmp_path / name)
    decided = read_review(tmp_path / name)
    assert decided["a"].tolist() == decided["paper_a"].tolist() == FORMULAS
    raw = pd.read_csv(tmp_path / name, sep=None, engine="python", dtype=str)
    assert all(cell.startswith("'") for cell in raw["a"])


def test_no_cell_of_the_csv_export_is_a_formula(tmp_path: Path) -> None:
    tables = small_tables()
    titles = [FORMULAS[i % len(FORMULAS)] for i in range(len(tables.papers))]
    papers = tables.papers.assign(title=titles, abstract="")
    csv.write(replace(tables, papers=papers), tmp_path / "out")
    assert all(title.startswith("'") for title in pd.read_csv(tmp_path / "out" / "papers.csv")["title"])
