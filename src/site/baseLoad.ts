import type { CircuitMetered } from './events.js';
import { breakpoints, limitAt } from './limitSteps.js';
import { type EvseInSite, mayDrawA, toldLimitA } from './mayDraw.js';
import { steeringSlot } from './metering.js';
import type { Circuit } from './model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from './phases.js';
import { evsesBelow } from './sites.js';
import {
  BASE_LOAD_FALL_MS,
  type CircuitReadingState,
  type CircuitState,
  READING_WINDOW_MS,
  type SiteState,
} from './state.js';

/**
 * The base load that a reading of a circuit's meter stands for: the reading less the least that the cars below can have drawn,
 * never below 0. A rise that cars which were just raised can explain is not yet taken for base load, as long as the meter itself
 * is within its limits: else every raise of a car would look like a rise of the building, and be taken back.
 */
export function baseLoadOfReading(
  state: SiteState,
  circuit: Circuit,
  reading: Pick<CircuitMetered, 'currentA' | 'powerW' | 'limitA' | 'powerLimitW'> & { readonly atMs: number },
): PerPhase<number> {
  const limitA = reading.limitA ?? circuit.limitA;
  const powerW =
    reading.powerW ?? PHASES.reduce((sum, phase) => sum + reading.currentA[phase], 0) * state.site.voltageV;
  const isAbovePower = powerW > (reading.powerLimitW ?? circuit.powerLimitW ?? Number.POSITIVE_INFINITY);
  // What was known before a silence says nothing of what rose since.
  const before =
    baseLoadA(state, circuit, reading.atMs).meter === 'fresh'
      ? (state.circuits.get(circuit.id)?.readings.at(-1)?.baseLoadA ?? 'none')
      : 'none';
  const cars = carsRange(state, circuit, reading.atMs);
  return perPhase((phase) => {
    const mostA = Math.max(0, reading.currentA[phase] - cars.leastA[phase]);
    const leastA = Math.max(0, reading.currentA[phase] - cars.mostA[phase]);
    if (before === 'none' || isAbovePower || reading.currentA[phase] > limitA[phase]) return mostA;
    return Math.min(mostA, Math.max(before[phase], leastA));
  });
}

/** The highest base load within the last BASE_LOAD_FALL_MS: rises count at once, falls after a while. */
function countedBaseLoadA(circuit: CircuitState | undefined, atMs: number): PerPhase<number> | 'none' {
  const recent = circuit?.readings.filter((reading) => reading.atMs > atMs - BASE_LOAD_FALL_MS) ?? [];
  const last = circuit?.readings.at(-1);
  const counted = recent.length > 0 ? recent : last === undefined ? [] : [last];
  if (counted.length === 0) return 'none';
  return perPhase((phase) => Math.max(...counted.map((reading) => reading.baseLoadA[phase])));
}

/** The base load as of the newest reading. */
export function countedBaseLoadOf(state: SiteState, circuitId: string): PerPhase<number> | 'none' {
  const circuit = state.circuits.get(circuitId);
  const last = circuit?.readings.at(-1);
  return last === undefined ? 'none' : countedBaseLoadA(circuit, last.atMs);
}

/** What else than our cars is taken to flow through a circuit now, and where that is known from. */
export function baseLoadA(
  state: SiteState,
  circuit: Circuit,
  nowMs: number,
): { readonly currentA: PerPhase<number>; readonly meter: 'fresh' | 'stale' | 'none' } {
  const circuitState = state.circuits.get(circuit.id);
  const last = circuitState?.readings.at(-1);
  if (last === undefined) return { currentA: circuit.baseLoadMaxA, meter: 'none' };
  if (nowMs - last.atMs > circuit.meterStaleS * 1000) return { currentA: circuit.baseLoadMaxA, meter: 'stale' };
  const counted = countedBaseLoadA(circuitState, nowMs);
  return { currentA: counted === 'none' ? circuit.baseLoadMaxA : counted, meter: 'fresh' };
}

export function withReading(circuit: CircuitState | undefined, reading: CircuitReadingState): CircuitState {
  const kept = (circuit?.readings ?? []).filter((earlier) => earlier.atMs > reading.atMs - READING_WINDOW_MS);
  return { readings: [...kept, reading] };
}

/** The least and the most that the cars below a circuit can have drawn around an instant. */
function carsRange(
  state: SiteState,
  circuit: Circuit,
  atMs: number,
): { leastA: PerPhase<number>; mostA: PerPhase<number> } {
  const leastA: Record<Phase, number> = { L1: 0, L2: 0, L3: 0 };
  const mostA: Record<Phase, number> = { L1: 0, L2: 0, L3: 0 };
  // A sample on either side of the reading: within this a car may have been at either.
  const windowMs = state.site.meterIntervalS * 1500;
  for (const at of evsesBelow(state, circuit.id)) {
    const near = at.evseState.samples.filter((sample) => Math.abs(sample.atMs - atMs) <= windowMs);
    const risenSince = changedUpwardsAtMs(at) + windowMs + at.station.reactionS * 1000;
    const mayA = mayDrawA(at, atMs, atMs);
    const toldA = atMs < risenSince ? Math.min(toldLimitA(at, atMs), mayA) : 0;
    const fallenToA = fallenTo(at, atMs);
    for (const phase of PHASES) {
      if (!at.evse.phases.includes(phase)) continue;
      const assumed = near.some((sample) => sample.assumedPhases?.includes(phase));
      const currents = near.map((sample) => sample.currentA[phase]);
      leastA[phase] += currents.length === 0 || assumed ? 0 : Math.min(...currents, fallenToA);
      mostA[phase] += Math.max(toldA, assumed ? mayA : 0, ...currents);
    }
  }
  return { leastA, mostA };
}

/**
 * What the EVSE's car has surely come down to since it was last metered: the least it was told in that time, by a message or by a step of
 * its schedule, as far as it had time to follow. What it was told while it was metered it may not have followed yet.
 */
function fallenTo(at: EvseInSite, atMs: number): number {
  const { transaction, samples } = at.evseState;
  if (transaction === null) return 0;
  const reactionMs = at.station.reactionS * 1000;
  const meteredMs = samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const held = steeringSlot(at.stationState, at.evseState).candidates.filter(
    ({ status }) => status === 'accepted' || status === 'confirmed',
  );
  let leastA = Number.POSITIVE_INFINITY;
  for (const [index, { limits, answeredMs, sentMs }] of held.entries()) {
    const fromMs = Math.max(answeredMs ?? sentMs, meteredMs - reactionMs);
    const toMs = Math.min(held[index + 1]?.sentMs ?? Number.POSITIVE_INFINITY, atMs - reactionMs);
    if (toMs < fromMs) continue;
    for (const ms of [fromMs, ...breakpoints(limits, fromMs, toMs)]) {
      const limitA = limitAt(limits, ms);
      if (limitA !== 'ended') leastA = Math.min(leastA, limitA);
    }
  }
  return leastA;
}

/** When the EVSE's car was last given more, or began: until it is metered again its draw may have risen unseen. */
function changedUpwardsAtMs({ stationState, evseState }: EvseInSite): number {
  const { transaction } = evseState;
  if (transaction === null) return Number.NEGATIVE_INFINITY;
  const { candidates } = steeringSlot(stationState, evseState);
  return Math.max(transaction.receivedMs, ...candidates.map((candidate) => candidate.sentMs));
}
