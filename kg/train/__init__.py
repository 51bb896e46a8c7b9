"""From annotated papers to the shipped pipeline, and how good it is."""

from .evaluate import evaluate

__all__ = ["evaluate"]
