"""The component ``kg_roles``: what the paper does with each of its findings. One role a finding, over all its mentions.

A log-linear classifier sees what decides a role: where the mentions stand (in the title, before its colon, early or
late in the abstract), the words around them, the cue words of their sentences ("we propose", "outperforms",
"experiments on", "such as"), whether the name is a known one, and what else is named beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.model import Role

from . import sentences, spans
from .claims import CLAIMED, claimed, is_version, is_written_as_name, lent
from .cues import cues_in
from .facts import Facts, Lookup
from .linear import Features as Bag
from .linear import LogLinear, bucket
from .mentions import KEY, Found
from .names import before_colon
from .string_features import shape
from .tokens import written

_WORD = re.compile(r"\w+|[^\w\s]")
_LIST_AFTER = re.compile(r"\s*(?:,|and\b)")
_LIST_BEFORE = re.compile(r"(?:,|\band)\s*$")
_CONTRIBUTION = re.compile(
    r"\b(?:in this (?:paper|work|study|article|report)|this (?:paper|work|study|article|survey)|our (?:work|paper)"
    r"|herein|we (?:\w+ly |then |also |first |further )?(?:propose|introduce|present|develop|design|study|investigate"
    r"|explore|show|describe|provide|build|release|devise|formulate|revisit|demonstrate|address|tackle|examine|analy[sz]e"
    r"|argue|create|construct|offer|conduct|evaluate|benchmark|report))\b",
    re.I,
)
_RESULTS = re.compile(
    r"\b(?:experiment\w*|results?|evaluations?|evaluated?|outperform\w*|surpass\w*|achiev\w*|state-of-the-art|sota"
    r"|empirical\w*|benchmarks?|demonstrates? that|improves? .{0,40}\d)\b",
    re.I,
)
_PREPOSITIONS = frozenset(
    ["of", "for", "on", "by", "with", "in", "from", "to", "via", "than", "as", "over", "into", "through", "against"]
).union(["across", "using", "between"])
_OUR_VERB = re.compile(
    r"\b(?:we|our (?:\w+ )?\w+|this (?:paper|work)|it|which|that) (?:\w+ly |also |then |further )?([a-z]+)\b", re.I
)
_VERB_AFTER = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:models?|methods?|framework|approach(?:es)?|datasets?|benchmarks?)?\s*"
    r"((?:has|have|is|are|can|often|typically|suffer|struggle|remain|achieve|outperform|improve|reduce|enable|provide"
    r"|show|demonstrate|require|rely|lack|consist|contain|comprise|leverage|use|introduce|combine|learn|address"
    r"|offer)s?)\b",
    re.I,
)
_LIST_HEAD = re.compile(
    r"\b(benchmarks?|datasets?|baselines?|methods?|models?|tasks?|approaches|techniques|applications?|domains?|LLMs?"
    r"|VLMs?|metrics?|settings|scenarios|backbones?|architectures?)\b"
    r"(?=[^.;]{0,40}(?:such as|including|like|e\.g\.|:|\(|i\.e\.|namely))",
    re.I,
)
_WORDS_JOINED = re.compile(r"-[a-z]+-")
_USUAL = [f"usual {role}" for role in Role]
Add = Callable[[str], None]


class Sentence:
    """One sentence; its words and cue words are found once for all the findings in it, and not where there is none."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.text = text[start:end]

    @cached_property
    def _places(self) -> list[tuple[int, str]]:
        return [(m.start(), m[0].lower()) for m in _WORD.finditer(self.text)]

    @cached_property
    def at(self) -> list[int]:
        """Where each word begins."""
        return [at for at, _ in self._places]

    @cached_property
    def words(self) -> list[str]:
        """The words, in lower case."""
        return [word for _, word in self._places]

    @cached_property
    def first(self) -> str:
        """The first word, in lower case."""
        found = _WORD.search(self.text.lower())
        return found[0] if found else ""

    @cached_property
    def ours(self) -> list[tuple[int, str]]:
        """Where the verbs after "we" and the like end, and the verbs."""
        return [(m.end(), m[1].lower()) for m in _OUR_VERB.finditer(self.text)]

    @cached_property
    def has_list(self) -> bool:
        """Whether it announces a list ("datasets such as …")."""
        return bool(_LIST_HEAD.search(self.text))

    @cached_property
    def cues(self) -> dict[str, list[tuple[int, int]]]:
        """See :func:`.cues.cues_in`."""
        return cues_in(self.text, self._places)


@dataclass
class Context:
    """What the findings of one text share."""

    text: str
    title: int
    """Where the title ends."""
    sentences: list[Sentence]
    contribution: int
    """The first sentence that says what the paper does."""
    results: int
    """The first sentence that reports results."""
    title_features: list[str]
    """The title's words, in lower case, each once, as features."""
    title_words: set[str]
    """The same, without the plural's s."""
    _named: dict[int, list[Found]] | None = None

    @classmethod
    def of(cls, doc: Doc) -> Context:
        """Of a document with sentences."""
        text = written(doc).text
        title = text.find("\n") if "\n" in text else len(text)
        found = [Sentence(text, start, end) for start, end in doc.user_data[sentences.KEY]]
        after = len(found)
        in_title = sum(s.start <= title for s in found)
        contribution = next((n for n in range(in_title, after) if _CONTRIBUTION.search(found[n].text)), after)
        results = next((n for n in range(contribution, after) if _RESULTS.search(found[n].text)), after)
        words = dict.fromkeys(_WORD.findall(text[:title].lower()))
        title_features = [f"title word={word}" for word in words]
        return cls(text, title, found, contribution, results, title_features, {w.rstrip("s") for w in words})

    @cached_property
    def _starts(self) -> list[int]:
        return [s.start for s in self.sentences]

    def number(self, at: int) -> int | None:
        """The number of the sentence with this character."""
        n = bisect_right(self._starts, at) - 1
        return n if n >= 0 and at < self.sentences[n].end else None

    def named_in(self, n: int, findings: list[Found]) -> list[Found]:
        """Which of the text's findings a sentence names."""
        if self._named is None:
            self._named = {}
            for f in findings:
                for k in {self.number(a) for a, _, _ in f.mentions} - {None}:
                    self._named.setdefault(k, []).append(f)  # type: ignore[arg-type]
        return self._named.get(n, [])

    def zone(self, n: int) -> str:
        """Which part of the abstract a sentence is in."""
        if n < self.contribution:
            return "background"
        if n == self.contribution:
            return "contribution"
        return "method" if n < self.results else "results"


def role_features(found: Found, others: list[Found], context: Context, lookup: Lookup) -> Bag:
    """What the role classifier sees of one finding: this by itself, and once more together with the finding's type."""
    text, title = context.text, context.title
    last = max(1, len(context.sentences) - 1)
    names: list[str] = []
    near: Bag = {}  # words beside a mention count less the farther they are
    add = names.append
    facts = [lookup(a, b) for a, b, _ in found.mentions]
    known = any(f.term or f.listed for f in facts)
    add(f"term={max(f.term for f in facts)}")
    add(f"listed name={any(f.listed for f in facts)}")
    add(f"papers={min(max(f.papers for f in facts), 12)}")
    first = text[found.mentions[0][0] : found.mentions[0][1]]
    add(f"shape={shape(first)}")
    add(f"known={known}")
    add(f"defined={found.defined}")
    add(f"mentions={min(len(found.mentions), 5)}")
    _name_features(found, context, add)
    usual = max((f.roles for f in facts), key=lambda roles: roles[-1:])
    add(f"usual={min(6, round(3 * usual[-1])) if usual else 0}")
    near.update(zip(_USUAL, usual, strict=False))
    in_title = [m for m in found.mentions if m[0] < title]
    add(f"in title={bool(in_title)}")
    names += [f"paper has {t}" for t in sorted({o.type for o in others})]
    names += context.title_features
    more = sum(len(o.mentions) > len(found.mentions) for o in others)
    add(f"rank={min(more, 4)}")
    numbers = [n for a, _, _ in found.mentions if a > title and (n := context.number(a)) is not None]
    for zone in sorted({context.zone(n) for n in numbers}):
        add(f"zone={zone}")
    add("zones=" + ",".join(sorted({context.zone(n)[0] for n in numbers})))
    if numbers:
        add(f"first zone={context.zone(numbers[0])}")
        add(f"sentences={min(len(set(numbers)), 4)}")
    if in_title:
        _title_features(text, title, in_title[0], known, add)
    seen_first = False
    for number, (a, b, _) in enumerate(found.mentions):
        n = context.number(a)
        if a < title or n is None:
            continue
        place = n / last
        add(bucket("at", place, (0.2, 0.4, 0.6, 0.8, 0.99)))
        if not seen_first:
            seen_first = True
            add(bucket("first at", place, (0.2, 0.4, 0.6, 0.8, 0.99)))
        sentence = context.sentences[n]
        a, b = a - sentence.start, b - sentence.start
        _words_beside(sentence, a, b, context.zone(n), add, near)
        _sentence_features(sentence, a, b, place, add)
        names += [f"beside {t}" for t in sorted({o.type for o in context.named_in(n, others) if o is not found})]
        if number == 0:
            add(f"sentence has ours={bool(sentence.cues['ours'])}")
    return {**near, **dict.fromkeys(names, 1.0), "bias": 1.0, f"type={found.type}": 1.0}


def _name_features(found: Found, context: Context, add: Add) -> None:
    """The words of the longest string, and how many of them the title has too."""
    longest = max((context.text[a:b] for a, b, _ in found.mentions), key=lambda name: (len(name), name)).lower()
    words = [word.rstrip("s") for word in _WORD.findall(longest)]
    add(f"first word={words[0]}")
    add(f"last word={words[-1]}")
    add(f"words={min(5, len(longest.split()))}")
    shared = sum(word in context.title_words for word in words) / len(words)
    add(f"title share={round(3 * shared)}")
    add(f"title has last word={words[-1] in context.title_words}")


def _title_features(text: str, title: int, mention: tuple[int, int, float], known: bool, add: Add) -> None:
    a, b, _ = mention
    before, after = text[:a].strip(), text[b:title].strip()
    if not before:
        add("title begins")
        if after.startswith(":"):
            add("title X:")
            add(f"title X: known={known}")
    colon = text[:title].find(":")
    add("title before colon" if a < colon else "title after colon" if colon >= 0 else "title no colon")
    add(f"title prev={(_WORD.findall(before) or ['^'])[-1].lower()}")
    add(f"title next={(_WORD.findall(after) or ['$'])[0].lower()}")
    if not after:
        add("title ends")


def _words_beside(sentence: Sentence, a: int, b: int, zone: str, add: Add, near: Bag) -> None:
    first, last = bisect_left(sentence.at, a), bisect_left(sentence.at, b)  # a mention ends where a word ends
    before, after = sentence.words[max(0, first - 9) : first], sentence.words[last : last + 6]
    before_pad = ["^", "^", "^", *before]
    after_pad = [*after, "$", "$"]
    add(f"prev={before_pad[-1]}")
    add(f"prev2={' '.join(before_pad[-2:])}")
    add(f"prev3={' '.join(before_pad[-3:])}")
    add(f"next={after_pad[0]}")
    add(f"next2={' '.join(after_pad[:2])}")
    for side, words, step in (("left", before[:-9:-1], 1 / 16), ("right", after, 1 / 12)):
        for k, word in enumerate(words):
            name, value = f"{side}={word}", 1.0 - k * step
            if value > near.get(name, 0.0):
                near[name] = value
    add(f"begins={not before}")
    if before:
        add(f"{zone} prev={before[-1]}")
    for k in range(len(before) - 1, max(-1, len(before) - 8), -1):
        if before[k] in _PREPOSITIONS:
            add(f"preposition={before[k]}")
            add(f"preposition={' '.join(before[max(0, k - 1) : k + 1])}")
            add(f"{zone} preposition={before[k]}")
            break


def _sentence_features(sentence: Sentence, a: int, b: int, place: float, add: Add) -> None:
    left, right = sentence.text[:a], sentence.text[b:]
    add(f"sentence begins={sentence.first}")
    verbs = [(end, verb) for end, verb in sentence.ours if end <= a]
    if verbs:
        end, verb = verbs[-1]
        add(f"we {verb}")
        add(bucket(f"we {verb}", a - end, (3, 15, 40)))
    if found := _VERB_AFTER.match(right):
        add(f"then {found[1].lower()}")
    if sentence.has_list and (heads := _LIST_HEAD.findall(left)):
        add(f"list of {heads[-1].lower().rstrip('s')}")
    nearest: tuple[int, str] | None = None
    for name, cues in sentence.cues.items():
        if not cues:
            continue
        if ends := [(x, y) for x, y in cues if y <= a]:
            x, y = ends[-1]
            add(f"cue left {name}")
            add(bucket(f"cue left {name}", a - y, (2, 12, 30, 60)))
            add(f"cue word {sentence.text[x:y].lower()}")
            if place > 0.6:
                add(f"cue left {name} late")
            if place < 0.4:
                add(f"cue left {name} early")
            if nearest is None or (a - y, name) < nearest:
                nearest = (a - y, name)
        if cues[-1][0] >= b:
            add(f"cue right {name}")
    if nearest:
        add(f"nearest cue={nearest[1]}")
    add(f"listed={bool(_LIST_AFTER.match(right) or _LIST_BEFORE.search(left))}")
    ours = sentence.cues["ours"]
    add(f"any ours={bool(ours) and ours[0][1] <= a}")


def _is_made_up(name: str, known: Facts) -> bool:
    """Whether a name that the title begins with is nothing known: "LLM-as-a-Judge: …", "Text-to-Image: …" may be."""
    return known.term in ("", "-") and not known.listed and not _WORDS_JOINED.search(name)


def _take_claims(findings: list[Found], rows: np.ndarray, classes: list[str], text: str, lookup: Lookup) -> None:
    """Each finding's role, by its probabilities and by what the text claims as the paper's own, versions included."""
    introduces = classes.index(Role.INTRODUCES)
    title = before_colon(text)
    own: set[str] = set()
    for f, row in zip(findings, rows, strict=True):
        if any(lent(text, a, b) and lookup(a, b).common for a, b, _ in f.mentions):
            row[introduces] = 0.0
            row /= max(row.sum(), 1e-9)
        elif int(row.argmax()) != introduces and (
            (f.mentions[0][:2] == title and _is_made_up(text[slice(*title)], lookup(*title)))
            or any(claimed(text, a, b) for a, b, _ in f.mentions)
        ):
            row[introduces] = CLAIMED
        if int(row.argmax()) == introduces:
            own.update(text[a:b] for a, b, _ in f.mentions if is_written_as_name(text[a:b]))
    for f, row in zip(findings, rows, strict=True):
        if int(row.argmax()) != introduces and any(is_version(text[a:b], own) for a, b, _ in f.mentions):
            row[introduces] = CLAIMED
        best = int(row.argmax())
        f.role = classes[best]
        f.role_confidence = round(float(row[best]), 4)


class Roles:
    """The component ``kg_roles``."""

    def __init__(self, nlp: Language, name: str = "kg_roles") -> None:
        self.nlp = nlp
        self.name = name
        self.model: LogLinear | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Give each of ``doc.user_data["kg_findings"]`` its role and the role's confidence."""
        found: list[Found] = doc.user_data[KEY]
        if self.model is not None and found:
            context = Context.of(doc)
            lookup = spans.lookup_in(doc, self.nlp)
            bags = [role_features(f, found, context, lookup) for f in found]
            rows = self.model.predict(bags, [f.type for f in found])
            _take_claims(found, rows, self.model.classes, context.text, lookup)
        return doc

    def to_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the classifier."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        if self.model:
            self.model.to_disk(path / "roles")

    def from_disk(self, path: Path | str, *, exclude: tuple[str, ...] = ()) -> Roles:
        """Read the classifier."""
        if (Path(path) / "roles.json").exists():
            self.model = LogLinear.from_disk(Path(path) / "roles")
        return self


@Language.factory("kg_roles", assigns=["doc.user_data"])
def create_roles(nlp: Language, name: str) -> Roles:
    """The factory of :class:`Roles`."""
    return Roles(nlp, name)
