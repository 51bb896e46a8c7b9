// What is saved is drawn as it is on the screen, with a title and a key: on a canvas of twice the size, or as SVG.

const xml = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
const inSvg = (v) => v.toFixed(2);

// As much of a canvas's context as the picture asks for, written down as SVG.
class SvgPen {
  constructor() {
    Object.assign(this, { out: [], path: [], groups: [], dash: [], globalAlpha: 1, fillStyle: '', strokeStyle: '', lineWidth: 1, font: '', textAlign: 'start', textBaseline: 'alphabetic' });
  }

  save() { this.groups.push(0); }

  restore() { this.out.push('</g>'.repeat(this.groups.pop())); }

  within(transform) { this.out.push(`<g transform="${transform}">`); this.groups[this.groups.length - 1]++; }

  translate(x, y) { this.within(`translate(${inSvg(x)} ${inSvg(y)})`); }

  scale(by) { this.within(`scale(${by.toFixed(4)})`); }

  look(of, color) { return `${of}="${xml(color)}"${this.globalAlpha < 1 ? ` ${of}-opacity="${this.globalAlpha.toFixed(2)}"` : ''}`; }

  setLineDash(dash) { this.dash = dash; }

  beginPath() { this.path = []; }

  moveTo(x, y) { this.path.push(`M${inSvg(x)} ${inSvg(y)}`); }

  lineTo(x, y) { this.path.push(`L${inSvg(x)} ${inSvg(y)}`); }

  quadraticCurveTo(cx, cy, x, y) { this.path.push(`Q${inSvg(cx)} ${inSvg(cy)} ${inSvg(x)} ${inSvg(y)}`); }

  closePath() { this.path.push('Z'); }

  arc(x, y, r) { this.path.push(shapePath('Paper', x, y, r)); } // whole circles only

  roundRect(x, y, width, height, r) { // of ends that are half circles
    this.path.push(`M${inSvg(x + r)} ${inSvg(y)}h${inSvg(width - 2 * r)}a${r} ${r} 0 0 1 0 ${inSvg(height)}h${inSvg(2 * r - width)}a${r} ${r} 0 0 1 0 ${inSvg(-height)}Z`);
  }

  fill() { this.out.push(`<path d="${this.path.join('')}" ${this.look('fill', this.fillStyle)}/>`); }

  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.map(inSvg).join(' ')}"` : '';
    this.out.push(`<path d="${this.path.join('')}" fill="none" ${this.look('stroke', this.strokeStyle)} stroke-width="${this.lineWidth.toFixed(2)}"${dash}/>`);
  }

  fillRect(x, y, width, height) { this.out.push(`<rect x="${inSvg(x)}" y="${inSvg(y)}" width="${inSvg(width)}" height="${inSvg(height)}" ${this.look('fill', this.fillStyle)}/>`); }

  measureText(text) { return { width: widthOf(View.network.canvas.getContext(), this.font, text) }; }

  // A rim around letters is part of the text that is filled next: written twice it would be read twice.
  strokeText() { this.rim = ` ${this.look('stroke', this.strokeStyle)} stroke-width="${inSvg(this.lineWidth)}" stroke-linejoin="round" paint-order="stroke"`; }

  fillText(text, x, y) {
    this.text(text, x, y, this.look('fill', this.fillStyle) + (this.rim ?? ''));
    this.rim = '';
  }

  text(text, x, y, look) {
    const [, weight, size, family] = /^(\S+) ([\d.]+)px (.*)$/.exec(this.font);
    const down = { middle: 0.35, top: 0.85 }[this.textBaseline] ?? 0;
    const anchor = { center: 'middle', left: 'start', right: 'end' }[this.textAlign] ?? 'start';
    this.out.push(`<text x="${inSvg(x)}" y="${inSvg(y + down * size)}" font-size="${inSvg(Number(size))}" font-weight="${weight}"${family === Palette.serif ? ` font-family="${xml(family)}"` : ''} text-anchor="${anchor}" ${look}>${xml(text)}</text>`);
  }
}

const SAVED = { top: 46, margin: 18 };

// Everything on a pen: paper, title, the window's part of the scene, and what marks and lines mean.
function paintSaved(pen, view, height) {
  const { scene } = View;
  pen.fillStyle = Palette.paper;
  pen.fillRect(0, 0, view.width, height);
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  pen.fillStyle = Palette.ink;
  pen.font = `600 18px ${Palette.serif}`;
  pen.fillText(fitted(pen, now.mode === 'focus' ? nameOf(now.node) : labelOf(now), view.width * 0.7), SAVED.margin, 30);
  pen.font = `450 11.5px ${Palette.sans}`;
  pen.fillStyle = Palette.muted;
  pen.textAlign = 'right';
  pen.fillText($('status').textContent, view.width - SAVED.margin, 29);
  pen.save();
  pen.translate(0, SAVED.top);
  pen.save();
  pen.translate(view.origin.x, view.origin.y);
  pen.scale(view.scale, view.scale);
  drawBehind(pen);
  for (const item of scene.items) if (!item.disc) drawMark(pen, item, item.x, item.y);
  pen.restore();
  drawLabels(pen, View.placed ?? [], view);
  scene.overlay?.(pen, view.toScreen, view);
  pen.restore();
  drawKey(pen, SAVED.margin, SAVED.top + view.height + 8, view.width - 2 * SAVED.margin);
}

const fitted = (pen, text, room) => { while (text.length > 8 && pen.measureText(text).width > room) text = `${text.slice(0, -2).trimEnd()}…`; return text; };

// What one points at is not part of what is saved.
function savedBy(make) {
  const { hover, near, overEdge } = View;
  Object.assign(View, { hover: null, near: null, overEdge: null });
  const probe = View.network.canvas.getContext(), view = { ...viewOf(), covered: [], hover: null, near: null };
  View.placed = placeLabels(probe, View.scene.items, view.toScreen, view.scale, view);
  const height = SAVED.top + view.height + 8 + drawKey(null, SAVED.margin, 0, view.width - 2 * SAVED.margin) + SAVED.margin;
  const made = make(view, height);
  Object.assign(View, { hover, near, overEdge });
  View.network.redraw();
  return made;
}

function svgText() {
  return savedBy((view, height) => {
    const pen = new SvgPen();
    paintSaved(pen, view, height);
    return [`<svg xmlns="http://www.w3.org/2000/svg" width="${view.width}" height="${height}" viewBox="0 0 ${view.width} ${height}" font-family="Inter, Segoe UI, Helvetica, Arial, sans-serif">`,
      `<title>${xml(labelOf(now))}</title>`, `<clipPath id="all"><rect width="${view.width}" height="${height}"/></clipPath><g clip-path="url(#all)">`, ...pen.out, '</g></svg>', ''].join('\n');
  });
}

// The picture with twice as many points as the window has, whatever the screen's own number is.
function savedCanvas() {
  return savedBy((view, height) => {
    const canvas = el('canvas', { width: 2 * view.width, height: Math.round(2 * height) });
    const ctx = canvas.getContext('2d');
    ctx.scale(2, 2);
    paintSaved(ctx, view, height);
    return canvas;
  });
}
