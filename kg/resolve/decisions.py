"""A person's decisions: applied after every rule, and what a person should decide on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.resolve.apart import near_duplicates
from kg.resolve.gazetteer import Gazetteer
from kg.resolve.homonyms import SPLIT
from kg.resolve.names import Names, distinct
from kg.resolve.normal import compact, key
from kg.resolve.short_forms import Definitions

COLUMNS = ["decision", "a", "b", "paper_a", "paper_b"]
"""Of a decision: ``same``, ``different`` or ``name``; two names as they are written; the paper each is meant in, or
empty for all papers. ``name`` says that what is called ``a`` is to be called ``b``."""
DOUBTS = ["a", "b", "paper_a", "paper_b", "reason", "suggested", "papers"]
"""Of a doubt: two names, where they stand (empty: everywhere), why they are one or two, what is suggested, and how many
papers it touches."""
_DOUBTFUL = (
    "short form defined in other papers",
    "variant wording",
    "known short form, by type",
    "same short form",
    "misspelling",
)


def raw_form(name: str) -> str:
    """By what a name in a decision is found: letters' case, hyphens, spaces and plural don't count.

    >>> raw_form("LLaMA 2") == raw_form("Llama-2"), raw_form("???")
    (True, '???')
    """
    return compact(key(name)) or name.casefold().strip()


@dataclass
class Decisions:
    """The decisions of a table, ready to be applied."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    touched: dict[tuple[str, str], str] = field(default_factory=dict)
    """(node, raw form) that a decision moved, to the reason."""

    @classmethod
    def read(cls, decisions: pd.DataFrame | None, gazetteer: Gazetteer) -> Decisions:
        """Decisions from a table with :data:`COLUMNS`, in an order of their own."""
        if decisions is None or decisions.empty:
            return cls()
        table = decisions.reindex(columns=COLUMNS).fillna("").astype(str)
        return cls(sorted(set(table.itertuples(index=False, name=None))))

    def apply(self, names: Names, node: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The nodes of the findings as a person decided: first what differs, then what is the same."""
        if not self.rows:
            return node
        out = node.copy()
        raws = names.texts["raw"].to_numpy(dtype=object)
        surfaces = names.texts["text"].to_numpy(dtype=object)
        by_raw: dict[str, list[int]] = defaultdict(list)
        for i, raw in enumerate(raws):
            by_raw[raw].append(i)
        paper_of = names.findings["paper"].to_numpy()

        def findings(name: str, paper: str, exact: bool) -> npt.NDArray[np.int64]:
            texts = [i for i in by_raw.get(raw_form(name), []) if not exact or surfaces[i] == name]
            rows = distinct(names.finding[np.isin(names.text, texts)])
            if paper:
                rows = rows[[names.papers[p] == paper for p in paper_of[rows]]]
            return rows

        def own_node(label: str) -> int:
            if label not in names.nodes:
                names.nodes.append(label)
            return names.nodes.index(label)

        for decision, a, b, paper_a, paper_b in self.rows:
            if decision == "different":
                exact = raw_form(a) == raw_form(b) and not paper_b
                rows = findings(b, paper_b, exact)
                rows = np.setdiff1d(rows, findings(a, paper_a, exact))
                label = raw_form(b) + (SPLIT + (paper_b or "decided") if paper_b or raw_form(a) == raw_form(b) else "")
                if label in {names.nodes[n] for n in distinct(out[findings(a, paper_a, exact)])}:
                    label = raw_form(b) + SPLIT + "decided"
                if len(rows):
                    out[rows] = own_node(label)

        leader: dict[int, int] = {}

        def lead(n: int) -> int:
            while leader.get(n, n) != n:
                n = leader[n]
            return n

        for decision, a, b, paper_a, paper_b in self.rows:
            if decision == "same":
                one, two = findings(a, paper_a, False), findings(b, paper_b, False)
                if len(one) and len(two):
                    kept, gone = lead(_most(out[one])), lead(_most(out[two]))
                    leader[gone] = kept
        if leader:
            out = np.array([lead(n) for n in out.tolist()], dtype=np.int64)
        return out

    def reasons(self, surfaces: pd.DataFrame) -> pd.Series:
        """The reasons of the surface strings, where a decision named one: ``decision``."""
        decided = {raw_form(name) for decision, *pair in self.rows if decision != "name" for name in pair[:2]}
        if not decided:
            return surfaces["reason"]
        raw = {name: raw_form(name) for name in surfaces["name"].unique()}
        return surfaces["reason"].where(~surfaces["name"].map(raw).isin(decided), "decision")

    def names(self, ids: npt.NDArray[np.object_], names: Names) -> dict[str, str]:
        """Entity id to the name a person gave it."""
        chosen = {raw_form(a): b for decision, a, b, _, _ in self.rows if decision == "name"}
        if not chosen:
            return {}
        form = dict(zip(names.texts["raw"], names.texts["form"], strict=True))
        wanted = {form.get(raw, raw): name for raw, name in chosen.items()}
        return {ids[i]: wanted[node] for i, node in enumerate(names.nodes) if ids[i] and node in wanted}

    def doubts(
        self,
        names: Names,
        node: npt.NDArray[np.int64],
        definitions: Definitions,
        before: npt.NDArray[np.int64],
    ) -> pd.DataFrame:
        """What a person should look at, of :data:`DOUBTS`, what matters most first: papers times doubt.

        ``before``: the nodes before wordings inside papers were joined.
        """
        merges, homonyms = self._weak_merges(names, node), self._homonyms(names, node)
        merges["weight"] = merges["papers"] * 0.2  # most weak merges are right
        homonyms["weight"] = homonyms["papers"] * 0.2
        out = pd.concat([merges, homonyms, near_duplicates(names, before, node, definitions)], ignore_index=True)
        out = out.reindex(columns=[*DOUBTS, "weight"])
        out[["paper_a", "paper_b"]] = out[["paper_a", "paper_b"]].fillna("")
        decided = {frozenset((raw_form(a), raw_form(b))) for decision, a, b, _, _ in self.rows if decision != "name"}
        if decided:
            pairs = zip(out["a"], out["b"], strict=True)
            out = out[np.array([frozenset((raw_form(a), raw_form(b))) not in decided for a, b in pairs], dtype=bool)]
        out = out.sort_values(
            ["weight", "a", "b", "paper_a", "paper_b"], ascending=[False, True, True, True, True], ignore_index=True
        )
        return out[DOUBTS].astype({"papers": np.int64})

    def _weak_merges(self, names: Names, node: npt.NDArray[np.int64]) -> pd.DataFrame:
        doubtful = np.array([r in _DOUBTFUL for r in names.reasons], dtype=bool)
        rows = np.flatnonzero(doubtful[names.reason])
        table = pd.DataFrame(
            {
                "entity": node[names.finding[rows]],
                "raw": names.texts["raw"].to_numpy(dtype=object)[names.text[rows]],
                "text": names.text[rows],
                "paper": names.paper[rows],
                "reason": names.reason[rows],
            }
        )
        if table.empty:
            return pd.DataFrame({c: [] for c in DOUBTS})
        merged = table.groupby(["entity", "raw"]).agg(
            text=("text", "min"), paper=("paper", "min"), papers=("paper", "nunique"), reason=("reason", "min")
        )
        merged = merged.reset_index()
        own = {n: names.nodes[n].partition(SPLIT)[0] for n in merged["entity"].unique().tolist()}
        merged = merged[merged["raw"] != merged["entity"].map(own)]
        # The other side: the entity's most frequent other surface string whose place is not in doubt.
        plain = ~doubtful[names.reason] & np.isin(node[names.finding], merged["entity"].unique())
        other = pd.DataFrame(
            {"entity": node[names.finding[plain]], "text": names.text[plain], "paper": names.paper[plain]}
        )
        other = other.groupby(["entity", "text"]).agg(n=("paper", "size"), where=("paper", "min")).reset_index()
        other["raw"] = names.texts["raw"].to_numpy(dtype=object)[other["text"]]
        other = other.sort_values(["entity", "n", "text"], ascending=[True, False, True]).drop_duplicates("entity")
        merged = merged.merge(other, on="entity", suffixes=("", "_other"))
        merged = merged[merged["raw"] != merged["raw_other"]]
        text = names.texts["text"].to_numpy(dtype=object)
        return pd.DataFrame(
            {
                "a": text[merged["text_other"]],
                "b": text[merged["text"]],
                "paper_a": "",
                "paper_b": "",
                "reason": [names.reasons[r] for r in merged["reason"]],
                "suggested": "same",
                "papers": merged["papers"],
            }
        )

    def _homonyms(self, names: Names, node: npt.NDArray[np.int64]) -> pd.DataFrame:
        papers = set(names.papers)
        apart = [n for n in distinct(node).tolist() if names.nodes[n].partition(SPLIT)[2] in papers]
        apart.sort(key=lambda n: names.nodes[n])
        forms = {names.nodes[n].partition(SPLIT)[0] for n in apart}
        base = {name: i for i, name in enumerate(names.nodes) if name in forms}
        paper_of, found = names.findings["paper"].to_numpy(), names.findings
        intro = np.flatnonzero((found["role"] == "introduces").to_numpy())
        own = np.flatnonzero(np.isin(node, apart))
        # from behind: the first finding of a node is the last to be put in
        introducing, row_of = (dict(zip(node[r].tolist(), r.tolist(), strict=True)) for r in (intro[::-1], own[::-1]))
        text = names.texts["text"].to_numpy(dtype=object)

        def text_of(row: int) -> str:
            return str(text[names.text[np.searchsorted(names.finding, row)]])

        rows = []
        for n in apart:
            form, _, paper = names.nodes[n].partition(SPLIT)
            a, b = introducing.get(base.get(form, -1)), row_of[n]
            if a is not None:
                where = names.papers[paper_of[a]]
                rows.append((text_of(a), text_of(b), where, paper, "both papers introduce it", "different", 2))
        return pd.DataFrame(rows, columns=DOUBTS)


def _most(nodes: npt.NDArray[np.int64]) -> int:
    values, counts = np.unique(nodes, return_counts=True)
    return int(values[np.argmax(counts)])
