import { PHASES, type Phase, type SiteState } from '../api/documents.js';
import type { Car } from './cars.js';
import { isIn } from './cars.js';
import type { Names } from './names.js';
import type { Speech } from './speech.js';
import { capitalized } from './why.js';

/** By how much a fuse must be exceeded to be worth a word: meters are not finer. */
const OVER_BY_A = 0.5;
/** Less comes and goes as the building does, and is taken back within seconds. */
const COULD_BE_OVER_BY_A = 1;

/** The sentence on top: is everybody on time? */
export function headline(cars: readonly Car[], hasStations: boolean, { say, numbers }: Speech): string {
  if (!hasStations) return say('empty.stations');
  const n = cars.length;
  if (n === 0) return say('live.noCars');
  const late = cars.filter(({ onTime, state }) => onTime === false && state.kind !== 'done');
  const withTime = cars.filter(({ onTime, state }) => onTime !== undefined || state.kind === 'done').length;
  const [one] = late;
  if (one !== undefined) {
    const k = numbers.count(n - late.length);
    return late.length === 1
      ? say('live.someLate', { k, n, b: one.bay })
      : say('live.manyLate', { k, n: numbers.count(n) });
  }
  if (withTime === 0) return n === 1 ? say('live.noLeaveTimesOne') : say('live.noLeaveTimes', { n: numbers.count(n) });
  if (withTime < n) return say('live.onTimeSome', { n: numbers.count(n), k: numbers.count(withTime) });
  return n === 1 ? say('live.onTimeOne') : say('live.onTime', { n: numbers.count(n) });
}

/** The numbers below it. */
export function subline(cars: readonly Car[], nowMs: number, { say, numbers, clock }: Speech): string {
  if (cars.length === 0) return '';
  const drawing = cars.filter(({ powerKw }) => powerKw > 0);
  const powerKw = drawing.reduce((sum, car) => sum + car.powerKw, 0);
  const waiting = cars.filter((car) => isIn('waiting', car)).length;
  const done = cars.filter((car) => isIn('done', car)).length;
  const parts = [
    ...(drawing.length > 0
      ? [say('live.charging', { n: numbers.count(drawing.length), k: numbers.kilo(powerKw) })]
      : []),
    ...(waiting > 0 ? [say('live.wait', { n: numbers.count(waiting) })] : []),
    ...(done > 0 ? [say('live.done', { n: numbers.count(done) })] : []),
  ];
  const next = cars
    .filter(({ departureMs }) => departureMs !== undefined && departureMs > nowMs)
    .sort((a, b) => (a.departureMs ?? 0) - (b.departureMs ?? 0))[0];
  const leaves =
    next?.departureMs === undefined
      ? ''
      : say('live.nextToLeave', { b: next.bay, t: clock.when(next.departureMs, nowMs) });
  return [parts.length === 0 ? '' : `${parts.join(', ')}.`, leaves].filter((text) => text !== '').join(' ');
}

export interface Alarm {
  readonly kind: 'over' | 'unprotected' | 'late';
  readonly text: string;
  readonly sessionId?: string;
}

/** What somebody should do something about, the worst first. Full fuses and waiting cars are none of it. */
export function alarms(state: SiteState, cars: readonly Car[], nowMs: number, names: Names, speech: Speech): Alarm[] {
  const { say, numbers, clock } = speech;
  // Of each circuit the phase that is furthest over: its gauge shows the others.
  const over = state.circuits.flatMap((circuit): Alarm[] => {
    const byA = (phase: Phase) => circuit.loadA[phase] - circuit.limitA[phase];
    const worst = PHASES.reduce((a, b) => (byA(b) > byA(a) ? b : a));
    if (circuit.meter !== 'fresh' || byA(worst) <= OVER_BY_A) return [];
    const filling = { c: names.theCircuit(circuit.id), p: worst, y: numbers.amperes(circuit.limitA[worst]) };
    return [{ kind: 'over', text: say('live.overLimit', { ...filling, x: numbers.amperes(circuit.loadA[worst]) }) }];
  });
  const could = state.excess.flatMap((one): Alarm[] =>
    'phase' in one && one.excessA >= COULD_BE_OVER_BY_A
      ? [
          {
            kind: 'unprotected',
            text: say('live.unprotected', {
              c: names.theCircuit(one.circuitId),
              p: one.phase,
              x: numbers.amperes(one.excessA),
            }),
          },
        ]
      : [],
  );
  const late = cars.flatMap((car): Alarm[] =>
    car.state.kind === 'late' && car.departureMs !== undefined && car.wantedKwh !== undefined
      ? [
          {
            kind: 'late',
            sessionId: car.sessionId,
            text: say('live.late', {
              b: car.bay,
              x: numbers.short(car.plannedKwh ?? car.energyKwh),
              y: numbers.short(car.wantedKwh),
              t: clock.when(car.departureMs, nowMs),
            }),
          },
        ]
      : [],
  );
  return [...over, ...could.slice(0, 1), ...late].map((alarm) => ({ ...alarm, text: capitalized(alarm.text) }));
}
