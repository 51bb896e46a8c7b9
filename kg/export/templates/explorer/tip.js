// The small card at the pointer: what a node is, or what a link says and where.

function placeTip(x, y) {
  const tip = $('tip'), stage = $('stage');
  tip.hidden = false;
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

async function showEdgeTip(edge, event) {
  const tip = $('tip');
  View.tipFor = edge;
  const from = G.L.source[edge.link], to = G.L.target[edge.link];
  tip.replaceChildren(el('p', { class: 'claim' }, el('b', {}, headOf(nameOf(from), 48)), ` ${(now.mode === 'lineage' ? descentOf(edge) : RELATION[relationOf(edge.link)]).forward} `, el('b', {}, headOf(nameOf(to), 48))), el('p', {}, confidenceMark(edge.link)));
  const box = $('stage').getBoundingClientRect();
  const at = [event.clientX - box.left, event.clientY - box.top];
  placeTip(...at);
  const found = await evidenceOf(edge.link, edge.descent);
  if (!found || View.tipFor !== edge) return;
  tip.append(el('blockquote', { class: 'evidence' }, found.text));
  placeTip(...at);
}

let toastTimer = 0;
function toast(text) {
  const box = $('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, 3500);
}
