import uPlot from 'uplot';
import type { Band, Picture } from '../model/picture.js';
import { drawDepartures, drawLimit, drawNow, drawUnknown, FONT } from './marks.js';
import { type Palette, paletteOf } from './palette.js';

// The two plots of the plan, drawn by uPlot, which is loaded with the first of them.

const HOUR_S = 3_600;
const AXIS_WIDTH = 44;
/** Of a figure or a letter beside it, and what is around them. */
const CHARACTER_PX = 7;
const AROUND_PX = 12;
const BELOW = 24;
/** A time nearer to the end than this would be cut. */
export const LABEL_HALF_PX = 18;
const FILL = { light: 0.72, dark: 0.58, building: 0.3, dimmed: 0.18 };
const DIMMED_LINE = 0.35;

export interface PlanWords {
  readonly time: (atMs: number) => string;
  readonly hourOf: (atMs: number) => number;
  readonly limit: (value: number) => string;
  readonly limitShort: (value: number) => string;
  readonly cars: (count: number) => string;
  readonly price: (pricePerKwh: number) => string;
  readonly priceTitle: string;
  readonly value: (value: number) => string;
}

export interface PlanDrawing {
  /** Undefined: none. */
  point(column: number | undefined): void;
  /** CSS pixels from the left of the plots. */
  xOf(column: number): number;
  destroy(): void;
}

export interface PlanPlaces {
  readonly main: HTMLElement;
  readonly price: HTMLElement;
  readonly height: number;
  readonly priceHeight: number;
  readonly isNarrow: boolean;
}

export function drawPlan(
  picture: Picture,
  words: PlanWords,
  places: PlanPlaces,
  onPoint: (column: number | undefined) => void,
): PlanDrawing {
  const palette = paletteOf(places.main);
  const edgesS = picture.edgesMs.map((atMs) => atMs / 1_000);
  const axisWidth = axisWidthOf(picture, words);
  const shared = { ...sharedOptions(words, places, palette, edgesS, onPoint), axisWidth };
  const main = mainPlot(picture, words, places, palette, edgesS, shared);
  const price = picture.prices === undefined ? undefined : pricePlot(picture, words, places, palette, edgesS, shared);
  const plots = price === undefined ? [main] : [main, price];
  const watch = new ResizeObserver(() => {
    for (const plot of plots) {
      const height = plot === main ? places.height : places.priceHeight;
      const width = places.main.clientWidth;
      if (width > 0 && width !== plot.width) plot.setSize({ width, height });
    }
  });
  watch.observe(places.main);
  // Until the font is there, labels have other widths.
  void document.fonts.ready.then(() => {
    for (const plot of plots) plot.redraw(false);
  });
  return {
    point: (column) => {
      const left = column === undefined ? -10 : main.valToPos(edgesS[column] ?? 0, 'x') + 1;
      for (const plot of plots) plot.setCursor({ left, top: column === undefined ? -10 : 10 }, false);
    },
    xOf: (column) => main.valToPos(edgesS[column] ?? 0, 'x') + axisWidth,
    destroy: () => {
      watch.disconnect();
      for (const plot of plots) plot.destroy();
    },
  };
}

type Shared = Pick<uPlot.Options, 'width' | 'legend' | 'cursor'> & {
  readonly x: uPlot.Scale;
  readonly xAxis: (showsTimes: boolean) => uPlot.Axis;
  readonly axisWidth: number;
};

function sharedOptions(
  words: PlanWords,
  places: PlanPlaces,
  palette: Palette,
  edgesS: readonly number[],
  onPoint: (column: number | undefined) => void,
): Omit<Shared, 'axisWidth'> {
  const [fromS, toS] = [edgesS[0] ?? 0, edgesS.at(-1) ?? 1];
  const days = (toS - fromS) / (24 * HOUR_S);
  const everyHours = (places.isNarrow ? 6 : 3) * (days > 1.5 ? 2 : 1);
  const widthPx = Math.max(200, places.main.clientWidth);
  const ticks = ticksOf(fromS, toS - ((toS - fromS) * LABEL_HALF_PX) / widthPx, everyHours, words);
  return {
    width: widthPx,
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false },
      bind: {
        mouseleave: (_, __, handler) => (event) => {
          onPoint(undefined);
          return handler(event);
        },
      },
      // A column holds until the next edge, so that the pointer is in the one that began before it.
      move: (plot, left, top) => {
        if (left >= 0) onPoint(columnAt(edgesS, plot.posToVal(left, 'x')));
        return [left, top];
      },
    },
    x: { time: false, range: [fromS, toS] },
    xAxis: (showsTimes) => ({
      stroke: palette.colour('ink2'),
      font: `12px ${FONT}`,
      grid: { show: false },
      ticks: { show: false },
      size: showsTimes ? BELOW : 6,
      gap: 6,
      splits: () => ticks,
      values: (_, splits) => splits.map((atS) => (showsTimes ? words.time(atS * 1_000) : '')),
    }),
  };
}

/** Whole hours of the wall clock that the step divides, whatever its offset and the length of the day. */
function ticksOf(fromS: number, toS: number, everyHours: number, words: PlanWords): number[] {
  const ticks: number[] = [];
  for (let atS = Math.ceil(fromS / HOUR_S) * HOUR_S; atS <= toS; atS += HOUR_S) {
    if (words.hourOf(atS * 1_000) % everyHours === 0) ticks.push(atS);
  }
  return ticks;
}

export function columnAt(edges: readonly number[], at: number): number | undefined {
  const column = edges.findIndex((edge, index) => edge <= at && at < (edges[index + 1] ?? Number.NEGATIVE_INFINITY));
  return column < 0 ? undefined : column;
}

/** As wide as the longest of its labels, and the same for both charts, whose times stand below each other. */
function axisWidthOf(picture: Picture, words: PlanWords): number {
  const top = roundSteps(mostOf(picture)).at(-1) ?? 0;
  return Math.max(AXIS_WIDTH, AROUND_PX + CHARACTER_PX * `${words.value(top)} ${picture.unit}`.length);
}

function mostOf({ bands, limits, unit }: Picture): number {
  return Math.max(...(limits ?? [0]), ...(stacked(bands).at(-1) ?? [0]), unit === 'A' ? 6 : 2);
}

interface YAxis {
  readonly splits: number[];
  readonly size: number;
  readonly value: (value: number) => string;
}

function yAxis(palette: Palette, { splits, size, value }: YAxis): uPlot.Axis {
  return {
    stroke: palette.colour('ink2'),
    font: `12px ${FONT}`,
    size,
    gap: 8,
    grid: { stroke: palette.colour('line'), width: 1 },
    ticks: { show: false },
    splits: () => splits,
    values: (_, all) => all.map(value),
  };
}

/** Four or five round steps up to the most. */
export function roundSteps(most: number): number[] {
  const rough = Math.max(most, 1e-6) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const steps: number[] = [];
  for (let at = 0; at <= most + step * 0.001; at += step) steps.push(Math.round(at * 1e6) / 1e6);
  return steps;
}

/** None, half and all of the next round price. */
function priceMarks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most));
  const top = ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= most) ?? 10) * power;
  return [0, top / 2, top];
}

function mainPlot(
  picture: Picture,
  words: PlanWords,
  places: PlanPlaces,
  palette: Palette,
  edgesS: readonly number[],
  { width, legend, cursor, x, xAxis, axisWidth: size }: Shared,
): uPlot {
  const totals = stacked(picture.bands);
  const most = mostOf(picture);
  const steps = roundSteps(most);
  // Drawn from the top down: a band that is empty for a while would else paint its edge over the one below.
  const order = picture.bands.map((_, at) => picture.bands.length - 1 - at);
  const data = [edgesS, ...order.map((at) => lastRepeated(totals[at] ?? []))] as unknown as uPlot.AlignedData;
  const options: uPlot.Options = {
    width: width ?? 200,
    height: places.height,
    padding: [32, 8, 0, 0],
    ...(legend === undefined ? {} : { legend }),
    ...(cursor === undefined ? {} : { cursor }),
    scales: { x, y: { range: [0, most * 1.08] } },
    series: [{}, ...order.map((at) => seriesOf(picture.bands[at], palette))],
    bands: order.slice(0, -1).map((at, index) => ({
      series: [index + 1, index + 2] as [number, number],
      fill: fillOf(picture.bands[at], palette),
    })),
    axes: [
      xAxis(picture.prices === undefined),
      yAxis(palette, {
        splits: steps,
        size,
        value: (value) => words.value(value) + (value === steps.at(-1) ? ` ${picture.unit}` : ''),
      }),
    ],
    hooks: {
      drawAxes: [(plot) => drawUnknown(plot, palette, picture.plannedUntilMs)],
      draw: [
        (plot) => {
          if (picture.limits !== undefined) {
            const limit = { edgesS, values: picture.limits, label: words.limit, short: words.limitShort };
            drawLimit(plot, palette, limit);
          }
          drawDepartures(plot, palette, { departures: picture.departures, many: words.cars });
          drawNow(plot, palette, picture.nowMs);
        },
      ],
    },
  };
  return new uPlot(options, data, places.main);
}

function fillOf(band: Band | undefined, palette: Palette): string {
  if (band === undefined) return 'transparent';
  const full = band.id === 'building' ? FILL.building : palette.isDark ? FILL.dark : FILL.light;
  return palette.faint(band.colour, band.isDimmed ? Math.min(full, FILL.dimmed) : full);
}

function seriesOf(band: Band | undefined, palette: Palette): uPlot.Series {
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    ...(stepped === undefined ? {} : { paths: stepped }),
    stroke: band === undefined ? 'transparent' : palette.faint(band.colour, band.isDimmed ? DIMMED_LINE : 1),
    width: 1.5,
    points: { show: false },
    ...(band?.id === 'building' ? { fill: fillOf(band, palette) } : {}),
  };
}

function stacked(bands: readonly Band[]): readonly (readonly number[])[] {
  const totals: number[][] = [];
  for (const { values } of bands) {
    const below = totals.at(-1);
    totals.push(values.map((value, at) => value + (below?.[at] ?? 0)));
  }
  return totals;
}

/** The last step reaches to the end. */
function lastRepeated(values: readonly number[]): number[] {
  return [...values, values.at(-1) ?? 0];
}

function pricePlot(
  { prices, nowMs }: Picture,
  words: PlanWords,
  places: PlanPlaces,
  palette: Palette,
  edgesS: readonly number[],
  { width, legend, cursor, x, xAxis, axisWidth: size }: Shared,
): uPlot {
  const steps = prices?.steps ?? [];
  const all = steps.map(({ pricePerKwh }) => pricePerKwh);
  const least = Math.min(0, ...all);
  const marks = priceMarks(Math.max(0.01, ...all));
  const most = marks.at(-1) ?? 1;
  // uPlot only gives the frame: a step of a price is a bar of its own colour.
  const nothing = edgesS.map(() => 0);
  const options: uPlot.Options = {
    width: width ?? 200,
    height: places.priceHeight,
    padding: [24, 8, 0, 0],
    ...(legend === undefined ? {} : { legend }),
    ...(cursor === undefined ? {} : { cursor }),
    scales: { x, y: { range: [least, most] } },
    series: [{}, { stroke: 'transparent', points: { show: false } }],
    axes: [
      xAxis(true),
      yAxis(palette, { splits: [...(least < 0 ? [least] : []), ...marks], size, value: words.price }),
    ],
    hooks: {
      drawAxes: [
        (plot) => {
          const { ctx } = plot;
          const px = devicePixelRatio;
          ctx.save();
          const zero = plot.valToPos(0, 'y', true);
          for (const { startMs, endMs, pricePerKwh, fifth } of steps) {
            const left = Math.round(plot.valToPos(startMs / 1_000, 'x', true));
            const right = Math.round(plot.valToPos(endMs / 1_000, 'x', true));
            const top = plot.valToPos(pricePerKwh, 'y', true);
            ctx.fillStyle = pricePerKwh < 0 ? palette.faint('accent', 0.5) : palette.faint(`p${fifth}`, 0.86);
            ctx.fillRect(left, Math.min(top, zero), right - left, Math.abs(zero - top));
            ctx.fillStyle = palette.colour('ink2');
            ctx.fillRect(left, top - 0.6 * px, right - left, 1.2 * px);
          }
          ctx.restore();
        },
      ],
      draw: [
        (plot) => {
          const { ctx, bbox } = plot;
          const px = devicePixelRatio;
          ctx.save();
          ctx.font = `400 ${12 * px}px ${FONT}`;
          ctx.fillStyle = palette.colour('ink2');
          ctx.textAlign = 'left';
          ctx.fillText(words.priceTitle, bbox.left, bbox.top - 9 * px);
          ctx.restore();
          drawNow(plot, palette, nowMs);
        },
      ],
    },
  };
  return new uPlot(options, [[...edgesS], nothing], places.price);
}
