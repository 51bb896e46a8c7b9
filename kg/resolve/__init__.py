"""Mentions to entities: one node for one thing, with its reason, and a person's decision over every rule."""

from kg.resolve.check import check as check_review
from kg.resolve.evaluate import linking_score
from kg.resolve.resolver import keys, known_forms, resolve
from kg.resolve.review import apply as decide
from kg.resolve.review import decided
from kg.resolve.review import read as read_review
from kg.resolve.review import review as review_table
from kg.resolve.review import write as write_review

__all__ = [
    "check_review",
    "decide",
    "decided",
    "keys",
    "known_forms",
    "linking_score",
    "read_review",
    "resolve",
    "review_table",
    "write_review",
]
