import uPlot from 'uplot';
import type { Course } from '../model/course.js';
import { LABEL_HALF_PX, roundSteps } from './drawPlan.js';
import { drawNow, drawUnknown, FONT } from './marks.js';
import { paletteOf } from './palette.js';

const HOUR_S = 3_600;
const AXIS_WIDTH = 44;
const NARROW_PX = 500;

/** Answers how to take it away. */
export function drawCourse(
  course: Course,
  words: { readonly time: (atMs: number) => string; readonly hourOf: (atMs: number) => number },
  { host, height }: { readonly host: HTMLElement; readonly height: number },
): () => void {
  const palette = paletteOf(host);
  const { edgesMs, planA, measured, nowMs, maxA } = course;
  const [fromS, toS] = [(edgesMs[0] ?? 0) / 1_000, (edgesMs.at(-1) ?? 1) / 1_000];
  const everyHours = (host.clientWidth < NARROW_PX ? 2 : 1) * Math.max(1, Math.ceil((toS - fromS) / HOUR_S / 9));
  const ticks: number[] = [];
  const lastS = toS - ((toS - fromS) * LABEL_HALF_PX) / Math.max(200, host.clientWidth);
  for (let atS = Math.ceil(fromS / HOUR_S) * HOUR_S; atS <= lastS; atS += HOUR_S) {
    if (words.hourOf(atS * 1_000) % everyHours === 0) ticks.push(atS);
  }
  const steps = roundSteps(Math.max(6, maxA));
  const axis = { stroke: palette.colour('ink2'), font: `12px ${FONT}`, ticks: { show: false } };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const unknownFrom = planA.findIndex((currentA, at) => currentA === undefined && (edgesMs[at] ?? 0) >= nowMs);
  const plot = new uPlot(
    {
      width: Math.max(200, host.clientWidth),
      height,
      padding: [12, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: [fromS, toS] }, y: { range: [0, Math.max(6, maxA) * 1.08] } },
      series: [
        {},
        {
          ...(stepped === undefined ? {} : { paths: stepped }),
          stroke: palette.colour('accent'),
          fill: palette.faint('accent', 0.2),
          width: 1.5,
          points: { show: false },
        },
      ],
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 24,
          gap: 6,
          splits: () => ticks,
          values: (_, splits) => splits.map((atS) => words.time(atS * 1_000)),
        },
        {
          ...axis,
          size: AXIS_WIDTH,
          gap: 8,
          grid: { stroke: palette.colour('line'), width: 1 },
          splits: () => steps,
          values: (_, all) => all.map((value) => `${value}${value === steps.at(-1) ? ' A' : ''}`),
        },
      ],
      hooks: {
        drawAxes: [(at) => unknownFrom >= 0 && drawUnknown(at, palette, edgesMs[unknownFrom] ?? nowMs)],
        draw: [
          (at) => {
            const { ctx } = at;
            ctx.save();
            ctx.strokeStyle = palette.colour('ink');
            ctx.lineWidth = 2 * devicePixelRatio;
            ctx.beginPath();
            measured.forEach(({ atMs, currentA }, index) => {
              const x = at.valToPos(atMs / 1_000, 'x', true);
              const y = at.valToPos(Math.max(0, currentA), 'y', true);
              if (index === 0) ctx.moveTo(x, y);
              else ctx.lineTo(x, y);
            });
            ctx.stroke();
            ctx.restore();
            drawNow(at, palette, nowMs);
          },
        ],
      },
    },
    [edgesMs.map((atMs) => atMs / 1_000), [...planA.map((currentA) => currentA ?? 0), planA.at(-1) ?? 0]],
    host,
  );
  const watch = new ResizeObserver(() => {
    if (host.clientWidth > 0 && host.clientWidth !== plot.width) plot.setSize({ width: host.clientWidth, height });
  });
  watch.observe(host);
  return () => {
    watch.disconnect();
    plot.destroy();
  };
}
