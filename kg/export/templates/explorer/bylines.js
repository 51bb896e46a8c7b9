// Who wrote the papers, and by which other ids they are known: read once the first picture is drawn; the panel shows it,
// and the search finds papers by it. kg/export/html/bylines.py is the other side.

let bylines = null; // {names, from, author, left, arxiv, doi}
let bylinesRead = null;
const readBylines = () => (bylinesRead ??= readBlock('kg-bylines').then(indexBylines));

function indexBylines(block) {
  const { author_count: count, author_left: left, author } = block.column, names = new Strings(block, 'author_name');
  const from = new Int32Array(G.P + 1);
  for (let p = 0; p < G.P; p++) from[p + 1] = from[p] + count[p];
  let next = names.size; // authors of one paper come last, in the order in which papers name them: 0 stands for the next
  for (const number of author) if (!number) next--;
  for (let k = 0; k < author.length; k++) author[k] = author[k] ? author[k] - 1 : next++;
  bylines = { names, from, author, left, arxiv: new Strings(block, 'arxiv'), doi: new Strings(block, 'doi') };
  return bylines;
}

// The authors of a paper that this file holds.
function authorsOf(paper) {
  const out = [];
  for (let k = bylines.from[paper]; k < bylines.from[paper + 1]; k++) out.push(readable(bylines.names.at(bylines.author[k])));
  return out;
}

const idIn = (ids, paper) => { const id = ids.at(paper); return id === '=' ? idOf(paper) : id; };

// Of a paper's authors those that a query means, where its title does not say all of the query.
function authorsMeant(paper, query) {
  const title = wordsOf(nameOf(paper)), rest = wordsOf(query).filter((word) => !LITTLE.has(word) && !title.some((said) => said.startsWith(word)));
  const meant = (name) => wordsOf(name).some((word) => rest.some((typed) => word.startsWith(typed) || (typed.length > 3 && typos(typed, word, typed.length < 8 ? 1 : 2, true) <= (typed.length < 8 ? 1 : 2))));
  return rest.length ? authorsOf(paper).filter(meant).slice(0, 3) : [];
}
