// Evidence: the sentence that says so, with what it names marked, loaded when it comes into view.

const evidenceSeen = 'IntersectionObserver' in window ? new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) { evidenceSeen.unobserve(entry.target); fillEvidence(entry.target); }
}, { rootMargin: '200px' }) : null;

function evidenceLine(link, descent = null) {
  const line = el('blockquote', { class: 'evidence', 'data-link': link, 'data-descent': descent });
  if (G.lean) return null;
  if (evidenceSeen) evidenceSeen.observe(line); else fillEvidence(line);
  return line;
}

const fillEvidence = (line) => line.reading ??= writeEvidence(line);
async function writeEvidence(line) {
  const found = await evidenceOf(Number(line.dataset.link), line.dataset.descent ? Number(line.dataset.descent) : null);
  if (!found) { line.remove(); return null; }
  line.append(marked(found.text, found.spans));
  const { source, target } = G.L, link = Number(line.dataset.link); // what the link is between stands out
  for (const mark of line.querySelectorAll('.mark')) mark.classList.toggle('end', [source[link], target[link]].includes(Number(mark.dataset.node)));
  return found;
}

// Paper has no screen: all of the panel's sentences are there before it is printed. The browser waits for nothing while it
// prints, so what is not read yet is read while the page has nothing else to do; what is, is written at once.
const unread = () => document.querySelectorAll('#panel .evidence:empty');
async function readAhead(line) {
  if (!line) return;
  await fillEvidence(line);
  whenIdle(() => readAhead(unread()[0]));
}
const whenIdle = (act) => (window.requestIdleCallback ?? setTimeout)(act);
let aheadTimer = 0;
function evidenceAhead() {
  clearTimeout(aheadTimer);
  aheadTimer = setTimeout(() => whenIdle(() => readAhead(unread()[0])), 800);
}
const allEvidence = () => Promise.all(Array.from(unread(), fillEvidence));
addEventListener('beforeprint', allEvidence);

// Text with names of entities as links in their colors. Spans that overlap an earlier one are left out.
function marked(given, givenSpans) {
  const { text, spans } = readableSpans(given, givenSpans);
  const out = document.createDocumentFragment();
  let at = 0;
  for (const [start, end, node] of [...spans].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (start < at || end > text.length || end <= start) continue;
    out.append(...gaps(text.slice(at, start)));
    out.append(el('a', { class: `mark kind-${kindOf(node)}`, href: hashOf({ mode: 'focus', node }, { filters: true }), title: `${kindOf(node)}: ${nameOf(node)}`, 'data-node': node }, text.slice(start, end)));
    at = end;
  }
  out.append(...gaps(text.slice(at)));
  return out;
}

// What the file does not carry is shown as left out.
function gaps(text) {
  return text.split(/\0+/).flatMap((part, k) => (k ? [el('span', { class: 'gap', title: 'left out to keep this file small' }, ' […] '), part] : [part]));
}

const percent = (link) => `${G.L.confidence[link]} %`;
function confidenceMark(link) {
  const inferred = G.L.inferred[link] === 1;
  return el('span', { class: `confidence${inferred ? ' inferred' : ''}`, title: inferred ? `inferred, confidence ${percent(link)}` : `stated in the text, confidence ${percent(link)}` },
    el('span', { class: 'bar', style: { width: `${Math.max(8, G.L.confidence[link]) * 0.22}px` } }), el('span', { class: 'visually-hidden' }, inferred ? 'inferred, ' : 'stated, '), percent(link));
}

// One link as a list entry: the other node, when, how sure, and the sentence.
function linkEntry(link, from, { withEvidence = true, said = false } = {}) {
  const other = otherEnd(link, from);
  const about = isPaper(other) ? dateOf(other).slice(0, 7) : plural(G.paperCount[other - G.P], 'paper');
  return el('li', { class: 'entry' },
    el('div', { class: 'entry-head' }, said && el('span', { class: 'said' }, phrase(link, from)), nodeLink(other), el('span', { class: 'about' }, about), confidenceMark(link)),
    withEvidence ? evidenceLine(link) : null);
}

// A list that starts short and grows on demand.
function growingList(links, make, { first = 5, step = 40 } = {}) {
  const list = el('ul', { class: 'entries' });
  let shown = 0;
  const more = button('', () => {
    const next = list.children.length;
    grow(step);
    if (more.hidden) list.children[next]?.querySelector('a')?.focus({ preventScroll: true }); // the button is gone
  }, { className: 'more' });
  const grow = (by) => {
    list.append(...links.slice(shown, shown + by).map(make));
    shown = Math.min(links.length, shown + by);
    more.hidden = shown >= links.length;
    more.textContent = `Show ${Math.min(step, links.length - shown)} more of ${number(links.length)}`;
  };
  grow(first);
  return el('div', {}, list, more);
}
