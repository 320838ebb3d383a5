import type { Series } from '../../optimizer/index.js';
import { evseCurrentMinA } from '../site/electricity.js';
import { type EvseInSite, REAL_CURRENT_A } from '../site/mayDraw.js';
import { largestPhaseA } from '../site/metering.js';
import type { TransactionState } from '../site/state.js';
import { vehicleToldA } from '../site/vehicleLimit.js';

export interface ControllableSession {
  readonly at: EvseInSite;
  readonly transaction: TransactionState;
  /** What is kept for it whatever it is planned. Absent: the failsafe of its station. */
  readonly reservedA?: Series;
}

/** How far below what it is told a car must draw, sample after sample, to show that it does not want more. */
const WANTS_NO_MORE_A = 1;
/** What it is left beyond that, so that it can show when it wants more again. */
const ROOM_TO_GROW_A = 1.5;
const SAMPLES_TO_TELL = 3;

/**
 * What a car shows that it will not go beyond (it is nearly full, or takes less by nature), or says so itself; 'unknown' while it
 * takes what it is given. Only then may its share be given to others.
 */
export function vehicleCapA(at: EvseInSite): number | 'unknown' {
  const { transaction } = at.evseState;
  const drawnA = contentWithA(at);
  const toldA = transaction === null ? 'unknown' : vehicleToldA(transaction);
  const mostA = drawnA === 'unknown' ? toldA : drawnA + ROOM_TO_GROW_A;
  return mostA === 'unknown' ? 'unknown' : Math.max(evseCurrentMinA(at.evse), mostA);
}

/** What a car takes of all it is offered, but no less than the least it can be offered; 'unknown' while it takes what it is given. */
export function vehicleTakesA(at: EvseInSite): number | 'unknown' {
  const drawnA = contentWithA(at);
  return drawnA === 'unknown' ? 'unknown' : Math.max(evseCurrentMinA(at.evse), drawnA);
}

/** The car takes nothing of what it is offered: its station says so, and its meter, where there is one, does not say otherwise. */
export function isContent({ evseState: { status, statusAtMs, transaction, samples } }: EvseInSite): boolean {
  if (status !== 'SuspendedEV' || transaction === null || statusAtMs <= transaction.receivedMs) return false;
  const last = samples.at(-1);
  return last === undefined || largestPhaseA(last.currentA) < REAL_CURRENT_A;
}

function contentWithA(at: EvseInSite): number | 'unknown' {
  if (isContent(at)) return 0;
  const samples = at.evseState.samples.slice(-SAMPLES_TO_TELL);
  const since = at.evseState.transaction?.receivedMs ?? 0;
  if (samples.length < SAMPLES_TO_TELL) return 'unknown';
  if (
    samples.some((sample) => sample.atMs < since || largestPhaseA(sample.currentA) > sample.toldA - WANTS_NO_MORE_A)
  ) {
    return 'unknown';
  }
  return Math.max(...samples.map((sample) => largestPhaseA(sample.currentA)));
}
