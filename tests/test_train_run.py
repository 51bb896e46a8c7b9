"""``kg train`` from end to end, on invented papers: a pipeline that loads, is scored, and is the same every time.

Small as it is, this needs the extra ``train`` (PyTorch, floret, tokenizers); the errors without data do not. The
teacher's encoder is a tiny one with random weights.
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
    not all(map(find_spec, ("torch", "floret", "safetensors", "tokenizers"))),
    reason="training needs torch, floret, safetensors and tokenizers: pip install '.[train]'",
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
    "teachers": {
        "encoder": "encoder",
        "seeds": [0],
        "epochs": 14,
        "gold_batch": 3,
        "learning_rate": 0.01,
        "encoder_learning_rate": 0.001,
        "dropout": 0.1,
        "average": 0.9,
    },
    "soft_labels": {"papers": 12},
    "students": {
        "seeds": [0, 1],
        "soft_batch": 2,
        "passes": 14.0,
        "learning_rate": 0.01,
        "dropout": 0.1,
        "average": 0.9,
    },
    "held_out": {"folds": 2},
    "mentions": {"l2": 1.0, "least": 2},
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
    write(folder / "gold.jsonl", [paper(n) for n in range(16)])
    write(folder / "more.jsonl", [paper(n) for n in range(16, 24)])
    write(folder / "test.jsonl", [paper(n) for n in range(60, 64)])
    write(folder / "corpus.jsonl", [paper(n) for n in range(100, 130)])
    write(folder / "lists" / "methods.jsonl", [{"name": "RankMix", "full_name": "Rank Mixing"}])
    (folder / "terms.tsv").write_text("ImageNet\tDataset\nthe work\t-\n")
    settings = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    sections = {name: {**values, **SMALL.get(name, {})} for name, values in settings.items()}
    (folder / "config.toml").write_text(toml(sections))
    sections["teachers"] = {**sections["teachers"], "encoder": "nowhere"}
    (folder / "lost.toml").write_text(toml(sections))
    if not needs_torch.args[0]:
        write_encoder(folder / "encoder")
    return folder


def toml(sections: dict[str, dict[str, Any]]) -> str:
    return "".join(
        f"[{s}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in values.items()) for s, values in sections.items()
    )


def write_encoder(folder: Path) -> None:
    """A BERT of one layer, 8 wide, for texts of 64 pieces; its vocabulary is letters and a few words."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, models, normalizers

    folder.mkdir()
    letters = "abcdefghijklmnopqrstuvwxyz0123456789:;,.-'"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{c}" for c in letters), "work", "image", "##net"]
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": 8,
        "intermediate_size": 12,
        "num_attention_heads": 2,
        "num_hidden_layers": 1,
        "max_position_embeddings": 64,
        "hidden_dropout_prob": 0.1,
        "layer_norm_eps": 1e-12,
    }
    (folder / "config.json").write_text(json.dumps(config))
    rng = np.random.default_rng(0)
    sizes = {"word_embeddings": len(pieces), "position_embeddings": 64, "token_type_embeddings": 2}
    weights = {f"embeddings.{k}.weight": rng.normal(size=(n, 8)) for k, n in sizes.items()}
    maps = {"attention.self.query": (8, 8), "attention.self.key": (8, 8), "attention.self.value": (8, 8)}
    maps |= {"attention.output.dense": (8, 8), "intermediate.dense": (12, 8), "output.dense": (8, 12)}
    for name, shape in maps.items():
        weights[f"encoder.layer.0.{name}.weight"] = rng.normal(size=shape) / 3
        weights[f"encoder.layer.0.{name}.bias"] = np.zeros(shape[0])
    for name in ("embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"):
        weights |= {f"{name}.LayerNorm.weight": np.ones(8), f"{name}.LayerNorm.bias": np.zeros(8)}
    save_file({k: v.astype(np.float32) for k, v in weights.items()}, folder / "model.safetensors")


def write(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")


def kg(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    env = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200", **environment}
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)


DATA = ["gold.jsonl", "more.jsonl", "--corpus", "corpus.jsonl", "--terms", "terms.tsv"]
DATA += ["--lists", "lists", "--config", "config.toml"]


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
    from kg.train.network import SpanNetwork, batch_of, probabilities_of
    from kg.train.vectors import word_tables

    component: Any = load(trained).get_pipe("kg_spans")
    numpy = component.network
    del numpy.members[1:]
    text = "RankMix : better Model for ImageNet . We propose RankMix and test RankMix on the GLUE benchmark ."
    words = text.split()
    found, probabilities = numpy(words, 6)
    tables = word_tables(sorted(set(words)), {**numpy.vectors, "settings": numpy.lists["floret"]}, numpy.lists)
    sizes = {"frequent": len(numpy.lists["words"]), "endings": len(numpy.lists["endings"])}
    network = SpanNetwork(tables, sizes, SMALL["network"], 0.0).eval()
    network.load_state_dict({k: torch.from_numpy(v) for k, v in numpy.members[0].weights.items()})
    none = np.zeros((0, 2), np.int64)
    example = Example(words, found.tokens, found.start, found.end, found.group, found.features, none)
    with torch.no_grad():
        batch = batch_of([example], network.number)
        scores = network(batch)
    expected = probabilities_of(scores, batch)
    assert probabilities.max() > 0.5
    np.testing.assert_allclose(probabilities, expected, atol=1e-3)


@needs_torch
def test_the_encoder_sees_each_text_by_itself_and_words_by_their_pieces(folder: Path) -> None:
    import torch

    from kg.train.encoder import Encoder

    vocabulary = ["work", "ImageNet", "xyz", "\u4e2d", "a"]
    encoder = Encoder(str(folder / "encoder"), vocabulary).eval()
    assert [len(p) for p in encoder.words.pieces] == [1, 2, 3, 1, 1]
    long = [*([1, 2] * 12), 0, 4, 3]  # 24 words of 60 pieces, and 62 is all there is room for
    words = torch.zeros((2, len(long)), dtype=torch.int64)
    words[0, :3], words[1] = torch.tensor([1, 0, 2]), torch.tensor(long)
    with torch.no_grad():
        together = encoder(words, np.array([3, len(long)]))
        alone = encoder(words[:1, :3], np.array([3]))
    np.testing.assert_allclose(together[0, :3].numpy(), alone[0].numpy(), atol=0.05)  # half precision
    assert (together[0, 3:] == 0).all()
    assert (together[1, :26].abs().sum(-1) > 0).all()
    assert (together[1, 26] == 0).all()  # cut off
    assert not torch.allclose(together[1, 0], together[1, 2])  # the same word in another place


@needs_torch
def test_teachers_without_an_encoder_and_students_without_teachers(folder: Path) -> None:
    settings = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))
    settings["teachers"]["encoder"] = ""
    settings["students"]["seeds"] = [0]
    (folder / "plain.toml").write_text(toml(settings))
    settings["soft_labels"]["papers"] = 0
    settings["students"]["epochs"] = 28
    (folder / "alone.toml").write_text(toml(settings))
    settings["students"]["last_epochs"] = 0
    (folder / "brief.toml").write_text(toml(settings))
    for name, taught in (("plain", True), ("alone", False), ("brief", False)):
        done = kg(folder, "train", *DATA[:-1], f"{name}.toml", "--work", f"work_{name}", "--out", name)
        assert done.returncode == 0, (name, done.stderr)
        assert (folder / name / "meta.json").exists()
        assert ("teacher0 …" in done.stdout) == taught
    assert files(folder / "alone" / "kg_spans") != files(folder / "brief" / "kg_spans"), (
        "the first file's papers, again"
    )


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
    settings = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))
    (folder / "others.toml").write_text(toml({**settings, "held_out": {"folds": 3}}))
    arguments = [*DATA[:-1], "others.toml", "--work", "work", "--out", "other"]
    assert "work: holds steps" in one_line(capsys, monkeypatch, *arguments)


@needs_torch
def test_classifiers_are_fitted_anew_on_kept_networks(folder: Path, trained: Path) -> None:
    settings = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))
    (folder / "strict.toml").write_text(toml({**settings, "mentions": {**settings["mentions"], "threshold": 0.9}}))
    done = kg(folder, "train", *DATA[:-1], "strict.toml", "--work", "work", "--out", "strict")
    assert done.returncode == 0, done.stderr
    assert "held_out: as kept" in done.stdout
    strict: Any = load(folder / "strict").get_pipe("kg_mentions")
    assert strict.threshold == 0.9


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
        (
            "gold.jsonl --corpus corpus.jsonl --config lost.toml",
            "encoder = 'nowhere': no folder and no installed package",
        ),
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
    assert "1 annotated papers with roles are too few" in one_line(capsys, monkeypatch, "one.jsonl", *DATA[2:], *out)


def test_without_the_extra_it_says_what_to_install(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("kg.train.train.find_spec", lambda name: None)
    said = one_line(capsys, monkeypatch, *DATA)
    assert "torch, floret" in said
    assert "pip install '.[train]'" in said


def test_help_shows_the_extra(folder: Path) -> None:
    assert "'.[train]'" in kg(folder, "train", "--help").stdout
