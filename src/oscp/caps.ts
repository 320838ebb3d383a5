import { CAPS_MAX, type GridCap } from '../peers/gridCap.js';
import { assertNever } from '../site/assertNever.js';
import type { Circuit } from '../site/model.js';
import { type PerPhase, type Phase, perPhase } from '../site/phases.js';
import type { ForecastedBlock } from './messages.js';
import type { Forecasts } from './series.js';

// Forecasts of a group → what its circuit may take. Where OSCP leaves a doubt, the stricter reading holds.

export interface CapsContext {
  readonly circuit: Pick<Circuit, 'limitA'>;
  /** Phase to neutral. */
  readonly voltageV: number;
  /** What holds where nothing else was said: the contract. Absent: the circuit's own rating alone. */
  readonly contract?: Cap;
  /** From when on the provider is away, unless it is heard before. 'never': it need not be heard. */
  readonly offlineFromMs: number | 'never';
  readonly nowMs: number;
  readonly name: string;
}

export interface Cap {
  readonly limitA?: PerPhase<number>;
  readonly powerLimitW?: number;
}

/** Further ahead nothing is laid out yet: that comes with time. */
const CAPS_AHEAD_MS = 8 * 86_400_000;
const CAPS_BACK_MS = 3_600_000;
const PHASE_OF: Readonly<Record<'ONE' | 'TWO' | 'THREE', Phase>> = { ONE: 'L1', TWO: 'L2', THREE: 'L3' };

/**
 * Ascending, without overlaps, equal neighbours joined; the last one is open where there is a fallback or a contract. While the provider
 * is heard: its CONSUMPTION; in gaps its fallback, else the contract. Once it is away: the fallback, and the forecast where that is
 * stricter, for it is the last word of the grid on that time.
 */
export function capsOf(forecasts: Forecasts, context: CapsContext): readonly GridCap[] {
  const { nowMs, offlineFromMs } = context;
  const fromMs = nowMs - CAPS_BACK_MS;
  const untilMs = nowMs + CAPS_AHEAD_MS;
  const blocks = [...forecasts.CONSUMPTION, ...forecasts.FALLBACK_CONSUMPTION].filter(
    ({ startMs, endMs }) => endMs > fromMs && startMs < untilMs,
  );
  const edges = new Set(blocks.flatMap(({ startMs, endMs }) => [startMs, endMs]));
  if (offlineFromMs !== 'never') edges.add(offlineFromMs);
  const times = [...edges].filter((ms) => ms < untilMs).sort((a, b) => a - b);
  const starts = times.length === 0 || (times[0] ?? 0) > nowMs ? [Number.NEGATIVE_INFINITY, ...times] : times;
  const pieces = starts.map((startMs, index): GridCap | undefined => {
    const endMs = starts[index + 1] ?? 'open';
    const cap = capAt(forecasts, context, startMs);
    if (cap === undefined || (endMs !== 'open' && endMs <= fromMs)) return undefined;
    return { fromMs: startMs === Number.NEGATIVE_INFINITY ? 0 : startMs, toMs: endMs, ...cap };
  });
  return joined(pieces).slice(0, CAPS_MAX);
}

function capAt(forecasts: Forecasts, context: CapsContext, atMs: number): (Cap & { reason: string }) | undefined {
  const { offlineFromMs, name } = context;
  const isAway = offlineFromMs !== 'never' && atMs >= offlineFromMs;
  const forecast = capOf(forecasts.CONSUMPTION, atMs, context);
  if (!isAway && forecast !== undefined) return { ...forecast, reason: `Capacity forecast of ${name} (OSCP).` };
  const fallback = fallbackAt(forecasts, context, atMs);
  const why = isAway ? `${name} (OSCP) is not heard` : `No forecast of ${name} (OSCP) for this time`;
  if (fallback === undefined) return forecast === undefined ? undefined : { ...forecast, reason: `${why}.` };
  return { ...stricter(fallback.cap, forecast), reason: `${why}: ${fallback.of} holds.` };
}

/** The fallback for that time, else the contract, else the least of all fallbacks: it was for another time, but is all there is. */
function fallbackAt(
  forecasts: Forecasts,
  context: CapsContext,
  atMs: number,
): { readonly cap: Cap; readonly of: string } | undefined {
  const series = forecasts.FALLBACK_CONSUMPTION;
  const here = capOf(series, atMs, context);
  if (here !== undefined) return { cap: here, of: 'its fallback' };
  if (context.contract !== undefined) return { cap: context.contract, of: 'the contract' };
  const least = series.map((block) => capOfBlock(block, context)).reduce<Cap | undefined>(stricterOf, undefined);
  return least === undefined ? undefined : { cap: least, of: 'the least fallback' };
}

function capOf(series: readonly ForecastedBlock[], atMs: number, context: CapsContext): Cap | undefined {
  return series
    .filter(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)
    .map((block) => capOfBlock(block, context))
    .reduce<Cap | undefined>(stricterOf, undefined);
}

/**
 * ALL and UNKNOWN in amperes may mean each phase or their sum, and what an UNKNOWN phase is may be any: no phase gets more, and neither
 * do all together. An energy is a mean power over its block, which is kept at every instant.
 */
export function capOfBlock(
  { capacity, phase, unit, startMs, endMs }: ForecastedBlock,
  { circuit, voltageV }: Pick<CapsContext, 'circuit' | 'voltageV'>,
): Cap {
  const amount = inWattsOrAmperes(capacity, unit, (endMs - startMs) / 3_600_000);
  switch (phase) {
    case 'ALL':
    case 'UNKNOWN':
      if (amount.unit === 'W') return { powerLimitW: floor(amount.value) };
      return {
        limitA: perPhase((name) => Math.min(circuit.limitA[name], floor(amount.value))),
        powerLimitW: floor(amount.value * voltageV),
      };
    case 'ONE':
    case 'TWO':
    case 'THREE': {
      const limitA = floor(amount.unit === 'W' ? amount.value / voltageV : amount.value);
      const limited = PHASE_OF[phase];
      return {
        limitA: perPhase((name) => (name === limited ? Math.min(circuit.limitA[name], limitA) : circuit.limitA[name])),
      };
    }
    default:
      return assertNever(phase);
  }
}

function inWattsOrAmperes(
  capacity: number,
  unit: ForecastedBlock['unit'],
  hours: number,
): { readonly unit: 'A' | 'W'; readonly value: number } {
  switch (unit) {
    case 'A':
      return { unit: 'A', value: capacity };
    case 'W':
      return { unit: 'W', value: capacity };
    case 'KW':
      return { unit: 'W', value: capacity * 1000 };
    case 'WH':
      return { unit: 'W', value: capacity / hours };
    case 'KWH':
      return { unit: 'W', value: (capacity * 1000) / hours };
    default:
      return assertNever(unit);
  }
}

/** Down, to a thousandth; what was a whole number stays one although it was multiplied. */
function floor(value: number): number {
  return Math.floor(value * 1000 + 1e-6) / 1000;
}

function stricterOf(a: Cap | undefined, b: Cap | undefined): Cap | undefined {
  return a === undefined ? b : stricter(a, b);
}

function stricter(a: Cap, b: Cap | undefined): Cap {
  if (b === undefined) return a;
  const limitA =
    a.limitA === undefined || b.limitA === undefined
      ? (a.limitA ?? b.limitA)
      : perPhase((phase) => Math.min(a.limitA?.[phase] ?? 0, b.limitA?.[phase] ?? 0));
  const powers = [a.powerLimitW, b.powerLimitW].filter((powerW) => powerW !== undefined);
  return {
    ...(limitA === undefined ? {} : { limitA }),
    ...(powers.length === 0 ? {} : { powerLimitW: Math.min(...powers) }),
  };
}

function joined(pieces: readonly (GridCap | undefined)[]): readonly GridCap[] {
  const caps: GridCap[] = [];
  let isNeighbour = false;
  for (const piece of pieces) {
    const last = caps.at(-1);
    if (piece === undefined) isNeighbour = false;
    else if (isNeighbour && last !== undefined && isSame(last, piece))
      caps[caps.length - 1] = { ...last, toMs: piece.toMs };
    else {
      caps.push(piece);
      isNeighbour = true;
    }
  }
  return caps;
}

function isSame({ fromMs: _a, toMs: _b, ...a }: GridCap, { fromMs: _c, toMs: _d, ...b }: GridCap): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
