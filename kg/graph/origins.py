"""Which paper a thing comes from: the one that gives it its name, and before which nobody knew it.

The pipeline reads what papers introduce, but "we introduce Mamba, a state-space model, to fMRI" introduces nothing. So
an origin has to give the name: in its title, or in words that give names. And papers must not have known the thing
before, nor at once: a new name needs time to spread.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from kg.graph.arrays import Bools, Floats, Ints, of_papers
from kg.graph.dates import DateBounds
from kg.model import text_of

MIN_ORIGIN = 0.5
"""How sure it must be that a paper introduces an entity, for it to be its origin."""
EARLIER_SHARE = 0.05
"""How many of the papers that name an entity may be dated before its origin: slips of resolution or date."""
EARLIER_RATE = 0.25
"""How often, of its usual rate, an entity may be named before its origin: else it was there all the time."""
MIN_GIVEN = 0.3
"""The same where it gives the entity its name."""
REPORTED_SHARE = 0.3
"""The same where the origin is the report on a thing that may be known before."""
AT_ONCE = 0.5
"""How often, of its usual rate, other papers may name an entity in the month of its origin: news take longer."""
AT_ONCE_FROM = 8
"""So many papers must name an entity to tell."""
POPULAR, POPULAR_IN = 5, 300
"""What so many papers name, of so many or more, its origin has in its title, ..."""
EXPECTED = 3
"""... but where so many papers before would have named it at its usual rate."""
RIVAL_SHARE = 0.02
"""How many of the papers that name an entity may, beside its origin, give the same name to something."""
CONCURRENT_DAYS = 31
"""Papers this much older than the origin may name the same thing in good faith: a preprint came later than a talk."""
WINDOW = 120
"""How many characters beside a name are read."""

NAMES_IN_TITLE, GIVES_NAME = 2, 1
_VERSION = r"(\s+v?\d[\w.]*)?"
_KIND = (
    r"(\s+(technical|system) (report|card)|\s+model card"
    r"|\s+(data\s?set|benchmark|corpus|challenge|models?|series|family))?"
)
_HEAD_BEFORE = re.compile(r"(\W*(introducing|presenting|the|announcing)\s+)?\W*", re.IGNORECASE)
_HEAD_AFTER = re.compile(rf"s?{_VERSION}{_KIND}(\s*\([^()]*\))?\s*(:|$|--|–|—|\?|\s-\s)", re.IGNORECASE)
_REPORT = re.compile(r"\b(technical report|model card|system card)\b", re.IGNORECASE)
_BORROWED_BEFORE = re.compile(
    r"\b(based on|built on|using|with|via|for|of|on|in|to|from|by|meets?|and|beyond|into|through|at|as"
    r"|under|towards?|is|are)\s+(the\s+)?$",
    re.IGNORECASE,
)
_BORROWED_AFTER = re.compile(
    r"\s*\\cite|\s*\[\d|\s+(into|in|as|on|for the first time)\b"
    r"|-?(based|style|like|guided|driven|inspired|enhanced|powered|assisted|augmented)\b|[-\s](variants?|models)\b",
    re.IGNORECASE,
)
_NAMING = re.compile(
    r"\b(called|named|termed|dubbed|coined|titled|entitled|namely|nicknamed|(referred to|abbreviated|denoted|known) as"
    r"|(call|name|term|dub|coin)s?(\s+(it|them|this|that|the|our)(\s+[\w-]+){0,4})?)\s*(as\s+)?(the\s+)?[\"'“‘`(\\{$]*$",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(we|our|this (paper|work|article|study|report)|here|novel|new|propos\w+|introduc\w+|present\w*|develop\w*)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(us(e|es|ed|ing)|employ\w*|adopt\w*|leverag\w*|existing|recent(ly)?|popular|well-known)\b(?!.*\b(we|our|novel|new)\b)",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\b(propos(e|es|ed|ing)|introduc(e|es|ed|ing)|present(s|ed|ing)?|develop(s|ed|ing)?|design(s|ed|ing)?|unveil(s|ed)?"
    r"|build|built|creat(e|es|ed)|construct(s|ed)?|releas(e|es|ed|ing)|contribut(e|es|ed)|devis(e|es|ed)"
    r"|formulat(e|es|ed)|describ(e|es)|establish|curat(e|es|ed)|launch|publish|share|offer|this is)\s*,?\s*"
    r"(?P<words>((?!(?:by|from|of|on|to|with|using|via|based|than|that|into|over|under|against|which)\b)"
    r"[\w$^{}\\/+.'’-]+[\s,:]+){0,12})[\"'“‘`(\\{$]*$",
    re.IGNORECASE,
)
_ONE_OF_MANY = re.compile(r"\b(an?|several|two|three|multiple|some|different|various)\b", re.IGNORECASE)
_HEAD_NOUN = re.compile(
    r"(frameworks?|methods?|approach|models?|systems?|architectures?|algorithms?|techniques?|strategy|networks?|pipelines?"
    r"|data\s?sets?|benchmarks?|corpus|suite|tool(kit)?|library|platform|paradigm|modules?|agents?|mechanism|loss|schemes?"
    r"|family|series|language model|llms?|task|environment|simulator|metric|dubbed|engine|solution|baseline|variant)$",
    re.IGNORECASE,
)


def names_in_title(title: str, start: int, end: int) -> bool:
    """Whether the title begins with the name at these offsets and goes on to explain it, or is nothing else.

    >>> names_in_title("LoRA: Low-Rank Adaptation", 0, 4), names_in_title("Gemma 3 Technical Report", 0, 7)
    (True, True)
    >>> names_in_title("LoRA Learns Less and Forgets Less", 0, 4), names_in_title("QuIP: LoRA for all", 6, 10)
    (False, False)
    """
    return bool(_HEAD_BEFORE.fullmatch(title[:start]) and _HEAD_AFTER.match(title[end:]))


def gives_name(text: str, start: int, end: int) -> bool:
    """Whether the sentence gives the name at these offsets to something that is the paper's own.

    >>> text = "We propose a method called FOO and BAR, a net. We introduce Mamba into fMRI. We build a GRPO framework."
    >>> [gives_name(text, text.index(name), text.index(name) + len(name)) for name in ("FOO", "BAR", "Mamba", "GRPO")]
    [True, False, False, False]
    >>> text = "We present a fast sampler (FaSa) and propose a Group Policy Optimization (GPO) framework."
    >>> [gives_name(text, text.index(name), text.index(name) + len(name)) for name in ("FaSa", "GPO")]
    [True, False]
    """
    before = re.split(r"[.;!?]\s|\n", text[max(0, start - WINDOW) : start])[-1]
    after = text[end : end + WINDOW]
    if _BORROWED_AFTER.match(after) or re.search(r"[\w-]$", before) or re.match(r"-\w", after):
        return False
    if _NAMING.search(before):
        if _OTHERS.search(before[-60:]):
            return False
        return bool(_OURS.search(text[max(0, start - 250) : start]))
    claim = _CLAIM.search(before)
    if claim is None:
        return False
    words = claim["words"].strip(" ,:")
    if before.rstrip("\"'“‘`").endswith("("):  # "a fast sampler (FOO)" gives a name, "a Fast Odd (FOO) net" may not
        modifier = re.match(r"s?\)\s*[-\w]+", after) is not None and not re.match(
            r"s?\)\s*(,|that|which|to|for|is|and|in|by|with|as|on|from|at|we|it)\b", after
        )
        return not (modifier and re.match(r"an?\b", words, re.IGNORECASE) is not None)
    if not _ONE_OF_MANY.search(words):
        return True
    # "a framework, FOO", "a new data set FOO": an apposition; "a light ControlNet" is one of many
    return bool(_HEAD_NOUN.search(words))


def claims(pairs: pd.DataFrame, mentions: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """How plainly each row's ``paper`` gives ``entity`` its name.

    Columns ``claim`` (:data:`NAMES_IN_TITLE`, :data:`GIVES_NAME` or 0), ``titled`` (whether the title has the name, not
    as something borrowed) and ``reported`` (whether this is the report on a thing that may be known before: the title
    says so, or the name is a version's, such as ``DeepSeek-V3.2``, and the abstract gives it too).
    """
    titles, abstracts = papers["title"].to_numpy(dtype=object), papers["abstract"].to_numpy(dtype=object)
    spots = spots_of(pairs, mentions)
    rows = []
    for paper, entity in zip(pairs["paper"].tolist(), pairs["entity"].tolist(), strict=True):
        title = titles[paper]
        text = text_of(title, abstracts[paper])
        claim, titled, given, numbered = 0, False, False, False
        for start, end in spots.get((paper, entity), []):
            if end <= len(title):
                head = names_in_title(title, start, end)
                titled |= head or not (
                    _BORROWED_BEFORE.search(title[:start])
                    or _BORROWED_AFTER.match(title[end:])
                    or re.search(r"[\w-]$", title[:start])
                    or re.match(r"-\w", title[end:])
                )
                claim = max(claim, NAMES_IN_TITLE if head else 0)
                numbered |= head and bool(re.search(r"\d", title[start:end]))
            elif not given and gives_name(text, start, end):
                claim, given = max(claim, GIVES_NAME), True
        reported = bool(_REPORT.search(title)) or (given and numbered)
        rows.append((claim, titled, claim == NAMES_IN_TITLE and reported))
    return pd.DataFrame(rows, columns=["claim", "titled", "reported"], index=pairs.index)


def spots_of(pairs: pd.DataFrame, mentions: pd.DataFrame) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Where each of these papers names each of these entities."""
    near = of_papers(mentions[["paper", "entity", "start", "end"]], pairs["paper"])
    wanted = near.merge(pairs[["paper", "entity"]].drop_duplicates(), on=["paper", "entity"])
    spots: dict[tuple[int, int], list[tuple[int, int]]] = {}
    columns = (wanted[column].tolist() for column in ("paper", "entity", "start", "end"))
    for paper, entity, start, end in zip(*columns, strict=True):
        spots.setdefault((paper, entity), []).append((start, end))
    return spots


def origins(
    introduced: pd.DataFrame,
    stated: pd.DataFrame,
    mentions: pd.DataFrame,
    papers: pd.DataFrame,
    dates: DateBounds,
    families: Bools,
) -> tuple[Ints, Bools]:
    """Of each entity: the paper that it comes from (-1: none to be believed), and whether that gives it its name.

    Of several papers that say they introduce it, the first that gives the name. What only one paper names comes from
    that, if it says so at all. A paper is not believed that others precede in naming the thing, or follow at once: then
    it adapts what is known, or there are two things of the name. ``families`` are what other entities are kinds of.
    """
    n_entities = len(families)
    named_by = np.bincount(stated["entity"].to_numpy(), minlength=n_entities)
    sure = introduced[introduced["confidence"] >= MIN_ORIGIN]
    alone = (named_by == 1)[introduced["entity"].to_numpy()] & ~families[introduced["entity"].to_numpy()]
    told = claims(introduced[~alone], mentions, papers)
    made = introduced.join(told)
    n = named_by[made["entity"].to_numpy()]
    made["claim"] = made["claim"].fillna(0).astype(int)
    # where the papers before would have named it, had it been known, and do not, the abstract's word is enough
    expected = n * _share_before(dates, made["paper"].to_numpy())
    believed = (n < POPULAR) | (expected >= EXPECTED) | (len(papers) < POPULAR_IN) | made["titled"].eq(True)
    gives = (made["claim"] == NAMES_IN_TITLE) | (made["claim"] == GIVES_NAME) & believed
    made["gives"] = gives & (made["confidence"] >= MIN_GIVEN)
    usable = made[made["gives"] | (n == 1) & made.index.isin(sure.index)]
    ordered = usable.assign(date=np.nan_to_num(dates.earliest[usable["paper"].to_numpy()], nan=np.inf))
    ordered = ordered.sort_values(
        ["entity", "date", "claim", "confidence", "paper"], ascending=[True, True, False, False, True]
    )
    first = ordered.drop_duplicates("entity")
    origin = np.full(n_entities, -1, dtype=np.int64)
    origin[first["entity"].to_numpy()] = first["paper"].to_numpy()
    reported = np.zeros(n_entities, dtype=bool)
    reported[first["entity"].to_numpy()] = first["reported"].eq(True).to_numpy()
    gives_name = np.zeros(n_entities, dtype=bool)
    gives_name[first["entity"].to_numpy()] = first["gives"].to_numpy()

    rows = stated[origin[stated["entity"].to_numpy()] >= 0]
    entity, its_origin = rows["entity"].to_numpy(), origin[rows["entity"].to_numpy()]
    before = dates.surely_before(rows["paper"].to_numpy(), its_origin, CONCURRENT_DAYS)
    preceded = np.bincount(entity[before], minlength=n_entities)
    usual = named_by * _share_before(dates, origin)
    known = preceded > np.minimum(EARLIER_SHARE * named_by, EARLIER_RATE * usual)
    known |= _there_at_once(rows, origin, named_by, dates)
    origin[known & ~(reported & (preceded <= REPORTED_SHARE * named_by))] = -1
    # an entity to which several papers give its name is several things
    rivals = np.bincount(made.loc[made["claim"] > 0, "entity"], minlength=n_entities) - 1
    return origin, gives_name & (origin >= 0) & (rivals <= RIVAL_SHARE * named_by)


def _share_before(dates: DateBounds, origin: Ints) -> Floats:
    """The share of all dated papers that are surely older than each origin; 1 where its date is not known."""
    known = np.sort(dates.latest[~np.isnan(dates.latest)])
    start = np.where(origin >= 0, dates.earliest[origin], np.nan)
    share = np.searchsorted(known, start - CONCURRENT_DAYS) / max(len(known), 1)
    return np.where(np.isnan(start), 1.0, share)


def _there_at_once(rows: pd.DataFrame, origin: Ints, named_by: Ints, dates: DateBounds) -> Bools:
    """Which entities others name in the month of the origin about as often as ever after.

    ``rows`` are the papers that name an entity that has an origin.
    """
    entity, paper = rows["entity"].to_numpy(), rows["paper"].to_numpy()
    known = np.sort(dates.earliest[~np.isnan(dates.earliest)])
    start = np.where(origin >= 0, dates.earliest[origin], np.nan)
    soon = start[entity] + CONCURRENT_DAYS - 1
    at_once = (paper != origin[entity]) & (dates.earliest[paper] <= soon)
    seen = np.bincount(entity[at_once], minlength=len(origin))
    since = len(known) - np.searchsorted(known, start)
    month = np.searchsorted(known, start + CONCURRENT_DAYS - 1, side="right") - np.searchsorted(known, start)
    with np.errstate(divide="ignore", invalid="ignore"):
        usual = named_by * (month / since)
        # two papers at least: one may be by the same people
        return np.asarray((named_by >= AT_ONCE_FROM) & (seen >= 2) & (seen >= AT_ONCE * usual) & ~np.isnan(start))
