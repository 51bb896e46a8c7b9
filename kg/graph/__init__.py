"""Entities to the graph, and questions to it."""
