// The page to write queries in. Everything it shows comes from this server, and as text, never as markup.
"use strict";

const $ = (id) => document.getElementById(id);
const START = `SELECT ?entity ?name ?papers WHERE {
  ?entity a kgo:Method ; skos:prefLabel ?name ; kgo:paperCount ?papers .
}
ORDER BY DESC(?papers)
LIMIT 20`;
const FORMATS = {
  "CSV": "text/csv", "TSV": "text/tab-separated-values", "JSON": "application/sparql-results+json",
  "XML": "application/sparql-results+xml", "Turtle": "text/turtle", "N-Triples": "application/n-triples",
  "JSON-LD": "application/ld+json",
};
let knowledge = { base: "", prefixes: {}, terms: [], cookbook: [] };
let running = null;

function element(tag, text, attributes = {}) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// -- the cookbook -----------------------------------------------------------------------------------------------------

function chooseRecipe() {
  const recipe = knowledge.cookbook.find((r) => r.name === $("recipe").value);
  $("parameters").replaceChildren();
  if (!recipe) return;
  for (const { name, kind, example } of recipe.parameters) {
    const input = element("input", undefined, { id: `p-${name}`, name, value: example });
    input.addEventListener("change", fillRecipe);
    const label = element("label", name === kind ? `${name} ` : `${name} (${kind}) `, { for: `p-${name}` });
    label.append(input);
    $("parameters").append(label);
  }
  fillRecipe();
}

async function fillRecipe() {
  const values = new URLSearchParams();
  for (const input of $("parameters").querySelectorAll("input")) values.set(input.name, input.value);
  const response = await fetch(`/questions/${encodeURIComponent($("recipe").value)}?${values}`);
  const text = await response.text();
  $("error").textContent = response.ok ? "" : text;
  if (response.ok) $("query").value = text;
}

// -- asking -----------------------------------------------------------------------------------------------------------

function ask(accept, signal, path = "/sparql") {
  return fetch(path, {
    method: "POST", body: $("query").value, signal,
    headers: { "Content-Type": "application/sparql-query", "Accept": accept },
  });
}

// why there may be no answer: a misspelt name, a text without its language
async function advise(signal) {
  const response = await ask("text/plain", signal, "/advice");
  if (response.ok) $("advice").textContent = await response.text();
}

async function run() {
  running?.abort();
  running = new AbortController();
  $("stop").hidden = false;
  $("error").textContent = "";
  $("advice").textContent = "";
  $("results").replaceChildren();
  $("status").textContent = "asking …";
  const began = performance.now();
  history.replaceState(null, "", "#query=" + encodeURIComponent($("query").value));
  try {
    const response = await ask("application/sparql-results+json, text/turtle", running.signal);
    const text = await response.text();
    const time = `${Math.round(performance.now() - began)} ms`;
    if (!response.ok) {
      $("error").textContent = text;
      $("status").textContent = "";
    } else if (response.headers.get("content-type").startsWith("text/turtle")) {
      $("results").append(element("pre", text));
      $("status").textContent = time;
    } else {
      const data = JSON.parse(text);
      showTable(data, time);
      if (!(data.boolean ?? data.results.bindings.length)) await advise(running.signal);
    }
  } catch (error) {
    $("status").textContent = error.name === "AbortError" ? "stopped" : "the server does not answer";
  } finally {
    $("stop").hidden = true;
  }
}

function showTable(data, time) {
  if ("boolean" in data) {
    $("results").append(element("p", data.boolean ? "Yes." : "No."));
    $("status").textContent = time;
    return;
  }
  const columns = data.head.vars;
  const rows = data.results.bindings;
  const table = element("table");
  const head = element("tr");
  columns.forEach((column) => {
    const cell = element("th", undefined, { scope: "col" });
    const button = element("button", column, { title: "Sort" });
    cell.append(button);
    if (rows.some((row) => isNumber(row[column]))) cell.className = "number";
    let down = false;
    button.addEventListener("click", () => {
      down = !down;
      rows.sort((a, b) => compare(a[column], b[column]) * (down ? 1 : -1));
      for (const other of head.children) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "ascending" : "descending");
      fill();
    });
    head.append(cell);
  });
  const body = element("tbody");
  function fill() {
    body.replaceChildren(...rows.slice(0, 2000).map((row) => {
      const line = element("tr");
      for (const column of columns) line.append(show(row[column]));
      return line;
    }));
  }
  const thead = element("thead");
  thead.append(head);
  table.append(thead, body);
  fill();
  $("results").append(table);
  const shown = rows.length > 2000 ? ", 2,000 shown; download for all" : "";
  $("status").textContent = `${rows.length.toLocaleString("en")} rows in ${time}${shown}`;
}

function compare(a, b) {
  const [x, y] = [a?.value ?? "", b?.value ?? ""];
  return isNumber(a) && isNumber(b) ? x - y : x.localeCompare(y);
}

function isNumber(term) {
  return /#(integer|decimal|double|float)$/.test(term?.datatype ?? "");
}

function show(term) {
  const cell = element("td");
  if (!term) return cell;
  if (term.type === "uri") {
    const link = element("a", shorten(term.value));
    const target = localPath(term.value);
    if (/^(\/|https?:)/.test(target)) link.href = target;
    cell.append(link);
  } else {
    cell.textContent = term.value;
    if (isNumber(term)) cell.className = "number";
  }
  return cell;
}

function localPath(iri) {
  const kgo = knowledge.prefixes.kgo;
  if (kgo && iri.startsWith(kgo)) return "/ontology#" + iri.slice(kgo.length);
  return iri.startsWith(knowledge.base) ? "/" + iri.slice(knowledge.base.length) : iri;
}

function shorten(iri) {
  let best = "";
  for (const [prefix, space] of Object.entries(knowledge.prefixes)) {
    if (iri.startsWith(space) && space.length > (knowledge.prefixes[best] ?? "").length) best = prefix;
  }
  return best ? `${best}:${decodeURIComponentSafe(iri.slice(knowledge.prefixes[best].length))}` : iri;
}

function decodeURIComponentSafe(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

async function download() {
  const name = $("format").value;
  const response = await ask(FORMATS[name]);
  if (!response.ok) {
    $("error").textContent = await response.text();
    return;
  }
  const ending = { "CSV": "csv", "TSV": "tsv", "JSON": "json", "XML": "xml", "Turtle": "ttl", "N-Triples": "nt" }[name];
  const link = element("a", undefined, {
    href: URL.createObjectURL(await response.blob()), download: `results.${ending ?? "jsonld"}`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// -- completion: prefixes, terms, variables ---------------------------------------------------------------------------

let chosen = 0;

function wordBefore() {
  const text = $("query").value.slice(0, $("query").selectionStart);
  return text.match(/[?$\w][\w.-]*:?[\w-]*$/)?.[0] ?? "";
}

function candidates(word) {
  if (word.length < 2) return [];
  const lower = word.toLowerCase();
  const variables = [...new Set($("query").value.match(/[?$]\w+/g) ?? [])].filter((v) => v !== word);
  const found = [
    ...variables.map((name) => [name, "variable"]),
    ...knowledge.terms,
    ...Object.entries(knowledge.prefixes).map(([prefix, space]) => [prefix + ":", space]),
  ];
  const local = (name) => name.slice(name.indexOf(":") + 1);
  return found.filter(([name]) => name.toLowerCase().startsWith(lower) || local(name).toLowerCase().startsWith(lower))
    .slice(0, 12);
}

function complete() {
  const list = $("completions");
  const found = candidates(wordBefore());
  list.hidden = found.length === 0;
  chosen = 0;
  list.replaceChildren(...found.map(([name, about], i) => {
    const item = element("li", name, { role: "option", "aria-selected": String(i === 0) });
    item.append(element("small", about));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); accept(name); });
    return item;
  }));
  if (list.hidden) return;
  const before = $("query").value.slice(0, $("query").selectionStart).split("\n");
  list.style.top = `${Math.min(before.length * 21 + 8 - $("query").scrollTop, $("query").clientHeight)}px`;
  list.style.left = `${Math.min(before.at(-1).length * 8.4, $("query").clientWidth - 200)}px`;
}

function accept(name) {
  const area = $("query");
  const end = area.selectionStart;
  const start = end - wordBefore().length;
  area.setRangeText(name + (name.endsWith(":") ? "" : " "), start, end, "end");
  $("completions").hidden = true;
  area.focus();
}

function keys(event) {
  const list = $("completions");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    list.hidden = true;
    run();
  } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const items = list.children;
    items[chosen].setAttribute("aria-selected", "false");
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length;
    items[chosen].setAttribute("aria-selected", "true");
    items[chosen].scrollIntoView({ block: "nearest" });
  } else if (!list.hidden && (event.key === "Tab" || event.key === "Enter")) {
    event.preventDefault();
    accept(list.children[chosen].firstChild.textContent);
  } else if (event.key === "Escape") {
    list.hidden = true;
  }
}

// -- start ------------------------------------------------------------------------------------------------------------

async function start() {
  for (const name of Object.keys(FORMATS)) $("format").append(element("option", name));
  $("query").value = location.hash.startsWith("#query=") ? decodeURIComponentSafe(location.hash.slice(7)) : START;
  $("query").addEventListener("keydown", keys);
  $("query").addEventListener("input", complete);
  $("query").addEventListener("blur", () => { $("completions").hidden = true; });
  $("recipe").addEventListener("change", chooseRecipe);
  $("run").addEventListener("click", run);
  $("stop").addEventListener("click", () => running?.abort());
  $("download").addEventListener("click", download);
  knowledge = await (await fetch("/knowledge.json")).json();
  for (const { name, question } of knowledge.cookbook) $("recipe").append(element("option", question, { value: name }));
  document.body.dataset.ready = "true";
}

start();
