// Puts the page together: reads the data, connects the controls, and draws whatever the address asks for.

const pageTitle = document.title;

const SCENES = { overview: overviewScene, group: groupScene, focus: focusScene, path: pathScene, lineage: lineageScene, compare: compareScene, ask: askScene };

const stacked = () => matchMedia('(max-width: 760px)').matches; // the panel is under the picture, and the page scrolls

let drawnPlace = null;
// A view that fails shall not leave half of itself beside half of the one before.
function render() {
  try { draw(); } catch (error) {
    if (now.mode === 'overview') throw error;
    console.error(error);
    const what = labelOf(now);
    now = { ...START };
    record(true);
    draw();
    toast(`This view could not be drawn: ${what}`);
  }
}

function draw() {
  const started = performance.now();
  const at = focused();
  const scene = SCENES[now.mode](now);
  const place = placeOf(now), same = place === drawnPlace; // the same with more or less of it
  const parts = same ? openParts() : null;
  document.body.dataset.mode = now.mode;
  $('card').hidden = true;
  show(scene, same ? View.hover : null);
  const scroll = $('panel').scrollTop;
  if (!same && scroll) $('panel').scrollTop = 0; // before the panel is filled: afterwards it would have to be laid out at once
  if (!same && stacked()) scrollTo(0, 0);
  showPanel(now, scene);
  evidenceAhead();
  if (same) { reopenParts(parts); $('panel').scrollTop = scroll; }
  drawnPlace = place;
  paintFilters(scene.facets, scene.unfiltered);
  paintBar(scene);
  const table = now.table || now.mode === 'ask'; // an answer has no picture
  $('table').hidden = !table;
  $('picture').classList.toggle('covered', table); // it keeps its size: what is drawn meanwhile is fitted to that
  $('zoom').hidden = table;
  $('toggle-table').setAttribute('aria-pressed', String(table));
  $('toggle-table').disabled = now.mode === 'ask';
  paintNothing(scene, table);
  if (table) showTable(scene);
  paintSaves();
  announce([labelOf(now), $('status').textContent, scene.unfiltered].filter(Boolean).join('. '));
  keepFocus(at, same);
  KG.took = performance.now() - started;
  KG.renders++;
}

function paintBar(scene) {
  const crumbs = $('crumbs');
  const way = trail.stops.slice(0, trail.at + 1).filter((stop, k, all) => stop.label && stop.place !== all[k + 1]?.place); // a place once, however often it was changed
  const from = Math.max(0, way.length - 3);
  const stops = way.slice(from);
  const list = [];
  if (from > 0 || stops[0]?.label !== 'Overview') list.push(el('li', {}, el('a', { href: '#' }, 'Overview')), ...(from > 0 ? [el('li', {}, '…')] : []));
  stops.forEach((stop, k) => list.push(k === stops.length - 1 ? el('li', { 'aria-current': 'page' }, el('bdi', {}, stop.label)) : el('li', {}, el('a', { href: stop.hash }, el('bdi', {}, stop.label)))));
  $('back').disabled = trail.at <= 0;
  $('forward').disabled = trail.at >= trail.stops.length - 1;
  $('status').textContent = statusOf(scene);
  $('show-more').hidden = !scene.more || (now.table && allNeighbors());
  $('depth').hidden = now.mode !== 'focus';
  for (const radio of document.querySelectorAll('input[name=depth]')) radio.checked = Number(radio.value) === now.depth;
  crumbs.replaceChildren(...list);
  // What does not fit goes away whole, the oldest first: '…' stands for it, and at last only the present place is left.
  for (let middle = 1; list.length > 1 && list[0].offsetTop > list.at(-1).offsetTop;) {
    if (list.length > 2 && middle === 1 && list[1].textContent !== '…') list[1].replaceChildren('…');
    else list.splice(list.length > 3 ? (middle = 2) : list.length - 2, 1)[0].remove();
  }
}

// The table is another look at the same place: no step back leads out of it. Who was in the one is then in the other.
function toggleTable() {
  if (now.mode === 'ask') return;
  const inside = $('stage').contains(document.activeElement);
  navigate({ ...now, table: !now.table }, { replace: true });
  if (inside) $(now.table ? 'table' : 'picture').focus({ preventScroll: true });
}

function closeMenus(which = () => true) {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!which(menu)) continue;
    if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
    menu.open = false;
  }
}

// On narrow screens the filters are a drawer: who opens it is in it, and who closes it is back at its button.
function showFilters(open) {
  if (open === document.body.classList.contains('filters-open')) return;
  document.body.classList.toggle('filters-open', open);
  $('toggle-filters').setAttribute('aria-expanded', String(open));
  if (open) $('filters-title').focus();
  else if ($('filters').contains(document.activeElement) || document.activeElement === document.body) $('toggle-filters').focus();
}

// As the screen is, then the other way round, then as it is whatever the screen does: three states, each said.
function nextTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light', other = system === 'dark' ? 'light' : 'dark';
  const next = { '': other, [other]: system, [system]: '' }[document.documentElement.dataset.theme ?? ''];
  setTheme(next);
  keepTheme(next);
  repaint();
  announce($('toggle-theme').title);
}

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme; else delete document.documentElement.dataset.theme;
  for (const name of ['aria-label', 'title']) $('toggle-theme').setAttribute(name, `Colors: ${theme || 'as the system'}`);
}

function connectControls() {
  combobox($('search'), $('suggestions'), { choose: (node) => { navigate({ mode: 'focus', node }); focusHeading(); } });
  combobox($('picker-input'), $('picker-list'), { choose: (node) => picker.choose(node), accept: (node) => picker.accept(node) });
  const on = (id, act) => $(id).addEventListener('click', act);
  on('back', () => step(-1));
  on('forward', () => step(1));
  on('home', () => navigate({ mode: 'overview' }));
  on('show-more', () => navigate({ ...now, limit: Math.min(MOST, now.limit + 60) }));
  on('zoom-in', () => zoomBy(1.3));
  on('zoom-out', () => zoomBy(1 / 1.3));
  on('zoom-fit', () => fit());
  on('toggle-table', toggleTable);
  on('toggle-filters', () => showFilters(!document.body.classList.contains('filters-open')));
  on('close-filters', () => showFilters(false));
  on('scrim', () => showFilters(false));
  $('filters').addEventListener('focusout', ({ relatedTarget }) => { if (relatedTarget && !relatedTarget.closest('#filters, #toggle-filters')) showFilters(false); });
  on('toggle-theme', nextTheme);
  on('open-help', () => $('help').showModal());
  on('save-png', savePng);
  on('save-svg', () => save(fileName('svg'), 'image/svg+xml', svgText()));
  on('save-csv', () => saveCsv(fileName('csv'), csvText()));
  on('save-links', () => saveCsv(fileName('links.csv'), linksCsv()));
  on('save-ttl', () => save(fileName('ttl'), 'text/turtle;charset=utf-8', turtleText()));
  on('copy-link', async () => {
    const address = location.href.split('#')[0] + hashOf(now, { filters: true });
    try { await navigator.clipboard.writeText(address); toast('Link copied'); } catch { toast(address); }
  });
  // Paper is white, whatever the screen is.
  const root = document.documentElement;
  let screenTheme;
  addEventListener('beforeprint', () => { setHover(null); hideTip(); screenTheme = root.dataset.theme; root.dataset.theme = 'light'; repaint(); $('printed').textContent = `${location.href} · ${new Date().toISOString().slice(0, 10)}`; });
  addEventListener('afterprint', () => { if (screenTheme) root.dataset.theme = screenTheme; else delete root.dataset.theme; repaint(); });
  for (const radio of document.querySelectorAll('input[name=depth]')) radio.addEventListener('change', () => navigate({ ...now, depth: Number(radio.value) }));
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('click', (event) => { if (event.target === dialog || event.target.closest('[data-close]')) dialog.close(); });
  }
  // A menu closes when something else or something in it is used.
  document.addEventListener('click', ({ target }) => closeMenus((menu) => !menu.contains(target) || target.closest('.menu-list')));
  document.addEventListener('focusin', ({ target }) => closeMenus((menu) => !menu.contains(target)));
  listenToSingleKeys();
}

// What tests and curious people may read; nothing here changes the page.
const KG = { renders: 0, took: 0, timings: {} };
Object.defineProperty(window, 'KG', { value: Object.freeze({
  get state() { return { mode: now.mode, node: now.node === null ? null : idOf(now.node), table: now.table }; },
  get shown() { return View.scene.items.filter((item) => item.node !== undefined).map((item) => idOf(item.node)); },
  get took() { return KG.took; },
  get renders() { return KG.renders; },
  get timings() { return { ...KG.timings }; },
  get searchTook() { return Search.took; },
  get labels() { return (View.placed ?? []).map(({ item, box }) => ({ key: item.key, box: box.slice(0, 4) })); },
  get captions() { return [...View.captions]; },
  position: (id) => { const at = nodeOf(id); const item = View.items.get(at); if (!item) return null; const p = View.network.canvasToDOM({ x: item.x, y: item.y }); const b = $('picture').getBoundingClientRect(); return { x: p.x + b.x, y: p.y + b.y }; },
  search: (query) => { const started = performance.now(); const hits = search(query).map((hit) => ({ id: idOf(hit.node), name: nameOf(hit.node) })); return { hits, took: performance.now() - started }; },
  paths: (from, to) => paths(nodeOf(from), nodeOf(to)).map(({ nodes }) => nodes.map(idOf)),
  turtle: () => turtleText(), csv: () => csvText(), linksCsv: () => linksCsv(), svg: () => svgText(),
}) });

const tick = (name) => { KG.timings[name] = Math.round(performance.now()); };

async function start() {
  const theme = keptTheme();
  if (theme === 'light' || theme === 'dark') setTheme(theme);
  readPalette();
  tick('started');
  await Promise.all([runScript('kg-vis'), loadGraph()]);
  tick('read');
  Search.ready = buildSearch();
  G.rdf = JSON.parse($('kg-rdf').textContent);
  measureCorpus();
  F.from = span.first; F.to = span.last;
  buildFilters();
  createView();
  $('questions').replaceChildren(questionList());
  connectControls();
  findTrail();
  listenToHistory();
  listenToKeys();
  open(location.hash);
  if (now.mode === 'overview' && matchMedia('(min-width: 760px)').matches) $('search').focus();
  tick('drawn');
  document.body.dataset.ready = '1';
  await Search.ready;
  tick('searchable');
  document.body.dataset.searchable = '1';
}

start().catch((error) => {
  $('status').textContent = `This page could not be read: ${error.message}`;
  document.body.dataset.failed = '1';
  throw error;
});
