"""The DuckDB file: the one place that knows tables.

No table has a primary key or an index: what changes is deleted and inserted in one transaction, so that a process
killed at any moment leaves the state before or after it, and nothing between.
"""

from kg.store.errors import InUse
from kg.store.frames import stored
from kg.store.papers import Changes
from kg.store.store import RDF_NAME, Store

__all__ = ["RDF_NAME", "Changes", "InUse", "Store", "stored"]
