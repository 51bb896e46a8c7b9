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

function savePng() {
  View.network.redraw();
  const canvas = $('picture').querySelector('canvas');
  const copy = el('canvas', { width: canvas.width, height: canvas.height });
  const ctx = copy.getContext('2d');
  ctx.fillStyle = Palette.paper;
  ctx.fillRect(0, 0, copy.width, copy.height);
  ctx.drawImage(canvas, 0, 0);
  copy.toBlob((blob) => save(fileName('png'), 'image/png', blob));
}

// An answer is a table: it has no picture to save.
function paintSaves() {
  for (const id of ['save-png', 'save-svg']) {
    $(id).disabled = now.mode === 'ask';
    $(id).title = now.mode === 'ask' ? 'An answer is a table: save it as CSV' : '';
  }
}

// A cell that a spreadsheet will not take for a formula.
const cell = (value) => {
  const text = String(value ?? '');
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
};

function csvText() {
  if (now.mode === 'ask') return `${answerCsv(answerOf(now.ask)).map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
  const rows = tableRows(View.scene).map((row) => [idOf(row.node), nameOf(row.node), kindOf(row.node), isPaper(row.node) ? dateOf(row.node) : yearOf(row.node) || '', row.said,
    row.link === undefined ? '' : row.confidence / 100, row.link === undefined ? '' : G.L.inferred[row.link] ? 'inferred' : 'stated', row.papers ?? '', row.links]);
  return `${[['id', 'name', 'type', 'date', 'relation', 'confidence', 'extraction', 'papers', 'links'], ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
