"""Entities to the graph, and questions to it.

:func:`link` makes the graph as tables, :func:`to_networkx` hands it to networkx; all other functions answer a question
from the tables, and have a command of the same name.
"""

from kg.graph.cards import Card, Item, Section, card, evidence_texts
from kg.graph.compare import communities, compare, table
from kg.graph.convert import to_networkx
from kg.graph.leaders import leaders
from kg.graph.lineage import Branch, Lineage, descent, descent_graph, lineage
from kg.graph.link import link
from kg.graph.names import find, find_entity, find_paper, suggest
from kg.graph.paths import Path, Step, path
from kg.graph.similar import similar
from kg.graph.trends import series, trends

__all__ = [
    "Branch",
    "Card",
    "Item",
    "Lineage",
    "Path",
    "Section",
    "Step",
    "card",
    "communities",
    "compare",
    "descent",
    "descent_graph",
    "evidence_texts",
    "find",
    "find_entity",
    "find_paper",
    "leaders",
    "lineage",
    "link",
    "path",
    "series",
    "similar",
    "suggest",
    "table",
    "to_networkx",
    "trends",
]
