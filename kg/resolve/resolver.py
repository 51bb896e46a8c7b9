"""Which entity each finding is: from forms to nodes, from nodes to entities with ids, names and types."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kg.model import EntityType, Extracted, Resolved, Role
from kg.resolve.forms import forms
from kg.resolve.gazetteer import DOMINANT, Gazetteer, load
from kg.resolve.normal import slug
from kg.resolve.senses import group

_TYPES = [str(t) for t in EntityType]
_IS_A = ("Model", "Dataset", "Benchmark")
"""What a thing is, whatever a paper does with it: these win a tied vote over Method, Task and Metric."""


def resolve(
    papers: pd.DataFrame,
    extracted: Extracted,
    *,
    decisions: pd.DataFrame | None = None,
    issued: pd.DataFrame | None = None,
) -> Resolved:
    """Resolve the names of a corpus to entities.

    The result is a function of the *set* of rows: their order has no influence. ``papers`` needs the columns ``id`` and
    ``date``; ``decisions`` are a person's (``kg.resolve.review``) and beat every rule; ``issued`` (columns ``id``,
    ``key``: what :func:`keys` gave for an earlier result) is what aliases are made from.
    """
    gazetteer = load()
    mentions = extracted.mentions[["paper", "finding", "start", "text", "confidence"]].sort_values(
        ["paper", "start", "finding"], kind="stable"
    )
    mentions = mentions.reset_index(drop=True)
    table = forms(mentions["text"], gazetteer)
    mentions = mentions.join(table[["raw", "form", "reason"]], on="text")

    defined = _definitions(extracted.definitions, gazetteer)
    mentions = _own_definition_first(mentions, defined)
    mentions = _unambiguous_short_forms(mentions, defined)

    findings = _one_form_each(mentions, extracted.findings)
    ids = _ids(findings, table, defined, gazetteer)
    findings["entity"] = findings["node"].map(ids)
    mentions = mentions.merge(findings[["paper", "finding", "entity"]], on=["paper", "finding"])

    entities = _entities(findings, mentions, gazetteer)
    names = _names(mentions)
    return Resolved(
        entities=entities,
        assignment=findings[["paper", "finding", "entity"]].sort_values(["paper", "finding"]).reset_index(drop=True),
        names=names,
        broader=pd.DataFrame({"narrower": [], "broader": [], "reason": []}, dtype="str"),
        aliases=_aliases(issued, names, entities),
        doubts=pd.DataFrame(),
    )


def _definitions(definitions: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """One row a paper and short form: ``paper``, ``short`` (raw form), ``long`` (form), ``meaning`` (form), sorted.

    ``meaning`` stands for all wordings of one long form of that short form in the corpus.
    """
    if definitions.empty:
        return pd.DataFrame({"paper": [], "short": [], "long": [], "meaning": []}, dtype="str")
    shorts = forms(definitions["short"], gazetteer)
    longs = forms(definitions["long"], gazetteer)
    out = pd.DataFrame(
        {
            "paper": definitions["paper"].to_numpy(),
            "short": definitions["short"].map(shorts["raw"]).to_numpy(),
            "long": definitions["long"].map(longs["form"]).to_numpy(),
            "spaced": definitions["long"].map(longs["spaced"]).to_numpy(),
        }
    )
    out = out.sort_values(["paper", "short", "long", "spaced"]).drop_duplicates(["paper", "short"])
    counts = out.groupby(["short", "spaced"], sort=True).size()
    meaning: dict[tuple[str, str], str] = {}
    for short, part in counts.groupby(level=0, sort=True):
        longs_of = {long: float(n) for (_, long), n in part.items()}
        for long, stands_for in group(longs_of.items()).items():
            meaning[str(short), long] = stands_for
    form_of = dict(zip(out["spaced"], out["long"], strict=True))
    out["meaning"] = [
        form_of[meaning[short, spaced]] for short, spaced in zip(out["short"], out["spaced"], strict=True)
    ]
    return out.drop(columns="spaced").reset_index(drop=True)


def _own_definition_first(mentions: pd.DataFrame, defined: pd.DataFrame) -> pd.DataFrame:
    """A short form means what its own paper defines; a long form means what its wordings mean."""
    own = mentions[["paper", "raw"]].merge(
        defined[["paper", "short", "meaning"]], left_on=["paper", "raw"], right_on=["paper", "short"], how="left"
    )
    meaning = own["meaning"].to_numpy()
    found = own["meaning"].notna().to_numpy()
    out = mentions.copy()
    out["form"] = np.where(found, meaning, out["form"])
    out["reason"] = np.where(found, "defined in " + out["paper"], out["reason"])
    wording = defined.groupby("long")["meaning"].agg(lambda s: s.value_counts().sort_index(kind="stable").idxmax())
    wording = wording[wording.index != wording]
    other = out["form"].map(wording)
    out["reason"] = np.where(other.notna() & ~found, "wording of the same short form", out["reason"])
    out["form"] = other.where(other.notna(), out["form"])
    return out


def _unambiguous_short_forms(mentions: pd.DataFrame, defined: pd.DataFrame) -> pd.DataFrame:
    """A short form that a paper does not define means what nearly all papers that define it mean."""
    counts = defined.groupby(["short", "meaning"]).size().rename("papers").reset_index()
    total = counts.groupby("short")["papers"].transform("sum")
    top = counts[counts["papers"] >= DOMINANT * total]
    distinctive = (top["short"].str.len() > 4) | top["short"].str.contains(r"\d")
    top = top[distinctive | (top["papers"] >= 2)].set_index("short")["meaning"]
    out = mentions.copy()
    open_ = out["form"] == out["raw"]
    meaning = out["raw"].where(open_).map(top)
    found = meaning.notna() & (meaning != out["form"])
    out["form"] = meaning.where(found, out["form"])
    out["reason"] = np.where(found, "short form defined in other papers", out["reason"])
    return out


def _one_form_each(mentions: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """The findings with a ``node``: the form most of their mentions have."""
    counts = mentions.groupby(["paper", "finding", "form"], sort=True).size().rename("n").reset_index()
    counts = counts.sort_values(["paper", "finding", "n", "form"], ascending=[True, True, False, True])
    best = counts.drop_duplicates(["paper", "finding"]).rename(columns={"form": "node"})
    return findings.merge(best[["paper", "finding", "node"]], on=["paper", "finding"])


def _ids(findings: pd.DataFrame, table: pd.DataFrame, defined: pd.DataFrame, gazetteer: Gazetteer) -> Mapping[str, str]:
    """Node to entity id: a function of strings, never of counts, so that more papers do not change it."""
    spaced = (
        table.sort_values("spaced").groupby("form")["spaced"].agg(lambda s: max(s, key=lambda x: (x.count(" "), x)))
    )
    nodes = sorted(set(findings["node"]))
    ids: dict[str, str] = {}
    taken: dict[str, str] = {}
    for node in nodes:
        name = "entity/" + slug(str(spaced.get(node, node)))
        if name in taken:
            name = f"{name}-{sum(1 for other in taken if other.startswith(name)) + 1}"
        taken[name] = node
        ids[node] = name
    return ids


def _entities(findings: pd.DataFrame, mentions: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Id, name and type of each entity."""
    weight = findings["confidence"] * np.where(findings["role"] == str(Role.INTRODUCES), 3.0, 1.0)
    votes = weight.groupby([findings["entity"], findings["type"]]).sum().rename("weight").reset_index()
    votes["weight"] = votes["weight"].round(6) + votes["type"].isin(_IS_A) * 1e-3
    votes["order"] = votes["type"].map({t: i for i, t in enumerate(_TYPES)})
    votes = votes.sort_values(["entity", "weight", "order"], ascending=[True, False, True])
    types = votes.drop_duplicates("entity").set_index("entity")["type"]

    surfaces = mentions.groupby(["entity", "text"]).size().rename("n").reset_index()
    surfaces = surfaces.sort_values(["entity", "n", "text"], ascending=[True, False, True])
    names = surfaces.drop_duplicates("entity").set_index("entity")["text"]
    out = pd.DataFrame({"id": names.index, "name": names.to_numpy()})
    out["type"] = out["id"].map(types)
    return out.sort_values("id").reset_index(drop=True)


def _names(mentions: pd.DataFrame) -> pd.DataFrame:
    """Every surface string of every entity, how often, and why it is that entity."""
    reason = mentions["reason"].where(mentions["reason"] != "", "same name")
    counts = (
        mentions.assign(reason=reason)
        .groupby(["entity", "text"], sort=True)
        .agg(count=("text", "size"), reason=("reason", "min"))
        .reset_index()
        .rename(columns={"text": "name"})
    )
    counts = counts.sort_values(["entity", "count", "name"], ascending=[True, False, True])
    return counts[["entity", "name", "count", "reason"]].reset_index(drop=True)


def keys(resolved: Resolved) -> pd.DataFrame:
    """What to remember of a result for the aliases of a later one: columns ``id``, ``key``, sorted."""
    out = resolved.names[["entity", "name"]].rename(columns={"entity": "id", "name": "key"})
    return out.sort_values(["id", "key"]).reset_index(drop=True)


def _aliases(issued: pd.DataFrame | None, names: pd.DataFrame, entities: pd.DataFrame) -> pd.DataFrame:
    """Ids that were given once and are no more, and the entity that most of their names now are."""
    if issued is None or issued.empty:
        return pd.DataFrame({"old": [], "entity": []}, dtype="str")
    gone = issued[~issued["id"].isin(entities["id"])]
    now = gone.merge(names[["entity", "name", "count"]], left_on="key", right_on="name")
    votes = now.groupby(["id", "entity"])["count"].sum().reset_index()
    votes = votes.sort_values(["id", "count", "entity"], ascending=[True, False, True]).drop_duplicates("id")
    return votes.rename(columns={"id": "old"})[["old", "entity"]].sort_values(["old", "entity"]).reset_index(drop=True)
