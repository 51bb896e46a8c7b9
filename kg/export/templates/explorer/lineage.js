// Where a method comes from and what came of it, on an axis of years.

// What introduces an entity, and what a paper introduces: lineage goes from thing to thing through their papers.
function introducers(entity) {
  const out = [];
  for (const link of linksOf(entity)) if (relationOf(link) === 'introduces' && passesLink(link)) out.push(G.L.source[link]);
  const first = G.introducedBy[entity - G.P] - 1;
  return first >= 0 ? [first, ...out.filter((paper) => paper !== first)] : out;
}
const introducedIn = (paper) => [...linksOf(paper)].filter((link) => relationOf(link) === 'introduces').map((link) => G.L.target[link]);

// A paper is shown as the main thing it introduces, where there is one.
function standFor(paper) {
  const things = introducedIn(paper).filter((node) => ['Model', 'Method', 'Dataset', 'Benchmark'].includes(kindOf(node)));
  things.sort((a, b) => G.paperCount[b - G.P] - G.paperCount[a - G.P] || a - b);
  return things[0] ?? paper;
}

// Of what a paper uses, its ancestry is what another paper introduced, or what is older: "fine-tuning" is neither.
const ancestral = (node, before) => ['Model', 'Method'].includes(kindOf(node)) && (G.introducedBy[node - G.P] > 0 || (firstNamed(node) && Math.floor(firstNamed(node)) < before));

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

// Steps back (what it builds on) and forward (what builds on it): [{node, link}].
function lineageSteps(node, back) {
  const out = new Map();
  const add = (other, link) => { if (other !== node && !out.has(other) && passesLink(link)) out.set(other, { node: other, link }); };
  const papers = isPaper(node) ? [node] : introducers(node).slice(0, 2);
  for (const paper of papers) {
    for (const link of linksOf(paper)) {
      if (relationOf(link) !== 'builds_on' || (G.L.source[link] === paper) !== back) continue;
      const other = otherEnd(link, paper);
      const via = G.L.via[link - G.L.firstPP] - 1;
      if (!back && via >= 0 && !isPaper(node) && G.P + via !== node) continue; // it builds on something else of that paper
      add(back && via >= 0 ? G.P + via : standFor(other), link);
    }
  }
  if (!isPaper(node)) {
    for (const link of linksOf(node)) { // variants: LLaMA-2 is a kind of LLaMA
      if (relationOf(link) === 'broader' && (G.L.source[link] === node) === back) add(otherEnd(link, node), link);
    }
    if (!back) {
      for (const link of linksOf(node)) { // papers that use it to introduce something
        if (relationOf(link) !== 'uses') continue;
        const thing = standFor(G.L.source[link]);
        if (!isPaper(thing) && thing !== node) add(thing, link);
      }
    }
  }
  if (back) {
    for (const paper of papers.slice(0, 1)) {
      for (const link of linksOf(paper)) {
        if (relationOf(link) === 'uses' && ancestral(otherEnd(link, paper), yearOf(paper))) add(otherEnd(link, paper), link);
      }
    }
  }
  const mine = when(node);
  const value = ({ node: other, link }) => linkScore(link) * (relationOf(link) === 'uses' ? 0.6 : 1.2) * Math.log2(2 + degree(other));
  return [...out.values()].filter((s) => passesNode(s.node) && when(s.node) && (!mine || (back ? when(s.node) <= mine + 0.2 : when(s.node) >= mine - 0.2)))
    .sort((a, b) => value(b) - value(a) || a.node - b.node);
}

function lineageScene(state) {
  const items = new Map(), edges = [];
  const add = (node, rank, side) => {
    if (!items.has(node)) items.set(node, sizeOf({ key: node, node, rank, side, focus: node === state.node }));
    return items.get(node);
  };
  const root = add(state.node, 1000, 0);
  let total = 0;
  for (const back of [true, false]) {
    let wave = [root];
    for (let depth = 1; depth <= 3 && wave.length; depth++) {
      const next = [];
      for (const item of wave) {
        const steps = lineageSteps(item.node, back);
        if (depth === 1) total += steps.length;
        for (const { node, link } of steps.slice(0, depth === 1 ? Math.round(state.limit / 4) : depth === 2 ? 3 : 2)) {
          if (items.size > state.limit) break;
          const fresh = !items.has(node);
          const other = add(node, 100 / depth - next.length, back ? -1 : 1);
          if (fresh) next.push(other);
          if (!edges.some((e) => (e.a === item && e.b === other) || (e.a === other && e.b === item))) edges.push({ a: back ? item : other, b: back ? other : item, link, main: depth === 1, bend: 0.1 });
        }
      }
      wave = next;
    }
  }
  const list = [...items.values()].filter((item) => when(item.node));
  const years = timeLayout(list, root);
  return { layout: 'time', items: list, edges: edges.filter(({ a, b }) => list.includes(a) && list.includes(b)), shown: list.length - 1, total: null, facets: null,
    status: list.length > 1 ? `${list.filter((i) => i.side < 0).length} before, ${list.filter((i) => i.side > 0).length} after` : 'Nothing known before or after it',
    backdrop: years.backdrop, overlay: years.overlay, description: `Lineage of ${nameOf(state.node)}; listed by year in the details.` };
}

// x is time; each item takes the row nearest to the middle where its label still has room.
function timeLayout(list, root) {
  const times = list.map((item) => when(item.node)).sort((a, b) => a - b);
  const first = Math.floor(times[0] ?? 2000), last = Math.floor(times.at(-1) ?? 2000) + 1;
  // Crowded years get more room: widths grow with the number of items in each.
  const inYear = Array.from({ length: last - first }, (_, k) => list.filter((item) => Math.floor(when(item.node)) === first + k).length);
  let edgesX = [0];
  const xOf = (time) => { const k = Math.min(last - first - 1, Math.floor(time) - first); return edgesX[k] + (time - first - k) * (edgesX[k + 1] - edgesX[k]); };
  const order = [...list].sort((a, b) => b.rank - a.rank);
  const place = (stretch) => {
    edgesX = [0];
    for (const n of inYear) edgesX.push(edgesX.at(-1) + stretch * (70 + 62 * Math.sqrt(n)));
    const rows = [];
    for (const item of order) {
      item.x = xOf(when(item.node));
      for (let k = 0; ; k++) {
        const row = k % 2 ? Math.ceil(k / 2) : -k / 2;
        rows[k] ??= [];
        if (rows[k].every(([left, right]) => item.x + item.width / 2 < left || item.x - item.width / 2 > right)) {
          rows[k].push([item.x - item.width / 2, item.x + item.width / 2]);
          item.y = row * 84;
          break;
        }
      }
    }
    return rows.length * 84 <= 0.7 * edgesX.at(-1);
  };
  for (const stretch of [1, 1.4, 2, 2.8, 4]) if (place(stretch)) break; // few years with many things are drawn wider
  const box = boundsOf(list);
  const labels = (ctx, toScreen) => {
    ctx.font = `500 12px ${Palette.sans}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'alphabetic';
    ctx.fillStyle = Palette.muted;
    let free = -Infinity;
    for (let year = first; year < last; year++) {
      const [left] = toScreen(edgesX[year - first], 0), [right] = toScreen(edgesX[year - first + 1], 0);
      const x = (left + right) / 2;
      if (x < free) continue;
      ctx.fillText(String(year), x, 22);
      free = x + 40;
      if (right - left > 280) for (const [month, name] of [[0, 'Jan'], [3, 'Apr'], [8, 'Sep'], [11, 'Dec']]) ctx.fillText(name, left + ((month + 0.5) / 12) * (right - left), 22);
    }
  };
  const backdrop = (ctx) => {
    ctx.fillStyle = Palette.surface;
    ctx.globalAlpha = 0.75;
    for (let k = 0; k < edgesX.length - 1; k += 2) ctx.fillRect(edgesX[k], box.top - 4000, edgesX[k + 1] - edgesX[k], 8000 + box.bottom - box.top);
    ctx.globalAlpha = 1;
  };
  return { backdrop, overlay: labels };
}
