"""Entities to the graph, and questions to it."""

from kg.graph.cards import Card, Item, Section, card, evidence_texts
from kg.graph.convert import to_networkx
from kg.graph.link import link
from kg.graph.names import find, find_entity, find_paper, suggest

__all__ = [
    "Card",
    "Item",
    "Section",
    "card",
    "evidence_texts",
    "find",
    "find_entity",
    "find_paper",
    "link",
    "suggest",
    "to_networkx",
]
