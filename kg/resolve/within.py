"""Wordings of one thing inside one paper.

"Radial lens distortion estimation", later "lens distortion estimation"; "EPIC: Explanation of Pretrained Image
Classification", which no parenthesis defines.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from kg.model import Role
from kg.resolve.gazetteer import Gazetteer
from kg.resolve.homonyms import SPLIT, is_name
from kg.resolve.senses import abbreviates
from kg.resolve.variants import bag, stem

if TYPE_CHECKING:
    from kg.resolve.resolver import Names

REASON = "shorter wording in the same paper"


def same_in_paper(names: Names, node: npt.NDArray[np.int64], gazetteer: Gazetteer) -> npt.NDArray[np.int64]:
    """Findings of one paper that word one thing get one node: the fullest wording's.

    Only terms that are not known names are looked at, of one type and one role, and where a wording could stand for two
    others of its paper, it stands for none. Nothing follows for other papers: there each wording is what it is.
    """
    found = names.findings
    words = dict(zip(names.texts["form"], names.texts["spaced"], strict=True))
    name_like = np.zeros(len(found), dtype=bool)
    text_is_name = names.texts["text"].map(is_name).to_numpy(dtype=bool)
    name_like[names.finding[text_is_name[names.text]]] = True
    stems: dict[int, tuple[str, ...]] = {}
    heads: dict[int, str] = {}
    for n in np.unique(node).tolist():
        form = names.nodes[n]
        if SPLIT not in form and form not in gazetteer.types and form in words:
            stems[n] = bag(words[form])
            heads[n] = stem(words[form].split()[-1])
    open_ = np.isin(node, np.array(sorted(stems), dtype=np.int64)) & ~name_like
    rows = np.flatnonzero(open_)
    if not len(rows):
        return node.copy()
    paper = found["paper"].to_numpy()[rows]
    kind = (found["type"] + "\t" + found["role"]).to_numpy(dtype=object)[rows]
    order = np.lexsort((node[rows], kind, paper))
    rows, paper, kind = rows[order], paper[order], kind[order]
    edges = np.flatnonzero(np.r_[True, (paper[1:] != paper[:-1]) | (kind[1:] != kind[:-1])])
    out = node.copy()
    for begin, end in zip(edges, [*edges[1:], len(rows)], strict=True):
        if end - begin > 1:
            group = sorted(set(node[rows[begin:end]].tolist()), key=lambda n: (-len(stems[n]), names.nodes[n]))
            to = _fullest(group, stems, heads)
            for row in rows[begin:end].tolist():
                out[row] = to.get(int(node[row]), int(node[row]))
    return out


def expanded_in_paper(names: Names, node: npt.NDArray[np.int64], gazetteer: Gazetteer) -> npt.NDArray[np.int64]:
    """A name of one word and the words that spell it out, both introduced by one paper, get one node: the name's."""
    found = names.findings
    introduces = (found["role"] == str(Role.INTRODUCES)).to_numpy()[names.finding]
    text = names.texts["text"].to_numpy(dtype=object)
    name_like = np.array([is_name(t) and " " not in t and len(t) > 2 for t in text], dtype=bool)
    wordy = np.array([t.count(" ") > 0 for t in text], dtype=bool)
    shorts = _texts_of(names, introduces & name_like[names.text])
    longs = _texts_of(names, introduces & wordy[names.text])
    out = node.copy()
    paper = found["paper"].to_numpy()
    of_paper: dict[int, list[int]] = defaultdict(list)
    for row in shorts:
        of_paper[int(paper[row])].append(row)
    for row, texts in sorted(longs.items()):
        if names.nodes[node[row]] in gazetteer.types:
            continue
        fits = {
            int(node[short])
            for short in of_paper.get(int(paper[row]), [])
            if short != row and any(abbreviates(text[a], text[b]) for a in shorts[short] for b in texts)
        }
        if len(fits) == 1:
            out[row] = fits.pop()
    return out


def _texts_of(names: Names, chosen: npt.NDArray[np.bool_]) -> dict[int, set[int]]:
    out: dict[int, set[int]] = defaultdict(set)
    for row, code in zip(names.finding[chosen].tolist(), names.text[chosen].tolist(), strict=True):
        out[row].add(code)
    return out


def _fullest(group: list[int], stems: dict[int, tuple[str, ...]], heads: dict[int, str]) -> dict[int, int]:
    """Node to the node of the one fuller wording that it shortens."""
    to: dict[int, int] = {}
    for i, n in enumerate(group):
        fuller = [
            m for m in group[:i] if m not in to and (_shortens(set(stems[n]), set(stems[m])) or stems[n] == (heads[m],))
        ]
        if len(fuller) == 1:
            to[n] = fuller[0]
    return to


def _shortens(short: set[str], full: set[str]) -> bool:
    """Whether words are another's but for a few.

    >>> _shortens({"len", "distort"}, {"radial", "len", "distort", "estim"}), _shortens({"len"}, {"len", "flow"})
    (True, False)
    """
    shared = len(short & full)
    if short <= full:
        return shared > 1
    return shared > 1 and shared >= 0.6 * len(short | full)
