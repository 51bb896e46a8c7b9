"""What the classifier of ``kg_mentions`` sees of a string to choose its type.

The network's probabilities, and what it cannot see well: "X, a benchmark for …", the title's words after "X:", how the
name is written, what is known of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

import numpy as np

from . import spans
from .facts import Facts
from .linear import Features, bucket
from .strings import Candidate

EDGES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)


def shape(text: str) -> str:
    """How a name is written."""
    if text == text.lower():
        return "lower"
    if text == text.upper():
        return "upper"
    words = re.findall(r"[^\W\d_]+", text)
    if words and all(w[0].isupper() and w[1:] == w[1:].lower() for w in words):
        return "title"
    return "mixed" if any(w[1:] != w[1:].lower() for w in words) else "some"


@lru_cache(maxsize=20_000)
def logit(p: float) -> float:
    """The log-odds of a probability, cut off and scaled to about -2 to 2."""
    return min(6.9, max(-6.9, math.log((p + 1e-3) / (1 - p + 1e-3)))) / 3


_HEAD = re.compile(
    r"\b(benchmarks?|datasets?|corpus|corpora|frameworks?|models?|methods?|approach(?:es)?|algorithms?|networks?"
    r"|architectures?|tasks?|metrics?|scores?|losses|loss|modules?|mechanisms?|strateg(?:y|ies)|systems?|pipelines?"
    r"|agents?|testbed|suite|challenge|library|toolkit|platform|paradigm|problem|setting|encoder|decoder|transformer"
    r"|LLM|VLM|MLLM|family|series|technique|scheme|optimizer|environment|protocol|collection|simulator|leaderboard"
    r"|toolbox)\b",
    re.I,
)
_APPOSITION = re.compile(
    r"^\s*(?:\([^()]{1,60}\))?\s*,?\s*(?:which is |is |as )?(?:an?|the|our|one of the)\s+([^.;:]{0,110})", re.I
)
_CLAIM = re.compile(
    r"\b(introduc|propos|present|develop|design|releas|construct|buil|creat|devis|establish|formulat|incorporat|term|call"
    r"|dubb|nam)(?:ed|es|e|s|ing|t|d)?,? (?:(?:a|an|the|our|two|three|novel|new|simple|efficient|effective|first"
    r"|unified|general|large-scale|comprehensive|lightweight|and|as|by|method|framework|model|approach|benchmark"
    r"|dataset)[, ]+)*[\"'“‘]?$",
    re.I,
)
"""What stands before a thing that the paper brings: "we propose a novel …", "a framework called …"."""
_CLAIM_SIGHT = 70
_WORD = re.compile(r"\w+|[^\w\s]")
_PROBABILITIES = [f"{name} {t}" for name in ("most", "mean", "group") for t in spans.TYPES]
_MOST_PLACES = 6
"""Places of one string that are looked at."""


def _head(found: re.Match[str]) -> str:
    return found[0].lower().rstrip("s")


def candidate_features(c: Candidate, best: np.ndarray, text: str, known: Facts) -> Features:
    """What the classifier sees of a string. ``best``: the highest probability of each type in its group."""
    title = text.find("\n")
    most = c.most.tolist()
    mean = c.probabilities.mean(0).tolist() if len(c.probabilities) > 1 else most
    kind = spans.TYPES[int(best.argmax())]
    bag: Features = {"bias": 1.0, **dict(zip(_PROBABILITIES, map(logit, [*most, *mean, *best.tolist()]), strict=True))}

    names: list[str] = []

    def add(*more: str) -> None:
        names.extend(more)

    def add_with_type(*more: str) -> None:
        names.extend(more)
        names.extend([f"{kind} {name}" for name in more])

    add(
        f"best={kind}",
        bucket("mean", max(mean), EDGES),
        bucket("total", sum(most), (0.3, 0.5, 0.7, 0.9)),
    )
    add_with_type(bucket("most", max(most), EDGES), bucket("rival", c.rival, (0.02, 0.1, 0.2, 0.4, 0.6, 0.8)))
    add_with_type(
        f"shape={shape(c.text)}", f"defined={c.defined}", f"term={known.term}", f"papers={min(known.papers, 12)}"
    )
    add(bucket("partner", c.partner, (0.02, 0.2, 0.5, 0.8)), f"listed={known.listed}")
    words = [w.lower() for w in _WORD.findall(c.text)]
    add(f"words={min(len(c.text.split()), 6)}", f"places={min(len(c.places), 5)}")
    add(f"first={words[0]}", f"last={words[-1]}", f"ending={words[-1][-4:]}")
    in_title = [place for place in c.places if place[0] < title]
    add(f"title={bool(in_title)}", f"only title={len(in_title) == len(c.places)}")
    if in_title and in_title[0][0] == 0 and text[in_title[0][1] :].startswith(":"):
        add("title X:", *(f"title X: {_head(h)}" for h in _HEAD.finditer(text, in_title[0][1], title)))
    for start, end in c.places[:_MOST_PLACES]:
        if start > title:
            if claim := _CLAIM.search(text[max(title, start - _CLAIM_SIGHT) : start]):
                add_with_type(
                    "claim", f"claim {claim[1].lower()}", bucket("claim most", max(most), (0.2, 0.35, 0.5, 0.7))
                )
                if c.rival:
                    add(bucket("claim rival", c.rival, (0.1, 0.2, 0.4, 0.6)))
            _context(text[max(title, start - 80) : start], text[end : end + 140], add, add_with_type)
    return bag | dict.fromkeys(names, 1.0)


def _context(left: str, right: str, add: Callable[..., None], add_with_type: Callable[..., None]) -> None:
    before = [w.lower() for w in _WORD.findall(left)[-2:]]
    after = [m[0].lower() for m in islice(_WORD.finditer(right), 2)]
    if before:
        add_with_type(f"left={before[-1]}")
        add(f"left2={' '.join(before)}")
    if after:
        add_with_type(f"right={after[0]}")
        add(f"right2={' '.join(after)}")
    apposition = _APPOSITION.match(right)
    if apposition and (head := _HEAD.search(apposition[1])):
        add(f"is a {_head(head)}")
    if head := _HEAD.match(right.lstrip()):
        add(f"next head {_head(head)}")
    if heads := [_head(h) for h in _HEAD.finditer(left[-50:])]:
        add(f"head before {heads[-1]}")
