// The table: whatever is shown, sortable, as text and links. Of a neighborhood it has all, not only what is drawn.

// Columns: what they are called, what is sorted by ('' and null are blanks), what is shown, whether the largest comes
// first, and whether it is a figure.
const dateShown = ({ node }) => (isPaper(node) ? dateOf(node) : String(yearOf(node) || ''));
const COLUMNS = [
  { name: 'Name', by: ({ node }) => nameOf(node).toLowerCase(), cell: ({ node }) => nodeLink(node) },
  { name: 'Type', by: ({ node }) => kindOf(node), cell: ({ node }) => kindOf(node) },
  { name: 'Date', by: dateShown, cell: dateShown, largest: true },
  { name: 'Relation', by: saidOf, cell: saidOf },
  { name: 'Confidence', by: (row) => row.confidence, cell: ({ link }) => (link === undefined ? '' : confidenceMark(link)), largest: true },
  { name: 'Papers', by: (row) => row.papers, cell: (row) => (row.papers === null ? '' : number(row.papers)), largest: true, figure: true },
  { name: 'Links', by: (row) => row.links, cell: (row) => number(row.links), largest: true, figure: true },
];
const GROUP_COLUMNS = [
  { name: 'Group', by: ({ group }) => G.groups[group].name.toLowerCase(), cell: ({ group }) => el('a', { href: hashOf({ mode: 'group', group }, { filters: true }), class: 'node-link' }, G.groups[group].name) },
  { name: 'Papers', by: (row) => row.papers, cell: (row) => number(row.papers), largest: true, figure: true },
  { name: 'Entities', by: (row) => row.entities, cell: (row) => number(row.entities), largest: true, figure: true },
  { name: 'Years', by: (row) => row.years, cell: (row) => row.years },
  { name: 'Named most', by: (row) => row.named.map(nameOf).join().toLowerCase(), cell: (row) => el('span', { class: 'names' }, ...row.named.flatMap((node, k) => [k ? ', ' : '', nodeLink(node, { shape: false })])) },
];
const ROWS = 200; // at once: a hub has tens of thousands

// What a row says, read from its node; the other end only where that is not what all rows are linked to.
function saidOf({ phrase: said, other, center }) {
  return said ? `${said} ${other === center ? '' : headOf(nameOf(other), 28)}`.trim() : '';
}

// Whether the table is of all neighbors, drawn or not: where what is shown hangs on one node alone.
const allNeighbors = () => now.mode === 'focus' && now.depth === 1 && !now.expanded.length && !now.collapsed.length;

function tableRows(scene) {
  const center = now.mode === 'focus' || now.mode === 'lineage' ? now.node : null;
  const best = new Map();
  for (const edge of scene.edges) {
    if (edge.link === undefined) continue;
    for (const [here, there] of [[edge.a, edge.b], [edge.b, edge.a]]) {
      const known = best.get(here.node);
      if (known === undefined || (now.mode === 'focus' && there.node === center && known.there !== center)) best.set(here.node, { edge, there: there.node });
    }
  }
  const row = (node, edge, other) => ({ node, center, other, link: edge?.link, phrase: edge ? phraseOf(edge, node) : '',
    confidence: edge ? G.L.confidence[edge.link] : null, papers: isPaper(node) ? null : G.paperCount[node - G.P], links: degree(node) });
  const drawn = scene.items.filter((item) => item.node !== undefined).map(({ node }) => node);
  const rows = drawn.map((node) => (node === center ? row(node) : row(node, best.get(node)?.edge, best.get(node)?.there)));
  if (!allNeighbors()) return rows;
  const there = new Set(drawn);
  for (const { node, link } of neighborsOf(center).all()) if (!there.has(node)) rows.push(row(node, { link }, center));
  return rows;
}

function groupRows() {
  const { groups, papers } = leftByFilters();
  const first = new Int32Array(G.groups.length).fill(9999), last = new Int32Array(G.groups.length), entities = new Int32Array(G.groups.length);
  for (let p = 0; p < G.P; p++) {
    const group = groupOf(p), year = yearOf(p);
    if (group < 0 || !year || !inYears(p)) continue;
    first[group] = Math.min(first[group], year);
    last[group] = Math.max(last[group], year);
  }
  for (let e = 0; e < G.E; e++) if (G.entityGroup[e]) entities[G.entityGroup[e] - 1]++;
  return G.groups.map((about, group) => ({ group, papers: groups[group], entities: entities[group],
    years: !last[group] ? '' : first[group] === last[group] ? String(last[group]) : `${first[group]}–${last[group]}`,
    named: about.top.filter((e) => papers[e]).slice(0, 5).map((e) => G.P + e) })).filter((row) => row.papers);
}

// What stands in the table: {columns, rows, answer}.
function tableOf(scene) {
  const answer = now.mode === 'ask' ? answerOf(now.ask) : null;
  if (answer) return { answer, columns: answerColumns(answer), rows: answer.rows };
  if (now.mode === 'overview') return { columns: GROUP_COLUMNS, rows: groupRows() };
  return { columns: COLUMNS, rows: tableRows(scene) };
}

// By a column, blanks last whichever way; equals stay as they stand.
function sorted(rows, by, down) {
  const keyed = rows.map((row, place) => ({ row, place, key: by(row) ?? '' }));
  const order = (a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (down ? -1 : 1);
  keyed.sort((a, b) => (a.key === '') - (b.key === '') || order(a, b) || a.place - b.place);
  return keyed.map(({ row }) => row);
}

function showTable(scene) {
  const { answer, columns, rows: given } = tableOf(scene);
  const down = now.sort.startsWith('-'), column = columns.findIndex(({ name }) => name.toLowerCase() === now.sort.slice(down ? 1 : 0));
  const rows = column < 0 ? given : sorted(given, columns[column].by, down);
  const sortBy = (k) => {
    const turned = column === k ? !down : Boolean(columns[k].largest);
    now.sort = `${turned ? '-' : ''}${columns[k].name.toLowerCase()}`;
    record(true);
    showTable(scene);
    $('table').querySelectorAll('th button')[k].focus();
    announce(`Sorted by ${columns[k].name}, ${turned ? 'descending' : 'ascending'}`);
  };
  const figure = (k) => (columns[k].figure ? 'figure' : null);
  const headers = columns.map(({ name }, k) => el('th', { scope: 'col', class: figure(k), 'aria-sort': column === k ? (down ? 'descending' : 'ascending') : 'none' },
    el('button', { type: 'button', on: { click: () => sortBy(k) } }, name, el('span', { class: 'arrow', 'aria-hidden': 'true' }, column === k ? (down ? '▼' : '▲') : ''))));
  const tableRow = (row) => el('tr', {}, ...columns.map(({ cell }, k) => el(k ? 'td' : 'th', k ? { class: figure(k) } : { scope: 'row' }, cell(row))));
  const body = el('tbody');
  const told = answer ? answer.question : labelOf(now);
  $('table').replaceChildren(el('table', { class: answer ? 'answer' : null }, el('caption', { class: 'visually-hidden' }, told), el('thead', {}, el('tr', {}, ...headers)), body),
    growingRows(body, rows, tableRow));
  $('table').setAttribute('aria-label', answer ? answer.question : 'Table');
  $('table').scrollTop = 0;
}

// The first rows, and a line that says of how many and brings more.
function growingRows(body, rows, make) {
  const rest = el('p', { class: 'rest' });
  const more = button('', () => {
    const next = body.children.length;
    grow();
    body.children[next].querySelector('a')?.focus({ preventScroll: true });
  }, { className: 'inline' });
  const grow = () => {
    body.append(...rows.slice(body.children.length, body.children.length + ROWS).map(make));
    const shown = body.children.length, left = rows.length - shown;
    rest.hidden = !left;
    more.textContent = `Show ${number(Math.min(ROWS, left))} more`;
    rest.replaceChildren(`${number(shown)} of ${number(rows.length)} rows. `, more);
  };
  grow();
  return rest;
}
