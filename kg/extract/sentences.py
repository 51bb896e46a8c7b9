"""The component ``kg_sentences``: where sentences begin. The title is one sentence (or more)."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

ABBREVIATIONS = frozenset(
    [
        "al",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "vs",
        "cf",
        "fig",
        "figs",
        "eq",
        "eqs",
        "sec",
        "tab",
        "ref",
        "refs",
        "resp",
        "w.r.t",
        "wrt",
        "approx",
        "no",
        "nos",
        "dr",
        "prof",
        "mr",
        "mrs",
        "ms",
        "st",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "univ",
        "vol",
        "ed",
        "eds",
        "pp",
        "ca",
        "viz",
        "jr",
        "sr",
        "a.k.a",
        "aka",
        "i.i.d",
        "incl",
        "u.s",
        "u.k",
        "min",
        "max",
        "avg",
    ]
)
KEY = "kg_sentences"
CLOSING = frozenset(")]}\"'”’»") | {"''"}
OPENING = frozenset("([{\"'“‘«$\\") | {"``"}


def _ends(doc: Doc, i: int) -> bool:
    """Whether token ``i`` is a mark that ends a sentence."""
    text = doc[i].text
    if text in ("?", "!", "…", "?!") or (text == ".." or text == "..."):
        return True
    if text == ".":
        if i and not doc[i - 1].whitespace_:
            before = doc[i - 1].text
            # a single capital before the stop is an initial ("J. Smith"), unless it ends a name ("Command A.")
            initial = len(before) == 1 and before.isupper() and not (i > 1 and doc[i - 2].text[0].isupper())
            return before.lower().rstrip(".") not in ABBREVIATIONS and not initial
        return True
    return len(text) > 2 and text.endswith(".") and text[:-1].lower() not in ABBREVIATIONS and "." not in text[:-1]


def sentence_starts(doc: Doc) -> list[int]:
    """The first tokens of the sentences."""
    starts = [0] if len(doc) else []
    i = 0
    while i < len(doc):
        token = doc[i]
        if "\n" in token.text:
            if i + 1 < len(doc):
                starts.append(i + 1)
        elif _ends(doc, i):
            last = i
            while last + 1 < len(doc) and not doc[last].whitespace_ and doc[last + 1].text in CLOSING:
                last += 1
            if last + 1 < len(doc) and "\n" not in doc[last + 1].text:
                following = doc[last + 1]
                word = following
                if word.text in OPENING and last + 2 < len(doc):
                    word = doc[last + 2]
                spaced = bool(doc[last].whitespace_)
                capital = not word.text[0].islower() or not word.text.islower()
                if (spaced and (capital or token.text in ("?", "!"))) or (
                    not spaced and last == i and word.text[0].isupper() and i > 0 and doc[i - 1].text.islower()
                ):
                    starts.append(last + 1)
            i = last
        i += 1
    return sorted(set(starts))


class Sentences:
    """The component ``kg_sentences``."""

    def __call__(self, doc: Doc) -> Doc:
        """Mark the first token of each sentence; their offsets go to ``doc.user_data["kg_sentences"]``."""
        starts = set(sentence_starts(doc))
        for token in doc:
            token.is_sent_start = token.i in starts
        doc.user_data[KEY] = sentence_spans(doc)
        return doc


@Language.factory("kg_sentences", assigns=["token.is_sent_start"])
def create_sentences(nlp: Language, name: str) -> Sentences:
    """The factory of :class:`Sentences`."""
    return Sentences()


def sentence_spans(doc: Doc) -> list[tuple[int, int]]:
    """Start and end (characters) of each sentence, without the white space around it."""
    spans = []
    for sentence in doc.sents:
        text = sentence.text
        start = sentence.start_char + len(text) - len(text.lstrip())
        if text.strip():
            spans.append((start, start + len(text.strip())))
    return spans


def around(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The sentence (or the sentences) that a mention stands in."""
    inside = [s for s in spans if s[0] < end and start < s[1]]
    return (min(start, inside[0][0]), max(end, inside[-1][1])) if inside else (start, end)
