// What stays as it was when the page is drawn anew: where the keyboard is, and which sections are open.

const placeOf = ({ mode, node, other, group, ask }) => [mode, node, other, group, ask].join();

function openParts() {
  return new Map([...document.querySelectorAll('#panel details.part')].map((part) => [part.querySelector('h3').textContent, part.open]));
}

function reopenParts(parts) {
  for (const part of document.querySelectorAll('#panel details.part')) part.open = parts.get(part.querySelector('h3').textContent) ?? part.open;
}

function focusHeading() { $('panel-title')?.focus({ preventScroll: true }); }

// The control that is used, and the part of the page that it may be made anew in.
function focused() {
  const element = document.activeElement;
  return { element, within: element?.closest('#panel-body, #table') };
}

// Whether one can be at an element, found without laying out the page.
const usable = (element) => element.isConnected && !element.disabled && !element.closest('[hidden]') && (element.localName === 'summary' || !element.closest('details:not([open])'));
const controlKey = (element) => element.getAttribute('aria-label') ?? `${element.getAttribute('href') ?? ''} ${element.textContent}`;

// Whose control is gone goes on at the same one of the new view, or at what says where one is now.
function keepFocus({ element, within }, same) {
  if (!element || element === document.body || usable(element)) return;
  const alike = same && within && [...within.querySelectorAll(element.localName)].find((other) => controlKey(other) === controlKey(element));
  const instead = alike || (element.id === 'show-more' ? $('status') : null);
  if (instead) instead.focus({ preventScroll: true }); else focusHeading();
}

// Light or dark is kept where the browser lets a page keep something: not everywhere for files.
function keptTheme() { try { return localStorage.getItem('kg-theme'); } catch { return null; } }
function keepTheme(theme) { keep('kg-theme', theme); }
function keep(key, value) { try { localStorage.setItem(key, value); } catch { /* for this visit only */ } }

// Who speaks to the page instead of typing presses letters without knowing: single keys can be turned off.
function keptKeys() { try { return localStorage.getItem('kg-keys') !== 'off'; } catch { return true; } }
