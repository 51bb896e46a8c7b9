// Search while typing: an ARIA combobox with a list of suggestions, all of it by keyboard too.

const FIRST = 12; // suggestions, until more are asked for

function combobox(input, list, { accept = null, choose, empty = null }) {
  let found = [], active = -1, asked = 0, limit = FIRST;
  const close = () => { list.hidden = true; input.setAttribute('aria-expanded', 'false'); input.removeAttribute('aria-activedescendant'); active = -1; };
  const mark = (at) => {
    active = at;
    const options = [...list.querySelectorAll('li:not([aria-disabled])')];
    options.forEach((option, k) => option.setAttribute('aria-selected', String(k === at)));
    if (at < 0) { input.removeAttribute('aria-activedescendant'); return; }
    input.setAttribute('aria-activedescendant', options[at].id);
    options[at].scrollIntoView({ block: 'nearest' });
  };
  const take = (at) => {
    if (at === found.length && found.all > at) { showMore(); return; }
    const hit = found[at]; if (!hit) return; input.value = ''; close(); choose(hit.node);
  };
  const update = async () => {
    const mine = ++asked;
    await Search.ready;
    if (mine !== asked) return;
    const query = input.value;
    const started = performance.now();
    found = search(query, { accept, limit });
    Search.took = performance.now() - started;
    list.replaceChildren(...found.map((hit, k) => suggestion(hit, query, `${list.id}-${k}`, () => take(k))));
    const rest = found.all - found.length;
    if (rest > 0) list.append(el('li', { class: 'more', role: 'option', 'aria-selected': 'false', id: `${list.id}-more`, on: { mousedown: (event) => { event.preventDefault(); showMore(); } } }, `Show ${Math.min(rest, nextLimit() - limit)} more of ${number(found.all)}`));
    if (found.partial && found.length) list.prepend(el('li', { class: 'none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', id: `${list.id}-partial` }, 'Nothing has all of these words: these have some of them.'));
    if (!query.trim()) { close(); empty?.(); return; }
    if (!found.length) list.replaceChildren(el('li', { class: 'none', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false', id: `${list.id}-none` }, nothingLike(query, accept)));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    mark(found.length ? 0 : -1);
    announce(found.length ? plural(found.length, 'suggestion') : `No suggestions: titles, ${bylines.names.size ? 'authors, ' : ''}names and ids of papers are searched`);
  };
  const nextLimit = () => (limit === FIRST ? 60 : 400);
  const showMore = async () => { const from = found.length; limit = nextLimit(); await update(); mark(from); };
  input.addEventListener('input', () => { limit = FIRST; update(); });
  input.addEventListener('focus', () => { if (input.value.trim()) update(); });
  input.addEventListener('blur', () => setTimeout(close, 150));
  input.addEventListener('keydown', async (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!found.length || list.hidden) return;
      const options = found.length + (found.all > found.length ? 1 : 0);
      mark((active + (event.key === 'ArrowDown' ? 1 : options - 1)) % options);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (list.hidden && input.value.trim()) await update();
      take(Math.max(0, active));
    } else if (event.key === 'Escape') {
      if (!list.hidden || input.value) { event.stopPropagation(); event.preventDefault(); input.value = ''; close(); }
    }
  });
}

// What is said where nothing is found: what is looked at, or that what is found cannot be chosen.
function nothingLike(query, accept) {
  if (accept && search(query, { limit: 1 }).some(({ node }) => isPaper(node))) return 'Only papers are called so, and they cannot be picked here.';
  const authors = bylines.names.size > 0;
  return `Nothing like this among titles, ${authors ? 'authors, ' : ''}names and ids of papers. ${authors ? 'Abstracts' : 'Authors and abstracts'} are not searched.`;
}

function suggestion(hit, query, id, act) {
  const { node, text } = hit;
  const own = nameOf(node);
  const paper = isPaper(node);
  const by = paper && !hit.id ? authorsMeant(node, query) : [];
  const about = paper ? dateOf(node).slice(0, 4) : `${plural(G.paperCount[node - G.P], 'paper')}`;
  return el('li', { role: 'option', id, 'aria-selected': 'false', class: `kind-${kindOf(node)}`, on: { mousedown: (event) => { event.preventDefault(); act(); } } },
    kindIcon(kindOf(node)), el('span', { class: 'found' },
      el('span', { class: 'what', dir: 'auto' }, ...highlighted(clip(own), query), own !== text && el('span', { class: 'alias' }, hit.id ? ' ' : ' also ', ...(hit.id ? [text] : highlighted(text, query)))),
      by.length > 0 && el('span', { class: 'by', dir: 'auto' }, 'by ', ...highlighted(by.join(', '), query))),
    el('span', { class: 'about' }, `${kindOf(node)}${about ? ` · ${about}` : ''}`));
}

// The typed words in a suggestion, marked; where it was found by another spelling, nothing is.
function highlighted(text, query) {
  const words = wordsOf(query).filter(Boolean);
  if (!words.length) return [text];
  const out = [];
  let at = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const folded = fold(match[0]);
    const word = words.find((w) => folded.startsWith(w));
    if (!word) continue;
    const end = folded.length === match[0].length ? match.index + word.length : match.index + match[0].length;
    out.push(text.slice(at, match.index), el('b', {}, text.slice(match.index, end)));
    at = end;
  }
  out.push(text.slice(at));
  return out;
}

// What is typed for one, as by a click on an author.
function searchFor(text) {
  const input = $('search');
  input.value = text;
  input.focus();
  input.dispatchEvent(new Event('input'));
}

// The same in a dialog, to pick the other end of a path or a comparison.
function openPicker(title, choose, accept) {
  const dialog = $('picker');
  document.activeElement?.closest('details.menu')?.querySelector('summary').focus(); // the menu closes: the browser comes back to what is still there
  $('picker-title').textContent = title;
  picker.choose = (node) => { dialog.close(); choose(node); if (!dialog.open) focusHeading(); };
  picker.accept = accept;
  $('picker-input').value = '';
  dialog.showModal();
  $('picker-input').focus();
}
const picker = { choose: null, accept: null };
