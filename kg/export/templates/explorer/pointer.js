// Mouse and fingers in the picture.

function listenToPointer(container) {
  const { network } = View;
  network.on('click', clicked);
  network.on('doubleClick', ({ nodes }) => { if (!nodes.length) fit(); });
  network.on('hoverNode', ({ node }) => { if (!View.finger) setHover(node); });
  network.on('blurNode', () => setHover(null));
  network.on('dragStart', ({ nodes }) => { View.dragging = true; View.dragged = nodes; hideTip(); });
  network.on('dragEnd', () => {
    followDrag();
    View.dragging = false;
    View.dragged = [];
    keepInView();
  });
  network.on('zoom', limitZoom);
  // A finger does not hover: what follows a tap would show a card over the view that the tap has led to.
  for (const name of ['pointerdown', 'pointermove']) container.addEventListener(name, ({ pointerType }) => { View.finger = pointerType === 'touch'; }, { capture: true });
  container.addEventListener('pointermove', (event) => { if (!View.finger) edgeUnderPointer(event); });
  container.addEventListener('pointerleave', ({ pointerType }) => { if (pointerType !== 'touch') { setHover(null); hideTip(); } });
  listenToFingers(container);
}

// vis-network tells of a step of a drag before it has made it: where its nodes are is read when they are drawn.
function followDrag() {
  for (const key of View.dragged ?? []) {
    const item = View.items.get(key), body = View.network.body.nodes[key];
    if (!item || !body) continue;
    item.x = body.x; item.y = body.y;
    View.places.set(key, [body.x, body.y]);
  }
}

// One finger that goes up or down scrolls the page (see .picture canvas in the style sheet); two move the picture.
function listenToFingers(container) {
  let last = null;
  const middle = ({ touches: [a, b] }) => [(a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2];
  container.addEventListener('touchstart', (event) => { last = event.touches.length === 2 ? middle(event) : null; }, { passive: true });
  container.addEventListener('touchmove', (event) => {
    if (event.touches.length !== 2 || !last) return;
    const at = middle(event);
    shift(at[0] - last[0], at[1] - last[1], false);
    last = at;
  }, { passive: true });
  container.addEventListener('touchend', () => { if (last) keepInView(); last = null; });
}

function setHover(key) {
  if (View.dragging) return;
  View.hover = key;
  View.overEdge = null;
  const item = View.items.get(key);
  View.near = null;
  if (item && !item.dot && !item.disc) {
    View.near = new Set([key, ...View.scene.items.filter((other) => other.focus).map((other) => other.key)]);
    for (const edge of View.scene.edges) {
      if (edge.a.key === key) View.near.add(edge.b.key);
      if (edge.b.key === key) View.near.add(edge.a.key);
    }
  }
  $('picture').style.cursor = item ? 'pointer' : '';
  View.network.redraw();
  if (item) showNodeTip(item); else hideTip();
}

function edgeUnderPointer(event) {
  if (View.hover || View.dragging || event.buttons || !View.scene) return;
  const best = edgeAt(event, 6);
  if (best === View.overEdge) return;
  View.overEdge = best;
  View.network.redraw();
  if (best) showEdgeTip(best, event); else hideTip();
}

// The nearest link, at most so many pixels away.
function edgeAt(event, pixels) {
  const box = $('picture').getBoundingClientRect();
  const point = View.network.DOMtoCanvas({ x: event.clientX - box.left, y: event.clientY - box.top });
  const reach = pixels / View.network.getScale();
  let best = null, least = reach;
  for (const edge of View.scene.edges) {
    if (edge.bridge || edge.quiet) continue;
    const [cx, cy] = bend(edge);
    for (let t = 0.08; t < 0.95; t += 0.04) {
      const u = 1 - t;
      const x = u * u * edge.a.x + 2 * u * t * cx + t * t * edge.b.x, y = u * u * edge.a.y + 2 * u * t * cy + t * t * edge.b.y;
      const distance = Math.hypot(x - point.x, y - point.y);
      if (distance < least) { least = distance; best = edge; }
    }
  }
  return best;
}

// vis-network calls a long press a click, too: under a finger it does what Shift and a click do.
function clicked({ nodes, event: { srcEvent: event, type } }) {
  if (event?.detail > 1) return;
  const item = View.items.get(nodes[0]);
  if (item && item.node !== undefined && (event?.shiftKey || (type === 'press' && event?.pointerType === 'touch')) && now.mode === 'focus') toggleExpanded(item.node);
  else if (item) openItem(item);
  else {
    const edge = event && edgeAt(event, event.pointerType === 'touch' ? 14 : 6);
    if (edge) pinCard(edge, event); else closeCard();
  }
}

function openItem(item) {
  if (item.disc) navigate({ mode: 'group', group: item.group });
  else if (!(now.mode === 'focus' && now.node === item.node)) navigate({ mode: 'focus', node: item.node });
}
