// The search's index, made when the page opens: every distinct word, and for each the entries in which it stands.
// Texts are read letter by letter, and a string is made only of a word that is new: a million words take little time.

const SLICE = 25; // milliseconds after which the page gets its turn

const pause = () => new Promise((resolve) => setTimeout(resolve));

const [GAP, SMALL, BIG, FIGURE, JOINT] = [0, 1, 2, 3, 4];
const letterKind = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code);
  return /[a-z]/.test(letter) ? SMALL : /[A-Z]/.test(letter) ? BIG : /[0-9]/.test(letter) ? FIGURE : /[-._]/.test(letter) ? JOINT : GAP;
});

class WordIndex {
  constructor(entries) {
    this.words = [];
    this.hashes = [];
    this.slots = new Int32Array(1 << 16).fill(-1); // numbers of words, near the place that their hash says
    this.entry = new Int32Array(entries * 8 + 64);
    this.word = new Int32Array(entries * 8 + 64);
    this.size = 0;
    this.letters = new Uint16Array(2 * LONGEST);
  }

  // The letters from `from` to `to` are a word of the entry.
  add(from, to, entry) {
    const { letters, slots } = this;
    let hash = to - from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ letters[i], 0x01000193);
    hash ^= hash >>> 15;
    let slot = hash & (slots.length - 1);
    while (slots[slot] >= 0 && !this.is(slots[slot], hash, from, to)) slot = (slot + 1) & (slots.length - 1);
    let number = slots[slot];
    if (number < 0) {
      number = slots[slot] = this.words.length;
      this.words.push(String.fromCharCode.apply(null, letters.subarray(from, to)));
      this.hashes.push(hash);
      if (this.words.length * 2 > slots.length) this.widen();
    }
    if (this.size === this.entry.length) {
      for (const name of ['entry', 'word']) { const longer = new Int32Array(this.size * 2); longer.set(this[name]); this[name] = longer; }
    }
    this.entry[this.size] = entry;
    this.word[this.size++] = number;
  }

  is(number, hash, from, to) {
    if (this.hashes[number] !== hash) return false;
    const word = this.words[number];
    if (word.length !== to - from) return false;
    for (let i = from; i < to; i++) if (word.charCodeAt(i - from) !== this.letters[i]) return false;
    return true;
  }

  widen() {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    this.hashes.forEach((hash, number) => {
      let slot = hash & (slots.length - 1);
      while (slots[slot] >= 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = number;
    });
    this.slots = slots;
  }

  // The same words as `indexWords` finds, for texts of plain letters; other texts are left to it.
  read(text, from, to, entry) {
    const { letters } = this;
    let n = 0, word = 0, part = 0, parts = false, joined = 0, before = GAP, tex = false;
    for (let i = from; i <= to; i++) {
      const code = i < to ? text.charCodeAt(i) : 32;
      tex ||= code === 92 || code === 36 || code === 94;
      if (code > 126) { this.spell(text.slice(from, to), entry); return; }
      const kind = letterKind[code];
      if (kind === GAP || kind === JOINT) {
        if (n > word) {
          this.add(word, n, entry);
          if (parts && n - part > 2) this.add(part, n, entry);
          joined++;
        }
        if (kind === GAP) { if (joined > 1) this.add(0, n, entry); n = 0; joined = 0; }
        word = part = n;
        parts = false;
      } else {
        if (kind === BIG && before === SMALL) { if (n - part > 2) this.add(part, n, entry); part = n; parts = true; }
        letters[n++] = kind === BIG ? code + 32 : code;
      }
      before = kind;
    }
    if (tex) this.spell(text.slice(from, to), entry);
  }

  spell(text, entry) {
    for (const word of indexWords(hasTex(text) ? `${text} ${readable(text)}` : text)) { // "$\ell_1$" is found as ell 1 and as ℓ1
      const size = Math.min(word.length, this.letters.length);
      for (let i = 0; i < size; i++) this.letters[i] = word.charCodeAt(i);
      this.add(0, size, entry);
    }
  }
}

async function buildSearch() {
  const index = new WordIndex(G.N + G.aliases.size);
  const { names, from, author } = await readBylines();
  let entry = 0, turn = performance.now();
  for (const { text, offset, size } of [G.titles, G.names, G.aliases]) {
    for (let i = 0; i < size; i++, entry++) {
      index.read(text, offset[i], Math.min(offset[i + 1], offset[i] + LONGEST), entry);
      if (entry % 64 === 0 && performance.now() - turn > SLICE) { await pause(); turn = performance.now(); }
    }
  }
  // An author is a word of the paper: entry `total + p` is paper p's, by who wrote it.
  const total = entry, folded = [];
  for (let p = 0; p < G.P; p++) {
    for (let k = from[p]; k < from[p + 1]; k++) index.read(names.text, names.offset[author[k]], names.offset[author[k] + 1], total + p);
    if (p % 64 === 0 && performance.now() - turn > SLICE) { await pause(); turn = performance.now(); }
  }
  for (let k = 0; k < names.size; k++) folded.push(fold(readable(names.at(k))));
  await pause();
  const { words, size } = index;
  const start = new Int32Array(words.length + 1);
  for (let i = 0; i < size; i++) start[index.word[i] + 1]++;
  for (let i = 0; i < words.length; i++) start[i + 1] += start[i];
  const fill = start.slice(), entries = new Int32Array(size);
  for (let i = 0; i < size; i++) entries[fill[index.word[i]]++] = index.entry[i];
  await pause();
  const byLetter = new Map(); // words by their first letter
  words.forEach((word, number) => {
    const list = byLetter.get(word.charCodeAt(0));
    if (list) list.push(number); else byLetter.set(word.charCodeAt(0), [number]);
  });
  Object.assign(Search, {
    words, start, entries, byLetter, total, authors: folded.join('\n'), mask: Int32Array.from(words, letterMask),
    score: new Float32Array(entry), best: new Float32Array(entry), found: new Int32Array(entry),
    round: new Uint8Array(entry), // how many of the typed words an entry has
  });
}
