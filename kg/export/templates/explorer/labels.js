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
  const occupied = new Occupied(), names = new Occupied(); // names of discs may cover the dots on their rims
  const placed = [];
  const visible = [];
  const discs = [];
  for (const box of view.covered) occupied.add([...box, null]); // the buttons over the picture
  for (const item of items) {
    const [sx, sy] = toScreen(item.x, item.y);
    const r = item.r * scale * (item.disc ? 1 : shrunk(scale));
    if (sx < -150 || sy < -80 || sx > view.width + 150 || sy > view.height + 80) continue;
    visible.push({ item, sx, sy, r });
    if (item.disc) discs.push([sx, sy, r]);
    else occupied.add([sx - r, sy - r, sx + r, sy + r, item]);
  }
  visible.sort((a, b) => labelRank(b.item, view) - labelRank(a.item, view));
  for (const { item, sx, sy, r } of visible) {
    if (item.disc) {
      const label = discLabel(ctx, item, sx, sy, r) ?? besideDisc(ctx, item, sx, sy, r, view, (box, over) => names.free(box, item) && (over || (occupied.free(box, item) && !onDisc(box, discs))));
      if (label) { placed.push(label); occupied.add([...label.box.slice(0, 4), item]); names.add([...label.box.slice(0, 4), item]); }
      continue;
    }
    const size = fontSize(item, scale);
    if (!size) continue;
    const font = `${item.focus || item.bold ? 600 : 450} ${size}px ${Palette.sans}`;
    const { lines } = item;
    const width = Math.max(...lines.map((line) => widthOf(ctx, font, line)));
    const height = lines.length * (size + 3);
    const spots = item.dot ? dotSpots(item, sx, sy, r, height) : markSpots(sx, sy, r, width, height);
    for (const [at, y, align] of spots) {
      // What stands under or over its mark is moved aside rather than cut by the picture's rim.
      const x = align === 'center' && sx >= 0 && sx <= view.width ? Math.max(Math.min(at, view.width - width / 2 - 4), width / 2 + 4) : at;
      const left = align === 'center' ? x - width / 2 : align === 'left' ? x : x - width;
      const box = [left - 2, y - 1, left + width + 2, y + height + 1, item];
      if (item.beside === 'left' ? align !== 'right' : item.beside === 'right' ? align !== 'left' : false) continue;
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

// Around a hub the larger mark has its name first, whatever joins it to the hub.
function labelRank(item, view) {
  return (item.key === view.hover ? 1e6 : 0) + (view.near?.has(item.key) ? 1e5 : 0) + (item.focus ? 1e4 : 0) + (item.open ? 5e3 : 0) + item.rank + (item.ring === undefined ? 0 : 4 * item.r);
}

// Around a mark: under it, beside it, over it, then aslant.
function markSpots(sx, sy, r, width, height) {
  const beside = r * 0.7 + 4, under = sy + r * 0.7 + 2, over = sy - r * 0.7 - height - 1;
  return [[sx, sy + r + 4, 'center'], [sx + r + 5, sy - height / 2, 'left'], [sx - r - 5, sy - height / 2, 'right'], [sx, sy - r - height - 3, 'center'],
    [sx + beside, under, 'left'], [sx - beside, under, 'right'], [sx + beside, over, 'left'], [sx - beside, over, 'right'],
    [sx + width * 0.28, sy + r + 4, 'center'], [sx - width * 0.28, sy + r + 4, 'center']];
}

function fontSize(item, scale) {
  if (item.dot) return scale < 0.35 ? 0 : 11;
  return item.font;
}

// Around a disc: outward, where the space between the discs is; aslant, where that is on the disc still.
function dotSpots(item, sx, sy, r, height) {
  const across = Math.cos(item.angle), down = Math.sin(item.angle);
  const under = sy + r + 3, over = sy - r - height - 2;
  const beside = across > 0 ? [sx + r + 4, sy - height / 2, 'left'] : [sx - r - 4, sy - height / 2, 'right'];
  const outer = [sx, down > 0 ? under : over, 'center'];
  const aslant = [[sx + r * 0.8 + 3, down > 0 ? sy + 2 : sy - height - 2, 'left'], [sx - r * 0.8 - 3, down > 0 ? sy + 2 : sy - height - 2, 'right']];
  if (across < 0) aslant.reverse();
  return Math.abs(across) < 0.35 ? [outer, ...aslant] : Math.abs(down) < 0.35 ? [beside, ...aslant] : [aslant[0], beside, outer];
}

const onDisc = (box, discs) => discs.some(([x, y, r]) => {
  const dx = Math.max(box[0] - x, 0, x - box[2]), dy = Math.max(box[1] - y, 0, y - box[3]);
  return dx * dx + dy * dy < (r + 1) ** 2;
});

// A group inside its disc: what it is most about in one of three sizes, by how large it is among the others, and how
// many papers it has; what else it is about where one is close enough.
const TIERS = [17, 14.5, 12.5];
function discLabel(ctx, item, sx, sy, r) {
  const parts = item.name.split(' · '), largest = TIERS[item.tier ?? 0] * (r > 130 ? 1.15 : 1);
  const close = r > 96;
  for (let count = close ? parts.length : 1; count > 0; count--) {
    for (let size = largest; size >= Math.min(LEAST, largest); size -= 1) {
      for (const share of [1.7, 1.3]) {
        const room = Math.max(7, Math.round((share * r) / (size * 0.55)));
        const names = parts.slice(0, count).map((part) => wrap(part.replaceAll('-', '- '), room, 4).map((line) => line.replaceAll('- ', '-')));
        const lines = names.flat(), apart = lines.length > count ? size * 0.35 : 0;
        if (lines.some((line) => line.endsWith('…')) || (count > 1 && lines.length > 5)) continue;
        const tops = [];
        let top = 0;
        for (const name of names) { for (const line of name) { tops.push(top); top += size + 3; } top += apart; }
        for (const all of size > LEAST + 1 ? [[...lines, item.caption]] : [[...lines, item.caption], lines]) {
          const label = within(ctx, item, all, [...tops, top + (apart ? 0 : 2)].slice(0, all.length), size, sx, sy, r);
          if (label) return label;
        }
      }
    }
  }
  return null;
}

const LEAST = 10.5; // pixels of letters that can be read
const captionFont = () => `450 11.5px ${Palette.sans}`;

// The lines as a label in the middle of a disc, if every line is shorter than the disc is wide there.
function within(ctx, item, lines, tops, size, sx, sy, r) {
  const font = `600 ${size}px ${Palette.serif}`, top = -(tops.at(-1) + size + 3) / 2;
  let widest = 0;
  for (let k = 0; k < lines.length; k++) {
    const farthest = Math.max(Math.abs(top + tops[k]), Math.abs(top + tops[k] + size));
    if (farthest >= r) return null;
    const width = widthOf(ctx, lines[k] === item.caption ? captionFont(size) : font, lines[k]);
    if (width / 2 > Math.sqrt(r * r - farthest * farthest) - 1) return null;
    widest = Math.max(widest, width);
  }
  return { item, lines, tops, x: sx, y: sy + top, align: 'center', font, size, box: [sx - widest / 2, sy + top, sx + widest / 2, sy - top] };
}

// A disc that is too small for its name: what it is most about, over its rims or beside it, where there is room.
function besideDisc(ctx, item, sx, sy, r, view, free) {
  const size = LEAST, font = `600 ${size}px ${Palette.serif}`;
  const lines = wrap(item.name.split(' · ')[0].replaceAll('-', '- '), 16, 3).map((line) => line.replaceAll('- ', '-'));
  const width = Math.max(...lines.map((line) => widthOf(ctx, font, line))), height = lines.length * (size + 3);
  for (const [x, y, align] of [...(r > 12 ? [[sx, sy - height / 2, 'center']] : []), [sx, sy + r + 3, 'center'], [sx, sy - r - height - 2, 'center'], [sx + r + 4, sy - height / 2, 'left'], [sx - r - 4, sy - height / 2, 'right']]) {
    const left = align === 'center' ? x - width / 2 : align === 'left' ? x : x - width;
    const box = [left - 2, y - 1, left + width + 2, y + height + 1, item];
    if (box[0] > 2 && box[2] < view.width - 2 && free(box, align === 'center' && y < sy && y > sy - r)) return { item, lines, x, y, align, font, size, box, beside: true };
  }
  return null;
}

function drawLabels(ctx, placed, view) {
  ctx.textBaseline = 'top';
  ctx.lineJoin = 'round';
  for (const { item, lines, tops, x, y, align, font, size, beside } of placed) {
    const faded = view.near && !view.near.has(item.key);
    ctx.globalAlpha = faded ? 0.28 : 1;
    ctx.textAlign = align;
    lines.forEach((line, k) => {
      const caption = item.disc && k === lines.length - 1 && line === item.caption;
      ctx.font = caption ? captionFont(size) : font;
      const at = y + (tops?.[k] ?? k * (size + 3)) + (caption ? 2 : 0);
      if (!item.disc || beside) { ctx.lineWidth = 3.5; ctx.strokeStyle = Palette.paper; ctx.strokeText(line, x, at); }
      ctx.fillStyle = caption && !beside ? Palette.quiet : caption || (item.dot && view.hover !== item.key) ? Palette.muted : Palette.ink;
      ctx.fillText(line, x, at);
    });
  }
  ctx.globalAlpha = 1;
}
