"""A knowledge-graph builder for research papers.

>>> import kg
>>> graph = kg.build("papers/", db="kg.duckdb")  # doctest: +SKIP
>>> graph.show("LoRA")  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.api import Graph, apply, build, decisions, open, refresh, remove, review, undo
from kg.model import EntityType, KgError, Paper, Role

__all__ = [
    "EntityType",
    "Graph",
    "KgError",
    "Paper",
    "Role",
    "apply",
    "build",
    "decisions",
    "open",
    "refresh",
    "remove",
    "review",
    "undo",
]


def __getattr__(name: str) -> Any:
    """Load what needs pandas and spaCy when it is first used: `kg --help` does not."""
    if name in __all__:
        from kg import api

        return getattr(api, name)
    if name == "__version__":
        from importlib.metadata import version

        return version("kg")
    raise AttributeError(f"module 'kg' has no attribute {name!r}")
