// What the legend counts beside a picture: kinds, relations and years of all that there is, drawn or not.

const noFacets = () => ({ kinds: new Map(), relations: new Map(), years: new Map() });
const tally = (map, key, n = 1) => { if (n) map.set(key, (map.get(key) || 0) + n); };

function countNode(facets, node) {
  tally(facets.kinds, kindOf(node));
  if (isPaper(node) && yearOf(node)) tally(facets.years, yearOf(node));
}

// Of a group: its nodes, and the links among them.
function countGroup(group) {
  const facets = noFacets(), inside = new Uint8Array(G.N), relations = new Int32Array(G.relations.length);
  for (let node = 0; node < G.N; node++) if (groupOf(node) === group) { inside[node] = 1; countNode(facets, node); }
  const { source, target, relation, size } = G.L;
  for (let link = 0; link < size; link++) if (inside[source[link]] && inside[target[link]]) relations[relation[link]]++;
  relations.forEach((n, at) => tally(facets.relations, G.relations[at], n));
  return facets;
}

const MOST_LINKS = 3e6; // looked at: beyond them the count is a lower bound, which no screen can show anyway

// Of a node, its neighbors where two steps are shown, and what was opened: all that is linked to one of them.
// Gives how many of these pass the filters, each step by a link that does.
function countReach({ node: focus, depth, expanded }, facets) {
  const { source, target, relation } = G.L;
  const known = new Uint8Array(G.N), passing = new Uint8Array(G.N), counted = new Uint8Array(G.L.size);
  const relations = new Int32Array(G.relations.length);
  known[focus] = passing[focus] = 1;
  let total = 0, budget = MOST_LINKS;
  const visit = (center) => {
    const run = linksOf(center), through = passing[center], near = [];
    for (let k = 0; k < run.length; k++) {
      const link = run[k], other = source[link] === center ? target[link] : source[link];
      if (!counted[link]) { counted[link] = 1; relations[relation[link]]++; }
      if (!known[other]) { known[other] = 1; countNode(facets, other); near.push(other); }
      if (through && !passing[other] && passesLink(link) && passesNode(other)) { passing[other] = 1; total++; }
    }
    budget -= run.length;
    return near;
  };
  const first = visit(focus);
  if (depth === 2) for (const node of first) { if (budget < degree(node)) break; visit(node); }
  for (const node of expanded) if (known[node]) visit(node);
  relations.forEach((n, at) => tally(facets.relations, G.relations[at], n));
  return total;
}
