"""Invented graphs for the explorer's tests: a field of any size, and one whose every text is hostile."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from kg.model import Tables

TASKS = ["image classification", "question answering", "machine translation", "speech recognition", "path planning"]
DATASETS = ["ImageNot", "SQuADrant", "GLUEfactory", "LibriWhisper", "CoCoNut"]
METRICS = ["accuracy", "word error rate", "exact match"]
SYLLABLES = ["Graph", "Deep", "Prompt", "Rank", "Sparse", "Audio", "Flow", "Meta", "Tiny", "Swift"]
THINGS = ["Weaver", "Sieve", "Forge", "Mix", "Lens", "Net", "Former", "Tree", "Loom", "Gate"]

HOSTILE = [
    "<script>window.__xss = 1</script>",
    "</script><script>window.__xss = 1</script>",
    "<img src=x onerror=window.__xss=1>",
    '"><svg/onload=window.__xss=1>',
    "'-window.__xss=1-'",
    "<!-- --> <!--",
    "]]></script>",
    "javascript:window.__xss=1",
    "{{ 7 * 7 }} {% raw %}",
    "&lt;b&gt; &amp; &#x3c;",
    "a\u202eevil\u202c b",
    "مرحبا بالعالم: نموذج",
    "שלום עולם",
    "\u2028line\u2029separators",
    "𝒜stral 😀 plane 𝔸",
    "zero\u200bwidth\ufeff",
    "nul\0byte \x07 bell",
    "",
    " ",
    "x" * 5000,
    "word " * 600,
    "href=https://a.example <a href='javascript:window.__xss=1'>x</a>",
    "`${window.__xss=1}`",
    "\\u003cscript>",
    '=HYPERLINK("http://a.example")',
    "c:\\new\\table \"quoted\" 'single'",
    "\r\nnew\nlines\t",
    "%00%3Cscript%3E",
    "#n=entity/x&d=2",
]
"""Texts that a page might trip over."""


def name_of(number: int) -> str:
    """What paper ``number`` introduces."""
    return f"{SYLLABLES[number % 10]}{THINGS[number // 10 % 10]}{'' if number < 100 else f'-{number}'}"


def slug(name: str) -> str:
    return "".join(c.lower() if c.isascii() and c.isalnum() else "-" for c in name).strip("-")


class _Maker:
    def __init__(self) -> None:
        self.papers: list[dict[str, Any]] = []
        self.mentions: list[tuple[Any, ...]] = []
        self.links: list[tuple[Any, ...]] = []
        self.types: dict[str, tuple[str, str]] = {}

    def entity(self, name: str, type: str) -> str:
        key = f"entity/{slug(name)}"
        self.types.setdefault(key, (name, type))
        return key

    def paper(self, number: int, of: int) -> None:
        own, older = name_of(number), [name_of(number * 7 // 10), name_of(number // 3)]
        task, data, metric = TASKS[number % 5], DATASETS[number // 5 % 5], METRICS[number % 3]
        identifier = f"24{number % 12 + 1:02d}.{number:05d}"
        title = f"{own}: A Patient Study of {task.title()}, Part {number}"
        said = [
            (f"We propose {own}, a method for {task}.", [(own, "Method", "introduces"), (task, "Task", "addresses")]),
            (f"{own} builds on {older[0]}.", [(older[0], "Method", "uses")]),
            (f"It is compared with {older[1]}.", [(older[1], "Method", "compares_with")]),
            (
                f"On {data} its {metric} is {50 + number % 50} %.",
                [(data, "Dataset", "evaluates_on"), (metric, "Metric", "reports")],
            ),
        ]
        text = title + "\n"
        for at, (sentence, named) in enumerate(said):
            start = len(text)
            text += sentence + (" " if at < 3 else "")
            for name, type, role in named:
                entity = self.entity(name, type)
                place = start + sentence.index(name)
                end = start + len(sentence)
                self.mentions.append((identifier, entity, place, place + len(name), name, 0.95, start, end))
                confidence = 0.5 + number * 31 % 50 / 100
                if (role, entity) not in {(link[1], link[2]) for link in self.links[-6:] if link[0] == identifier}:
                    self.links.append(
                        (
                            identifier,
                            role,
                            entity,
                            "paper",
                            "entity",
                            confidence,
                            "stated",
                            1.0,
                            None,
                            identifier,
                            start,
                            end,
                        )
                    )
        if number:
            parent = number * 7 // 10
            sentence = text.index(said[1][0])
            self.links.append(
                (
                    identifier,
                    "builds_on",
                    self.papers[parent]["id"],
                    "paper",
                    "paper",
                    0.8,
                    "stated",
                    1.0,
                    f"entity/{slug(older[0])}",
                    identifier,
                    sentence,
                    sentence + len(said[1][0]),
                )
            )
        for back in (5, 10):
            if number >= back:
                other = self.papers[number - back]["id"]
                self.links.append(
                    (
                        identifier,
                        "shares",
                        other,
                        "paper",
                        "paper",
                        0.6,
                        "inferred",
                        3.0 + number % 7,
                        None,
                        None,
                        -1,
                        -1,
                    )
                )
        year = 2012 + number * 13 // of
        self.papers.append(
            {
                "id": identifier,
                "title": title,
                "abstract": text[len(title) + 1 :],
                "date": f"{year}-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
                "year": year,
                "authors": ["Ada Invented", f"Ben Author {number % 9}"],
                "categories": ["cs.LG"],
                "arxiv_id": identifier,
                "doi": None,
                "url": None,
                "sources": ["invented.jsonl"],
                "community": number % 8,
            }
        )


def tables(papers: int = 120) -> Tables:
    """A field of ``papers`` papers, each introducing one method that builds on earlier ones."""
    maker = _Maker()
    for number in range(papers):
        maker.paper(number, papers)
    columns = [
        "source",
        "relation",
        "target",
        "source_kind",
        "target_kind",
        "confidence",
        "extraction",
        "weight",
        "via",
        "paper",
        "start",
        "end",
    ]
    for data in DATASETS:
        maker.links.append(
            (
                f"entity/{slug(name_of(0))}",
                "evaluated_on",
                f"entity/{slug(data)}",
                "entity",
                "entity",
                0.7,
                "inferred",
                1.0,
                None,
                maker.papers[0]["id"],
                -1,
                -1,
            )
        )
    links = pd.DataFrame(maker.links, columns=columns).drop_duplicates(["source", "relation", "target", "paper"])
    links = links.sort_values(["source_kind", "source", "relation", "target"], ascending=[False, True, True, True])
    named = (links["source_kind"] == "paper") & (links["target_kind"] == "entity")
    links["presence"] = links["confidence"].where(named)
    frame = pd.DataFrame(maker.papers).sort_values("id").reset_index(drop=True)
    frame["year"] = frame["year"].astype("Int64")
    stated = links[(links["source_kind"] == "paper") & (links["target_kind"] == "entity")]
    counts = stated.groupby("target")["source"].nunique()
    first = stated[stated["relation"] == "introduces"].drop_duplicates("target").set_index("target")["source"]
    years = stated.assign(year=stated["source"].map(frame.set_index("id")["year"])).groupby("target")["year"].min()
    entities = pd.DataFrame(
        {
            "id": key,
            "name": name,
            "type": type,
            "papers": int(counts.get(key, 0)),
            "year": years.get(key),
            "introduced_by": first.get(key),
            "community": sum(map(ord, name)) % 8,
        }
        for key, (name, type) in sorted(maker.types.items())
    )
    entities["year"] = entities["year"].astype("Int64")
    names = pd.DataFrame(
        [(key, name, 3, "same name") for key, (name, _) in sorted(maker.types.items())]
        + [("entity/graphweaver", name, 1, "defined in 2401.00000") for name in ("Woven Graph Machine", "π_0")],
        columns=["entity", "name", "count", "reason"],
    )
    communities = pd.DataFrame(
        {
            "id": c,
            "name": f"{TASKS[c % 5]} · {THINGS[c]}",
            "papers": int((frame["community"] == c).sum()),
            "entities": int((entities["community"] == c).sum()),
            "x": c % 3 / 2,
            "y": c // 3 / 2,
        }
        for c in range(8)
    )
    mentions = pd.DataFrame(
        maker.mentions,
        columns=["paper", "entity", "start", "end", "text", "confidence", "sentence_start", "sentence_end"],
    )
    return Tables(
        papers=frame,
        entities=entities,
        names=names,
        mentions=mentions.sort_values(["paper", "start"]).reset_index(drop=True),
        links=links.reset_index(drop=True),
        communities=communities,
        aliases=pd.DataFrame({"old": ["entity/old-weaver"], "entity": ["entity/graphweaver"]}),
        info={"kg_version": "0", "papers": papers},
    )


def undated(keep: str = "") -> Tables:
    """The invented papers without a date, except for those whose id begins with ``keep``."""
    graph = tables(60)
    gone = ~graph.papers["id"].str.startswith(keep) if keep else pd.Series(True, index=graph.papers.index)
    papers = graph.papers.assign(
        date=graph.papers["date"].mask(gone, None), year=graph.papers["year"].mask(gone, pd.NA)
    )
    return dataclasses.replace(graph, papers=papers)


def hostile(papers: int = 200) -> Tables:
    """The same with titles, abstracts, names, authors and communities out of :data:`HOSTILE`."""
    plain = tables(papers)
    bad = [HOSTILE[n % len(HOSTILE)] for n in range(papers)]
    frame = plain.papers.assign(
        title=[f"{text} {n}" if text.strip() else text for n, text in enumerate(bad)],
        abstract=[f"{text} {HOSTILE[(n * 7) % len(HOSTILE)]}" for n, text in enumerate(bad)],
        authors=[[text[:200], "</script>"] for text in bad],
        categories=[[text[:50]] for text in bad],
        url=[text if n % 2 else "javascript:window.__xss=1" for n, text in enumerate(bad)],
    )
    length = frame.set_index("id").apply(lambda row: len(row["title"] + "\n" + row["abstract"]), axis=1)
    mentions = plain.mentions.assign(end=plain.mentions["paper"].map(length).clip(upper=plain.mentions["end"]))
    mentions = mentions[mentions["start"] < mentions["end"]].reset_index(drop=True)
    names = [HOSTILE[n % len(HOSTILE)][:300] for n in range(len(plain.entities))]
    return dataclasses.replace(
        plain,
        papers=frame,
        mentions=mentions,
        entities=plain.entities.assign(name=names),
        names=plain.names.assign(name=[HOSTILE[(n * 3) % len(HOSTILE)][:200] for n in range(len(plain.names))]),
        communities=plain.communities.assign(name=HOSTILE[:8]),
    )
