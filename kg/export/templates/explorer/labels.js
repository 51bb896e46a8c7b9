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
  const discs = [];
  for (const item of items) {
    const [sx, sy] = toScreen(item.x, item.y);
    const r = item.r * scale;
    if (sx < -150 || sy < -80 || sx > view.width + 150 || sy > view.height + 80) continue;
    visible.push({ item, sx, sy, r });
    if (item.disc) discs.push([sx, sy, r]);
    else occupied.add([sx - r, sy - r, sx + r, sy + r, item]);
  }
  visible.sort((a, b) => labelRank(b.item, view) - labelRank(a.item, view));
  for (const { item, sx, sy, r } of visible) {
    if (item.disc) { placed.push(discLabel(ctx, item, sx, sy, r)); continue; }
    const size = fontSize(item, scale);
    if (!size) continue;
    const font = `${item.focus || item.bold ? 600 : 450} ${size}px ${Palette.sans}`;
    const { lines } = item;
    const width = Math.max(...lines.map((line) => widthOf(ctx, font, line)));
    const height = lines.length * (size + 3);
    const spots = item.dot ? dotSpots(item, sx, sy, r, height) : [[sx, sy + r + 4, 'center'], [sx + r + 5, sy - height / 2, 'left'], [sx - r - 5, sy - height / 2, 'right'], [sx, sy - r - height - 3, 'center']];
    for (const [x, y, align] of spots) {
      const left = align === 'center' ? x - width / 2 : align === 'left' ? x : x - width;
      const box = [left - 2, y - 1, left + width + 2, y + height + 1, item];
      if (item.side === 'left' ? align !== 'right' : item.side === 'right' ? align !== 'left' : false) continue;
      if (box[0] < 2 || box[2] > view.width - 2) { if (!(item.focus || view.hover === item.key)) continue; }
      const must = item.focus || view.hover === item.key;
      if (!must && (!occupied.free(box, item) || (item.dot && onDisc(box, discs)))) continue;
      occupied.add(box);
      placed.push({ item, lines, x, y, align, font, size, box });
      break;
    }
  }
  return placed;
}

function labelRank(item, view) {
  return (item.key === view.hover ? 1e6 : 0) + (view.near?.has(item.key) ? 1e5 : 0) + (item.focus ? 1e4 : 0) + item.rank;
}

function fontSize(item, scale) {
  if (item.dot) return scale < 0.35 ? 0 : 11;
  return item.font;
}

// Around a disc: outward, where the space between the discs is.
function dotSpots(item, sx, sy, r, height) {
  const { angle } = item;
  const right = [sx + r + 4, sy - height / 2, 'left'], left = [sx - r - 4, sy - height / 2, 'right'];
  if (Math.abs(Math.cos(angle)) < 0.35) return [[sx, Math.sin(angle) > 0 ? sy + r + 3 : sy - r - height - 2, 'center']];
  return [Math.cos(angle) > 0 ? right : left];
}

const onDisc = (box, discs) => discs.some(([x, y, r]) => {
  const dx = Math.max(box[0] - x, 0, x - box[2]), dy = Math.max(box[1] - y, 0, y - box[3]);
  return dx * dx + dy * dy < (r + 1) ** 2;
});

// A group's name inside its disc: as large as fits, in up to three lines. Discs do not overlap, so names do not either.
function discLabel(ctx, item, sx, sy, r) {
  for (let size = Math.min(20, r * 0.3); ; size -= 1) {
    const small = size < 10;
    const font = `600 ${size}px ${Palette.serif}`;
    const room = Math.max(7, Math.round((1.75 * r) / (size * 0.55)));
    const parts = item.name.split(' · ');
    const lines = parts.length > 1 ? parts.flatMap((part) => wrap(part, room, 2)).slice(0, 5) : wrap(item.name, room, 3);
    const width = Math.max(...lines.map((line) => widthOf(ctx, font, line)));
    const height = lines.length * (size + 3);
    if (!small && (width > 1.78 * r || Math.hypot(width / 2, height / 2) > r * 1.02)) continue;
    const caption = r > 34 && height + 16 < 1.5 * r;
    const all = r < 13 ? [] : caption ? [...lines, item.caption] : lines;
    const top = sy - (height + (caption ? 15 : 0)) / 2;
    return { item, lines: all, x: sx, y: top, align: 'center', font, size, box: [sx - width / 2, top, sx + width / 2, top + height] };
  }
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
