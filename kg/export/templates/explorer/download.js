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

const xml = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);

function svgText() {
  const scale = View.network.getScale();
  const { clientWidth: width, clientHeight: height } = $('picture');
  const origin = View.network.canvasToDOM({ x: 0, y: 0 });
  const at = (v) => v.toFixed(1);
  const X = (x) => at(origin.x + x * scale), Y = (y) => at(origin.y + y * scale);
  const out = [`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, Segoe UI, Helvetica, Arial, sans-serif">`,
    `<title>${xml(labelOf(now))}</title>`, `<rect width="100%" height="100%" fill="${xml(Palette.paper)}"/>`];
  for (const edge of View.scene.edges) {
    const look = edgeLook(edge);
    const [cx, cy] = bend(edge);
    out.push(`<path d="M${X(edge.a.x)} ${Y(edge.a.y)}Q${X(cx)} ${Y(cy)} ${X(edge.b.x)} ${Y(edge.b.y)}" fill="none" stroke="${xml(look.color)}" stroke-opacity="${look.alpha.toFixed(2)}" stroke-width="${at(look.width * scale)}"${look.dash ? ' stroke-dasharray="5 4"' : ''}/>`);
  }
  for (const item of View.scene.items) {
    const name = xml(item.disc ? item.name : nameOf(item.node));
    if (item.disc) out.push(`<circle cx="${X(item.x)}" cy="${Y(item.y)}" r="${at(item.r * scale)}" fill="${groupColor(item.group, Palette.dark ? 24 : 91)}" stroke="${groupColor(item.group, Palette.dark ? 46 : 68)}"><title>${name}</title></circle>`);
    else out.push(`<path d="${shapePath(item.kind, origin.x + item.x * scale, origin.y + item.y * scale, item.r * scale)}" fill="${xml(fillOf(item))}" stroke="${xml(Palette.paper)}"><title>${name}</title></path>`);
  }
  for (const { item, lines, tops, x, y, align, size } of View.placed ?? []) {
    const anchor = { center: 'middle', left: 'start', right: 'end' }[align];
    lines.forEach((line, k) => out.push(`<text x="${at(x)}" y="${at(y + (tops?.[k] ?? k * (size + 3)) + size * 0.85)}" font-size="${at(size)}" text-anchor="${anchor}" fill="${xml(Palette.ink)}"${item.focus || item.disc ? ' font-weight="600"' : ''}${item.disc ? '' : ` stroke="${xml(Palette.paper)}" stroke-width="3" paint-order="stroke"`}>${xml(line)}</text>`));
  }
  return `${out.join('\n')}\n</svg>\n`;
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

const literal = (text) => `"${text.replace(/[\\"\n\r\t]/g, (c) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[c]).replace(/[\u0000-\u001f\u007f]/g, '')}"`;

// The same IRIs and properties as the project's Turtle export (kg/export/rdf/).
function turtleText() {
  const { base, prefixes, properties, classes } = G.rdf;
  const segment = (id) => encodeURIComponent(id.toWellFormed()).replace(/%3A/g, ':').replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const iri = (node) => (isPaper(node) ? `<${base}paper/${segment(idOf(node))}>` : `<${base}entity/${segment(idOf(node).slice(7))}>`);
  const nodes = new Set(View.scene.items.filter((item) => item.node !== undefined).map((item) => item.node));
  const used = ['dcterms', 'fabio', 'schema', 'skos', 'kgo', 'mls', 'dcat'];
  const lines = used.filter((prefix) => prefixes[prefix]).map((prefix) => `@prefix ${prefix}: <${prefixes[prefix]}> .`);
  lines.push('');
  for (const node of [...nodes].sort((a, b) => a - b)) {
    const facts = [`a ${classes[kindOf(node)].join(', ')}`, `${isPaper(node) ? 'dcterms:title' : 'skos:prefLabel'} ${literal(nameOf(node))}`];
    if (!isPaper(node)) for (const name of aliasesOf(node - G.P)) facts.push(`skos:altLabel ${literal(name)}`);
    const linked = new Set();
    for (const link of linksOf(node)) {
      if (G.L.source[link] !== node || !nodes.has(G.L.target[link]) || !passesLink(link)) continue;
      const ends = link < G.L.firstPP ? 'paper-entity' : link < G.L.firstEE ? 'paper-paper' : 'entity-entity';
      linked.add(`${properties[`${ends} ${relationOf(link)}`]} ${iri(G.L.target[link])}`);
    }
    lines.push(`${iri(node)} ${[...facts, ...[...linked].sort()].join(' ;\n    ')} .`, '');
  }
  return lines.join('\n');
}
