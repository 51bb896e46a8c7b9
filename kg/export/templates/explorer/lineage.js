// Where a method comes from and what came of it, on an axis of years: the same as `kg lineage` says.

// When the first paper that names an entity was written: it is at least that old.
function firstNamed(node) {
  let first = 0;
  for (const paper of papersOf(node)) {
    const date = dateNumber(dateOf(paper));
    if (date && (!first || date < first)) first = date;
  }
  return first;
}

const when = (node) => {
  if (isPaper(node)) return dateNumber(dateOf(node));
  const first = G.introducedBy[node - G.P] - 1;
  const date = first >= 0 ? dateNumber(dateOf(first)) : 0;
  return date || firstNamed(node);
};
function dateNumber(date) { // 2021-06-17 is about 2021.46
  if (!date) return 0;
  const [year, month, day] = date.split('-').map(Number);
  return year + (month ? (month - 1 + (day ? (day - 1) / 31 : 0.5)) / 12 : 0.5);
}

// A lineage runs along time: the years chosen are those of all that stands in it.
const madeInYears = (node) => fullRange() || (Math.floor(when(node)) >= F.from && Math.floor(when(node)) <= F.to);

// The rows of G.descent by child and by parent, made when the first lineage is asked for.
function kin() {
  if (G.kin) return G.kin;
  const by = { child: new Map(), parent: new Map() };
  const add = (map, key, row) => { const rows = map.get(key); if (rows) rows.push(row); else map.set(key, [row]); };
  G.descent.link.forEach((link, row) => {
    add(by.child, G.P + G.descent.child[row], row);
    add(by.parent, G.L.target[link], row);
  });
  return (G.kin = by);
}

// One step back (what it descends from) or forward: [{here, node, link, descent, sure}]. An entity's is what the build
// found, by the words of the paper that introduces the younger; a paper's is which papers build on which.
function lineageSteps(here, back) {
  const steps = [];
  const add = (node, link, sure, descent = null) => { if (node !== here && passesLink(link) && passesNode(node) && madeInYears(node)) steps.push({ here, node, link, descent, sure }); };
  if (!isPaper(here)) {
    for (const row of kin()[back ? 'child' : 'parent'].get(here) ?? []) {
      const link = G.descent.link[row];
      add(back ? G.L.target[link] : G.P + G.descent.child[row], link, G.descent.sure[row], row);
    }
    return steps;
  }
  for (const link of linksOf(here)) if (relationOf(link) === 'builds_on' && (G.L.source[link] === here) === back) add(otherEnd(link, here), link, G.L.confidence[link]);
  return steps;
}

// How the younger comes from the older: by what its paper does with it, or, whatever that is, by its name.
const CALLED = { color: 'broader', forward: 'is named after', back: 'gave its name to' };
const isCalled = (edge) => Boolean(G.descent.called[edge.descent]);
const relationIn = (edge) => (isCalled(edge) ? CALLED : RELATION[relationOf(edge.link)]);

// So many generations, each node once, where it is nearest; of more than `width` branches the best known ones.
const GENERATIONS = 3;
function generations(root, back, width) {
  const fame = (node) => (isPaper(node) ? degree(node) : G.paperCount[node - G.P]);
  const byId = (a, b) => (a === b ? 0 : idOf(a) < idOf(b) ? -1 : 1);
  const seen = new Set([root]), out = [];
  let level = [root];
  for (let depth = 1; depth <= GENERATIONS && level.length; depth++) {
    const steps = level.flatMap((here) => lineageSteps(here, back)).filter(({ node }) => !seen.has(node));
    steps.sort((a, b) => fame(b.node) - fame(a.node) || b.sure - a.sure || byId(a.node, b.node) || byId(a.here, b.here));
    const found = new Set(), branches = new Map();
    level = [];
    for (const step of steps) {
      if (found.has(step.node)) continue;
      found.add(step.node);
      const place = branches.get(step.here) ?? 0;
      branches.set(step.here, place + 1);
      if (place >= width) continue;
      out.push({ ...step, depth, side: back ? -1 : 1, place: level.length });
      level.push(step.node);
    }
    for (const node of level) seen.add(node);
  }
  return out;
}

// What dates what: an entity its paper, else the first one that names it, and it is at least that old.
const dated = (node) => isPaper(node) || Boolean(G.introducedBy[node - G.P] && dateOf(G.introducedBy[node - G.P] - 1));
const yearTold = (node) => (when(node) ? `${dated(node) ? '' : '≤ '}${Math.floor(when(node))}` : '');

function lineageScene(state) {
  const most = narrow() ? Math.round(state.limit * 0.3) : state.limit;
  const both = (branches) => [true, false].flatMap((back) => generations(state.node, back, branches));
  const all = both(Infinity);
  const known = (side) => new Set(all.filter((step) => step.side === side).map(({ node }) => node)).size;
  // As many branches as there is room for. The nearest first, both ways in turn: what does not fit lies farthest.
  const fits = [Infinity, 24, 16, 12].find((width) => both(width).length <= most) ?? 8;
  const steps = both(fits).sort((a, b) => a.depth - b.depth || a.place - b.place || a.side - b.side);
  const make = (node, about) => {
    const item = { ...about, key: node, node };
    sizeOf(item);
    item.time = when(node) || null;
    return item;
  };
  const root = make(state.node, { rank: 1000, side: 0, depth: 0, focus: true });
  const items = new Map([[state.node, root]]), edges = [];
  for (const { here, node, link, descent, depth, side, place } of steps) {
    if (items.size > most) break;
    const from = items.get(here);
    if (!from) continue;
    if (!items.has(node)) {
      const item = make(node, { rank: 100 / depth - place / 100, side, depth, from });
      // First named after what descends from it: it is older, and nothing says how much. No date is made up.
      if (side < 0 && !dated(node) && (from.time === null || item.time >= from.time)) item.time = null;
      items.set(node, item);
    }
    const to = items.get(node), [younger, older] = side > 0 ? [to, from] : [from, to];
    edges.push({ a: younger, b: older, link, descent, main: true, bend: 0.1 });
  }
  const list = [...items.values()];
  const some = (side, one) => {
    const n = list.filter((item) => item.side === side).length, of = Math.max(n, known(side));
    return !of ? `no ${one}s known` : n < of ? `${number(n)} of ${plural(of, one)}` : plural(of, one);
  };
  const shown = list.length - 1, total = new Set(all.map(({ node }) => node)).size;
  return { layout: 'time', items: list, edges, shown, total: null, facets: null, more: total > shown && state.limit < MOST, known, ...timeLayout(list, root),
    status: shown ? `${some(-1, 'ancestor')}, ${some(1, 'descendant')}` : 'Nothing known before or after it',
    description: `Lineage of ${nameOf(state.node)}; listed by year in the details.` };
}
