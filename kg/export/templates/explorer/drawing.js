// How marks, discs and links are drawn, on the screen and on what is saved.

function nodeRenderer({ ctx, id, x, y }) {
  const item = View.items.get(id);
  const r = (item?.r ?? 1) * (item?.disc ? 1 : shrunk());
  return {
    drawNode() { if (item && !item.disc) drawMark(ctx, item, x, y); },
    nodeDimensions: { width: 2 * r, height: 2 * r },
  };
}

function drawDisc(ctx, item) {
  const hovered = View.hover === item.key, { x, y } = item;
  ctx.beginPath();
  ctx.arc(x, y, item.r, 0, 2 * Math.PI);
  ctx.fillStyle = discFill(item.group);
  ctx.fill();
  ctx.lineWidth = hovered ? 3 : 1.25;
  ctx.strokeStyle = hovered ? Palette.ink : discLine(item.group);
  ctx.stroke();
}

function drawMark(ctx, item, x, y, alpha = View.fresh?.has(item.key) ? View.passed : 1) {
  const k = shrunk(), r = item.r * k, { fill, line, width } = lookOf(item);
  const hovered = View.hover === item.key;
  if (View.near && !View.near.has(item.key)) alpha *= 0.22;
  if (item.focus) { // what a view is of wins over everything around it
    ctx.globalAlpha = alpha * 0.2;
    ctx.beginPath();
    ctx.arc(x, y, r * 1.5 + 3 * k, 0, 2 * Math.PI);
    ctx.fillStyle = Palette[item.kind];
    ctx.fill();
  }
  ctx.globalAlpha = alpha;
  traceShape(ctx, item.kind, x, y, r);
  ctx.fillStyle = fill;
  ctx.fill();
  ctx.lineWidth = (hovered ? 3 : width) * k;
  ctx.strokeStyle = hovered ? Palette.ink : line;
  ctx.stroke();
  if (item.open) { // expanded by hand
    ctx.beginPath();
    ctx.arc(x, y, r + 4 * k, 0, 2 * Math.PI);
    ctx.lineWidth = 1.5 * k;
    ctx.strokeStyle = Palette[item.kind];
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

// The surer, the wider. Links that are quiet are seen when one points at an end of theirs.
function edgeLook(edge) {
  if (edge.bridge) return { color: Palette.bridge, width: 0.8 + 3.4 * edge.weight, alpha: 1, dash: false };
  const relation = relationIn(edge);
  const sure = Math.min(1, Math.max(0, (G.L.confidence[edge.link] - 40) / 60));
  return { color: Palette[relation.color], width: edge.main ? 1 + 1.6 * sure : 0.9 + 0.7 * sure, alpha: 0.85,
    dash: G.L.inferred[edge.link] === 1 || isCalled(edge), arrow: relation.arrow };
}

function drawBehind(ctx) {
  if (View.dragging) followDrag();
  drawLinks(ctx);
  for (const ghost of View.ghosts) drawMark(ctx, ghost, ghost.x, ghost.y, 1 - View.passed);
  for (const item of View.scene?.items ?? []) if (item.disc) drawDisc(ctx, item); // the dots on its rim lie on it
}

function drawLinks(ctx) {
  const k = Math.min(shrunk(), Math.sqrt(shrunk())); // from afar, lines are many
  View.scene?.backdrop?.(ctx);
  for (const edge of View.scene?.edges ?? []) {
    const lit = View.near && (edge.a.key === View.hover || edge.b.key === View.hover) || edge === View.overEdge;
    if (edge.quiet && !lit) continue;
    const look = edgeLook(edge);
    const fresh = View.fresh?.has(edge.a.key) || View.fresh?.has(edge.b.key);
    ctx.globalAlpha = (lit ? 1 : View.near ? 0.1 : look.alpha) * (fresh ? View.passed : 1);
    ctx.strokeStyle = look.color;
    ctx.lineWidth = look.width * k * (lit ? 1.5 : 1);
    ctx.setLineDash(look.dash ? [5 * k, 4 * k] : []);
    const [cx, cy] = bend(edge);
    ctx.beginPath();
    ctx.moveTo(edge.a.x, edge.a.y);
    ctx.quadraticCurveTo(cx, cy, edge.b.x, edge.b.y);
    ctx.stroke();
    if (look.arrow) drawArrow(ctx, edge, cx, cy, look.color);
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function drawArrow(ctx, edge, cx, cy, color) {
  const k = shrunk();
  const end = G.L.target[edge.link] === edge.b.node ? edge.b : edge.a;
  const angle = Math.atan2(end.y - cy, end.x - cx);
  const x = end.x - Math.cos(angle) * (end.r + 3) * k, y = end.y - Math.sin(angle) * (end.r + 3) * k;
  ctx.setLineDash([]);
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.moveTo(x, y);
  for (const turn of [-0.42, 0.42]) ctx.lineTo(x - Math.cos(angle + turn) * 9 * k, y - Math.sin(angle + turn) * 9 * k);
  ctx.fill();
}

function drawFront(ctx) {
  if (!View.scene) return;
  ctx.save();
  const ratio = View.network.canvas.pixelRatio || 1;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  const view = viewOf();
  View.captions = [];
  View.placed = placeLabels(ctx, View.scene.items, view.toScreen, view.scale, view);
  drawLabels(ctx, View.placed, view);
  View.scene.overlay?.(ctx, view.toScreen, view);
  if (View.near) edgeCaptions(View.scene.edges.filter((edge) => edge.link !== undefined && !edge.caption && (edge.a.key === View.hover || edge.b.key === View.hover)))(ctx, view.toScreen, view);
  ctx.restore();
}

// The window: its size, where a point of the layout lies in it, and what of it is covered.
function viewOf() {
  const { clientWidth: width, clientHeight: height } = $('picture');
  const scale = View.network.getScale();
  const origin = View.network.canvasToDOM({ x: 0, y: 0 });
  const covered = ['zoom', 'key'].map($).filter((box) => box?.offsetWidth).map((box) => [box.offsetLeft - 4, box.offsetTop - 4, box.offsetLeft + box.offsetWidth + 4, box.offsetTop + box.offsetHeight]);
  return { width, height, scale, origin, covered, toScreen: (x, y) => [origin.x + x * scale, origin.y + y * scale], hover: View.hover, near: View.near };
}
