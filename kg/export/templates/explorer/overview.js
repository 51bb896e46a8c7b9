// The first view: communities as discs (placed by the build), with what they are about as dots on their rims.

function overviewScene() {
  const drawn = JSON.parse($('kg-overview').textContent);
  const items = [], edges = [];
  const { groups, papers } = leftByFilters();
  const most = Math.max(...drawn.nodes.map((node, at) => groups[at] / node.papers)); // of a group left by the filters
  const discs = drawn.nodes.map((node, at) => {
    const r = node.size * Math.sqrt(groups[at] / node.papers / most);
    return { key: `g${at}`, group: at, disc: true, name: G.groups[at].name || `Group ${at + 1}`, r, x: node.x, y: node.y,
      rank: groups[at], width: 2 * r, height: 2 * r, papers: groups[at], entities: node.entities, caption: plural(groups[at], 'paper') };
  });
  const left = discs.filter((disc) => disc.papers);
  items.push(...left);
  for (const disc of left) {
    const tops = G.groups[disc.group].top.filter((e) => papers[e] && passesNode(G.P + e)).map((e) => G.P + e);
    tops.forEach((node, k) => {
      const angle = -Math.PI / 2 + (2 * Math.PI * k) / Math.max(tops.length, 3);
      items.push({ key: node, node, kind: kindOf(node), dot: true, r: Math.max(4, 8.5 - 0.5 * k), rank: G.paperCount[node - G.P] / 1e4 + 1 / (k + 1),
        angle, x: disc.x + Math.cos(angle) * disc.r, y: disc.y + Math.sin(angle) * disc.r, lines: [headOf(nameOf(node), 24)], group: disc.group });
    });
  }
  for (const edge of drawn.edges) if (discs[edge.from].papers && discs[edge.to].papers) edges.push({ a: discs[edge.from], b: discs[edge.to], bridge: true, weight: edge.value, bend: 0.08 });
  return { layout: 'overview', items, edges, facets: span.facets, shown: items.length,
    status: `${plural(left.length, 'group')} of related papers`, total: null, more: false,
    description: `Overview: ${left.length} groups of papers. The same groups are listed in the details.` };
}

// One community: its most important nodes and how they hang together.
function groupScene(state) {
  const left = [];
  for (let node = 0; node < G.N; node++) if (groupOf(node) === state.group && passesNode(node)) left.push(node);
  const weight = (node) => (isPaper(node) ? 0.9 * Math.log2(1 + degree(node)) : 1.5 * Math.log2(1 + G.paperCount[node - G.P]));
  const members = inOrder(left, orderOf(left.map(weight)));
  const papers = members.filter(isPaper), entities = members.filter((node) => !isPaper(node));
  const half = Math.round(state.limit * 0.4);
  const chosen = [...papers.slice(0, Math.max(half, state.limit - entities.length)), ...entities.slice(0, Math.max(state.limit - half, state.limit - papers.length))].slice(0, state.limit);
  const items = chosen.map((node) => sizeOf({ key: node, node, rank: weight(node), ring: 1 }));
  const edges = edgesAmong(items, state.limit * 1.7);
  springs(items, edges);
  return { layout: 'springs', items, edges, facets: countGroup(state.group), shown: items.length, total: members.length, more: members.length > items.length,
    description: `${labelOf(state)}: ${items.length} nodes` };
}
