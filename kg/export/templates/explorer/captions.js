// What links say, written along them: of a path all, elsewhere those of the mark that one points at. Colors need not be
// told apart for it.

function edgeCaptions(edges) {
  return (ctx, toScreen, { scale }) => {
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.globalAlpha = 1;
    const font = `500 11.5px ${Palette.sans}`;
    const taken = [...marksOnScreen(toScreen, scale), ...(View.placed ?? []).map(({ box }) => box)];
    const free = (box) => !taken.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1]);
    for (const edge of [...edges].sort((a, b) => Boolean(b.main) - Boolean(a.main))) {
      const a = toScreen(edge.a.x, edge.a.y), b = toScreen(edge.b.x, edge.b.y);
      const text = phraseOf(edge, edge.from ?? (edge.b.key === View.hover ? edge.b.node : edge.a.node));
      ctx.font = font;
      const width = ctx.measureText(text).width, [dx, dy] = [b[0] - a[0], b[1] - a[1]], length = Math.hypot(dx, dy);
      if (length < 44) continue;
      const along = Math.abs(dx) > Math.abs(dy), [mx, my] = toScreen(...bend(edge));
      const spots = [];
      // On the line where it has room between the marks, else beside it.
      for (const aside of [0, -12, 12, -24]) {
        for (const t of [0.5, 0.4, 0.6, 0.3, 0.7]) {
          const u = 1 - t;
          const x = u * u * a[0] + 2 * u * t * mx + t * t * b[0], y = u * u * a[1] + 2 * u * t * my + t * t * b[1];
          spots.push(along ? [x, y + aside] : [x + (aside ? Math.sign(aside) * (width / 2 + Math.abs(aside) / 2) : 0), y]);
        }
      }
      const spot = spots.find(([x, y]) => free([x - width / 2 - 4, y - 9, x + width / 2 + 4, y + 9]));
      if (!spot) continue;
      const [x, y] = spot;
      taken.push([x - width / 2 - 4, y - 9, x + width / 2 + 4, y + 9]);
      ctx.fillStyle = Palette.paper;
      ctx.beginPath();
      ctx.roundRect(x - width / 2 - 5, y - 9, width + 10, 18, 9);
      ctx.fill();
      const { color } = relationIn(edge);
      ctx.fillStyle = Palette[color === 'weak' ? 'muted' : color];
      ctx.fillText(text, x, y + 0.5);
      View.captions.push(text);
    }
  };
}

// The room that marks take, in the window.
function marksOnScreen(toScreen, scale) {
  const k = shrunk(scale) * scale;
  return View.scene.items.filter((item) => !item.disc).map((item) => { const [x, y] = toScreen(item.x, item.y), r = item.r * k; return [x - r, y - r, x + r, y + r]; });
}
