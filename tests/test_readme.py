"""What the READMEs say can be typed: links lead somewhere, commands and their options exist, Python's names too."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

import kg
from kg.cli import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted(path for room in ("kg", "exports") for path in (ROOT / room).rglob("README.md"))]
COMMANDS: Any = typer.main.get_command(app)


def commands(page: str) -> list[str]:
    """What stands in a page as a command of kg's: in lines of code, and between backticks, also over two lines."""
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", page, re.S | re.M)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += [line.strip() for line in page.splitlines() if line.startswith("    kg ")]
    prose = re.sub(r"^```.*?^```", "", page, flags=re.S | re.M)
    lines += [" ".join(inline.split()) for inline in re.findall(r"`(kg [^`]+)`", prose)]
    found = [re.match(r"(?:\.venv/bin/)?kg (.*)", part) for line in lines for part in line.split(" && ")]
    return [match[1] for match in found if match]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT).parent))
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8"))
    gone = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
    assert gone == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT).parent))
def test_commands_and_their_options_exist(path: Path) -> None:
    for line in commands(path.read_text("utf-8")):
        first, *rest = shlex.split(line.replace("'.[", "["), comments=True)
        if first.startswith("-"):
            continue
        assert first in COMMANDS.commands, line
        options = {opt for parameter in COMMANDS.commands[first].params for opt in (*parameter.opts, "-h", "--help")}
        assert {word for word in rest if re.match(r"--?[a-z]", word)} <= options, line


def test_names_in_python_exist() -> None:
    block = re.search(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.S | re.M)
    assert block
    compile(block[1], "README.md", "exec")
    for name in re.findall(r"^(?:print\()?g\.(\w+)", block[1], re.M):
        assert hasattr(kg.Graph, name) or name in kg.Graph.__annotations__, name
    for name in re.findall(r"\bkg\.(\w+)\(", block[1]):
        assert hasattr(kg, name), name


def test_the_number_of_questions_is_right() -> None:
    from kg.query import cookbook

    (said,) = set(re.findall(r"(\d+) (?:ready SPARQL )?questions", (ROOT / "README.md").read_text("utf-8")))
    assert int(said) == len(cookbook.questions())
