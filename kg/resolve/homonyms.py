"""Different things with the same name, told apart by who introduces them and by how they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.model import Role
from kg.resolve.gazetteer import Gazetteer
from kg.resolve.shown import is_macro

if TYPE_CHECKING:
    from kg.resolve.names import Names
    from kg.resolve.short_forms import Definitions

THINGS = ("Model", "Dataset", "Benchmark")
"""What a thing is, whatever a paper does with it."""

SPLIT = "\t"
"""Between a node's form and what sets it apart from others with that form."""


def lower_case_words(names: Names, gazetteer: Gazetteer) -> None:
    """A lower-case word is not the thing whose name it would be in capitals, unless its paper calls it such a thing.

    MATH is a benchmark; "math" as a task is not. "imagenet" as a dataset is ImageNet all the same, and so is "random
    forest" as a method the Random Forest: words of a term are no name.
    """
    spelled = gazetteer.spelling.get
    named = {f for f, t in gazetteer.types.items() if t in THINGS and _has_capital_and_no_space(spelled(f, ""))}
    texts = names.texts
    lower = texts["text"].str.islower() & (texts["raw"] == texts["form"]) & texts["form"].isin(named)
    rows = np.flatnonzero(lower.to_numpy()[names.text] & (names.reason == 0))
    types = names.findings["type"].to_numpy(dtype=object)[names.finding[rows]]
    rows = rows[~np.isin(types, THINGS)]
    names.assign(rows, [names.nodes[n] + SPLIT + "word" for n in names.node[rows]], ["same word"] * len(rows))


def _has_capital_and_no_space(name: str) -> bool:
    return " " not in name and any(map(str.isupper, name))


def left_macros(names: Names) -> None:
    r"""A LaTeX macro that a text was left with (``\ours``) is a name in its own paper only.

    What the paper also writes without the backslash is that name.
    """
    form = names.texts["form"].to_numpy(dtype=object)
    macro = np.array([is_macro(t) for t in names.texts["text"].tolist()], dtype=bool)[names.text]
    rows = np.flatnonzero(macro)
    others = np.flatnonzero(~macro & np.isin(names.paper, names.paper[rows]))

    def places(rows: npt.NDArray[np.int64]) -> list[str]:
        return [f"{p}\t{form[t]}" for p, t in zip(names.paper[rows], names.text[rows], strict=True)]

    plain = set(places(others))
    rows = rows[[place not in plain for place in places(rows)]]
    nodes = [names.nodes[n] + SPLIT + names.papers[p] for n, p in zip(names.node[rows], names.paper[rows], strict=True)]
    names.assign(rows, nodes, ["a macro of its own paper"] * len(rows))


def is_name(surface: str) -> bool:
    """Whether a string looks like a proper name, not like a term: a capital inside, or a digit.

    >>> is_name("LIFT"), is_name("DiffClass"), is_name("Router"), is_name("knowledge graph")
    (True, True, False, False)
    """
    rest = surface[1:]
    if rest.islower() and surface.replace(" ", "").replace("-", "").isalpha():  # most are
        return False
    return any(map(str.isupper, rest)) or any(map(str.isdigit, surface))


def introduced(findings: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which findings are things that their paper most probably introduces."""
    out: npt.NDArray[np.bool_] = (
        (findings["role"] == str(Role.INTRODUCES))
        & findings["type"].isin(["Model", "Method", "Dataset", "Benchmark"])
        & (findings["confidence"] * findings["role_confidence"] >= 0.5)
    ).to_numpy(dtype=bool)
    return out


def introduced_twice(
    names: Names,
    node: npt.NDArray[np.int64],
    papers: pd.DataFrame,
    definitions: Definitions,
    gazetteer: Gazetteer,
) -> npt.NDArray[np.int64]:
    """Where two papers each introduce something under one name, it is two things: each later one gets its own node.

    The earliest paper (by date, then id) keeps the name's node, and so do the papers that only mention it. Papers that
    define the same long form mean one thing, and so does a name that is known beforehand.
    """
    found = names.findings
    rows = np.flatnonzero(introduced(found) & found["is_name"].to_numpy(dtype=bool))
    known = set(gazetteer.types) | set(definitions.table["meaning"])
    rows = rows[[names.nodes[n] not in known for n in node[rows]]]
    dates = papers.set_index("id")["date"].reindex(names.papers).fillna("9999").astype(str).to_numpy(dtype=object)
    paper = found["paper"].to_numpy()[rows]
    table = pd.DataFrame({"node": node[rows], "paper": paper, "date": dates[paper]})
    table = table.drop_duplicates().sort_values(["node", "date", "paper"])
    later = table[table.duplicated("node")]
    out = node.copy()
    index = {(int(n), int(p)): i for i, (n, p) in enumerate(zip(later["node"], later["paper"], strict=True))}
    new = [names.nodes[n] + SPLIT + names.papers[p] for n, p in zip(later["node"], later["paper"], strict=True)]
    first = len(names.nodes)
    names.nodes.extend(new)
    if index:
        affected = np.flatnonzero(np.isin(node, later["node"].unique()))
        of_paper = found["paper"].to_numpy()
        for row in affected.tolist():
            at = index.get((int(node[row]), int(of_paper[row])))
            if at is not None:
                out[row] = first + at
    return out
