"""The table of the project's own terms. A new term is one line here.

What other vocabularies already say well is used from there (see :data:`kg.vocabulary.BORROWED`); the terms below
are what none of them has.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import EntityRelation, EntityType, PaperRelation, Role

PAPER = "fabio:ResearchPaper"
ENTITY = "skos:Concept"
STATEMENT = "rdf:Statement"
LPWC = "https://linkedpaperswithcode.com/"
CSKG = "http://scholkg.kmi.open.ac.uk/cskg/ontology#"


@dataclass(frozen=True, slots=True)
class Term:
    """One own class, property or individual. Names are prefixed names; ``close`` are full IRIs of other graphs."""

    name: str
    label: str
    comment: str
    parents: tuple[str, ...] = ()
    """Super-classes or super-properties; of an individual, its class."""
    domain: tuple[str, ...] = ()
    """More than one means any of them."""
    range: tuple[str, ...] = ()
    inverse: str | None = None
    """The property that says the same from the other end; not written into graphs, as ``^`` asks for it."""
    traits: tuple[str, ...] = ()
    """Such as ``owl:SymmetricProperty``."""
    close: tuple[str, ...] = ()
    """Terms of other graphs that mean nearly the same (``skos:closeMatch``)."""

    @property
    def is_datatype_property(self) -> bool:
        """Whether its values are literals."""
        return any(r.startswith("xsd:") or r == "rdfs:Literal" for r in self.range)


CLASSES: tuple[Term, ...] = (
    Term(
        "kgo:Method",
        "Method",
        "A way of doing something: an algorithm, a training, inference or optimization technique, a loss, a component, "
        "a framework or a tool.",
        parents=(ENTITY,),
        close=(CSKG + "Method", LPWC + "class/method"),
    ),
    Term(
        "kgo:Benchmark",
        "Benchmark",
        "A named suite, test, challenge or leaderboard, or a data set whose first purpose is evaluation.",
        parents=(ENTITY, "mls:EvaluationSpecification"),
    ),
    Term(
        "kgo:Community",
        "Community",
        "Papers and entities that are linked more densely with each other than with the rest of the graph.",
    ),
    Term(
        "kgo:EntityYear",
        "entity in a year",
        "An entity in one year, with how many papers of that year name and use it. Given for entities that two or more "
        "papers name.",
    ),
    Term("kgo:Extraction", "Extraction", "How a statement came about: read in a text, or inferred from what was read."),
)

INDIVIDUALS: tuple[Term, ...] = (
    Term("kgo:stated", "stated", "A sentence of a paper says so.", parents=("kgo:Extraction",)),
    Term("kgo:inferred", "inferred", "Concluded from what sentences say.", parents=("kgo:Extraction",)),
)


def _role(name: str, label: str, comment: str, inverse: str, inverse_label: str, *close: str) -> tuple[Term, Term]:
    """A property from paper to entity and its inverse."""
    mentions = ("schema:mentions",)
    return (
        Term(name, label, comment, mentions, (PAPER,), (ENTITY,), inverse=inverse, close=close),
        Term(inverse, inverse_label, f"The inverse of {name}.", (), (ENTITY,), (PAPER,), inverse=name),
    )


PROPERTIES: tuple[Term, ...] = (
    *_role(
        "kgo:introduces",
        "introduces",
        "The paper proposes, builds, releases or names the entity for the first time.",
        "kgo:introducedBy",
        "introduced by",
    ),
    *_role(
        "kgo:comparesWith",
        "compares with",
        "The paper names the entity as a baseline or competitor.",
        "kgo:comparedIn",
        "compared in",
    ),
    *_role(
        "kgo:evaluatesOn",
        "evaluates on",
        "The paper tests its work on the entity: a data set, a benchmark, a task, or a model.",
        "kgo:evaluatedIn",
        "evaluated in",
        LPWC + "property/usesDataset",
    ),
    *_role(
        "kgo:uses",
        "uses",
        "The paper builds on the entity, extends it, applies it or trains on it.",
        "kgo:usedIn",
        "used in",
        LPWC + "property/hasMethod",
    ),
    *_role(
        "kgo:addresses",
        "addresses",
        "The paper is about the entity: the problem worked on, or the thing studied, improved or attacked.",
        "kgo:addressedIn",
        "addressed in",
        LPWC + "property/hasTask",
    ),
    *_role("kgo:reports", "reports", "The paper states its results in this metric.", "kgo:reportedIn", "reported in"),
    *_role(
        "kgo:mentions",
        "mentions",
        "The paper only names the entity: background, motivation, an analogy.",
        "kgo:mentionedIn",
        "mentioned in",
    ),
    Term(
        "kgo:buildsOn",
        "builds on",
        "The paper uses, extends or applies an entity that the other paper introduces. Found in the text, not in the "
        "list of references.",
        ("schema:isBasedOn",),
        (PAPER,),
        (PAPER,),
        inverse="kgo:builtOnBy",
    ),
    Term(
        "kgo:builtOnBy", "built on by", "The inverse of kgo:buildsOn.", (), (PAPER,), (PAPER,), inverse="kgo:buildsOn"
    ),
    Term(
        "kgo:comparesWithPaper",
        "compares with paper",
        "The paper compares its work with an entity that the other paper introduces.",
        domain=(PAPER,),
        range=(PAPER,),
        inverse="kgo:comparedByPaper",
    ),
    Term(
        "kgo:comparedByPaper",
        "compared by paper",
        "The inverse of kgo:comparesWithPaper.",
        domain=(PAPER,),
        range=(PAPER,),
        inverse="kgo:comparesWithPaper",
    ),
    Term(
        "kgo:related",
        "related",
        "The papers share entities, rare ones counting more; the weight is on the statement.",
        domain=(PAPER,),
        range=(PAPER,),
        traits=("owl:SymmetricProperty",),
    ),
    Term(
        "kgo:evaluatedOn",
        "evaluated on",
        "A paper that introduces the subject evaluates on the object.",
        domain=(ENTITY,),
        range=(ENTITY,),
        inverse="kgo:usedToEvaluate",
        close=("https://w3id.org/fair4ml#evaluatedOn",),
    ),
    Term(
        "kgo:usedToEvaluate",
        "used to evaluate",
        "The inverse of kgo:evaluatedOn.",
        domain=(ENTITY,),
        range=(ENTITY,),
        inverse="kgo:evaluatedOn",
    ),
    Term(
        "kgo:comparedWith",
        "compared with",
        "A paper that introduces the subject compares it with the object.",
        domain=(ENTITY,),
        range=(ENTITY,),
    ),
    Term(
        "kgo:coOccursWith",
        "co-occurs with",
        "The entities are named together in more papers than chance would have it.",
        domain=(ENTITY,),
        range=(ENTITY,),
        traits=("owl:SymmetricProperty",),
    ),
    Term(
        "kgo:firstIntroducedBy",
        "first introduced by",
        "The earliest paper of this graph that introduces the entity.",
        parents=("kgo:introducedBy",),
        domain=(ENTITY,),
        range=(PAPER,),
        traits=("owl:FunctionalProperty",),
        close=(LPWC + "property/introducedBy",),
    ),
    Term(
        "kgo:inCommunity",
        "in community",
        "The community that the paper or entity belongs to.",
        domain=(PAPER, ENTITY),
        range=("kgo:Community",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:year",
        "year",
        "Of a paper, the year of its date; of an entity, the year of the paper that first introduces it, none where no "
        "paper does. A plain number, for comparing and grouping.",
        domain=(PAPER, ENTITY),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:byline",
        "byline",
        "The names of all authors, in order.",
        domain=(PAPER,),
        range=("xsd:string",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:paperCount",
        "paper count",
        "How many papers of this graph name the entity or belong to the community.",
        domain=(ENTITY, "kgo:Community"),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:rank",
        "rank",
        "The place of the entity among those of its type, by the number of papers that name them: 1 is the most named. "
        "Given for the first 1,000.",
        domain=(ENTITY,),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:uptake",
        "uptake",
        "How many papers of this graph name the entity, other than the one that introduces it first; where any do.",
        domain=(ENTITY,),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:ofEntity",
        "of entity",
        "Which entity it is that is counted in a year.",
        domain=("kgo:EntityYear",),
        range=(ENTITY,),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:inYear",
        "in year",
        "Which year it is that an entity is counted in.",
        domain=("kgo:EntityYear",),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:papersNaming",
        "papers naming",
        "How many papers of the year name the entity, in any role.",
        domain=("kgo:EntityYear",),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:papersUsing",
        "papers using",
        "How many papers of the year use the entity (kgo:uses).",
        domain=("kgo:EntityYear",),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:rise",
        "rise",
        "How many more papers of the year use the entity than did in the year before, where they are more.",
        domain=("kgo:EntityYear",),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:entityCount",
        "entity count",
        "How many entities belong to the community.",
        domain=("kgo:Community",),
        range=("xsd:integer",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:confidence",
        "confidence",
        "Calibrated probability, 0 to 1, that the statement is right.",
        domain=(STATEMENT,),
        range=("xsd:decimal",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:weight",
        "weight",
        "How strong the link is, where that differs from 1: the rarity-weighted overlap of kgo:related, the "
        "significance of kgo:coOccursWith.",
        domain=(STATEMENT,),
        range=("xsd:decimal",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:extraction",
        "extraction",
        "Whether the statement was read in a text or inferred.",
        domain=(STATEMENT,),
        range=("kgo:Extraction",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:via",
        "via",
        "The entity through which two papers are linked.",
        domain=(STATEMENT,),
        range=(ENTITY,),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:evidence",
        "evidence",
        "The sentence that says so; its text is the nif:anchorOf.",
        parents=("prov:wasDerivedFrom",),
        domain=(STATEMENT,),
        range=("nif:Sentence",),
        traits=("owl:FunctionalProperty",),
    ),
    Term(
        "kgo:pipelineVersion",
        "pipeline version",
        "The content hash of the extraction pipeline that made the graph.",
        domain=("prov:Activity",),
        range=("xsd:string",),
        traits=("owl:FunctionalProperty",),
    ),
)

_ENTITY_CLASSES: dict[EntityType, tuple[str, ...]] = {
    EntityType.MODEL: ("mls:Model",),
    EntityType.METHOD: ("kgo:Method",),
    EntityType.DATASET: ("dcat:Dataset", "schema:Dataset"),
    EntityType.BENCHMARK: ("kgo:Benchmark", "mls:EvaluationSpecification"),
    EntityType.TASK: ("mls:Task",),
    EntityType.METRIC: ("mls:EvaluationMeasure",),
}

_LINK_PROPERTIES: dict[tuple[str, str, str], str] = {
    **{
        ("paper", role.value, "entity"): name
        for role, name in {
            Role.INTRODUCES: "kgo:introduces",
            Role.COMPARES_WITH: "kgo:comparesWith",
            Role.EVALUATES_ON: "kgo:evaluatesOn",
            Role.USES: "kgo:uses",
            Role.ADDRESSES: "kgo:addresses",
            Role.REPORTS: "kgo:reports",
            Role.MENTIONS: "kgo:mentions",
        }.items()
    },
    ("paper", PaperRelation.BUILDS_ON.value, "paper"): "kgo:buildsOn",
    ("paper", PaperRelation.COMPARES_WITH.value, "paper"): "kgo:comparesWithPaper",
    ("paper", PaperRelation.SHARES.value, "paper"): "kgo:related",
    ("entity", EntityRelation.BROADER.value, "entity"): "skos:broader",
    ("entity", EntityRelation.EVALUATED_ON.value, "entity"): "kgo:evaluatedOn",
    ("entity", EntityRelation.COMPARED_WITH.value, "entity"): "kgo:comparedWith",
    ("entity", EntityRelation.CO_OCCURS.value, "entity"): "kgo:coOccursWith",
}


def entity_classes(type: str) -> tuple[str, ...]:
    """The classes of an entity type, besides ``skos:Concept``, the telling one first.

    >>> entity_classes("Dataset")
    ('dcat:Dataset', 'schema:Dataset')
    """
    return _ENTITY_CLASSES[EntityType(type)]


def link_property(source_kind: str, relation: str, target_kind: str) -> str:
    """The property that a link of :class:`kg.model.Tables` is written with.

    >>> link_property("paper", "compares_with", "entity"), link_property("paper", "compares_with", "paper")
    ('kgo:comparesWith', 'kgo:comparesWithPaper')
    """
    return _LINK_PROPERTIES[source_kind, relation, target_kind]
