"""``kg train`` from end to end, on invented papers: a pipeline that loads, is scored, and is the same every time.

Small as it is, this needs the extra ``train`` (PyTorch, floret); the errors without data do not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.cli import main
from kg.extract import extract, load
from kg.model import Paper
from kg.train.train import CONFIG

needs_torch = pytest.mark.skipif(
    not (find_spec("torch") and find_spec("floret")), reason="training needs torch and floret: pip install 'kg[train]'"
)

NAMES = {
    "Method": ["GraphWeaver", "RankMix", "PromptForge", "DeepSieve", "FlowTune"],
    "Model": ["BERT", "LLaMA-2", "ResNet-50", "GPT-4"],
    "Task": ["image classification", "question answering", "machine translation"],
    "Dataset": ["ImageNet", "SQuAD", "LibriSpeech", "WikiText"],
    "Benchmark": ["GLUE", "MMLU", "BIG-Bench"],
    "Metric": ["accuracy", "perplexity", "BLEU"],
}
SMALL = {
    "vectors": {"dimensions": 8, "rows": 500, "epochs": 1},
    "words": {"frequent": 100, "endings": 50},
    "network": {"width": 16, "dilations": [1], "span_width": 16, "word_width": 8},
    "teachers": {"seeds": [0], "epochs": 14, "batch": 3, "learning_rate": 0.01, "dropout": 0.1, "average": 0.9},
    "soft_labels": {"papers": 12},
    "students": {
        "seeds": [0, 1],
        "soft_batch": 2,
        "passes": 14.0,
        "learning_rate": 0.01,
        "dropout": 0.1,
        "average": 0.9,
    },
    "mentions": {"folds": 2, "l2": 1.0, "least": 2},
    "roles": {"l2": 1.0, "least": 2},
}


def paper(n: int) -> dict[str, Any]:
    """An annotated paper."""
    method, model, task, dataset, benchmark, metric = (names[n % len(names)] for names in NAMES.values())
    old = NAMES["Method"][(n + 1) % 5]
    roles = [
        (method, "Method", "introduces"),
        (model, "Model", "uses"),
        (task, "Task", "addresses"),
        (dataset, "Dataset", "evaluates_on"),
        (benchmark, "Benchmark", "evaluates_on"),
        (metric, "Metric", "evaluates_on"),
        (old, "Method", "compares_with"),
    ]
    return {
        "id": f"paper{n}",
        "title": f"{method}: towards better {task}, part {n}",
        "abstract": f"Much has been said of {task}, and little of it is of any help to those who have to do the work. "
        f"We propose {method}, which is built on {model} and needs no labels of any kind at all. "
        f"We show that it is better than {old} by a wide margin when it is tested on {dataset} and on the {benchmark} "
        f"benchmark, where the {metric} rises by {n} points. The code and everything else that one may need to repeat "
        "what we did, from the first step to the last one, will be given to all who ask us for it in writing, "
        "and we hope that many of them will make good use of it, and tell us what came of it in the end.",
        "entities": [{"name": a, "type": t, "role": r, "mentions": [a]} for a, t, r in roles],
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that training reads."""
    folder = tmp_path_factory.mktemp("train")
    (folder / "lists").mkdir()
    write(folder / "gold.jsonl", [paper(n) for n in range(24)])
    write(folder / "test.jsonl", [paper(n) for n in range(60, 64)])
    write(folder / "corpus.jsonl", [paper(n) for n in range(100, 130)])
    write(folder / "lists" / "methods.jsonl", [{"name": "RankMix", "full_name": "Rank Mixing"}])
    (folder / "terms.tsv").write_text("ImageNet\tDataset\nthe work\t-\n")
    settings = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    sections = {name: {**values, **SMALL.get(name, {})} for name, values in settings.items()}
    lines = [f"[{s}]\n" + "".join(f"{k} = {v}\n" for k, v in values.items()) for s, values in sections.items()]
    (folder / "config.toml").write_text("".join(lines))
    return folder


def write(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")


def kg(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    env = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200", **environment}
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


DATA = ["gold.jsonl", "--corpus", "corpus.jsonl", "--terms", "terms.tsv", "--lists", "lists", "--config", "config.toml"]


@pytest.fixture(scope="module")
def trained(folder: Path) -> Path:
    """A pipeline."""
    done = kg(folder, "train", *DATA, "--work", "work", "--out", "pipeline", PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    return folder / "pipeline"


def files(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


@needs_torch
def test_the_trained_pipeline_finds_what_it_was_taught(trained: Path) -> None:
    record = paper(61)
    found = next(extract(load(trained), [Paper("new", record["title"], record["abstract"])]))
    findings = {f.mentions[0].text: (str(f.type), str(f.role)) for f in found.findings}
    assert findings["RankMix"] == ("Method", "introduces")
    assert findings["SQuAD"] == ("Dataset", "evaluates_on")


@needs_torch
def test_kg_evaluate_scores_it(
    folder: Path, trained: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = str(folder / "test.jsonl")
    monkeypatch.setattr(sys, "argv", ["kg", "evaluate", gold, "--pipeline", str(trained), "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    scores = {row["figure"]: row["f1"] for row in json.loads(capsys.readouterr().out)["figures"]}
    assert scores["mention"] > 0.8
    assert scores["role accuracy"] > 0.8


@needs_torch
def test_pytorch_and_numpy_are_one_network(trained: Path) -> None:
    import torch

    from kg.train.examples import Example
    from kg.train.network import IMPOSSIBLE, LONGEST, SpanNetwork, batch_of, forward_backward
    from kg.train.vectors import word_tables

    component: Any = load(trained).get_pipe("kg_spans")
    numpy = component.network
    del numpy.members[1:]
    text = "RankMix : better Model for ImageNet . We propose RankMix and test RankMix on the GLUE benchmark ."
    words = text.split()
    found, probabilities = numpy(words, 6)
    tables = word_tables(words, {**numpy.vectors, "settings": numpy.lists["floret"]}, numpy.lists)
    sizes = {"frequent": len(numpy.lists["words"]), "endings": len(numpy.lists["endings"])}
    network = SpanNetwork(tables, sizes, SMALL["network"], 0.0).eval()
    network.load_state_dict({k: torch.from_numpy(v) for k, v in numpy.members[0].weights.items()})
    numbers, none = np.arange(len(words)), np.zeros((0, 2), np.int64)
    example = Example(numbers, found.tokens, found.start, found.end, found.group, found.features, none)
    with torch.no_grad():
        batch = batch_of([example])
        scores = network(batch)
    place = (batch.paper, batch.end - 1, batch.end - batch.start - 1)
    table = torch.full((1, len(words), LONGEST), IMPOSSIBLE).index_put(place, torch.logsumexp(scores, -1))
    _, inside = forward_backward(table.numpy().astype(np.float64), batch.lengths)
    expected = torch.softmax(scores, -1).numpy() * inside[tuple(i.numpy() for i in place)][:, None]
    assert probabilities.max() > 0.5
    np.testing.assert_allclose(probabilities, expected, atol=1e-3)


@needs_torch
def test_the_same_again_byte_for_byte(folder: Path, trained: Path) -> None:
    done = kg(folder, "train", *DATA, "--work", "work2", "--out", "pipeline2", PYTHONHASHSEED="2")
    assert done.returncode == 0, done.stderr
    assert files(folder / "pipeline2") == files(trained)


@needs_torch
def test_a_stopped_run_goes_on_and_gives_the_same(folder: Path, trained: Path) -> None:
    (folder / "work" / "student1.pickle").unlink()
    done = kg(folder, "train", *DATA, "--work", "work", "--out", "pipeline3")
    assert done.returncode == 0, done.stderr
    assert "teacher0: as kept" in done.stdout
    assert files(folder / "pipeline3") == files(trained)


def one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """What the command line says where it ends with status 2."""
    monkeypatch.setattr(sys, "argv", ["kg", "train", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


@needs_torch
def test_kept_steps_are_not_taken_for_those_of_other_data(
    folder: Path, trained: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    without_terms = [a for a in DATA if a not in ("--terms", "terms.tsv")]
    assert "work: holds steps" in one_line(capsys, monkeypatch, *without_terms, "--work", "work", "--out", "other")


@needs_torch
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("none.jsonl --corpus corpus.jsonl", "none.jsonl: no such file"),
        ("gold.jsonl", "give --corpus"),
        ("gold.jsonl --corpus none.gz", "none.gz: no such file"),
        ("gold.jsonl --corpus terms.tsv", "terms.tsv:1: not JSON"),
        ("gold.jsonl --corpus lists/methods.jsonl", "methods.jsonl:1: not an object with title, abstract"),
        ("gold.jsonl --corpus corpus.jsonl --lists none", "none: holds no list"),
        ("gold.jsonl --vectors terms.tsv", "terms.tsv: no floret vectors"),
        ("gold.jsonl --corpus corpus.jsonl --config terms.tsv", "terms.tsv: cannot be read"),
        ("lists/methods.jsonl --corpus corpus.jsonl", "methods.jsonl:1: not an annotated paper"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: str,
    said: str,
) -> None:
    monkeypatch.chdir(folder)
    work = ["--work", str(tmp_path / "work"), "--out", str(tmp_path / "out")]
    assert said in one_line(capsys, monkeypatch, *arguments.split(), *work)
    assert not (tmp_path / "out").exists()


@needs_torch
def test_papers_too_few_to_learn_from(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    write(folder / "one.jsonl", [paper(1)])
    out = ["--work", str(tmp_path / "work"), "--out", str(tmp_path / "out")]
    assert "1 annotated papers with roles are too few" in one_line(capsys, monkeypatch, "one.jsonl", *DATA[1:], *out)


def test_without_the_extra_it_says_what_to_install(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("kg.train.train.find_spec", lambda name: None)
    said = one_line(capsys, monkeypatch, *DATA)
    assert "torch and floret" in said
    assert "pip install 'kg[train]'" in said


def test_help_shows_the_extra(folder: Path) -> None:
    assert "kg[train]" in kg(folder, "train", "--help").stdout
