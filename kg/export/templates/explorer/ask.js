// Questions to the whole graph, answered in the build: a table each, with links; and questions that need a choice first.

const answerOf = (key) => G.answers.find((answer) => answer.key === key);

const CHOICES = [ // what has to be picked: [question, what is picked, what is then shown]
  ['How do two things hang together?', 'From', (node) => openPicker(`A path from ${headOf(nameOf(node), 40)} to…`, (other) => navigate({ mode: 'path', node, other }), (other) => other !== node)],
  ['How do two things compare?', 'Compare', (node) => openPicker(`Compare ${headOf(nameOf(node), 40)} with…`, (other) => navigate({ mode: 'compare', node, other }), (other) => other !== node && !isPaper(other)), (node) => !isPaper(node)],
  ['Where does it come from, and what came of it?', 'The lineage of', (node) => navigate({ mode: 'lineage', node })],
  ['Which papers are like this one?', 'Papers like', (node) => navigate({ mode: 'focus', node }), isPaper],
];

const chooseFirst = ([question, what, then, accept = () => true]) => () => openPicker(`${question} ${what}…`, then, accept);

function questionList() {
  return el('ul', { class: 'questions' },
    ...G.answers.map((answer) => el('li', {}, el('a', { href: hashOf({ mode: 'ask', ask: answer.key }), 'aria-current': now.ask === answer.key ? 'page' : null }, answer.question))),
    ...CHOICES.map((choice) => el('li', {}, el('button', { type: 'button', on: { click: chooseFirst(choice) } }, choice[0]))));
}

const askScene = (state) => ({ layout: 'path', items: [], edges: [], facets: null, shown: 0, total: null,
  status: plural(answerOf(state.ask).rows.length, 'row'), unfiltered: 'The answer is of the whole graph: filters do not apply to it.', description: 'The answer is a table.' });

function askPanel(state) {
  const answer = answerOf(state.ask);
  return [head(el('p', { class: 'chip' }, icon('help'), 'Question'), answer.question), el('p', { class: 'lead' }, answer.about),
    section('More questions', questionList())];
}

// The shares of a column have as many digits, two where some are small.
function percents(answer, k) {
  const digits = answer.rows.some((row) => row[k] > 0 && row[k] < 0.1) ? 2 : 0;
  return (row) => `${(100 * (row[k] ?? 0)).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} %`;
}

// An answer's columns for the table, as table.js has them.
function answerColumns(answer) {
  return answer.columns.map(({ name, kind, node }, k) => {
    const group = (row) => G.groups.findIndex(({ id }) => id === row[k]);
    const cell = {
      node: (row) => nodeLink(row[k]),
      group: (row) => (group(row) < 0 ? `Group ${row[k]}` : el('a', { href: hashOf({ mode: 'group', group: group(row) }), class: 'node-link' }, G.groups[group(row)].name)),
      text: (row) => (row[k]?.length < 24 ? el('span', { class: 'short' }, row[k]) : row[k] ?? ''),
      number: (row) => (node === undefined ? number(row[k] ?? 0) : row[k] ? el('a', { href: hashOf({ mode: 'path', node: row[0], other: node }), 'aria-label': `${plural(row[k], 'paper')}: ${nameOf(row[0])}, ${nameOf(node)}` }, number(row[k])) : ''),
      percent: kind === 'percent' ? percents(answer, k) : null,
      decimal: (row) => (row[k] ?? 0).toLocaleString('en', { minimumFractionDigits: 2 }),
    }[kind];
    const words = kind === 'node' || kind === 'group' || kind === 'text';
    const by = { node: (row) => nameOf(row[k]).toLowerCase(), group: (row) => (G.groups[group(row)]?.name ?? '').toLowerCase(), text: (row) => row[k] ?? '' }[kind] ?? ((row) => row[k]);
    return { name: node === undefined ? name[0].toUpperCase() + name.slice(1) : nameOf(node), by, cell, largest: !words, figure: !words };
  });
}

function answerCsv(answer) {
  const plainCell = (value, { kind }) => (value === null ? '' : kind === 'node' ? nameOf(value) : kind === 'group' ? G.groups.find(({ id }) => id === value)?.name ?? value : value);
  const names = answer.columns.map(({ name, node }) => (node === undefined ? name : nameOf(node)));
  return [['id', ...names], ...answer.rows.map((row) => [answer.columns[0].kind === 'node' ? idOf(row[0]) : '', ...row.map((value, k) => plainCell(value, answer.columns[k]))])];
}
