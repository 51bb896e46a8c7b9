"""Which sentence of a paper shows best what the paper does with an entity."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.graph.arrays import Bools, Objects

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
    "mentions": r"$^",
}


def best_sentences(chosen: pd.DataFrame, mentions: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """``paper``, ``entity``, ``start``, ``end`` of the best sentence, for each (paper, entity, role) of ``chosen``.

    A sentence whose words fit the role comes before one whose words don't, the abstract before the title, the first
    before the later ones.
    """
    candidates = mentions[["paper", "entity", "sentence_start", "sentence_end"]].drop_duplicates()
    candidates = candidates.merge(chosen[["paper", "entity", "role"]], on=["paper", "entity"])
    alone = ~candidates.duplicated(["paper", "entity"], keep=False)
    single, several = candidates[alone], candidates[~alone].copy()
    several["fits"] = _fits(several, papers)
    several["title"] = several["sentence_start"] == 0
    several = several.sort_values(
        ["paper", "entity", "fits", "title", "sentence_start"], ascending=[True, True, False, True, True]
    ).drop_duplicates(["paper", "entity"])
    best = pd.concat([single, several], ignore_index=True)[["paper", "entity", "sentence_start", "sentence_end"]]
    return best.rename(columns={"sentence_start": "start", "sentence_end": "end"})


def _fits(candidates: pd.DataFrame, papers: pd.DataFrame) -> Bools:
    """Whether each candidate's sentence has the words of its role."""
    fits = np.zeros(len(candidates), dtype=bool)
    roles = candidates["role"].to_numpy(dtype=object)
    sentences = sentence_texts(papers, candidates["paper"], candidates["sentence_start"], candidates["sentence_end"])
    for role, pattern in CUES.items():
        rows = np.flatnonzero(roles == role)
        if len(rows):
            matches = pc.match_substring_regex(pa.array(sentences[rows], pa.large_string()), pattern, ignore_case=True)
            fits[rows] = matches.to_numpy(zero_copy_only=False)
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
            last, text = paper, titles[paper] + "\n" + abstracts[paper]
        out[row] = text[start:end]
    return out
