import type uPlot from 'uplot';
import type { Departure } from '../model/picture.js';
import type { Palette } from './palette.js';

// What is drawn over the bands: now, who leaves when, what is not known. In canvas pixels, which a screen may have more of.

export const FONT = '"Inter Variable", system-ui, sans-serif';
/** Chips nearer than this are one. */
const CHIP_APART_PX = 34;
const CHIP_HEIGHT_PX = 19;

export function drawNow(plot: uPlot, palette: Palette, nowMs: number): void {
  const { ctx, bbox } = plot;
  const px = devicePixelRatio;
  const x = plot.valToPos(nowMs / 1_000, 'x', true);
  if (x < bbox.left - px || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.fillStyle = palette.colour('ink');
  ctx.fillRect(x - px * 0.75, bbox.top, 1.5 * px, bbox.height);
  ctx.restore();
}

/** A dotted line and a chip for each; those that would touch are counted together. */
export function drawDepartures(
  plot: uPlot,
  palette: Palette,
  { departures, many }: { readonly departures: readonly Departure[]; readonly many: (count: number) => string },
): void {
  const { ctx, bbox } = plot;
  const px = devicePixelRatio;
  const chips: { x: number; count: number; label: string }[] = [];
  for (const { atMs, label } of [...departures].sort((a, b) => a.atMs - b.atMs)) {
    const x = plot.valToPos(atMs / 1_000, 'x', true);
    const last = chips.at(-1);
    if (last !== undefined && x - last.x < (CHIP_APART_PX + 3 * Math.min(10, label.length)) * px) {
      last.x = (last.x * last.count + x) / (last.count + 1);
      last.count += 1;
      last.label = many(last.count);
    } else chips.push({ x, count: 1, label });
  }
  ctx.save();
  ctx.font = `560 ${11.5 * px}px ${FONT}`;
  ctx.textAlign = 'center';
  for (const { x, label } of chips) {
    ctx.strokeStyle = palette.colour('edge');
    ctx.lineWidth = px;
    ctx.setLineDash([2 * px, 3 * px]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 2 * px);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    const width = ctx.measureText(label).width + 12 * px;
    const left = Math.min(Math.max(x - width / 2, bbox.left), bbox.left + bbox.width - width);
    const top = bbox.top - (CHIP_HEIGHT_PX + 5) * px;
    ctx.fillStyle = palette.colour('raised');
    ctx.beginPath();
    ctx.roundRect(left, top, width, CHIP_HEIGHT_PX * px, 5 * px);
    ctx.fill();
    ctx.fillStyle = palette.colour('ink');
    ctx.fillText(label, left + width / 2, top + 13.5 * px);
  }
  ctx.restore();
}

/** Hatched: beyond this nothing is planned yet. */
export function drawUnknown(plot: uPlot, palette: Palette, fromMs: number): void {
  const { ctx, bbox } = plot;
  const px = devicePixelRatio;
  const left = Math.max(bbox.left, plot.valToPos(fromMs / 1_000, 'x', true));
  const right = bbox.left + bbox.width;
  if (left >= right - px) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, right - left, bbox.height);
  ctx.clip();
  ctx.strokeStyle = palette.colour('line');
  ctx.lineWidth = 1.5 * px;
  for (let x = left - bbox.height; x < right; x += 8 * px) {
    ctx.beginPath();
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
    ctx.stroke();
  }
  ctx.restore();
}

/** A stepped line with its value where it begins, and wherever it changes. */
export function drawLimit(
  plot: uPlot,
  palette: Palette,
  {
    edgesS,
    values,
    label,
    short,
  }: {
    readonly edgesS: readonly number[];
    readonly values: readonly number[];
    readonly label: (value: number) => string;
    readonly short: (value: number) => string;
  },
): void {
  const { ctx, bbox } = plot;
  const px = devicePixelRatio;
  const x = (at: number) => plot.valToPos(edgesS[at] ?? 0, 'x', true);
  const y = (value: number) => plot.valToPos(value, 'y', true);
  ctx.save();
  ctx.strokeStyle = palette.colour('ink');
  ctx.lineWidth = 1.75 * px;
  ctx.beginPath();
  values.forEach((value, at) => {
    if (at === 0) ctx.moveTo(x(0), y(value));
    else ctx.lineTo(x(at), y(value));
    ctx.lineTo(x(at + 1), y(value));
  });
  ctx.stroke();
  ctx.font = `560 ${12 * px}px ${FONT}`;
  ctx.fillStyle = palette.colour('ink');
  const last = values.at(-1) ?? 0;
  ctx.textAlign = 'right';
  ctx.fillText(label(last), bbox.left + bbox.width, y(last) - 7 * px);
  ctx.textAlign = 'left';
  let from = 0;
  for (let at = 1; at < values.length; at += 1) {
    if (values[at] === values[at - 1]) continue;
    const value = values[from] ?? 0;
    // Of the stretch that ends here, if there is room for its label.
    const width = x(at) - x(from);
    if (width > 44 * px && value < last) ctx.fillText(short(value), x(from) + width / 2 - 12 * px, y(value) - 7 * px);
    from = at;
  }
  ctx.restore();
}
