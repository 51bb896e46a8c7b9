"""Files that are odd, damaged or made to do harm: each is read in little time and memory, or is one clear line."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from kg.model import KgError
from kg.read import read

GOOD = json.dumps({"title": "A Title", "abstract": "Some text."}) + "\n"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<!DOCTYPE html>\n<meta name=citation_title content='A Title'><h2>Abstract</h2><p>Some text.", "A Title"),
        ("<rss><item><title>A Title</title><description>Some text.</description></item></rss>", "A Title"),
    ],
)
def test_a_thousand_comments_before_a_page_cost_nothing(tmp_path: Path, page: str, title: str) -> None:
    (tmp_path / "in").write_text('<?xml version="1.0"?>\n' + "<!-- by hand -->\n<?keep it?>\n" * 1000 + page)
    begun = time.process_time()
    assert [paper.title for paper in read(tmp_path / "in").papers] == [title]
    assert time.process_time() - begun < 5
    (tmp_path / "in").write_text('<?xml version="1.0"?>\n' + "<!-- by hand -->\n" * 1000 + "<unknown/>")
    with pytest.raises(KgError, match="XML of an unknown kind"):
        read(tmp_path / "in")
    assert time.process_time() - begun < 5
