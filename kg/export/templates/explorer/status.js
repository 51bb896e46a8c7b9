// How much of what there is one sees, and what stands in the way of the rest.

const knownOf = ({ facets }) => (facets ? [...facets.kinds.values()].reduce((sum, n) => sum + n, 0) : 0);
const filtersSaid = () => plural(filtersOn(), 'filter');

function statusOf(scene) {
  const { shown, total, status, more, folded = 0 } = scene, known = knownOf(scene);
  // Views that do not count what filters hide say at least that there are some.
  if (total === null || total === undefined) return `${status ?? ''}${filtersOn() && ['path', 'lineage', 'compare'].includes(now.mode) && !status.endsWith('filters') ? `, ${filtersSaid()} on` : ''}`;
  if (!known) return 'No links';
  if (!total && filtersOn()) return `Filters hide all ${number(known)}`;
  const hidden = filtersOn() ? Math.max(0, known - total) : 0;
  const hides = hidden && `${number(hidden)} hidden by filters`;
  if (now.table && allNeighbors()) return [plural(total, 'neighbor'), hides].filter(Boolean).join(', ');
  return [`Showing ${number(shown)} of ${number(total + hidden)}`, folded && `${number(folded)} folded`, hides, total > shown + folded && !more && now.limit === MOST && 'no more fit'].filter(Boolean).join(', ');
}

const showEverything = () => button('Show everything', () => { setFilters({}); filtersChanged(); }, { className: 'inline' });
// What an empty part of the panel says: filters are only blamed where there are some.
const emptyLine = (otherwise, hidden) => el('p', { class: 'empty' }, ...(filtersOn() ? [`${hidden} `, showEverything()] : [otherwise]));

// A picture of one thing alone, or of none, says why.
function paintNothing(scene, table) {
  const known = knownOf(scene), box = $('nothing');
  box.hidden = table || scene.shown > 0 || scene.total !== 0;
  if (box.hidden) return;
  const what = now.mode === 'focus' ? `${number(known)} neighbors` : `${number(known)} of this group`;
  box.replaceChildren(...(known && filtersOn() ? [`All ${what} are hidden by ${filtersSaid()}. `, showEverything()] : ['Nothing in this graph is linked to it.']));
}
