// An entity's panel: what it is, where it comes from, and what papers do with it, each with its sentence.

function entityPanel(node) {
  const entity = node - G.P;
  const names = aliasesOf(entity).map(readable);
  const by = linksByPhrase(node);
  const papers = papersOf(node);
  const first = G.introducedBy[entity] - 1;
  const facts = [plural(G.paperCount[entity], 'paper')];
  if (yearOf(node)) facts.push(`introduced ${yearOf(node)}`);
  const parts = [
    head(kindChip(kindOf(node)), nameOf(node),
      names.length ? el('p', { class: 'aka' }, 'Also ', ...names.slice(0, 12).flatMap((name, k) => [k ? ', ' : '', el('bdi', {}, name)]), names.length > 12 ? ` and ${names.length - 12} more` : '') : null,
      el('p', { class: 'corpus' }, facts.join(' · ')), actions(node)),
    first >= 0 && !by.has('introduces back') ? el('p', { class: 'origin' }, 'Introduced by ', nodeLink(first), dateOf(first) && el('span', { class: 'about' }, dateOf(first))) : null,
    yearChart(papers, { kind: kindOf(node) }),
  ];
  const introduced = by.get('introduces back');
  if (introduced) { // the first one first; none is believed where others named it before, or many claim it
    introduced.sort((a, b) => (G.L.source[b] === first) - (G.L.source[a] === first) || when(G.L.source[a]) - when(G.L.source[b]) || a - b);
    parts.push(section(first >= 0 ? 'Introduced by' : 'Papers that say they introduce it', growingList(introduced, (link) => linkEntry(link, node), { first: 3 }), { count: introduced.length }));
  }
  const builders = buildersOn(node, first);
  if (builders.length) parts.push(section('Builds on it', growingList(builders, (link) => linkEntry(link, G.L.target[link])), { count: builders.length }));
  for (const [title, key, start] of [
    ['Evaluated on', 'evaluated_on forward', 8], ['Evaluates', 'evaluated_on back', 8],
    ['Kind of', 'broader forward', 6], ['Variants', 'broader back', 6], ['Compared with', 'compared_with', 8],
    ['Papers that use it', 'uses back', 5], ['Papers that evaluate on it', 'evaluates_on back', 5], ['Papers that compare with it', 'compares_with back', 5],
    ['Papers that address it', 'addresses back', 5], ['Papers that report it', 'reports back', 5], ['Papers that mention it', 'mentions back', 5], ['Appears with', 'co_occurs', 8],
  ]) {
    const links = by.get(key);
    if (links) parts.push(section(title, growingList(links, (link) => linkEntry(link, node), { first: start }), { count: links.length, open: !['mentions back', 'co_occurs'].includes(key) || by.size < 4 }));
  }
  return parts;
}

// The links of a node that pass the filters, by relation and direction, best first.
function linksByPhrase(node) {
  const { source, target, relation, confidence, weight } = G.L;
  const links = linksOf(node), runs = []; // two runs a relation: where the node is its source, and where its target
  for (let k = 0; k < links.length; k++) {
    const link = links[k], forward = source[link] === node, other = forward ? target[link] : source[link];
    if (!passesLink(link) || !passesNode(other)) continue;
    const run = runs[2 * relation[link] + (forward ? 0 : 1)] ??= { links: [], worth: [] };
    run.links.push(link);
    run.worth.push(confidence[link] * (weight[link] / 255) * Math.log2(2 + (isPaper(other) ? degree(other) : G.paperCount[other - G.P])));
  }
  const by = new Map(); // compares_with is the name of two relations
  runs.forEach((run, at) => {
    const name = G.relations[at >> 1];
    const key = ['compared_with', 'co_occurs', 'shares'].includes(name) ? name : `${name} ${at % 2 ? 'back' : 'forward'}`;
    const known = by.get(key);
    by.set(key, known ? { links: known.links.concat(run.links), worth: known.worth.concat(run.worth) } : run);
  });
  for (const [key, run] of by) by.set(key, inOrder(run.links, orderOf(run.worth)));
  return by;
}

// Papers that build on the paper that introduced an entity, through that entity.
function buildersOn(node, first) {
  if (first < 0) return [];
  return [...linksOf(first)].filter((link) => relationOf(link) === 'builds_on' && G.L.target[link] === first && passesLink(link) && passesNode(G.L.source[link])
    && [0, node - G.P + 1].includes(G.L.via[link - G.L.firstPP])).sort((a, b) => G.L.confidence[b] - G.L.confidence[a] || a - b);
}
