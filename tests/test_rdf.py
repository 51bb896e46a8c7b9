"""RDF files: every format says the same, independent software reads it so, and its hash is the graph's."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from large_graph import large_tables
from rdf_tables import small_tables

from kg.export import FORMATS, export
from kg.export.rdf import PARTS, graph_hash, lines, write
from kg.export.rdf.nodes import SUBJECTS_AT_ONCE, Nodes, paths
from kg.export.rdf.ntriples import clean, path, string
from kg.export.rdf.triples import graph
from kg.export.text import data
from kg.model import EntityRelation, EntityType, KgError, PaperRelation, Role
from kg.vocabulary import (
    BORROWED,
    CLASSES,
    INDIVIDUALS,
    KGO,
    NAMESPACES,
    PROPERTIES,
    context,
    curie,
    entity_classes,
    expand,
    link_property,
    ontology,
    page,
)

ALL = tuple(PARTS)


@pytest.fixture(scope="module")
def tables():
    return small_tables()


def read(file: Path, format: ox.RdfFormat) -> set[ox.Triple]:
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return {q.triple if isinstance(q, ox.Quad) else q for q in ox.parse(data, format)}


def canonical_hash(triples) -> str:
    return hashlib.sha256("".join(sorted(f"{t} .\n" for t in triples)).encode()).hexdigest()


@pytest.mark.parametrize(
    ("name", "format", "reader"),
    [
        ("g.ttl", "turtle", ox.RdfFormat.TURTLE),
        ("g.nt", "ntriples", ox.RdfFormat.N_TRIPLES),
        ("g.jsonld", "jsonld", ox.RdfFormat.JSON_LD),
        ("g.trig", "trig", ox.RdfFormat.TRIG),
        ("g.ttl.gz", "turtle", ox.RdfFormat.TURTLE),
        ("g.nt.gz", "ntriples", ox.RdfFormat.N_TRIPLES),
    ],
)
def test_every_format_holds_the_same_graph(tables, tmp_path, name, format, reader):
    written = write(tables, tmp_path / name, format=format)
    triples = read(tmp_path / name, reader)
    assert canonical_hash(triples) == written.sha256 == graph_hash(tables)
    assert len(triples) == written.triples


def test_the_hash_is_that_of_sorted_ntriples(tables, tmp_path):
    written = write(tables, tmp_path / "g.nt", format="ntriples", parts=ALL[:2])
    sorted_lines = sorted((tmp_path / "g.nt").read_bytes().splitlines(keepends=True))
    assert hashlib.sha256(b"".join(sorted_lines)).hexdigest() == written.sha256
    assert (tmp_path / "g.nt").read_bytes() == b"".join(sorted_lines), "the file is written in that order"
    assert len(set(sorted_lines)) == len(sorted_lines) == written.triples


def test_rdflib_reads_the_same_graph(tables, tmp_path):
    written = write(tables, tmp_path / "g.ttl")
    graph = rdflib.Graph().parse(tmp_path / "g.ttl", format="turtle")
    assert len(graph) == written.triples
    nt = graph.serialize(format="nt", encoding="utf-8").splitlines(keepends=True)
    assert hashlib.sha256(b"".join(sorted(line for line in nt if line.strip()))).hexdigest() == written.sha256


N3_READER = """
const { Parser, Writer } = require("n3");
const fs = require("fs"), crypto = require("crypto");
const quads = new Parser().parse(fs.readFileSync(process.argv[1], "utf8"));
const text = (t) => t.replace(/\\\\/g, "\\\\\\\\").replace(/"/g, '\\\\"').replace(/\\n/g, "\\\\n");
function term(t) {
  if (t.termType === "NamedNode") return `<${t.value}>`;
  if (t.termType !== "Literal") throw new Error("unexpected " + t.termType);
  const value = `"${text(t.value)}"`;
  if (t.language) return `${value}@${t.language}`;
  return t.datatype.value.endsWith("#string") ? value : `${value}^^<${t.datatype.value}>`;
}
const lines = quads.map((q) => Buffer.from(`${term(q.subject)} ${term(q.predicate)} ${term(q.object)} .\\n`));
lines.sort(Buffer.compare);
console.log(crypto.createHash("sha256").update(Buffer.concat(lines)).digest("hex"));
"""


def node_package(name: str) -> bool:
    """Whether node finds a package; ``npm install --no-save n3@2`` in the checkout provides it."""
    if shutil.which("node") is None:
        return False
    return subprocess.run(["node", "-e", f"require.resolve('{name}')"], capture_output=True).returncode == 0


@pytest.mark.skipif(not node_package("n3"), reason="npm package n3 is absent: npm install --no-save n3")
def test_n3_js_reads_the_same_graph(tables, tmp_path):
    written = write(tables, tmp_path / "g.ttl")
    done = subprocess.run(
        ["node", "-e", N3_READER, str(tmp_path / "g.ttl")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == written.sha256


def test_a_store_gives_back_what_was_written(tables):
    store = ox.Store()
    nt = "".join(lines(tables, parts=ALL))
    store.bulk_load(nt.encode(), ox.RdfFormat.N_TRIPLES)
    assert canonical_hash(q.triple for q in store) == hashlib.sha256(nt.encode()).hexdigest()


def test_no_blank_nodes_and_only_known_terms(tables):
    known = {expand(t.name) for t in (*CLASSES, *INDIVIDUALS, *PROPERTIES, *BORROWED)}
    for block in lines(tables, parts=ALL):
        for line in block.removesuffix("\n").split("\n"):
            assert line.startswith("<"), line
            [triple] = [q.triple for q in ox.parse(line, ox.RdfFormat.N_TRIPLES)]
            assert triple.predicate.value in known
            if curie(triple.predicate.value) == "rdf:type":
                assert triple.object.value in known
            assert not isinstance(triple.object, ox.BlankNode)


def test_same_graph_same_bytes_whatever_the_order_of_rows(tables, tmp_path):
    shuffled = replace(
        tables,
        papers=tables.papers.sample(frac=1, random_state=1),
        entities=tables.entities.sample(frac=1, random_state=2),
        links=tables.links.sample(frac=1, random_state=3),
        names=tables.names.sample(frac=1, random_state=4),
        mentions=tables.mentions.sample(frac=1, random_state=5),
    )
    one = write(tables, tmp_path / "1.ttl.gz")
    two = write(shuffled, tmp_path / "2.ttl.gz")
    assert one.sha256 == two.sha256
    assert (tmp_path / "1.ttl.gz").read_bytes() == (tmp_path / "2.ttl.gz").read_bytes()


def test_statements_keep_their_iris_when_the_graph_grows(tables):
    def statements(graph) -> set[str]:
        return {s for b in lines(graph, parts=["statements"]) if "/statement/" in (s := b.split(" ")[0])}

    fewer = replace(tables, links=tables.links.iloc[:-3])
    assert statements(fewer) < statements(tables)
    assert len(statements(tables)) == len(tables.links)


def test_parts(tables, tmp_path):
    core = write(tables, tmp_path / "core.nt", format="ntriples", parts=["core"])
    both = write(tables, tmp_path / "both.nt", format="ntriples")
    whole = write(tables, tmp_path / "whole.nt", format="ntriples", parts=ALL)
    assert core.triples < both.triples == whole.triples
    assert both.sha256 == whole.sha256
    mentions = (tmp_path / "whole.mentions.nt").read_text(encoding="utf-8")
    assert mentions.count(f"ns#type> <{NAMESPACES['nif']}Phrase> .") == len(tables.mentions)
    assert "rdf-syntax-ns#Statement" not in (tmp_path / "core.nt").read_text(encoding="utf-8")
    quads = list(ox.parse(path=_trig(tables, tmp_path), format=ox.RdfFormat.TRIG))
    graphs = {q.graph_name.value.rpartition("/")[2] for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    assert graphs == set(PARTS)
    with pytest.raises(KgError, match=r"no such part.*core, statements, mentions"):
        write(tables, tmp_path / "x.ttl", parts=["cores"])
    with pytest.raises(KgError, match="no such RDF format"):
        write(tables, tmp_path / "x.ttl", format="rdfxml")


def _trig(tables, folder: Path) -> str:
    write(tables, folder / "g.trig", format="trig", parts=ALL)
    return str(folder / "g.trig")


def test_base(tables, tmp_path):
    write(tables, tmp_path / "g.ttl", base="https://me.example/kg/")
    text = (tmp_path / "g.ttl").read_text(encoding="utf-8")
    assert "@prefix entity: <https://me.example/kg/entity/> ." in text
    subjects = {t.subject.value for t in read(tmp_path / "g.ttl", ox.RdfFormat.TURTLE)}
    assert all(s.startswith("https://me.example/kg/") for s in subjects)
    for bad in ("me.example", "https://me.example/kg", "https://me .example/", "https://x/<"):
        with pytest.raises(KgError, match="no base for IRIs"):
            write(tables, tmp_path / "x.ttl", base=bad)


@pytest.mark.parametrize("parts", [("core",), ("core", "statements"), ("mentions",)])
def test_the_graph_describes_itself_with_true_counts(tables, parts):
    store = ox.Store()
    store.bulk_load("".join(lines(tables, parts=parts)).encode(), ox.RdfFormat.N_TRIPLES)
    triples = [q.triple for q in store]
    dataset = "void#mentions" if parts == ("mentions",) else "void#dataset"
    void = {curie(t.predicate.value): t.object for t in triples if t.subject.value.endswith(dataset)}
    assert int(void["void:triples"].value) == len(triples)
    assert int(void["void:distinctSubjects"].value) == len({t.subject for t in triples})
    properties = Counter(t.predicate.value for t in triples)
    classes = Counter(t.object.value for t in triples if curie(t.predicate.value) == "rdf:type")
    assert int(void["void:properties"].value) == len(properties)
    assert int(void["void:classes"].value) == len(classes)

    def partition(of: str, count: str) -> dict[str, int]:
        rows = store.query(f"SELECT ?x ?n {{ ?part <{expand(of)}> ?x ; <{expand(count)}> ?n }}")
        return {row["x"].value: int(row["n"].value) for row in rows}

    assert partition("void:property", "void:triples") == properties
    assert partition("void:class", "void:entities") == classes


def test_the_publisher_gives_the_license(tables):
    assert ask(tables, "SELECT ?license { ?graph a void:Dataset ; dcterms:license ?license }") == []
    licensed = replace(tables, info=tables.info | {"license": "https://creativecommons.org/licenses/by/4.0/"})
    assert ask(licensed, "SELECT DISTINCT ?license { ?file dcterms:license ?license }") == [
        ("https://creativecommons.org/licenses/by/4.0/",)
    ]
    assert set(ask(tables, "SELECT ?x { ?graph void:exampleResource ?x }")) == {("10.1000/a b/ü",), ("entity/albert",)}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("place", ["/proc/x", "/proc/x/y", "/dev/null"])
def test_a_place_that_takes_no_file_is_one_clear_line(tables, format, place):
    with pytest.raises(KgError, match=rf"^{place}.*: cannot be written: [^\n]*(choose|give)[^\n]*$"):
        export(tables, {format: Path(place)})
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def ask(tables, sparql: str) -> list[tuple[str, ...]]:
    from kg.query import in_memory, query

    return [
        tuple(str(v) for v in row) for row in query(in_memory(lines(tables)), sparql).frame().itertuples(index=False)
    ]


def test_what_the_tables_say_is_in_the_graph(tables):
    assert ask(tables, "SELECT ?t { paper:1706.03762 dcterms:title ?t ; kgo:introduces entity:transformer }") == [
        ("Attention Is All You Need",)
    ]
    issued = dict(ask(tables, "SELECT ?p (DATATYPE(?d) AS ?t) { ?p dcterms:issued ?d }"))
    assert issued == {"1706.03762": "xsd:date", "1810.04805": "xsd:gYearMonth", "1907.11692": "xsd:gYear"}
    years = dict(ask(tables, "SELECT ?p ?y { ?p a fabio:ResearchPaper ; kgo:year ?y }"))
    assert years == {"1706.03762": "2017", "1810.04805": "2018", "1907.11692": "2019", "10.1000/a b/ü": "2020"}
    assert ask(tables, "SELECT ?e { ?e skos:broaderTransitive entity:transformer } ORDER BY ?e") == [
        ("entity/bert",),
        ("entity/bert-large",),
    ]
    assert ask(tables, "ASK { paper:1706.03762 schema:mentions entity:wmt-2014 }") == [("True",)]
    assert ask(tables, "ASK { paper:title:0f kgo:related paper:1907.11692 }") == [("True",)]
    assert ask(tables, "SELECT ?x { entity:bert-base dcterms:isReplacedBy ?x }") == [("entity/bert",)]
    evidence = ask(
        tables,
        "SELECT ?text ?c ?x { ?s rdf:subject paper:1810.04805 ; rdf:predicate kgo:uses ; kgo:confidence ?c ; "
        "kgo:evidence/nif:anchorOf ?text ; kgo:extraction ?x }",
    )
    assert evidence == [("BERT uses the Transformer.", "0.97", "kgo:stated")]
    assert ask(tables, "SELECT ?w { ?s rdf:predicate kgo:related ; kgo:weight ?w }") == [("3.25",)]


def test_entities_are_counted_by_year(tables):
    found = ask(
        tables,
        "SELECT ?e ?y ?n ?u (COALESCE(?r, 0) AS ?rise) { ?x kgo:ofEntity ?e ; kgo:inYear ?y ; kgo:papersNaming ?n ; "
        "kgo:papersUsing ?u OPTIONAL { ?x kgo:rise ?r } }",
    )
    year = tables.papers.set_index("id")["year"]
    links = tables.links[(tables.links["source_kind"] == "paper") & (tables.links["target_kind"] == "entity")]
    links = links.assign(year=links["source"].map(year)).dropna(subset=["year"])
    expected = {}
    for entity, rows in links.groupby("target"):
        if rows["source"].nunique() > 1:
            for when in rows["year"].unique():
                naming, using, before = (
                    rows.loc[which, "source"].nunique()
                    for which in (
                        rows["year"] == when,
                        (rows["year"] == when) & (rows["relation"] == "uses"),
                        (rows["year"] == when - 1) & (rows["relation"] == "uses"),
                    )
                )
                expected[entity, str(when)] = (str(naming), str(using), str(max(0, using - before)))
    assert {(e, y): (n, u, r) for e, y, n, u, r in found} == expected
    assert len(found) == len(expected) >= 4
    assert expected["entity/bert", "2019"] == ("1", "1", "1")
    assert ask(tables, "SELECT ?x { ?x kgo:ofEntity entity:bert ; kgo:inYear 2019 }") == [("entity-year:bert_2019",)]


def test_entities_are_ranked_by_type(tables):
    found = ask(tables, "SELECT ?e ?r { ?e kgo:rank ?r ; a mls:Model } ORDER BY ?r")
    models = tables.entities[tables.entities["type"] == "Model"].sort_values(["papers", "id"], ascending=[False, True])
    assert [e for e, _ in found] == models["id"].tolist()
    assert [r for _, r in found] == ["1", "2", "3", "4"]
    assert set(ask(tables, "SELECT ?e ?n { ?e kgo:uptake ?n }")) == {("entity/bert", "2"), ("entity/transformer", "1")}
    shuffled = replace(tables, entities=tables.entities.sample(frac=1, random_state=1))
    assert graph_hash(shuffled) == graph_hash(tables)


def test_every_role_relation_and_type_has_its_term(tables):
    properties = {link_property("paper", r.value, "entity") for r in Role}
    properties |= {link_property("paper", r.value, "paper") for r in PaperRelation}
    properties |= {link_property("entity", r.value, "entity") for r in EntityRelation}
    assert len(properties) == len(Role) + len(PaperRelation) + len(EntityRelation)
    assert len({entity_classes(t.value)[0] for t in EntityType}) == len(EntityType)
    known = {t.name for t in (*CLASSES, *PROPERTIES, *BORROWED)}
    assert properties <= known
    assert {c for t in EntityType for c in entity_classes(t.value)} <= known


def test_hostile_text_stays_text(tables, tmp_path):
    write(tables, tmp_path / "g.ttl", parts=ALL)
    graph = rdflib.Graph().parse(tmp_path / "g.ttl", format="turtle")
    [paper] = graph.subjects(rdflib.DCTERMS.identifier, rdflib.Literal("10.1000/a b/ü"))
    assert str(paper) == "https://kg.example/paper/10.1000%2Fa%20b%2F%C3%BC"
    assert str(graph.value(paper, rdflib.DCTERMS.title)) == 'Quotes "and" \\slashes'
    assert str(graph.value(paper, rdflib.DCTERMS.abstract)) == "Line one\nline two � � \u202eabc \u2028 end."


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_survives_as_a_literal(text):
    """Surrogates and control characters included: parsers agree on it, and offsets still count."""
    line = f"<a:b> <a:c> {string(text)} .\n"
    [quad] = ox.parse(line, ox.RdfFormat.N_TRIPLES)
    expected = clean(text).replace("\t", " ").replace("\r", " ")
    assert quad.object.value == expected
    assert len(expected) == len(text)
    assert f"{quad.triple} .\n" == line, "it is in canonical form"
    [(_, _, value)] = rdflib.Graph().parse(data=line, format="nt")
    assert str(value) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_any_id_is_an_iri_of_its_own(one, two):
    iris = [ox.NamedNode(f"https://kg.example/paper/{path(key)}").value for key in (one, two)]
    assert (iris[0] == iris[1]) == (one == two)
    assert all("/" not in iri[len("https://kg.example/paper/") :] for iri in iris)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("a_-1", min_size=1, max_size=4), min_size=1, max_size=12, unique=True), st.data())
def test_passages_follow_in_the_order_of_their_iris_whatever_the_ids(ids, data):
    """A few at a time, though the IRIs of two papers' passages mix where one's id begins the other's."""
    nodes = Nodes("https://kg.example/", "paper", paths(ids))
    number = st.integers(0, len(ids) - 1)
    papers = np.array(data.draw(st.lists(number, max_size=30)), dtype=np.int64)
    ends = data.draw(st.lists(st.integers(0, 20), min_size=len(papers), max_size=len(papers)))
    iris = [f"{ids[paper]}_{end}>" for paper, end in zip(papers, ends, strict=True)]
    some = [sorted(iris[row] for row in rows) for rows in nodes.together(papers, data.draw(st.integers(1, 5)))]
    assert [iri for each in some for iri in each] == sorted(iris)


def test_text_is_made_of_few_subjects_at_a_time():
    """Beyond the tables, a graph of four times as many papers takes no more text in memory."""

    def most(papers: int) -> int:
        tables = large_tables(papers)
        before, found = pa.total_allocated_bytes(), 0
        for block in graph(tables, parts=ALL):
            assert len(block) <= SUBJECTS_AT_ONCE
            found = max(found, pa.total_allocated_bytes() - before, len(data(block.lines)))
        return found

    assert most(12_000) < 1.5 * most(3_000)


def test_a_failed_write_leaves_the_old_file(tables, tmp_path):
    file = tmp_path / "g.ttl"
    write(tables, file)
    before = file.read_bytes()
    broken = replace(tables, links=tables.links.assign(target="entity/nowhere"))
    with pytest.raises(KeyError):
        write(broken, file)
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["g.ttl"]


def test_an_empty_graph_can_be_written(tables, tmp_path):
    empty = replace(
        tables,
        **{
            n: getattr(tables, n).iloc[:0]
            for n in ("papers", "entities", "names", "mentions", "links", "communities", "aliases")
        },
    )
    written = write(empty, tmp_path / "g.ttl", parts=ALL)
    assert len(rdflib.Graph().parse(tmp_path / "g.ttl")) == written.triples > 0


# -- the vocabulary ---------------------------------------------------------------------------------------------------

ONTOLOGY_USES = ["rdf:type", "rdf:first", "rdf:rest", "rdfs:label", "rdfs:comment", "rdfs:isDefinedBy"]
ONTOLOGY_USES += ["rdfs:subClassOf", "rdfs:subPropertyOf", "rdfs:domain", "rdfs:range", "owl:inverseOf", "owl:unionOf"]
ONTOLOGY_USES += ["owl:versionInfo", "skos:closeMatch", "dcterms:title", "dcterms:license", "dcterms:description"]
VANN = ["preferredNamespacePrefix", "preferredNamespaceUri"]


def test_the_ontology_defines_every_term_whole():
    graph = rdflib.Graph().parse(data=ontology(), format="turtle")
    used = {rdflib.URIRef(expand(name)) for name in ONTOLOGY_USES}
    used |= {rdflib.URIRef(f"http://purl.org/vocab/vann/{name}") for name in VANN}
    assert not set(graph.predicates()) - used
    terms = [*CLASSES, *INDIVIDUALS, *PROPERTIES]
    assert len({t.name for t in terms}) == len(terms)
    for term in terms:
        node = rdflib.URIRef(expand(term.name))
        assert graph.value(node, rdflib.RDFS.label).language == "en"
        assert graph.value(node, rdflib.RDFS.comment)
    for term in PROPERTIES:
        node = rdflib.URIRef(expand(term.name))
        kinds = set(graph.objects(node, rdflib.RDF.type))
        assert len(kinds & {rdflib.OWL.ObjectProperty, rdflib.OWL.DatatypeProperty}) == 1
        assert graph.value(node, rdflib.RDFS.domain)
        assert graph.value(node, rdflib.RDFS.range)
        if term.inverse:
            [inverse] = [t for t in PROPERTIES if t.name == term.inverse]
            assert inverse.inverse == term.name
            assert (inverse.domain, inverse.range) == (term.range, term.domain)


def test_the_page_of_the_ontology_has_every_term_and_stands_alone():
    html = page()
    for term in (*CLASSES, *INDIVIDUALS, *PROPERTIES):
        assert f'id="{term.name.partition(":")[2]}"' in html
    assert "version 2, under" in " ".join(html.split())
    for place in re.findall('href="#([^"]+)"', html):
        assert f'id="{place}"' in html
    assert all(f'href="#{name}"' in html for name in ("Classes", "Individuals", "Properties", "Others", "Prefixes"))
    assert "<script" not in html
    assert "<link" not in html
    assert " src=" not in html


def test_the_context_turns_plain_json_into_the_graph(tables):
    [paper] = tables.papers[tables.papers["id"] == "1706.03762"].to_dict("records")
    document = context() | {
        "id": "https://kg.example/paper/1706.03762",
        "type": ["ResearchPaper", "schema:ScholarlyArticle"],
        "title": paper["title"],
        "year": 2017,
        "creator": paper["authors"],
        "introduces": ["https://kg.example/entity/transformer"],
        "schema:mentions": ["https://kg.example/entity/transformer"],
        "hasArXivId": "1706.03762",
    }
    found = {q.triple for q in ox.parse(json.dumps(document), ox.RdfFormat.JSON_LD)}
    graph = {q.triple for block in lines(tables) for q in ox.parse(block, ox.RdfFormat.N_TRIPLES)}
    assert len(found) == 9
    assert found <= graph


def test_kgo_is_a_reserved_domain():
    assert KGO.split("/")[2].endswith(".example")


def test_links_are_unique_statements(tables):
    doubled = replace(tables, links=pd.concat([tables.links, tables.links.assign(paper="title:0f", start=0, end=3)]))
    assert graph_hash(doubled, parts=["core"]) == graph_hash(tables, parts=["core"]), "two papers say it, one fact"
    assert graph_hash(doubled) != graph_hash(tables)
