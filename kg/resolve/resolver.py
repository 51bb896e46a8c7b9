"""Which entity each finding is.

Names become *forms* (``kg.resolve.forms``), forms become *nodes* (what one paper says a short form means, what all
papers say, which paper introduces it), nodes become entities with an id, a name and a type. A finding is *mapped* to
its node; nodes are never joined pairwise, so that merges do not chain.

Strings are handled once per different string; everything per mention works on integer codes.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.forks import Forks
from kg.model import Extracted, Resolved
from kg.resolve.across import same_across
from kg.resolve.broader import broader_links
from kg.resolve.called import entity_names
from kg.resolve.decisions import Decisions
from kg.resolve.entities import entity_ids, entity_types
from kg.resolve.forms import Forms
from kg.resolve.gazetteer import Gazetteer, load
from kg.resolve.homonyms import introduced_twice, left_macros, lower_case_words
from kg.resolve.names import Codes, Names, distinct, read_names
from kg.resolve.normal import forget
from kg.resolve.short_forms import Definitions, by_type, defined_elsewhere, inside_names, read_definitions
from kg.resolve.variants import stem
from kg.resolve.within import same_in_paper

FORK_FROM = 200_000
"""Findings from which work is done side by side: below, it is done before it pays."""


def resolve(
    papers: pd.DataFrame,
    extracted: Extracted,
    *,
    decisions: pd.DataFrame | None = None,
    issued: pd.DataFrame | None = None,
    forms: Forms | None = None,
) -> Resolved:
    """Resolve the names of a corpus to entities.

    The result is a function of the *set* of rows: their order has no influence. ``papers`` needs the columns ``id`` and
    ``date`` and may have ``title``, by which a name's capitals are told from a title's; ``decisions`` are a person's
    (``kg.resolve.review``) and beat every rule; ``issued`` (columns ``id``, ``key``: what :func:`keys` gave for an
    earlier result) is what aliases are made from; ``forms`` may know forms from an earlier result, which makes no
    difference but in time.
    """
    forms = forms or known_forms(None)
    gazetteer = forms.gazetteer
    decided = Decisions.read(decisions, gazetteer)
    names, node, definitions = nodes_of(extracted, forms)
    own = node
    processes = min(2, os.cpu_count() or 1) if len(own) >= FORK_FROM else 1
    node = same_in_paper(names, own, gazetteer, processes=processes)
    node = introduced_twice(names, node, papers, definitions, gazetteer)
    node = decided.apply(names, node)
    # what a person should look at is nobody's input here: it is found meanwhile
    with Forks([partial(decided.doubts, names, node, definitions, own)], processes) as doubts:
        resolved = _entities(names, node, definitions, decided, issued, gazetteer, _titles(names, papers))
        resolved = replace(resolved, doubts=doubts.results()[0])
    forget()
    stem.cache_clear()
    return resolved


def _entities(
    names: Names,
    node: Codes,
    definitions: Definitions,
    decided: Decisions,
    issued: pd.DataFrame | None,
    gazetteer: Gazetteer,
    titles: list[str],
) -> Resolved:
    """The result, given the node of each finding, without doubts."""
    ids = entity_ids(names, node, definitions, gazetteer)
    surfaces = _surfaces(names, node, ids, decided)
    types = entity_types(names, node, ids, gazetteer)
    entities = pd.DataFrame({"id": types.index, "name": "", "type": types.to_numpy()})
    called = entity_names(names, node, ids, surfaces, decided, gazetteer, types, definitions, titles)
    entities["name"] = entities["id"].map(called)
    assignment = pd.DataFrame(
        {
            "paper": pd.array(names.papers, dtype="str").take(names.findings["paper"].to_numpy()),
            "finding": names.findings["finding"].to_numpy(),
            "entity": pd.array(ids, dtype="str").take(node),
        }
    )
    return Resolved(
        entities=entities,
        assignment=assignment,
        names=surfaces,
        broader=broader_links(names, node, ids, entities, gazetteer),
        aliases=_aliases(issued, surfaces, entities),
        doubts=pd.DataFrame(),
    )


def _titles(names: Names, papers: pd.DataFrame) -> list[str]:
    """The title of each paper of ``names.papers``; empty where it is not told."""
    if "title" not in papers:
        return [""] * len(names.papers)
    return papers.set_index("id")["title"].reindex(names.papers).fillna("").astype(str).tolist()


def known_forms(found: pd.DataFrame | None) -> Forms:
    """The forms that an earlier result found (:meth:`kg.resolve.forms.Forms.found`), or none yet."""
    return Forms(load(), found)


def nodes_of(extracted: Extracted, forms: Forms) -> tuple[Names, Codes, Definitions]:
    """The names of a corpus and the node of each finding, by its strings and definitions alone."""
    gazetteer = forms.gazetteer
    names = read_names(extracted, forms)
    definitions = read_definitions(extracted.definitions, names.papers, forms)
    _own_definition(names, definitions)
    inside_names(names, definitions, forms)
    by_type(names, gazetteer)
    defined_elsewhere(names, definitions, gazetteer)
    lower_case_words(names, gazetteer)
    left_macros(names)
    same_across(names, gazetteer)
    return names, _one_node_each(names), definitions


def keys(resolved: Resolved) -> pd.DataFrame:
    """What to remember of a result for the aliases of a later one: columns ``id``, ``key``, sorted."""
    out = resolved.names[["entity", "name"]].rename(columns={"entity": "id", "name": "key"})
    return out.sort_values(["id", "key"]).reset_index(drop=True)


def _own_definition(names: Names, definitions: Definitions) -> None:
    """A short form means what its own paper defines; a long form, what its meaning is called elsewhere."""
    table = definitions.table
    code = {short: i for i, short in enumerate(dict.fromkeys(table["short"].tolist()))}
    raws, written_short = names.texts["raw"].tolist(), definitions.may_be_short(names.texts).tolist()
    short = [code.get(raw, -1) if written else -1 for raw, written in zip(raws, written_short, strict=True)]
    short_of = np.array(short, dtype=np.int64)[names.text]
    rows = np.flatnonzero(short_of >= 0)
    defined = table["paper"].to_numpy(dtype=np.int64) * len(code) + table["short"].map(code).to_numpy(dtype=np.int64)
    at = pd.Index(defined).get_indexer(pd.Index(names.paper[rows] * len(code) + short_of[rows]))
    rows, at = rows[at >= 0], at[at >= 0]
    meaning = table["meaning"].to_numpy(dtype=object)[at]
    names.assign(rows, meaning.tolist(), [f"defined in {names.papers[p]}" for p in names.paper[rows]])

    wording = definitions.wordings
    other = np.array([wording.get(n, n) != n for n in names.nodes], dtype=bool)
    rows = np.flatnonzero(other[names.node])
    names.assign(rows, [wording[names.nodes[n]] for n in names.node[rows]], ["same short form"] * len(rows))


def _one_node_each(names: Names) -> Codes:
    """The node of each finding: the one most of its mentions have (a tie: the first in the alphabet)."""
    rank = np.empty(len(names.nodes), dtype=np.int64)
    order = np.argsort(np.array(names.nodes, dtype=object), kind="stable")
    rank[order] = np.arange(len(order))
    width = len(names.nodes) + 1
    pairs, counts = np.unique(names.finding * width + rank[names.node], return_counts=True)
    finding, node = pairs // width, order[pairs % width]
    by = np.lexsort((pairs, -counts, finding))
    first = np.unique(finding[by], return_index=True)[1]
    out = np.zeros(len(names.findings), dtype=np.int64)
    out[finding[by][first]] = node[by][first]
    return out


def _surfaces(names: Names, node: Codes, ids: npt.NDArray[np.object_], decided: Decisions) -> pd.DataFrame:
    """The table ``names`` of the result."""
    used = distinct(node)
    used = used[np.argsort(ids[used], kind="stable")]
    entities = ids[used]
    code = np.empty(len(names.nodes), dtype=np.int64)
    code[used] = np.arange(len(used))
    code = code[node]
    width = len(names.texts) + 1
    pairs, first, counts = np.unique(code[names.finding] * width + names.text, return_index=True, return_counts=True)
    by = np.lexsort((pairs % width, -counts, pairs // width))  # entities and texts are sorted
    out = pd.DataFrame(
        {
            "entity": pd.array(entities, dtype="str").take(pairs[by] // width),
            "name": names.texts["text"].array.take(pairs[by] % width),
            "count": counts[by],
            "reason": pd.array(names.reasons, dtype="str").take(names.reason[first[by]]),
        }
    )
    out["reason"] = decided.reasons(out)
    return out


def _aliases(issued: pd.DataFrame | None, names: pd.DataFrame, entities: pd.DataFrame) -> pd.DataFrame:
    """Ids that were given once and are no more, and the entity that most of their names now are."""
    if issued is None or issued.empty:
        return pd.DataFrame({"old": [], "entity": []}, dtype="str")
    there = set(entities["id"].tolist())
    gone = issued[[id not in there for id in issued["id"].tolist()]]
    if gone.empty:
        return pd.DataFrame({"old": [], "entity": []}, dtype="str")
    now = gone.merge(names[["entity", "name", "count"]], left_on="key", right_on="name")
    votes = now.groupby(["id", "entity"])["count"].sum().reset_index()
    votes = votes.sort_values(["id", "count", "entity"], ascending=[True, False, True]).drop_duplicates("id")
    return votes.rename(columns={"id": "old"})[["old", "entity"]].sort_values(["old", "entity"], ignore_index=True)
