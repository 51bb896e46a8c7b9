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
  const left = discs.filter((disc) => disc.papers), onRims = [], largest = Math.max(...left.map((disc) => disc.r));
  items.push(...left);
  for (const disc of left) disc.tier = disc.r > 0.82 * largest ? 0 : disc.r > 0.62 * largest ? 1 : 2;
  for (const disc of left) {
    // The few that have room for their names: more would be confetti. The list beside the picture has the others.
    const tops = G.groups[disc.group].top.filter((e) => papers[e] && passesNode(G.P + e) && !disc.name.includes(nameOf(G.P + e))).map((e) => G.P + e).slice(0, narrow() || $('stage').clientHeight < 440 ? 0 : (left.length > 24 ? [3, 0, 0] : [4, 3, 0])[disc.tier]);
    tops.forEach((node, k) => {
      const angle = -Math.PI / 4 + (2 * Math.PI * k) / tops.length + (disc.group % 2) * (Math.PI / 4);
      onRims.push({ key: node, node, kind: kindOf(node), dot: true, r: 8.5 - 0.7 * k, rank: G.paperCount[node - G.P] / 1e4 + 1 / (k + 1),
        angle, on: disc, lines: [headOf(nameOf(node), 30)], group: disc.group });
    });
  }
  items.push(...namedOnRims(left, onRims));
  for (const edge of drawn.edges) if (discs[edge.from].papers && discs[edge.to].papers) edges.push({ a: discs[edge.from], b: discs[edge.to], bridge: true, weight: edge.value, bend: 0.08 });
  return { layout: 'overview', items, edges, facets: span.facets, shown: items.length,
    status: `${plural(left.length, 'group')} of related papers`, total: null, more: false,
    description: `Overview: ${left.length} groups of papers. The same groups are listed in the details.` };
}

// The marks on the rims, each turned to where its name has room beside the discs and the names before it. One without such a
// place is left out: a mark that nobody names says nothing.
function namedOnRims(discs, marks) {
  const { clientWidth: width, clientHeight: height } = $('stage'), stays = placeOf(now) === View.place; // then the camera does, too
  const { position, scale } = stays ? { position: View.network.getViewPosition(), scale: View.network.getScale() } : frameOf(discs, 'overview', width, height);
  const onScreen = (x, y) => [(x - position.x) * scale + width / 2, (y - position.y) * scale + height / 2];
  const round = discs.map((disc) => [...onScreen(disc.x, disc.y), disc.r * scale]), taken = [], named = [];
  const pen = View.network.canvas.getContext(), turns = Array.from({ length: 24 }, (_, k) => ((k % 2 ? 1 : -1) * Math.ceil(k / 2) * Math.PI) / 12);
  const free = (box) => (stays || (box[0] > 4 && box[1] > 4 && box[2] < width - 4 && box[3] < height - 4)) && !onDisc(box, round) && !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
  for (const mark of [...marks].sort((a, b) => b.rank - a.rank)) {
    const { on: disc } = mark, r = mark.r * scale * shrunk(scale), wide = widthOf(pen, `450 11px ${Palette.sans}`, mark.lines[0]), high = 14;
    const others = round.filter((_, k) => discs[k] !== disc);
    for (const turn of turns) {
      const angle = mark.angle + turn, x = disc.x + Math.cos(angle) * disc.r, y = disc.y + Math.sin(angle) * disc.r, [sx, sy] = onScreen(x, y);
      const own = [sx - r, sy - r, sx + r, sy + r];
      if (onDisc(own, others) || taken.some((other) => own[0] < other[2] && own[2] > other[0] && own[1] < other[3] && own[3] > other[1])) continue;
      const box = dotSpots({ angle }, sx, sy, r, high).map(([at, top, align]) => { const left = align === 'center' ? at - wide / 2 : align === 'left' ? at : at - wide; return [left - 3, top - 2, left + wide + 3, top + high + 2]; }).find(free);
      if (!box) continue;
      taken.push(own, box);
      named.push({ ...mark, angle, x, y });
      break;
    }
  }
  return named;
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
