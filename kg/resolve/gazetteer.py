"""Names that are known beforehand: what a name is, how it is written, what a short form stands for.

Three tab-separated files in ``data/``, facts only (their sources and licences: ``data/README.md``):

``names.tsv``
    ``name``, ``type``: established names, as they are written most often. Gives a spelling and a weak vote on the type.
``short_forms.tsv``
    ``short``, ``long``, ``papers``, ``name``: what short forms stand for, in how many papers of a corpus each meaning
    is defined, and under which of the two the literature knows it.
``synonyms.tsv``
    ``name``, ``synonym``: different words for one thing, judged one by one. A synonym written with a capital that its
    normal form would lose (``MATH``) is compared with its case.

The first two are made by ``python -m kg.resolve.gazetteer LISTS_DIR CORPUS``; the third is written by hand.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.resolve.normal import compact, key, marked
from kg.resolve.senses import group
from kg.resolve.variants import bag, is_version

DATA = Path(__file__).with_name("data")

DOMINANT = 0.75
"""A short form stands for a meaning without being defined where this share of the papers that define it mean that."""


ALONE = 0.9
"""A thing is called by its short form where at least this share of the papers that define the short form mean it."""


SPELLED = 7
"""Words of fewer letters are never taken for misspellings."""


@dataclass(frozen=True)
class Gazetteer:
    """What is known beforehand. A *form* is a compact normal form (``kg.resolve.normal``)."""

    types: dict[str, str]
    """Form of each known name, all wordings replaced, to its entity type."""
    spelling: dict[str, str]
    """The same form to the name as the literature writes it."""
    phrases: dict[str, str]
    """Form of a long or short form to the normal form of the one that stands for both, wherever in a name it stands. A
    short form's begins with ``^``: only what is written as an abbreviation is meant."""
    synonyms: dict[str, str]
    """Form of a whole name to the normal form of its synonym that stands for it; marked by ``^`` in the same way."""
    bags: dict[tuple[str, ...], str]
    """Stems of a known name, sorted, to its normal form (``kg.resolve.variants``)."""
    words: dict[str, tuple[str, ...]]
    """What is left of a word of known names when a letter is taken out (or none), to such words (``corrected``)."""
    tokens: frozenset[str]
    """The words of known names and long forms."""
    stems: dict[str, int]
    """Stem of a word to the number of known names that have it."""
    meanings: dict[str, dict[str, float]]
    """Form of a short form to its long forms (normal forms) and the number of papers that define it so."""
    own: frozenset[str]
    """Forms of known names in which no short form is replaced: the ESC-50 has no emotional support conversations."""


def _read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


@lru_cache(maxsize=1)
def load() -> Gazetteer:
    """The shipped gazetteer."""
    phrases, meanings = _short_forms()
    rows = list(_read("names.tsv"))
    own, everywhere = _own_names(rows, phrases), dict(phrases)
    for form in own:
        phrases.pop("^" + form, None)
    synonyms: dict[str, str] = {}
    for row in _read("synonyms.tsv"):
        name = replace(marked(row["name"]), phrases)
        for wording in (_form(row["synonym"]), mark_form(replace(marked(row["synonym"]), phrases))):
            if wording.strip("^") != compact(name):
                synonyms.setdefault(wording, name)
    synonyms = {wording: synonyms.get(compact(name), name) for wording, name in synonyms.items()}

    types: dict[str, str] = {}
    spelling: dict[str, str] = {}
    bags: dict[tuple[str, ...], str] = {}
    words: Counter[str] = Counter()
    tokens = {word for longs in meanings.values() for long in longs for word in long.split()}
    stems_of_names: Counter[str] = Counter()
    for row in rows:
        whole = marked(row["name"])
        name = whole if compact(whole.replace("^", "")) in own else replace(whole, phrases)
        name = synonyms.get(mark_form(name), name)
        form = compact(name.replace("^", ""))
        written = key(row["name"]).split()
        tokens.update(written)
        words.update(w for w in written if len(w) >= SPELLED and w.isalpha())
        types.setdefault(form, row["type"])
        if compact(whole.replace("^", "")) == form:
            spelling.setdefault(form, row["name"])
        stems = bag(name)
        stems_of_names.update(set(bag(replace(whole, everywhere)) if name == whole else stems))
        if len(stems) > 1:
            bags[stems] = name if compact(bags.get(stems, name)) == form else ""
    one = {stems: name for stems, name in bags.items() if name}
    near, common = _shortened(words), dict(stems_of_names)
    return Gazetteer(types, spelling, phrases, synonyms, one, near, frozenset(tokens), common, meanings, own)


def _own_names(rows: list[dict[str, str]], phrases: dict[str, str]) -> frozenset[str]:
    """The forms of names that are no wordings of what short forms in them stand for: BraTS, MT-Bench, Qwen2-VL.

    Of data sets and benchmarks, all but initials alone; of models, those of one word with a short form for what is no
    model (a ViT-B/16 is a vision transformer).
    """
    kinds = {compact(key(row["name"])): row["type"] for row in rows}
    out = set()
    for row in rows:
        tokens = marked(row["name"]).split()
        form = compact(" ".join(tokens).replace("^", ""))
        targets = [target for t in tokens if t[0] == "^" and (target := phrases.get(t))]
        if row["type"] in ("Dataset", "Benchmark"):
            own = bool(targets) and (len(tokens) > 1 or any(map(str.islower, row["name"].removesuffix("s"))))
        else:
            other = any(kinds.get(compact(target)) != "Model" for target in targets)
            one_word = len(tokens) > 1 and " " not in row["name"] and "^" + form not in phrases
            own = row["type"] == "Model" and other and one_word
        if own:
            out.add(form)
    return frozenset(out)


def _shortened(words: Counter[str]) -> dict[str, tuple[str, ...]]:
    out: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for left in shortened(word):
            out[left].add(word)
    return {left: tuple(sorted(found)) for left, found in out.items()}


def shortened(word: str) -> set[str]:
    """A word, and the word without each one of its letters."""
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _short_forms() -> tuple[dict[str, str], dict[str, dict[str, float]]]:
    """``phrases`` and ``meanings`` of the gazetteer."""
    meanings: dict[str, dict[str, float]] = defaultdict(dict)
    named: dict[str, str] = {}
    preferred: set[tuple[str, str]] = set()
    for row in _read("short_forms.tsv"):
        short, long = compact(key(row["short"])), key(row["long"])
        meanings[short][long] = meanings[short].get(long, 0.0) + int(row["papers"])
        named.setdefault(short, row["short"])
        if row["name"] == "short":
            preferred.add((short, long))
    for short, long in list(preferred):  # a version is called as what it is a version of: stable diffusion 3
        base, _, version = long.rpartition(" ")
        begun = short.removesuffix(version)
        if is_version([version]) and base in meanings.get(begun, ()) and (begun, base) not in preferred:
            preferred.remove((short, long))

    phrases: dict[str, str] = {}

    def say(wording: str, name: str) -> None:
        # A long form may stand for itself: it is then not taken apart ("deep deterministic policy gradient").
        if wording and wording != "^" + compact(name):
            phrases.setdefault(wording, name)

    for short, longs in sorted(meanings.items()):
        standing = group(longs.items())
        weight: Counter[str] = Counter()
        for long, meaning in standing.items():
            weight[meaning] += int(longs[long])
        total = sum(weight.values())
        for meaning, papers in weight.items():
            dominant = papers >= DOMINANT * total and papers >= (10 if len(short) < 3 else 3)
            alone = papers >= ALONE * total
            name = key(named[short]) if dominant and alone and (short, meaning) in preferred else meaning
            for long, stands_for in standing.items():
                if stands_for == meaning:
                    say(compact(long), name)
            if dominant and short not in _MANY_THINGS:
                say("^" + short, name)
    for short in sorted(meanings):
        for long in sorted(meanings[short]):
            if compact(long) in phrases:  # "multimodal LLM" is what "multimodal large language model" is
                say(compact(replace(long, phrases, whole=False)), phrases[compact(long)])
    return _settle(phrases), dict(meanings)


def mark_form(name: str) -> str:
    """The form of a marked normal form; a name of one token keeps its mark."""
    return compact(name) if name.startswith("^") and " " not in name else compact(name.replace("^", ""))


def _form(surface: str) -> str:
    return mark_form(marked(surface))


def _settle(phrases: dict[str, str]) -> dict[str, str]:
    """Each phrase to where its replacement leads in the end (of a circle, the first)."""
    out: dict[str, str] = {}
    for wording, target in phrases.items():
        seen = {wording}
        while (form := compact(target)) in phrases and form not in seen:
            seen.add(form)
            target = phrases[form]
        out[wording] = target
    return out


_WINDOW = 8
"""Longest wording looked for, in tokens."""

_BEHIND_NUMBERS = ("d", "vl")
"""What belongs to the number before it: the D of 3D is not that of a DCNN, and Qwen2.5 VL is a name."""

_MANY_THINGS = frozenset(["id"])
"""Short forms that are no less often written for what no paper cares to define: identity, identifier."""


def replace(name: str, phrases: dict[str, str], *, whole: bool = True) -> str:
    """A marked normal form, with every wording of ``phrases`` replaced, longest first; marks stay on what was not.

    Without ``whole`` only parts of the name are replaced, not all of it at once.

    >>> replace("medical ^vqa", {"^vqa": "visual question answering"})
    'medical visual question answering'
    >>> phrases = {"generativeadversarialnetwork": "gan", "deepconvolutionalgan": "dcgan"}
    >>> replace("deep convolutional generative adversarial network", phrases)
    'dcgan'
    """
    once = _replaced(name, phrases, whole=whole)
    return once if once == name or not whole else _replaced(once, phrases, whole=True)


def _replaced(name: str, phrases: dict[str, str], *, whole: bool) -> str:
    tokens = name.split()
    plain = [token.replace("^", "") for token in tokens]
    most = min(_WINDOW, len(tokens) if whole else len(tokens) - 1)
    out: list[str] = []
    at = 0
    while at < len(tokens):
        # the compact forms of the windows that begin here, shortest first
        wording, wordings = "", []
        if at and plain[at - 1][0].isdigit() and plain[at] in _BEHIND_NUMBERS:
            out.append(tokens[at])
            at += 1
            continue
        for i in range(at, min(at + most, len(tokens))):
            wording += "-" + plain[i] if wording and wording[-1].isdigit() and plain[i][0].isdigit() else plain[i]
            wordings.append(wording)
        for n in range(len(wordings), 0, -1):
            found = None
            if any(t[0] == "^" for t in tokens[at : at + n]):
                found = phrases.get("^" + wordings[n - 1])
            found = found or phrases.get(wordings[n - 1])
            if found is not None:
                out += found.split()
                at += n
                break
        else:
            out.append(tokens[at])
            at += 1
    return " ".join(out)


# ---------------------------------------------------------------------------------------------------------------------
# Making the files
# ---------------------------------------------------------------------------------------------------------------------

_PARENTHESIS = re.compile(r"\(([^()]{2,14})\)")
_BREAK = re.compile(r"[.;:!?]\s|\n|[()]")
_SMALL_WORDS = "a an and as at by for from in of on the to via with "
_SMALL = frozenset(_SMALL_WORDS.split())


def long_form(short: str, before: str) -> str | None:
    """The long form of a short form, in the text that stands before it (Schwartz and Hearst 2003, initials first).

    >>> long_form("PPO", "we use proximal policy optimization")
    'proximal policy optimization'
    >>> long_form("SSL", "in self-supervised learning")
    'self-supervised learning'
    """
    words = [m.span() for m in re.finditer(r"[^\s\-–/]+", before)]
    letters = [c.lower() for c in short if c.isalnum()]
    if len(letters) > 1 and short.isupper():
        at, begin = len(words) - 1, -1
        for letter in reversed(letters):
            letter = {"2": "t", "4": "f"}.get(letter, letter)
            while at >= 0 and before[words[at][0]].lower() != letter and before[slice(*words[at])].lower() in _SMALL:
                at -= 1
            if at < 0 or before[words[at][0]].lower() != letter:
                break
            begin, at = words[at][0], at - 1
        else:
            while begin > 0 and (before[begin - 1].isalnum() or before[begin - 1] == "-"):
                begin -= 1
            return before[begin:]
    candidate_at = words[-min(len(short) + 5, len(short) * 2) :][0][0] if words else 0
    candidate = before[candidate_at:]
    i, j = len(short) - 1, len(candidate) - 1
    while i >= 0:
        letter = short[i].lower()
        if letter.isalnum():
            while j >= 0 and (candidate[j].lower() != letter or (i == 0 and j > 0 and candidate[j - 1].isalnum())):
                j -= 1
            if j < 0:
                return None
            j -= 1
        i -= 1
    j += 1
    while j > 0 and (candidate[j - 1].isalnum() or candidate[j - 1] == "-"):
        j -= 1
    return candidate[j:]


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """The pairs (short form, long form) that a text defines by a parenthesis."""
    for match in _PARENTHESIS.finditer(text):
        short = re.split("[;,]", match.group(1))[0].strip()
        if not 2 <= len(short) <= 12 or " " in short or not short[0].isalnum() or not any(map(str.isupper, short)):
            continue
        bare = short[:-1] if short[-1] == "s" and len(short) > 2 and short[-2].isupper() else short
        before = _BREAK.split(text[: match.start()].rstrip()[-160:])[-1]
        long = long_form(bare, before)
        if long and len(long) > len(bare) + 1 and len(long.split()) <= 10 and bare.lower() not in long.lower().split():
            yield bare, long


def _jsonl(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _names(lists: Path) -> dict[str, tuple[str, str]]:
    """Compact form to (name, type), the most trusted list first."""
    names: dict[str, tuple[str, str]] = {}

    def add(name: str, kind: str) -> None:
        form = compact(key(name))
        if len(form) > 1 and len(name) <= 60 and "\t" not in name:
            names.setdefault(form, (name, kind))

    with (lists / "terms.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["type"] != "-":
                add(row["term"], row["type"])
    for record in _jsonl(lists / "models.jsonl"):
        add(record["model"], "Model")
    for record in _jsonl(lists / "datasets_benchmarks.jsonl"):
        if int(record["n"]) >= 3 and re.search("[A-Z]", record["name"]):
            add(record["name"], "Dataset" if "dataset" in record["as"] else "Benchmark")
    for record in _jsonl(lists / "methods.jsonl"):
        add(record["name"], "Method")
    return names


def build(lists: Path, corpus: Path, out: Path = DATA) -> None:
    """Make ``names.tsv`` and ``short_forms.tsv`` from the lists of names and a corpus (JSON Lines, gzip'd, of
    papers)."""
    names = _names(lists)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    papers: dict[str, Counter[str]] = defaultdict(Counter)
    texts: list[str] = []
    with gzip.open(corpus, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            text = record["title"] + "\n" + record["abstract"]
            texts.append(text)
            for short, long in {(s, key(w)) for s, w in definitions(text)}:
                spellings[key(short)][short] += 1
                papers[key(short)][long] += 1
    rows: list[tuple[str, str, int]] = []
    for short, longs in papers.items():
        merged: Counter[str] = Counter()
        for long, n in longs.items():
            merged[next((m for m in merged if compact(m) == compact(long)), long)] += n
        rows += [(short, long, n) for long, n in merged.items() if n >= 3]
    known = {(compact(short), compact(long)) for short, long, _ in rows}
    defined = {compact(short) for short, _, _ in rows}
    for record in _jsonl(lists / "methods.jsonl"):
        short, long = key(record["name"]), key(record["full_name"] or "")
        found = long_form(record["name"], record["full_name"] or "")
        if found and key(found) == long and " " in long and compact(short) not in defined and short != long:
            if (compact(short), compact(long)) not in known:
                rows.append((short, long, 3))
            spellings[short][record["name"]] += 1
    whole = "\n".join(texts).lower()
    words = Counter(re.findall(r"[^\W_]+", whole))
    spaced = whole.replace("-", " ")
    with (out / "short_forms.tsv").open("w", encoding="utf-8", newline="\n") as file:
        file.write("short\tlong\tpapers\tname\n")
        for short, long, n in sorted(rows, key=lambda r: (-r[2], r[0], r[1])):
            name = max(sorted(spellings[short]), key=spellings[short].__getitem__)
            uses = words[name.lower()] + words[name.lower() + "s"]
            thing = names.get(compact(long), ("", "Thing"))[1] not in ("Task", "Method")
            often = uses / max(1, spaced.count(long))
            well_known = often >= 3 or (often >= 1.5 and (thing or len(name) > 3))
            file.write(f"{name}\t{long}\t{n}\t{'short' if well_known else 'long'}\n")
    with (out / "names.tsv").open("w", encoding="utf-8", newline="\n") as file:
        file.write("name\ttype\n")
        for name, kind in sorted(names.values()):
            file.write(f"{name}\t{kind}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=build.__doc__)
    parser.add_argument("lists", type=Path)
    parser.add_argument("corpus", type=Path)
    arguments = parser.parse_args()
    build(arguments.lists, arguments.corpus)
