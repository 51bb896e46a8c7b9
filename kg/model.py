"""The words of the domain, shared by every room of the package. Imports nothing of ours.

Two kinds of things live here. :class:`Paper`, :class:`Mention`, :class:`Finding` and :class:`Extraction` are small
frozen records: what is read from files and what the pipeline finds in one paper. :class:`Extracted`,
:class:`Resolved` and :class:`Tables` are bundles of pandas DataFrames: the same facts for a whole corpus, one row
a fact, which is how they travel from the store through resolution and linking to the exporters.

All character offsets count :attr:`Paper.text` (``title + "\\n" + abstract``) from 0; ends are exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `kg --help` answers without loading pandas
    import pandas as pd


class EntityType(StrEnum):
    """What a thing is (the six types of the annotation guidelines)."""

    MODEL = "Model"
    METHOD = "Method"
    DATASET = "Dataset"
    BENCHMARK = "Benchmark"
    TASK = "Task"
    METRIC = "Metric"


class Role(StrEnum):
    """What a paper does with an entity, strongest first: where two fit, the earlier one stands."""

    INTRODUCES = "introduces"
    COMPARES_WITH = "compares_with"
    EVALUATES_ON = "evaluates_on"
    USES = "uses"
    ADDRESSES = "addresses"
    REPORTS = "reports"
    MENTIONS = "mentions"


class PaperRelation(StrEnum):
    """Relations from paper to paper."""

    BUILDS_ON = "builds_on"
    COMPARES_WITH = "compares_with"
    SHARES = "shares"


class EntityRelation(StrEnum):
    """Relations from entity to entity."""

    BROADER = "broader"
    EVALUATED_ON = "evaluated_on"
    COMPARED_WITH = "compared_with"
    CO_OCCURS = "co_occurs"


STATED = "stated"
"""Value of a link's ``extraction``: a sentence of the paper says so."""
INFERRED = "inferred"
"""Value of a link's ``extraction``: concluded from what sentences say."""


class KgError(Exception):
    """An error that the user caused and can mend: one line that says what is wrong, where, and what to do.

    The command line prints it without a traceback and exits with status 2.
    """


LONGEST_TEXT = 100_000
"""Characters of a paper's text that are searched for names. No abstract is near it; what a build needs of memory grows
with the square of what one text names."""


def text_of(title: str, abstract: str) -> str:
    """A paper's text: title, newline, abstract. All offsets, of mentions and of sentences, are places in it.

    >>> text_of("LoRA", "We propose LoRA.")[5:15]
    'We propose'
    """
    return f"{title}\n{abstract}"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: what a record of an input file says of it.

    >>> Paper(id="2106.09685", title="LoRA", abstract="We propose LoRA.").text
    'LoRA\\nWe propose LoRA.'
    """

    id: str
    title: str
    abstract: str
    date: str | None = None
    """ISO 8601, as much as is known: ``2021``, ``2021-06`` or ``2021-06-17``."""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    arxiv_id: str | None = None
    """Without its version, e.g. ``2106.09685``."""
    doi: str | None = None
    """Lower case, without a resolver in front, e.g. ``10.48550/arxiv.2106.09685``."""
    url: str | None = None
    sources: tuple[str, ...] = ()
    """Where it was read, sorted: the names of the input files (no folders, so that bytes do not depend on them)."""

    @property
    def text(self) -> str:
        """Title, newline, abstract: what all offsets count."""
        return text_of(self.title, self.abstract)

    @property
    def year(self) -> int | None:
        """The year of :attr:`date`, where one is known.

        >>> Paper(id="x", title="t", abstract="a", date="2021-06").year
        2021
        """
        return int(self.date[:4]) if self.date else None


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a text names an entity, with the sentence it stands in."""

    start: int
    end: int
    text: str
    confidence: float
    """Calibrated probability, 0 to 1, that span and type are right."""
    sentence_start: int
    sentence_end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One entity as one paper names it, before names are resolved across papers.

    Mentions that the paper itself shows to be one thing (the same string but for case, number and hyphens; a long form
    and its abbreviation) are already together.
    """

    type: EntityType
    role: Role
    confidence: float
    """Calibrated probability that the entity is there with this type."""
    role_confidence: float
    """Calibrated probability that the role is right, given the entity."""
    mentions: tuple[Mention, ...]
    """At least one, sorted by start."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that the pipeline found in one paper.

    ``definitions`` are the pairs (short form, long form) that the text defines, as they stand in it, e.g.
    ``("LoRA", "Low-Rank Adaptation")``.
    """

    paper: str
    findings: tuple[Finding, ...]
    definitions: tuple[tuple[str, str], ...] = ()


# ---------------------------------------------------------------------------------------------------------------------
# The same for a corpus: tables. Rows are sorted as each docstring says, so that the same input gives the same bytes.
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Extracted:
    """The findings of a corpus.

    ``findings`` (sorted by paper, finding):
        ``paper`` str, ``finding`` int (counts from 0 in its paper), ``type`` str, ``role`` str, ``confidence`` float,
        ``role_confidence`` float
    ``mentions`` (sorted by paper, start):
        ``paper`` str, ``finding`` int, ``start`` int, ``end`` int, ``text`` str, ``confidence`` float,
        ``sentence_start`` int, ``sentence_end`` int
    ``definitions`` (sorted):
        ``paper`` str, ``short`` str, ``long`` str
    """

    findings: pd.DataFrame
    mentions: pd.DataFrame
    definitions: pd.DataFrame


@dataclass(frozen=True)
class Resolved:
    """Which entity each finding is.

    ``entities`` (sorted by id):
        ``id`` str such as ``entity/lora``, ``name`` str (as the literature writes it), ``type`` str
    ``assignment`` (sorted by paper, finding):
        ``paper`` str, ``finding`` int, ``entity`` str
    ``names`` (sorted by entity, then most frequent first, then name):
        ``entity`` str, ``name`` str (a surface string), ``count`` int (mentions), ``reason`` str (why it is this
        entity: ``same name``, ``defined in 2106.09685``, ``gazetteer``, ``decision`` …)
    ``broader`` (sorted):
        ``narrower`` str, ``broader`` str, ``reason`` str
    ``aliases`` (sorted):
        ``old`` str, ``entity`` str: ids that were given once and now mean another entity
    ``doubts`` (sorted):
        what a person should look at; columns are the review file's, see ``kg.resolve``
    """

    entities: pd.DataFrame
    assignment: pd.DataFrame
    names: pd.DataFrame
    broader: pd.DataFrame
    aliases: pd.DataFrame
    doubts: pd.DataFrame


@dataclass(frozen=True)
class Tables:
    """The whole graph as tables: all that the exporters, the queries and the explorer see.

    ``papers`` (sorted by id):
        ``id`` str, ``title`` str, ``abstract`` str, ``date`` str or None, ``year`` Int64 or NA, ``authors`` list of
        str, ``categories`` list of str, ``arxiv_id``, ``doi``, ``url`` str or None, ``sources`` list of str,
        ``community`` int
    ``entities`` (sorted by id):
        ``id`` str, ``name`` str, ``type`` str, ``papers`` int (how many name it), ``introduced_by`` str or None (the id
        of the paper here that it comes from), ``year`` Int64 or NA (of that paper: wherever an entity has a year, here
        and in what is exported, it is this one, and what no paper here introduces has none), ``community`` int
    ``names`` (as in :class:`Resolved`):
        ``entity``, ``name``, ``count``, ``reason``
    ``mentions`` (sorted by paper, start):
        ``paper``, ``entity``, ``start``, ``end``, ``text``, ``confidence``, ``sentence_start``, ``sentence_end``
    ``links`` (sorted by source_kind descending, source, relation, target, paper; unique in the last four):
        ``source`` str, ``relation`` str, ``target`` str, ``source_kind`` and ``target_kind`` (``paper`` or ``entity``),
        ``confidence`` float (0 to 1), ``extraction`` (``stated`` or ``inferred``), ``weight`` float (1.0 for what a
        sentence says; the IDF-weighted overlap of ``shares``; the significance of ``co_occurs``), ``via`` str or None
        (the entity through which two papers are linked), ``paper`` str or None (the paper whose sentence is the
        evidence), ``start``, ``end`` int (that sentence in that paper's text; -1 where there is none), ``presence``
        float (from paper to entity: the calibrated probability that the text names it, with this type, whatever the
        role; NaN for other links)
    ``communities`` (sorted by id):
        ``id`` int, ``name`` str (what is special to it), ``papers`` int, ``entities`` int, ``x``, ``y`` float (a layout
        in the unit square)
    ``aliases``: ``old``, ``entity`` as in :class:`Resolved`
    ``info``: JSON-able facts of the build: ``kg_version``, ``pipeline_version``, counts. No times, no paths.
    """

    papers: pd.DataFrame
    entities: pd.DataFrame
    names: pd.DataFrame
    mentions: pd.DataFrame
    links: pd.DataFrame
    communities: pd.DataFrame
    aliases: pd.DataFrame
    info: dict[str, Any] = field(default_factory=dict)
