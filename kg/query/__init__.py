"""SPARQL over the graph: the store, queries and their results, the cookbook, and the endpoint."""

from kg.query.changes import Batch
from kg.query.engine import GRAPH_FORMATS, TABLE_FORMATS, QueryError, Result, as_rdflib, query
from kg.query.store import Successor, base_of, current, folder_of, in_memory, is_older, open_read_only, save

__all__ = [
    "GRAPH_FORMATS",
    "TABLE_FORMATS",
    "Batch",
    "QueryError",
    "Result",
    "Successor",
    "as_rdflib",
    "base_of",
    "current",
    "folder_of",
    "in_memory",
    "is_older",
    "open_read_only",
    "query",
    "save",
]
