import { REAL_CURRENT_A } from './mayDraw.js';
import { PHASES } from './phases.js';
import type { EvseSample, TransactionState, VehicleSeen } from './state.js';

// A car may take less than its EVSE can give: 16 A is common on stations of 32 A. While it waits, or is held to less, that can't be
// seen; so what was seen of it is kept for the rest of its stay.

/** How far below what it is offered a car must stay, so many samples in a row, to show that it takes no more. */
const CONTENT_BELOW_A = 1;
const SAMPLES_TO_TELL = 3;

/** What was seen of a car after one more sample; the newest comes last. */
export function vehicleSeenAfter(transaction: TransactionState, samples: readonly EvseSample[]): VehicleSeen {
  const before = transaction.vehicleSeen ?? NOTHING_SEEN;
  const latest = samples.slice(-SAMPLES_TO_TELL);
  const drawn = latest.map(drawnA);
  const isContent =
    latest.length === SAMPLES_TO_TELL &&
    latest.every((sample, index) => {
      const currentA = drawn[index] ?? 0;
      const isReal = currentA >= REAL_CURRENT_A && currentA <= sample.toldA - CONTENT_BELOW_A;
      return isReal && sample.atMs >= transaction.receivedMs;
    });
  const offeredA = isContent ? Math.min(...latest.map(({ toldA }) => toldA)) : 0;
  return {
    drawnMaxA: Math.max(before.drawnMaxA, drawn.at(-1) ?? 0),
    offeredMaxA: Math.max(before.offeredMaxA, offeredA),
  };
}

/** The most that a car takes, as far as it was ever offered more, else by its own word; 'unknown' where it may yet take more. */
export function vehicleMaxA(transaction: TransactionState): number | 'unknown' {
  const { drawnMaxA, offeredMaxA } = transaction.vehicleSeen ?? NOTHING_SEEN;
  return offeredMaxA >= drawnMaxA + CONTENT_BELOW_A ? drawnMaxA : vehicleToldA(transaction);
}

/** What a car said that it takes at most; 'unknown' where it said nothing, or was seen to take more than that. */
export function vehicleToldA({ vehicleNeeds, vehicleSeen = NOTHING_SEEN }: TransactionState): number | 'unknown' {
  const toldA = vehicleNeeds?.currentMaxA;
  return toldA === undefined || vehicleSeen.drawnMaxA > toldA + CONTENT_BELOW_A ? 'unknown' : toldA;
}

const NOTHING_SEEN: VehicleSeen = Object.freeze({ drawnMaxA: 0, offeredMaxA: 0 });

function drawnA({ currentA }: EvseSample): number {
  return Math.max(...PHASES.map((phase) => currentA[phase]));
}
