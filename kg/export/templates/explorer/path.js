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
  const add = (node, column, row) => {
    if (!items.has(node)) items.set(node, sizeOf({ key: node, node, column, row, rank: 100 - items.size, focus: node === state.node || node === state.other }));
    return items.get(node);
  };
  add(state.node, 0, 0);
  add(state.other, longest - 1, 0);
  found.forEach((way, k) => way.nodes.forEach((node, at) => { // the best in the middle, the others around it
    const item = add(node, (at / (way.nodes.length - 1)) * (longest - 1), [0, -1, 1][k]);
    if (!at) return;
    const before = items.get(way.nodes[at - 1]);
    if (!edges.some((edge) => edge.link === way.links[at - 1])) edges.push({ a: before, b: item, link: way.links[at - 1], main: k === 0, best: k === 0, caption: true, bend: 0, from: before.node });
  }));
  const list = [...items.values()];
  for (const item of list) item.bold = found[0]?.nodes.includes(item.node);
  tellApart(list);
  waysInPlace(list, longest);
  return { layout: 'path', items: list, edges, ways: found, shown: list.length, total: null, facets: null, overlay: edgeCaptions(edges),
    status: found.length ? `${plural(found[0].links.length, 'step')}${found.length > 1 ? `, and ${plural(found.length - 1, 'other way')}` : ''}` : filtersOn() ? 'No connection under these filters' : 'Not connected in this graph',
    description: `Path from ${nameOf(state.node)} to ${nameOf(state.other)}; listed in the details.` };
}

// Ways run along the longer side of the stage, so that there is room for what stands along them.
function waysInPlace(list, longest) {
  const width = $('stage').clientWidth, height = $('stage').clientHeight;
  const down = narrow();
  const step = down ? Math.max(84, (height - 120) / (longest - 1)) : Math.min(320, Math.max(170, (width - 170) / (longest - 1)));
  const apart = down ? Math.max(104, (width - 110) / 2) : Math.min(190, Math.max(110, height / 4));
  for (const item of list) {
    [item.x, item.y] = down ? [item.row * apart, item.column * step] : [item.column * step, item.row * apart];
    if (down) { item.lines = wrap(item.lines.join(' '), 15); measure(item); }
  }
}
