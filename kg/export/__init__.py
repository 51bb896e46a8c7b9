"""The graph to files."""
