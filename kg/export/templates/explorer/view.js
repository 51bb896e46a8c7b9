// The picture: vis-network holds the nodes and the camera; what is drawn, and what the pointer does, is the page's own.

const View = {
  network: null, nodes: null, scene: null, items: new Map(), hover: null, near: null, tipFor: null,
  place: null, depth: 1, places: new Map(), // where things stood in the place that is shown, also those that a filter took away
  placed: [], captions: [], // what is written, as drawn last
  gliding: false, passed: 1, fresh: null, ghosts: [], // while one view becomes the next
};

function createView() {
  const container = $('picture');
  const options = JSON.parse(JSON.parse($('kg-options').textContent));
  View.nodes = new vis.DataSet();
  View.network = new vis.Network(container, { nodes: View.nodes, edges: new vis.DataSet() },
    { ...options, nodes: { shape: 'custom', ctxRenderer: nodeRenderer, label: undefined } });
  View.network.on('beforeDrawing', drawBehind);
  View.network.on('afterDrawing', drawFront);
  listenToPointer(container);
  for (const inner of container.querySelectorAll('[tabindex]')) inner.removeAttribute('tabindex'); // the picture is one stop, with a name
  new ResizeObserver(() => { if (View.scene) resized(); }).observe(container);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  return View.network;
}

function repaint() { readPalette(); View.network?.redraw(); }

// A scene: {items, edges, layout, backdrop, overlay}. Items carry key, x, y, r, kind and label; edges {a, b, link}.
// `marked` is what stays marked, where the same place is drawn anew.
function show(scene, marked = null) {
  const { network } = View, place = placeOf(now), same = place === View.place && now.depth === View.depth;
  for (const item of scene.items) { item.x = Math.round(item.x); item.y = Math.round(item.y); } // vis-network reads 1.1e-14 as 1
  const before = View.items;
  const all = same && View.scene && allInView();
  View.scene = scene;
  View.gliding = false;
  View.hover = View.near = null;
  View.items = new Map(scene.items.map((item) => [item.key, item]));
  if (!same) View.places = new Map();
  View.place = place;
  View.depth = now.depth;
  paintKey(); // before the scene is fitted into what it leaves free
  for (const { key, x, y } of scene.items) View.places.set(key, [x, y]);
  hideTip();
  View.nodes.clear();
  View.nodes.add(scene.items.map((item) => ({ id: item.key, x: item.x, y: item.y, size: item.r, fixed: Boolean(item.disc || item.dot) })));
  network.unselectAll();
  network.setOptions({ interaction: { dragNodes: scene.layout === 'springs' } });
  if (!same) { View.room = roomOf(); fit(false); } else if (all ? !allInView() : !someInView()) fit();
  $('picture').setAttribute('aria-label', scene.description ?? 'Graph');
  glide(before, same);
  if (View.items.has(marked)) setHover(marked);
}

// Where things stood in this place, for a layout that starts from there; nothing in a new place, or a step farther out.
const knownPlaces = () => (placeOf(now) === View.place && now.depth === View.depth ? View.places : new Map());

// Nodes that stay glide from their old places to their new ones; in the same place others come and go in that time.
// Nothing moves for those who do not want that.
function glide(before, same) {
  const { scene } = View;
  View.fresh = null;
  View.ghosts = [];
  if (matchMedia('(prefers-reduced-motion: reduce)').matches || scene.layout !== 'springs') return;
  const way = new Map(); // what moves, and from where
  for (const item of scene.items) {
    const old = before.get(item.key);
    if (old ? old.x !== item.x || old.y !== item.y : !same) way.set(item, { from: old ? [old.x, old.y] : [item.x * 0.4, item.y * 0.4], to: [item.x, item.y] });
  }
  if (same) {
    View.fresh = new Set(scene.items.filter((item) => !before.has(item.key)).map((item) => item.key));
    View.ghosts = [...before.values()].filter((item) => !View.items.has(item.key) && !item.disc);
    if (!way.size && !View.fresh.size && !View.ghosts.length) return;
  } else if (!scene.items.some((item) => before.has(item.key))) return;
  const started = performance.now();
  const frame = (time) => {
    if (View.scene !== scene) return;
    const t = View.dragging ? 1 : Math.min(1, Math.max(0, (time - started) / 300)), ease = 1 - (1 - t) ** 3;
    for (const [item, { from, to }] of way) put(item, from[0] + (to[0] - from[0]) * ease, from[1] + (to[1] - from[1]) * ease);
    View.passed = t;
    View.gliding = t < 1;
    if (!View.gliding) { View.fresh = null; View.ghosts = []; }
    View.network.redraw();
    if (View.gliding) requestAnimationFrame(frame);
  };
  View.passed = 0;
  View.gliding = true;
  requestAnimationFrame(frame);
}

function put(item, x, y) {
  item.x = x; item.y = y;
  const body = View.network.body.nodes[item.key];
  if (body) { body.x = x; body.y = y; }
}

// The camera has a new window. A layout is made for one: where it is much wider or higher now, or less, that is done anew;
// so are the overview's names, which have their places between the discs, whenever it is another.
let resizeTimer = 0;
function resized() {
  clearTimeout(resizeTimer);
  resizeTimer = setTimeout(() => {
    if (matchMedia('print').matches) return;
    const room = roomOf();
    if (room[0] && room.some((size, k) => Math.max(size / View.room[k], View.room[k] / size) > (View.scene.layout === 'overview' ? 1.02 : 1.3))) { View.place = null; render(); } else fit(false);
  }, 80);
}

const roomOf = () => [$('picture').clientWidth, $('picture').clientHeight];
