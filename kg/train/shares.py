"""How a corpus usually uses a name: the share of each role among the findings that a pipeline made of it."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from spacy.language import Language

from kg.extract import extract
from kg.extract.knowledge import TABLES, Table
from kg.extract.words import fold, fold_name, phrase_hash, word_hash
from kg.forks import Forks
from kg.model import Paper, Role

ROLES = tuple(str(role) for role in Role)
LEAST = 4
"""Names found in fewer papers have no row."""
FORK_FROM = 2_000
"""Papers that processes share: below, it is done before it pays."""
PRIOR = 2.0
"""Papers' worth of the usual shares that every name is given."""


def role_counts(nlp: Language, papers: Sequence[Paper]) -> dict[str, Counter[str]]:
    """How often each string (a finding's first mention) has each role in what a pipeline finds."""

    def of_some(start: int) -> dict[str, Counter[str]]:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for extraction in extract(nlp, papers[start::processes]):
            for finding in extraction.findings:
                counts[finding.mentions[0].text][str(finding.role)] += 1
        return dict(counts)

    processes = (os.cpu_count() or 1) if len(papers) >= FORK_FROM else 1
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    with Forks([partial(of_some, start) for start in range(processes)], processes) as forks:
        for part in forks.results():
            for string, roles in part.items():
                counts[string] += roles
    return dict(counts)


def role_table(counts: Mapping[str, Mapping[str, int]], words: Callable[[str], list[str]]) -> Table:
    """The table ``roles`` of :data:`kg.extract.knowledge.TABLES`. ``words``: the tokens of a string.

    Strings that are one name but for case, number and hyphens are counted together. A row: half the logarithm of how
    much likelier than usual each role is; a third of the power of two of how often the name was found.
    """
    rows: dict[str, np.ndarray] = {}
    strings: dict[str, list[str]] = defaultdict(list)
    for string in sorted(counts):
        name = fold_name(string)
        strings[name].append(string)
        rows[name] = rows.get(name, 0.0) + np.array([counts[string].get(role, 0) for role in ROLES], np.float64)
    rows = {name: row for name, row in rows.items() if row.sum() >= LEAST}
    if not rows:
        return Table.of({}, TABLES["roles"][0])
    usual = np.sum([*rows.values()], 0) + 1e-9
    usual /= usual.sum()
    entries: dict[int, np.ndarray] = {}
    for name, row in rows.items():
        times = row.sum()
        likelier = np.log((row + PRIOR * usual) / (times + PRIOR) / usual) / 2
        for string in strings[name]:
            if tokens := words(string):
                entries[phrase_hash([word_hash(fold(w)) for w in tokens])] = np.append(likelier, np.log2(1 + times) / 3)
    return Table.of(entries, TABLES["roles"][0])
