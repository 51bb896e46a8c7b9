"""How well names are resolved: B-cubed against gold names, with gold mentions given."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import pandas as pd

from kg.model import Extracted
from kg.resolve.normal import compact, key
from kg.resolve.resolver import resolve


def b_cubed(gold: Iterable[str], predicted: Iterable[str]) -> dict[str, float]:
    """B-cubed precision, recall and F1 of two clusterings of the same things (Bagga and Baldwin 1998).

    >>> b_cubed("aab", "xyy")["p"]
    0.6667
    """
    pairs = list(zip(gold, predicted, strict=True))
    if not pairs:
        return {"p": 0.0, "r": 0.0, "f": 0.0, "mentions": 0}
    in_gold, in_predicted, both = Counter(g for g, _ in pairs), Counter(p for _, p in pairs), Counter(pairs)
    p = sum(n * n / in_predicted[b] for (_, b), n in both.items()) / len(pairs)
    r = sum(n * n / in_gold[a] for (a, _), n in both.items()) / len(pairs)
    return {"p": round(p, 4), "r": round(r, 4), "f": round(2 * p * r / (p + r), 4), "mentions": len(pairs)}


def regroup(extracted: Extracted) -> Extracted:
    """The mentions grouped as an extractor can group them: by their normal form and their own paper's definitions.

    Gold findings are grouped by what they mean, which is what resolution has to find out; this takes that away. The
    type and role of a group are those of its first mention.
    """
    mentions = extracted.mentions.merge(
        extracted.findings[["paper", "finding", "type", "role", "confidence", "role_confidence"]],
        on=["paper", "finding"],
        suffixes=("", "_finding"),
    )
    form = {text: compact(key(text)) or text for text in sorted(set(mentions["text"]))}
    pairs = {
        (paper, compact(key(short))): compact(key(long))
        for paper, short, long in extracted.definitions[["paper", "short", "long"]].itertuples(index=False)
    }
    mentions["group"] = [
        pairs.get((paper, form[text]), form[text])
        for paper, text in zip(mentions["paper"], mentions["text"], strict=True)
    ]
    mentions = mentions.sort_values(["paper", "start"], kind="stable")
    first = mentions.drop_duplicates(["paper", "group"]).copy()
    first["number"] = first.groupby("paper").cumcount()
    mentions = mentions.drop(columns="finding").merge(first[["paper", "group", "number"]], on=["paper", "group"])
    mentions = mentions.rename(columns={"number": "finding"}).sort_values(["paper", "start"], kind="stable")
    findings = first.drop(columns=["finding", "confidence"]).rename(
        columns={"number": "finding", "confidence_finding": "confidence"}
    )
    return Extracted(
        findings[["paper", "finding", "type", "role", "confidence", "role_confidence"]].reset_index(drop=True),
        mentions[list(extracted.mentions.columns)].reset_index(drop=True),
        extracted.definitions,
    )


def linking_score(papers: pd.DataFrame, gold: Extracted, *, column: str = "gold") -> dict[str, float]:
    """B-cubed of :func:`~kg.resolve.resolve` with gold mentions given, as the project's scorer computes it.

    ``gold.findings`` has the canonical name in ``column``; it is taken away, and so is the gold grouping, before
    anything is resolved.
    """
    given = regroup(gold)
    resolved = resolve(papers, given)
    entity = dict(
        zip(
            zip(resolved.assignment["paper"], resolved.assignment["finding"], strict=True),
            resolved.assignment["entity"],
            strict=True,
        )
    )
    found = zip(given.mentions["paper"], given.mentions["finding"], strict=True)
    return b_cubed(gold_names(given, gold, column), [entity[place] for place in found])


def gold_names(given: Extracted, gold: Extracted, column: str) -> list[str]:
    """The canonical name of each mention of ``given``, as the project's scorer compares names."""
    names = gold.mentions.merge(gold.findings[["paper", "finding", column]], on=["paper", "finding"])
    places = zip(names["paper"], names["start"], names["end"], strict=True)
    name = dict(zip(places, names[column], strict=True))
    mentions = given.mentions
    places = zip(mentions["paper"], mentions["start"], mentions["end"], strict=True)
    return [re.sub(r"[^\w+]|_", "", name[place].lower()) for place in places]
