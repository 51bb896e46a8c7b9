// Small helpers to make elements. Text only ever becomes text: no string of the data is parsed as markup.

const $ = (id) => document.getElementById(id);

function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === 'style') Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Icons drawn for this page, 20 by 20, lines only.
const ICONS = {
  back: 'M12 4 6 10l6 6', forward: 'M8 4l6 6-6 6', home: 'M3 10 10 4l7 6M5 9v7h10V9', path: 'M4 15a2 2 0 1 0 .1 0M16 5a2 2 0 1 0 .1 0M6 14c6-1 2-7 8-8',
  table: 'M3 4h14v12H3zM3 8h14M3 12h14M8 8v8', graph: 'M10 10 4 5M10 10l7-4M10 10l-3 7M4 5a1 1 0 1 0 .1 0M17 6a1 1 0 1 0 .1 0M7 17a1 1 0 1 0 .1 0',
  filter: 'M3 5h14M6 10h8M9 15h2', download: 'M10 3v9M6 9l4 4 4-4M4 16h12', moon: 'M15 12a6 6 0 1 1-7-8 5 5 0 0 0 7 8z',
  help: 'M7.5 7.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M10 14.5v.2', plus: 'M10 4v12M4 10h12', minus: 'M4 10h12',
  fit: 'M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4', close: 'M5 5l10 10M15 5 5 15', time: 'M3 15h14M5 15V9M10 15V5M15 15v-4',
  compare: 'M7 4a6 6 0 1 0 .1 0M13 4a6 6 0 1 0 .1 0', link: 'M8 12l4-4M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2M11 14l-2 2a3.5 3.5 0 0 1-5-5l2-2',
  swap: 'M4 7h11M12 4l3 3-3 3M16 13H5M8 10l-3 3 3 3', more: 'M10 5v10M5 10h10', out: 'M8 5H4v11h11v-4M11 4h5v5M16 4l-7 7', search: 'M9 4a5 5 0 1 0 .1 0M13 13l4 4',
};
function icon(name) {
  const drawing = svg('svg', { class: 'icon line', viewBox: '0 0 20 20', 'aria-hidden': 'true' });
  drawing.append(svg('path', { d: ICONS[name] }));
  return drawing;
}

function button(label, act, { name = null, className = 'button', ...attributes } = {}) {
  return el('button', { type: 'button', class: className, on: { click: act }, ...attributes }, name && icon(name), label && el('span', {}, label));
}

const clip = (text) => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

// A link to a node: a real address, so that it can be copied, opened in a new tab and reached by keyboard.
function nodeLink(node, { text = null, className = 'node-link', shape = true } = {}) {
  return el('a', { class: `${className} kind-${kindOf(node)}`, href: hashOf({ mode: 'focus', node }, { filters: true }), dir: 'auto', 'data-node': node },
    shape && kindIcon(kindOf(node)), el('bdi', {}, clip(text ?? nameOf(node))));
}

const plural = (n, one, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
const number = (n) => n.toLocaleString('en');

let announceTimer = 0;
function announce(text) { // for screen readers; once things have settled
  clearTimeout(announceTimer);
  announceTimer = setTimeout(() => { $('announcer').textContent = text; }, 120);
}

function openUrl(text) { // only web addresses become links
  try {
    const url = new URL(text);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch { return null; }
}
