// Search over titles, authors, names and other names: by words, with beginnings of words and typing errors forgiven.

const Search = { ready: null, words: [], mask: null, start: null, entries: null, byLetter: null };

const plain = /^[\x20-\x7e]*$/;
const GREEK = 'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega'.split(' ');
const PLAIN = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', ß: 'ss', æ: 'ae', œ: 'oe', ı: 'i', ħ: 'h' };
// As it is compared: small letters without accents, Greek ones by their names, as papers write both ("π0", "pi0").
const fold = (text) => (plain.test(text) ? text.toLowerCase() : text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[α-ωøłđðßæœıħ]/g, (letter) => PLAIN[letter] ?? GREEK[letter.charCodeAt(0) - 945]));
const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) || [];

const LONGEST = 400; // letters of a title that are looked at

// What an entry is found by: its words, their parts ("DeepSieve": deep, sieve), and what hyphens and the like separate as one ("gpt4").
function indexWords(text) {
  const words = wordsOf(text);
  const parts = text.replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ');
  const joined = text.split(/[^\p{L}\p{N}._·-]+/u).filter((group) => /[\p{L}\p{N}][-._·][\p{L}\p{N}]/u.test(group));
  if (parts.length === text.length && !joined.length) return words;
  const all = new Set(words);
  if (parts.length !== text.length) for (const word of wordsOf(parts)) if (word.length > 2) all.add(word);
  for (const group of joined) all.add(fold(group).replace(/[^\p{L}\p{N}]/gu, ''));
  return [...all];
}

// Entry e is a paper's title (e < P), an entity's name (e < P + E) or one of the other names.
const entryNode = (entry) => (entry < G.N ? entry : G.P + G.aliasEntity[entry - G.N]);
const entryText = (entry) => (entry < G.N ? nameOf(entry) : readable(G.aliases.at(entry - G.N)));

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
const typoRows = [0, 1, 2].map(() => new Uint8Array(64));
function typos(a, b, most, open) {
  if (!open && Math.abs(a.length - b.length) > most) return most + 1;
  const width = Math.min(b.length, a.length + most, 60);
  let [before, last, row] = typoRows;
  for (let j = 0; j <= width; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    let best = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= width; j++) {
      const other = b.charCodeAt(j - 1);
      let cost = letter === other ? last[j - 1] : 1 + Math.min(last[j], row[j - 1], last[j - 1]);
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && other === a.charCodeAt(i - 2)) cost = Math.min(cost, before[j - 2] + 1);
      row[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > most) return most + 1;
    [before, last, row] = [last, row, before];
  }
  if (!open) return width === b.length ? last[width] : most + 1;
  let least = most + 1;
  for (let j = 0; j <= width; j++) if (last[j] < least) least = last[j];
  return least;
}

// Words that a typed word may mean, with how good a guess each is (0 to 1).
function wordsFor(typed, last) {
  const out = new Map();
  for (const w of Search.byLetter.get(typed.charCodeAt(0)) ?? []) {
    if (!Search.words[w].startsWith(typed)) continue;
    const whole = Search.words[w].length === typed.length;
    if (whole) out.set(w, 1);
    else if (last || typed.length > 2) out.set(w, 0.55 + 0.35 * (typed.length / Search.words[w].length));
  }
  const most = typed.length < 4 || /^\d+$/.test(typed) ? 0 : typed.length < 8 ? 1 : 2; // another number is another thing
  if (!most || out.size > 400) return out;
  const mask = letterMask(typed);
  if (typed.length > 50) return out;
  for (let w = 0; w < Search.words.length; w++) {
    if (bitCount(mask & ~Search.mask[w]) > most || out.has(w)) continue;
    const word = Search.words[w];
    if (word.length < typed.length - most || (word.length > typed.length + most && !last)) continue;
    const errors = typos(typed, word, most, last && word.length > typed.length);
    if (errors <= most && errors > 0) out.set(w, (word[0] === typed[0] ? 0.5 : 0.36) - 0.12 * errors);
  }
  return out;
}

// What an id is written with around it: "arXiv:1706.03762v5", "https://doi.org/10.48550/arXiv.1706.03762".
const bareId = (query) => fold(query.trim()).replace(/^(https?:\/\/)?(www\.)?(arxiv\.org\/(abs|pdf)\/|(dx\.)?doi\.org\/)/, '').replace(/^(10\.48550\/)?arxiv[:.]\s*|^doi:\s*/, '').replace(/(\d)(v\d+)?(\.pdf)?$/, '$1');

// Papers one of whose ids begins so: arXiv's, DOIs, or what else the corpus calls them by.
function papersById(query, limit) {
  const wanted = bareId(query), found = new Map();
  if (wanted.length < 5 || !/\d/.test(wanted) || /\s/.test(wanted)) return [];
  for (const ids of [G.paperIds, bylines.arxiv, bylines.doi]) {
    const { text, offset } = ids, folded = ids.folded ??= fold(text);
    if (folded.length !== text.length) continue; // folded otherwise: places would be wrong
    for (let at = folded.indexOf(wanted); at >= 0 && found.size < limit; at = folded.indexOf(wanted, at + 1)) {
      const paper = lastBefore(offset, at);
      if (offset[paper] === at && at + wanted.length <= offset[paper + 1] && !found.has(paper)) found.set(paper, { node: paper, text: ids.at(paper), score: 1, id: true });
    }
  }
  return [...found.values()];
}

// The last string that is not empty and begins at a place or before, of strings one behind the other.
function lastBefore(offset, place) {
  let low = 0, high = offset.length - 2;
  while (low < high) { const middle = (low + high + 1) >> 1; if (offset[middle] <= place) low = middle; else high = middle - 1; }
  return low;
}

// Which authors have all of a query in their names as it was typed, by number; null for one word: that is in all that is found.
function authorsNamed(wanted) {
  if (!wanted.includes(' ') || !Search.authors.includes(wanted)) return null;
  const out = new Uint8Array(bylines.names.size);
  Search.authorAt ??= lineStarts(Search.authors, out.length);
  for (let at = Search.authors.indexOf(wanted); at >= 0; at = Search.authors.indexOf(wanted, at + 1)) out[lastBefore(Search.authorAt, at)] = 1;
  return out;
}

function lineStarts(text, lines) {
  const starts = new Int32Array(lines + 1).fill(text.length + 1);
  for (let line = 0, at = 0; line < lines; line++) { starts[line] = at; at = text.indexOf('\n', at) + 1; }
  return starts;
}

function wroteIt(paper, named) {
  for (let k = bylines.from[paper]; k < bylines.from[paper + 1]; k++) if (named[bylines.author[k]]) return true;
  return false;
}

// Words that need not be found where others can be.
const LITTLE = new Set('a about al an and are as at by do does et for from how in is it its of on or papers that the to use used uses using what which who with'.split(' '));

// The best nodes for a query, best first: [{node, text, score}].
function search(query, { limit = 12, accept = null } = {}) {
  query = query.replace(/^\s*entity\//i, '');
  const ids = papersById(query, limit).filter((hit) => !accept || accept(hit.node));
  if (ids.length) return ids;
  const said = wordsOf(query).slice(0, 12), telling = said.filter((word) => !LITTLE.has(word));
  const typed = (telling.length ? telling : said).slice(0, 8);
  if (!typed.length || !Search.words.length) return [];
  const words = typed.map((word, k) => [word, wordsFor(word, k === typed.length - 1)]);
  for (const forgiving of bylines.names.size ? [false, true] : [false]) {
    const hits = withAll(words, query, typed, limit, accept, forgiving);
    if (hits.length) return hits;
  }
  const rest = words.filter(([word]) => !isYear(word));
  if (rest.length && rest.length < words.length) { // "Vaswani 2017"
    const then = (node) => (!accept || accept(node)) && typed.includes(String(yearOf(node)));
    const kept = rest.map(([word]) => word), hits = withAll(rest, kept.join(' '), kept, limit, then, true);
    if (hits.length) return hits;
  }
  return typed.length < 2 ? [] : withMost(words, query, typed, limit, accept);
}

const isYear = (word) => /^(19|20)\d\d$/.test(word);

// The entries in which a typed word stands, each with how well: act(entry, quality). A title's words say more of what a
// paper is than who wrote it; typing errors in names of authors count where nothing else is found.
function eachEntry([word, meant], forgiving, act) {
  const { entries, start, total } = Search;
  for (const [w, quality] of meant) {
    // Two letters begin half of all titles: until there are more, they complete names only.
    const from = word.length < 3 && quality < 1 ? G.P : 0;
    for (let p = start[w]; p < start[w + 1]; p++) {
      const entry = entries[p];
      if (entry < total) { if (entry >= from) act(entry, quality); } else if (!from && (quality > 0.5 || forgiving)) act(entry - total, BY * quality);
    }
  }
}
const BY = 0.6;
const NAMED_FIRST = 4;

function withAll(words, query, typed, limit, accept, forgiving) {
  const { score, best, round } = Search;
  let found = 0;
  words.forEach((word, k) => {
    found = 0;
    eachEntry(word, forgiving, (entry, quality) => {
      if (round[entry] < k) return; // every word has to be found
      if (round[entry] === k) { round[entry] = k + 1; best[entry] = quality; Search.found[found++] = entry; } else if (quality > best[entry]) best[entry] = quality;
    });
    for (let i = 0; i < found; i++) { const entry = Search.found[i]; score[entry] += best[entry]; }
  });
  const hits = rank(Search.found.subarray(0, found), query, typed, limit, accept);
  round.fill(0);
  score.fill(0);
  return hits;
}

// Where nothing has all of the words: what is named by some of them wholly ("graph neural networks for drug discovery"),
// then what has most of them, if that is a third of what was typed.
function withMost(words, query, typed, limit, accept) {
  const { score, best, round } = Search;
  const many = new Uint8Array(round.length), touched = [];
  words.forEach((word, k) => {
    const here = [];
    eachEntry(word, true, (entry, quality) => {
      if (round[entry] !== k + 1) { round[entry] = k + 1; best[entry] = quality; here.push(entry); } else if (quality > best[entry]) best[entry] = quality;
    });
    for (const entry of here) { if (!many[entry]++) touched.push(entry); score[entry] += best[entry]; }
  });
  const most = touched.reduce((top, entry) => Math.max(top, many[entry]), 0);
  const named = touched.filter((entry) => entry >= G.P && many[entry] > 1 && wordsOf(entryText(entry)).length === many[entry]);
  const first = rank(named, query, typed, NAMED_FIRST, accept), nodes = new Set(first.map(({ node }) => node));
  const rest = most * 3 < typed.length ? [] : rank(touched.filter((entry) => many[entry] === most), query, typed, limit, accept);
  round.fill(0);
  score.fill(0);
  const hits = [...first, ...rest.filter(({ node }) => !nodes.has(node))].slice(0, limit);
  return Object.assign(hits, { partial: true, all: Math.max(hits.length, rest.all ?? 0) });
}

function rank(entries, query, typed, limit, accept) {
  const wanted = fold(query.trim()), named = authorsNamed(wanted);
  const value = new Float32Array(entries.length);
  for (let i = 0; i < entries.length; i++) {
    const node = entryNode(entries[i]);
    if (accept && !accept(node)) continue;
    const quality = Search.score[entries[i]] / typed.length;
    const weight = isPaper(node) ? Math.log2(2 + degree(node)) : 1.2 * Math.log2(2 + 2 * G.paperCount[node - G.P]);
    value[i] = quality * quality * (6 + weight) * (named && isPaper(node) && wroteIt(node, named) ? 2 : 1);
  }
  const least = value.length > 400 ? value.slice().sort()[value.length - 400] : 0;
  const best = new Map(); // a node once, by its best name
  for (let i = 0; i < entries.length; i++) {
    if (value[i] < least) continue;
    const node = entryNode(entries[i]);
    if (accept && !accept(node)) continue;
    const text = entryText(entries[i]).slice(0, LONGEST);
    const folded = fold(text);
    let bonus = 0.8 + 0.4 * Math.min(1, wanted.length / folded.length);
    if (folded === wanted) bonus = isPaper(node) ? 2.4 : 3;
    else if (folded.startsWith(wanted)) bonus = 1.5 + 0.5 * (wanted.length / folded.length);
    const total = value[i] * bonus;
    if (!best.has(node) || best.get(node).score < total) best.set(node, { node, text, score: total });
  }
  const hits = [...best.values()].sort((a, b) => b.score - a.score || a.node - b.node).slice(0, limit);
  hits.all = best.size; // of the 400 best
  return hits;
}
