// The table: whatever is shown, sortable, as text and links.

// Columns: a name, what is sorted by, what is shown, and whether the largest comes first.
const COLUMNS = [
  ['Name', (row) => nameOf(row.node).toLowerCase(), (row) => nodeLink(row.node)],
  ['Type', (row) => kindOf(row.node), (row) => kindOf(row.node)],
  ['Date', (row) => (isPaper(row.node) ? dateOf(row.node) : String(yearOf(row.node) || '')), (row) => (isPaper(row.node) ? dateOf(row.node) : String(yearOf(row.node) || ''))],
  ['Relation', (row) => row.said, (row) => row.said],
  ['Confidence', (row) => row.confidence ?? -1, (row) => (row.link === undefined ? '' : confidenceMark(row.link)), true],
  ['Papers', (row) => row.papers ?? -1, (row) => (row.papers === null ? '' : number(row.papers)), true],
  ['Links', (row) => row.links, (row) => number(row.links), true],
];
const tableSort = { of: '', column: null, down: false };

function tableRows(scene) {
  const center = now.mode === 'focus' || now.mode === 'lineage' ? now.node : null;
  const best = new Map();
  for (const edge of scene.edges) {
    if (edge.link === undefined) continue;
    for (const [here, there] of [[edge.a, edge.b], [edge.b, edge.a]]) {
      const known = best.get(here.node);
      if (known === undefined || (now.mode === 'focus' && there.node === center && known.there !== center)) best.set(here.node, { edge, link: edge.link, there: there.node });
    }
  }
  return scene.items.filter((item) => item.node !== undefined).map(({ node }) => {
    const found = node === center ? undefined : best.get(node);
    return { node, link: found?.link, said: found ? `${phraseOf(found.edge, node)} ${found.there === center ? '' : headOf(nameOf(found.there), 28)}`.trim() : '',
      confidence: found ? G.L.confidence[found.link] : null, papers: isPaper(node) ? null : G.paperCount[node - G.P], links: degree(node) };
  });
}

function showTable(scene) {
  const answer = now.mode === 'ask' ? answerOf(now.ask) : null;
  const columns = answer ? answerColumns(answer) : COLUMNS;
  const rows = (answer ? [...answer.rows] : tableRows(scene)).map((row, place) => ({ row, place }));
  if (tableSort.of !== (now.ask ?? '')) Object.assign(tableSort, { of: now.ask ?? '', column: null, down: false });
  const { column, down } = tableSort;
  if (column !== null) {
    const value = columns[column][1];
    rows.sort((a, b) => { const x = value(a.row), y = value(b.row); return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1) || a.place - b.place; });
  }
  const headers = columns.map(([name, , , largest], k) => el('th', { scope: 'col', 'aria-sort': column === k ? (down ? 'descending' : 'ascending') : 'none' },
    el('button', { type: 'button', on: { click: () => {
      tableSort.down = column === k ? !down : Boolean(largest);
      tableSort.column = k;
      showTable(scene);
      $('table').querySelectorAll('th button')[k].focus();
      announce(`Sorted by ${name}, ${tableSort.down ? 'descending' : 'ascending'}`);
    } } }, name, el('span', { class: 'arrow', 'aria-hidden': 'true' }, column === k ? (down ? '▼' : '▲') : ''))));
  $('table').replaceChildren(el('table', { class: answer ? 'answer' : null }, el('caption', { class: 'visually-hidden' }, answer ? answer.question : `${labelOf(now)}: what is shown, as a table`),
    el('thead', {}, el('tr', {}, ...headers)), el('tbody', {}, ...rows.map(({ row }) => el('tr', {}, ...columns.map(([, , cell, figure], k) => el(k ? 'td' : 'th', k ? { class: answer && figure ? 'figure' : null } : { scope: 'row' }, cell(row))))))));
  $('table').setAttribute('aria-label', answer ? answer.question : 'Table');
  $('table').scrollTop = 0;
}
