"""The review file: doubtful merges and splits as a table that a person edits in a spreadsheet.

One row a doubt. A person writes into ``decision``: ``same`` (a and b are one thing), ``different`` (they are two),
``name`` (what is called a is to be called b), ``undo`` (take an earlier decision back), or nothing. Rows may be added:
only ``decision``, ``a`` and ``b`` are needed, and ``paper_a``, ``paper_b`` where a name is meant in one paper only.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kg.model import KgError, text_of
from kg.resolve.decisions import COLUMNS, DOUBTS
from kg.spreadsheet import guarded, unguarded

FILE = ["decision", "suggested", "a", "b", "reason", "papers", "evidence_a", "evidence_b", "paper_a", "paper_b"]
"""The columns of the review file."""
WORDS = ("same", "different", "name", "undo")


def review(doubts: pd.DataFrame | None, papers: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """The doubts as the table :data:`FILE`, each name with a sentence in which it stands.

    ``doubts`` as in :class:`~kg.model.Resolved`; ``papers`` and ``mentions`` as in :class:`~kg.model.Tables`.
    """
    if doubts is None or doubts.empty:
        return pd.DataFrame({column: [] for column in FILE}, dtype="str")
    wanted = mentions[mentions["text"].isin(set(doubts["a"]) | set(doubts["b"]))]
    wanted = wanted.sort_values(["confidence", "paper", "start"], ascending=[False, True, True])
    texts = {i: text_of(t, a) for i, t, a in zip(papers["id"], papers["title"], papers["abstract"], strict=True)}
    evidence: dict[tuple[str, str], str] = {}
    columns = ["text", "paper", "sentence_start", "sentence_end"]
    for name, paper, start, end in wanted[columns].itertuples(index=False, name=None):
        if (name, paper) not in evidence:
            sentence = f"[{paper}] {' '.join(texts[paper][start:end].split())}"
            evidence[name, paper] = sentence
            evidence.setdefault((name, ""), sentence)

    out = doubts[DOUBTS].fillna("").copy()
    out["decision"] = ""
    for side in ("a", "b"):
        out[f"evidence_{side}"] = [
            evidence.get(place, "") for place in zip(out[side], out[f"paper_{side}"], strict=True)
        ]
    return out[FILE].reset_index(drop=True)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a review table in UTF-8 that spreadsheets recognize: CSV, or TSV where the name ends in ``.tsv``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    safe = table.map(lambda value: guarded(value) if isinstance(value, str) else value)
    safe.to_csv(path, sep=separator, index=False, encoding="utf-8-sig", lineterminator="\n")


def read(path: Path) -> pd.DataFrame:
    """The decided rows of a review file: the columns of a decision, ``undo`` included; the index is their lines.

    Raises :class:`KgError` where the file cannot be read or a decision is no known word.
    """
    try:
        table = pd.read_csv(
            path,
            sep=_separator(path),  # by which the spreadsheet parts columns, whatever the file is called
            dtype=str,
            encoding="utf-8-sig",
            keep_default_na=False,
            skip_blank_lines=False,  # so that rows can be counted
        )
    except FileNotFoundError:
        raise KgError(f"{path}: there is no such file; make one with: kg resolve --review {path}") from None
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise KgError(f"{path}: not a table that can be read ({error}); save it as CSV or TSV in UTF-8") from None
    table.index = pd.RangeIndex(2, len(table) + 2)
    return decided(table, path)


def decided(table: pd.DataFrame, where: Path | str) -> pd.DataFrame:
    """The decided rows of a review table, with the columns of a decision, ``undo`` included.

    ``where`` is what errors name, with the row's label. Raises :class:`KgError` where a column is missing or a decision
    is no known word or not whole.

    >>> decided(pd.DataFrame({"decision": ["same", ""], "a": ["BERT", "x"], "b": ["Bert", "y"]}), "table").shape
    (1, 5)
    """
    written = [str(column).strip() for column in table.columns]
    at = {column: _place(written, column) for column in COLUMNS}
    missing = [c for c in ("decision", "a", "b") if at[c] is None]
    if missing:
        raise KgError(f"{where}: no column {', '.join(missing)}; keep the header line of kg resolve --review")
    cells = {column: "" if i is None else table.iloc[:, i].fillna("").str.strip() for column, i in at.items()}
    rows = pd.DataFrame(cells, index=table.index).map(unguarded)
    rows["decision"] = rows["decision"].str.lower()
    for line, row in zip(rows.index, rows.itertuples(index=False), strict=True):
        if row.decision and row.decision not in WORDS:
            raise KgError(f"{where}:{line}: unknown decision {row.decision!r}; write {', '.join(WORDS)} or nothing")
        if row.decision and not (row.a and row.b):
            raise KgError(f"{where}:{line}: a decision needs a name in both a and b")
    return rows[rows["decision"] != ""]


def apply(before: pd.DataFrame | None, new: pd.DataFrame | None = None) -> pd.DataFrame:
    """The decisions in force after new ones: the newer of two on the same pair stands, ``undo`` takes one back.

    >>> first = pd.DataFrame([["same", "A", "B", "", ""]], columns=COLUMNS)
    >>> apply(first, pd.DataFrame([["different", "B", "A", "", ""]], columns=COLUMNS))["decision"].tolist()
    ['different']
    >>> len(apply(first, pd.DataFrame([["undo", "A", "B", "", ""]], columns=COLUMNS)))
    0
    """
    force: dict[object, tuple[str, ...]] = {}
    for table in (before, new):
        if table is None:
            continue
        for row in table.reindex(columns=COLUMNS).fillna("").itertuples(index=False, name=None):
            decision, a, b, paper_a, paper_b = row
            pair = (a, paper_a) if decision == "name" else frozenset({(a, paper_a), (b, paper_b)})
            if decision == "undo":
                force.pop(frozenset({(a, paper_a), (b, paper_b)}), None)
                force.pop((a, paper_a), None)
            else:
                force[pair] = row
    return pd.DataFrame(sorted(force.values()), columns=COLUMNS, dtype="str")


def _place(written: list[str], column: str) -> int | None:
    """Which of the columns of a file this is: the one called so, else the first called so but for capitals."""
    for names in (written, [name.lower() for name in written]):
        if column in names:
            return names.index(column)
    return None


def _separator(path: Path) -> str:
    """What stands between the columns' names: in many languages spreadsheets save semicolons."""
    with path.open(encoding="utf-8-sig") as file:
        return max(",;\t", key=file.readline().count)
