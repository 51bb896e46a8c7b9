"""Near-duplicates that were left apart: what a person could join, with the reason to think so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz.distance import Levenshtein
from scipy.sparse import csr_matrix

from kg.model import EntityType
from kg.resolve.homonyms import SPLIT
from kg.resolve.names import Codes, Names, distinct
from kg.resolve.short_forms import Definitions
from kg.resolve.variants import SMALL, is_version, stem

FEWEST = 3
"""Papers that each of two names must be in, for a row to be worth a person's time."""
_OFTEN = 10
"""Papers that each of two names must be in to be compared by their company alone."""
MOST = 2000
"""Rows at most, the weightiest first."""
_SHARE = 0.05
"""Share of the papers with a name that call one thing by it and another name: "reasoning" may mean any reasoning."""
_BLOCK = 40
"""Names that share all words but one are compared where they are at most so many."""
_OPPOSITES = (
    "un non in im dis de pre post intra inter micro macro hyper hypo sub super over under multi uni mono bi tri"
)
_PREFIXES = tuple(_OPPOSITES.split())


@dataclass(frozen=True)
class _Nodes:
    """The nodes of the result: arrays over ``Names.nodes``."""

    papers: Codes
    """In how many papers."""
    text: Codes
    """The most frequent surface string, -1 without any."""
    type: Codes


def near_duplicates(names: Names, before: Codes, node: Codes, definitions: Definitions) -> pd.DataFrame:
    """Pairs of names that may be one thing but are two entities.

    ``before`` are the nodes before wordings inside papers were joined. Columns ``a``, ``b``, ``reason``, ``suggested``,
    ``papers`` (that would change), ``weight`` (papers times the chance that it is one thing).
    """
    nodes = _nodes(names, node)
    rows = [
        *_one_thing_in_papers(names, before, node, nodes),
        *_short_forms(names, nodes, definitions),
        *_one_word_differs(names, node, nodes),
    ]
    table = pd.DataFrame(rows, columns=["one", "two", "reason", "suggested", "papers", "weight"])
    text = names.texts["text"].to_numpy(dtype=object)
    table["a"], table["b"] = (text[nodes.text[table[side].to_numpy(dtype=np.int64)]] for side in ("one", "two"))
    table["low"], table["high"] = table[["one", "two"]].min(axis=1), table[["one", "two"]].max(axis=1)
    table = table.sort_values(["weight", "a", "b", "reason"], ascending=[False, True, True, True])
    table = table.drop_duplicates(["low", "high"]).head(MOST)
    return table[["a", "b", "reason", "suggested", "papers", "weight"]].reset_index(drop=True)


_Row = tuple[int, int, str, str, int, float]


def _nodes(names: Names, node: Codes) -> _Nodes:
    size = len(names.nodes)
    pairs = distinct(node * np.int64(len(names.papers)) + names.findings["paper"].to_numpy())
    papers = np.bincount(pairs // max(1, len(names.papers)), minlength=size)
    text = np.full(size, -1, dtype=np.int64)
    width = np.int64(len(names.texts) + 1)
    pairs, counts = np.unique(node[names.finding] * width + names.text, return_counts=True)
    own = (
        names.texts["form"].to_numpy(dtype=object)[pairs % width] == np.array(names.nodes, dtype=object)[pairs // width]
    )
    order = np.lexsort((-pairs, counts, own))  # a string that is the node's own before one that was mapped to it
    text[pairs[order] // width] = pairs[order] % width
    kinds = len(EntityType)
    pairs, counts = np.unique(node * kinds + names.findings["type_code"].to_numpy(dtype=np.int64), return_counts=True)
    order = np.lexsort((-pairs, counts))
    kind = np.zeros(size, dtype=np.int64)
    kind[pairs[order] // kinds] = pairs[order] % kinds
    return _Nodes(papers, text, kind)


def _one_thing_in_papers(names: Names, before: Codes, node: Codes, nodes: _Nodes) -> list[_Row]:
    """Names that several papers use for one thing, and other papers alone."""
    moved = np.flatnonzero(before != node)
    pairs, counts = np.unique(before[moved] * np.int64(len(names.nodes)) + node[moved], return_counts=True)
    rows = []
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        two, one = divmod(pair, len(names.nodes))
        alone = int(nodes.papers[two])
        share = count / (count + alone)
        if count > 1 and alone and share >= _SHARE and SPLIT not in names.nodes[one]:
            suggested = "same" if share >= 0.5 else "different"
            rows.append((one, two, f"one thing in {count} papers that use both", suggested, alone, alone * share))
    return rows


def _short_forms(names: Names, nodes: _Nodes, definitions: Definitions) -> list[_Row]:
    """Short forms that papers use without a definition, and what most other papers mean by them."""
    of = {form: n for n, form in enumerate(names.nodes)}
    rows = []
    for short, meanings in sorted(definitions.meanings.items()):
        top = min(meanings, key=lambda m: (-meanings[m], m))
        one, two = of.get(top), of.get(short)
        if one is None or two is None or top == short or not nodes.papers[one] or not nodes.papers[two]:
            continue
        total, papers = sum(meanings.values()), int(nodes.papers[two])
        share = meanings[top] / total
        if total > 2 and share >= 0.4 and meanings[top] > 1:
            suggested = "same" if share >= 0.6 and nodes.type[one] == nodes.type[two] else "different"
            reason = f"short form, defined so in {meanings[top]} of {total} papers"
            rows.append((one, two, reason, suggested, papers, papers * share))
    return rows


def _one_word_differs(names: Names, node: Codes, nodes: _Nodes) -> list[_Row]:
    """Names of one type of which all words but one are the same, and that one nearly, or their company is."""
    spaced = dict(zip(names.texts["form"].tolist(), names.texts["spaced"].tolist(), strict=True))
    words: dict[int, list[str]] = {}
    blocks: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
    for n in np.flatnonzero(nodes.papers >= FEWEST).tolist():
        form = names.nodes[n]
        if SPLIT in form or form not in spaced:
            continue
        words[n] = [w for w in spaced[form].split() if w not in SMALL]
        stems = [stem(w) for w in words[n]]
        for i in range(len(stems)):
            if len(stems) > 1 and not any(s[0].isdigit() for s in stems[i : i + 1]):
                blocks[int(nodes.type[n]), (*stems[:i], "", *stems[i + 1 :])].append(n)
    pairs = sorted(
        {pair for block in blocks.values() if len(block) <= _BLOCK for pair in combinations(sorted(set(block)), 2)}
    )
    often = set(np.flatnonzero(nodes.papers >= _OFTEN).tolist())
    close = [
        (a, b, alike)
        for a, b in pairs
        if (alike := _alike(words[a], words[b])) or (alike is False and a in often and b in often)
    ]
    company = _company(names, node, [(a, b) for a, b, _ in close])
    rows = []
    for (one, two, alike), (near, together) in zip(close, company, strict=True):
        if nodes.papers[two] > nodes.papers[one]:
            one, two = two, one
        papers = int(nodes.papers[two])
        chance = (0.7 if alike else 0.2) * min(1.0, 0.4 + near) / (1 + together)
        if alike or (near >= 0.5 and not together):
            reason = "words alike" if alike else "all words but one the same, in like company"
            if together:
                reason += f", both in {together} papers"
            suggested = "same" if chance >= 0.35 else "different"
            rows.append((one, two, reason, suggested, papers, papers * chance))
    return rows


def _alike(a: list[str], b: list[str]) -> bool | None:
    """Whether the one word that differs differs by a letter or an ending; None where it makes another thing."""
    mine, theirs = [w for w in a if w not in b], [w for w in b if w not in a]
    if len(mine) != 1 or len(theirs) != 1:
        return sorted(map(stem, a)) == sorted(map(stem, b)) or None
    x, y = sorted((mine[0], theirs[0]))
    if len(x) < 4 or len(y) < 4 or any(map(str.isdigit, x + y)) or is_version([x]) or is_version([y]):
        return None
    if (x.endswith(y) and x[: -len(y)] in _PREFIXES) or (y.endswith(x) and y[: -len(x)] in _PREFIXES):
        return None
    begin = next((i for i, (c, d) in enumerate(zip(x, y, strict=False)) if c != d), min(len(x), len(y)))
    if begin < 3 and y[-len(x) + 1 :] == x[1:]:
        return None  # intermodal, intramodal
    return Levenshtein.distance(x, y) == 1 or (begin >= 4 and begin >= 0.7 * min(len(x), len(y)))


def _company(names: Names, node: Codes, pairs: list[tuple[int, int]]) -> list[tuple[float, int]]:
    """Of each two nodes: the cosine of what else their papers name, and in how many papers both are."""
    if not pairs:
        return []
    paper = names.findings["paper"].to_numpy(dtype=np.int64)
    wanted = distinct(np.array(pairs, dtype=np.int64))
    cells = distinct(paper * np.int64(len(names.nodes)) + node)
    rows, columns = cells // len(names.nodes), cells % len(names.nodes)
    often = np.bincount(columns, minlength=len(names.nodes))
    weight = np.log((len(names.papers) + 1) / (1 + often[columns]))
    everything = csr_matrix((weight, (rows, columns)), shape=(len(names.papers), len(names.nodes)))
    there = csr_matrix((np.ones(len(cells)), (rows, columns)), shape=everything.shape)[:, wanted].T.tocsr()
    profile = (there @ everything).tocsr()
    at = {n: i for i, n in enumerate(wanted.tolist())}
    a, b = (np.array([at[pair[i]] for pair in pairs]) for i in (0, 1))
    length = np.sqrt(np.asarray(profile.multiply(profile).sum(1)).ravel())
    near = np.asarray(profile[a].multiply(profile[b]).sum(1)).ravel() / np.maximum(1e-9, length[a] * length[b])
    together = np.asarray(there[a].multiply(there[b]).sum(1)).ravel()
    rounded: npt.NDArray[np.float64] = np.round(near, 4)
    return list(zip(rounded.tolist(), together.astype(int).tolist(), strict=True))
