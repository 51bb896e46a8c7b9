// A paper's panel: its abstract with every name marked, where to read it, and what it is linked to.

function paperPanel(paper) {
  const by = linksByPhrase(paper);
  const details = el('div', { class: 'paper-details' }, el('p', { class: 'loading' }, 'Reading…'));
  fillPaper(paper, details);
  const parts = [
    head(kindChip('Paper'), nameOf(paper), el('p', { class: 'corpus', id: 'paper-facts' }, dateOf(paper) || 'date unknown'), actions(paper)),
    details,
  ];
  for (const [title, key] of [
    ['Introduces', 'introduces forward'], ['Builds on', 'builds_on forward'], ['Built on by', 'builds_on back'], ['Compares with', 'compares_with forward'],
    ['Papers that compare with it', 'compares_with back'], ['Evaluates on', 'evaluates_on forward'], ['Uses', 'uses forward'], ['Addresses', 'addresses forward'],
    ['Reports', 'reports forward'], ['Mentions', 'mentions forward'], ['Similar papers', 'shares'],
  ]) {
    const links = by.get(key);
    if (!links) continue;
    const make = key === 'shares' ? (link) => similarEntry(link, paper) : (link) => linkEntry(link, paper);
    parts.push(section(title, growingList(links, make, { first: 6 }), { count: links.length, open: !['mentions forward', 'reports forward'].includes(key) }));
  }
  return parts;
}

async function fillPaper(paper, box) {
  const { authors, authorsLeft, categories, arxiv, doi, url, text, mentions, abstractFrom } = await paperText(paper);
  const fresh = [];
  if (authors.length) {
    fresh.push(byline(authors, authorsLeft));
  }
  const page = [arxiv, doi].some((id) => id && url?.includes(id)) ? null : url; // one button for one place
  const links = [arxiv && ['arXiv', `https://arxiv.org/abs/${encodeURI(arxiv)}`], doi && ['DOI', `https://doi.org/${encodeURI(doi)}`], page && ['Page', page]]
    .filter(Boolean).map(([name, address]) => [name, openUrl(address)]).filter(([, address]) => address);
  if (links.length || categories.length) {
    fresh.push(el('p', { class: 'outside' }, ...links.map(([name, address]) => el('a', { href: address, rel: 'noopener noreferrer', target: '_blank', class: 'button' }, icon('out'), name)),
      ...categories.slice(0, 6).map((category) => el('span', { class: 'category' }, category))));
  }
  const body = text?.slice(abstractFrom) ?? '';
  if (body.replace(/\0/g, '').trim()) {
    const spans = mentions.filter((m) => m.start >= abstractFrom).map((m) => [m.start - abstractFrom, m.end - abstractFrom, m.entity]);
    fresh.push(el('div', { class: 'abstract', id: 'abstract', dir: 'auto' }, marked(body, spans)));
    if (body.includes('\0')) fresh.push(el('p', { class: 'note' }, `Only the telling sentences are in this file, to keep it small${arxiv || doi ? '; the whole abstract is where the links above lead' : ''}.`));
  } else {
    fresh.push(el('p', { class: 'note' }, G.lean || text === null ? 'This file was written without abstracts.' : body ? 'This abstract was left out to keep the file small.' : 'No abstract is known.'));
  }
  box.replaceChildren(...fresh);
}

// The first authors and the last, each leading to their papers; `left` are those that the file does not hold.
function byline(authors, left) {
  const long = authors.length > 12 || left > 0, shown = long ? [...authors.slice(0, Math.min(11, authors.length - 1)), authors.at(-1)] : authors;
  const name = (author, k) => [k ? (long && k === shown.length - 1 ? ' … ' : ', ') : '', el('button', { type: 'button', class: 'author', title: `Papers by ${author}`, on: { click: () => searchFor(author) } }, author)];
  return el('p', { class: 'authors', dir: 'auto' }, ...shown.flatMap(name), long && `${shown.length > 1 ? '' : ' …'} (${number(authors.length + left)} authors)`);
}

// Two papers are similar through what both name: the rarest first.
function similarEntry(link, paper) {
  const other = otherEnd(link, paper);
  const of = (p) => new Set([...linksOf(p)].filter((l) => l < G.L.firstPP).map((l) => G.L.target[l]));
  const mine = of(paper);
  const shared = [...of(other)].filter((node) => mine.has(node)).sort((a, b) => G.paperCount[a - G.P] - G.paperCount[b - G.P] || a - b);
  return el('li', { class: 'entry' }, el('div', { class: 'entry-head' }, nodeLink(other), el('span', { class: 'about' }, dateOf(other).slice(0, 7))),
    shared.length ? el('p', { class: 'shared' }, 'both name ', ...shared.slice(0, 4).flatMap((node, k) => [k ? ', ' : '', nodeLink(node, { shape: false })])) : null);
}
