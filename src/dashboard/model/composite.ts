import type { CompositeSchedule } from '../api/stationDocuments.js';
import type { StepPicture } from '../charts/stepFigure.js';
import type { ViewSpeech } from '../words/views/viewSpeech.js';

type Schedule = CompositeSchedule['computed'];

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Shorter than this there would be nothing to see of what comes. */
const SHOWN_LEAST_MS = 2 * HOUR_MS;

/** From watts to A per phase, by what the outlet is wired to. */
export interface Wiring {
  readonly voltageV: number;
  readonly phaseCount: number;
}

/** What we computed against what the station says, over the next day; where they differ is hatched. */
export function compositePicture(
  { computed, reported, differences }: CompositeSchedule,
  { voltageV, phaseCount }: Wiring,
  nowMs: number,
  { say, numbers, clock }: ViewSpeech,
): StepPicture {
  const spoken = 'unavailable' in reported ? undefined : reported;
  // Each begins at its own now, which a message lies between.
  const fromMs = Math.max(Date.parse(computed.start), spoken === undefined ? 0 : Date.parse(spoken.start));
  const lastMs = Math.max(lastChange(computed), spoken === undefined ? 0 : lastChange(spoken));
  // What stays as it is to the end is not worth most of the room.
  const toMs = Math.min(fromMs + DAY_MS, fromMs + Math.max(SHOWN_LEAST_MS, 1.3 * (lastMs - fromMs)));
  const edges = new Set([fromMs, toMs, ...boundaries(computed), ...(spoken === undefined ? [] : boundaries(spoken))]);
  for (const { from, to } of differences) edges.add(Date.parse(from)).add(Date.parse(to));
  const edgesMs = apart([...edges].filter((atMs) => atMs >= fromMs && atMs <= toMs).sort((a, b) => a - b));
  // In the middle: at its edges a step may still be of what was before.
  const middlesMs = edgesMs.slice(0, -1).map((atMs, step) => (atMs + (edgesMs[step + 1] ?? atMs)) / 2);
  const valuesOf = (schedule: Schedule) => middlesMs.map((atMs) => limitAt(schedule, atMs, { voltageV, phaseCount }));
  const hatched = middlesMs.map((atMs) =>
    differences.some(({ from, to }) => Date.parse(from) <= atMs && atMs < Date.parse(to)),
  );
  return {
    edgesMs,
    layers: [
      { id: 'computed', label: say('station.computed'), look: 'fill', tone: 'accent', values: valuesOf(computed) },
      ...(spoken === undefined
        ? []
        : [
            {
              id: 'reported',
              label: say('station.reported'),
              look: 'dashed' as const,
              tone: 'ink',
              values: valuesOf(spoken),
            },
          ]),
    ],
    hatched,
    unit: 'A',
    valueText: (value) => `${numbers.short(value)}\u00a0A`,
    spanText: (step) => `${clock.when(edgesMs[step] ?? 0, nowMs)}–${clock.time(edgesMs[step + 1] ?? 0)}`,
    noteText: (step) => (hatched[step] === true ? say('station.differs') : undefined),
    ticks: hourTicks(fromMs, toMs, toMs - fromMs > 8 * HOUR_MS ? 3 : 1, clock),
    nowMs,
    pageSteps: 1,
  };
}

/** The whole hours of the site's clock that its count of hours divides by. */
export function hourTicks(
  fromMs: number,
  toMs: number,
  everyHours: number,
  clock: ViewSpeech['clock'],
): StepPicture['ticks'] {
  const ticks: { atMs: number; label: string }[] = [];
  const edgeMs = (toMs - fromMs) / 40;
  for (let atMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS; atMs < toMs; atMs += HOUR_MS) {
    if (Number(clock.wall(atMs).slice(11, 13)) % everyHours !== 0) continue;
    if (atMs - fromMs < edgeMs || toMs - atMs < edgeMs) continue;
    ticks.push({ atMs, label: clock.time(atMs) });
  }
  return ticks;
}

function boundaries({ start, durationS, periods }: Schedule): readonly number[] {
  const startMs = Date.parse(start);
  return [...periods.map(({ startPeriodS }) => startMs + startPeriodS * 1_000), startMs + durationS * 1_000];
}

/** A station writes its times in its own way: what is nearer than this is one and the same. */
const SAME_WITHIN_MS = 30_000;

function apart(edgesMs: readonly number[]): readonly number[] {
  const endMs = edgesMs.at(-1) ?? 0;
  const kept: number[] = [];
  for (const atMs of edgesMs) {
    const isFar = atMs - (kept.at(-1) ?? Number.NEGATIVE_INFINITY) >= SAME_WITHIN_MS;
    if (isFar && (endMs - atMs >= SAME_WITHIN_MS || atMs === endMs)) kept.push(atMs);
  }
  return kept.at(-1) === endMs ? kept : [...kept, endMs];
}

function lastChange({ start, periods }: Schedule): number {
  return Date.parse(start) + Math.max(0, ...periods.map(({ startPeriodS }) => startPeriodS)) * 1_000;
}

/** Undefined: it says nothing of that time, or sets no limit. */
function limitAt(
  { start, durationS, rateUnit, periods }: Schedule,
  atMs: number,
  { voltageV, phaseCount }: Wiring,
): number | undefined {
  const atS = (atMs - Date.parse(start)) / 1_000;
  if (atS < 0 || atS >= durationS) return undefined;
  const period = periods.findLast(({ startPeriodS }) => startPeriodS <= atS);
  if (period === undefined || period.limit === 'unlimited') return undefined;
  return rateUnit === 'A' ? period.limit : period.limit / voltageV / Math.max(1, phaseCount);
}
