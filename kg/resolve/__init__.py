"""Mentions to entities: one node for one thing."""

from kg.resolve.resolver import keys, resolve

__all__ = ["keys", "resolve"]
