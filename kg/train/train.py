"""From annotated papers to a pipeline, step by step; what a step makes is kept in a work folder and not made again."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.extract import spans
from kg.extract.candidates import candidates
from kg.extract.knowledge import Knowledge, Table
from kg.extract.network import Member, Network
from kg.extract.tokens import blank
from kg.model import KgError, Paper

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
    settings = read_config(config)
    needed = ["torch"]
    if not inputs.vectors:
        needed.append("floret")
    if settings["teachers"]["encoder"]:
        needed += ["safetensors", "tokenizers"]
    if missing := [name for name in needed if not find_spec(name)]:
        raise KgError(f"kg train needs {', '.join(missing)}, not installed; from kg's checkout: pip install '.[train]'")
    if not inputs.corpus and not inputs.vectors:
        raise KgError("kg train: give --corpus (titles and abstracts), or --vectors trained before")
    encoder: list[Path] = []
    if name := settings["teachers"]["encoder"]:
        from .encoder import encoder_files

        encoder = encoder_files(name)
    made_from = _digest(settings, [*inputs.files(), *encoder])
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


def _digest(settings: dict[str, Any], files: list[Path]) -> str:
    kept = {name: values for name, values in settings.items() if name not in ("mentions", "roles")}  # never kept
    parts = [json.dumps(kept, sort_keys=True).encode(), *(f.read_bytes() for f in files)]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


class Trainer:
    """The steps, in the order of :meth:`run`."""

    def __init__(self, inputs: Inputs, settings: dict[str, Any], work: Path, log: Log) -> None:
        self.inputs, self.settings, self.work, self.log = inputs, settings, work, log
        self.nlp = blank()
        files = [list(read_gold(file)) for file in inputs.gold]
        self.papers = list(chain.from_iterable(files))
        self.first = len(files[0]) if len(files) > 1 else 0
        """How many of the papers are those of the first file; 0 where that is all of them."""
        self.hashes = WordHashes()
        folds = settings["held_out"]["folds"]
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
        everything = list(range(len(self.papers)))
        soft: list[Example] = []
        if corpus is not None and self.settings["soft_labels"]["papers"]:
            for seed in self.settings["teachers"]["seeds"]:
                self._teacher(seed)
            soft = self._step("soft", lambda: self._soft_labels(corpus))
        students = self.settings["students"]
        members = [self._student("student", everything, soft, seed, students) for seed in students["seeds"]]
        held_out = self._step("held_out", lambda: self._held_out(soft))
        self._save(self._network(members, GoldCounts(self.texts)), held_out, out)

    def _step(self, name: str, make: Callable[[], Any]) -> Any:
        file = self.work / f"{name}.pickle"
        if file.exists():
            self.log(f"{name}: as kept in {file.name}")
            with file.open("rb") as stream:
                return pickle.load(stream)
        self.log(f"{name} …")
        made = make()
        part = file.with_suffix(".part")
        with part.open("wb") as stream:
            pickle.dump(made, stream, protocol=5)
        os.replace(part, file)  # never half a step
        return made

    def _corpus(self) -> Corpus | None:
        if not self.inputs.corpus:
            return None
        return Corpus.of(self._corpus_texts(self.inputs.corpus))

    def _corpus_texts(self, file: Path) -> Iterator[tuple[list[str], int]]:
        for number, record in enumerate(read_records(file, "title", "abstract")):
            if number and number % 10_000 == 0:
                self.log(f"  {number} texts")
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

    def _examples(self, which: list[int]) -> list[Example]:
        """Training examples of these papers, each with the gold counts of the others."""
        counts = GoldCounts([self.texts[i] for i in which])
        examples = []
        for text in (self.texts[i] for i in which):
            gold = counts.features(text, own=True)
            features = np.concatenate([text.found.features[:, : -gold.shape[1]], gold], 1)
            right = np.flatnonzero(text.label < len(spans.TYPES))
            examples.append(Example.of(text.texts, text.found, features, np.stack([right, text.label[right]], 1)))
        return examples

    def _new(self, settings: dict[str, Any], examples: list[Example], seed: int = 0) -> SpanNetwork:
        """An untrained network for the words of these texts."""
        import torch

        from .network import SpanNetwork

        torch.manual_seed(seed)
        # always as many, whatever the machine has: sums in another order are other sums
        torch.set_num_threads(2 if settings.get("encoder") else 1)
        words = sorted({w for e in examples for w in e.words})
        encoder = None
        if name := settings.get("encoder"):
            from .encoder import Encoder

            encoder = Encoder(name, words)
        sizes = {"frequent": len(self.lists["words"]), "endings": len(self.lists["endings"])}
        tables = word_tables(words, self.vectors, self.lists)
        return SpanNetwork(tables, sizes, self.settings["network"], settings["dropout"], encoder)

    def _teacher(self, seed: int) -> dict[str, np.ndarray]:
        """Weights of a network trained on the annotated papers."""

        def make() -> dict[str, np.ndarray]:
            from .optimize import train_network

            settings = self.settings["teachers"]
            gold = self._examples(list(range(len(self.papers))))
            steps = max(1, int(len(gold) * settings["epochs"] / settings["gold_batch"]))
            network = self._new(settings, gold, seed)
            weights = train_network(network, gold, [], settings, seed, steps, self.log)
            return self._last(network, weights, gold[: self.first], settings, seed)

        weights: dict[str, np.ndarray] = self._step(f"teacher{seed}", make)
        return weights

    def _soft_labels(self, corpus: Corpus) -> list[Example]:
        """Corpus texts with the teachers' mean probabilities."""
        import torch

        from .optimize import predict

        known = Knowledge({**self.known.tables, **GoldCounts(self.texts).tables()})
        examples = []
        for words, title in self._chosen(corpus):
            found = candidates(self.hashes.words(words, title), known)
            examples.append(Example.of(words, found, found.features))
        seeds = self.settings["teachers"]["seeds"]
        for seed in seeds:
            teacher = self._new(self.settings["teachers"], examples)
            teacher.load_state_dict({k: torch.from_numpy(v) for k, v in self._teacher(seed).items()})
            for example, probabilities in zip(examples, predict(teacher, examples, self.log), strict=True):
                share = probabilities / len(seeds)
                example.soft = share if example.soft is None else example.soft + share
        for example in examples:
            assert example.soft is not None
            example.soft = example.soft.astype(np.float16)
        return examples

    def _chosen(self, corpus: Corpus) -> Iterator[tuple[list[str], int]]:
        """Texts of the corpus at random, of usual length, none of them annotated."""
        rng = np.random.default_rng(self.settings["soft_labels"]["seed"])
        lengths = np.diff(corpus.offsets)
        titles = {_squash(" ".join(t.texts[: t.title])) for t in self.texts}
        left = self.settings["soft_labels"]["papers"]
        for i in rng.permutation(np.flatnonzero((lengths > 100) & (lengths < 400))).tolist():
            words, title = corpus.words(i), int(corpus.titles[i])
            if left and _squash(" ".join(words[:title])) not in titles:
                left -= 1
                yield words, title

    def _student(
        self, name: str, which: list[int], soft: list[Example], seed: int, settings: dict[str, Any]
    ) -> dict[str, np.ndarray]:
        """Weights of a network trained on these papers and the soft labels."""

        def make() -> dict[str, np.ndarray]:
            from .optimize import train_network

            gold = self._examples(which)
            if soft:
                steps = int(len(soft) * settings["passes"] / settings["soft_batch"])
            else:
                steps = int(len(gold) * settings["epochs"] / settings["gold_batch"])
            network = self._new(settings, gold + soft, seed)
            weights = train_network(network, gold, soft, settings, seed, max(1, steps), self.log)
            first = [example for i, example in zip(which, gold, strict=True) if i < self.first]
            return self._last(network, weights, first, settings, seed)

        weights: dict[str, np.ndarray] = self._step(f"{name}{seed}", make)
        return weights

    def _last(
        self,
        network: SpanNetwork,
        weights: dict[str, np.ndarray],
        gold: list[Example],
        settings: dict[str, Any],
        seed: int,
    ) -> dict[str, np.ndarray]:
        """Weights after some more training on the first file's papers alone."""
        import torch

        from .optimize import train_network

        steps = int(len(gold) * settings["last_epochs"] / settings["gold_batch"])
        if not steps:
            return weights
        network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        again = {name: settings.get(f"last_{name}", value) for name, value in settings.items()}
        return train_network(network, gold, [], again, seed, steps, self.log)

    def _network(self, members: list[dict[str, np.ndarray]], counts: GoldCounts) -> Network:
        vectors = {k: np.asarray(v) for k, v in self.vectors.items() if k != "settings"}
        lists = {
            "floret": self.vectors["settings"],
            **self.lists,
            "dilations": self.settings["network"]["dilations"],
        }
        tables: dict[str, Table] = {**self.known.tables, **counts.tables()}
        return Network([Member(m) for m in members], vectors, lists, Knowledge(tables))

    def _held_out(self, soft: list[Example]) -> HeldOut:
        """What a student trained on the other folds finds in each paper. Its soft labels are those of all students.

        It is trained as long as the one that ships: a network trained for less is less sure, and
        confidences that fit it are too high for the other.
        """
        out: HeldOut = {}
        settings = self.settings["students"]
        for k in sorted(set(self.fold)):
            rest = [i for i, f in enumerate(self.fold) if f != k]
            counts = GoldCounts([self.texts[i] for i in rest])
            network = self._network([self._student("fold", rest, soft, k, settings)], counts)
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

    def _abstracts(self) -> list[Paper]:
        """Papers of the corpus, none of them annotated."""
        if not self.inputs.corpus:
            return []
        annotated = {_squash(p.paper.title) for p in self.papers}
        records = enumerate(read_records(self.inputs.corpus, "title", "abstract"))
        others = (Paper(str(n), r["title"], r["abstract"]) for n, r in records if _squash(r["title"]) not in annotated)
        return list(islice(others, self.settings["roles"]["abstracts"]))

    def _save(self, network: Network, held_out: HeldOut, out: Path) -> None:
        nlp = self.nlp
        options: dict[str, dict[str, Any]] = {"kg_mentions": {"threshold": self.settings["mentions"]["threshold"]}}
        for name in ("kg_sentences", "kg_definitions", "kg_spans", "kg_mentions", "kg_roles"):
            nlp.add_pipe(name, config=options.get(name, {}))
        component: Any = nlp.get_pipe("kg_spans")
        component.network = network
        self.log("types, confidences, roles …")
        fit_heads(nlp, self.papers, held_out, self.settings, self._abstracts(), first=self.first)
        nlp.meta.update(name="papers", version="1.0.0", description="What papers name, and what they do with it")
        nlp.to_disk(out)
        (out / "vocab" / "strings.json").write_text("[]", encoding="utf-8")  # the words it happened to read
        self.log(f"written to {out}")


def _squash(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
