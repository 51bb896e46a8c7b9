"""Which sentence of a paper shows best what the paper does with an entity."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.graph.arrays import Bools, Ints, Objects, firsts, order_of
from kg.model import text_of

# The words by which abstracts say what they do. They only choose among the sentences that name the entity; the role
# itself was decided by the pipeline.
CUES = {
    "introduces": r"\b(we|this (paper|work|report|article)|here)\b.{0,60}\b(propos|introduc|present|develop|releas|"
    r"build|built|design|creat|construct|describ|contribut|nam|call|term|devis|formulat|unveil)"
    r"|\b(called|named|termed|dubbed|coined)\b",
    "compares_with": r"outperform|compar|surpass|exceed|baseline|better than|than\b|superior|match|against|versus|"
    r"\bvs\b|over\b|improv|state-of-the-art|beat|unlike|competitive|on par|rival",
    "evaluates_on": r"evaluat|experiment|benchmark|test(s|ed|ing)?\b|results? on|validat|achiev|assess|demonstrat|"
    r"empirical|perform|score|across|accuracy|datasets?\b",
    "uses": r"\b(we|our|it|which|this)\b.{0,80}\b(us(e|es|ing|ed)|based on|build(s|ing)? (up)?on|built (up)?on|leverag|"
    r"employ|adopt|appl|combin|integrat|extend|train|fine-?tun|adapt|initial)"
    r"|\b(using|via|based on|built (up)?on|leveraging|inspired by|with)\b",
    "addresses": r"\b(we|our|this (paper|work|study|article))\b.{0,80}\b(address|tackl|stud|investigat|focus|explor|"
    r"analy|examin|solv|improv|propos|revisit)|problem|challeng|task of",
    "reports": r"\d|achiev|improv|reduc|increas|score|result",
}
_GAP = re.compile(r"\.\{0,\d+\}")


def best_sentences(chosen: pd.DataFrame, mentions: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``chosen`` (paper, entity, role; sorted), which all have a mention, with their best sentence's
    ``start`` and ``end``.

    A sentence whose words fit the role comes before one whose words don't, the abstract before the title, the first
    before the later ones.
    """
    candidates = mentions[["paper", "entity", "sentence_start", "sentence_end"]]
    at = rows_of(candidates, chosen)
    candidates = candidates[at >= 0].assign(at=at[at >= 0])
    candidates = candidates.iloc[order_of(candidates, "at", "sentence_start", "sentence_end")]
    candidates = candidates[firsts(candidates, "at", "sentence_start", "sentence_end")]
    place = candidates["at"].to_numpy()
    alone = np.bincount(place, minlength=len(chosen))[place] == 1
    several = candidates[~alone]
    roles = chosen["role"].to_numpy(dtype=object)[several["at"].to_numpy()]
    several = several.assign(fits=_fits(several, roles, papers), title=several["sentence_start"] == 0)
    several = several.iloc[order_of(several.astype({"fits": "int8"}), "at", "-fits", "title", "sentence_start")]
    best = pd.concat([candidates[alone], several[firsts(several, "at")]]).sort_values("at")
    best = best[["at", "sentence_start", "sentence_end"]].set_axis(["at", "start", "end"], axis=1)
    return chosen.assign(start=best["start"].to_numpy(), end=best["end"].to_numpy())


def rows_of(mentions: pd.DataFrame, chosen: pd.DataFrame) -> Ints:
    """The row of ``chosen`` (sorted by paper and entity) that each mention belongs to; -1 where it is none's."""
    size = int(max(chosen["entity"].max(), mentions["entity"].max())) + 1 if len(chosen) and len(mentions) else 1
    keys, wanted = (frame["paper"].to_numpy() * size + frame["entity"].to_numpy() for frame in (chosen, mentions))
    at = np.searchsorted(keys, wanted)
    return np.where(np.append(keys, -1)[at] == wanted, at, -1)


def _fits(candidates: pd.DataFrame, roles: Objects, papers: pd.DataFrame) -> Bools:
    """Whether each candidate's sentence has the words of its role."""
    fits = np.zeros(len(candidates), dtype=bool)
    paper, start = (candidates[column].to_numpy() for column in ("paper", "sentence_start"))
    # one sentence often names several things
    _, ones, same = np.unique(paper * (int(start.max(initial=0)) + 1) + start, return_index=True, return_inverse=True)
    read = candidates.iloc[ones]
    texts = pa.array(
        sentence_texts(papers, read["paper"], read["sentence_start"], read["sentence_end"]), pa.large_string()
    )
    for role, pattern in CUES.items():
        rows = np.flatnonzero(roles == role)
        matches = np.zeros(len(texts), dtype=bool)
        matches[same[rows]] = True
        # a bounded gap takes long: it is looked for where there is a gap of any length
        for asked in (_GAP.sub(".*", pattern), pattern):
            there = pc.match_substring_regex(texts.filter(pa.array(matches)), asked, ignore_case=True)
            matches[matches] = there.to_numpy(zero_copy_only=False)
        fits[rows] = matches[same[rows]]
    return fits


def sentence_texts(
    papers: pd.DataFrame, numbers: pd.Series[int], starts: pd.Series[int], ends: pd.Series[int]
) -> Objects:
    """The sentences at these offsets of these papers (rows of ``papers``)."""
    titles, abstracts = papers["title"].to_numpy(dtype=object), papers["abstract"].to_numpy(dtype=object)
    out = np.empty(len(numbers), dtype=object)
    last, text = -1, ""
    for row, (paper, start, end) in enumerate(zip(numbers.tolist(), starts.tolist(), ends.tolist(), strict=True)):
        if paper != last:
            last, text = paper, text_of(titles[paper], abstracts[paper])
        out[row] = text[start:end]
    return out
