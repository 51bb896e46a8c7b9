"""The numeric parts of the pipeline against slow and plain ways to compute the same."""

from __future__ import annotations

import math
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.crf import marginals
from kg.extract.cues import CUES, cues_in
from kg.extract.facts import facts
from kg.extract.knowledge import Index, Knowledge, Table
from kg.extract.linear import FeatureTable, LogLinear
from kg.extract.network import gelu, layer_norm
from kg.model import Role
from kg.train.shares import role_table

spans = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 3), st.floats(-8, 8)), min_size=1, max_size=9)


def by_hand(found: list[tuple[int, int, float]]) -> list[float]:
    """Every set of spans that do not overlap, one by one."""
    whole, inside = 0.0, [0.0] * len(found)
    for size in range(len(found) + 1):
        for chosen in combinations(range(len(found)), size):
            if all(found[i][1] <= found[j][0] or found[j][1] <= found[i][0] for i, j in combinations(chosen, 2)):
                weight = math.exp(sum(found[i][2] for i in chosen))
                whole += weight
                for i in chosen:
                    inside[i] += weight
    return [x / whole for x in inside]


@settings(deadline=None)
@given(spans)
def test_marginals(drawn: list[tuple[int, int, float]]) -> None:
    found = sorted(((a, a + n, score) for a, n, score in drawn), key=lambda s: (s[1], -s[0]))
    starts, ends, scores = (np.array(column) for column in zip(*found, strict=True))
    assert marginals(starts, ends, scores[:, None])[:, 0] == pytest.approx(by_hand(found), abs=1e-9)


def test_marginals_of_huge_scores() -> None:
    """Scores too large for plain numbers: of two that overlap the larger one is sure, far from others as well."""
    starts, ends = np.array([0, 1, 5, 6]), np.array([2, 3, 7, 8])
    found = marginals(starts, ends, np.array([[900.0], [800.0], [0.0], [0.0]]))[:, 0]
    assert found == pytest.approx([1, 0, 1 / 3, 1 / 3], abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*re.findall(r"[a-z-]{2,}", " ".join(CUES.values())), "GLUE", "5 %", ".", "é", "on"])))
def test_cues(words: list[str]) -> None:
    text = " ".join(words)
    expected = {
        name: [m.span() for m in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.I)]
        for name, pattern in CUES.items()
    }
    assert cues_in(text, [(m.start(), m[0].lower()) for m in re.finditer(r"\w+|[^\w\s]", text)]) == expected


def test_index_of_several_tables() -> None:
    first = Table.of({5: np.array([1.0]), 2**63: np.array([2.0])}, 1)
    second, third = Table.of({5: np.array([3.0])}, 1), Table.of({}, 1)
    found = Index([first, second, third]).find(np.array([2**63, 0, 5, 2**64 - 1], np.uint64))
    assert found.tolist() == [[1, -1, -1], [-1, -1, -1], [0, 0, -1], [-1, -1, -1]]
    assert Index([third]).find(np.array([7], np.uint64)).tolist() == [[-1]]


hashes = st.one_of(st.integers(0, 2**64 - 1), st.integers(2**44 - 9, 2**44 + 9), st.sampled_from([0, 1, 2**64 - 1]))


@settings(deadline=None, max_examples=30)
@given(st.lists(hashes, unique=True), st.lists(hashes))
def test_index_of_hashes_spread_and_crowded(known: list[int], others: list[int]) -> None:
    place = {key: i for i, key in enumerate(sorted(known))}
    wanted = [*known, *others]
    found = Index([Table.of({key: np.zeros(1) for key in known}, 1)]).find(np.array(wanted, np.uint64))
    assert found[:, 0].tolist() == [place.get(key, -1) for key in wanted]


def test_gelu_and_layer_norm() -> None:
    x = np.linspace(-6, 6, 96, dtype=np.float32).reshape(4, 24)
    exact = [v * (1 + math.erf(v / math.sqrt(2))) / 2 for v in x.ravel().tolist()]
    assert gelu(x.copy()).ravel() == pytest.approx(exact, abs=1e-6)
    normal = layer_norm(x.copy(), np.float32(2) * np.ones(24, np.float32), np.ones(24, np.float32))
    assert normal == pytest.approx(2 * (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True) + 1, abs=1e-3)


def test_features_together_with_a_kind() -> None:
    """As if each feature were there a second time, with the kind before its name; in whatever company."""
    model = LogLinear(["a", "b"], ["x", "y", "K x", "L x"], np.array([[1.0, 0], [0, 2.0], [0.5, 0], [0, 3.0]]))
    items = [{"x": 1.0, "y": 0.5, "z": 9.0}, {}, {"x": 0.25}]
    kinds = ["K", "K", "L"]
    written = [{**item, **{f"{k} {n}": v for n, v in item.items()}} for item, k in zip(items, kinds, strict=True)]
    expected = model.predict(written)
    assert np.allclose(model.predict(items, kinds), expected)
    assert model.predict(items, kinds)[2:].tolist() == model.predict(items[2:], kinds[2:]).tolist()
    assert expected[1].tolist() == [0.5, 0.5]
    assert model.predict([]).shape == (0, 2)


def test_a_table_of_features_crossed_with_kinds() -> None:
    items = [{"x": 1.0, "y": 0.5}, {"y": 2.0}, {"x": 0.25, "z": 1.0}, {}]
    kinds = ["K", "K", "L", "L"]
    written = [{**item, **{f"{k} {n}": v for n, v in item.items()}} for item, k in zip(items, kinds, strict=True)]
    crossed, plain = FeatureTable.of(iter(items), kinds), FeatureTable.of(written)
    assert crossed.names == plain.names == sorted(plain.names)
    assert np.array_equal(crossed.values.toarray(), plain.values.toarray())
    assert FeatureTable.of(items, kinds, least=2).names == ["K y", "x", "y"]
    from_table = LogLinear.fit_table(crossed, ["a", "b", "a", "b"], l2=0.1, steps=50)
    from_items = LogLinear.fit(written, ["a", "b", "a", "b"], l2=0.1, steps=50)
    assert np.allclose(from_table.predict(items, kinds), from_items.predict(written))
    assert from_table.predict(items, kinds)[0, 0] > 0.5


def test_usual_roles_of_a_name(tmp_path: Path) -> None:
    counts = {
        "fine-tuning": {"uses": 60},
        "Fine tuning": {"uses": 30, "mentions": 10},
        "ImageNet": {"evaluates_on": 90, "uses": 10},
        "rare": {"mentions": 3},
    }
    table = role_table(counts, lambda string: re.findall(r"\w+|-", string))
    Knowledge({"roles": table}).to_disk(tmp_path / "knowledge.npz")
    known = Knowledge.from_disk(tmp_path / "knowledge.npz")
    usual = {
        name: facts(known, words).roles
        for name, words in {
            "hyphen": ["Fine", "-", "tuning"],
            "space": ["fine", "tuning"],
            "ImageNet": ["ImageNet"],
            "rare": ["rare"],
        }.items()
    }
    assert usual["hyphen"] == usual["space"]
    roles = [str(role) for role in Role]
    assert roles[int(np.argmax(usual["ImageNet"][:-1]))] == "evaluates_on"
    assert usual["hyphen"][roles.index("uses")] > 0 > usual["hyphen"][roles.index("evaluates_on")]
    assert usual["ImageNet"][-1] == pytest.approx(math.log2(101) / 3, abs=0.02)
    assert usual["rare"] == ()
