// The table: whatever is shown, sortable, as text and links.

const COLUMNS = [
  ['Name', (row) => nameOf(row.node).toLowerCase(), (row) => nodeLink(row.node)],
  ['Type', (row) => kindOf(row.node), (row) => kindOf(row.node)],
  ['Date', (row) => (isPaper(row.node) ? dateOf(row.node) : String(yearOf(row.node) || '')), (row) => (isPaper(row.node) ? dateOf(row.node) : String(yearOf(row.node) || ''))],
  ['Relation', (row) => row.said, (row) => row.said],
  ['Confidence', (row) => row.confidence ?? -1, (row) => (row.link === undefined ? '' : confidenceMark(row.link))],
  ['Papers', (row) => row.papers ?? -1, (row) => (row.papers === null ? '' : number(row.papers))],
  ['Links', (row) => row.links, (row) => number(row.links)],
];
const tableSort = { column: null, down: false };

function tableRows(scene) {
  const center = now.mode === 'focus' ? now.node : null;
  const best = new Map();
  for (const edge of scene.edges) {
    if (edge.link === undefined) continue;
    for (const [here, there] of [[edge.a, edge.b], [edge.b, edge.a]]) {
      const known = best.get(here.node);
      if (known === undefined || (there.node === center && known.there !== center)) best.set(here.node, { link: edge.link, there: there.node });
    }
  }
  return scene.items.filter((item) => item.node !== undefined).map(({ node }) => {
    const found = node === center ? undefined : best.get(node);
    return { node, link: found?.link, said: found ? `${phrase(found.link, node)} ${found.there === center ? '' : headOf(nameOf(found.there), 28)}`.trim() : '',
      confidence: found ? G.L.confidence[found.link] : null, papers: isPaper(node) ? null : G.paperCount[node - G.P], links: degree(node) };
  });
}

function showTable(scene) {
  const rows = tableRows(scene);
  const { column, down } = tableSort;
  if (column !== null) {
    const value = COLUMNS[column][1];
    rows.sort((a, b) => { const x = value(a), y = value(b); return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1) || a.node - b.node; });
  }
  const headers = COLUMNS.map(([name], k) => el('th', { scope: 'col', 'aria-sort': column === k ? (down ? 'descending' : 'ascending') : 'none' },
    el('button', { type: 'button', on: { click: () => {
      tableSort.down = column === k ? !down : ['Confidence', 'Papers', 'Links'].includes(name);
      tableSort.column = k;
      showTable(scene);
      $('table').querySelectorAll('th button')[k].focus();
      announce(`Sorted by ${name}, ${tableSort.down ? 'descending' : 'ascending'}`);
    } } }, name, el('span', { class: 'arrow', 'aria-hidden': 'true' }, column === k ? (down ? '▼' : '▲') : ''))));
  $('table').replaceChildren(el('table', {}, el('caption', { class: 'visually-hidden' }, `${labelOf(now)}: what is shown, as a table`),
    el('thead', {}, el('tr', {}, ...headers)), el('tbody', {}, ...rows.map((row) => el('tr', {}, ...COLUMNS.map(([, , cell], k) => el(k ? 'td' : 'th', k ? {} : { scope: 'row' }, cell(row))))))));
}
