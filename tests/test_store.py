"""The store: which records are one paper, whatever their order; what a damaged or busy file says."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import astuple, replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.model import KgError, Paper
from kg.read.same import deduplicate, keys, merge
from kg.store import Store

# few values, so that ids, DOIs and titles collide in every way
RECORD = st.builds(
    lambda id, title, abstract, date, arxiv, doi, source: Paper(
        id=id or arxiv or doi or keys(Paper("", title, abstract))[-1],
        title=title,
        abstract=abstract,
        date=date,
        arxiv_id=arxiv,
        doi=doi,
        sources=(source,),
    ),
    st.sampled_from([None, None, "1", "2"]),
    st.sampled_from(["One", "one!", "Two", "Three", "Editorial"]),
    st.sampled_from(["a b c", "a b", "x y z"]),
    st.sampled_from([None, "2021", "2021-06-17"]),
    st.sampled_from([None, None, "2106.09685", "1706.03762"]),
    st.sampled_from([None, None, "10.1/a", "10.1/b"]),
    st.sampled_from(["a.jsonl", "b.jsonl", "c.csv"]),
)


def stored(store: Store) -> list[Paper]:
    frame = store.papers().drop(columns="year")
    rows = frame.itertuples(index=False, name=None)
    return [Paper(*(tuple(value) if isinstance(value, list) else value for value in row)) for row in rows]


def put(store: Store, records: list[Paper]) -> None:
    store.put(records, keys=keys, merge=merge)


def from_scratch(folder: Path, records: list[Paper]) -> list[Paper]:
    path = folder / "scratch.duckdb"
    path.unlink(missing_ok=True)
    with Store(path) as store:
        put(store, records)
        return stored(store)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(RECORD, max_size=5), max_size=5), data=st.data())
def test_any_split_and_order_of_files_makes_the_same_papers(
    tmp_path: Path, files: list[list[Paper]], data: st.DataObject
) -> None:
    named = [[replace(record, sources=(f"{n}.jsonl",)) for record in records] for n, records in enumerate(files)]
    everything = [record for records in named for record in records]
    path = tmp_path / "k.duckdb"
    path.unlink(missing_ok=True)
    with Store(path) as store:
        for records in data.draw(st.permutations(named)):
            put(store, data.draw(st.permutations(records)))
        assert stored(store) == deduplicate(everything) == from_scratch(tmp_path, everything)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(RECORD, max_size=8), second=st.lists(RECORD, max_size=8))
def test_a_second_reading_of_the_same_records_changes_nothing(
    tmp_path: Path, first: list[Paper], second: list[Paper]
) -> None:
    path = tmp_path / "k.duckdb"
    path.unlink(missing_ok=True)
    with Store(path) as store:
        put(store, first)
        once = stored(store)
        changes = store.put(first, keys=keys, merge=merge)
        assert (changes.added, changes.changed) == (0, 0)
        assert stored(store) == once


def test_a_mended_file_counts_as_it_is_now(tmp_path: Path) -> None:
    old = Paper("1", "A title", "A long abstract with a mistaek.", arxiv_id="2106.09685", sources=("a.jsonl",))
    new = replace(old, abstract="A short one.")
    other = replace(old, id="title:x", abstract="Short.", arxiv_id=None, doi="10.1/x", sources=("b.csv",))
    with Store(tmp_path / "k.duckdb") as store:
        put(store, [old, other])
        put(store, [new])
        assert stored(store) == from_scratch(tmp_path, [new, other])
        assert stored(store)[0].abstract == "A short one."
        assert stored(store)[0].doi == "10.1/x"


def test_two_tables_that_both_count_from_one_keep_their_papers_apart(tmp_path: Path) -> None:
    one = Paper("1", "First paper", "Text.", sources=("a.csv",))
    other = Paper("1", "Second paper", "Text.", doi="10.1/x", sources=("b.csv",))
    with Store(tmp_path / "k.duckdb") as store:
        assert store.put([one], keys=keys, merge=merge).contested == ()
        assert store.put([other], keys=keys, merge=merge).contested == ("1",)
        assert [paper.id for paper in stored(store)] == sorted(["10.1/x", keys(one)[-1]])
        assert store.remove(["10.1/x"]) == ["10.1/x"]
        assert stored(store) == [one]


def test_of_files_of_one_name_the_one_read_later_counts_where_both_tell_of_a_paper(tmp_path: Path) -> None:
    """A file is known by its name, not its folder: that of today takes the place of that of yesterday."""
    yesterday = Paper("1", "One", "A longer text.", sources=("papers.jsonl",))
    today = replace(yesterday, abstract="A text.", date="2021")
    alone = Paper("2", "Two", "Text.", sources=("papers.jsonl",))
    with Store(tmp_path / "k.duckdb") as store:
        put(store, [yesterday, alone])
        put(store, [today])
        assert stored(store) == [today, alone]  # what only one of them tells stays
        put(store, [today, yesterday])  # in one build they are two files
        assert stored(store) == [replace(yesterday, date="2021"), alone]


def test_removing_takes_the_merged_records_too(tmp_path: Path) -> None:
    one = Paper("2106.09685", "LoRA", "Text.", arxiv_id="2106.09685", sources=("a.csv",))
    same = Paper("title:x", "Lora", "More text.", sources=("b.csv",))
    other = Paper("2305.14314", "QLoRA", "Text.", arxiv_id="2305.14314", sources=("a.csv",))
    with Store(tmp_path / "k.duckdb") as store:
        put(store, [one, same, other])
        with pytest.raises(KgError, match="unknown: no paper has this id"):
            store.remove(["2106.09685", "unknown"])
        with pytest.raises(KgError, match="these are all of its papers"):
            store.remove(["2106.09685", "2305.14314"])
        assert store.count() == 2
        assert store.remove(["2106.09685"]) == ["2106.09685"]
        put(store, [same])
        assert stored(store) == [other, same]


def test_an_error_while_putting_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    def broken() -> object:
        yield Paper("2", "Two", "b")
        raise KgError("b.jsonl:2: cut off")

    path = tmp_path / "k.duckdb"
    with pytest.raises(KgError), Store(path) as store:
        store.put(broken(), keys=keys, merge=merge)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []  # no store where there was none
    with Store(path) as store:
        put(store, [Paper("1", "One", "a")])
    with pytest.raises(KgError), Store(path) as store:
        store.put(broken(), keys=keys, merge=merge)  # type: ignore[arg-type]
    with Store(path, read_only=True) as store:
        assert [paper.id for paper in stored(store)] == ["1"]


def test_many_records_in_batches(tmp_path: Path) -> None:
    records = [Paper(str(n), f"Title {n}", "Text.", sources=("a.csv",)) for n in range(12_000)]
    again = [replace(record, sources=("b.csv",)) for record in records[::7]]
    with Store(tmp_path / "k.duckdb") as store:
        changes = store.put([*records, *again], keys=keys, merge=merge)
        assert (changes.added, changes.records) == (12_000, len(records) + len(again))
        assert sum(len(paper.sources) == 2 for paper in stored(store)) == len(again)


# -- files that are no store ------------------------------------------------------------------------------------------


def line(path: Path, **options: bool) -> str:
    with pytest.raises(KgError) as caught:
        Store(path, **options)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "k.duckdb"
    with Store(path) as store:
        put(store, [Paper(str(n), f"Title {n}", "Some text. " * 50, sources=("a.csv",)) for n in range(3000)])
    return path


def test_a_store_that_gave_its_memory_back_goes_on(made: Path) -> None:
    def held(store: Store) -> int:
        return int(store._db.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()[0][0])

    with Store(made) as store:
        before = store.papers()
        limit = store._db.execute("SELECT current_setting('memory_limit')").fetchall()
        store.give_back()
        assert held(store) < 50e6
        assert store._db.execute("SELECT current_setting('memory_limit')").fetchall() == limit
        assert store.papers().equals(before)
        put(store, [Paper("new", "A title", "Some text.", sources=("b.csv",))])
        assert store.count() == len(before) + 1


def test_what_is_no_store(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database\n" * 500)
    assert "not a kg store" in line(text)
    assert text.read_text() == "not a database\n" * 500
    for name, content in (("papers.jsonl", '{"id": "1"}\n' * 9), ("table.csv", "a,b\n1,2\n"), ("empty", "")):
        data = tmp_path / name  # DuckDB opens these in memory, or makes its own of them
        data.write_text(content)
        assert "not a kg store" in line(data)
        assert "not a kg store" in line(data, read_only=True)
        assert data.read_text() == content
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).execute("CREATE TABLE t (x INT)").close()
    assert "no kg store" in line(other)
    assert "a folder" in line(tmp_path)
    assert "kg build" in line(tmp_path / "missing.duckdb", read_only=True)
    assert not (tmp_path / "missing.duckdb").exists()


def test_a_name_that_means_memory_to_duckdb_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Store(":memory:") as store:
        put(store, [Paper("1", "One", "a")])
    assert (tmp_path / ":memory:").is_file()


def test_a_damaged_store_says_so(made: Path) -> None:
    whole = made.read_bytes()
    made.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in line(made)
    made.write_bytes(whole[:4096] + os.urandom(8192) + whole[12288:])
    assert "damaged" in line(made)
    made.write_bytes(whole)
    with Store(made) as store:
        assert store.count() == 3000


def test_a_store_of_a_newer_version_says_so(made: Path) -> None:
    db = duckdb.connect(str(made))
    db.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    db.close()
    assert "newer kg" in line(made)
    assert "newer kg" in line(made, read_only=True)


def test_a_store_in_use_says_so(made: Path) -> None:
    with Store(made):
        code = "import sys; from kg.store import Store; from kg.model import KgError\n"
        code += "try: Store(sys.argv[1])\nexcept KgError as e: print(e)"
        shown = subprocess.run([sys.executable, "-c", code, str(made)], capture_output=True, text=True, check=True)
    assert f"in use by another kg (process {os.getpid()})" in shown.stdout


def test_a_killed_writer_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "k.duckdb"
    code = """
import os, sys
from kg.store import Store
from kg.model import Paper
from kg.read.same import keys, merge
store = Store(sys.argv[1])
store.put([Paper("1", "One", "a")], keys=keys, merge=merge)
print("acknowledged", flush=True)
def rest():
    yield Paper("2", "Two", "b")
    os.kill(os.getpid(), 9)
store.put(rest(), keys=keys, merge=merge)
"""
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert run.returncode == -9
    assert "acknowledged" in run.stdout
    with Store(path, read_only=True) as store:
        assert [paper.id for paper in stored(store)] == ["1"]
    with Store(path) as store:
        assert [astuple(paper)[0] for paper in stored(store)] == ["1"]


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/proc/self/mountinfo").exists(), reason="needs root to mount")
def test_a_full_disk_says_so_and_loses_nothing(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)], capture_output=True).returncode:
        pytest.skip("cannot mount here")
    try:
        path = small / "k.duckdb"
        with Store(path) as store:
            put(store, [Paper("1", "One", "a")])
        many = [Paper(str(n), f"Title {n}", os.urandom(3000).hex(), sources=("a.csv",)) for n in range(6000)]
        with pytest.raises(KgError, match="disk is full"), Store(path) as store:
            put(store, many)
        with Store(path, read_only=True) as store:
            assert [paper.id for paper in stored(store)] == ["1"]
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_full_disk_errors_of_files_have_a_line(tmp_path: Path) -> None:
    from kg.export.files import replacing

    target = tmp_path / "a.txt"
    target.write_text("old")

    def half() -> None:
        with replacing(target) as [temporary]:
            temporary.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(KgError, match="disk is full"):
        half()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
