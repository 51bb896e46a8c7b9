// The picture by keyboard: arrows move between nodes, Enter opens, and some letters do what the buttons do.

function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'p' && unread().length) { // with all sentences, which may take a moment
      event.preventDefault();
      allEvidence().then(() => print());
    }
    if (event.ctrlKey || event.metaKey || event.altKey && !event.key.startsWith('Arrow')) return;
    const typing = event.target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open]');
    if (event.altKey) { // the browser's own keys, for notebooks, where it has no history of the page
      if (trail.local && event.key === 'ArrowLeft') step(-1);
      if (trail.local && event.key === 'ArrowRight') step(1);
      return;
    }
    // No name begins with these: in the empty search box, which has the focus at first, they do what they do elsewhere.
    const unwritten = event.target === $('search') && !event.target.value && '?/'.includes(event.key);
    if (typing && !unwritten) return;
    if (event.key === 'Escape') { closeWhatIsOpen(); return; }
    // A letter on a link or a button outside the picture is nobody's wish.
    const elsewhere = /^[a-z]$/.test(event.key) && event.target.closest('a, button, summary, input') && !$('stage').contains(event.target);
    if (!$('single-keys').checked || elsewhere) return;
    const act = { '/': () => $('search').focus(), '?': () => $('help').showModal(), t: toggleTable,
      h: () => navigate({ mode: 'overview' }), b: () => step(-1), f: () => step(1), 0: () => fit(), '+': () => zoomBy(1.25), '-': () => zoomBy(0.8) }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  $('picture').addEventListener('keydown', (event) => {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (direction) { event.preventDefault(); moveTo(direction); }
    const item = View.items.get(View.hover);
    if (!item) return;
    if (event.key === 'Enter') { event.preventDefault(); openItem(item); }
    if (!$('single-keys').checked) return;
    if (event.key === 'e' && item.node !== undefined && now.mode === 'focus') toggleExpanded(item.node);
    if (event.key === 'e' && item.disc) mark(View.scene.items.find((other) => other.dot && other.group === item.group));
    if (event.key === 'c' && item.node !== undefined && now.mode === 'focus') toggleCollapsed(item.node);
  });
}

// What was opened last, first.
function closeWhatIsOpen() {
  hideTip();
  if (!$('card').hidden) closeCard(); else { showFilters(false); closeMenus(); }
}

function listenToSingleKeys() {
  const box = $('single-keys');
  box.checked = keptKeys();
  box.addEventListener('change', () => keep('kg-keys', box.checked ? 'on' : 'off'));
}

// The nearest node in a direction from the one that is marked.
function moveTo([dx, dy]) {
  const from = View.items.get(View.hover) ?? View.scene.items.find((item) => item.focus) ?? View.scene.items[0];
  if (!from) return;
  let best = null, least = Infinity;
  // From disc to disc; who is among the marks of one goes on among these, and from there to other discs.
  const within = (item) => (item.dot ? from.dot && item.group === from.group : !from.dot || item.group !== from.group);
  for (const item of View.scene.items) {
    if (item === from || !within(item)) continue;
    const [[x, y], [fromX, fromY]] = [item, from].map(({ key }) => View.places.get(key)); // where they come to rest
    const ax = x - fromX, ay = y - fromY;
    const along = ax * dx + ay * dy, aside = Math.abs(ax * dy) + Math.abs(ay * dx);
    if (along <= 0) continue;
    const cost = (along + 2.2 * aside) * (from.dot && !item.dot ? 2 : 1);
    if (cost < least) { least = cost; best = item; }
  }
  mark(best);
}

function mark(item) {
  if (!item) return;
  bringIn(item);
  setHover(item.key);
  announce(item.disc ? `${item.name}, ${item.caption}` : `${nameOf(item.node)}, ${kindOf(item.node)}`);
}
