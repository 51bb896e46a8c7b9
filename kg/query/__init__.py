"""SPARQL over the graph."""
