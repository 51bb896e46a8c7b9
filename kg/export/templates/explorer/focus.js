// The neighborhood of one node: the best of it drawn, all of it counted.

// How much a link matters for the picture.
function linkScore(link) {
  const relation = RELATION[relationOf(link)];
  const weight = relationOf(link) === 'shares' || relationOf(link) === 'co_occurs' ? 0.4 + 0.6 * (G.L.weight[link] / 255) : 1;
  return relation.rank * weight * (0.35 + 0.65 * (G.L.confidence[link] / 100)) * (G.L.inferred[link] ? 0.9 : 1);
}

// The neighbors of a node that pass the filters, best first: [{node, link, score}], one entry a neighbor.
function neighborsOf(node, facets = null) {
  const best = new Map();
  const seen = facets && new Set();
  for (const link of linksOf(node)) {
    const other = otherEnd(link, node);
    if (facets) {
      countLink(facets, link);
      if (!seen.has(other)) { seen.add(other); countNode(facets, other); }
    }
    if (!passesLink(link) || !passesNode(other) || other === node) continue;
    const fame = isPaper(other) ? Math.log2(1 + degree(other)) / 9 : Math.log2(1 + G.paperCount[other - G.P]) / 12;
    const score = linkScore(link) * (0.55 + 0.45 * Math.min(1, fame));
    const known = best.get(other);
    if (!known || known.score < score) best.set(other, { node: other, link, score });
  }
  return [...best.values()].sort((a, b) => b.score - a.score || a.node - b.node);
}

// Some of every kind, and of papers some of what each does with it: otherwise a hub would show sixty papers that all
// do the same, and nothing of what they are about.
function mixed(neighbors, limit) {
  if (neighbors.length <= limit) return neighbors;
  const byKind = new Map();
  for (const neighbor of neighbors) {
    const kind = isPaper(neighbor.node) ? relationOf(neighbor.link) : kindOf(neighbor.node);
    if (!byKind.has(kind)) byKind.set(kind, []);
    byKind.get(kind).push(neighbor);
  }
  const weight = [...byKind.values()].map((list) => Math.sqrt(list.length) * (0.4 + list[0].score));
  const sum = weight.reduce((a, b) => a + b, 0);
  const taken = [];
  [...byKind.values()].forEach((list, k) => taken.push(...list.slice(0, Math.max(1, Math.floor((limit * weight[k]) / sum)))));
  const chosen = new Set(taken.map((n) => n.node));
  for (const neighbor of neighbors) { if (taken.length >= limit) break; if (!chosen.has(neighbor.node)) taken.push(neighbor); }
  return taken.sort((a, b) => b.score - a.score || a.node - b.node).slice(0, limit);
}

function focusScene(state) {
  const facets = { kinds: new Map(), relations: new Map(), years: new Map() };
  const all = neighborsOf(state.node, facets);
  const rank = new Map([[state.node, { rank: 1000, ring: 0 }]]);
  const first = mixed(all, state.depth === 2 ? Math.round(state.limit * 0.45) : state.limit);
  for (const { node, score } of first) rank.set(node, { rank: score * 10, ring: 1 });
  let total = all.length;
  if (state.depth === 2) total = secondRing(state, first, rank, all);
  for (const node of state.expanded) {
    if (!rank.has(node)) continue;
    rank.get(node).open = true;
    const { ring } = rank.get(node);
    for (const next of mixed(neighborsOf(node).filter((n) => !rank.has(n.node)), 14)) rank.set(next.node, { rank: next.score * 4, ring: ring + 1, from: node });
  }
  let items = [...rank].map(([node, about]) => sizeOf({ key: node, node, focus: node === state.node, ...about }));
  items = items.slice(0, 320);
  let edges = edgesAmong(items, items.length * 1.5, state.node);
  if (state.collapsed.length) {
    [items, edges] = collapse(items, edges, state);
  }
  springs(items, edges);
  const shown = items.length - 1;
  return { layout: 'springs', items, edges, facets, shown, total: Math.max(total, shown), more: total > shown && state.limit < 300,
    description: `${nameOf(state.node)} and ${shown} of ${total} neighbors. The same links are listed in the details.` };
}

// Neighbors of neighbors, the best of each in turn; gives how many there are in all.
function secondRing(state, first, rank, all) {
  const lists = first.map(({ node }) => mixed(neighborsOf(node).slice(0, 80).filter((n) => !rank.has(n.node)), 12).values());
  for (let turn = 0; turn < 12 && rank.size < state.limit + 1; turn++) {
    for (const list of lists) {
      let next;
      do next = list.next(); while (!next.done && rank.has(next.value.node));
      if (!next.done && rank.size < state.limit + 1) rank.set(next.value.node, { rank: next.value.score * 3, ring: 2 });
    }
  }
  const reached = new Uint8Array(G.N);
  reached[state.node] = 1;
  let total = 0;
  const reach = (node) => { if (!reached[node] && passesNode(node)) { reached[node] = 1; total++; } };
  for (const { node } of all) reach(node);
  let budget = 3e6; // links looked at: beyond it the count is a lower bound, which no screen can show anyway
  for (const { node } of all) {
    if ((budget -= degree(node)) < 0) break;
    for (const link of linksOf(node)) if (passesLink(link)) reach(otherEnd(link, node));
  }
  return total;
}

// Links among drawn nodes: for each pair the best one; all of the focus's, then the strongest of the rest.
function edgesAmong(items, most, focus = -1) {
  const item = new Map(items.map((it) => [it.node, it]));
  const best = new Map();
  for (const { node } of items) {
    if (degree(node) > 6000 && node !== focus) continue; // a hub's links are found from their other ends
    for (const link of linksOf(node)) {
      const other = otherEnd(link, node);
      if (other === node || !item.has(other) || !passesLink(link)) continue;
      const key = node < other ? node * G.N + other : other * G.N + node;
      const score = linkScore(link);
      const known = best.get(key);
      if (!known || known.score < score) best.set(key, { a: item.get(G.L.source[link]), b: item.get(G.L.target[link]), link, score });
    }
  }
  const edges = [...best.values()].sort((a, b) => b.score - a.score || a.link - b.link);
  const degreeHere = new Map();
  const kept = [];
  for (const edge of edges) {
    edge.main = edge.a.node === focus || edge.b.node === focus;
    const ends = [edge.a, edge.b];
    const needed = ends.some((end) => !degreeHere.get(end)); // nobody stands alone
    if (!edge.main && !needed && kept.length >= most) continue;
    if (focus < 0) edge.main = edge.score > 0.5;
    edge.pull = edge.main ? 1 : 0.45;
    for (const end of ends) degreeHere.set(end, (degreeHere.get(end) || 0) + 1);
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
  navigate({ ...now, expanded: has ? now.expanded.filter((n) => n !== node) : [...now.expanded, node], collapsed: now.collapsed.filter((n) => n !== node) }, { replace: true });
}

function toggleCollapsed(node) {
  const has = now.collapsed.includes(node);
  navigate({ ...now, collapsed: has ? now.collapsed.filter((n) => n !== node) : [...now.collapsed, node], expanded: now.expanded.filter((n) => n !== node) }, { replace: true });
}
