"""A paper's text to what it names: a spaCy pipeline trained for this, and the records made of what it writes.

>>> nlp = load()
>>> from kg.model import Paper
>>> paper = Paper("1", "LoRA: Low-Rank Adaptation of Large Language Models", "We propose Low-Rank Adaptation (LoRA).")
>>> extraction = next(extract(nlp, [paper]))
>>> [(f.type.value, f.role.value, f.mentions[0].text) for f in extraction.findings if f.mentions[0].start == 0]
[('Method', 'introduces', 'LoRA')]
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc

from kg.model import LONGEST_TEXT, EntityType, Extraction, Finding, KgError, Mention, Paper, Role

from . import definitions, foreign, mentions, roles, sentences, spans, tokens

__all__ = ["extract", "load", "version"]

SHIPPED = Path(__file__).parent / "pipeline"
_MEMORY_ZONE = 2_000
_WORDS = 50_000
"""Words that spaCy keeps, and strings of which its tokenizer remembers the words: inside a memory zone it adds none, so
the first papers go without one."""
_VERSION = "kg_version"


def load(pipeline: str | Path | None = None) -> Language:
    """The shipped pipeline, or another one: a folder that spaCy wrote, or the name of an installed package.

    Raises :class:`KgError` where there is none.
    """
    path = SHIPPED if pipeline is None else Path(pipeline)
    if pipeline is not None and not path.exists():
        found = importlib.util.find_spec(str(pipeline)) if str(pipeline).isidentifier() else None
        if found is None or found.origin is None:
            raise KgError(f"{pipeline}: no such folder and no such package; give a pipeline that spaCy can load")
        path = Path(found.origin).parent
    try:
        nlp = spacy.load(path if pipeline is None or Path(pipeline).exists() else str(pipeline))
    except (OSError, ValueError, KeyError) as error:
        raise KgError(f"{path}: spaCy cannot load it as a pipeline ({str(error).splitlines()[0]})") from error
    if "kg_mentions" not in nlp.pipe_names:
        try:
            nlp = foreign.adopt(nlp, spacy.load(SHIPPED))
        except ValueError as error:  # a label mapped to what is no type
            raise KgError(f"{path}: {error}; map its labels to {', '.join(EntityType)} in kg_labels") from error
    if isinstance(nlp.tokenizer, Tokenizer):
        nlp.tokenizer.max_cache_size = _WORDS
    nlp.meta[_VERSION] = _content_hash(path)
    return nlp


def _content_hash(path: Path) -> str:
    """A hash of the pipeline's files and of this room's code: what a text's extraction depends on."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    code = [(f.name, f) for f in here.glob("*.py")]
    data = [(str(f.relative_to(path)), f) for f in path.rglob("*") if f.is_file() and "__pycache__" not in f.parts]
    for name, file in [*sorted(code), *sorted(data)]:
        digest.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def version(nlp: Language) -> str:
    """A content hash: the same version finds the same things in the same text."""
    return str(nlp.meta.get(_VERSION, "unknown"))


def extract(nlp: Language, papers: Iterable[Paper], *, batch_size: int = 64) -> Iterator[Extraction]:
    """What each paper names, in the order of ``papers``. Each paper is computed by itself.

    Of a text, the first :data:`kg.model.LONGEST_TEXT` characters count; :mod:`kg.read` tells of longer ones.
    """
    waiting = iter(papers)
    while zone := list(itertools.islice(waiting, _MEMORY_ZONE)):
        with nlp.memory_zone() if len(nlp.vocab) > _WORDS else nullcontext():
            done = [
                extraction_of(doc, paper.id)
                for doc, paper in nlp.pipe(
                    ((p.text[:LONGEST_TEXT], p) for p in zone), as_tuples=True, batch_size=batch_size
                )
            ]
        yield from done


def extraction_of(doc: Doc, paper: str) -> Extraction:
    """The record of a processed text."""
    text = tokens.written(doc).text
    findings = []
    spans = doc.user_data[sentences.KEY]
    for found in doc.user_data.get(mentions.KEY, []):
        marks = []
        for start, end, confidence in found.mentions:
            left, right = sentences.around(spans, start, end)
            marks.append(Mention(start, end, text[start:end], confidence, left, right))
        findings.append(
            Finding(EntityType(found.type), Role(found.role), found.confidence, found.role_confidence, tuple(marks))
        )
    pairs = [(text[a:b], text[c:d]) for a, b, c, d in doc.user_data[definitions.KEY]]
    return Extraction(paper, tuple(findings), tuple(sorted(set(pairs))))


_ = (roles, spans)  # imported for the factories that they register
