// Colors and shapes: every kind of node has both, so that neither is needed to tell them apart.

const KINDS = ['Paper', 'Model', 'Method', 'Dataset', 'Benchmark', 'Task', 'Metric'];

// Outlines in a unit circle, as corners; null is a circle.
const polygon = (corners, turn) => Array.from({ length: corners }, (_, k) => {
  const angle = turn + (2 * Math.PI * k) / corners;
  return [Math.cos(angle), Math.sin(angle)];
});
const OUTLINE = {
  Paper: null,
  Model: polygon(6, 0).map(([x, y]) => [x * 1.08, y * 1.08]),
  Method: polygon(4, 0).map(([x, y]) => [x * 1.2, y * 1.2]),
  Dataset: polygon(4, Math.PI / 4).map(([x, y]) => [x * 1.2, y * 1.2]),
  Benchmark: Array.from({ length: 10 }, (_, k) => {
    const reach = k % 2 ? 0.56 : 1.28;
    const angle = -Math.PI / 2 + (Math.PI * k) / 5;
    return [Math.cos(angle) * reach, Math.sin(angle) * reach];
  }),
  Task: polygon(3, -Math.PI / 2).map(([x, y]) => [x * 1.28, y * 1.28 + 0.15]),
  Metric: polygon(5, -Math.PI / 2).map(([x, y]) => [x * 1.12, y * 1.12]),
};

// What relations are drawn like, and how they read from the source ("forward") and from the target ("back").
const RELATION = {
  introduces: { color: 'introduces', rank: 1.0, forward: 'introduces', back: 'introduced by' },
  builds_on: { color: 'builds', rank: 0.98, forward: 'builds on', back: 'built on by', arrow: true },
  compares_with: { color: 'compares', rank: 0.72, forward: 'compares with', back: 'is a baseline in' },
  evaluates_on: { color: 'evaluates', rank: 0.66, forward: 'evaluates on', back: 'used for evaluation by' },
  uses: { color: 'uses', rank: 0.62, forward: 'uses', back: 'used by' },
  addresses: { color: 'addresses', rank: 0.6, forward: 'addresses', back: 'addressed by' },
  reports: { color: 'reports', rank: 0.36, forward: 'reports', back: 'reported by' },
  mentions: { color: 'weak', rank: 0.24, forward: 'mentions', back: 'mentioned by' },
  shares: { color: 'weak', rank: 0.4, forward: 'is similar to', back: 'is similar to' },
  broader: { color: 'broader', rank: 0.9, forward: 'is a kind of', back: 'has variant', arrow: true },
  evaluated_on: { color: 'evaluates', rank: 0.7, forward: 'is evaluated on', back: 'evaluates' },
  compared_with: { color: 'compares', rank: 0.7, forward: 'is compared with', back: 'is compared with' },
  co_occurs: { color: 'weak', rank: 0.3, forward: 'appears with', back: 'appears with' },
};
const phrase = (link, from) => {
  const relation = RELATION[relationOf(link)];
  return G.L.target[link] === from ? relation.back : relation.forward; // a lineage's link comes from the paper of what is younger
};

// The style sheet is the one place with colors; the canvas reads them from there.
const Palette = {};
function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(`--${name}`).trim();
  for (const kind of KINDS) Palette[kind] = value(`kind-${kind.toLowerCase()}`);
  for (const name of ['introduces', 'builds', 'compares', 'evaluates', 'uses', 'addresses', 'reports', 'weak', 'broader']) {
    Palette[name] = value(`link-${name}`);
  }
  for (const name of ['paper', 'surface', 'ink', 'muted', 'line', 'accent']) Palette[name] = value(name);
  Palette.sans = value('sans');
  Palette.serif = value('serif');
  Palette.dark = value('scheme') === 'dark';
}

// Papers are darker the newer they are.
function fillOf(item) {
  if (item.kind !== 'Paper' || span.first === span.last) return Palette[item.kind];
  const year = yearOf(item.node);
  const age = year ? Math.min(1, (span.last - year) / Math.max(1, Math.min(12, span.last - span.first))) : 0.6;
  return mix(Palette.Paper, Palette.paper, 0.68 * age);
}

function mix(one, other, share) {
  const part = (color, k) => parseInt(color.slice(1 + 2 * k, 3 + 2 * k), 16);
  return `#${[0, 1, 2].map((k) => Math.round(part(one, k) * (1 - share) + part(other, k) * share).toString(16).padStart(2, '0')).join('')}`;
}

function traceShape(ctx, kind, x, y, r) {
  const outline = OUTLINE[kind];
  ctx.beginPath();
  if (!outline) { ctx.arc(x, y, r, 0, 2 * Math.PI); return; }
  outline.forEach(([dx, dy], k) => (k ? ctx.lineTo(x + dx * r, y + dy * r) : ctx.moveTo(x + dx * r, y + dy * r)));
  ctx.closePath();
}

function shapePath(kind, x, y, r) {
  const outline = OUTLINE[kind];
  const at = (v) => v.toFixed(1);
  if (!outline) return `M${at(x - r)} ${at(y)}a${at(r)} ${at(r)} 0 1 0 ${at(2 * r)} 0a${at(r)} ${at(r)} 0 1 0 ${at(-2 * r)} 0Z`;
  return `M${outline.map(([dx, dy]) => `${at(x + dx * r)} ${at(y + dy * r)}`).join('L')}Z`;
}

function kindIcon(kind) {
  const icon = svg('svg', { class: `icon kind-${kind}`, viewBox: '-10 -10 20 20', 'aria-hidden': 'true' });
  icon.append(svg('path', { d: shapePath(kind, 0, 0, 7) }));
  return icon;
}

// Groups have hues of their own, spread by the golden angle so that neighbors in the list differ.
function groupColor(at, light, alpha = 1) {
  const hue = (at * 137.508 + 214) % 360;
  return `hsla(${hue.toFixed(0)}, ${Palette.dark ? 38 : 46}%, ${light}%, ${alpha})`;
}
