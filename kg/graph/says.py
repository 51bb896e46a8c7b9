"""What the words around a name say that the paper does with the thing: builds on it, or sets its own work against it.

The pipeline's roles are right four times in five. A link from paper to paper hangs on one sentence, so that its words
have to agree: what is named in "we evaluate A, B and C" is neither built on nor compared with.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kg.graph.arrays import Bools, of_papers, order_of
from kg.graph.evidence import sentence_texts
from kg.model import text_of

ROLE = {"builds_on": "uses", "compares_with": "compares_with"}
"""Of each relation, the role that the pipeline gives the entity."""
BEFORE, AFTER = 160, 120
"""How many characters of the sentence before and after a name are read."""

_TEXT = r"(?:[^.;:()]|\.(?=\S))"  # of one clause: a point inside "Qwen2.5" ends none
_PARTS = (
    r"based (up)?on|bas(es|ing) (it |this )?on|buil(d|ds|t|ding)s? (directly )?(up)?on( top of)?|on top of|atop"
    r"|extend(s|ing|ed)?|extensions? (of|to)|(adaptation|extension|variant|derivative) of|inspired by|derived from"
    r"|derives? from|adapt(s|ed|ing)?( from)?|fine-?tun(e|es|ed|ing)|post-?train(s|ed|ing)?"
    r"|initiali[sz](e|es|ed|ing) (from|with)|powered by|leverag(e|es|ing)|integrat(e|es|ing)|incorporat(e|es|ing)"
    r"|combin(e|es|ing)|employ(s|ing)?|adopt(s|ing)?"
)
_USES = (
    r"us(e|es|ing)|utiliz(e|es|ing)|via|coupl(e|es|ing)|augment(s|ing)?|appl(y|ies|ied|ying)|train(s|ed|ing)?"
    r"|distill(s|ed|ing)?|distillation|equip(s|ped|ping)?|implement(s|ed|ing)?|instantiat(e|es|ed|ing)|modif(y|ies|ying)"
    r"|replac(e|es|ing)|enhanc(e|es|ing)|inject(s|ed|ing)?|transfer(s|red|ring)?|follow(s|ing)|reus(e|es|ing)"
    r"|generali[sz](e|es|ing)|frozen|pre-?trained|backbones?|with|from|through|by|plug(s|ged|ging)?"
    r"|accelerat(e|es|ing)|driven by|guided by|featuring|including|include"
)
_SKIPPED = (
    r"\W+((the|an?|our|both|a pre-?trained|pre-?trained|frozen|recent|existing|strong|open-source|state-of-the-art"
    r"|\w+-\w+|\w+)\s+){0,4}"
)
_NEAR = re.compile(rf"\b({_PARTS}){_SKIPPED}$", re.IGNORECASE)
_KIN = re.compile(
    r"\b(as in|akin to|draws? on|like (that|those) of|in the style of|after the design of"
    r"|(is|are|of) (an?|the)( \w+-\w+| dense\w*| large| small| standard| \w+ed){0,3}"
    r"|(architecture|encoder|decoder|backbone|layers?|loss|embeddings?|design|recipe|tokenizer|weights) of)"
    r"( the| an?)?\s+$",
    re.IGNORECASE,
)
_FAR = re.compile(
    rf"\b({_PARTS}|{_USES})\s(?P<words>{_TEXT}{{0,100}}|[^.;]{{0,40}}\(e\.g\.,? [^)]{{0,30}})$", re.IGNORECASE
)
_PART_AFTER = re.compile(
    r"\s?[-–]?(based|driven|powered|guided|derived|initialized)\b"
    r"|s?\s+(as|serves as|is used|are used|was used|is applied)\b"
    r"|s?\s+to (extract|generate|produce|obtain|guide|build|model)\b"
    r"|s?\s+(backbones?|features|encoders?|embeddings|framework|architecture|foundation model|base model)\b",
    re.IGNORECASE,
)
_TESTED = re.compile(
    r"\b(evaluat\w+|benchmark(s|ed|ing)?|assess\w*|test(s|ed|ing)?|experiments?|stud(y|ies|ied)|analy[sz]\w+|investigat\w+"
    r"|prob(e|es|ed|ing)|validat\w+|examin\w+|across|audit\w*|demonstrat\w+|results?|observe\w*|improves?|reach\w*|achiev\w+"
    r"|compar\w+|outperform\w*|surpass\w*|exceed\w*|beat(s|ing)?|than|over|against|versus|vs\.?|unlike|between)\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(
    r"\b(such as|exemplified by|typified by|represented by|(?<!them )(?<!it )like|e\.g\.,?|recent(ly)?|existing|prior"
    r"|previous|current|although|while|despite|unlike|however)\b",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"\b(without|instead of|rather than|no need (for|of)|avoid(s|ing)?|eliminat(es|ing))\s+"
    r"((?!(?:using|via|by|with|through|and)\b)[\w-]+\s+){0,4}\W*$",
    re.IGNORECASE,
)
"""At the end of what stands before a name: the thing is what the work does not have."""
_OTHERS_DO = re.compile(
    r"\b(existing|prior|previous|recent|current|other|many|most|several|traditional|conventional)\s+([\w-]+\s+){0,3}"
    r"(stud(y|ies)|works?|methods?|approach(es)?|models?|research|techniques|systems|solutions|frameworks|pipelines)\s+"
    r"((that|which|often|typically|usually|mainly|primarily|commonly|generally|have|are|simply|only|directly)\s+){0,2}$",
    re.IGNORECASE,
)
"""At the end of what stands before a word such as ``employ``: not this paper does so."""
_AGAINST = re.compile(
    r"\b(outperform\w*|surpass\w*|exceed(s|ed|ing)?|beat(s|ing)?|compar(e|es|ed|able|ably|ing|ison|isons)|superior|inferior|than"
    r"|versus|vs\.?|(?<!averaged )over|match(es|ed|ing)?|par|competitive|rival(s|ing|ed)?|baselines?"
    r"|improv\w+ (up)?on|against|unlike"
    r"|in contrast(?= (to|with)\b)|relative to|predecessors?|competitors?|counterparts?|differs? from|alternatives?"
    r"|short of|approach(es|ing)(?= (an?|the) )|close to|worse|lag(s|ging)? behind|points? of)\b",
    re.IGNORECASE,
)
_STRONGLY = re.compile(
    r"outperform|surpass|exceed|beat|superior|than|compared|comparing|short of|approach|close to|worse|lag|points? of"
    r"|in contrast|differs? from",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"\b(?<!compared )(?<!comparison )(?<!competitive )(?<!comparable )(?<!par )(?<!contrast )(?<!performance )"
    r"(on|across|with|without|using|under|in|for|when|by|while|and achiev\w+|achieving|where|from"
    r"|transfers?( well| zero-shot)? to|complements)\b",
    re.IGNORECASE,
)
_TAKES_TO = re.compile(
    r"compar|competitive|par\b|superior|inferior|in contrast|relative|differs?|alternatives?|rival", re.IGNORECASE
)
_TO = re.compile(r"\s*(with|to|against|from)\b", re.IGNORECASE)
_TRIED = (
    r"\b(evaluat(e|es|ed|ing|ions?)|experiment\w*|outperform\w*|surpass\w*|achiev\w*|results?|state-of-the-art|sota|accura\w+|"
    r"test(s|ed|ing)?|validat\w+|across|perform(s|ance)?|gains?|scores?|superior\w*|effective\w*|improv\w+|benchmarks?|"
    r"demonstrat\w+|appl(y|ied)|empirical\w*|competitive|showcas\w+|generaliz\w+|reduc\w+)\b"
)
_UNTRIED = (
    r"\b(however|existing|traditional(ly)?|typically|limit(s|ed|ing|ations?)|challeng\w+|prior works?|previous"
    r"|ablations?|remains?|struggl\w+|suffer\w*|crucial|essential|to support|increasingly|recent(ly)?)\b"
)
_ON = re.compile(
    r"\b(?<!based )(?<!trained )(?<!tuned )(on|across|over)\s+"
    r"((our|the|both|this|these|new|proposed|introduced|released|own|public|challenging)\s+"
    r"|[\w.'-]+( [\w.'-]+)?(,? and |, ))*$",
    re.IGNORECASE,
)
"""At the end of what stands before a test bed: something is tried on it, or on it and others."""
_AGAINST_AFTER = re.compile(r"(-based|-style)?[^.;,]{0,20}\b(baselines?|counterparts?)\b", re.IGNORECASE)


def builds(before: str, after: str, *, plainly: bool = False) -> bool:
    """Whether the words before and after a name say that the thing is part of the paper's own work.

    ``plainly`` asks for words that hardly mean anything else.

    >>> builds("Our sampler is built on a frozen ", " encoder."), builds("We train it with ", ".")
    (True, True)
    >>> builds("We evaluate models built with ", "."), builds("It is faster than ", ".")
    (False, False)
    >>> builds("We train it with ", ".", plainly=True)
    False
    """
    before, after = before[-BEFORE:].removesuffix("("), after[:AFTER]  # "adapters (LoRA)": read what stands before
    near = _NEAR.search(before)
    if compares(before, after, plainly=True):  # "outperforms a fine-tuned FOO"
        return False
    if re.search(r"\b(compatible|on par)\b[^.;]*$", before) or _LEFT_OUT.search(before):
        return False
    if near and _OTHERS_DO.search(before[: near.start(1)]):
        return False
    if near and not _TESTED.search(before[near.end(1) :]) and not (plainly and _TESTED.search(before[-100:])):
        return not re.search(r"\b(such as|like|e\.g|existing|prior|previous)\b", before[near.end(1) :])
    if plainly or _TESTED.search(before[-90:]) or _BACKGROUND.search(before[-60:]):
        return False
    return bool(_FAR.search(before) or _KIN.search(before) or _PART_AFTER.match(after))


def compares(before: str, after: str, *, plainly: bool = False) -> bool:
    """Whether the words before and after a name say that the paper's own work is set against the thing.

    >>> compares("It outperforms FOO-2.5, FOO-3 and ", "."), compares("Compared with ", ", it is faster.")
    (True, True)
    >>> compares("It outperforms all baselines on ", "."), compares("Recent work such as ", " adopts it.")
    (False, False)
    """
    before, after = before[-BEFORE:], after[:AFTER]
    cues = list(_AGAINST.finditer(before))
    if cues:
        last = cues[-1]
        words = before[last.end() :]
        direct = _TO.match(words) if _TAKES_TO.match(last.group()) else None
        rest = words[direct.end() :] if direct else words
        if not re.search(r"[;!?]|\.(?=\s[A-Z])", rest) and not _SETTING.search(rest) and len(rest) < 110:
            return not plainly or bool(_STRONGLY.match(last.group()))
    return bool(_AGAINST_AFTER.match(after)) and not plainly and not _NEAR.search(before)


def said(rows: pd.DataFrame, relation: str, mentions: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """The rows whose ``paper`` says in words that it ``builds_on`` its ``entity``, or ``compares_with`` it.

    ``start`` and ``end`` become those of the sentence that says so, the first of the abstract if there is one. Of what
    the pipeline takes for something else, by its ``role``, plainer words are asked.
    """
    if rows.empty:
        return rows
    says = {"builds_on": builds, "compares_with": compares}[relation]
    titles, abstracts = papers["title"].to_numpy(dtype=object), papers["abstract"].to_numpy(dtype=object)
    places = mentions[["paper", "entity", "start", "end", "sentence_start", "sentence_end"]]
    asked = rows[["paper", "entity", "role"]].assign(row=np.arange(len(rows)))
    spots = asked.merge(of_papers(places, rows["paper"]), on=["paper", "entity"])
    titled = papers["title"].str.len().to_numpy()[spots["paper"].to_numpy()] >= spots["end"].to_numpy()
    spots = spots.assign(titled=titled.astype("int8"))
    spots = spots.iloc[order_of(spots, "row", "titled", "start", "end")]
    found: dict[int, tuple[int, int]] = {}
    last_paper, text = -1, ""
    columns = (
        spots[name].tolist() for name in ("row", "paper", "role", "start", "end", "sentence_start", "sentence_end")
    )
    for row, paper, role, start, end, first, last in zip(*columns, strict=True):
        if row in found:
            continue
        if paper != last_paper:
            last_paper, text = paper, text_of(titles[paper], abstracts[paper])
        if says(text[first:start], text[end:last], plainly=role != ROLE[relation]):
            found[row] = first, last
    return rows.iloc[list(found)].assign(
        start=[first for first, _ in found.values()], end=[last for _, last in found.values()]
    )


def tried_on(beds: pd.DataFrame, tools: pd.DataFrame, mentions: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """Of the data sets and benchmarks that papers made, those on which they say to have tried tools of their own.

    ``start`` and ``end`` become those of the first sentence that says so and names one: "experiments on FooBench show
    that FooNet …".
    """
    where = of_papers(mentions[["paper", "entity", "start", "sentence_start", "sentence_end"]], beds["paper"])
    named = where.merge(tools[["paper", "entity"]], on=["paper", "entity"])[["paper", "sentence_start"]]
    rows = beds[["paper", "entity", "confidence"]].merge(where[where["sentence_start"] > 0], on=["paper", "entity"])
    rows = rows.merge(named.drop_duplicates(), on=["paper", "sentence_start"])
    before = sentence_texts(papers, rows["paper"], rows["sentence_start"], rows["start"])
    rows = rows[np.array([bool(_ON.search(text)) for text in before], dtype=bool)].drop(columns="start")
    rows = rows.rename(columns={"sentence_start": "start", "sentence_end": "end"})
    rows = rows[tries(rows, papers)].sort_values(["paper", "entity", "start"])
    return rows.drop_duplicates(["paper", "entity"], ignore_index=True)


def tries(rows: pd.DataFrame, papers: pd.DataFrame) -> Bools:
    """Whether each row's evidence, the sentence from ``start`` to ``end`` of ``paper``, tells of trying something out.

    What is named among the troubles of others, or in an ablation, was not tried.
    """
    if rows.empty:
        return np.zeros(0, dtype=bool)
    sentences = pa.array(sentence_texts(papers, rows["paper"], rows["start"], rows["end"]), pa.large_string())
    tried = pc.match_substring_regex(sentences, _TRIED, ignore_case=True)
    untried = pc.match_substring_regex(sentences, _UNTRIED, ignore_case=True)
    return np.asarray(pc.and_not(tried, untried).to_numpy(zero_copy_only=False))
