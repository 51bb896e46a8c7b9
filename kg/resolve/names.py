"""The names of a corpus while they are resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.model import EntityType, Extracted, Role
from kg.resolve.forms import Forms
from kg.resolve.homonyms import is_name

Codes = npt.NDArray[np.int64]


def distinct(codes: Codes) -> Codes:
    """The different ones of many codes, sorted. (Without counts, ``np.unique`` takes up to forty times as long.)

    >>> distinct(np.array([2, 0, 2])).tolist()
    [0, 2]
    """
    return np.unique(codes, return_counts=True)[0]


_PER_MENTION = ("finding", "paper", "text", "start", "end", "sentence", "node", "reason")


@dataclass
class Names:
    """The names of a corpus while they are resolved. One row a mention (arrays), one row a finding (``findings``)."""

    papers: list[str]
    """Paper ids, sorted; ``paper`` counts in it."""
    texts: pd.DataFrame
    """One row a different surface string (``kg.resolve.forms.Forms.table``), with ``text``."""
    findings: pd.DataFrame
    """Sorted by paper, finding: ``paper`` (code), ``finding``, ``type``, ``role``, ``confidence``,
    ``role_confidence``; ``type_code``, ``role_code`` (in the order of the enumerations), ``start`` (of the first
    mention), ``mentions`` (their number), ``is_name`` (whether one of them looks like a proper name)."""
    finding: Codes
    """Row of each mention's finding in ``findings``; sorted."""
    paper: Codes
    text: Codes
    """Row of each mention's surface string in ``texts``."""
    start: Codes
    end: Codes
    sentence: Codes
    """Where each mention begins and ends, and where the sentence begins that it stands in."""
    nodes: list[str]
    """All nodes met so far; ``node`` counts in it."""
    node: Codes
    reasons: list[str]
    reason: Codes
    """Why each mention has its node, in ``reasons``; 0 is "same name"."""
    _nodes_at: dict[str, int] = field(default_factory=dict, repr=False)
    _reasons_at: dict[str, int] = field(default_factory=dict, repr=False)
    """Where nodes and reasons stand, as far as :meth:`assign` has looked."""

    def assign(self, rows: Codes, nodes: list[str], reasons: list[str]) -> None:
        """Give the mentions at ``rows`` other nodes, for these reasons."""
        for words, known, codes, new in (
            (self.nodes, self._nodes_at, self.node, nodes),
            (self.reasons, self._reasons_at, self.reason, reasons),
        ):
            known.update(zip(words[len(known) :], range(len(known), len(words)), strict=True))
            for word in sorted(set(new)):
                if word not in known:
                    known[word] = len(words)
                    words.append(word)
            codes[rows] = [known[word] for word in new]

    def know(self, texts: pd.DataFrame) -> None:
        """Make further strings known that no mention is (``kg.resolve.forms.Forms.table``): their forms, in words."""
        more = texts.reset_index()
        more["is_name"] = [is_name(t) for t in more["text"].tolist()]
        self.texts = pd.concat([self.texts, more], ignore_index=True)

    def parts(self, number: int) -> Iterator[tuple[Names, slice]]:
        """As many parts of the papers, each as if there were no others, with the rows of its findings."""
        paper = self.findings["paper"].to_numpy()
        ends = np.searchsorted(paper, [len(self.papers) * i // number for i in range(number + 1)]).tolist()
        for rows in (slice(start, end) for start, end in pairwise(ends)):
            mentions = slice(*np.searchsorted(self.finding, [rows.start, rows.stop]).tolist())
            own = {name: getattr(self, name)[mentions] for name in _PER_MENTION}
            own["finding"] = own["finding"] - rows.start
            yield replace(self, findings=self.findings.iloc[rows].reset_index(drop=True), **own), rows

    def code_of_reason(self, reason: str) -> int:
        """The code of a reason, which is made known."""
        if reason not in self.reasons:
            self.reasons.append(reason)
        return self.reasons.index(reason)


def read_names(extracted: Extracted, forms: Forms) -> Names:
    """The tables as codes, each mention with the node of its own form."""
    found = extracted.findings
    paper, papers = pd.factorize(found["paper"], sort=True)
    types, roles = [str(t) for t in EntityType], [str(r) for r in Role]
    findings = pd.DataFrame(
        {
            "paper": paper.astype(np.int64),
            "finding": found["finding"].to_numpy(dtype=np.int64),
            "type": found["type"].array,
            "role": found["role"].array,
            "confidence": found["confidence"].to_numpy(dtype=float),
            "role_confidence": found["role_confidence"].to_numpy(dtype=float),
        }
    ).sort_values(["paper", "finding"], ignore_index=True)
    findings["type_code"] = pd.Index(types).get_indexer(pd.Index(findings["type"].astype(str)))
    findings["role_code"] = pd.Index(roles).get_indexer(pd.Index(findings["role"].astype(str)))
    width = int(findings["finding"].max()) + 1 if len(findings) else 1
    index = findings["paper"].to_numpy() * width + findings["finding"].to_numpy()

    mentions = extracted.mentions
    of_paper = pd.Index(papers).get_indexer(pd.Index(mentions["paper"])).astype(np.int64)
    row = np.searchsorted(index, of_paper * width + mentions["finding"].to_numpy(dtype=np.int64))
    start = mentions["start"].to_numpy(dtype=np.int64)
    text, surfaces = pd.factorize(mentions["text"], sort=True)
    order = np.lexsort((text, row * (start.max(initial=0) + 1) + start))
    texts = forms.table(surfaces.tolist()).reset_index()
    node, nodes = pd.factorize(texts["form"].to_numpy(dtype=object), sort=True)
    reasons = ["same name", *sorted(set(texts["reason"]) - {""})]
    reason = texts["reason"].map({r: i for i, r in enumerate(reasons)} | {"": 0}).to_numpy(dtype=np.int64)
    row, text = row[order].astype(np.int64), text[order].astype(np.int64)
    first = np.searchsorted(row, np.arange(len(findings)))
    findings["start"] = np.append(start[order], 0)[np.minimum(first, len(order))]
    findings["mentions"] = np.bincount(row, minlength=len(findings))
    texts["is_name"] = [is_name(t) for t in texts["text"].tolist()]
    name = np.zeros(len(findings), dtype=bool)
    name[row[texts["is_name"].to_numpy(dtype=bool)[text]]] = True
    findings["is_name"] = name
    return Names(
        papers=papers.tolist(),
        texts=texts,
        findings=findings,
        finding=row,
        paper=of_paper[order],
        text=text,
        start=start[order],
        end=mentions["end"].to_numpy(dtype=np.int64)[order],
        sentence=mentions["sentence_start"].to_numpy(dtype=np.int64)[order],
        nodes=nodes.tolist(),
        node=node.astype(np.int64)[text],
        reasons=reasons,
        reason=reason[text],
    )
