"""The DuckDB file: the one place that knows tables."""
