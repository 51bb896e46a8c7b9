// The neighborhood of one node: the best of it drawn, all of it counted.

// How much a link matters for the picture.
function linkScore(link) {
  const { relation, weight, confidence, inferred } = G.L;
  const alike = G.weighted[relation[link]] ? 0.4 + 0.6 * (weight[link] / 255) : 1;
  return G.rank[relation[link]] * alike * (0.35 + 0.65 * (confidence[link] / 100)) * (inferred[link] ? 0.9 : 1);
}

// Neighbors as columns: a hub has tens of thousands, and no object is made of those that are not drawn.
class Neighbors {
  constructor(nodes, links, scores) { Object.assign(this, { nodes, links, scores, size: nodes.length }); }

  at(k) { return { node: this.nodes[k], link: this.links[k], score: this.scores[k] }; }

  // All of them, best first: [{node, link, score}].
  all() { return Array.from(orderOf(this.scores), (k) => this.at(k)); }

  // Some of every kind, and of papers some of what each does with it: otherwise a hub would show sixty papers that all
  // do the same, and nothing of what they are about. Without those in `except`.
  mixed(limit, except = null) {
    const kinds = []; // a list for each relation of papers, then one for each type of entity
    let left = 0;
    for (let k = 0; k < this.size; k++) {
      const node = this.nodes[k];
      if (except?.has(node)) continue;
      (kinds[isPaper(node) ? G.L.relation[this.links[k]] : G.relations.length + G.entityType[node - G.P]] ??= []).push(k);
      left++;
    }
    const lists = kinds.filter(Boolean).map((list) => { // the best of each kind, and how many there are
      const order = orderOf(list.map((k) => this.scores[k])).subarray(0, limit);
      return { size: list.length, best: Array.from(order, (k) => this.at(list[k])) };
    });
    const weight = lists.map(({ size, best }) => Math.sqrt(size) * (0.4 + best[0].score));
    const sum = weight.reduce((a, b) => a + b, 0);
    const byScore = (a, b) => b.score - a.score || a.node - b.node;
    const share = (k) => (left <= limit ? limit : Math.max(1, Math.floor((limit * weight[k]) / sum)));
    const taken = lists.flatMap(({ best }, k) => best.slice(0, share(k)));
    const rest = lists.flatMap(({ best }, k) => best.slice(share(k))).sort(byScore);
    return [...taken, ...rest.slice(0, Math.max(0, limit - taken.length))].sort(byScore).slice(0, limit);
  }
}

// The neighbors of a node that pass the filters, each with its best link.
function neighborsOf(node, facets = null) {
  const { source, target } = G.L, { place } = G;
  const run = linksOf(node);
  const nodes = new Int32Array(run.length), links = new Int32Array(run.length), scores = new Float64Array(run.length);
  let size = 0;
  for (let k = 0; k < run.length; k++) {
    const link = run[k], other = source[link] === node ? target[link] : source[link];
    if (!passesLink(link) || other === node || !passesNode(other)) continue;
    const fame = isPaper(other) ? Math.log2(1 + degree(other)) / 9 : Math.log2(1 + G.paperCount[other - G.P]) / 12;
    const score = linkScore(link) * (0.55 + 0.45 * Math.min(1, fame));
    if (!place[other]) place[other] = ++size;
    const at = place[other] - 1;
    if (nodes[at] === other && scores[at] >= score) continue;
    nodes[at] = other;
    links[at] = link;
    scores[at] = score;
  }
  for (let k = 0; k < size; k++) place[nodes[k]] = 0;
  if (facets) countAround(node, facets);
  return new Neighbors(nodes.subarray(0, size), links.subarray(0, size), scores.subarray(0, size));
}

// What the legend counts: every link of a node, whether it passes the filters or not, and every neighbor once.
function countAround(node, facets) {
  const { source, target, relation } = G.L, { place } = G;
  const run = linksOf(node);
  const relations = new Int32Array(G.relations.length), kinds = new Int32Array(1 + G.types.length), dates = new Int32Array(G.dates.length);
  for (let k = 0; k < run.length; k++) {
    const link = run[k], other = source[link] === node ? target[link] : source[link];
    relations[relation[link]]++;
    if (place[other]) continue;
    place[other] = 1;
    if (isPaper(other)) { kinds[0]++; dates[G.paperDate[other]]++; } else kinds[1 + G.entityType[other - G.P]]++;
  }
  for (let k = 0; k < run.length; k++) place[source[run[k]]] = place[target[run[k]]] = 0;
  const count = (map, key, n) => { if (n && key) map.set(key, (map.get(key) || 0) + n); };
  relations.forEach((n, at) => count(facets.relations, G.relations[at], n));
  kinds.forEach((n, at) => count(facets.kinds, at ? G.types[at - 1] : 'Paper', n));
  dates.forEach((n, at) => count(facets.years, G.yearOfDate[at], n));
}

function focusScene(state) {
  const facets = noFacets(), farther = state.depth === 2 || state.expanded.length;
  const all = neighborsOf(state.node, farther ? null : facets);
  const rank = new Map([[state.node, { rank: 1000, ring: 0 }]]);
  const first = all.mixed(state.depth === 2 ? Math.round(state.limit * 0.45) : state.limit);
  for (const { node, score } of first) rank.set(node, { rank: score * 10, ring: 1 });
  if (state.depth === 2) secondRing(state, first, rank);
  // What is opened brings some, and more where more is asked for.
  const brings = Math.max(14, Math.floor((state.limit - START.limit) / Math.max(1, state.expanded.length)));
  for (const node of state.expanded) {
    if (!rank.has(node)) continue;
    rank.get(node).open = true;
    const { ring } = rank.get(node);
    for (const next of neighborsOf(node).mixed(brings, rank)) rank.set(next.node, { rank: next.score * 4, ring: ring + 1, from: node });
  }
  let items = [...rank].map(([node, about]) => sizeOf({ key: node, node, focus: node === state.node, ...about }));
  items = items.slice(0, 320);
  let edges = edgesAmong(items, items.length * 1.5, state.node);
  const drawn = items.length - 1;
  if (state.collapsed.length) [items, edges] = collapse(items, edges, state);
  springs(items, edges);
  const shown = items.length - 1;
  const total = Math.max(drawn, farther ? countReach(state, facets) : all.size);
  return { layout: 'springs', items, edges, facets, shown, total, folded: drawn - shown, more: total > drawn && state.limit < MOST,
    description: `${nameOf(state.node)} and ${shown} of ${total} neighbors. The same links are listed in the details.` };
}

// Neighbors of neighbors, the best of each in turn, until there is no room or nothing left.
function secondRing(state, first, rank) {
  const room = state.limit + 1;
  for (const most of [12, 48, state.limit]) { // few are looked for first: most neighbors have hundreds
    const lists = first.map(({ node }) => neighborsOf(node).mixed(most, rank));
    for (let turn = 0; turn < most && rank.size < room; turn++) {
      for (const list of lists) {
        const next = list[turn];
        if (next && !rank.has(next.node) && rank.size < room) rank.set(next.node, { rank: next.score * 3, ring: 2 });
      }
    }
    if (rank.size >= room || !lists.some((list) => list.length === most)) return;
  }
}

// Links among drawn nodes: for each pair the best one; all of the focus's, then the strongest of the rest.
function edgesAmong(items, most, focus = -1) {
  const { source, target } = G.L, { place } = G;
  const best = new Map();
  items.forEach(({ node }, k) => { place[node] = k + 1; });
  for (const { node } of items) {
    if (degree(node) > 6000 && node !== focus) continue; // a hub's links are found from their other ends
    const links = linksOf(node);
    for (let k = 0; k < links.length; k++) {
      const link = links[k], other = source[link] === node ? target[link] : source[link];
      if (!place[other] || other === node || !passesLink(link)) continue;
      const key = node < other ? node * G.N + other : other * G.N + node;
      const score = linkScore(link);
      const known = best.get(key);
      if (!known || known.score < score) best.set(key, { a: items[place[source[link]] - 1], b: items[place[target[link]] - 1], link, score });
    }
  }
  for (const { node } of items) place[node] = 0;
  const edges = [...best.values()].sort((a, b) => b.score - a.score || a.link - b.link);
  const degreeHere = new Map();
  const count = (end) => degreeHere.set(end, (degreeHere.get(end) || 0) + 1);
  const kept = [];
  for (const edge of edges) {
    edge.main = edge.a.node === focus || edge.b.node === focus;
    if (edge.main) { count(edge.a); count(edge.b); }
  }
  for (const edge of edges) {
    const ends = [edge.a, edge.b];
    const needed = ends.some((end) => !degreeHere.get(end)); // nobody stands alone
    if (!edge.main && !needed && kept.length >= most) continue;
    if (focus < 0) edge.main = edge.score > 0.5;
    edge.quiet = !edge.main && !needed; // seen when one points at an end of it
    edge.pull = edge.main ? 1 : 0.45;
    if (focus < 0 || !edge.main) ends.forEach(count);
    kept.push(edge);
  }
  return kept;
}

// Folding a node takes away what hangs on it alone.
function collapse(items, edges, state) {
  const folded = new Set(state.collapsed);
  const holders = new Map();
  for (const { a, b } of edges) {
    holders.set(a.node, [...(holders.get(a.node) ?? []), b.node]);
    holders.set(b.node, [...(holders.get(b.node) ?? []), a.node]);
  }
  const gone = new Set();
  for (const item of items) {
    if (item.focus || folded.has(item.node)) continue;
    const others = (holders.get(item.node) ?? []);
    if (others.some((node) => folded.has(node)) && others.every((node) => folded.has(node))) gone.add(item.node);
  }
  return [items.filter((item) => !gone.has(item.node)), edges.filter(({ a, b }) => !gone.has(a.node) && !gone.has(b.node))];
}

function toggleExpanded(node) {
  const has = now.expanded.includes(node);
  navigate({ ...now, expanded: has ? now.expanded.filter((n) => n !== node) : [...now.expanded, node], collapsed: now.collapsed.filter((n) => n !== node) });
}

function toggleCollapsed(node) {
  const has = now.collapsed.includes(node);
  navigate({ ...now, collapsed: has ? now.collapsed.filter((n) => n !== node) : [...now.collapsed, node], expanded: now.expanded.filter((n) => n !== node) });
}
