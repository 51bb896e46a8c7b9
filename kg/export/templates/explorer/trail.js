// Back and forward: the browser's own history where the page has one (not inside a notebook), our list in any case.
// A stop is {hash, label, place}. What the browser keeps of a stop is its number; the list outlives a reload beside it.

const trail = { stops: [], at: -1, id: '' };

// A table stays a table from place to place, and an order of its rows with it.
const keptLook = () => ({ table: now.table, sort: now.table && now.mode !== 'ask' ? now.sort : '' });

function navigate(change, { replace = false } = {}) {
  const state = { ...START, ...keptLook(), ...change };
  const same = trail.at >= 0 && trail.stops[trail.at].hash === hashOf(state, { filters: true });
  if (!replace && !same) addStop();
  now = state;
  record(replace || same);
  render();
}

function addStop() { trail.stops.length = trail.at + 1; trail.stops.push({}); trail.at++; }

function record(replace) {
  const hash = hashOf(now, { filters: true });
  if (trail.at < 0) { addStop(); replace = true; }
  trail.stops[trail.at] = { hash, label: labelOf(now), place: placeOf(now) };
  try {
    history[replace ? 'replaceState' : 'pushState']({ at: trail.at, trail: trail.id }, '', hash);
  } catch { trail.local = true; } // an iframe made from a string has no address of its own
  keepTrail();
  document.title = now.mode === 'overview' ? pageTitle : `${labelOf(now)} · ${pageTitle}`;
}

function keepTrail() {
  if (window !== window.top) return; // a notebook's page has one store for all its cells
  try { sessionStorage.setItem('kg-trail', JSON.stringify({ id: trail.id, stops: trail.stops })); } catch { /* for this visit only */ }
}

// After a reload one is at the same stop. Where the browser kept no list, its own history still leads back: those stops are
// known by number alone.
function findTrail() {
  trail.id = String(history.state?.trail ?? Date.now());
  if (!history.state?.trail) return;
  try {
    const kept = JSON.parse(sessionStorage.getItem('kg-trail'));
    if (kept?.id === trail.id) trail.stops = kept.stops;
  } catch { /* as if there were none */ }
  goTo(history.state.at);
}

function goTo(at) {
  while (trail.stops.length <= at) trail.stops.push({});
  trail.at = at;
}

function step(by) {
  const to = trail.at + by;
  if (to < 0 || to >= trail.stops.length) return;
  if (trail.local || window !== window.top) { trail.at = to; open(trail.stops[to].hash, { step: true }); } else history.go(by);
}

// A step back or forward is one between places: the filters stay as they are now.
function open(hash, { step = false } = {}) {
  const { state: { trouble, ...state }, filters } = parseHash(hash);
  now = state;
  if (!step) setFilters(filters);
  record(true);
  render();
  if (trouble) toast(trouble);
}

function listenToHistory() {
  try { history.scrollRestoration = 'manual'; } catch { /* a new place is shown from its top all the same */ }
  addEventListener('popstate', (event) => {
    if (document.getElementById(location.hash.slice(1))) { record(true); return; } // a part of the page, not a view
    const ours = event.state?.trail === trail.id;
    if (ours) goTo(event.state.at); else addStop();
    open(location.hash, { step: ours });
  });
  // Links inside the page keep the filters as they are; the address they carry is for copying and for new tabs.
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.classList.contains('skip')) { skipTo(link.hash.slice(1)); return; }
    navigate({ ...parseHash(link.getAttribute('href')).state, ...keptLook() });
    focusHeading();
  });
}

function skipTo(id) {
  const target = $(id === 'picture' && !$('table').hidden ? 'table' : id);
  target.focus();
  target.scrollIntoView({ block: 'nearest' });
}
