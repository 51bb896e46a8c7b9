"""The command line. Each module adds its commands to :data:`kg.cli.app.app`; a new one gets its line below."""

from kg.cli import build, questions, rdf, resolving, training, benchmark  # isort: skip  (the order of the help)
from kg.cli.app import app, main

__all__ = ["app", "benchmark", "build", "main", "questions", "rdf", "resolving", "training"]
