// Where drawn nodes stand. Deterministic: the same view looks the same tomorrow.

// Short forms for the picture; the panel and the tip have the whole text.
function headOf(text, most) {
  text = text.slice(0, 200);
  const head = /^(.{2,34}?)\s*[:–—]\s/u.exec(text); // "LoRA: Low-Rank Adaptation of …"
  const short = head && head[1].length <= most ? head[1] : text;
  return cut(short, most);
}

// What is too long ends after a word, unless that word is most of it.
function cut(text, most) {
  if (text.length <= most) return text;
  const part = text.slice(0, most - 1), words = /\s/.test(text[most - 1]) ? part : part.replace(/\s+\S*$/u, '');
  return `${(words.length > most * 0.55 ? words : part).trimEnd()}…`;
}

function wrap(text, width, most = 2) {
  const lines = [];
  if (text.length > 200) text = text.slice(0, 200);
  for (const word of text.split(/\s+/)) {
    if (lines.length && lines.at(-1).length + word.length + 1 <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word.length > width + 6 ? `${word.slice(0, width + 5)}…` : word);
  }
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  kept[most - 1] = cut(`${kept[most - 1]} …`, width).replace(/\s*…+$/u, '…');
  return kept;
}

function sizeOf(item) {
  const paper = isPaper(item.node);
  const weight = paper ? Math.log2(1 + degree(item.node)) : Math.log2(1 + G.paperCount[item.node - G.P]);
  item.kind = kindOf(item.node);
  item.r = item.focus ? 18 : Math.min(15, 4.6 + 1.05 * weight);
  item.font = item.focus ? 15 : 12;
  item.lines = wrap(headOf(nameOf(item.node), paper ? 44 : 40), paper ? 24 : 20);
  return measure(item);
}

function measure(item) { // with its label
  item.width = Math.max(2 * item.r, ...item.lines.map((line) => line.length * item.font * 0.55)) + 10;
  item.height = 2 * item.r + item.lines.length * (item.font + 3) + 8;
  return item;
}

// "VCMamba: Bridging …" is not called as what it introduces, where both are drawn.
function tellApart(items) {
  const taken = new Set(items.filter(({ node }) => node !== undefined && !isPaper(node)).map(({ node }) => nameOf(node).toLowerCase()));
  for (const item of items) {
    if (item.node === undefined || !isPaper(item.node) || !taken.has(headOf(nameOf(item.node), 44).toLowerCase())) continue;
    if (item.beside) { nameBeside(item, cut(nameOf(item.node), 44)); continue; }
    item.lines = wrap(cut(nameOf(item.node), 44), 24);
    measure(item);
  }
}

// A mark whose label stands beside it, at the rim of the picture: its lines are short.
function nameBeside(item, text) {
  item.lines = wrap(text, 15);
  item.height = Math.max(2 * item.r, 15 * item.lines.length) + 4;
  item.width = 2 * (item.r + 10 + Math.max(...item.lines.map((line) => line.length)) * 6.9);
}

// On a phone's stage there is room for less: few things with their names say more than many dots.
const narrow = () => $('stage').clientWidth < 560;

// A spring layout that keeps room for every label. `items` know their size; `edges` are pairs of items. What stood in
// the picture of the same place before stays where it is, and what comes finds its room around it.
function springs(items, edges) {
  const n = items.length;
  if (!n) return;
  tellApart(items);
  const [width, height] = roomFor(n);
  const aspect = Math.min(2, Math.max(0.6, width / height));
  const x = new Float64Array(n), y = new Float64Array(n), dx = new Float64Array(n), dy = new Float64Array(n);
  const at = new Map(items.map((item, k) => [item, k]));
  startingPlaces(items, edges, at, x, y, aspect);
  const held = holdPlaces(items, edges, at, x, y);
  const free = n - held.reduce((sum, h) => sum + h, 0);
  const pairs = edges.map((edge) => [at.get(edge.a), at.get(edge.b), edge.pull ?? 1]);
  const reach = (free < n ? 0.7 : 1) * (62 + 3 * Math.sqrt(n)); // among what is held there is less room
  const rounds = !free ? 0 : n > 220 ? 90 : n > 120 ? 140 : 240;
  for (let round = 0; round < rounds; round++) {
    const heat = 1 - round / rounds;
    dx.fill(0); dy.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        if (held[i] && held[j]) continue;
        let ax = (x[i] - x[j]) / aspect, ay = y[i] - y[j];
        let square = ax * ax + ay * ay;
        if (square < 1) { ax = 0.5 + (i % 3) * 0.2; ay = 0.7 - (j % 3) * 0.2; square = 1; }
        if (square > 160000) continue;
        const push = (reach * reach) / square;
        dx[i] += ax * push; dx[j] -= ax * push; dy[i] += ay * push; dy[j] -= ay * push;
      }
    }
    for (const [i, j, pull] of pairs) {
      const ax = x[i] - x[j], ay = y[i] - y[j];
      const distance = Math.hypot(ax, ay) || 1;
      const rest = 78 + items[i].r + items[j].r;
      const force = 0.09 * pull * (distance - rest) / distance;
      dx[i] -= ax * force; dx[j] += ax * force; dy[i] -= ay * force; dy[j] += ay * force;
    }
    const most = 4 + 26 * heat;
    for (let i = 0; i < n; i++) {
      if (held[i]) continue;
      if (items[i].focus) { x[i] *= 0.6; y[i] *= 0.6; continue; }
      dx[i] -= x[i] * 0.018; dy[i] -= y[i] * 0.018 * aspect;
      const length = Math.hypot(dx[i], dy[i]) || 1;
      const move = Math.min(length, most) / length;
      x[i] += dx[i] * move; y[i] += dy[i] * move;
    }
    if (round > rounds * 0.35) separate(items, x, y, 0.5, held);
  }
  if (free === n) {
    spread(x, width - 150);
    spread(y, height - 90);
  }
  for (let k = 0; k < 90 && free && separate(items, x, y, 1, held); k++);
  items.forEach((item, k) => { item.x = x[k]; item.y = y[k]; });
}

// What is in the picture keeps its place; what was, and comes back, has its old one where nothing took that meanwhile.
function holdPlaces(items, edges, at, x, y) {
  const held = new Uint8Array(items.length), known = knownPlaces();
  const taken = [];
  const put = (k, fixed) => {
    [x[k], y[k]] = known.get(items[k].key);
    held[k] = fixed ? 1 : 0;
    if (fixed) taken.push(k);
  };
  items.forEach((item, k) => { if (known.has(item.key) && View.items.has(item.key)) put(k, true); });
  items.forEach((item, k) => {
    if (!known.has(item.key) || View.items.has(item.key)) return;
    const [left, top] = known.get(item.key);
    put(k, taken.every((other) => Math.abs(x[other] - left) > (items[other].width + item.width) / 2.2 || Math.abs(y[other] - top) > (items[other].height + item.height) / 2.2));
  });
  // What is new starts behind what it hangs on.
  const born = new Map();
  for (const { a, b } of taken.length ? edges : []) {
    for (const [near, far] of [[a, b], [b, a]]) {
      const k = at.get(far), root = at.get(near);
      if (held[k] || known.has(far.key) || !held[root] || near.focus || born.has(far)) continue;
      const turn = [...born.values()].filter((other) => other === near).length;
      born.set(far, near);
      const angle = Math.atan2(y[root], x[root]) + (turn % 2 ? -1 : 1) * 0.5 * Math.ceil(turn / 2), out = near.r + 70 + 12 * turn;
      x[k] = x[root] + Math.cos(angle) * out; y[k] = y[root] + Math.sin(angle) * out;
    }
  }
  return held;
}

// The stage's size, or more of the same form where so many labels need more.
function roomFor(n) {
  const { clientWidth, clientHeight } = $('stage');
  const width = Math.max(320, clientWidth), height = Math.max(320, clientHeight);
  const more = Math.max(1, Math.sqrt((n * 8200) / (width * height)));
  return [width * more, height * more];
}

// Stretches or shrinks coordinates to a length, with the focus staying where it is; few nodes are not blown up.
function spread(values, length) {
  const far = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const factor = Math.min(length / 2 / far, values.length < 8 ? 0.75 : 1.5);
  for (let k = 0; k < values.length; k++) values[k] *= factor;
}

// Papers to the right of the focus and what they name to its left, each in an order one can follow: kind after kind,
// and papers by what they do with it. What hangs on a drawn neighbor starts behind it.
function startingPlaces(items, edges, at, x, y, aspect) {
  const parent = new Map(), role = new Map();
  for (const edge of edges) {
    const [near, far] = (edge.a.ring ?? 1) < (edge.b.ring ?? 1) ? [edge.a, edge.b] : [edge.b, edge.a];
    if (near.focus) role.set(far, G.L.relation[edge.link]);
    if ((near.ring ?? 1) < (far.ring ?? 1) && !parent.has(far)) parent.set(far, near);
  }
  const first = items.filter((item) => !item.focus && (item.ring ?? 1) <= 1);
  const about = (item) => [KINDS.indexOf(item.kind), role.get(item) ?? 0];
  first.sort((a, b) => { const [kindA, roleA] = about(a), [kindB, roleB] = about(b); return kindA - kindB || roleA - roleB || b.rank - a.rank; });
  const papers = first.filter((item) => item.kind === 'Paper').length;
  first.forEach((item, k) => {
    const angle = (2 * Math.PI * (k + 0.5 - papers / 2)) / first.length;
    const out = 150 + 70 * (k % 3) + first.length;
    item.angle = angle;
    x[at.get(item)] = Math.cos(angle) * out * aspect; y[at.get(item)] = Math.sin(angle) * out;
  });
  const children = new Map();
  for (const item of items) {
    if ((item.ring ?? 1) <= 1 || item.focus) continue;
    const behind = parent.get(item);
    const k = children.get(behind) ?? 0;
    children.set(behind, k + 1);
    const angle = (behind?.angle ?? 0) + (k % 2 ? -1 : 1) * 0.16 * Math.ceil(k / 2);
    item.angle = angle;
    const out = 330 + 46 * (k % 4);
    x[at.get(item)] = Math.cos(angle) * out * aspect; y[at.get(item)] = Math.sin(angle) * out;
  }
}

// Moves boxes (node and label) that overlap apart, as far as they are not held; false when none did.
function separate(items, x, y, strength, held) {
  let moved = false;
  for (let i = 0; i < items.length; i++) {
    for (let j = i + 1; j < items.length; j++) {
      if (held[i] && held[j]) continue;
      const ax = x[i] - x[j];
      const roomX = (items[i].width + items[j].width) / 2;
      if (ax > roomX || ax < -roomX) continue;
      // boxes hang below their node: their middles are lower by half the label
      const ay = y[i] + items[i].height / 2 - items[i].r - (y[j] + items[j].height / 2 - items[j].r);
      const roomY = (items[i].height + items[j].height) / 2;
      const overX = roomX - Math.abs(ax), overY = roomY - Math.abs(ay);
      if (overY <= 0 || overX <= 0) continue;
      moved = true;
      const fixed = held[i] || (items[i].focus && !held[j]) ? 1 : held[j] || items[j].focus ? 2 : 0;
      const shareI = fixed === 1 ? 0 : fixed === 2 ? 1 : 0.5, shareJ = 1 - shareI;
      if (overX * 0.8 < overY) {
        const by = overX * strength * (ax < 0 ? -1 : 1);
        x[i] += by * shareI; x[j] -= by * shareJ;
      } else {
        const by = overY * strength * (ay < 0 ? -1 : 1);
        y[i] += by * shareI; y[j] -= by * shareJ;
      }
    }
  }
  return moved;
}

// Columns from left to right (comparisons): items carry `column`; those of a column are stacked in its order, as far
// apart as the stage is high, within reason.
function columns(items, gap = 230, apart = 22) {
  tellApart(items);
  const byColumn = new Map();
  for (const item of items) byColumn.set(item.column, [...(byColumn.get(item.column) ?? []), item]);
  const high = (stack) => stack.reduce((sum, item) => sum + item.height + apart, 0);
  const tallest = Math.max(...[...byColumn.values()].map(high));
  const form = narrow() ? 1 : $('stage').clientHeight / Math.max(1, $('stage').clientWidth);
  const wide = (byColumn.size - 1) * gap + 300; // with the names at both sides
  const grow = Math.min(2.2, Math.max(1, (0.86 * form * wide) / tallest));
  for (const [column, stack] of byColumn) {
    const loose = stack.length > 1 ? Math.min(grow, (grow * tallest) / high(stack)) : 1;
    let y = (-high(stack) * loose) / 2;
    for (const item of stack) { item.x = column * gap; item.y = y + item.r; y += item.height * loose + apart * loose; }
  }
}
