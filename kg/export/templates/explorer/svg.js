// The picture as SVG, by the same drawing as on the screen.

const xml = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
const inSvg = (v) => v.toFixed(1);

// As much of a canvas's context as axes, captions and arrowheads ask for, written down as SVG.
class SvgPen {
  constructor() { Object.assign(this, { out: [], path: [], globalAlpha: 1, fillStyle: '', font: '', textAlign: 'start', textBaseline: 'alphabetic' }); }

  look() { return `fill="${xml(this.fillStyle)}"${this.globalAlpha < 1 ? ` fill-opacity="${this.globalAlpha.toFixed(2)}"` : ''}`; }

  setLineDash() {} // of outlines, which it does not draw

  beginPath() { this.path = []; }

  moveTo(x, y) { this.path.push(`M${inSvg(x)} ${inSvg(y)}`); }

  lineTo(x, y) { this.path.push(`L${inSvg(x)} ${inSvg(y)}`); }

  roundRect(x, y, width, height, r) { // of ends that are half circles
    this.path.push(`M${inSvg(x + r)} ${inSvg(y)}h${inSvg(width - 2 * r)}a${r} ${r} 0 0 1 0 ${inSvg(height)}h${inSvg(2 * r - width)}a${r} ${r} 0 0 1 0 ${inSvg(-height)}Z`);
  }

  fill() { this.out.push(`<path d="${this.path.join('')}" ${this.look()}/>`); }

  fillRect(x, y, width, height) { this.out.push(`<rect x="${inSvg(x)}" y="${inSvg(y)}" width="${inSvg(width)}" height="${inSvg(height)}" ${this.look()}/>`); }

  measureText(text) { return { width: widthOf(View.network.canvas.getContext(), this.font, text) }; }

  fillText(text, x, y) {
    const [, weight, size] = /^(\S+) ([\d.]+)px/.exec(this.font);
    const down = this.textBaseline === 'middle' ? 0.35 * size : 0;
    const anchor = { center: 'middle', left: 'start', right: 'end' }[this.textAlign] ?? 'start';
    this.out.push(`<text x="${inSvg(x)}" y="${inSvg(y + down)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" ${this.look()}>${xml(text)}</text>`);
  }
}

function svgText() {
  const { scene, network } = View;
  const scale = network.getScale();
  const { clientWidth: width, clientHeight: height } = $('picture');
  const origin = network.canvasToDOM({ x: 0, y: 0 });
  const toScreen = (x, y) => [origin.x + x * scale, origin.y + y * scale];
  const at = (x, y) => toScreen(x, y).map(inSvg).join(' ');
  const out = [`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, Segoe UI, Helvetica, Arial, sans-serif">`,
    `<title>${xml(labelOf(now))}</title>`, `<rect width="100%" height="100%" fill="${xml(Palette.paper)}"/>`];
  const drawn = (draw, own = '') => { const pen = new SvgPen(); draw(pen); if (pen.out.length) out.push(`<g${own}>`, ...pen.out, '</g>'); };
  const inPlace = ` transform="translate(${inSvg(origin.x)} ${inSvg(origin.y)}) scale(${scale.toFixed(4)})"`;
  if (scene.backdrop) drawn(scene.backdrop, inPlace);
  for (const edge of scene.edges) {
    const look = edgeLook(edge);
    out.push(`<path d="M${at(edge.a.x, edge.a.y)}Q${at(...bend(edge))} ${at(edge.b.x, edge.b.y)}" fill="none" stroke="${xml(look.color)}" stroke-opacity="${look.alpha.toFixed(2)}" stroke-width="${inSvg(look.width * scale)}"${look.dash ? ' stroke-dasharray="5 4"' : ''}/>`);
  }
  drawn((pen) => {
    for (const edge of scene.edges) {
      const look = edgeLook(edge);
      pen.globalAlpha = look.alpha;
      if (look.arrow) drawArrow(pen, edge, ...bend(edge), look.color);
    }
  }, inPlace);
  for (const item of scene.items) {
    const name = xml(item.disc ? item.name : nameOf(item.node));
    const [x, y] = toScreen(item.x, item.y);
    if (item.disc) out.push(`<circle cx="${inSvg(x)}" cy="${inSvg(y)}" r="${inSvg(item.r * scale)}" fill="${groupColor(item.group, Palette.dark ? 24 : 91)}" stroke="${groupColor(item.group, Palette.dark ? 46 : 68)}"><title>${name}</title></circle>`);
    else out.push(`<path d="${shapePath(item.kind, x, y, item.r * scale)}" fill="${xml(fillOf(item))}" stroke="${xml(Palette.paper)}"><title>${name}</title></path>`);
  }
  for (const { item, lines, tops, x, y, align, size } of View.placed ?? []) {
    const anchor = { center: 'middle', left: 'start', right: 'end' }[align];
    lines.forEach((line, k) => out.push(`<text x="${inSvg(x)}" y="${inSvg(y + (tops?.[k] ?? k * (size + 3)) + size * 0.85)}" font-size="${inSvg(size)}" text-anchor="${anchor}" fill="${xml(Palette.ink)}"${item.focus || item.disc ? ' font-weight="600"' : ''}${item.disc ? '' : ` stroke="${xml(Palette.paper)}" stroke-width="3" paint-order="stroke"`}>${xml(line)}</text>`));
  }
  if (scene.overlay) drawn((pen) => scene.overlay(pen, toScreen, { width, height }));
  return `${out.join('\n')}\n</svg>\n`;
}
