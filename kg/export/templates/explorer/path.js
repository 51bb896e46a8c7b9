// How two nodes are connected: the cheapest ways, where telling links are cheap and crowded crossings are dear.

class Heap { // a binary heap of [cost, node]
  constructor() { this.items = []; }

  get size() { return this.items.length; }

  push(cost, node) {
    const { items } = this;
    let at = items.push([cost, node]) - 1;
    while (at && items[(at - 1) >> 1][0] > items[at][0]) {
      const up = (at - 1) >> 1;
      [items[up], items[at]] = [items[at], items[up]];
      at = up;
    }
  }

  pop() {
    const { items } = this;
    const top = items[0], last = items.pop();
    if (items.length) {
      items[0] = last;
      for (let at = 0; ;) {
        let least = at;
        for (const child of [2 * at + 1, 2 * at + 2]) if (child < items.length && items[child][0] < items[least][0]) least = child;
        if (least === at) break;
        [items[least], items[at]] = [items[at], items[least]];
        at = least;
      }
    }
    return top;
  }
}

// What each link costs: computed once, when the first path is asked for.
function stepCosts() {
  G.stepCosts ??= Float32Array.from({ length: G.L.size }, (_, link) => (G.L.inferred[link] ? 1.5 : 1.2) / (linkScore(link) + 0.2));
  return G.stepCosts;
}

// A path through "accuracy" says little: passing a node costs more the more links it has.
function cheapest(from, to, avoid) {
  const cost = new Float64Array(G.N).fill(Infinity);
  const by = new Int32Array(G.N).fill(-1);
  const done = new Uint8Array(G.N);
  const heap = new Heap();
  const step = stepCosts();
  cost[from] = 0;
  heap.push(0, from);
  while (heap.size) {
    const [sum, node] = heap.pop();
    if (done[node]) continue;
    done[node] = 1;
    if (node === to) break;
    const toll = node === from ? 0 : 0.28 * Math.log2(1 + degree(node)) + (avoid.get(node) ?? 0);
    for (const link of linksOf(node)) {
      const other = otherEnd(link, node);
      if (done[other] || !passesLink(link) || (other !== to && !passesNode(other))) continue;
      const next = sum + toll + step[link];
      if (next < cost[other]) { cost[other] = next; by[other] = link; heap.push(next, other); }
    }
  }
  if (by[to] < 0) return null;
  const links = [];
  for (let node = to; node !== from; node = otherEnd(by[node], node)) links.unshift(by[node]);
  return links;
}

// Up to three ways, each avoiding what the ones before went through.
function paths(from, to) {
  const avoid = new Map();
  const found = [], seen = new Set();
  for (let k = 0; k < 5 && found.length < 3; k++) {
    const links = cheapest(from, to, avoid);
    if (!links) break;
    const nodes = [from];
    for (const link of links) nodes.push(otherEnd(link, nodes.at(-1)));
    const key = nodes.join();
    if (!seen.has(key) && links.length <= 8) { seen.add(key); found.push({ nodes, links }); }
    for (const node of nodes.slice(1, -1)) avoid.set(node, (avoid.get(node) ?? 0) + 2.5);
    if (nodes.length === 2) break;
  }
  return found;
}

function pathScene(state) {
  const found = state.node === state.other ? [] : paths(state.node, state.other);
  const items = new Map(), edges = [];
  const longest = Math.max(2, ...found.map((way) => way.nodes.length));
  const add = (node, column) => {
    if (!items.has(node)) items.set(node, sizeOf({ key: node, node, column, rank: 100 - items.size, focus: node === state.node || node === state.other }));
    return items.get(node);
  };
  add(state.node, 0);
  add(state.other, longest - 1);
  found.forEach((way, k) => way.nodes.forEach((node, at) => {
    const item = add(node, (at / (way.nodes.length - 1)) * (longest - 1));
    if (!at) return;
    const before = items.get(way.nodes[at - 1]);
    if (!edges.some((edge) => edge.link === way.links[at - 1])) edges.push({ a: before, b: item, link: way.links[at - 1], main: k === 0, caption: true, bend: 0 });
  }));
  const list = [...items.values()];
  for (const item of list) item.bold = found[0]?.nodes.includes(item.node);
  columns(list, 260, 104);
  return { layout: 'path', items: list, edges, ways: found, shown: list.length, total: null, facets: null, overlay: edgeCaptions(edges),
    status: found.length ? `${plural(found[0].links.length, 'step')}${found.length > 1 ? `, and ${plural(found.length - 1, 'other way')}` : ''}` : 'No connection under these filters',
    description: `Path from ${nameOf(state.node)} to ${nameOf(state.other)}; listed in the details.` };
}

// What a link says, written along it.
function edgeCaptions(edges) {
  return (ctx, toScreen) => {
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    for (const edge of edges) {
      const [ax, ay] = toScreen(edge.a.x, edge.a.y), [bx, by] = toScreen(edge.b.x, edge.b.y);
      const text = phrase(edge.link, edge.a.node);
      ctx.font = `500 11.5px ${Palette.sans}`;
      const width = ctx.measureText(text).width;
      if (Math.hypot(bx - ax, by - ay) < width + 30) continue;
      const spots = [0.5, 0.42, 0.58, 0.34, 0.66].map((t) => [ax + t * (bx - ax), ay + t * (by - ay)]);
      const free = ([cx, cy]) => !View.placed.some(({ box: b }) => b[0] < cx + width / 2 + 4 && b[2] > cx - width / 2 - 4 && b[1] < cy + 9 && b[3] > cy - 9);
      const spot = spots.find(free);
      if (!spot) continue;
      const [x, y] = spot;
      ctx.fillStyle = Palette.paper;
      ctx.beginPath();
      ctx.roundRect(x - width / 2 - 7, y - 10, width + 14, 20, 10);
      ctx.fill();
      ctx.fillStyle = Palette[RELATION[relationOf(edge.link)].color === 'weak' ? 'muted' : RELATION[relationOf(edge.link)].color];
      ctx.fillText(text, x, y + 0.5);
    }
  };
}
