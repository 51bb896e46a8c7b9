// The graph: decodes the page's first block into typed arrays and answers what is linked to what.
// kg/export/html/columns.py and payload.py are the other side of this format.

// One number names every node: papers come first (0 to G.P - 1), entities after them.
const G = { P: 0, E: 0, N: 0 };

// Two characters carry 13 bits, the lowest first, and in a page in UTF-16 31; kg/export/html/packing.py says why.
const DIGIT = new Uint8Array(128);
for (let code = 33, digit = 0; code < 127; code++) if (code !== 34 && code !== 38 && code !== 60) DIGIT[code] = digit++;
const WIDE = 0x2100, WIDES = 46341;

function bytesOf(element) {
  const text = element.textContent;
  const out = new Uint8Array(Number(element.dataset.size));
  if (text.charCodeAt(0) >= WIDE) return wideBytes(text, out);
  let bits = 0, held = 0, at = 0;
  for (let i = 0; at < out.length; i += 2) {
    bits |= (DIGIT[text.charCodeAt(i)] * 91 + DIGIT[text.charCodeAt(i + 1)]) << held;
    for (held += 13; held > 7; held -= 8) { out[at++] = bits; bits >>>= 8; } // what is written behind the end is lost
  }
  return out;
}

function wideBytes(text, out) {
  let bits = 0, held = 0, at = 0;
  for (let i = 0; at < out.length; i += 2) {
    const number = (text.charCodeAt(i) - WIDE) * WIDES + text.charCodeAt(i + 1) - WIDE;
    bits |= number << held;
    out[at++] = bits; out[at++] = bits >>> 8; out[at++] = bits >>> 16;
    bits = (bits >>> 24) | (held ? (number >>> (32 - held)) << 8 : 0); // what did not fit into 32 bits
    held += 7;
    if (held > 7) { out[at++] = bits; bits >>>= 8; held -= 8; }
  }
  return out;
}

async function unzipped(id) {
  const stream = new Blob([bytesOf(document.getElementById(id))]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

// A library that travels compressed. The page's policy knows it by its hash, so it runs as if it stood there as it is.
async function runScript(id) {
  const script = document.createElement('script');
  script.textContent = new TextDecoder().decode(await unzipped(id));
  document.head.append(script);
}

async function readBlock(id) {
  const bytes = new Uint8Array(await unzipped(id));
  const headerSize = new DataView(bytes.buffer).getUint32(0, true);
  const block = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerSize)));
  let at = 4 + headerSize;
  const column = {};
  for (const [name, kind, count, size] of block.columns) {
    column[name] = decodeColumn(kind, bytes.subarray(at, at + size), count);
    at += size;
  }
  block.column = column;
  return block;
}

function decodeColumn(kind, bytes, count) {
  if (kind === 'u8') return bytes;
  if (kind === 'text') return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const out = new Int32Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let value = 0, shift = 0, byte;
    do {
      byte = bytes[at++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    out[i] = value;
  }
  if (kind === 'delta') {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += (out[i] >>> 1) ^ -(out[i] & 1); // zigzag
      out[i] = sum;
    }
  }
  return out;
}

// Strings of one column: kept as one string and cut when asked for, so that 100,000 names cost no 100,000 objects.
class Strings {
  constructor(block, name) {
    if (!block) return;
    this.text = block.column[name];
    const lengths = block.column[`${name}_length`];
    this.size = lengths.length;
    this.offset = new Int32Array(this.size + 1);
    for (let i = 0; i < this.size; i++) this.offset[i + 1] = this.offset[i] + lengths[i];
  }

  at(i) {
    return this.text.slice(this.offset[i], this.offset[i + 1]);
  }
}

// Long texts are numbers of words in one vocabulary; 0 stands for a word that is spelled out. Gives Strings. Where the
// column has gaps, NULs stand for as many characters as the build left out, and it is told where the words lie: word k
// of all texts from `first[k]` to `end[k]`, those of text i from `wordFrom[i]`.
function wordTexts(block, name) {
  const sizes = block.column[`${name}_size`], words = block.column[`${name}_words`], gaps = block.column[`${name}_gap`];
  const rare = block.column[`${name}_rare`].split('\n');
  const pieces = new Array(words.length), texts = new Strings();
  texts.offset = new Int32Array(sizes.length + 1);
  texts.size = sizes.length;
  if (gaps) Object.assign(texts, { wordFrom: new Int32Array(sizes.length), first: new Int32Array(words.length), end: new Int32Array(words.length) });
  let at = 0, spelled = 0, length = 0, gap = 0;
  for (let i = 0; i < sizes.length; i++) {
    if (gaps) texts.wordFrom[i] = at;
    for (const first = at, end = at + sizes[i]; at < end; at++) {
      let word = words[at] ? G.words[words[at] - 1] : rare[spelled++];
      if (at === first) word = word.slice(1); // the space that the build put before every text
      if (word === '\0') word = word.repeat(gaps[gap++]);
      if (gaps) texts.first[at] = length + (at > first && word.startsWith(' '));
      pieces[at] = word;
      length += word.length;
      if (gaps) texts.end[at] = length;
    }
    texts.offset[i + 1] = length;
  }
  texts.text = pieces.join('');
  return texts;
}

async function loadGraph() {
  const block = await readBlock('kg-core');
  const c = block.column;
  const words = new Strings(block, 'word');
  G.words = Array.from({ length: words.size }, (_, i) => words.at(i));
  Object.assign(G, {
    P: block.papers, E: block.entities, N: block.papers + block.entities,
    types: block.types, relations: block.relations, dates: block.dates, groups: block.groups.map((group) => ({ ...group, label: group.name, name: readable(group.name) })),
    lean: block.lean, shard: block.shard, info: block.info,
    answers: block.answers, carried: JSON.parse(document.getElementById('kg-carried').textContent),
    paperIds: new Strings(block, 'paper_id'), titles: wordTexts(block, 'paper_title'),
    aliasEntity: c.alias_entity, oldEntity: c.old_entity, oldIds: new Strings(block, 'old_id'),
    paperDate: c.paper_date, paperGroup: c.paper_group,
    slugs: new Strings(block, 'entity_slug'), names: wordTexts(block, 'entity_name'), entityType: c.entity_type,
    entityGroup: c.entity_group,
    aliases: wordTexts(block, 'alias_name'),
  });
  numberNewEntities(c.pe_target, block.shared);
  G.yearOfDate = Int32Array.from(G.dates, (date) => Number(date.slice(0, 4)) || 0);
  joinLinks(c);
  buildAdjacency();
  findIntroducers(c.entity_introduced);
  G.rank = Float64Array.from(G.relations, (name) => RELATION[name].rank);
  G.weighted = Uint8Array.from(G.relations, (name) => (name === 'shares' || name === 'co_occurs' ? 1 : 0));
  G.place = new Int32Array(G.N); // for whoever needs a number for every node in a while: zeros again when done
}

// What one paper alone names is numbered in the order in which the links name it: 0 stands for the next of these.
function numberNewEntities(target, shared) {
  for (let i = 0, next = shared; i < target.length; i++) target[i] = target[i] ? target[i] - 1 : next++;
}

// The paper that introduces an entity, from 1: the first that says so, where the build did not find otherwise.
function findIntroducers(told) {
  G.introducedBy = new Int32Array(G.E);
  for (let i = 0; i < G.L.firstPP; i++) {
    const entity = G.L.target[i] - G.P;
    if (G.L.relation[i] === 0 && !G.introducedBy[entity]) G.introducedBy[entity] = G.L.source[i] + 1;
  }
  for (let e = 0; e < G.E; e++) if (told[e]) G.introducedBy[e] = told[e] - 1;
}

// Links of all three kinds in one set of arrays: paper to entity, paper to paper, entity to entity.
function joinLinks(c) {
  const kinds = [['pe', 0, G.P, 0], ['pp', 0, 0, 7], ['ee', G.P, G.P, 10]];
  const total = kinds.reduce((n, [k]) => n + c[`${k}_source`].length, 0);
  const L = {
    size: total, source: new Int32Array(total), target: new Int32Array(total), relation: new Uint8Array(total),
    confidence: new Uint8Array(total), inferred: new Uint8Array(total), weight: new Uint8Array(total).fill(255),
    firstPP: c.pe_source.length, firstEE: c.pe_source.length + c.pp_source.length,
    via: c.pp_via, paper: c.ee_paper,
  };
  // Which entity descends from which, as the build found: by which link (of its paper, or of itself), and how surely.
  const none = new Int32Array(0), byName = (c.ee_descent ?? none).map((link) => L.firstEE + link);
  const joined = (one, other) => [...(one ?? none), ...(other ?? none)];
  G.descent = { link: joined(c.pe_descent, byName), child: joined(c.pe_descent_child, c.ee_descent_child), sure: joined(c.pe_descent_sure, c.ee_descent_sure), called: joined(c.pe_descent_called, c.ee_descent_called) };
  let at = 0;
  for (const [k, fromSource, fromTarget, fromRelation] of kinds) {
    const source = c[`${k}_source`], target = c[`${k}_target`], relation = c[`${k}_relation`];
    for (let i = 0; i < source.length; i++) {
      L.source[at + i] = source[i] + fromSource;
      L.target[at + i] = target[i] + fromTarget;
      L.relation[at + i] = relation[i] + fromRelation;
    }
    L.confidence.set(c[`${k}_confidence`], at);
    L.inferred.set(c[`${k}_inferred`], at);
    if (c[`${k}_weight`]) L.weight.set(c[`${k}_weight`], at);
    at += source.length;
  }
  G.L = L;
}

// For every node the links it is in, as one run of G.adjacent (compressed sparse rows).
function buildAdjacency() {
  const { source, target, size } = G.L;
  const start = new Int32Array(G.N + 1);
  for (let i = 0; i < size; i++) { start[source[i] + 1]++; start[target[i] + 1]++; }
  for (let i = 0; i < G.N; i++) start[i + 1] += start[i];
  const fill = start.slice();
  const links = new Int32Array(size * 2);
  for (let i = 0; i < size; i++) { links[fill[source[i]]++] = i; links[fill[target[i]]++] = i; }
  G.start = start;
  G.adjacent = links;
  // Papers that name an entity: counted once a paper, though it may have more than one link to it.
  G.paperCount = new Int32Array(G.E);
  let last = -1;
  const seen = new Int32Array(G.E).fill(-1);
  for (let i = 0; i < G.L.firstPP; i++) {
    last = source[i];
    const entity = target[i] - G.P;
    if (seen[entity] !== last) { seen[entity] = last; G.paperCount[entity]++; }
  }
}

const isPaper = (node) => node < G.P;
const linksOf = (node) => G.adjacent.subarray(G.start[node], G.start[node + 1]);
const degree = (node) => G.start[node + 1] - G.start[node];
const otherEnd = (link, node) => (G.L.source[link] === node ? G.L.target[link] : G.L.source[link]);
const relationOf = (link) => G.relations[G.L.relation[link]];
const kindOf = (node) => (isPaper(node) ? 'Paper' : G.types[G.entityType[node - G.P]]);
const nameOf = (node) => readable(isPaper(node) ? G.titles.at(node).trim() || '(no title)' : G.names.at(node - G.P).trim() || '(no name)');
const dateOf = (paper) => G.dates[G.paperDate[paper]];
// An entity's year is that of the paper that introduces it: that a paper names it first here says nothing of its age.
const yearOf = (node) => (isPaper(node) ? G.yearOfDate[G.paperDate[node]] : G.introducedBy[node - G.P] ? yearOf(G.introducedBy[node - G.P] - 1) : 0);
// The papers that name an entity, each once: a paper's links to it stand together.
function papersOf(entity) {
  const out = [];
  for (const link of linksOf(entity)) {
    if (link >= G.L.firstPP) break;
    if (G.L.source[link] !== out[out.length - 1]) out.push(G.L.source[link]);
  }
  return out;
}
// The order of so many things by what each is worth, best first, equals as they stand. Numbers that carry their own
// place are sorted by the browser itself: some ten times as fast as comparing pairs of 20,000 in a script.
function orderOf(worth) {
  const size = 2 ** 22, keys = new Float64Array(worth.length), order = new Int32Array(worth.length);
  for (let k = 0; k < keys.length; k++) keys[k] = k - Math.round(worth[k] * 65536) * size;
  keys.sort();
  for (let k = 0; k < keys.length; k++) order[k] = keys[k] - Math.floor(keys[k] / size) * size;
  return order;
}
function inOrder(list, order) {
  const out = new Array(order.length);
  for (let k = 0; k < out.length; k++) out[k] = list[order[k]];
  return out;
}
const groupOf = (node) => (isPaper(node) ? G.paperGroup[node] : G.entityGroup[node - G.P]) - 1;

function plainSlug(name) {
  return name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').toLowerCase();
}

// The ids that the rest of the project uses, and that permalinks carry.
function idOf(node) {
  if (isPaper(node)) return G.paperIds.at(node);
  return `entity/${G.slugs.at(node - G.P) || plainSlug(G.names.at(node - G.P))}`;
}

function nodeOf(id) {
  if (!G.byId) { // built when the first permalink is read
    G.byId = new Map();
    for (let i = 0; i < G.oldIds.size; i++) if (G.oldEntity[i]) G.byId.set(G.oldIds.at(i), G.P + G.oldEntity[i] - 1);
    for (let i = G.N - 1; i >= 0; i--) G.byId.set(idOf(i), i);
  }
  return G.byId.get(id) ?? G.byId.get(`entity/${id}`);
}

// Other names of an entity: G.aliasEntity is sorted, so they are one run.
function aliasesOf(entity) {
  const out = [];
  let low = 0, high = G.aliasEntity.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (G.aliasEntity[middle] < entity) low = middle + 1; else high = middle;
  }
  for (; G.aliasEntity[low] === entity; low++) out.push(G.aliases.at(low));
  return out;
}
