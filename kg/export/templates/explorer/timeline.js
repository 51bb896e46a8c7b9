// An axis of years: where things stand on it, and the bands and names of its years and months.

const ROW = 84; // from one row of labels to the next
const TIGHT = 52; // the same in pixels, where all has to fit a phone's width

// x is time; each item takes the row nearest to the middle where its label still has room. Items know their `time`.
function timeLayout(list) {
  const times = list.map((item) => item.time).sort((a, b) => a - b);
  const first = Math.floor(times[0] ?? 2000), last = Math.floor(times.at(-1) ?? 2000) + 1;
  // Crowded years get more room, empty ones little.
  const inYear = Array.from({ length: last - first }, (_, k) => list.filter((item) => Math.floor(item.time) === first + k).length);
  const [stageWidth, stageHeight] = [Math.max(320, $('stage').clientWidth), Math.max(320, $('stage').clientHeight)];
  const form = Math.min(0.9, stageHeight / stageWidth);
  let edges = [0], rows = [], grow = 1;
  const place = (stretch) => {
    edges = [0];
    rows = [];
    for (const n of inYear) edges.push(edges.at(-1) + stretch * (n ? 70 + 62 * Math.sqrt(n) : 30));
    // Letters keep their size however small the picture is: on a phone they take that much more of it.
    grow = narrow() ? Math.max(1, (edges.at(-1) + 100) / (stageWidth - 36)) : 1;
    for (const item of [...list].sort((a, b) => b.rank - a.rank)) {
      const k = Math.min(last - first - 1, Math.floor(item.time) - first);
      item.x = edges[k] + (item.time - first - k) * (edges[k + 1] - edges[k]);
      for (let at = item.focus ? 0 : 1; ; at++) { // beside the row of what it is the lineage of: links shall not hide each other
        rows[at] ??= [];
        const half = (item.width / 2) * grow;
        if (rows[at].some(([left, right]) => item.x + half >= left && item.x - half <= right)) continue;
        rows[at].push([item.x - half, item.x + half]);
        item.row = at % 2 ? Math.ceil(at / 2) : -at / 2;
        break;
      }
    }
    return narrow() || rows.length * ROW <= form * (edges.at(-1) + 160);
  };
  // Few things stand close, so that they are drawn large; few years with many things are drawn wider.
  for (const stretch of [0.5, 0.7, 1, 1.4, 2, 2.8, 4]) if (place(stretch)) break;
  const apart = narrow() ? TIGHT * grow : Math.min(150, Math.max(ROW, (0.8 * form * (edges.at(-1) + 160)) / Math.max(1, rows.length)));
  for (const item of list) item.y = item.row * apart;
  return yearAxis(edges, first, boundsOf(list));
}

// What is drawn behind and over the picture: bands of years, and their names along the upper rim.
function yearAxis(edges, first, box) {
  const overlay = (ctx, toScreen, { width }) => {
    ctx.textAlign = 'center';
    ctx.textBaseline = 'alphabetic';
    ctx.fillStyle = Palette.muted;
    const write = (text, x, y, half) => { if (x >= half && x <= width - half) ctx.fillText(text, x, y); };
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
  };
  const backdrop = (ctx) => {
    ctx.fillStyle = Palette.surface;
    ctx.globalAlpha = 0.75;
    for (let k = 0; k + 1 < edges.length; k += 2) ctx.fillRect(edges[k], box.top - 4000, edges[k + 1] - edges[k], 8000 + box.bottom - box.top);
    ctx.globalAlpha = 1;
  };
  return { backdrop, overlay };
}
