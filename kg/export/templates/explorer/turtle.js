// What is shown, as Turtle: a part of what the project's Turtle export says, in the same words (kg/export/rdf/).

const literal = (text) => `"${text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '\ufffd')
  .replace(/[\\"\n\r\t]/g, (c) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n' })[c] ?? ' ')}"@en`;

// The nodes of the picture or of the answer, with those at the ends of its links: a lineage's come from papers.
function nodesShown() {
  if (now.mode !== 'ask') {
    const ends = View.scene.edges.filter((edge) => edge.link !== undefined).flatMap(({ link }) => [G.L.source[link], G.L.target[link]]);
    return new Set([...View.scene.items.filter((item) => item.node !== undefined).map((item) => item.node), ...ends]);
  }
  const { columns, rows } = answerOf(now.ask);
  const cells = columns.flatMap(({ kind }, k) => (kind === 'node' ? rows.map((row) => row[k]) : []));
  return new Set([...cells, ...columns.map(({ node }) => node)].filter((node) => node !== undefined && node !== null));
}

function groupsShown() {
  if (now.mode === 'overview') return G.groups;
  if (now.mode !== 'ask') return [];
  const { columns, rows } = answerOf(now.ask), at = columns.findIndex(({ kind }) => kind === 'group');
  return at < 0 ? [] : rows.map((row) => G.groups.find(({ id }) => id === row[at])).filter(Boolean);
}

function turtleText() {
  const { prefixes, properties, classes } = G.rdf;
  const base = G.info.base_iri ?? G.rdf.base;
  const segment = (id) => encodeURIComponent(id.toWellFormed()).replace(/%3A/g, ':').replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const iri = (node) => (isPaper(node) ? `<${base}paper/${segment(idOf(node))}>` : `<${base}entity/${segment(idOf(node).slice(7))}>`);
  const nodes = nodesShown();
  const used = ['dcterms', 'fabio', 'schema', 'skos', 'kgo', 'mls', 'dcat'];
  const lines = used.filter((prefix) => prefixes[prefix]).map((prefix) => `@prefix ${prefix}: <${prefixes[prefix]}> .`);
  lines.push('');
  for (const node of [...nodes].sort((a, b) => a - b)) {
    const name = isPaper(node) ? G.titles.at(node) : G.names.at(node - G.P);
    const facts = [`a ${classes[kindOf(node)].join(', ')}`, `${isPaper(node) ? 'dcterms:title' : 'skos:prefLabel'} ${literal(name)}`];
    if (!isPaper(node)) for (const other of aliasesOf(node - G.P)) facts.push(`skos:altLabel ${literal(other)}`);
    const linked = new Set();
    for (const link of linksOf(node)) {
      if (G.L.source[link] !== node || !nodes.has(G.L.target[link]) || !passesLink(link)) continue;
      const ends = link < G.L.firstPP ? 'paper-entity' : link < G.L.firstEE ? 'paper-paper' : 'entity-entity';
      linked.add(`${properties[`${ends} ${relationOf(link)}`]} ${iri(G.L.target[link])}`);
    }
    lines.push(`${iri(node)} ${[...facts, ...[...linked].sort()].join(' ;\n    ')} .`, '');
  }
  for (const { id, label } of groupsShown()) lines.push(`<${base}community/${id}> a kgo:Community ;\n    skos:prefLabel ${literal(label)} .`, '');
  return lines.join('\n');
}
