// Lineages in place: what is dated on an axis of years, what is not beside it, and all of it in columns, one for each
// generation, where what the lineage is of has no date itself.

const ROW = 44; // from one row of names to the next
const TIGHT = 52; // the same in pixels, where all has to fit a phone's width
const SIDE = 34; // between the axis and what has no date

function timeLayout(list, root) {
  const axis = root.time !== null && list.length > 1;
  for (const item of list) {
    const told = axis ? (item.time !== null && !dated(item.node) ? yearTold(item.node) : '') : yearTold(item.node);
    if (told) item.lines = [...item.lines, told];
    if (!narrow() && item.side) item.beside = item.side < 0 ? 'left' : 'right'; // away from where its link comes from
    measure(item);
    if (item.beside) Object.assign(item, { width: 2 * (item.r + 8 + item.width), height: Math.max(2 * item.r, item.lines.length * 15) + 6 });
  }
  return axis ? onAxis(list) : inGenerations(list);
}

const spanOf = (item, grow = 1) => {
  const half = (item.width / 2) * grow;
  return [item.x - (item.beside === 'right' ? item.r : half), item.x + (item.beside === 'left' ? item.r : half)];
};

// Each takes the row nearest to that of what it hangs on where its name still has room; says how many there are.
function inRows(list, grow = 1) {
  const rows = new Map([[0, []]]);
  for (const item of [...list].sort((a, b) => b.rank - a.rank)) {
    const near = item.depth > 1 ? item.from.row : 0, [left, right] = spanOf(item, grow);
    for (let at = 0; ; at++) {
      const row = near + (at % 2 ? Math.ceil(at / 2) : -at / 2);
      if (!row && !item.focus) continue; // that of what it is the lineage of: links shall not hide each other
      const taken = rows.get(row) ?? [];
      if (taken.some(([from, to]) => right >= from && left <= to)) continue;
      rows.set(row, [...taken, [left, right]]);
      item.row = row;
      break;
    }
  }
  const used = [...rows.keys()];
  return Math.max(...used) - Math.min(...used) + 1;
}

function stageForm() {
  const width = Math.max(320, $('stage').clientWidth), height = Math.max(320, $('stage').clientHeight);
  return { width, height, form: Math.min(1.2, (height - 60) / width) };
}

function onAxis(list) {
  const on = list.filter((item) => item.time !== null), off = list.filter((item) => item.time === null);
  const times = on.map((item) => item.time);
  const first = Math.floor(Math.min(...times)), last = Math.floor(Math.max(...times)) + 1;
  // Crowded years get more room, empty ones little.
  const inYear = Array.from({ length: last - first }, (_, k) => on.filter((item) => Math.floor(item.time) === first + k).length);
  const { width, height, form } = stageForm();
  const column = (item) => (narrow() ? 110 : item.width / 2 + 40);
  let edges = [0], box = null, rows = 0, grow = 1;
  const place = (stretch) => {
    edges = [0];
    for (const n of inYear) edges.push(edges.at(-1) + stretch * (n ? 70 + 62 * Math.sqrt(n) : 30));
    const end = edges.at(-1);
    // Letters keep their size however small the picture is: on a phone they take that much more of it.
    grow = narrow() ? Math.max(1, (end + 100 + (off.length ? 120 : 0)) / (width - 36)) : 1;
    for (const item of on) {
      const k = Math.min(last - first - 1, Math.floor(item.time) - first);
      item.x = edges[k] + (item.time - first - k) * (edges[k + 1] - edges[k]);
    }
    const reach = (side) => Math.max(0, ...on.filter((item) => item.side * side >= 0).map((item) => (side > 0 ? spanOf(item, grow)[1] - end : -spanOf(item, grow)[0])));
    for (const side of [-1, 1]) {
      let x = (side > 0 ? end : 0) + side * (reach(side) + SIDE);
      for (let depth = 1; depth <= GENERATIONS; depth++) {
        const here = off.filter((item) => item.side === side && item.depth === depth);
        if (!here.length) continue;
        for (const item of here) item.x = x + (side * 20 + (narrow() ? side * 40 * grow : 0));
        x += side * Math.max(...here.map(column)) * grow;
      }
    }
    rows = inRows(list, grow);
    if (!narrow()) { // what is drawn smaller needs more room for names of the same size
      grow = Math.min(1.8, Math.max(1, edges.at(-1) / (width - 220), (rows * ROW) / (height - 110)));
      if (grow > 1.05) rows = inRows(list, grow);
    }
    box = { left: Math.min(...list.map((item) => spanOf(item, grow)[0])), right: Math.max(...list.map((item) => spanOf(item, grow)[1])) };
    return narrow() || rows * ROW * grow <= form * (box.right - box.left);
  };
  // Few things stand close, so that they are drawn large; few years with many things are drawn wider.
  for (const stretch of [0.5, 0.7, 1, 1.4, 2, 2.8, 4]) if (place(stretch)) break;
  const apart = rowHeight(rows, box, form, grow);
  for (const item of list) item.y = item.row * apart;
  const bands = [[-1, 'Earlier, date unknown'], [1, 'Later, date unknown']].map(([side, name]) => {
    const here = off.filter((item) => item.side === side).map((item) => spanOf(item, grow));
    return here.length && { name, left: Math.min(...here.map(([left]) => left)) - 14, right: Math.max(...here.map(([, right]) => right)) + 14 };
  }).filter(Boolean);
  return yearAxis(edges, first, bands, boundsOf(list));
}

const rowHeight = (rows, box, form, grow) => (narrow() ? TIGHT * grow : Math.min(92, Math.max(ROW * grow, (0.92 * form * (box.right - box.left)) / Math.max(1, rows))));

// Without a date to start from: generation by generation, and the years that are known beside the names.
function inGenerations(list) {
  const { width, form } = stageForm();
  const columns = [...new Set(list.map((item) => item.side * item.depth))].sort((a, b) => a - b);
  const widest = Math.max(0, ...list.filter((item) => item.side).map((item) => item.width / 2));
  const step = narrow() ? 120 : Math.min(300, Math.max(widest + 50, (width - 2 * widest) / Math.max(1, columns.length - 1)));
  const grow = narrow() ? Math.max(1, (columns.length * step) / (width - 36)) : 1;
  for (const item of list) item.x = item.side * item.depth * step;
  const rows = inRows(list, grow);
  const box = { left: Math.min(...list.map((item) => spanOf(item)[0])), right: Math.max(...list.map((item) => spanOf(item)[1])) };
  const apart = rowHeight(rows, box, form, grow);
  for (const item of list) item.y = item.row * apart;
  const heads = [[-1, 'Before it'], [1, 'After it']].filter(([side]) => list.some((item) => item.side === side));
  const some = list.some((item) => item.time !== null);
  const overlay = (ctx, toScreen, view) => {
    ctx.textBaseline = 'alphabetic';
    for (const [side, name] of heads) {
      const xs = list.filter((item) => item.side === side).map((item) => toScreen(item.x, 0)[0]);
      writeHead(ctx, some ? name : `${name}, dates unknown`, (Math.min(...xs) + Math.max(...xs)) / 2, view);
    }
  };
  return { overlay };
}

function writeHead(ctx, text, x, { width }) {
  ctx.textAlign = 'center';
  ctx.fillStyle = Palette.muted;
  ctx.font = `600 12px ${Palette.sans}`;
  const half = ctx.measureText(text).width / 2 + 8;
  ctx.fillText(text, Math.min(Math.max(x, half), width - half), 20);
}

// What is drawn behind and over the picture: bands of years and of what has none, and their names along the upper rim.
function yearAxis(edges, first, bands, box) {
  const overlay = (ctx, toScreen, view) => {
    const { width } = view;
    ctx.textBaseline = 'alphabetic';
    ctx.textAlign = 'center';
    ctx.fillStyle = Palette.muted;
    const write = (text, x, y, half) => { if (x >= half && x <= width - half) ctx.fillText(text, x, y); };
    const [start] = toScreen(edges[0], 0), [end] = toScreen(edges.at(-1), 0);
    let free = -Infinity;
    for (let k = 0; k + 1 < edges.length; k++) {
      const [left] = toScreen(edges[k], 0), [right] = toScreen(edges[k + 1], 0);
      const x = (Math.max(left, 0) + Math.min(right, width)) / 2; // of what one sees of the year
      if (right < 0 || left > width) continue;
      if (x >= free) {
        ctx.font = `600 12px ${Palette.sans}`;
        write(String(first + k), x, 20, 18);
        free = x + 40;
      }
      if (right - left < 240) continue;
      ctx.font = `450 11px ${Palette.sans}`;
      ['Jan', 'Apr', 'Jul', 'Oct'].forEach((name, quarter) => write(name, left + ((quarter * 3 + 0.5) / 12) * (right - left), 36, 14));
    }
    for (const band of bands) { // on its own side of the years, and shorter where there is little room
      const [left] = toScreen(band.left, 0), [right] = toScreen(band.right, 0);
      ctx.font = `600 12px ${Palette.sans}`;
      const room = band.left < edges[0] ? Math.min(right, start) - Math.max(0, left) : Math.min(width, right) - Math.max(end, left);
      const text = [band.name, 'no date'].find((words) => ctx.measureText(words).width < room);
      if (text) write(text, (Math.max(0, left) + Math.min(width, right)) / 2, 20, 20);
    }
  };
  const backdrop = (ctx) => {
    const top = box.top - 4000, high = 8000 + box.bottom - box.top;
    ctx.fillStyle = Palette.surface;
    ctx.globalAlpha = 0.75;
    for (let k = 0; k + 1 < edges.length; k += 2) ctx.fillRect(edges[k], top, edges[k + 1] - edges[k], high);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = Palette.line;
    ctx.lineWidth = 1;
    ctx.setLineDash([]);
    for (const { left, right } of bands) { // hatched: no place in it says a time
      ctx.beginPath();
      for (let y = top; y < top + high; y += 22) { ctx.moveTo(left, y); ctx.lineTo(right, y - (right - left) * 0.5); }
      ctx.stroke();
    }
  };
  return { backdrop, overlay };
}
