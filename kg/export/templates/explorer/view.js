// The picture: vis-network holds the nodes, the camera and the pointer; shapes, links and labels are drawn here.

const View = { network: null, nodes: null, scene: null, items: new Map(), hover: null, near: null, tipFor: null, gliding: false };

function createView() {
  const container = $('picture');
  const options = JSON.parse(JSON.parse($('kg-options').textContent));
  View.nodes = new vis.DataSet();
  View.network = new vis.Network(container, { nodes: View.nodes, edges: new vis.DataSet() },
    { ...options, nodes: { shape: 'custom', ctxRenderer: nodeRenderer, label: undefined } });
  const { network } = View;
  network.on('beforeDrawing', drawBehind);
  network.on('afterDrawing', drawFront);
  network.on('click', clicked);
  network.on('doubleClick', doubleClicked);
  network.on('hoverNode', ({ node }) => setHover(node));
  network.on('blurNode', () => setHover(null));
  network.on('dragStart', ({ nodes }) => { View.dragging = true; View.dragged = nodes.length; hideTip(); });
  network.on('dragEnd', () => { View.dragging = false; });
  network.on('dragging', ({ nodes }) => {
    for (const key of nodes) { const at = network.getPosition(key); Object.assign(View.items.get(key), at); }
  });
  network.on('zoom', limitZoom);
  container.addEventListener('mousemove', (event) => edgeUnderPointer(event));
  container.addEventListener('mouseleave', () => { setHover(null); hideTip(); });
  for (const inner of container.querySelectorAll('[tabindex]')) inner.removeAttribute('tabindex'); // the picture is one stop, with a name
  new ResizeObserver(() => { if (View.scene) fitSoon(); }).observe(container);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  return network;
}

function repaint() { readPalette(); View.network?.redraw(); }

// A scene: {items, edges, layout, bands}. Items carry key, x, y, r, kind and label; edges {a, b, link}.
// `marked` is what stays marked, where the same place is drawn anew.
function show(scene, marked = null) {
  const { network } = View;
  for (const item of scene.items) { item.x = Math.round(item.x); item.y = Math.round(item.y); } // vis-network reads 1.1e-14 as 1
  const before = new Map([...View.items].map(([key, item]) => [key, [item.x, item.y]]));
  View.scene = scene;
  View.gliding = false;
  View.hover = View.near = null;
  View.items = new Map(scene.items.map((item) => [item.key, item]));
  hideTip();
  View.nodes.clear();
  View.nodes.add(scene.items.map((item) => ({ id: item.key, x: item.x, y: item.y, size: item.r, fixed: Boolean(item.disc || item.dot) })));
  network.unselectAll();
  network.setOptions({ interaction: { dragNodes: scene.layout === 'springs' } });
  fit(false);
  $('picture').setAttribute('aria-label', scene.description ?? 'Graph');
  glide(before);
  if (View.items.has(marked)) setHover(marked);
}

// Nodes that stay glide from their old places to their new ones, unless motion is not wanted.
function glide(before) {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches || View.scene.layout !== 'springs') return;
  const moving = View.scene.items.filter((item) => before.has(item.key));
  if (moving.length < 2) return;
  const goal = new Map(View.scene.items.map((item) => [item, [item.x, item.y]]));
  const scene = View.scene, started = performance.now();
  const focus = before.get(scene.items.find((item) => item.focus)?.key) ?? [0, 0];
  const frame = (time) => {
    if (View.scene !== scene) return;
    if (View.dragging) { for (const [item, [x, y]] of goal) put(item, x, y); View.gliding = false; return; }
    const t = Math.min(1, Math.max(0, (time - started) / 320)), ease = 1 - (1 - t) ** 3;
    for (const [item, [x, y]] of goal) {
      const [fromX, fromY] = before.get(item.key) ?? [focus[0] * 0 + x * 0.4, y * 0.4];
      put(item, fromX + (x - fromX) * ease, fromY + (y - fromY) * ease);
    }
    View.network.redraw();
    View.gliding = t < 1;
    if (View.gliding) requestAnimationFrame(frame);
  };
  View.gliding = true;
  requestAnimationFrame(frame);
}

function put(item, x, y) {
  item.x = x; item.y = y;
  const body = View.network.body.nodes[item.key];
  if (body) { body.x = x; body.y = y; }
}

let fitTimer = 0;
function fitSoon() { clearTimeout(fitTimer); fitTimer = setTimeout(() => fit(false), 80); }

// The whole scene with its labels, as large as it fits and no larger than is pleasant.
function fit(animate = true) {
  if (View.gliding) { fitSoon(); return; } // where nodes come to rest counts, not where they are on their way
  const box = boundsOf(View.scene.items);
  const { clientWidth: width, clientHeight: height } = $('picture');
  if (!width || !height) return;
  View.network.setSize(); // now: when vis-network sees by itself that there is more or less room, it scales the view
  const margin = width < 500 ? 18 : 46;
  const scale = Math.min(View.scene.layout === 'overview' ? 1.6 : 1.25, (width - 2 * margin) / (box.right - box.left), (height - 2 * margin - 30) / (box.bottom - box.top));
  const calm = !animate || matchMedia('(prefers-reduced-motion: reduce)').matches;
  View.network.moveTo({ position: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 - 8 / scale }, scale, animation: calm ? false : { duration: 300, easingFunction: 'easeOutCubic' } });
}

function boundsOf(items) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const item of items) {
    const half = Math.max(item.r, (item.width ?? 0) / 2);
    box.left = Math.min(box.left, item.x - half); box.right = Math.max(box.right, item.x + half);
    box.top = Math.min(box.top, item.y - item.r); box.bottom = Math.max(box.bottom, item.y - item.r + Math.max(2 * item.r, item.height ?? 0));
  }
  return items.length ? box : { left: -1, top: -1, right: 1, bottom: 1 };
}

function limitZoom() {
  const scale = View.network.getScale();
  if (scale > 6) View.network.moveTo({ scale: 6 });
  if (scale < 0.08) View.network.moveTo({ scale: 0.08 });
}

function zoomBy(factor) { View.network.moveTo({ scale: Math.min(6, Math.max(0.08, View.network.getScale() * factor)) }); }

// ---- drawing ---------------------------------------------------------------------------------------------------

function nodeRenderer({ ctx, id, x, y }) {
  const item = View.items.get(id);
  const r = item?.r ?? 1;
  return {
    drawNode() { if (item && !item.disc) drawMark(ctx, item, x, y); },
    nodeDimensions: { width: 2 * r, height: 2 * r },
  };
}

function drawDisc(ctx, item) {
  const hovered = View.hover === item.key, { x, y } = item;
  ctx.globalAlpha = View.near && !View.near.has(item.key) ? 0.35 : 1;
  ctx.beginPath();
  ctx.arc(x, y, item.r, 0, 2 * Math.PI);
  ctx.fillStyle = groupColor(item.group, Palette.dark ? 24 : 91);
  ctx.fill();
  ctx.lineWidth = hovered ? 3 : 1.25;
  ctx.strokeStyle = groupColor(item.group, Palette.dark ? 46 : 68);
  ctx.stroke();
  ctx.globalAlpha = 1;
}

function drawMark(ctx, item, x, y) {
  const color = fillOf(item);
  const hovered = View.hover === item.key;
  ctx.globalAlpha = View.near && !View.near.has(item.key) ? 0.22 : 1;
  if (item.focus) {
    ctx.beginPath();
    ctx.arc(x, y, item.r + 8, 0, 2 * Math.PI);
    ctx.fillStyle = color;
    ctx.globalAlpha *= 0.16;
    ctx.fill();
    ctx.globalAlpha = View.near && !View.near.has(item.key) ? 0.22 : 1;
  }
  traceShape(ctx, item.kind, x, y, item.r);
  ctx.fillStyle = color;
  ctx.fill();
  ctx.lineWidth = hovered ? 3 : 1.5;
  ctx.strokeStyle = hovered ? Palette.ink : Palette.paper;
  ctx.stroke();
  if (item.open) { // expanded by hand
    ctx.beginPath();
    ctx.arc(x, y, item.r + 4, 0, 2 * Math.PI);
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = color;
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

// Links bend a little, always to the same side, so that two between the same nodes do not hide each other.
function bend(edge) {
  const { a, b } = edge;
  const dx = b.x - a.x, dy = b.y - a.y;
  const side = edge.bend ?? 0.06;
  return [(a.x + b.x) / 2 - dy * side, (a.y + b.y) / 2 + dx * side];
}

function edgeLook(edge) {
  if (edge.bridge) return { color: Palette.weak, width: 1 + 5 * edge.weight, alpha: 0.16 + 0.22 * edge.weight, dash: false };
  const relation = RELATION[relationOf(edge.link)];
  const confidence = G.L.confidence[edge.link] / 100;
  return { color: Palette[relation.color], width: edge.main ? 1.1 + 0.9 * confidence : edge.caption ? 1.2 : 0.9, alpha: edge.main ? 0.62 : edge.caption ? 0.56 : 0.34,
    dash: G.L.inferred[edge.link] === 1, arrow: relation.arrow };
}

function drawBehind(ctx) {
  View.scene?.backdrop?.(ctx);
  for (const edge of View.scene?.edges ?? []) {
    const look = edgeLook(edge);
    const lit = View.near && (edge.a.key === View.hover || edge.b.key === View.hover || edge === View.overEdge);
    ctx.globalAlpha = View.near ? (lit ? 0.95 : 0.07) : edge === View.overEdge ? 1 : look.alpha;
    ctx.strokeStyle = look.color;
    ctx.lineWidth = look.width * (lit || edge === View.overEdge ? 1.8 : 1);
    ctx.setLineDash(look.dash ? [5, 4] : []);
    const [cx, cy] = bend(edge);
    ctx.beginPath();
    ctx.moveTo(edge.a.x, edge.a.y);
    ctx.quadraticCurveTo(cx, cy, edge.b.x, edge.b.y);
    ctx.stroke();
    if (look.arrow) drawArrow(ctx, edge, cx, cy, look.color);
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  for (const item of View.scene?.items ?? []) if (item.disc) drawDisc(ctx, item); // the dots on its rim lie on it
}

function drawArrow(ctx, edge, cx, cy, color) {
  const end = G.L.target[edge.link] === edge.b.node ? edge.b : edge.a;
  const angle = Math.atan2(end.y - cy, end.x - cx);
  const x = end.x - Math.cos(angle) * (end.r + 3), y = end.y - Math.sin(angle) * (end.r + 3);
  ctx.setLineDash([]);
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.moveTo(x, y);
  for (const turn of [-0.42, 0.42]) ctx.lineTo(x - Math.cos(angle + turn) * 9, y - Math.sin(angle + turn) * 9);
  ctx.fill();
}

function drawFront(ctx) {
  if (!View.scene) return;
  const ratio = View.network.canvas.pixelRatio || 1;
  const scale = View.network.getScale();
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { clientWidth: width, clientHeight: height } = $('picture');
  const origin = View.network.canvasToDOM({ x: 0, y: 0 });
  const toScreen = (x, y) => [origin.x + x * scale, origin.y + y * scale];
  const { offsetLeft: left, offsetTop: top, offsetWidth: wide, offsetHeight: high } = $('zoom');
  const view = { width, height, hover: View.hover, near: View.near, covered: wide ? [left - 4, top - 4, left + wide, top + high] : null };
  View.placed = placeLabels(ctx, View.scene.items, toScreen, scale, view);
  drawLabels(ctx, View.placed, view);
  View.scene.overlay?.(ctx, toScreen, { width, height });
  ctx.restore();
}

// ---- pointer ---------------------------------------------------------------------------------------------------

function setHover(key) {
  if (View.dragging) return;
  View.hover = key;
  View.overEdge = null;
  const item = View.items.get(key);
  View.near = null;
  if (item && !item.dot && !item.disc) {
    View.near = new Set([key]);
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
  const box = $('picture').getBoundingClientRect();
  const point = View.network.DOMtoCanvas({ x: event.clientX - box.left, y: event.clientY - box.top });
  const reach = 6 / View.network.getScale();
  let best = null, least = reach;
  for (const edge of View.scene.edges) {
    if (edge.bridge) continue;
    const [cx, cy] = bend(edge);
    for (let t = 0.08; t < 0.95; t += 0.04) {
      const u = 1 - t;
      const x = u * u * edge.a.x + 2 * u * t * cx + t * t * edge.b.x, y = u * u * edge.a.y + 2 * u * t * cy + t * t * edge.b.y;
      const distance = Math.hypot(x - point.x, y - point.y);
      if (distance < least) { least = distance; best = edge; }
    }
  }
  if (best !== View.overEdge) {
    View.overEdge = best;
    View.network.redraw();
    if (best) showEdgeTip(best, event); else hideTip();
  }
}

function clicked({ nodes, event }) {
  if (event?.srcEvent?.detail > 1) return;
  const item = View.items.get(nodes[0]);
  if (item && item.node !== undefined && event?.srcEvent?.shiftKey && now.mode === 'focus') toggleExpanded(item.node);
  else if (item) openItem(item);
  else if (View.overEdge) $('tip').classList.toggle('kept');
}

function openItem(item) {
  if (item.disc) navigate({ mode: 'group', group: item.group });
  else if (!(now.mode === 'focus' && now.node === item.node)) navigate({ mode: 'focus', node: item.node });
}

function doubleClicked({ nodes }) {
  if (!nodes.length) fit();
}
