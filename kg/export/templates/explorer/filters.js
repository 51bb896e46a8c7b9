// Filters that are the legend at the same time: kinds and relations with counts, years, confidence, stated or inferred.

const F = { kinds: new Set(), relations: new Set(), relationOff: new Uint8Array(32), kindOff: new Uint8Array(8), from: 0, to: 0, confidence: 0, only: '' };
const span = { first: 0, last: 0, papers: null }; // the corpus's years, and papers per year

const passesLink = (link) => !F.relationOff[G.L.relation[link]] && G.L.confidence[link] >= F.confidence
  && (!F.only || (F.only === 'inferred') === (G.L.inferred[link] === 1));
const fullRange = () => F.from === span.first && F.to === span.last;
const inYears = (paper) => fullRange() || (yearOf(paper) >= F.from && yearOf(paper) <= F.to);
const passesKind = (node) => !F.kindOff[isPaper(node) ? 0 : 1 + G.entityType[node - G.P]];
const passesNode = (node) => passesKind(node) && (!isPaper(node) || inYears(node));

// What the filters leave of the whole graph, counted once for each choice of them: papers of every group, and papers
// that name an entity. Papers count where their marks are hidden, too.
const left = { by: '', all: 0, groups: null, papers: null };
function leftByFilters() {
  const by = [F.from, F.to, F.confidence, F.only, ...F.relations].join();
  if (left.by === by) return left;
  Object.assign(left, { by, all: 0, groups: new Int32Array(G.groups.length), papers: G.paperCount });
  for (let p = 0; p < G.P; p++) if (inYears(p)) { left.all++; if (groupOf(p) >= 0) left.groups[groupOf(p)]++; }
  if (fullRange() && !F.confidence && !F.only && !F.relations.size) return left;
  left.papers = namedBy(inYears);
  return left;
}

// How many of some papers name each entity, by links that pass the filters.
function namedBy(counts) {
  const { source, target, firstPP } = G.L;
  const named = new Int32Array(G.E), last = new Int32Array(G.E).fill(-1);
  for (let link = 0; link < firstPP; link++) {
    const paper = source[link], entity = target[link] - G.P;
    if (last[entity] !== paper && counts(paper) && passesLink(link)) { last[entity] = paper; named[entity]++; }
  }
  return named;
}

function filterParts() {
  const parts = [];
  const hidden = [...F.kinds, ...F.relations];
  if (hidden.length) parts.push(['hide', hidden.sort()]);
  if (!fullRange()) parts.push(['y', `${F.from}-${F.to}`]);
  if (F.confidence) parts.push(['c', String(F.confidence / 100)]);
  if (F.only) parts.push(['only', F.only]);
  return parts;
}

function setFilters({ hide = [], y = '', c = '', only = '' }) {
  F.kinds = new Set(hide.filter((name) => KINDS.includes(name)));
  F.relations = new Set(hide.filter((name) => G.relations.includes(name)));
  // Years that are not the corpus's choose nothing, and would hide everything.
  const [first, last] = (/^(\d{4})-(\d{4})$/.exec(y) ?? []).slice(1).map(Number).sort((a, b) => a - b);
  const known = first <= span.last && last >= span.first;
  F.from = known ? Math.max(span.first, first) : span.first;
  F.to = known ? Math.min(span.last, last) : span.last;
  F.confidence = Math.round(100 * Math.min(1, Math.max(0, Number(c) || 0)));
  F.only = only === 'stated' || only === 'inferred' ? only : '';
  filtersChanged(false);
}

// What is set, as one would count it: only one kind is one thing, not six that are hidden.
const setOf = (hidden, all) => (hidden.size === all - 1 ? 1 : hidden.size);
const filtersOn = () => setOf(F.kinds, KINDS.length) + setOf(F.relations, new Set(G.relations).size) + (fullRange() ? 0 : 1) + (F.confidence ? 1 : 0) + (F.only ? 1 : 0);

function filtersChanged(redraw = true) {
  F.relationOff.fill(0);
  G.relations.forEach((name, at) => { if (F.relations.has(name)) F.relationOff[at] = 1; });
  F.kindOff.fill(0);
  ['Paper', ...G.types].forEach((name, at) => { if (F.kinds.has(name)) F.kindOff[at] = 1; });
  const active = filtersOn();
  $('filter-count').textContent = active ? String(active) : '';
  $('filter-reset').hidden = !active;
  if (redraw) { record(true); render(); }
}

// ---- the legend ------------------------------------------------------------------------------------------------

function measureCorpus() {
  const papers = new Map();
  for (let p = 0; p < G.P; p++) { const year = yearOf(p); if (year) papers.set(year, (papers.get(year) || 0) + 1); }
  const years = [...papers.keys()].sort((a, b) => a - b);
  span.earliest = span.first = years[0] || 0;
  span.last = years.at(-1) || 0;
  span.papers = papers;
  const kinds = new Map([['Paper', G.P]]);
  for (let e = 0; e < G.E; e++) { const kind = G.types[G.entityType[e]]; kinds.set(kind, (kinds.get(kind) || 0) + 1); }
  const relations = new Map();
  span.inferred = new Int32Array(G.relations.length);
  for (let i = 0; i < G.L.size; i++) {
    const name = G.relations[G.L.relation[i]];
    relations.set(name, (relations.get(name) || 0) + 1);
    span.inferred[G.L.relation[i]] += G.L.inferred[i];
  }
  span.facets = { kinds, relations, years: papers, total: true };
}

function toggleRow(name, label, mark, set) {
  const count = el('span', { class: 'count', 'data-facet': name });
  const box = el('input', { type: 'checkbox', 'data-filter': name, on: { change: () => {
    if (box.checked) set().delete(name); else set().add(name);
    filtersChanged();
  } } });
  const only = el('button', { type: 'button', class: 'only', 'aria-label': `Only ${label}`, on: { click: () => {
    const all = KINDS.includes(name) ? KINDS : G.relations;
    const others = all.filter((other) => other !== name);
    const alone = others.every((other) => set().has(other)) && !set().has(name);
    set().clear();
    if (!alone) others.forEach((other) => set().add(other));
    filtersChanged();
  } } }, 'only');
  return el('div', { class: 'row' }, el('label', {}, box, mark, el('span', { class: 'name' }, label), count), only);
}

function buildFilters() {
  const kinds = $('filter-kinds'), relations = $('filter-relations');
  for (const kind of KINDS) kinds.append(toggleRow(kind, kind === 'Paper' ? 'Papers' : `${kind}s`, kindIcon(kind), () => F.kinds));
  const titles = { introduces: 'Papers and entities', builds_on: 'Between papers', broader: 'Between entities' };
  G.relations.forEach((name, at) => {
    // compares_with is both a role and a relation between papers: one row for both
    if (G.relations.indexOf(name) < at || !span.facets.relations.get(name)) return;
    if (titles[name]) relations.append(el('div', { class: 'sub' }, titles[name]));
    const inferred = span.inferred[at] > span.facets.relations.get(name) / 2; // dashed as most of them are
    const row = toggleRow(name, relationName(name), lineMark(name, inferred), () => F.relations);
    const twin = G.relations.indexOf(name, at + 1), between = G.L.relation.subarray(G.L.firstPP, G.L.firstEE);
    const twins = twin < 0 ? 0 : between.reduce((n, relation) => n + (relation === twin ? 1 : 0), 0);
    if (twins) row.title = `${number(twins)} of these in the whole graph are between papers`;
    relations.append(row);
  });
  buildYears();
  const confidence = $('filter-confidence');
  confidence.addEventListener('input', () => { $('confidence-value').textContent = `${confidence.value} %`; });
  confidence.addEventListener('change', () => { F.confidence = Number(confidence.value); filtersChanged(); });
  for (const radio of document.querySelectorAll('input[name=extraction]')) {
    radio.addEventListener('change', () => { F.only = radio.value; filtersChanged(); });
  }
  $('filter-reset').addEventListener('click', () => { $('filters-title').focus(); setFilters({}); filtersChanged(); });
}

function buildYears() {
  const box = $('filter-years');
  box.closest('section').hidden = span.first === span.last;
  for (const [key, input] of [['from', $('year-from')], ['to', $('year-to')]]) {
    input.min = span.first; input.max = span.last;
    input.addEventListener('input', () => {
      F[key] = Number(input.value);
      if (F.from > F.to) F[key === 'from' ? 'to' : 'from'] = F[key];
      paintYears();
    });
    input.addEventListener('change', () => filtersChanged());
  }
}

let facetYears = null, facetPapers = 0;
function paintYears() {
  const years = span.last - span.first + 1;
  const chart = $('year-chart');
  chart.replaceChildren();
  const part = facetYears && facetYears !== span.papers ? facetYears : span.papers;
  const most = Math.max(1, ...part.values());
  for (let k = 0; k < years; k++) {
    const year = span.first + k, n = part.get(year) || 0;
    const height = n ? 3 + 37 * Math.sqrt(n / most) : 0.6;
    const bar = svg('rect', { x: (k * 200) / years + 0.5, width: Math.max(1, 200 / years - 1), y: 40 - height, height, rx: 1,
      class: year >= F.from && year <= F.to ? 'in' : 'out' });
    bar.append(svg('title', {}, `${year}: ${plural(n, 'paper')}`));
    chart.append(bar);
  }
  const told = Array.from({ length: years }, (_, k) => [span.first + k, part.get(span.first + k) || 0]).filter(([, n]) => n);
  const top = told.reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0]);
  chart.setAttribute('aria-label', told.length ? `Papers a year. ${told.map(([year, n]) => `${year}: ${plural(n, 'paper')}`).join(', ')}` : 'No dated papers');
  $('year-most').textContent = told.length ? `Highest bar: ${top[0]}, ${plural(top[1], 'paper')}`
    : facetPapers ? 'None of the papers around this is dated.' : 'No other paper is linked to this.';
  const dated = [...span.papers.values()].reduce((sum, n) => sum + n, 0);
  let kept = 0;
  for (const [year, n] of span.papers) if (year >= F.from && year <= F.to) kept += n;
  const undated = G.P - dated;
  $('year-note').textContent = fullRange() ? (undated ? `${plural(undated, 'paper')} of ${number(G.P)} without a date, not in the chart` : '')
    : `Hidden: ${plural(dated - kept, 'paper')} of other years${undated ? `, ${number(undated)} without a date` : ''}`;
  $('year-from').value = F.from; $('year-to').value = F.to;
  $('year-label').textContent = F.from === F.to ? String(F.from) : `${F.from} – ${F.to}`;
}

// Where a view is made without the filters they cannot be used, and `reason` says so.
function paintFilters(facets, reason = '') {
  for (const control of document.querySelectorAll('#filters input, #filters button')) control.disabled = Boolean(reason);
  $('filters').classList.toggle('idle', Boolean(reason));
  $('filter-why').textContent = reason;
  $('filter-why').hidden = !reason;
  const given = facets ?? span.facets;
  for (const count of document.querySelectorAll('[data-facet]')) {
    const n = given.kinds.get(count.dataset.facet) ?? given.relations.get(count.dataset.facet) ?? 0;
    count.textContent = number(n);
    count.closest('.row').classList.toggle('none', !n);
  }
  for (const box of document.querySelectorAll('[data-filter]')) {
    box.checked = !F.kinds.has(box.dataset.filter) && !F.relations.has(box.dataset.filter);
  }
  $('filter-scope').textContent = given.total ? 'the whole graph' : now.mode === 'group' ? 'this group' : 'all that is linked to this';
  facetYears = given.years;
  facetPapers = given.kinds.get('Paper');
  if (span.first !== span.last) paintYears();
  $('year-note').hidden = Boolean(reason);
  $('filter-confidence').value = F.confidence;
  $('confidence-value').textContent = `${F.confidence} %`;
  for (const radio of document.querySelectorAll('input[name=extraction]')) radio.checked = radio.value === F.only;
}
