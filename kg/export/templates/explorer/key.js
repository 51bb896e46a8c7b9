// The key to the picture in one strip: what of it is drawn. Where the legend is a drawer it stands on the stage; it is
// printed and saved with the picture.

const relationName = (name) => ({ co_occurs: 'appears with', shares: 'similar papers', broader: 'kind of' }[name] ?? name.replace('_', ' '));

const hollow = (item) => item.kind === 'Paper' && !item.focus && span.first !== span.last && !yearOf(item.node);

// [{name, kind} or {name, relation}], in the legend's order.
function keyEntries() {
  const kinds = new Set(View.scene.items.filter((item) => !hollow(item)).map((item) => item.kind));
  const links = new Set(View.scene.edges.filter((edge) => edge.link !== undefined && !edge.quiet && !isCalled(edge)).map((edge) => relationOf(edge.link)));
  const entries = KINDS.filter((kind) => kinds.has(kind)).map((kind) => ({ name: kind, kind }));
  if (View.scene.items.some(hollow)) entries.splice(kinds.has('Paper') ? 1 : 0, 0, { name: 'Paper without a date', kind: 'Paper', open: true });
  const named = new Set();
  for (const relation of G.relations) {
    const name = relationName(relation);
    if (links.has(relation) && !named.has(name)) { named.add(name); entries.push({ name, relation }); }
  }
  if (View.scene.edges.some(isCalled)) entries.push({ name: 'named after', relation: 'broader', dash: true });
  if (View.scene.edges.some((edge) => edge.link !== undefined && G.L.inferred[edge.link])) entries.push({ name: 'inferred', relation: 'mentions', dash: true });
  return entries;
}

function lineMark(name, dash = false) {
  const mark = svg('svg', { class: 'line-mark', viewBox: '0 0 22 10', 'aria-hidden': 'true' });
  const { color, arrow } = RELATION[name];
  mark.append(svg('path', { d: arrow ? 'M1 5H16' : 'M1 5H21', stroke: `var(--link-${color})`, 'stroke-dasharray': dash ? '3 2.5' : 'none' }));
  if (arrow) mark.append(svg('path', { d: 'M22 5 14.500 1.500V8.500Z', class: 'head', fill: `var(--link-${color})` }));
  return mark;
}

function hollowIcon() {
  const mark = kindIcon('Paper');
  mark.classList.add('hollow');
  return mark;
}

function paintKey() {
  const entries = keyEntries();
  $('key').hidden = !entries.length;
  $('key').replaceChildren(...entries.map(({ name, kind, relation, open, dash }) => el('li', { class: relation ? 'of-link' : null }, open ? hollowIcon() : kind ? kindIcon(kind) : lineMark(relation, dash), name)));
}

// The same drawn, in as many rows as it takes; says how high they are.
function drawKey(pen, x, y, width) {
  const font = `450 11.5px ${Palette.sans}`, row = 20, probe = View.network.canvas.getContext();
  let at = 0, down = 0;
  for (const { name, kind, relation, open, dash } of keyEntries()) {
    const mark = relation ? 28 : 18, wide = mark + widthOf(probe, font, name) + 18;
    if (at && at + wide > width) { at = 0; down += row; }
    if (pen) {
      const middle = y + down + row / 2;
      pen.globalAlpha = 1;
      pen.setLineDash(dash ? [4, 3] : []);
      if (relation) {
        pen.beginPath();
        pen.moveTo(x + at, middle);
        pen.lineTo(x + at + 22, middle);
        pen.lineWidth = 2.2;
        pen.strokeStyle = Palette[RELATION[relation].color];
        pen.stroke();
      } else {
        traceShape(pen, kind, x + at + 7, middle, 5);
        pen.fillStyle = open ? Palette.tint : Palette[kind];
        pen.fill();
        if (open) { pen.lineWidth = 1.5; pen.strokeStyle = Palette[kind]; pen.stroke(); }
      }
      pen.setLineDash([]);
      pen.font = font;
      pen.fillStyle = Palette.muted;
      pen.textAlign = 'left';
      pen.textBaseline = 'middle';
      pen.fillText(name, x + at + mark, middle);
    }
    at += wide;
  }
  return at ? down + row : 0;
}
