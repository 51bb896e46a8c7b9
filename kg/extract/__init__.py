"""A paper's text to what it names."""
