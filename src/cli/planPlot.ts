import { LocalTime } from './localTime.js';
import { type PlanState, sessionsBelow } from './planState.js';
import { cut, type Paint, painted, type Screen } from './screen.js';
import type { PhaseName } from './siteState.js';

const ROWS = 12;
const LIMIT_CELL = '─';
const BUILDING_CELL = '░';
const SPARKS = '▁▂▃▄▅▆▇█';
/** Letters say which car it is also where there are no colours. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FURTHER = '#';
const PAINTS: readonly Paint[] = ['cyan', 'green', 'yellow', 'red'];
const STEPS_HOURS = [1, 2, 3, 6, 12, 24];
const LABEL_CELLS = 7;

/** The letter of the n-th car; those after the 52nd share one. */
export const letterOf = (index: number): string => LETTERS[index] ?? FURTHER;

export interface PlotChoice {
  readonly circuitId: string;
  readonly phase: PhaseName;
}

/**
 * What flows through a circuit on one phase: the building, and on it each car, under the limit; below it the price. A column
 * shows the busiest moment of its time, so that nothing that comes near the limit is smoothed away.
 */
export function planPlot(screen: Screen, plan: PlanState, { circuitId, phase }: PlotChoice): readonly string[] {
  const circuit = plan.circuits.find(({ id }) => id === circuitId);
  const [startMs, endMs] = [plan.boundariesMs[0], plan.boundariesMs.at(-1)];
  if (circuit === undefined || startMs === undefined || endMs === undefined || !(startMs < endMs)) return [];
  const [limitA, loadA] = [circuit.limitA[phase], circuit.loadA[phase]];
  const below = new Set(sessionsBelow(plan, circuitId));
  const cars = plan.sessions.flatMap((session, index) =>
    below.has(session) && session.phases.includes(phase) ? [{ index, currentA: session.currentA }] : [],
  );
  const scaleA = Math.max(1, ...limitA, ...loadA);
  const axis = String(Math.round(scaleA)).length;
  const cells = screen.columns - axis - 4;
  const spans = Array.from({ length: cells }, (_, x) =>
    slotsWithin(
      plan.boundariesMs,
      startMs + ((endMs - startMs) * x) / cells,
      startMs + ((endMs - startMs) * (x + 1)) / cells,
    ),
  );
  const stacks = spans.map((slots) => {
    const busiest = [...slots].sort((a, b) => (loadA[b] ?? 0) - (loadA[a] ?? 0))[0] ?? 0;
    const parts = cars.map((car) => ({ index: car.index, currentA: car.currentA[busiest] ?? 0 }));
    const carsA = parts.reduce((sum, part) => sum + part.currentA, 0);
    return {
      parts,
      buildingA: Math.max(0, (loadA[busiest] ?? 0) - carsA),
      limitA: Math.min(...slots.map((t) => limitA[t] ?? 0)),
    };
  });
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const fromA = ((ROWS - row - 1) / ROWS) * scaleA;
    const label = row === 0 ? String(Math.round(scaleA)) : row === ROWS - 1 ? '0' : '';
    const drawn = stacks.map((stack) => cellOf(stack, fromA, scaleA / ROWS));
    return `${label.padStart(axis)} ┤${paintedRuns(screen, drawn)}`;
  });
  const time = new LocalTime(plan.timeZone);
  return [
    painted(
      screen,
      'bold',
      cut(`${circuitId} ${phase}, A (${BUILDING_CELL} building, ${LIMIT_CELL} limit, letters: cars)`, screen.columns),
    ),
    ...lines,
    ...timeAxis(time, { startMs, endMs, cells, indent: axis + 2 }),
    ...priceLines(screen, plan, { spans, indent: axis + 2 }),
  ];
}

interface Stack {
  readonly parts: readonly { readonly index: number; readonly currentA: number }[];
  readonly buildingA: number;
  readonly limitA: number;
}

interface Cell {
  readonly cell: string;
  readonly paint: Paint | undefined;
}

/** Whose current reaches the middle of the cell; the limit is drawn in the cell that it ends in, where nothing flows. */
function cellOf({ parts, buildingA, limitA }: Stack, fromA: number, heightA: number): Cell {
  const middleA = fromA + heightA / 2;
  if (middleA < buildingA) return { cell: BUILDING_CELL, paint: 'dim' };
  let reachedA = buildingA;
  for (const { index, currentA } of parts) {
    reachedA += currentA;
    if (middleA < reachedA) return { cell: letterOf(index), paint: PAINTS[index % PAINTS.length] };
  }
  const holdsLimit = limitA > fromA && limitA <= fromA + heightA * (1 + 1e-9);
  return holdsLimit ? { cell: LIMIT_CELL, paint: 'red' } : { cell: ' ', paint: undefined };
}

/** Neighbours of one colour are painted at once. */
function paintedRuns(screen: Screen, cells: readonly Cell[]): string {
  let line = '';
  for (let x = 0; x < cells.length; ) {
    const paint = cells[x]?.paint;
    let run = '';
    for (; x < cells.length && cells[x]?.paint === paint; x += 1) run += cells[x]?.cell ?? '';
    line += paint === undefined ? run : painted(screen, paint, run);
  }
  return line.trimEnd();
}

/** Slots that are within the span at any moment: at least one. */
function slotsWithin(boundariesMs: readonly number[], fromMs: number, toMs: number): readonly number[] {
  return boundariesMs.slice(0, -1).flatMap((slotMs, t) => {
    const endMs = boundariesMs[t + 1] ?? slotMs;
    return slotMs < toMs && endMs > fromMs ? [t] : [];
  });
}

interface Axis {
  readonly startMs: number;
  readonly endMs: number;
  readonly cells: number;
  readonly indent: number;
}

/** Hours of the local clock, as many as have room; midnight says which day begins. */
function timeAxis(time: LocalTime, { startMs, endMs, cells, indent }: Axis): readonly string[] {
  const cellMs = (endMs - startMs) / cells;
  const step = STEPS_HOURS.find((hours) => (hours * 3_600_000) / cellMs >= LABEL_CELLS) ?? 24;
  const ticks = [...`┴${'─'.repeat(cells)}`];
  const labels = Array.from({ length: cells + LABEL_CELLS }, () => ' ');
  let free = 0;
  for (const atMs of time.hours(startMs, endMs, step)) {
    const x = Math.round((atMs - startMs) / cellMs);
    const label = time.at(atMs).hour === 0 ? time.at(atMs).toFormat('ccc d') : time.clock(atMs);
    if (x >= cells || x < free || x + label.length > cells) continue;
    ticks[x + 1] = '┬';
    [...label].forEach((letter, k) => {
      labels[x + k] = letter;
    });
    free = x + label.length + 1;
  }
  return [`${' '.repeat(indent - 1)}${ticks.join('')}`, `${' '.repeat(indent)}${labels.join('').trimEnd()}`];
}

/** Means over each column's time, from the lowest to the highest. */
function priceLines(
  screen: Screen,
  { pricesPerKwh, pricesCurrency, pricesFrom }: PlanState,
  { spans, indent }: { readonly spans: readonly (readonly number[])[]; readonly indent: number },
): readonly string[] {
  if (pricesPerKwh.length === 0) return [];
  const means = spans.map(
    (slots) => slots.reduce((sum, t) => sum + (pricesPerKwh[t] ?? 0), 0) / Math.max(1, slots.length),
  );
  const [lowest, highest] = [Math.min(...pricesPerKwh), Math.max(...pricesPerKwh)];
  const about = pricesFrom === 'published' ? '' : ', not all published yet: earlier prices stand in';
  return [
    `${' '.repeat(indent)}${painted(screen, 'yellow', sparkline(means, lowest, highest))}`,
    cut(
      `${' '.repeat(indent)}price ${lowest.toFixed(2)} to ${highest.toFixed(2)} ${pricesCurrency}/kWh${about}`,
      screen.columns,
    ),
  ];
}

export function sparkline(values: readonly number[], lowest: number, highest: number): string {
  const step = (value: number) =>
    highest > lowest ? Math.round(((value - lowest) / (highest - lowest)) * (SPARKS.length - 1)) : 0;
  return values.map((value) => SPARKS[Math.max(0, Math.min(SPARKS.length - 1, step(value)))] ?? ' ').join('');
}
