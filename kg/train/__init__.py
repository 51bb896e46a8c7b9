"""From annotated papers to the shipped pipeline, and how good it is. Training needs ``pip install '.[train]'``."""

from .evaluate import evaluate

__all__ = ["evaluate"]
