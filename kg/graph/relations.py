"""Links between entities: what is broader, what was tried on and set against what, what is named together."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from kg.graph.arrays import Bools, Floats, Ints, Objects, of_papers, row_numbers
from kg.graph.says import said, tried_on, tries
from kg.graph.senses import spellings

ARTEFACTS = ("Model", "Method")
OTHERS = 5
"""What so many papers name, and comes from none of them, none introduces."""
KNOWN_WORD, KNOWN_PHRASE = 10, 3
"""So many papers must name a single word, or a phrase, of which others are kinds."""
SORTS = {"Model": "tool", "Method": "tool", "Dataset": "bed", "Benchmark": "bed", "Task": "task", "Metric": "metric"}
"""What is never a kind of what."""
TESTBEDS = ("Dataset", "Benchmark", "Task")
_ANOTHER = re.compile(r"[\s-]+(and|or|to|as|than)\b|-from-", re.IGNORECASE)
"""What follows a name in the name of something else: ``image generation and editing``, ``sim-to-real``."""
_VERSION = re.compile(r"[\s/_-]*(v?\d|(tiny|mini|small|base|medium|large|huge|x*l)\b)", re.IGNORECASE)
"""What follows a name in the names of its versions and sizes, in whatever case it is written."""
MIN_RESULT = 0.3
"""How sure a link must be that something was evaluated on, or compared with, another."""
MIN_SIGNIFICANCE = 10.83
"""Log-likelihood ratio of a pair at a chance of one in a thousand (chi-squared, one degree of freedom)."""
MIN_NPMI = 0.2
"""How much more often than by chance, on a scale to 1, a pair must be named together: hubs go with everything."""
TOP = 10
"""How many companions an entity keeps."""


def broader_links(broader: pd.DataFrame, entities: pd.DataFrame, named_by: Any) -> pd.DataFrame:
    """``broader`` links as resolution decided them: ``source`` is a kind or version of ``target``.

    Left out are those between a tool and a test bed, and those to a phrase that few papers name: that is a part of
    somebody's framework (``Selector``), or the accident of two words (``layer fusion``).
    """
    ids = pd.Index(entities["id"])
    source, target = row_numbers(ids, broader["narrower"]), row_numbers(ids, broader["broader"])
    pairs = pd.DataFrame({"source": source, "target": target}).drop_duplicates()
    pairs = pairs[(pairs["source"] >= 0) & (pairs["target"] >= 0) & (pairs["source"] != pairs["target"])]
    pairs = pairs.sort_values(["source", "target"], ignore_index=True)
    names, sorts = entities["name"].to_numpy(dtype=object), entities["type"].map(SORTS).to_numpy(dtype=object)
    narrow, wide = names[pairs["source"].to_numpy()], names[pairs["target"].to_numpy()]
    kinds = np.array([is_kind(a, b) for a, b in zip(narrow, wide, strict=True)], dtype=bool)
    words = np.array([len(name.split()) for name in wide], dtype=np.int64)
    n_papers = max(int(named_by.max(initial=0)), 1)
    asked = np.where(words == 1, KNOWN_WORD, KNOWN_PHRASE) if n_papers > KNOWN_WORD else np.ones(len(wide), dtype=int)
    keep = ~kinds | (named_by[pairs["target"].to_numpy()] >= asked) & ~np.array(
        [is_cut(a, b) for a, b in zip(narrow, wide, strict=True)], dtype=bool
    )
    keep &= np.array([kind or is_version(a, b) for kind, a, b in zip(kinds, narrow, wide, strict=True)], dtype=bool)
    keep &= sorts[pairs["source"].to_numpy()] == sorts[pairs["target"].to_numpy()]
    kept: pd.DataFrame = pairs[keep].reset_index(drop=True)
    return kept.assign(relation="broader", confidence=1.0, weight=1.0)


def is_kind(narrow: str, wide: str) -> bool:
    """Whether the narrower name ends in the words of the wider one; versions begin with them.

    >>> is_kind("medical image segmentation", "image segmentation"), is_kind("LLaMA-2", "LLaMA")
    (True, False)
    """
    return not narrow.lower().startswith(wide.lower())


def is_version(narrow: str, wide: str) -> bool:
    """Whether a name that begins with another is that thing's, and not another's that begins with the same word.

    >>> versions = [("LLaMA-2-7B", "Llama"), ("SWE-bench Lite", "SWE-bench"), ("Detection of Fraud", "detection")]
    >>> all(is_version(*pair) for pair in versions)
    True
    >>> others = [("fast thinking", "FAST"), ("Forest-Chat", "FOREST"), ("generation and editing", "generation")]
    >>> any(is_version(*pair) for pair in others)
    False
    """
    head, tail = narrow[: len(wide)], narrow[len(wide) :]
    if _ANOTHER.match(tail):
        return False
    return wide == wide.lower() or bool(spellings(head) & spellings(wide)) or bool(_VERSION.match(tail))


def is_cut(narrow: str, wide: str) -> bool:
    """Whether the wider name is cut out of a compound word of the narrower one.

    >>> is_cut("cross-layer fusion", "layer fusion"), is_cut("self-supervised training", "supervised training")
    (True, True)
    >>> is_cut("token-level fusion", "fusion"), is_cut("sparse cross-modal fusion", "cross-modal fusion")
    (False, False)
    """
    words = wide.split()
    head = narrow.split()[-len(words)] if len(narrow.split()) >= len(words) else narrow
    return "-" in head and "-" not in words[0]


def result_links(
    stated: pd.DataFrame,
    mentions: pd.DataFrame,
    entities: pd.DataFrame,
    proper: Bools,
    origin: Ints,
    papers: pd.DataFrame,
) -> pd.DataFrame:
    """``evaluated_on`` and ``compared_with`` links, one row for each paper that says so.

    What a paper introduces was tried on the data sets, benchmarks and tasks on which the paper evaluates, and set
    against the models and methods with which it compares. Where the paper introduces a benchmark or data set, the
    models it evaluates were tried on that, and so were its own where it says so. Of several things that a paper
    introduces, the link is from those that the evidence sentence names, else from the paper's chief ones: parts of a
    method are not what was evaluated. What many papers name is no paper's own but its origin's.
    """
    rows = stated.assign(kind=entities["type"].to_numpy(dtype=object)[stated["entity"].to_numpy()])
    made = rows[rows["role"] == "introduces"]
    entity = made["entity"].to_numpy()
    named_by = np.bincount(rows["entity"].to_numpy(), minlength=len(entities))
    own = origin[entity] == made["paper"].to_numpy()
    made = standing(made[own | (origin[entity] < 0) & (named_by[entity] < OTHERS)], mentions)
    made["proper"] = proper[made["entity"].to_numpy()]
    made["passing"] = ~made["title"] & (made["times"] == 1)
    tools, beds = (chief(made[made["kind"].isin(kinds)]) for kinds in (ARTEFACTS, ("Dataset", "Benchmark")))
    for each in (tools, beds):
        each["chief"] &= ~each["passing"]  # "our method" is not what is named once in passing
    tested = rows[rows["role"] == "evaluates_on"]
    tested = tested[(tested["kind"] != "Task") | tries(tested, papers)]
    rivals = rows[(rows["role"] == "compares_with") & rows["kind"].isin(ARTEFACTS)]
    rivals = said(rivals, "compares_with", mentions, papers)
    found = [
        crossed(tools, tested[tested["kind"].isin(TESTBEDS)], mentions).assign(relation="evaluated_on"),
        crossed(tools, rivals, mentions).assign(relation="compared_with"),
        crossed(tools, tried_on(beds, tools[tools["proper"]], mentions, papers), mentions).assign(
            relation="evaluated_on"
        ),
        crossed(beds, tested[tested["kind"] == "Model"], mentions)
        .rename(columns={"source": "target", "target": "source"})
        .assign(relation="evaluated_on"),
    ]
    links = pd.concat(found, ignore_index=True)
    links = links[(links["source"] != links["target"]) & (links["confidence"] >= MIN_RESULT)].assign(weight=1.0)
    links = links.sort_values(["source", "relation", "target", "paper", "confidence"], ascending=[True] * 4 + [False])
    return links.drop_duplicates(["source", "relation", "target", "paper"], ignore_index=True)


def standing(introduced: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """What papers introduce, and how it stands in them: ``title`` (in it), ``times`` and ``first`` named."""
    near = of_papers(mentions[["paper", "entity", "start", "sentence_start"]], introduced["paper"])
    near = near.merge(introduced[["paper", "entity"]], on=["paper", "entity"])
    each = near.assign(title=near["sentence_start"] == 0).groupby(["paper", "entity"], as_index=False)
    spots = each.agg(times=("start", "size"), first=("start", "min"), title=("title", "any"))
    return introduced.merge(spots, on=["paper", "entity"])


def chief(made: pd.DataFrame) -> pd.DataFrame:
    """With a column ``chief``: names in the title; without any, the name, or else the term, that comes most often."""
    rank = np.select([made["proper"] & made["title"], made["proper"], made["title"]], [0, 1, 2], default=3)
    made = made.assign(rank=rank).sort_values(
        ["paper", "rank", "times", "first", "entity"], ascending=[True, True, False, True, True]
    )
    return made.assign(chief=(made["rank"] == 0) | ~made.duplicated("paper"))


def crossed(made: pd.DataFrame, others: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """What a paper made (``source``) with what else it names (``target``) in the sentence that is the evidence.

    What it made is what the sentence names by a proper name, else the chief ones.
    """
    joined = made.merge(others, on="paper", suffixes=("_made", ""))
    near = mentions[mentions["paper"].isin(joined["paper"].unique())]
    here, there = (
        pd.MultiIndex.from_arrays([frame[column] for column in columns])
        for frame, columns in (
            (joined, ["paper", "entity_made", "start"]),
            (near, ["paper", "entity", "sentence_start"]),
        )
    )
    joined["named"] = here.isin(there) & joined["proper"]
    any_named = joined.groupby(["paper", "entity"])["named"].transform("any")
    joined = joined[np.where(any_named, joined["named"], joined["chief"]).astype(bool)]
    return pd.DataFrame(
        {
            "source": joined["entity_made"],
            "target": joined["entity"],
            "confidence": joined["confidence_made"] * joined["confidence"],
            "paper": joined["paper"],
            "start": joined["start"],
            "end": joined["end"],
        }
    )


def co_occurrence_links(stated: pd.DataFrame, types: Objects, n_papers: int) -> pd.DataFrame:
    """``co_occurs`` links: pairs that papers name together more often than chance, the smaller row number first.

    The weight is Dunning's log-likelihood ratio (Computational Linguistics 19(1), 1993), 10.83 or more; the confidence
    is the normalised pointwise mutual information (Bouma 2009), 0.2 or more. A pair needs two papers, three from 1,000
    papers on, four from 10,000; it stays where it is among the ten strongest of either entity. Metrics take no part:
    accuracy goes with all.
    """
    support = 2 + (n_papers >= 1_000) + (n_papers >= 10_000)
    rows = stated[types[stated["entity"].to_numpy()] != "Metric"]
    named_by = np.bincount(rows["entity"].to_numpy(), minlength=len(types))
    rows = rows[named_by[rows["entity"].to_numpy()] >= support]
    shape = (n_papers, len(types))
    matrix = sparse.csr_array((np.ones(len(rows), dtype=np.int32), (rows["paper"], rows["entity"])), shape=shape)
    pairs = sparse.triu(matrix.T @ matrix, k=1).tocoo()
    keep = pairs.data >= support
    source, target, both = pairs.row[keep].astype(np.int64), pairs.col[keep].astype(np.int64), pairs.data[keep]
    weight = log_likelihood(both, named_by[source], named_by[target], n_papers)
    expected = named_by[source] * (named_by[target] / n_papers)
    strong = (weight >= MIN_SIGNIFICANCE) & (both > expected)
    chance = both / n_papers
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log(both / expected) / -np.log(chance)
    links = pd.DataFrame(
        {"source": source, "target": target, "weight": weight, "confidence": np.where(chance < 1, npmi, 0.0)}
    )[strong]
    links["confidence"] = links["confidence"].clip(0.0, 1.0)
    links = links[links["confidence"] >= MIN_NPMI]
    return _strongest_of_either(links).assign(relation="co_occurs")


def log_likelihood(both: Any, first: Any, second: Any, total: int) -> Floats:
    """Dunning's G² of the two-by-two table of what names both, the first, the second, and all there is.

    >>> [float(g) for g in log_likelihood(np.array([10, 1]), np.array([10, 10]), np.array([10, 10]), 100).round(1)]
    [65.0, 0.0]
    """
    a = np.asarray(both, dtype=float)
    b, c = first - a, second - a
    d = total - a - b - c
    rows, columns = [(a, b), (c, d)], [(a, c), (b, d)]

    def entropy(*counts: Any) -> Any:
        return sum(np.where(n > 0, n * np.log(np.where(n > 0, n, 1.0)), 0.0) for n in counts)

    cells = entropy(a, b, c, d) + entropy(np.full_like(a, float(total)))
    margins = entropy(*(x + y for x, y in rows)) + entropy(*(x + y for x, y in columns))
    return np.asarray(2 * np.maximum(cells - margins, 0.0))


def _strongest_of_either(links: pd.DataFrame) -> pd.DataFrame:
    both_ways = pd.concat(
        [
            links.assign(end=links["source"], other=links["target"]),
            links.assign(end=links["target"], other=links["source"]),
        ]
    )
    both_ways = both_ways.sort_values(["end", "weight", "other"], ascending=[True, False, True])
    top = both_ways[both_ways.groupby("end").cumcount() < TOP]
    top = top.drop(columns=["end", "other"]).drop_duplicates(["source", "target"])
    return top.sort_values(["source", "target"], ignore_index=True)
