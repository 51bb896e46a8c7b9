"""Any other spaCy pipeline in place of the shipped one: its entities become findings, by a small table of labels.

Sentences, definitions and roles are this project's own. The pipeline has no calibrated confidences: each finding gets
:data:`CONFIDENCE`.
"""

from __future__ import annotations

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg.model import EntityType

from . import definitions, mentions, spans
from .strings import Candidate, groups_of, occurrences

CONFIDENCE = 0.75
"""A guess: the pipeline does not say how sure it is."""

LABELS = {
    **{str(t).lower(): str(t) for t in EntityType},
    "algorithm": "Method",
    "approach": "Method",
    "technique": "Method",
    "framework": "Method",
    "researchmethod": "Method",
    "solution": "Method",
    "tool": "Method",
    "architecture": "Model",
    "modelname": "Model",
    "language_model": "Model",
    "material": "Dataset",
    "data": "Dataset",
    "corpus": "Dataset",
    "datasetname": "Dataset",
    "dataset_name": "Dataset",
    "research_problem": "Task",
    "researchproblem": "Task",
    "problem": "Task",
    "metricname": "Metric",
    "evaluation_metric": "Metric",
    "measure": "Metric",
}
"""Labels, in lower case, of other pipelines (SciERC, TDMSci, CS-KG and the like).

A pipeline's ``meta.json`` may hold its own table as ``kg_labels``. What is in neither is left out.
"""


class Foreign:
    """The component ``kg_foreign``: ``doc.ents`` to ``doc.user_data["kg_findings"]``."""

    def __init__(self, labels: dict[str, str]) -> None:
        self.labels = {k.lower(): str(EntityType(v)) for k, v in labels.items()}

    def __call__(self, doc: Doc) -> Doc:
        """Write the findings."""
        kinds: dict[str, str] = {}
        for ent in doc.ents:
            kind = self.labels.get(ent.label_.lower())
            if kind and ent.text.strip():
                kinds.setdefault(ent.text.strip(), kind)
        text = doc.text
        pairs = [
            (text[d.short_start : d.short_end], text[d.long_start : d.long_end]) for d in doc.user_data[definitions.KEY]
        ]
        groups = groups_of(kinds, pairs)
        found = []
        for name, kind in sorted(kinds.items()):
            candidate = Candidate(name, occurrences(text, name), spans.nothing(), groups[name], kind)
            candidate.confidence = CONFIDENCE
            found.append(candidate)
        doc.user_data[mentions.KEY] = mentions.group(text, found)
        return doc


@Language.factory("kg_foreign", assigns=["doc.user_data"])
def create_foreign(nlp: Language, name: str) -> Foreign:
    """The factory of :class:`Foreign`."""
    own: Any = nlp.meta.get("kg_labels", {})
    return Foreign({**LABELS, **own})


def adopt(nlp: Language, shipped: Language) -> Language:
    """Add what a foreign pipeline lacks; roles come from the shipped pipeline."""
    for name in ("kg_sentences", "kg_definitions", "kg_foreign", "kg_roles"):
        nlp.add_pipe(name)
    roles: Any = nlp.get_pipe("kg_roles")
    roles.model = shipped.get_pipe("kg_roles").model  # type: ignore[attr-defined]
    return nlp
