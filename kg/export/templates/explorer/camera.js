// The camera: what part of a scene one sees, and how far one may go from it.

// The whole scene with its labels, as large as it fits and no larger than is pleasant.
function fit(animate = true) {
  if (View.gliding && View.scene.items.length) { setTimeout(() => fit(false), 80); return; } // where nodes come to rest counts, not where they are on their way
  const { clientWidth: width, clientHeight: height } = $('picture');
  if (!width || !height) return;
  View.network.setSize(); // now: when vis-network sees by itself that there is more or less room, it scales the view
  move(frameOf(View.scene.items, View.scene.layout, width, height), animate);
}

// Where the camera sees all of some items in a window, and how large.
function frameOf(items, layout, width, height) {
  const small = width < 500, margin = small ? 18 : 40;
  const key = $('key').offsetHeight; // what lies over the picture, above or below
  const top = (small ? key : 0) + margin, bottom = (small ? $('zoom').offsetHeight - 10 : Math.max(22, key - 12)) + margin - 6;
  let box, scale = 1;
  for (let time = 0; time < 3; time++) { // names keep their size, and take the more of a layout the smaller that is drawn
    box = boundsOf(items, Math.max(1, 1 / scale));
    scale = Math.min(layout === 'overview' ? 1.6 : 1.25, (width - 2 * margin) / (box.right - box.left), (height - top - bottom) / (box.bottom - box.top));
  }
  return { position: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 + (bottom - top) / 2 / scale }, scale };
}

function move(where, animate = true) {
  const calm = !animate || matchMedia('(prefers-reduced-motion: reduce)').matches;
  View.network.moveTo({ ...where, animation: calm ? false : { duration: 300, easingFunction: 'easeOutCubic' } });
}

function boundsOf(items, grow = 1) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const item of items) {
    const half = Math.max(item.r, (item.width ?? 0) / 2);
    const left = item.beside === 'right' ? item.r : item.beside ? half * grow : half, right = item.beside === 'left' ? item.r : item.beside ? half * grow : half;
    box.left = Math.min(box.left, item.x - left); box.right = Math.max(box.right, item.x + right);
    box.top = Math.min(box.top, item.y - item.r); box.bottom = Math.max(box.bottom, item.y - item.r + Math.max(2 * item.r, item.height ?? 0));
  }
  return items.length ? box : { left: -1, top: -1, right: 1, bottom: 1 };
}

// The scene as it lies in the window, in pixels of it, and the window.
function inWindow() {
  const box = boundsOf(View.scene.items);
  const { x: left, y: top } = View.network.canvasToDOM({ x: box.left, y: box.top }), { x: right, y: bottom } = View.network.canvasToDOM({ x: box.right, y: box.bottom });
  return { left, top, right, bottom, width: $('picture').clientWidth, height: $('picture').clientHeight };
}

const marksInView = () => View.scene.items.map((item) => View.network.canvasToDOM(item)).map(({ x, y }) => x >= 0 && y >= 0 && x <= $('picture').clientWidth && y <= $('picture').clientHeight);
const allInView = () => marksInView().every(Boolean);
const someInView = () => marksInView().some(Boolean);

// However one pans, two thirds of the scene stay in the window, half of it where it is larger than that: otherwise it is gone, and nothing says where to.
function keepInView() {
  const { left, top, right, bottom, width, height } = inWindow();
  const back = (low, high, room) => {
    const least = high - low < room ? (high - low) * 0.67 : room / 2;
    return high < least ? least - high : low > room - least ? room - least - low : 0;
  };
  const dx = back(left, right, width), dy = back(top, bottom, height);
  if (dx || dy) shift(dx, dy);
}

function shift(dx, dy, animate = true) { // moves the scene by so many pixels of the window
  const scale = View.network.getScale(), { x, y } = View.network.getViewPosition();
  move({ position: { x: x - dx / scale, y: y - dy / scale }, scale }, animate);
}

// Brings a mark that is outside of the window, or at its rim, into it.
function bringIn(item) {
  const { x, y } = View.network.canvasToDOM(item), { clientWidth: width, clientHeight: height } = $('picture');
  const into = (at, room) => { const margin = Math.min(70, room / 4); return at < margin ? margin - at : at > room - margin ? room - margin - at : 0; };
  const dx = into(x, width), dy = into(y, height);
  if (dx || dy) shift(dx, dy, false);
}

const CLOSEST = 6, FARTHEST = 0.08;
function limitZoom() {
  const scale = View.network.getScale();
  if (scale > CLOSEST) View.network.moveTo({ scale: CLOSEST });
  if (scale < FARTHEST) View.network.moveTo({ scale: FARTHEST });
}

function zoomBy(factor) { View.network.moveTo({ scale: Math.min(CLOSEST, Math.max(FARTHEST, View.network.getScale() * factor)) }); }

// Marks and lines grow slower than the distances between them, as one comes closer to see what lies between, and are
// still seen from afar.
const shrunk = (scale = View.network.getScale()) => Math.min(1.5, 1 / Math.sqrt(scale));
