// Labels: drawn last, in screen pixels, best first, and only where nothing else is written yet.
// So they stay readable at every zoom, never overlap, and more of them appear as one comes closer.

class Occupied { // rectangles on the screen, in a coarse grid
  constructor() { this.cells = new Map(); }

  * keys(box) {
    for (let cx = Math.floor(box[0] / 80); cx <= Math.floor(box[2] / 80); cx++) {
      for (let cy = Math.floor(box[1] / 40); cy <= Math.floor(box[3] / 40); cy++) yield cx * 10007 + cy;
    }
  }

  free(box, except) {
    for (const key of this.keys(box)) {
      for (const other of this.cells.get(key) ?? []) {
        if (other[4] !== except && box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) return false;
      }
    }
    return true;
  }

  add(box) {
    for (const key of this.keys(box)) { if (!this.cells.has(key)) this.cells.set(key, []); this.cells.get(key).push(box); }
  }
}

const textWidths = new Map();
function widthOf(ctx, font, text) {
  const key = `${font}|${text}`;
  if (!textWidths.has(key)) {
    if (textWidths.size > 5000) textWidths.clear();
    ctx.font = font;
    textWidths.set(key, ctx.measureText(text).width);
  }
  return textWidths.get(key);
}

// Places for all labels that fit: [{item, lines, x, y, align, font, size, dim}]. `toScreen` maps a layout point.
function placeLabels(ctx, items, toScreen, scale, view) {
  const occupied = new Occupied();
  const placed = [];
  const visible = [];
  for (const item of items) {
    const [sx, sy] = toScreen(item.x, item.y);
    const r = item.r * scale;
    if (sx < -150 || sy < -80 || sx > view.width + 150 || sy > view.height + 80) continue;
    visible.push({ item, sx, sy, r });
    if (!item.disc) occupied.add([sx - r, sy - r, sx + r, sy + r, item]);
  }
  visible.sort((a, b) => labelRank(b.item, view) - labelRank(a.item, view));
  for (const { item, sx, sy, r } of visible) {
    const size = fontSize(item, r, scale);
    if (!size) continue;
    const family = item.disc ? Palette.serif : Palette.sans;
    const font = `${item.focus || item.disc ? 600 : item.bold ? 600 : 450} ${size}px ${family}`;
    const lines = item.disc ? discLines(ctx, font, item, r) : item.lines;
    const width = Math.max(...lines.map((line) => widthOf(ctx, font, line)));
    const height = lines.length * (size + 3);
    const spots = item.disc
      ? [[sx, sy - height / 2, 'center']]
      : [[sx, sy + r + 4, 'center'], [sx + r + 5, sy - height / 2, 'left'], [sx - r - 5, sy - height / 2, 'right'], [sx, sy - r - height - 3, 'center']];
    for (const [x, y, align] of spots) {
      const left = align === 'center' ? x - width / 2 : align === 'left' ? x : x - width;
      const box = [left - 2, y - 1, left + width + 2, y + height + 1, item];
      const must = item.focus || item.disc || view.hover === item.key; // discs do not overlap, so their names do not either
      if (!must && !occupied.free(box, item)) continue;
      occupied.add(box);
      placed.push({ item, lines, x, y, align, font, size, box });
      break;
    }
  }
  return placed;
}

function labelRank(item, view) {
  return (item.key === view.hover ? 1e6 : 0) + (view.near?.has(item.key) ? 1e5 : 0) + (item.focus ? 1e4 : 0) + (item.disc ? 1e3 : 0) + item.rank;
}

function fontSize(item, r, scale) {
  if (item.disc) return r < 16 ? 0 : Math.max(11, Math.min(22, r * 0.24));
  if (item.dot && scale < 0.75) return 0;
  return item.dot ? 11 : item.font;
}

function discLines(ctx, font, item, r) {
  if (r < 26) return wrap(item.name, 12, 2);
  const lines = wrap(item.name, Math.max(9, Math.floor(r / 5.2)), 2);
  return r > 34 ? [...lines, item.caption] : lines;
}

function drawLabels(ctx, placed, view) {
  ctx.textBaseline = 'top';
  ctx.lineJoin = 'round';
  for (const { item, lines, x, y, align, font, size } of placed) {
    const faded = view.near && !view.near.has(item.key);
    ctx.globalAlpha = faded ? 0.28 : 1;
    ctx.textAlign = align;
    lines.forEach((line, k) => {
      const caption = item.disc && k === lines.length - 1 && line === item.caption;
      ctx.font = caption ? `400 ${Math.max(10.5, size * 0.72)}px ${Palette.sans}` : font;
      const at = y + k * (size + 3) + (caption ? 2 : 0);
      if (!item.disc) { ctx.lineWidth = 3.5; ctx.strokeStyle = Palette.paper; ctx.strokeText(line, x, at); }
      ctx.fillStyle = caption || (item.dot && view.hover !== item.key) ? Palette.muted : Palette.ink;
      ctx.fillText(line, x, at);
    });
  }
  ctx.globalAlpha = 1;
}
