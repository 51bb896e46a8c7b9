// Abstracts, mentions and evidence: decoded shard by shard, when somebody looks at them.

const shardCache = new Map();

function shardOf(paper) {
  const number = Math.floor(paper / G.shard);
  if (!shardCache.has(number)) {
    if (shardCache.size > 40) shardCache.delete(shardCache.keys().next().value); // keep memory flat on long visits
    shardCache.set(number, readBlock(`kg-text-${number}`).then((block) => indexShard(block, number * G.shard)));
  }
  return shardCache.get(number);
}

function indexShard(block, first) {
  const c = block.column;
  const sums = (counts) => counts && counts.reduce((out, n) => (out.push(out.at(-1) + n), out), [0]);
  block.facts = new Strings(block, 'facts');
  if (!c.abstract_size) return block;
  block.abstracts = wordTexts(block, 'abstract');
  block.sentenceFrom = sums(c.sentence_count);
  block.mentionFrom = sums(c.mention_count);
  block.sentences = spans(block, 'sentence', first);
  block.mentions = spans(block, 'mention', first);
  return block;
}

// Pieces of texts: each starts so far behind the end of the one before it in its text, counted in characters within the
// title and on from there in words of the abstract; kg/export/html/units.py is the other side.
function spans(block, name, firstPaper) {
  const [gap, length, early, late] = ['gap', 'length', 'start_rest', 'end_rest'].map((part) => block.column[`${name}_${part}`]);
  const from = block[`${name}From`], { first, end: last, wordFrom, offset } = block.abstracts;
  const start = new Int32Array(gap.length), end = new Int32Array(gap.length);
  const signed = (n) => (n >>> 1) ^ -(n & 1); // zigzag
  for (let row = 0; row + 1 < from.length; row++) {
    const before = G.titles.offset[firstPaper + row + 1] - G.titles.offset[firstPaper + row] + 1;
    const word = wordFrom[row] - before, text = before - offset[row];
    for (let k = from[row], unit = 0; k < from[row + 1]; k++) {
      unit += signed(gap[k]);
      start[k] = (unit < before ? unit : text + first[word + unit]) + signed(early[k]);
      unit += length[k];
      end[k] = (unit < before ? unit : text + last[word + unit - 1]) - signed(late[k]);
    }
  }
  return { start, end };
}

// Everything the panel shows of a paper beside its links.
async function paperText(paper) {
  const [block, { left, arxiv, doi }] = await Promise.all([shardOf(paper), readBylines()]);
  const at = paper % G.shard;
  const facts = JSON.parse(block.facts.at(at) || '{}');
  const out = {
    authors: authorsOf(paper), authorsLeft: left[paper], categories: facts.categories || [], url: facts.url || '',
    arxiv: idIn(arxiv, paper), doi: idIn(doi, paper), text: null, mentions: [], abstractFrom: 0,
  };
  if (!block.abstracts) return out;
  const title = G.titles.at(paper);
  out.abstractFrom = title.length + 1;
  out.text = `${title}\n${block.abstracts.at(at)}`;
  const c = block.column;
  for (let m = block.mentionFrom[at]; m < block.mentionFrom[at + 1]; m++) {
    if (!c.mention_link[m]) continue;
    const link = peFrom(paper) + c.mention_link[m] - 1;
    out.mentions.push({ start: block.mentions.start[m], end: block.mentions.end[m], entity: G.L.target[link] });
  }
  return out;
}

// The first of a paper's links to entities: they are sorted by paper.
function peFrom(paper) {
  let low = 0, high = G.L.firstPP;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (G.L.source[middle] < paper) low = middle + 1; else high = middle;
  }
  return low;
}

let relationEvidence = null; // the block for links between papers and between entities

function evidenceRow(link) {
  const c = relationEvidence.column;
  const prefix = link < G.L.firstEE ? 'pp' : 'ee';
  const wanted = link - (prefix === 'pp' ? G.L.firstPP : G.L.firstEE);
  const rows = c[`${prefix}_link`];
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < wanted) low = middle + 1; else high = middle;
  }
  if (rows[low] !== wanted) return null;
  const start = c[`${prefix}_start`][low];
  return { paper: c[`${prefix}_paper`][low], start, end: start + c[`${prefix}_length`][low] };
}

async function readEvidence() { // whether the file has it
  if (!document.getElementById('kg-evidence')) return false;
  relationEvidence ??= await readBlock('kg-evidence');
  return true;
}

// Where it is said that one thing descends from another, where that is not its link's own sentence.
function descentPlace(row) {
  const c = relationEvidence.column, at = c.descent_row?.indexOf(row) ?? -1;
  return at < 0 ? null : { paper: G.L.source[G.descent.link[row]], start: c.descent_start[at], end: c.descent_start[at] + c.descent_length[at] };
}

// The sentence that says what a link says: {paper, text, spans: [[start, end, node]]} or null where none is carried.
// With the row of a descent the sentence that says so, if the file holds it, else the link's.
async function evidenceOf(link, descent = null) {
  if (G.lean) return null;
  let place = null;
  if (descent !== null && await readEvidence()) {
    place = descentPlace(descent);
    if (place) return await sentenceAt(place) ?? evidenceOf(link);
  }
  if (link < G.L.firstPP) {
    const paper = G.L.source[link];
    const block = await shardOf(paper);
    const at = paper % G.shard;
    const firstPaper = paper - at;
    const sentence = block.column.link_sentence[link - peFrom(firstPaper)];
    if (!sentence) return null;
    const row = block.sentenceFrom[at] + sentence - 1;
    place = { paper, start: block.sentences.start[row], end: block.sentences.end[row] };
  } else {
    if (!await readEvidence()) return null;
    place = evidenceRow(link);
    if (!place) return null;
  }
  return sentenceAt(place);
}

async function sentenceAt(place) {
  const { text, mentions } = await paperText(place.paper);
  const sentence = (text || '').slice(place.start, place.end);
  if (!sentence.trim() || sentence.includes('\0')) return null;
  const spans = mentions.filter((m) => m.start >= place.start && m.end <= place.end)
    .map((m) => [m.start - place.start, m.end - place.start, m.entity]);
  return { paper: place.paper, text: sentence, spans };
}
