// The first view: communities as discs (placed by the build), with what they are about as dots on their rims.

function overviewScene() {
  const drawn = JSON.parse($('kg-overview').textContent);
  const items = [], edges = [];
  const { groups, papers } = leftByFilters();
  const most = Math.max(...drawn.nodes.map((node, at) => groups[at] / node.papers)); // of a group left by the filters
  const places = packed(drawn.nodes);
  const discs = drawn.nodes.map((node, at) => {
    const r = node.size * Math.sqrt(groups[at] / node.papers / most);
    return { key: `g${at}`, group: at, disc: true, name: G.groups[at].name || `Group ${at + 1}`, r, x: places[at][0], y: places[at][1],
      rank: groups[at], width: 2 * r, height: 2 * r, papers: groups[at], entities: node.entities, caption: plural(groups[at], 'paper') };
  });
  const left = discs.filter((disc) => disc.papers), largest = Math.max(...left.map((disc) => disc.r));
  items.push(...left);
  for (const disc of left) disc.tier = disc.r > 0.82 * largest ? 0 : disc.r > 0.62 * largest ? 1 : 2;
  for (const disc of left) {
    // The few that have room for their names: more would be confetti. The list beside the picture has the others.
    const tops = G.groups[disc.group].top.filter((e) => papers[e] && passesNode(G.P + e) && !disc.name.includes(nameOf(G.P + e))).map((e) => G.P + e).slice(0, narrow() || $('stage').clientHeight < 440 ? 0 : (left.length > 24 ? [3, 0, 0] : [4, 3, 0])[disc.tier]);
    tops.forEach((node, k) => {
      const angle = -Math.PI / 4 + (2 * Math.PI * k) / tops.length + (disc.group % 2) * (Math.PI / 4);
      items.push({ key: node, node, kind: kindOf(node), dot: true, r: 8.5 - 0.7 * k, rank: G.paperCount[node - G.P] / 1e4 + 1 / (k + 1),
        angle, x: disc.x + Math.cos(angle) * disc.r, y: disc.y + Math.sin(angle) * disc.r, lines: [headOf(nameOf(node), 24)], group: disc.group });
    });
  }
  for (const edge of drawn.edges) if (discs[edge.from].papers && discs[edge.to].papers) edges.push({ a: discs[edge.from], b: discs[edge.to], bridge: true, weight: edge.value, bend: 0.08 });
  return { layout: 'overview', items, edges, facets: span.facets, shown: items.length,
    status: `${plural(left.length, 'group')} of related papers`, total: null, more: false,
    description: `Overview: ${left.length} groups of papers. The same groups are listed in the details.` };
}

// The build's places, stretched to the form of the stage, then pushed apart and together until the discs fill it. Where
// what comes of it is wider or higher than it should be, once more.
function packed(nodes) {
  const { clientWidth, clientHeight } = $('stage');
  const form = Math.min(2.2, Math.max(0.5, Math.max(320, clientWidth) / Math.max(320, clientHeight)));
  const gap = narrow() ? 14 : 26 + 200 / Math.max(8, nodes.length);
  const formOfAll = (places) => {
    const box = boundsOf(places.map(([x, y], k) => ({ x, y, r: nodes[k].size })));
    return (box.right - box.left) / Math.max(1, box.bottom - box.top);
  };
  let at = nodes.map(({ x, y }) => [x, y]), pull = 1;
  for (let time = 0; time < 3; time++) {
    const by = Math.sqrt(form / formOfAll(at));
    if (time && Math.abs(Math.log(by)) < 0.04) break;
    if (time) pull *= by;
    at = pushed(nodes, at.map(([x, y]) => [x * by, y / by]), gap, pull * Math.sqrt(form));
  }
  return at;
}

function pushed(nodes, at, gap, form) {
  for (let round = 0; round < 240; round++) {
    const last = round > 190;
    if (!last) for (const place of at) { place[0] *= 1 - 0.012 / form; place[1] *= 1 - 0.012 * form; }
    for (let i = 0; i < at.length; i++) {
      for (let j = i + 1; j < at.length; j++) {
        const dx = at[i][0] - at[j][0] || 0.01, dy = at[i][1] - at[j][1], distance = Math.hypot(dx, dy);
        const over = nodes[i].size + nodes[j].size + gap - distance;
        if (over <= 0) continue;
        const move = (over / distance) * (last ? 0.5 : 0.4);
        at[i][0] += dx * move; at[i][1] += dy * move;
        at[j][0] -= dx * move; at[j][1] -= dy * move;
      }
    }
  }
  return at;
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
