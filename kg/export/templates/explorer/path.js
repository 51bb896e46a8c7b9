// How two nodes are connected: the ways that `kg path` finds.

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

// What each link costs, and which nodes are never passed, as kg.graph.paths reckons it: once, when first asked for.
// A path through "accuracy" says nothing, and one through "reinforcement learning" less than one through "PPO". Costs
// are whole numbers, so that sums are exact: a step is 1000, and half of what its ends cost and it is doubtful comes on
// top; 0 stands for a link that explains nothing. What a sentence says explains, and what is a kind of what.
function tolls() {
  if (G.tolls) return G.tolls;
  const { size, source, target, relation, confidence, inferred } = G.L;
  const broader = G.relations.indexOf('broader'), mention = G.relations.indexOf('mentions');
  const degrees = new Int32Array(G.N), toll = new Float64Array(G.N), shut = new Uint8Array(G.N), price = new Int32Array(size);
  const explains = (link) => !inferred[link] || relation[link] === broader;
  for (let link = 0; link < size; link++) if (explains(link)) { degrees[source[link]]++; degrees[target[link]]++; }
  const most = Math.log1p(degrees.reduce((one, other) => Math.max(one, other), 2));
  const hub = Math.trunc(Math.min(Math.max(25, 0.02 * G.P), 1000));
  const named = /[\p{Lu}\p{Nd}]/u;
  for (let node = 0; node < G.N; node++) {
    toll[node] = Math.log1p(degrees[node]) / most;
    if (isPaper(node)) continue;
    if (!named.test(G.names.at(node - G.P))) toll[node] += 0.6;
    shut[node] = G.paperCount[node - G.P] > hub || kindOf(node) === 'Metric' ? 1 : 0;
  }
  for (let link = 0; link < size; link++) {
    const doubt = relation[link] === mention ? 1 : 1 - confidence[link] / 100;
    if (explains(link)) price[link] = 1000 + Math.round(500 * (toll[source[link]] + toll[target[link]] + doubt));
  }
  G.tolls = { price, shut };
  return G.tolls;
}

// Papers before entities, then by id: what the command goes by where two ways cost the same.
const comesBefore = (one, other) => (isPaper(one) !== isPaper(other) ? isPaper(one) : idOf(one) < idOf(other));

// The cheapest way that passes nothing in `shut`, as nodes. With `apart` the two ends are not linked to each other.
function cheapest(from, to, shut, apart) {
  const cost = new Float64Array(G.N).fill(Infinity);
  const done = new Uint8Array(G.N);
  const heap = new Heap();
  const { price } = tolls();
  const open = (link, node) => {
    const other = otherEnd(link, node);
    if (!price[link] || !passesLink(link) || (apart && (node === from || node === to) && (other === from || other === to))) return -1;
    return other === from || other === to || (!shut[other] && passesNode(other)) ? other : -1;
  };
  cost[from] = 0;
  heap.push(0, from);
  while (heap.size && !done[to]) {
    const [sum, node] = heap.pop();
    if (done[node]) continue;
    done[node] = 1;
    for (const link of linksOf(node)) {
      const other = open(link, node);
      if (other < 0 || done[other]) continue;
      const next = sum + price[link];
      if (next < cost[other]) { cost[other] = next; heap.push(next, other); }
    }
  }
  if (!done[to]) return null;
  const nodes = [to];
  while (nodes[0] !== from) {
    let best = -1;
    for (const link of linksOf(nodes[0])) {
      const other = open(link, nodes[0]);
      if (other < 0 || !done[other] || cost[other] + price[link] !== cost[nodes[0]]) continue;
      if (best < 0 || (other !== best && comesBefore(other, best))) best = other;
    }
    nodes.unshift(best);
  }
  return nodes;
}

// The link that a step is told by: the surest.
function surest(one, other) {
  const between = [...linksOf(one)].filter((link) => otherEnd(link, one) === other && tolls().price[link] && passesLink(link));
  const order = (a, b) => G.L.confidence[b] - G.L.confidence[a] || (relationOf(a) < relationOf(b) ? -1 : 1);
  return between.sort(order)[0];
}

// Up to three ways that share nothing between their ends.
function paths(from, to) {
  const shut = tolls().shut.slice();
  const found = [];
  let apart = false;
  while (found.length < 3) {
    const nodes = cheapest(from, to, shut, apart);
    if (!nodes) break;
    found.push({ nodes, links: nodes.slice(1).map((node, at) => surest(nodes[at], node)) });
    for (const node of nodes.slice(1, -1)) shut[node] = 1;
    apart ||= nodes.length === 2;
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
    status: found.length ? `${plural(found[0].links.length, 'step')}${found.length > 1 ? `, and ${plural(found.length - 1, 'other way')}` : ''}` : filtersOn() ? 'No connection under these filters' : 'Not connected but through what everybody names',
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
