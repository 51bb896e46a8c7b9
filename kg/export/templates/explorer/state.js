// What is shown, as one plain object, and as the address after '#': stable ids, so that a link still works tomorrow.

// mode: overview | group | focus | path | lineage | compare | ask
const START = { mode: 'overview', node: null, other: null, group: null, ask: null, depth: 1, limit: 60, expanded: [], collapsed: [], table: false };
const MOST = 300; // nodes that a picture holds
let now = { ...START };

const encode = (text) => encodeURIComponent(text).replace(/%2F/g, '/').replace(/%3A/g, ':');

function hashOf(change, { filters = false } = {}) {
  const state = { ...START, ...change };
  const parts = [];
  const add = (key, value) => parts.push(`${key}=${Array.isArray(value) ? value.map(encode).join(',') : encode(value)}`);
  if (state.mode === 'focus') add('n', idOf(state.node));
  if (state.mode === 'group') add('group', String(G.groups[state.group].id));
  if (state.mode === 'lineage') add('lineage', idOf(state.node));
  if (state.mode === 'path') { add('path', idOf(state.node)); add('to', idOf(state.other)); }
  if (state.mode === 'compare') { add('compare', idOf(state.node)); add('with', idOf(state.other)); }
  if (state.mode === 'ask') add('ask', state.ask);
  if (state.depth !== START.depth) add('d', String(state.depth));
  if (state.limit !== START.limit) add('k', String(state.limit));
  if (state.expanded.length) add('open', state.expanded.map(idOf));
  if (state.collapsed.length) add('closed', state.collapsed.map(idOf));
  if (state.table) add('view', 'table');
  if (filters) for (const [key, value] of filterParts()) add(key, value);
  return `#${parts.join('&')}`;
}

function parseHash(hash) {
  const part = {};
  for (const piece of hash.replace(/^#/, '').split('&')) {
    const cut = piece.indexOf('=');
    if (cut > 0) part[piece.slice(0, cut)] = piece.slice(cut + 1);
  }
  const text = (key) => { try { return decodeURIComponent(part[key] ?? ''); } catch { return part[key]; } };
  const list = (key) => (part[key] ? part[key].split(',').map((piece) => { try { return decodeURIComponent(piece); } catch { return piece; } }) : []);
  const nodes = (key) => list(key).map(nodeOf).filter((node) => node !== undefined);
  const state = { ...START, depth: text('d') === '2' ? 2 : 1, limit: Math.min(MOST, Math.max(5, Number(text('k')) || START.limit)),
    expanded: nodes('open'), collapsed: nodes('closed'), table: text('view') === 'table' };
  const missing = [];
  const find = (key) => { const node = nodeOf(text(key)); if (node === undefined) missing.push(text(key)); return node; };
  if (part.n) Object.assign(state, { mode: 'focus', node: find('n') });
  else if (part.lineage) Object.assign(state, { mode: 'lineage', node: find('lineage') });
  else if (part.path) Object.assign(state, { mode: 'path', node: find('path'), other: find('to') });
  else if (part.compare) Object.assign(state, { mode: 'compare', node: find('compare'), other: find('with') });
  else if (part.ask) { if (answerOf(text('ask'))) Object.assign(state, { mode: 'ask', ask: text('ask') }); else missing.push(text('ask')); } else if (part.group) {
    const at = G.groups.findIndex((group) => String(group.id) === text('group'));
    if (at < 0) missing.push(`group ${text('group')}`); else Object.assign(state, { mode: 'group', group: at });
  }
  if (missing.length) { Object.assign(state, { ...START, table: state.table }); state.missing = missing; }
  return { state, filters: { hide: list('hide'), y: text('y'), c: text('c'), only: text('only') } };
}

function labelOf(state) {
  const short = (node) => headOf(nameOf(node), 32);
  switch (state.mode) {
    case 'group': return G.groups[state.group].name;
    case 'focus': return short(state.node);
    case 'ask': return answerOf(state.ask).question;
    case 'path': return `${short(state.node)} → ${short(state.other)}`;
    case 'lineage': return `Lineage of ${short(state.node)}`;
    case 'compare': return `${short(state.node)} and ${short(state.other)}`;
    default: return 'Overview';
  }
}

// Back and forward: the browser's own history where the page has one (not inside a notebook), our list in any case.
const trail = { stops: [], at: -1 };

function navigate(change, { replace = false } = {}) {
  const state = { ...START, table: now.table, ...change };
  const same = trail.at >= 0 && trail.stops[trail.at].hash === hashOf(state, { filters: true });
  if (!replace && !same) { trail.stops.length = trail.at + 1; trail.stops.push({}); trail.at++; }
  now = state;
  record(replace || same);
  render();
}

function record(replace) {
  const hash = hashOf(now, { filters: true });
  if (trail.at < 0) { trail.stops.push({}); trail.at = 0; replace = true; }
  trail.stops[trail.at] = { hash, label: labelOf(now), place: placeOf(now) };
  try {
    history[replace ? 'replaceState' : 'pushState']({ at: trail.at }, '', hash);
  } catch { trail.local = true; } // an iframe made from a string has no address of its own
  document.title = now.mode === 'overview' ? pageTitle : `${labelOf(now)} · ${pageTitle}`;
}

function step(by) {
  const to = trail.at + by;
  if (to < 0 || to >= trail.stops.length) return;
  if (trail.local || window !== window.top) { trail.at = to; open(trail.stops[to].hash, { step: true }); } else history.go(by);
}

// A step back or forward is one between places: the filters stay as they are now.
function open(hash, { step = false } = {}) {
  const { state, filters } = parseHash(hash);
  now = state;
  if (!step) setFilters(filters);
  record(true);
  render();
  if (state.missing) toast(`Not in this graph: ${state.missing.join(', ')}`);
}

function listenToHistory() {
  addEventListener('popstate', (event) => {
    const known = event.state && trail.stops[event.state.at];
    if (known) trail.at = event.state.at;
    else { trail.stops.length = trail.at + 1; trail.stops.push({}); trail.at++; }
    open(location.hash, { step: Boolean(known) });
  });
  // Links inside the page keep the filters; the address they carry is for copying and for new tabs.
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const hash = link.getAttribute('href');
    if (hash === '#main' || hash === '#panel') return;
    event.preventDefault();
    navigate({ ...parseHash(hash).state, table: now.table });
    focusHeading();
    if (matchMedia('(max-width: 760px)').matches) $('panel').scrollIntoView({ block: 'nearest' });
  });
}
