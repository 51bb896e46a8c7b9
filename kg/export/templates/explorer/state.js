// What is shown, as one plain object, and as the address after '#': stable ids, so that a link still works tomorrow.

// mode: overview | group | focus | path | lineage | compare | ask
const START = { mode: 'overview', node: null, other: null, group: null, ask: null, depth: 1, limit: 60, expanded: [], collapsed: [], table: false, sort: '' };
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
  if (state.sort && (state.table || state.mode === 'ask')) add('sort', state.sort);
  if (filters) for (const [key, value] of filterParts()) add(key, value);
  return `#${parts.join('&')}`;
}

function parseHash(hash) {
  const part = {}, said = hash.replace(/^#/, '');
  for (const piece of said.split('&')) {
    const cut = piece.indexOf('=');
    if (cut > 0) part[piece.slice(0, cut)] = piece.slice(cut + 1);
  }
  const text = (key) => { try { return decodeURIComponent(part[key] ?? ''); } catch { return part[key]; } };
  const list = (key) => (part[key] ? part[key].split(',').map((piece) => { try { return decodeURIComponent(piece); } catch { return piece; } }) : []);
  const nodes = (key) => list(key).map(nodeOf).filter((node) => node !== undefined);
  const state = { ...START, depth: text('d') === '2' ? 2 : 1, limit: Math.min(MOST, Math.max(5, Number(text('k')) || START.limit)),
    expanded: nodes('open'), collapsed: nodes('closed'), table: text('view') === 'table', sort: text('sort') };
  Object.assign(state, placeAsked(part, text));
  if (said && !Object.keys(part).length) state.trouble = `This is no view of this page: ${said}`;
  if (state.trouble && state.mode === 'overview') Object.assign(state, { ...START, table: state.table, trouble: state.trouble });
  return { state, filters: { hide: list('hide'), y: text('y'), c: text('c'), only: text('only') } };
}

// Where an address leads: {mode, …}. What cannot be, as a path from a thing to itself, gives way to the nearest that can,
// and `trouble` says so.
function placeAsked(part, text) {
  const missing = [];
  const find = (key) => { const node = nodeOf(text(key)); if (node === undefined && part[key]) missing.push(text(key)); return node; };
  const told = () => (missing.length ? `Not in this graph: ${missing.join(', ')}` : '');
  const one = (mode, key) => { const node = find(key); return node === undefined ? { trouble: told() } : { mode, node }; };
  const two = (mode, key, otherKey, trouble) => {
    const node = find(key), other = find(otherKey);
    if (node === undefined) return { trouble: told() };
    const why = told() || (node === other || other === undefined ? `A ${mode === 'path' ? 'path' : 'comparison'} needs two different ends` : trouble(node, other));
    return why ? { mode: 'focus', node, trouble: why } : { mode, node, other };
  };
  if (part.n) return one('focus', 'n');
  if (part.lineage) return one('lineage', 'lineage');
  if (part.path) return two('path', 'path', 'to', () => '');
  if (part.compare) return two('compare', 'compare', 'with', (a, b) => (isPaper(a) || isPaper(b) ? 'Only entities can be compared, not papers' : ''));
  if (part.ask) return answerOf(text('ask')) ? { mode: 'ask', ask: text('ask') } : { trouble: `Not in this graph: ${text('ask')}` };
  if (part.group) {
    const at = G.groups.findIndex((group) => String(group.id) === text('group'));
    return at < 0 ? { trouble: `Not in this graph: group ${text('group')}` } : { mode: 'group', group: at };
  }
  return {};
}

function labelOf(state) {
  const short = (node) => headOf(nameOf(node), 32);
  switch (state.mode) {
    case 'group': return G.groups[state.group].name;
    case 'focus': return short(state.node);
    case 'ask': return answerOf(state.ask).question;
    case 'path': return `${short(state.node)} to ${short(state.other)}`;
    case 'lineage': return `Lineage of ${short(state.node)}`;
    case 'compare': return `${short(state.node)} and ${short(state.other)}`;
    default: return 'Overview';
  }
}
