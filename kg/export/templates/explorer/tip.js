// The small card at the pointer: what a node is, or what a link says and where.

function placeTip(x, y, tip = $('tip')) {
  const stage = $('stage');
  tip.hidden = false;
  tip.style.left = '0'; // where it was would make it narrow
  const left = Math.min(Math.max(8, x + 16), stage.clientWidth - tip.offsetWidth - 8);
  const below = y + 18 + tip.offsetHeight < stage.clientHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? y + 18 : Math.max(8, y - tip.offsetHeight - 16)}px`;
}

function hideTip() { $('tip').hidden = true; View.tipFor = null; }

function showNodeTip(item) {
  const tip = $('tip');
  if (item.disc) {
    tip.replaceChildren(el('strong', {}, item.name), el('p', {}, `${item.caption} · ${plural(item.entities, 'entity', 'entities')}`));
  } else {
    const { node } = item;
    const facts = isPaper(node) ? [dateOf(node)] : [plural(G.paperCount[node - G.P], 'paper'), yearOf(node) ? `introduced ${yearOf(node)}` : ''];
    tip.replaceChildren(el('p', { class: `chip kind-${item.kind}` }, kindIcon(item.kind), item.kind), el('strong', { dir: 'auto' }, nameOf(node)), el('p', {}, facts.filter(Boolean).join(' · ')));
    const edge = now.mode === 'focus' && View.scene.edges.find((e) => (e.a.key === item.key && e.b.focus) || (e.b.key === item.key && e.a.focus));
    if (edge) tip.append(el('p', { class: 'said' }, `${phrase(edge.link, node)} ${headOf(nameOf(now.node), 30)} · ${percent(edge.link)}`));
  }
  const { x, y } = View.network.canvasToDOM({ x: item.x, y: item.y });
  placeTip(x, y + item.r * View.network.getScale() * 0.5);
}

// What a link says, between its two ends; `name` makes these.
const claimOf = (edge, name) => el('p', { class: 'claim' }, name(G.L.source[edge.link]), ` ${relationIn(edge).forward} `, name(G.L.target[edge.link]));

async function showEdgeTip(edge, event) {
  const tip = $('tip');
  View.tipFor = edge;
  tip.replaceChildren(claimOf(edge, (node) => el('b', {}, headOf(nameOf(node), 48))), el('p', {}, confidenceMark(edge.link)));
  const box = $('stage').getBoundingClientRect();
  const at = [event.clientX - box.left, event.clientY - box.top];
  placeTip(...at);
  const found = await evidenceOf(edge.link, edge.descent);
  if (!found || View.tipFor !== edge) return;
  tip.append(el('blockquote', { class: 'evidence' }, readable(found.text)));
  placeTip(...at);
}

// A click on a link keeps its card open, with links to both ends and to what its sentence names.
let cardFor = null;
async function pinCard(edge, event) {
  const card = $('card'), box = $('stage').getBoundingClientRect(), at = [event.clientX - box.left, event.clientY - box.top];
  cardFor = edge;
  hideTip();
  card.replaceChildren(button('', closeCard, { name: 'close', className: 'round', 'aria-label': 'Close' }), claimOf(edge, (node) => nodeLink(node, { shape: false, text: headOf(nameOf(node), 80) })), el('p', {}, confidenceMark(edge.link)));
  placeTip(...at, card);
  card.focus({ preventScroll: true });
  const line = evidenceLine(edge.link, edge.descent);
  if (!line) return; // this file holds no sentences
  card.append(line);
  const found = await fillEvidence(line);
  if (!found || cardFor !== edge) return;
  if (![G.L.source[edge.link], G.L.target[edge.link]].includes(found.paper)) card.append(el('p', {}, 'in ', nodeLink(found.paper, { shape: false })));
  placeTip(...at, card);
}

function closeCard() {
  const inside = $('card').contains(document.activeElement);
  cardFor = null;
  $('card').hidden = true;
  if (inside) $('picture').focus({ preventScroll: true });
}

let toastTimer = 0;
function toast(text) {
  const box = $('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, 3500);
}
