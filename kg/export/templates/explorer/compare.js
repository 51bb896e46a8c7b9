// Two entities side by side: what only one, what both are linked to, and the papers that name both.

function compareData(a, b) {
  const near = (node) => new Map(neighborsOf(node).all().map((neighbor) => [neighbor.node, neighbor]));
  const ofA = near(a), ofB = near(b);
  const both = [...ofA.keys()].filter((node) => ofB.has(node) && node !== a && node !== b);
  const score = (node) => (ofA.get(node)?.score ?? 0) + (ofB.get(node)?.score ?? 0);
  const sort = (list) => inOrder(list, orderOf(list.map(score)));
  return { ofA, ofB, both: sort(both), onlyA: sort([...ofA.keys()].filter((node) => !ofB.has(node) && node !== b)), onlyB: sort([...ofB.keys()].filter((node) => !ofA.has(node) && node !== a)) };
}

function compareScene(state) {
  const { node: a, other: b } = state;
  const data = compareData(a, b);
  const items = [], edges = [];
  const add = (node, column, focus = false) => {
    const item = sizeOf({ key: node, node, column, focus, rank: focus ? 1000 : 100 - items.length, beside: { [-1]: 'left', 3: 'right' }[column] });
    if (item.beside) nameBeside(item, headOf(nameOf(node), 36));
    items.push(item);
    return item;
  };
  const left = add(a, 0, true), right = add(b, 2, true);
  const linkTo = (node) => (data.ofA.get(node) ?? data.ofB.get(node)).link;
  const pick = (nodes, count) => new Neighbors(nodes, nodes.map(linkTo), nodes.map(() => 1)).mixed(count).map((n) => n.node);
  for (const node of pick(data.both, narrow() ? 9 : 14)) {
    const item = add(node, 1);
    edges.push({ a: left, b: item, link: data.ofA.get(node).link, main: true, bend: 0.04 }, { a: item, b: right, link: data.ofB.get(node).link, main: true, bend: 0.04 });
  }
  const some = (nodes) => (narrow() ? [] : pick(nodes, 8)); // the details list these, too
  for (const node of some(data.onlyA)) edges.push({ a: left, b: add(node, -1), link: data.ofA.get(node).link, bend: 0.04 });
  for (const node of some(data.onlyB)) edges.push({ a: right, b: add(node, 3), link: data.ofB.get(node).link, bend: 0.04 });
  const direct = data.ofA.get(b);
  if (direct) edges.push({ a: left, b: right, link: direct.link, main: true, bend: 0.5 });
  columns(items, 190, 24);
  return { layout: 'path', items, edges, compare: data, shown: items.length, total: null, facets: null,
    status: `${plural(data.both.filter((node) => !isPaper(node)).length, 'entity', 'entities')} and ${plural(data.both.filter(isPaper).length, 'paper')} in common`, description: `${nameOf(a)} and ${nameOf(b)} compared; the details have the figures.` };
}

// ---- the details -----------------------------------------------------------------------------------------------

function comparePanel(state, scene) {
  const { node: a, other: b } = state, { compare } = scene;
  // Papers count where their marks are hidden, too, as in the overview.
  const links = new Map([a, b].map((node) => [node, [...linksOf(node)].filter((link) => link < G.L.firstPP && passesLink(link) && inYears(G.L.source[link]))]));
  const papers = (node, role = null) => [...new Set(links.get(node).filter((link) => !role || relationOf(link) === role).map((link) => G.L.source[link]))];
  const ofA = papers(a), ofB = papers(b), inB = new Set(ofB);
  const together = ofA.filter((paper) => inB.has(paper));
  const sentences = together.map((paper) => links.get(a).find((link) => G.L.source[link] === paper));
  const row = (name, of) => el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, of(a)), el('td', {}, of(b)));
  const by = (node) => G.introducedBy[node - G.P] - 1;
  const first = (node) => (by(node) < 0 ? '–' : nodeLink(by(node), { shape: false, text: cut(nameOf(by(node)), 70) }));
  const count = (role) => (node) => number(papers(node, role).length);
  const nodes = (title, list, open) => (list.length ? section(title, growingList(list, (node) => el('li', { class: 'entry' }, nodeLink(node)), { first: 8 }), { count: list.length, open }) : null);
  const named = (list) => list.filter((node) => !isPaper(node));
  const [nameA, nameB] = [a, b].map((node) => headOf(nameOf(node), 24));
  const charts = [[a, ofA, ofB], [b, ofB, ofA]].map(([node, own, others]) => [node, yearChart(own, { width: 170, others, kind: kindOf(node), title: '' })]).filter(([, chart]) => chart);
  return [
    head(el('p', { class: 'chip' }, icon('compare'), 'Compare'), labelOf(state)),
    el('table', { class: 'versus' }, el('thead', {}, el('tr', {}, el('td', {}), el('th', { scope: 'col' }, nodeLink(a)), el('th', { scope: 'col' }, nodeLink(b)))),
      el('tbody', {}, row('Type', kindOf), row('Papers', count()), row('Introduced by', first),
        row('Papers that use it', count('uses')), row('Papers that evaluate on it', count('evaluates_on')), row('Papers that compare with it', count('compares_with')))),
    charts.length ? section('Papers a year', el('div', { class: 'two-charts' }, ...charts.map(([node, chart]) => el('div', {}, nodeLink(node), chart)))) : null,
    section('Papers that name both', together.length ? growingList(sentences, (link) => el('li', { class: 'entry' }, el('div', { class: 'entry-head' }, nodeLink(G.L.source[link]), el('span', { class: 'about' }, dateOf(G.L.source[link]).slice(0, 7))), evidenceLine(link)), { first: 4 }) : emptyLine('None.', 'None under these filters.'), { count: together.length }),
    nodes('Both are linked to', named(compare.both), true),
    nodes(`Only ${nameA}`, named(compare.onlyA), false), nodes(`Only ${nameB}`, named(compare.onlyB), false),
    nodes(`Papers with only ${nameA}`, compare.onlyA.filter(isPaper), false), nodes(`Papers with only ${nameB}`, compare.onlyB.filter(isPaper), false),
  ];
}
