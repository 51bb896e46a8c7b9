"""The command line. Each module adds its commands to :data:`kg.cli.app.app`, in the order of the help."""

from importlib import import_module

from kg.cli.app import app, main

for _name in ("build", "questions", "rdf", "resolving", "training", "benchmark"):
    try:
        import_module(f"kg.cli.{_name}")
    except ModuleNotFoundError as _error:
        if _error.name != f"kg.cli.{_name}":
            raise

__all__ = ["app", "main"]
