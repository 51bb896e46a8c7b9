"""The classifiers after the network: types and confidences of strings, confidences of findings, roles.

They are fitted on held-out spans: what a network found in papers that it was not trained on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg.extract import definitions, mentions, roles, spans, strings
from kg.extract.linear import Features, FeatureTable, LogLinear
from kg.extract.string_features import candidate_features
from kg.extract.tokens import whole_words
from kg.model import KgError, Paper

from .gold import GoldPaper
from .shares import role_counts, role_table

MORE = "give more annotated papers, or train for longer ([teachers] epochs) in another --work"

HeldOut = dict[str, list[spans.Scored]]
"""By paper: what a network that has not seen it found."""


def fit_heads(
    nlp: Language,
    papers: list[GoldPaper],
    held_out: HeldOut,
    config: dict[str, Any],
    abstracts: Sequence[Paper] = (),
    *,
    first: int = 0,
) -> None:
    """Fit the classifiers of ``kg_mentions`` (papers with held-out spans) and ``kg_roles`` (all with roles).

    ``abstracts``, none of them annotated, are read for how names are usually used; then roles are fitted once more.
    Confidences are calibrated on the ``first`` papers (0: on all): who annotated the others has other habits.
    """
    component: Any = nlp.get_pipe("kg_mentions")
    settings = config["mentions"]
    docs = {p.paper.id: _prepared(nlp, p) for p in papers}
    seen = _some(papers, held_out)
    component.threshold = settings["threshold"]
    component.kinds = component.calibration = None
    component.kinds = _fit_kinds(nlp, seen, docs, held_out, settings)
    component.calibration = _fit_calibration(nlp, _some(papers[:first], held_out) or seen, docs, held_out)
    role_component: Any = nlp.get_pipe("kg_roles")
    role_component.model = _fit_roles(nlp, papers, docs, config["roles"])
    if abstracts:
        network: Any = nlp.get_pipe("kg_spans").network  # type: ignore[attr-defined]
        counts = role_counts(nlp, abstracts)
        network.replace_table("roles", role_table(counts, lambda string: whole_words(nlp.make_doc(string))[0]))
        role_component.model = _fit_roles(nlp, papers, docs, config["roles"])


def _some(papers: list[GoldPaper], held_out: HeldOut) -> list[GoldPaper]:
    return [p for p in papers if p.paper.id in held_out]


def _prepared(nlp: Language, paper: GoldPaper) -> Doc:
    doc = nlp.make_doc(paper.paper.text)
    for name in ("kg_sentences", "kg_definitions"):
        doc = nlp.get_pipe(name)(doc)
    return doc


def _fit_kinds(
    nlp: Language, papers: list[GoldPaper], docs: dict[str, Doc], held_out: HeldOut, settings: dict[str, Any]
) -> LogLinear:
    bags: list[Features] = []
    kinds: list[str] = []
    for paper in papers:
        doc = docs[paper.paper.id]
        found = strings.candidates(doc.text, held_out[paper.paper.id], doc.user_data[definitions.KEY])
        best = strings.best_of_groups(found)
        lookup = spans.lookup_in(doc, nlp)
        gold = {doc.text[a:b]: paper.entities[i].type for (a, b), i in paper.spans().items()}
        for c in found:
            bags.append(candidate_features(c, best[c.group], doc.text, lookup(*c.places[0])))
            kinds.append(gold.get(c.text, "-"))
    if missing := sorted({*spans.TYPES} - {*kinds}):
        raise KgError(f"kg train: nothing annotated as {' or '.join(missing)} was found in papers held out; {MORE}")
    return LogLinear.fit(bags, kinds, l2=settings["l2"], least=settings["least"], steps=settings["steps"])


def _fit_calibration(nlp: Language, papers: list[GoldPaper], docs: dict[str, Doc], held_out: HeldOut) -> LogLinear:
    component: Any = nlp.get_pipe("kg_mentions")
    bags: list[Features] = []
    right: list[str] = []
    for paper in papers:
        doc = docs[paper.paper.id]
        pairs = doc.user_data[definitions.KEY]
        found = component.findings(doc.text, held_out[paper.paper.id], pairs, spans.lookup_in(doc, nlp))
        gold = paper.spans()
        used: set[int] = set()
        for finding in found:
            own = [(a, b) for a, b, _ in finding.mentions]
            bags.append(mentions.finding_features(finding, len({doc.text[a:b] for a, b in own})))
            hits = {gold[s] for s in own if s in gold and paper.entities[gold[s]].type == finding.type} - used
            used |= set(sorted(hits)[:1])
            right.append("yes" if hits else "no")
    if "yes" not in right:
        raise KgError(f"kg train: nothing annotated was found in papers held out; {MORE}")
    return LogLinear.fit(bags, right, l2=3.0, least=3)


def _fit_roles(nlp: Language, papers: list[GoldPaper], docs: dict[str, Doc], settings: dict[str, Any]) -> LogLinear:
    whole = [p for p in papers if all(e.role for e in p.entities)]  # the others are annotated with mentions only
    annotated = [(docs[p.paper.id], gold_findings(p, docs[p.paper.id])) for p in whole]

    def bags() -> Iterator[Features]:
        for doc, pairs in annotated:
            context, lookup = roles.Context.of(doc), spans.lookup_in(doc, nlp)
            found = [f for f, _ in pairs]
            for finding in found:
                yield roles.role_features(finding, found, context, lookup)

    table = FeatureTable.of(bags(), [f.type for _, pairs in annotated for f, _ in pairs], least=settings["least"])
    labels = [role for _, pairs in annotated for _, role in pairs]
    return LogLinear.fit_table(table, labels, l2=settings["l2"], steps=settings["steps"])


def gold_findings(paper: GoldPaper, doc: Doc) -> list[tuple[mentions.Found, str]]:
    """The annotated entities as the pipeline would have found them, with their roles."""
    addresses = strings.urls(doc.text)
    places: dict[int, list[tuple[int, int, float]]] = {}
    for (a, b), i in paper.spans().items():
        if not any(x < b and a < y for x, y in addresses):
            places.setdefault(i, []).append((a, b, 1.0))
    forms = {doc.text[x:y] for d in doc.user_data[definitions.KEY] for x, y in (d[:2], d[2:])}
    return [
        (
            mentions.Found(paper.entities[i].type, 1.0, sorted(own), any(doc.text[a:b] in forms for a, b, _ in own)),
            paper.entities[i].role,
        )
        for i, own in places.items()
    ]
