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
const phrase = (link, from) => phraseOf({ link }, from);
const phraseOf = (edge, from) => relationIn(edge)[G.L.target[edge.link] === from ? 'back' : 'forward']; // a lineage's link comes from the paper of what is younger

// The style sheet is the one place with colors; the canvas reads them from there.
const Palette = {};
function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(`--${name}`).trim();
  for (const kind of KINDS) Palette[kind] = value(`kind-${kind.toLowerCase()}`);
  for (const name of ['introduces', 'builds', 'compares', 'evaluates', 'uses', 'addresses', 'reports', 'weak', 'broader']) {
    Palette[name] = value(`link-${name}`);
  }
  for (const name of ['paper', 'surface', 'ink', 'muted', 'line', 'accent', 'bridge']) Palette[name] = value(name);
  Palette.tint = value('tint-paper');
  Palette.quiet = mix(Palette.ink, Palette.paper, 0.2); // on colored ground, where muted is too pale
  Palette.palest = palest(Palette.Paper, Palette.paper);
  Palette.sans = value('sans');
  Palette.serif = value('serif');
  Palette.dark = value('scheme') === 'dark';
}

// Papers are darker the newer they are, though never so pale that one could miss them; those without a date are hollow.
// What a view is of has its full color, however old it is.
function lookOf(item) {
  const solid = { fill: Palette[item.kind], line: Palette.paper, width: 1.5 };
  if (item.kind !== 'Paper' || item.focus || span.first === span.last) return solid;
  const year = yearOf(item.node);
  if (hollow(item)) return { fill: Palette.tint, line: Palette.Paper, width: 1.8 };
  const age = Math.min(1, (span.last - year) / Math.max(1, Math.min(12, span.last - span.first)));
  return { ...solid, fill: mix(Palette.Paper, Palette.paper, Palette.palest * age) };
}

// How much of the paper may be mixed into a color that is still told from it, at 3 to 1.
function palest(color, paper) {
  let share = 0.7;
  while (share > 0 && contrast(mix(color, paper, share), paper) < 3.05) share -= 0.02;
  return share;
}

function contrast(one, other) {
  const light = (color) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, k) => {
    const part = parseInt(color.slice(1 + 2 * k, 3 + 2 * k), 16) / 255;
    return sum + weight * (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
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
  const at = (v) => v.toFixed(2);
  if (!outline) return `M${at(x - r)} ${at(y)}a${at(r)} ${at(r)} 0 1 0 ${at(2 * r)} 0a${at(r)} ${at(r)} 0 1 0 ${at(-2 * r)} 0Z`;
  return `M${outline.map(([dx, dy]) => `${at(x + dx * r)} ${at(y + dy * r)}`).join('L')}Z`;
}

function kindIcon(kind) {
  const icon = svg('svg', { class: `icon kind-${kind}`, viewBox: '-10 -10 20 20', 'aria-hidden': 'true' });
  icon.append(svg('path', { d: shapePath(kind, 0, 0, 7) }));
  return icon;
}

// Groups have hues of their own, spread by the golden angle so that neighbors in the list differ.
const hueOf = (group) => Math.round((group * 137.508 + 214) % 360);
const discFill = (group) => `hsl(${hueOf(group)}, ${Palette.dark ? 38 : 46}%, ${Palette.dark ? 20 : 91}%)`;
const discLine = (group) => `hsl(${hueOf(group)}, ${Palette.dark ? 38 : 40}%, ${Palette.dark ? 50 : 52}%)`;

// The same hue as a spot in the text, which the style sheet makes lighter or darker.
function swatch(group) {
  const spot = el('span', { class: 'swatch' });
  spot.style.setProperty('--hue', hueOf(group));
  return spot;
}
