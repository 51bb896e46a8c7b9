"""What short forms mean: in the paper that defines them, by type, and in papers that do not define them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from kg.resolve.forms import Forms
from kg.resolve.gazetteer import DOMINANT, Gazetteer, replace
from kg.resolve.homonyms import introduced
from kg.resolve.normal import compact, key
from kg.resolve.senses import abbreviates, fits, group, same_meaning

if TYPE_CHECKING:
    from kg.resolve.names import Names


@dataclass(frozen=True)
class Definitions:
    """What the papers of a corpus define."""

    table: pd.DataFrame
    """``paper`` (code), ``short`` (raw form), ``surface`` (the short form as written), ``long`` (form), ``spaced`` (its
    normal form), ``meaning`` (form: stands for all wordings of one meaning); one row a paper and short form, sorted."""
    wordings: dict[str, str]
    """Form of a long form to the form of its meaning, where they differ."""
    meanings: dict[str, Counter[str]]
    """Raw short form to its meanings (forms), with the number of papers that define each."""
    coined: dict[str, tuple[str, str]]
    """Raw short form that is a name of its own, to how it is written and its first meaning, by the id of the paper."""

    def may_be_short(self, texts: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Whether each surface string is written as a short form is: in capitals, or just as a paper defines it.

        "far" is not FAR, the false alarm rate.
        """
        surfaces = set(self.table["surface"].tolist())
        surfaces |= {s + "s" for s in surfaces}
        defined = np.array([t in surfaces for t in texts["text"].tolist()], dtype=bool)
        out: npt.NDArray[np.bool_] = defined | texts["abbreviated"].to_numpy(dtype=bool)
        return out


def is_coined(surface: str) -> bool:
    """Whether a short form is a name of its own rather than initials that many things may have.

    >>> is_coined("LoRA"), is_coined("DiffClass"), is_coined("ASR"), is_coined("SAMed-2"), is_coined("LLMs")
    (True, True, False, True, False)
    """
    letters = surface.removesuffix("s")
    return len(letters) > 2 and (any(map(str.islower, letters)) or any(map(str.isdigit, letters)))


def read_definitions(definitions: pd.DataFrame, papers: list[str], forms: Forms) -> Definitions:
    """The definitions of a corpus as forms, every long form with the meaning it words."""
    if definitions.empty:
        empty = pd.DataFrame({c: [] for c in ("short", "surface", "long", "spaced", "meaning")}, dtype="str")
        empty.insert(0, "paper", np.array([], dtype=np.int64))
        return Definitions(empty, {}, {}, {})
    gazetteer = forms.gazetteer
    shorts, longs = forms.table(definitions["short"]), forms.table(definitions["long"])
    out = pd.DataFrame(
        {
            "paper": pd.Index(papers).get_indexer(pd.Index(definitions["paper"])),
            "short": definitions["short"].map(shorts["raw"]).to_numpy(dtype=object),
            "surface": definitions["short"].to_numpy(dtype=object),
            "long": definitions["long"].map(longs["form"]).to_numpy(dtype=object),
            "spaced": definitions["long"].map(longs["spaced"]).to_numpy(dtype=object),
        }
    )
    columns = (out["surface"], out["short"], definitions["long"], out["spaced"])
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    whole = {row: _whole(row, gazetteer) for row in dict.fromkeys(rows)}
    out["spaced"] = [whole[row] for row in rows]
    form_of = {spaced: compact(spaced) for spaced in whole.values()}
    out["long"] = [form_of[whole[row]] for row in rows]
    out = out[out["spaced"] != ""]
    out = out[out["paper"] >= 0].sort_values(["paper", "short", "surface", "long", "spaced"])
    out = out.drop_duplicates(["paper", "short"]).reset_index(drop=True)

    shorts_of, surfaces, wordings_of = (out[column].tolist() for column in ("short", "surface", "spaced"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for short, spaced in zip(shorts_of, wordings_of, strict=True):
        counts[short][spaced] += 1
    meaning: dict[tuple[str, str], str] = {}
    meanings: dict[str, Counter[str]] = defaultdict(Counter)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for short in sorted(counts):
        known = {long: n + 1000 * (compact(long) in gazetteer.types) for long, n in counts[short].items()}
        for long, stands_for in group(known.items()).items():
            meaning[short, long] = name = compact(stands_for)
            meanings[short][name] += counts[short][long]
            votes[compact(long)][name] += counts[short][long]
    coined = {s for s, surface in zip(shorts_of, surfaces, strict=True) if is_coined(surface)}
    spelled_out = _known_names_spelled_out(meanings, coined, gazetteer)
    meant = [(s, meaning[s, w]) for s, w in zip(shorts_of, wordings_of, strict=True)]
    meant_as = [spelled_out.get(at, at[1]) for at in meant]
    out["meaning"] = meant_as
    for (short, m), name in sorted(spelled_out.items()):
        meanings[short][name] = meanings[short].pop(m)
        votes[m][name] += 1000
    best = {long: min(v, key=lambda m: (-v[m], m)) for long, v in votes.items()}
    wordings = {long: m for long, m in best.items() if m != long and best.get(m, m) == m and not _versions(long, m)}
    first: dict[str, tuple[str, str]] = {}
    for short, surface, m in zip(shorts_of, surfaces, meant_as, strict=True):
        if short in coined:
            first.setdefault(short, (surface, m))
    return Definitions(out, wordings, dict(meanings), first)


def _versions(long: str, meaning: str) -> bool:
    """Whether two forms begin alike and have numbers: that one paper says Llama-3-70B for Llama-3-70B-Instruct."""
    alike = long[:4] == meaning[:4]
    return alike and any(map(str.isdigit, long)) and any(map(str.isdigit, meaning))


def _known_names_spelled_out(
    meanings: dict[str, Counter[str]], coined: set[str], gazetteer: Gazetteer
) -> dict[tuple[str, str], str]:
    """(Short form, meaning) to the known name that the short form is, where its papers agree in spelling it out so.

    DETR is known by this name; "detection transformer" is what it stands for, not another thing.
    """
    out: dict[tuple[str, str], str] = {}
    for short, papers in meanings.items():
        if short in gazetteer.types:
            top = max(sorted(papers), key=papers.__getitem__)
            agreed = papers[top] >= DOMINANT * sum(papers.values()) and (papers[top] > 1 or short in coined)
            if agreed and top not in gazetteer.types and top != short:
                out[short, top] = short
    return out


def _whole(definition: tuple[str, str, str, str], gazetteer: Gazetteer) -> str:
    """The long form that a definition means: of a known short form, not the end only, and not words it does not fit.

    "Self-supervised learning (SSL)" may come as "supervised learning"; "conducted on many neural (CNN)" is no long form
    of CNN, nor is what stands before "(Claude)" one of Claude. Empty where the definition cannot be meant.

    ``definition`` is the short form as written and its form, the long one as written and its normal form.
    """
    surface, short, long, spaced = definition
    if _version_of_long_form(short, spaced):
        return ""
    known = gazetteer.meanings.get(short)
    if not known:
        return spaced if short not in gazetteer.types or fits(surface, long) else ""
    end = compact(key(long))
    ends = {w: compact(w) for w in known}
    of_initials = [w for w in known if "".join([x[0] for x in w.split()]) == short]
    fuller = [w for w in of_initials if ends[w] != end and ends[w].endswith(end)]
    if fuller and end not in {ends[w] for w in of_initials if known[w] >= 3}:
        name = replace(min(fuller, key=lambda w: (-known[w], w)), gazetteer.phrases)
        return gazetteer.synonyms.get(compact(name), name)
    fitting = end in ends.values() or abbreviates(surface, long)
    return spaced if fitting or len(short) < 3 else ""


_VERSION = re.compile(r"(.*?[a-z])-?v?\d+(?:[.-]\d+)*")


def _version_of_long_form(short: str, spaced: str) -> bool:
    """Whether a short form is a version of the name that its long form is: YOLOv8 is not "You Only Look Once"."""
    found = _VERSION.fullmatch(short)
    return found is not None and compact(spaced) == found.group(1)


def inside_names(names: Names, definitions: Definitions, forms: Forms) -> None:
    """A short form inside a longer name means what its paper defines, where the literature means another thing by it.

    "HSI reconstruction" is not of hyperspectral images in a paper on human-scene interactions (HSI).
    """
    table = definitions.table
    own: dict[int, list[tuple[str, re.Pattern[str], str]]] = defaultdict(list)
    for paper, short, surface, long in zip(
        *(table[column].tolist() for column in ("paper", "short", "surface", "spaced")), strict=True
    ):
        usual = forms.gazetteer.phrases.get(f"^{short}")
        if usual and _another_meaning(long, usual, forms.gazetteer):
            word = re.escape(surface.removesuffix("s") if surface[:-1].isupper() else surface)
            own[paper].append((usual, re.compile(rf"(?<![\w-]){word}s?(?=\s|$|-[a-z])"), long))
    texts, expanded = names.texts["text"].tolist(), names.texts["spaced"].tolist()
    rows, full = [], []
    mentions = np.flatnonzero(np.isin(names.paper, sorted(own)))
    of_mentions = zip(mentions.tolist(), names.paper[mentions].tolist(), names.text[mentions].tolist(), strict=True)
    for row, paper, text in of_mentions:
        whole = texts[text]
        for usual, pattern, long in own[paper]:
            if usual in expanded[text] and usual != expanded[text]:
                whole = pattern.sub(long, whole)
        if whole != texts[text]:
            rows.append(row)
            full.append(whole)
    if rows:
        found = forms.table(full)
        names.know(found)
        at = np.array(rows, dtype=np.int64)
        reasons = [f"defined in {names.papers[p]}" for p in names.paper[at]]
        names.assign(at, found["form"].reindex(full).tolist(), reasons)


def _another_meaning(long: str, usual: str, gazetteer: Gazetteer) -> bool:
    """Whether a long form of a short form is not just another wording of the usual one, with more or fewer words."""
    mine, theirs = set(long.split()), set(usual.split())
    if mine <= theirs or theirs <= mine or same_meaning(long, usual):
        return False
    return compact(long) in gazetteer.types or not mine & theirs


def by_type(names: Names, gazetteer: Gazetteer) -> None:
    """A short form known for several things, undefined in its paper, means the one whose type the paper gives it.

    "ASR" reported as a metric is the attack success rate, as a task it is speech recognition.
    """
    choice: dict[tuple[str, str], str] = {}
    for short, longs in gazetteer.meanings.items():
        weight: dict[str, Counter[str]] = defaultdict(Counter)
        total = sum(longs.values())
        for long, papers in longs.items():
            name = compact(replace(long, gazetteer.phrases))
            name = compact(gazetteer.synonyms.get(name, name))
            if name in gazetteer.types:
                weight[gazetteer.types[name]][name] += int(papers)
        for kind, forms in weight.items():
            top = max(sorted(forms), key=forms.__getitem__)
            if forms[top] >= DOMINANT * sum(forms.values()) and forms[top] >= 0.05 * total and forms[top] >= 5:
                choice[short, kind] = top
    raw, form = names.texts["raw"], names.texts["form"]
    same = (raw == form) | (names.texts["reason"] == "short form")
    open_text = (same & names.texts["abbreviated"] & raw.isin({short for short, _ in choice})).to_numpy()
    undefined = np.array([not r.startswith("defined") for r in names.reasons], dtype=bool)
    rows = np.flatnonzero(open_text[names.text] & undefined[names.reason])
    types = names.findings["type"].to_numpy(dtype=object)[names.finding[rows]]
    current = [gazetteer.types.get(node) for node in names.nodes]
    raws = raw.to_numpy(dtype=object)[names.text[rows]]
    of_mentions = zip(names.node[rows], types, raws, strict=True)
    open_rows = [current[n] != t or names.nodes[n] == r for n, t, r in of_mentions]  # MAE, too, is known as a metric
    rows, types, raws = (x[open_rows] for x in (rows, types, raws))
    chosen = [choice.get((r, t)) for r, t in zip(raws, types, strict=True)]
    keep = [i for i, c in enumerate(chosen) if c and c != names.nodes[names.node[rows[i]]]]
    names.assign(rows[keep], [chosen[i] or "" for i in keep], ["known short form, by type"] * len(keep))


_MAJORITY = 0.6
"""Share of the papers that define a short form that must agree where both it and its long form are known names."""


def defined_elsewhere(names: Names, definitions: Definitions, gazetteer: Gazetteer) -> None:
    """A short form that its paper does not define means what nearly all papers that define it mean.

    Initials ask for two papers: that one paper calls something "TM" says little about another's. A coined name ("LoRA")
    means what the first paper (by id) defined it as, but where a paper introduces its own thing under such a name.
    """
    meaning: dict[str, str] = {}
    of_one_paper: set[str] = set()
    for short, papers in sorted(definitions.meanings.items()):
        top = min(papers, key=lambda m: (-papers[m], m))
        if short in gazetteer.types:  # known by itself: FFT is the fast Fourier transform if that is known, too
            alike = gazetteer.types.get(top) == gazetteer.types[short]
            if alike and papers[top] > 2 and papers[top] >= _MAJORITY * sum(papers.values()):
                meaning[short] = top
            continue
        dominant = papers[top] >= DOMINANT * sum(papers.values())
        if short in definitions.coined:
            meaning[short] = definitions.coined[short][1]
            if papers[meaning[short]] < 2:
                of_one_paper.add(short)
        elif dominant and papers[top] > 1:
            meaning[short] = top
    raw, form = names.texts["raw"], names.texts["form"]
    open_text = ((raw == form) & raw.isin(meaning)).to_numpy() & definitions.may_be_short(names.texts)
    own = raw.isin(of_one_paper).to_numpy()[names.text] & introduced(names.findings)[names.finding]
    rows = np.flatnonzero(open_text[names.text] & (names.reason == 0) & ~own)
    chosen = [meaning[r] for r in raw.to_numpy(dtype=object)[names.text[rows]]]
    keep = [i for i, c in enumerate(chosen) if c != names.nodes[names.node[rows[i]]]]
    names.assign(rows[keep], [chosen[i] for i in keep], ["short form defined in other papers"] * len(keep))
