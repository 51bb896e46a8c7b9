// The panel beside the picture: everything drawn is also here, as text and links, so that nothing needs the picture.

// How many there are stands beside the title, and of how many, where not all are here.
function section(title, content, { count = null, of = count, open = true, id = null } = {}) {
  return el('details', { class: 'part', open, id },
    el('summary', {}, el('h3', {}, title), count !== null && el('span', { class: 'count' }, count < of ? `${number(count)} of ${number(of)}` : number(count))), content);
}

function showPanel(state, scene) {
  const panel = $('panel-body');
  const makers = { overview: overviewPanel, group: groupPanel, path: pathPanel, lineage: lineagePanel, compare: comparePanel, ask: askPanel };
  const content = state.mode === 'focus' ? (isPaper(state.node) ? paperPanel : entityPanel)(state.node, scene) : makers[state.mode](state, scene);
  if (state.mode === 'focus' || state.mode === 'group') content.push(drawnPart(scene));
  panel.replaceChildren(...content.filter(Boolean));
}

function head(kind, title, ...rest) {
  return el('header', { class: 'panel-head' }, kind, el('h2', { id: 'panel-title', tabindex: '-1', dir: 'auto' }, el('bdi', {}, title)), ...rest);
}

const kindChip = (kind) => el('p', { class: `chip kind-${kind}` }, kindIcon(kind), kind);

function actions(node) {
  const focusHere = () => navigate({ mode: 'focus', node });
  const pick = (title, mode, accept) => () => openPicker(title, (other) => navigate({ mode, node, other }), accept);
  return el('div', { class: 'actions', role: 'group', 'aria-label': 'Actions' },
    now.mode !== 'focus' && button('Focus', focusHere, { name: 'graph' }),
    button('Path to…', pick(`A path from ${headOf(nameOf(node), 40)} to…`, 'path', (other) => other !== node), { name: 'path', id: 'action-path' }),
    button('Lineage', () => navigate({ mode: 'lineage', node }), { name: 'time', id: 'action-lineage' }),
    !isPaper(node) && button('Compare…', pick(`Compare ${headOf(nameOf(node), 40)} with…`, 'compare', (other) => other !== node && !isPaper(other)), { name: 'compare', id: 'action-compare' }));
}

// Everything in the picture, by kind: the same as real links, with expanding and folding.
function drawnPart(scene) {
  const byKind = new Map();
  for (const item of scene.items) if (item.node !== undefined && !item.focus) byKind.set(item.kind, [...(byKind.get(item.kind) ?? []), item]);
  const content = el('div', { class: 'drawn' });
  for (const kind of KINDS) {
    const items = byKind.get(kind);
    if (!items) continue;
    items.sort((a, b) => b.rank - a.rank);
    content.append(el('h4', {}, kindIcon(kind), kind === 'Paper' ? 'Papers' : `${kind}s`, el('span', { class: 'count' }, number(items.length))),
      el('ul', { class: 'entries tight' }, ...items.map((item) => el('li', { class: 'entry with-tools' }, nodeLink(item.node, { shape: false }),
        now.mode === 'focus' && el('span', { class: 'tools' },
          el('button', { type: 'button', class: 'tool', 'aria-pressed': String(now.expanded.includes(item.node)), 'aria-label': `Expand ${nameOf(item.node)}`, title: 'Expand', on: { click: () => toggleExpanded(item.node) } }, icon('plus')),
          el('button', { type: 'button', class: 'tool', 'aria-pressed': String(now.collapsed.includes(item.node)), 'aria-label': `Fold ${nameOf(item.node)}`, title: 'Fold what hangs on it', on: { click: () => toggleCollapsed(item.node) } }, icon('minus')))))));
  }
  return section('In the picture', content, { count: scene.items.filter((item) => item.node !== undefined && !item.focus).length, open: false, id: 'drawn' });
}

// ---- overview and groups ---------------------------------------------------------------------------------------

function barList(nodes, valueOf) {
  const most = Math.max(1, ...nodes.map(valueOf));
  return el('ol', { class: 'bars' }, ...nodes.map((node) => el('li', {}, nodeLink(node, { shape: false }),
    el('span', { class: `bar kind-${kindOf(node)}`, style: { width: `${(100 * valueOf(node)) / most}%` }, 'aria-hidden': 'true' }), el('span', { class: 'count' }, number(valueOf(node))))));
}

// The entities that most papers name, of all or of a group and in that group's papers.
function tops(group, count) {
  const named = group === null ? leftByFilters().papers : namedBy((paper) => groupOf(paper) === group && inYears(paper));
  return ['Model', 'Method', 'Dataset', 'Benchmark', 'Task', 'Metric'].map((kind) => {
    const wanted = G.types.indexOf(kind), nodes = [];
    if (F.kinds.has(kind)) return null;
    for (let e = 0; e < G.E; e++) if (G.entityType[e] === wanted && named[e] && (group === null || G.entityGroup[e] - 1 === group)) nodes.push(G.P + e);
    nodes.sort((a, b) => named[b - G.P] - named[a - G.P] || a - b);
    const best = nodes.slice(0, count);
    return best.length ? section(`${kind}s`, barList(best, (node) => named[node - G.P]), { count: nodes.length > count ? null : nodes.length }) : null;
  });
}

// Not every link has a sentence: not those that follow from names, nor those of which a small file holds none.
const linksSay = () => (G.lean ? 'A full bar beside a link marks what a paper states, a hollow one what is inferred.'
  : `A link that a paper states comes with its sentence${G.carried.whole < G.P ? ', where this file holds it' : ''}; a hollow bar marks one that is inferred, which may have none.`);

const someOf = (some, all) => (some < all ? `${number(some)} of ${plural(all, 'paper')}` : plural(all, 'paper'));

function overviewPanel() {
  const years = span.first ? (span.earliest === span.last ? String(span.last) : `${span.earliest}–${span.last}`) : 'years unknown';
  return [
    head(null, pageTitle, el('p', { class: 'corpus', id: 'corpus-line' }, `${someOf(leftByFilters().all, G.P)} · ${plural(G.E, 'entity', 'entities')} · ${years}`)),
    el('p', { class: 'lead' }, `Search for a method, a data set or a paper, or open a group. ${linksSay()}`),
    section('Questions', questionList(), { open: false, id: 'questions-part' }),
    section('Groups', el('ul', { class: 'groups' }, ...G.groups.map((group, at) => leftByFilters().groups[at] > 0 && groupEntry(at))), { count: leftByFilters().groups.filter(Boolean).length }),
    ...tops(null, 8),
    aboutFile(),
  ];
}

// A group, how much is in it, and, unfolded, what stands on its rim in the picture.
function groupEntry(at) {
  const { name, top } = G.groups[at], { groups, papers } = leftByFilters();
  const nodes = top.filter((e) => papers[e] && passesNode(G.P + e)).map((e) => G.P + e);
  const said = nodes.map(nameOf).filter((other) => !name.includes(other)).slice(0, 3).join(' · ');
  return el('li', {}, el('div', { class: 'group-head' }, el('a', { href: hashOf({ mode: 'group', group: at }, { filters: true }), class: 'group-link' }, swatch(at), el('bdi', {}, name)), el('span', { class: 'count', title: plural(groups[at], 'paper') }, number(groups[at]))),
    nodes.length ? el('details', {}, el('summary', { class: 'about' }, said || plural(nodes.length, 'name')), el('ul', { class: 'entries tight' }, ...nodes.map((node) => el('li', { class: 'entry' }, nodeLink(node))))) : null);
}

// What this file leaves out, where it does.
function aboutFile() {
  const { whole, rounded, pairs, single, authors } = G.carried;
  const facts = [
    G.lean ? 'It carries no abstracts and no evidence sentences.' : whole < G.P && `It carries ${number(whole)} of ${plural(G.P, 'abstract')} whole, those of the best-linked papers; of the others the sentences that say most.`,
    single && `${plural(single, 'entity', 'entities')} that one paper alone names are left out.`,
    authors !== undefined && (authors ? `Of a paper's authors it carries ${authors > 2 ? `the first ${authors - 1} and the last` : authors > 1 ? 'the first and the last' : 'the first'}.` : 'It carries no authors.'),
    rounded && 'Confidences are rounded to 5 %.',
    rounded && span.facets.relations.get('shares') < pairs && `Of ${number(pairs)} pairs of similar papers it carries the ${number(span.facets.relations.get('shares') ?? 0)} most alike.`,
  ].filter(Boolean);
  return facts.length ? section('About this file', el('p', { class: 'note' }, `To stay small, this file does not hold all that the graph does. ${facts.join(' ')}`), { id: 'about-file' }) : null;
}

function groupPanel(state) {
  const group = G.groups[state.group];
  const papers = [];
  let all = 0;
  for (let p = 0; p < G.P; p++) if (groupOf(p) === state.group && ++all && inYears(p)) papers.push(p);
  const entities = G.entityGroup.reduce((n, g) => n + (g - 1 === state.group ? 1 : 0), 0);
  papers.sort((a, b) => degree(b) - degree(a) || a - b);
  return [
    head(el('p', { class: 'chip' }, swatch(state.group), 'Group'), group.name,
      el('p', { class: 'corpus' }, `${someOf(papers.length, all)} · ${plural(entities, 'entity', 'entities')}`)),
    yearChart(papers),
    section('Best-linked papers', growingList(papers, (p) => el('li', { class: 'entry' }, el('div', { class: 'entry-head' }, nodeLink(p), el('span', { class: 'about' }, dateOf(p).slice(0, 7)))), { first: 6 }), { count: papers.length }),
    ...tops(state.group, 5),
  ];
}

function byYear(papers) {
  const count = new Map();
  for (const paper of papers) { const year = yearOf(paper); if (year) count.set(year, (count.get(year) || 0) + 1); }
  return count;
}

// Papers a year, as bars with their numbers; `others` share axis and scale, so that two charts can be compared. A click
// on a year chooses it, as the slider does.
function yearChart(papers, { width = 360, others = [], kind = 'Paper', title = 'Papers a year' } = {}) {
  const count = byYear(papers), undated = papers.length - [...count.values()].reduce((sum, n) => sum + n, 0);
  if (!count.size) return null;
  const years = [...new Set([...count.keys(), ...others.map(yearOf).filter(Boolean)])].sort((a, b) => a - b);
  const last = years.at(-1), first = Math.max(years[0], last - 19);
  const n = last - first + 1, most = Math.max(...count.values(), ...byYear(others).values()), own = Math.max(...count.values());
  const height = 64, slot = Math.min(44, width / n), wide = slot >= 34;
  const text = years.map((year) => `${year}: ${count.get(year) || 0}`).join(', ');
  const chart = svg('svg', { viewBox: `0 0 ${width} ${height + 18}`, class: 'years', preserveAspectRatio: 'xMinYMax meet', role: 'img', 'aria-label': `Papers a year. ${text}` });
  for (let k = 0; k < n; k++) {
    const value = count.get(first + k) || 0;
    const h = value ? Math.max(2, (height - 14) * (value / most)) : 1;
    const year = first + k, alone = F.from === year && F.to === year;
    const bar = svg('rect', { class: year >= F.from && year <= F.to ? 'in' : 'out', x: k * slot + 1.5, y: height - h, width: slot - 3, height: h, rx: 2 });
    bar.append(svg('title', {}, `${year}: ${plural(value, 'paper')}`));
    bar.addEventListener('click', () => { [F.from, F.to] = alone ? [span.first, span.last] : [year, year]; filtersChanged(); });
    chart.append(bar);
    if (value && (slot >= 20 || value === own)) chart.append(svg('text', { x: k * slot + slot / 2, y: height - h - 4, class: 'value' }, number(value)));
    if (wide || k % Math.ceil(24 / slot) === 0) chart.append(svg('text', { x: k * slot + slot / 2, y: height + 13 }, wide ? String(first + k) : `’${String(first + k).slice(2)}`));
  }
  return el('figure', { class: `year-figure kind-${kind}` }, title && el('figcaption', {}, title, undated > 0 && el('span', {}, `, without ${number(undated)} that ${undated === 1 ? 'has' : 'have'} no date`)), chart);
}

// ---- path, lineage, compare ------------------------------------------------------------------------------------

function pathPanel(state, scene) {
  const ways = scene.ways.map((way, k) => section(k ? `Another way, ${plural(way.links.length, 'step')}` : `Best way, ${plural(way.links.length, 'step')}`,
    el('ol', { class: 'way' }, ...way.nodes.map((node, at) => el('li', {}, nodeLink(node),
      at < way.links.length && el('div', { class: 'way-step' }, el('span', { class: 'said' }, phrase(way.links[at], node)), confidenceMark(way.links[at]), viaLine(way.links[at]), evidenceLine(way.links[at]))))), { open: !k }));
  return [
    head(el('p', { class: 'chip' }, icon('path'), 'Path'), labelOf(state),
      el('div', { class: 'actions' }, button('Swap ends', () => navigate({ ...now, node: state.other, other: state.node }), { name: 'swap' }))),
    ...(ways.length ? ways : [emptyLine('They are not connected in this graph, or by more than eight steps.', 'No connection was found. A filter may hide one:')]),
  ];
}

function viaLine(link) {
  if (link < G.L.firstPP || link >= G.L.firstEE) return null;
  const via = G.L.via[link - G.L.firstPP] - 1;
  return via >= 0 ? el('span', { class: 'via' }, 'through ', nodeLink(G.P + via)) : null;
}

function lineagePanel(state, scene) {
  const sorted = scene.items.filter((item) => !item.focus).sort((a, b) => when(a.node) - when(b.node) || a.node - b.node);
  const part = (side, title) => {
    const items = sorted.filter((item) => item.side === side);
    return items.length ? section(title, el('ul', { class: 'entries' }, ...items.map((item) => {
      // links lead from what is later to what is earlier; this one leads towards what the lineage is of
      const edge = scene.edges.find((e) => (side > 0 ? e.a : e.b) === item);
      const relation = edge && relationIn(edge);
      return el('li', { class: 'entry' }, el('div', { class: 'entry-head' }, el('span', { class: 'date', title: yearOf(item.node) ? null : 'The first year in which a paper here names it' }, when(item.node) ? `${yearOf(item.node) ? '' : '≤ '}${Math.floor(when(item.node))}` : 'undated'), nodeLink(item.node),
        edge && el('span', { class: 'said' }, side > 0 ? `${relation.forward} ${headOf(nameOf(edge.b.node), 28)}` : `${relation.back} ${headOf(nameOf(edge.a.node), 28)}`)), edge ? evidenceLine(edge.link, edge.descent) : null);
    })), { count: items.length, of: scene.known(side) }) : null;
  };
  return [
    head(kindChip(kindOf(state.node)), `Lineage of ${nameOf(state.node)}`, actionsOfLineage(state.node)),
    sorted.length ? null : emptyLine('Nothing in this graph is known to lead to it or to come from it.', 'Nothing is left that leads to it or comes from it. A filter may hide some:'),
    part(-1, 'It comes from'), part(1, 'What came of it'),
  ];
}

const actionsOfLineage = (node) => el('div', { class: 'actions' }, button('Its neighborhood', () => navigate({ mode: 'focus', node }), { name: 'graph' }));
