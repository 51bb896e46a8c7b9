"""The explorer's file without a browser: what is in it, its size, its bytes."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import hashlib
import html
import json
import re
import struct
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from explorer_graph import hostile, tables
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.export.html import inline, render, write
from kg.export.html.columns import Vocabulary, clean, utf16_length, utf16_offsets, varint
from kg.export.html.excerpts import cut
from kg.export.html.overview import apart
from kg.export.html.packing import ASCII, MARK, WIDE, Packing
from kg.export.html.units import Units
from kg.model import KgError, Tables


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))

    def handle_data(self, data: str) -> None:
        if self.found and self.cdata_elem:  # inside a script or style
            self.found[-1][2].append(data)


@pytest.fixture(scope="module")
def graph() -> Tables:
    return tables(120)


@pytest.fixture(scope="module")
def page(graph: Tables) -> str:
    return render(graph, title="Invented & <b>bold</b>")


def unpacked(text: str, size: int, packing: Packing = ASCII) -> bytes:
    """The other side of ``packed``, as plainly as can be: one large number."""
    digit = {chr(code): at for at, code in enumerate(packing.letters)}
    number = 0
    for first, second in zip(reversed(text[::2]), reversed(text[1::2]), strict=True):
        number = number << packing.bits | (digit[first] * len(digit) + digit[second])
    return (number & ((1 << 8 * size) - 1)).to_bytes(size, "little")


@pytest.mark.parametrize("packing", [ASCII, WIDE], ids=["ascii", "wide"])
@given(st.binary(max_size=300))
def test_packed_bytes_are_harmless_and_come_back(packing: Packing, data: bytes) -> None:
    text = packing.packed(data)
    assert unpacked(text, len(data), packing) == data
    size = packing.size(text) - len(packing.mark.encode(packing.encoding))
    assert packing.room(size - 2 * packing.character) < len(data) <= packing.room(size) or not data
    assert not set(text) & set('<&" \n\r\0')
    assert text.isascii() or min(text) > "\u20ff"  # no marks of direction among them
    assert max(text, default="") < "\ud800"


def test_a_large_page_is_in_utf_16(graph: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.export.html.LARGE", 100)
    for name, lean in (("full", False), ("lean", True)):
        write(graph, tmp_path / name, lean=lean)
    assert (tmp_path / "lean").read_text(encoding="utf-8").startswith("<!doctype html>")
    page = (tmp_path / "full").read_text(encoding="utf-16-le")
    assert page.startswith(MARK + "<!doctype html>")
    found = re.search('id="kg-core" data-size="([0-9]+)">([^<]*)<', page)
    assert found
    plain = re.search('id="kg-core" data-size="([0-9]+)">([^<]*)<', render(graph))
    assert plain
    assert unpacked(found[2], int(found[1]), WIDE) == unpacked(plain[2], int(plain[1]))


def unzipped(page: str, name: str) -> bytes:
    found = re.search(f'id="{name}" data-size="([0-9]+)">([^<]*)<', page)
    assert found
    return gzip.decompress(unpacked(found[2], int(found[1])))


def vis(page: str) -> str:
    """The library, which the page carries compressed."""
    return unzipped(page, "kg-vis").decode()


def block(page: str, name: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The header of a block of the page, and its columns as bytes."""
    data = unzipped(page, name)
    size = struct.unpack("<I", data[:4])[0]
    header = json.loads(data[4 : 4 + size])
    columns, at = {}, 4 + size
    for column, _, _, length in header["columns"]:
        columns[column] = data[at : at + length]
        at += length
    return header, columns


def numbers(data: bytes) -> list[int]:
    """LEB128 numbers."""
    out, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            out.append(value)
            value = shift = 0
    return out


def texts_of(columns: dict[str, bytes], name: str) -> list[str]:
    """The texts of a column that is told in numbers of words."""
    words, letters = [], columns["word"].decode()
    for length in numbers(columns["word_length"]):
        words.append(letters[:length])
        letters = letters[length:]
    rare = iter(columns[f"{name}_rare"].decode().split("\n"))
    told = iter([words[number - 1] if number else next(rare) for number in numbers(columns[f"{name}_words"])])
    return ["".join(next(told) for _ in range(size))[1:] for size in numbers(columns[f"{name}_size"])]


def test_the_same_graph_gives_the_same_bytes_at_once(graph: Tables, tmp_path: Path) -> None:
    shuffled = dataclasses.replace(graph, links=graph.links.sample(frac=1, random_state=3).reset_index(drop=True))
    write(graph, tmp_path / "a.html")
    write(shuffled, tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    for tag, attributes, _ in Elements(page).found:
        assert "src" not in attributes, tag
        assert tag not in {"link", "iframe", "img", "object", "embed", "base"}
        assert not (attributes.get("href") or "#").startswith(("http", "//")), tag
        assert not [name for name in attributes if name.startswith("on")]


def test_the_policy_names_exactly_the_scripts_that_are_there(page: str) -> None:
    elements = Elements(page).found
    policy = next(a["content"] for t, a, _ in elements if a.get("http-equiv") == "Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    scripts = ["".join(text) for tag, attributes, text in elements if tag == "script" and "type" not in attributes]
    assert len(scripts) == 1
    assert policy.count("'sha256-") == 3
    for script in [*scripts, vis(page), *["".join(text) for tag, _, text in elements if tag == "style"]]:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy


def test_vis_network_and_the_nodes_come_through_pyvis(page: str) -> None:
    assert "@version 9.1.2" in vis(page)
    overview = json.loads(re.search(r'id="kg-overview">(.*?)</script>', page)[1])  # type: ignore[index]
    assert len(overview["nodes"]) == 8
    assert {"id", "label", "x", "y", "size"} <= set(overview["nodes"][0])


def test_the_title_is_text(page: str) -> None:
    assert "<title>Invented &amp; &lt;b&gt;bold&lt;/b&gt;</title>" in page


def test_hostile_texts_add_no_markup() -> None:
    def shape(source: str) -> list[str]:
        return [tag for tag, _, _ in Elements(source).found]

    assert shape(render(hostile(120), title="t")) == shape(render(tables(120), title="t"))


def test_lean_carries_no_abstract(graph: Tables) -> None:
    full, lean = render(graph), render(graph, lean=True)
    assert len(lean) < len(full)
    assert "abstract_words" in block(full, "kg-text-0")[1]
    assert "abstract_words" not in block(lean, "kg-text-0")[1]
    assert 'id="kg-evidence"' not in lean


def test_a_limit_keeps_whole_abstracts_of_the_best_linked_papers(graph: Tables) -> None:
    varied = graph.papers["abstract"] + [" " + hashlib.sha256(str(n).encode()).hexdigest() * 3 for n in range(120)]
    big = dataclasses.replace(graph, papers=graph.papers.assign(abstract=varied))
    whole = len(render(big))
    cut_down = render(big, limit=whole - 12_000)
    assert len(cut_down) < whole - 8_000
    assert "papers" in block(cut_down, "kg-core")[0]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_page_takes_what_it_may_and_no_more(share: float) -> None:
    many = tables(1_500)
    said = [" ".join(hashlib.sha256(f"{n} {k}".encode()).hexdigest() for k in range(8)) + "." for n in range(1_500)]
    many = dataclasses.replace(many, papers=many.papers.assign(abstract=many.papers["abstract"] + " " + said))
    least, most = (len(render(many, title="Ünïcödé", limit=limit).encode()) for limit in (1, 10**9))
    limit = int(least + share * (most - least))
    size = len(render(many, title="Ünïcödé", limit=limit).encode())
    assert least + 0.5 * (limit - least) < size <= limit


def test_ids_links_and_other_names_are_all_there(graph: Tables, page: str) -> None:
    header, columns = block(page, "kg-core")
    assert (header["papers"], header["entities"]) == (len(graph.papers), len(graph.entities))
    assert "".join(graph.papers.sort_values(["community", "id"])["id"]).encode() == columns["paper_id"]
    between = graph.links[graph.links["target_kind"] == "entity"]
    assert len(columns["pe_relation"]) == int((between["source_kind"] == "paper").sum())
    assert "Woven Graph Machine" in texts_of(columns, "alias_name")
    assert sorted(texts_of(columns, "entity_name")) == sorted(graph.entities["name"])
    assert texts_of(columns, "paper_title") == list(graph.papers.sort_values(["community", "id"])["title"])
    assert columns["old_id"] == b"entity/old-weaver"


def test_around_keeps_what_is_near(graph: Tables, tmp_path: Path) -> None:
    write(graph, tmp_path / "part.html", around="GraphWeaver", depth=1, papers=10)
    header, columns = block((tmp_path / "part.html").read_text(), "kg-core")
    assert 1 <= header["papers"] <= 10
    assert "GraphWeaver" in texts_of(columns, "entity_name")
    write(graph, tmp_path / "again.html", around="entity/graphweaver", depth=1, papers=10)
    assert (tmp_path / "part.html").read_bytes() == (tmp_path / "again.html").read_bytes()
    paper = graph.papers["id"].iloc[3]
    write(graph, tmp_path / "paper.html", around=paper, depth=2, papers=5)
    assert paper.encode() in block((tmp_path / "paper.html").read_text(), "kg-core")[1]["paper_id"]


@pytest.mark.parametrize("name", ["Woven Graph Machine", "woven graph machine", "entity/old-weaver", "graphweaver"])
def test_around_knows_other_names_and_old_ids(graph: Tables, tmp_path: Path, name: str) -> None:
    write(graph, tmp_path / "part.html", around=name, papers=3)
    assert "GraphWeaver" in texts_of(block((tmp_path / "part.html").read_text(), "kg-core")[1], "entity_name")


def test_errors_are_one_line(graph: Tables, tmp_path: Path) -> None:
    with pytest.raises(KgError, match="Nowhere: no entity or paper"):
        write(graph, tmp_path / "x.html", around="Nowhere")
    with pytest.raises(KgError, match="at least 1"):
        write(graph, tmp_path / "x.html", around="GraphWeaver", papers=0)
    empty = dataclasses.replace(graph, papers=graph.papers.head(0))
    with pytest.raises(KgError, match="no papers"):
        write(empty, tmp_path / "x.html")
    assert list(tmp_path.iterdir()) == []


def test_inline_is_one_frame_of_the_same_page(graph: Tables) -> None:
    frame = inline(graph, height=500, title='a "b" <c>')
    elements = Elements(frame).found
    assert [tag for tag, _, _ in elements] == ["iframe"]
    assert elements[0][1]["srcdoc"] == render(graph, title='a "b" <c>')
    assert "height:500px" in (elements[0][1]["style"] or "")
    assert html.unescape(elements[0][1]["title"] or "") == 'a "b" <c>'


@given(st.lists(st.integers(0, 2**40), max_size=50))
def test_varints_read_back(numbers: list[int]) -> None:
    out, value, shift = [], 0, 0
    for byte in varint(numbers):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            out.append(value)
            value = shift = 0
    assert out == numbers


@given(st.lists(st.text(st.characters(), max_size=40), min_size=1, max_size=8))
def test_texts_are_their_words(texts: list[str]) -> None:
    texts = [clean(text) for text in texts]
    vocabulary = Vocabulary(texts)
    sizes, numbers, rare = vocabulary.encode(texts)
    spelled = iter(rare)
    told = iter([vocabulary.words[number - 1] if number else next(spelled) for number in numbers])
    assert ["".join(next(told) for _ in range(size))[1:] for size in sizes] == texts
    assert "\n" not in rare


@given(st.lists(st.lists(st.text(st.sampled_from("ab Ä.7\0 "), max_size=12), max_size=3), max_size=4))
def test_texts_in_groups_have_the_words_that_each_group_has(groups: list[list[str]]) -> None:
    vocabulary = Vocabulary(["a b.", "ab a7 b.", "Ä ab"])
    told = [[part.tolist() for part in words[:2]] + [words[2]] for words in vocabulary.encode_each(groups)]
    alone = map(vocabulary.encode, groups)
    assert told == [[sizes.tolist(), numbers.tolist(), rare] for sizes, numbers, rare in alone]


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.text(st.sampled_from("ab Ä\U0001f600.-\0"), max_size=30)),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
def test_offsets_in_words_come_back(texts: list[tuple[int, str]], data: st.DataObject) -> None:
    """By the rule that templates/explorer/texts.js follows."""
    titles = np.array([title for title, _ in texts])
    abstracts = [re.sub("\0+", "\0", text) for _, text in texts]
    vocabulary = Vocabulary(abstracts)
    words = vocabulary.encode(abstracts)
    gaps = [data.draw(st.integers(1, 9)) for text in abstracts for _ in range(text.count("\0"))]
    units = Units(titles, words, gaps, vocabulary)
    spelled, stands = iter(words[2]), iter(gaps)
    told = iter([vocabulary.words[number - 1] if number else next(spelled) for number in words[1]])
    for row, size in enumerate(words[0]):
        pieces = [next(told) for _ in range(size)]
        pieces = [("" if k == 0 else piece[0]) + piece[1:] for k, piece in enumerate(pieces)]
        pieces = ["\0" * next(stands) if piece == "\0" else piece for piece in pieces]
        ends = np.cumsum([0, *map(utf16_length, pieces)])
        length = int(titles[row]) + 1 + int(ends[-1])
        for offset in {data.draw(st.integers(0, length - 1)), data.draw(st.integers(0, length - 1))}:
            [unit], [rest] = units.starts(np.array([row]), np.array([offset]))
            late = (rest >> 1) ^ -(rest & 1)
            if unit <= titles[row]:
                assert (unit, late) == (offset, 0)
            elif size:
                at = unit - titles[row] - 1
                begin = ends[at] + (at > 0 and pieces[at].startswith(" "))
                assert titles[row] + 1 + begin + late == offset
            if offset == titles[row] or not size:
                continue
            [unit], [rest] = units.ends(np.array([row]), np.array([offset + 1]))
            early = (rest >> 1) ^ -(rest & 1)
            if unit <= titles[row]:
                assert (unit, early) == (offset + 1, 0)
            else:
                assert titles[row] + 1 + ends[unit - titles[row] - 1] - early == offset + 1


@given(st.text(st.characters(), max_size=60), st.data())
def test_offsets_count_as_javascript_counts(text: str, data: st.DataObject) -> None:
    text = clean(text)
    at = data.draw(st.integers(0, len(text)))
    assert utf16_offsets(text, [at]) == [len(text[:at].encode("utf-16-le")) // 2]
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@given(st.text("ab. ", max_size=60), st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=4))
def test_what_is_cut_keeps_its_length(text: str, spans: list[tuple[int, int]]) -> None:
    spans = [(min(a, b), max(a, b)) for a, b in spans]
    grown = re.sub("\0(\\d+)\0", lambda gap: "\0" * int(gap[1]), cut(text, 0, spans))
    assert len(grown) == len(text)
    for start, end in spans:
        assert grown[start:end] == text[start:end]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40))
def test_discs_never_overlap(places: list[tuple[float, float]]) -> None:
    radius = np.linspace(40, 120, len(places))
    out = apart(np.array(places), radius)
    for one in range(len(out)):
        for other in range(one):
            assert np.hypot(*(out[one] - out[other])) >= radius[one] + radius[other]


def test_a_lean_file_of_too_much_leaves_out_what_one_paper_alone_names(graph: Tables) -> None:
    smallest = len(render(graph, lean=True, limit=1))
    assert smallest < len(render(graph, lean=True))
    header, columns = block(render(graph, lean=True, limit=1), "kg-core")
    shared = graph.entities[graph.entities["papers"] > 1]
    assert header["entities"] == len(shared)
    assert sorted(texts_of(columns, "entity_name")) == sorted(shared["name"])
