"""From annotated papers to a pipeline, step by step; what a step makes is kept in a work folder and not made again."""

from __future__ import annotations

import hashlib
import os
import pickle
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.extract import spans
from kg.extract.knowledge import Knowledge, Table
from kg.extract.network import Member, Network
from kg.extract.tokens import blank
from kg.model import KgError

from .examples import Example, GoldCounts, Text, WordHashes, texts_of, tokenize
from .gold import read_gold
from .heads import HeldOut, fit_heads
from .lists import list_table, term_tables
from .records import read_records
from .statistics import Corpus, phrase_statistics
from .vectors import read_vectors, train_vectors, word_lists, word_tables

if TYPE_CHECKING:
    from .network import SpanNetwork

CONFIG = Path(__file__).parent / "config.toml"
Log = Callable[[str], None]


@dataclass(frozen=True)
class Inputs:
    """What training reads; none of it is part of the project. See ``kg/train/README.md`` for the form of each."""

    gold: tuple[Path, ...]
    """Annotated papers; those without roles teach mentions only."""
    corpus: Path | None = None
    """Titles and abstracts, JSON Lines, gzip'd or not."""
    terms: tuple[Path, ...] = ()
    lists: Path | None = None
    vectors: Path | None = None
    """floret vectors trained before (as floret writes them)."""

    def files(self) -> list[Path]:
        """Every file. Raises :class:`KgError` where one is missing."""
        lists = sorted(self.lists.glob("*.jsonl")) if self.lists else []
        if self.lists and not lists:
            raise KgError(f"{self.lists}: holds no list (*.jsonl); see kg/train/README.md for their names")
        named = [*self.gold, *self.terms, *(p for p in (self.corpus, self.vectors) if p)]
        for path in named:
            if not path.is_file():
                raise KgError(f"{path}: no such file; see kg/train/README.md for what training reads")
        return [*named, *lists]


def train(inputs: Inputs, out: Path, work: Path, *, config: Path = CONFIG, log: Log = print) -> None:
    """Train a pipeline and write it to ``out``. What the steps make is kept in ``work``: stopped, it goes on there."""
    missing = [
        name for name in ("torch", "floret") if not find_spec(name) and not (name == "floret" and inputs.vectors)
    ]
    if missing:
        raise KgError(f"kg train needs {' and '.join(missing)}, not installed here; pip install 'kg[train]'")
    settings = read_config(config)
    if not inputs.corpus and not inputs.vectors:
        raise KgError("kg train: give --corpus (titles and abstracts), or --vectors trained before")
    made_from = _digest([config, *inputs.files()])
    work.mkdir(parents=True, exist_ok=True)
    mark = work / "made_from.txt"
    if mark.exists() and mark.read_text(encoding="utf-8") != made_from:
        raise KgError(f"{work}: holds steps made from other inputs or settings; delete it or give another --work")
    mark.write_text(made_from, encoding="utf-8")
    Trainer(inputs, settings, work, log).run(out)


def read_config(path: Path) -> dict[str, Any]:
    """The settings. Raises :class:`KgError` where the file cannot be read or lacks one."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise KgError(f"{path}: cannot be read ({error}); give a file like kg/train/config.toml") from error
    for section, values in tomllib.loads(CONFIG.read_text(encoding="utf-8")).items():
        for name in values:
            if name not in settings.get(section, {}):
                raise KgError(f"{path}: [{section}] lacks {name!r}; give a file like kg/train/config.toml")
    return settings


def _digest(files: list[Path]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(f.read_bytes()).digest() for f in files)).hexdigest()


class Trainer:
    """The steps, in the order of :meth:`run`."""

    def __init__(self, inputs: Inputs, settings: dict[str, Any], work: Path, log: Log) -> None:
        self.inputs, self.settings, self.work, self.log = inputs, settings, work, log
        self.nlp = blank()
        self.papers = [p for file in inputs.gold for p in read_gold(file)]
        self.hashes = WordHashes()
        folds = settings["mentions"]["folds"]
        self.fold = [int(hashlib.md5(p.paper.id.encode()).hexdigest(), 16) % folds for p in self.papers]
        self.whole = [all(e.role for e in p.entities) for p in self.papers]
        if len({f for f, whole in zip(self.fold, self.whole, strict=True) if whole}) < 2:
            raise KgError(f"kg train: {sum(self.whole)} annotated papers with roles are too few; give more of them")

    def run(self, out: Path) -> None:
        """All steps."""
        corpus = self._step("corpus", self._corpus)
        self.lists, self.vectors = self._step("vectors", lambda: self._vectors(corpus))
        self.known: Knowledge = self._step("knowledge", lambda: self._knowledge(corpus))
        self.log(f"candidates of {len(self.papers)} annotated papers")
        self.texts = texts_of(self.papers, self.nlp, self.known, self.hashes)
        vocabulary = sorted({w for t in self.texts for w in t.texts})
        word_tables(vocabulary, self.vectors, self.lists)  # sets mean and deviation by the annotated papers' words
        counts = GoldCounts(self.texts)
        everything = list(range(len(self.papers)))
        teachers = [self._teacher(everything, seed) for seed in self.settings["teachers"]["seeds"]]
        members = teachers
        if corpus is not None and self.settings["soft_labels"]["papers"]:
            soft = self._step("soft", lambda: self._soft_labels(corpus, self._network(teachers, counts)))
            if soft:
                members = [self._student(everything, soft, seed) for seed in self.settings["students"]["seeds"]]
        held_out = self._step("held_out", self._held_out)
        self._save(self._network(members, counts), held_out, out)

    def _step(self, name: str, make: Callable[[], Any]) -> Any:
        file = self.work / f"{name}.pickle"
        if file.exists():
            self.log(f"{name}: as kept in {file.name}")
            return pickle.loads(file.read_bytes())
        self.log(f"{name} …")
        made = make()
        part = file.with_suffix(".part")
        part.write_bytes(pickle.dumps(made))
        os.replace(part, file)  # never half a step
        return made

    def _corpus(self) -> Corpus | None:
        if not self.inputs.corpus:
            return None
        return Corpus.of(self._corpus_texts(self.inputs.corpus))

    def _corpus_texts(self, file: Path) -> Iterator[tuple[list[str], int]]:
        for record in read_records(file, "title", "abstract"):
            with self.nlp.memory_zone():
                tokens, title = tokenize(self.nlp, f"{record['title']}\n{record['abstract']}")
                words = [t.text for t in tokens]
            if words:
                yield words, title

    def _vectors(self, corpus: Corpus | None) -> tuple[dict[str, list[str]], dict[str, Any]]:
        if self.inputs.vectors:
            vectors = read_vectors(self.inputs.vectors)
        else:
            assert corpus is not None
            vectors = train_vectors(corpus, self.settings["vectors"], self.work)
        source = corpus or Corpus.of(
            (t.texts, t.title) for t in texts_of(self.papers, self.nlp, Knowledge(), self.hashes)
        )
        return word_lists(source, self.settings["words"]), vectors

    def _knowledge(self, corpus: Corpus | None) -> Knowledge:
        def words(text: str) -> list[str]:
            return [t.text for t in self.nlp.make_doc(text) if not t.is_space]

        tables = term_tables(self.inputs.terms, words)
        if self.inputs.lists:
            tables["lists"] = list_table(self.inputs.lists, words)
        if corpus is not None:
            tables["corpus"] = phrase_statistics(corpus)
        return Knowledge(tables)

    def _examples(self, which: list[int]) -> tuple[list[Example], GoldCounts]:
        """Training examples of these papers, each with the gold counts of the others."""
        counts = GoldCounts([self.texts[i] for i in which])
        number = self._numbering([self.texts[i] for i in which])
        return [self._example(self.texts[i], number, counts.features(self.texts[i], own=True)) for i in which], counts

    def _numbering(self, texts: list[Text]) -> dict[str, int]:
        return {w: i for i, w in enumerate(sorted({w for t in texts for w in t.texts}))}

    def _example(self, text: Text, number: dict[str, int], gold: np.ndarray) -> Example:
        found = text.found
        right = np.flatnonzero(text.label < len(spans.TYPES))
        return Example(
            words=np.array([number[w] for w in text.texts]),
            tokens=found.tokens,
            start=found.start,
            end=found.end,
            group=found.group,
            features=np.concatenate([found.features[:, : -gold.shape[1]], gold], 1).astype(np.float16),
            gold=np.stack([right, text.label[right]], 1),
        )

    def _new(self, words: list[str], dropout: float, seed: int) -> SpanNetwork:
        import torch

        from .network import SpanNetwork

        torch.manual_seed(seed)
        torch.set_num_threads(1)  # sums in another order are other sums
        tables = word_tables(words, self.vectors, self.lists)
        sizes = {"frequent": len(self.lists["words"]), "endings": len(self.lists["endings"])}
        return SpanNetwork(tables, sizes, self.settings["network"], dropout)

    def _teacher(self, which: list[int], seed: int, name: str = "teacher") -> dict[str, np.ndarray]:
        def make() -> dict[str, np.ndarray]:
            from .network import train_network

            settings = self.settings["teachers"]
            examples, _ = self._examples(which)
            words = sorted({w for i in which for w in self.texts[i].texts})
            steps = -(-len(examples) // settings["batch"]) * settings["epochs"]
            return train_network(self._new(words, settings["dropout"], seed), examples, [], settings, seed, steps)

        weights: dict[str, np.ndarray] = self._step(f"{name}{seed}", make)
        return weights

    def _soft_labels(self, corpus: Corpus, teachers: Network) -> list[tuple[Text, np.ndarray, np.ndarray]]:
        """Corpus texts, their features, and the teachers' mean probabilities."""
        rng = np.random.default_rng(self.settings["soft_labels"]["seed"])
        lengths = np.diff(corpus.offsets)
        fit = np.flatnonzero((lengths > 120) & (lengths < 400))
        titles = {_squash(" ".join(t.texts[: t.title])) for t in self.texts}
        out = []
        for i in rng.permutation(fit).tolist():
            words, title = corpus.words(i), int(corpus.titles[i])
            if _squash(" ".join(words[:title])) in titles:
                continue  # annotated, here or in a held-back set that shares its source
            found, probabilities = teachers(words, title)
            features = found.features.astype(np.float16)
            nothing = np.full(len(found.start), len(spans.TYPES) + 1)
            slim = replace(found, features=features[:0], folded=found.folded[:0], exact=found.exact[:0])
            out.append((Text(words, title, [], [], slim, nothing), features, probabilities.astype(np.float16)))
            if len(out) == self.settings["soft_labels"]["papers"]:
                break
        return out

    def _student(
        self, which: list[int], soft: list[tuple[Text, np.ndarray, np.ndarray]], seed: int
    ) -> dict[str, np.ndarray]:
        def make() -> dict[str, np.ndarray]:
            from .network import train_network

            settings = self.settings["students"]
            gold, _ = self._examples(which)
            texts = [self.texts[i] for i in which]
            words = sorted({w for t in texts for w in t.texts} | {w for t, _, _ in soft for w in t.texts})
            number = {w: i for i, w in enumerate(words)}
            for text, example in zip(texts, gold, strict=True):
                example.words = np.array([number[w] for w in text.texts])
            labelled = [
                Example(
                    words=np.array([number[w] for w in text.texts]),
                    tokens=text.found.tokens,
                    start=text.found.start,
                    end=text.found.end,
                    group=text.found.group,
                    features=features,
                    gold=np.zeros((0, 2), np.int64),
                    soft=probabilities,
                )
                for text, features, probabilities in soft
            ]
            steps = int(len(labelled) * settings["passes"] / settings["soft_batch"])
            return train_network(self._new(words, settings["dropout"], seed), gold, labelled, settings, seed, steps)

        weights: dict[str, np.ndarray] = self._step(f"student{seed}", make)
        return weights

    def _network(self, members: list[dict[str, np.ndarray]], counts: GoldCounts) -> Network:
        vectors = {k: np.asarray(v) for k, v in self.vectors.items() if k != "settings"}
        lists = {
            "floret": self.vectors["settings"],
            **self.lists,
            "dilations": self.settings["network"]["dilations"],
        }
        tables: dict[str, Table] = {**self.known.tables, **counts.tables()}
        return Network([Member(m) for m in members], vectors, lists, Knowledge(tables))

    def _held_out(self) -> HeldOut:
        """What a teacher trained on the other folds finds in each paper."""
        out: HeldOut = {}
        for k in sorted(set(self.fold)):
            rest = [i for i, f in enumerate(self.fold) if f != k]
            counts = GoldCounts([self.texts[i] for i in rest])
            network = self._network([self._teacher(rest, k, "fold")], counts)
            for i, paper in enumerate(self.papers):
                if self.fold[i] == k and self.whole[i]:
                    out[paper.paper.id] = self._scored(self.texts[i], network)
        return out

    def _scored(self, text: Text, network: Network) -> list[spans.Scored]:
        found, probabilities = network(text.texts, text.title)
        return [
            spans.Scored(text.starts[found.start[i]], text.ends[found.end[i] - 1], tuple(probabilities[i].tolist()))
            for i in np.flatnonzero(probabilities.sum(1) >= spans.LEAST).tolist()
        ]

    def _save(self, network: Network, held_out: HeldOut, out: Path) -> None:
        nlp = self.nlp
        for name in ("kg_sentences", "kg_definitions", "kg_spans", "kg_mentions", "kg_roles"):
            nlp.add_pipe(name)
        component: Any = nlp.get_pipe("kg_spans")
        component.network = network
        self.log("types, confidences, roles …")
        fit_heads(nlp, self.papers, held_out, self.settings)
        nlp.config["components"]["kg_mentions"]["threshold"] = self.settings["mentions"]["threshold"]
        nlp.meta.update(name="papers", version="1.0.0", description="What papers name, and what they do with it")
        nlp.to_disk(out)
        (out / "vocab" / "strings.json").write_text("[]", encoding="utf-8")  # the words it happened to read
        self.log(f"written to {out}")


def _squash(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
