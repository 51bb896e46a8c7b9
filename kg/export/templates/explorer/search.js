// Search over titles, names and other names: by words, with beginnings of words and typing errors forgiven.
// The index is made in the browser: a sorted vocabulary, and for each word the entries in which it stands.

const Search = { ready: null, words: [], mask: null, start: null, entries: null, size: 0 };

const fold = (text) => text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) || [];

// Entry e is a paper's title (e < P), an entity's name (e < P + E) or one of the other names.
const entryNode = (entry) => (entry < G.N ? entry : G.P + G.aliasEntity[entry - G.N]);
const entryText = (entry) => (entry < G.N ? nameOf(entry) : G.aliases.at(entry - G.N));

const pause = () => new Promise((resolve) => setTimeout(resolve));

async function buildSearch() {
  const total = G.N + G.aliases.size;
  const known = new Map();
  const wordList = [];
  let of = new Int32Array(total * 8), word = new Int32Array(total * 8), size = 0;
  for (let entry = 0; entry < total; entry++) {
    const seen = wordsOf(entryText(entry));
    if (size + seen.length > of.length) {
      const longer = (old) => { const grown = new Int32Array(old.length * 2 + seen.length); grown.set(old); return grown; };
      of = longer(of); word = longer(word);
    }
    for (let k = 0; k < seen.length; k++) {
      let number = known.get(seen[k]);
      if (number === undefined) { number = wordList.length; known.set(seen[k], number); wordList.push(seen[k]); }
      of[size] = entry; word[size++] = number;
    }
    if (entry % 4000 === 3999) await pause(); // the page stays alive while a large index is made
  }
  const order = Array.from(wordList.keys()).sort((a, b) => (wordList[a] < wordList[b] ? -1 : 1));
  const rank = new Int32Array(order.length);
  order.forEach((old, now) => { rank[old] = now; });
  const start = new Int32Array(order.length + 1);
  for (let i = 0; i < size; i++) start[rank[word[i]] + 1]++;
  for (let i = 0; i < order.length; i++) start[i + 1] += start[i];
  const fill = start.slice();
  const entries = new Int32Array(size);
  for (let i = 0; i < size; i++) entries[fill[rank[word[i]]]++] = of[i];
  Search.words = order.map((old) => wordList[old]);
  Search.mask = Int32Array.from(Search.words, letterMask);
  Search.start = start;
  Search.entries = entries;
  Search.size = total;
  Search.score = new Float32Array(total);
  Search.round = new Uint8Array(total);
}

// One bit a letter: words whose letters differ in many bits cannot be a typing error apart.
function letterMask(word) {
  let mask = 0;
  for (let i = 0; i < word.length; i++) mask |= 1 << (word.charCodeAt(i) & 31);
  return mask;
}

function bitCount(x) {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return (((x + (x >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

// Typing errors between two words: insertions, deletions, replacements, swapped neighbors; more than `most` is most + 1.
// With `open`, letters after the end of `a` cost nothing: `a` may be the beginning of `b`.
function typos(a, b, most, open) {
  if (!open && Math.abs(a.length - b.length) > most) return most + 1;
  const width = Math.min(b.length, a.length + most);
  let before = null, last = Array.from({ length: width + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= width; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (!same && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      row.push(cost);
      if (cost < best) best = cost;
    }
    if (best > most) return most + 1;
    before = last; last = row;
  }
  return open ? Math.min(...last) : last[b.length] ?? most + 1;
}

function lowerBound(word) {
  let low = 0, high = Search.words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Search.words[middle] < word) low = middle + 1; else high = middle;
  }
  return low;
}

// Words that a typed word may mean, with how good a guess each is (0 to 1).
function wordsFor(typed, last) {
  const out = new Map();
  const from = lowerBound(typed);
  for (let w = from; w < Search.words.length && Search.words[w].startsWith(typed); w++) {
    const whole = Search.words[w].length === typed.length;
    if (whole) out.set(w, 1);
    else if (last || typed.length > 2) out.set(w, 0.55 + 0.35 * (typed.length / Search.words[w].length));
  }
  const most = typed.length < 4 ? 0 : typed.length < 8 ? 1 : 2;
  if (!most || out.size > 400) return out;
  const mask = letterMask(typed);
  for (let w = 0; w < Search.words.length; w++) {
    if (bitCount(mask & ~Search.mask[w]) > most || out.has(w)) continue;
    const word = Search.words[w];
    if (word.length < typed.length - most || (word.length > typed.length + most && !last)) continue;
    const errors = typos(typed, word, most, last && word.length > typed.length);
    if (errors <= most && errors > 0) out.set(w, (word[0] === typed[0] ? 0.5 : 0.36) - 0.12 * errors);
  }
  return out;
}

// The best nodes for a query, best first: [{node, text, score}].
function search(query, { limit = 12, accept = null } = {}) {
  const typed = wordsOf(query);
  if (!typed.length || !Search.words.length) return [];
  const { score, round } = Search;
  let touched = [];
  typed.slice(0, 8).forEach((word, k) => {
    const next = [];
    const best = new Map();
    for (const [w, quality] of wordsFor(word, k === typed.length - 1)) {
      for (let p = Search.start[w]; p < Search.start[w + 1]; p++) {
        const entry = Search.entries[p];
        if (round[entry] !== k) continue; // every word has to be found
        const known = best.get(entry);
        if (known === undefined) next.push(entry);
        if (known === undefined || quality > known) best.set(entry, quality);
      }
    }
    for (const entry of touched) if (!best.has(entry)) { round[entry] = 0; score[entry] = 0; }
    for (const [entry, quality] of best) { score[entry] += quality; round[entry] = k + 1; }
    touched = next;
  });
  const found = rank(touched, query, typed, limit, accept);
  for (const entry of touched) { round[entry] = 0; score[entry] = 0; }
  return found;
}

function rank(entries, query, typed, limit, accept) {
  const wanted = fold(query.trim());
  const scored = [];
  for (const entry of entries) {
    const node = entryNode(entry);
    if (accept && !accept(node)) continue;
    const quality = Search.score[entry] / typed.length;
    const weight = isPaper(node) ? Math.log2(2 + degree(node)) : 1.2 * Math.log2(2 + 2 * G.paperCount[node - G.P]);
    scored.push([quality * quality * (6 + weight), entry, node]);
  }
  scored.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const best = new Map(); // a node once, by its best name
  for (const [value, entry, node] of scored.slice(0, 600)) {
    const text = entryText(entry);
    const folded = fold(text);
    let bonus = 1;
    if (folded === wanted) bonus = isPaper(node) ? 2.4 : 3;
    else if (folded.startsWith(wanted)) bonus = 1.5 + 0.5 * (wanted.length / folded.length);
    else bonus = 0.8 + 0.4 * Math.min(1, wanted.length / folded.length);
    const total = value * bonus;
    if (!best.has(node) || best.get(node).score < total) best.set(node, { node, text, score: total });
  }
  return [...best.values()].sort((a, b) => b.score - a.score || a.node - b.node).slice(0, limit);
}
