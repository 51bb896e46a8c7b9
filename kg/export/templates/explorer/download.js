// What is shown, to take away: picture (PNG, SVG), table (CSV) and graph (Turtle).

function save(name, type, content) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = el('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  toast(`Saved ${name}`);
}

const fileName = (ending) => `${plainSlug(labelOf(now)).slice(0, 60) || 'graph'}.${ending}`;

const savePng = () => savedCanvas().toBlob((blob) => save(fileName('png'), 'image/png', blob));

// An answer is a table: it has no picture to save, and neither it nor the overview has links.
function paintSaves() {
  const table = now.mode === 'ask';
  for (const id of ['save-png', 'save-svg', 'save-links']) {
    $(id).disabled = table || (id === 'save-links' && now.mode === 'overview');
    $(id).title = table ? 'An answer is a table: save it as CSV' : '';
  }
}

// A cell that a spreadsheet will not take for a formula.
const cell = (value) => {
  const text = String(value ?? '');
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
};

const csv = (rows) => `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
const said = (link) => (G.L.inferred[link] ? 'inferred' : 'stated');

function csvText() {
  if (now.mode === 'ask') return csv(answerCsv(answerOf(now.ask)));
  if (now.mode === 'overview') {
    return csv([['id', 'group', 'papers', 'entities', 'years', 'named_most'],
      ...groupRows().map((row) => [G.groups[row.group].id, G.groups[row.group].name, row.papers, row.entities, row.years, row.named.map(nameOf).join('; ')])]);
  }
  const linked = ({ link, other, phrase: words }) => (link === undefined ? ['', '', '', '', ''] : [words, idOf(other), nameOf(other), G.L.confidence[link] / 100, said(link)]);
  return csv([['id', 'name', 'type', 'date', 'relation', 'other_id', 'other_name', 'confidence', 'extraction', 'papers', 'links'],
    ...tableRows(View.scene).map((row) => [idOf(row.node), nameOf(row.node), kindOf(row.node), dateShown(row), ...linked(row), row.papers, row.links])]);
}

// Every link that is drawn, where the table has one a node.
function linksCsv() {
  const links = [...new Set(View.scene.edges.map(({ link }) => link))].filter((link) => link !== undefined);
  return csv([['source_id', 'source', 'relation', 'target_id', 'target', 'confidence', 'extraction'],
    ...links.map((link) => [idOf(G.L.source[link]), nameOf(G.L.source[link]), relationOf(link), idOf(G.L.target[link]), nameOf(G.L.target[link]), G.L.confidence[link] / 100, said(link)])]);
}

// Spreadsheets take a file for what it is by its first three bytes.
const saveCsv = (name, text) => save(name, 'text/csv;charset=utf-8', `\ufeff${text}`);
