"""Gold annotations to the shipped pipeline."""
