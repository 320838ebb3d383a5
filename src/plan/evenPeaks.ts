import type { DemandCharge } from '../../optimizer/index.js';

// A mean over an hour may be all in its last five minutes, at whatever the fuse takes: nobody who comes then would find room, and cars
// would be switched for nothing. So a small part of the price of a peak is put on each slot by itself, as far ahead as stations are told.

const SLOTS_SHARE = 0.02;
const EVEN_FOR_MS = 2 * 3_600_000;

export function evenPeaks(charges: readonly DemandCharge[], boundariesMs: readonly number[]): readonly DemandCharge[] {
  const [nowMs = 0] = boundariesMs;
  const beyond = boundariesMs.findIndex((ms) => ms >= nowMs + EVEN_FOR_MS);
  const endSlot = beyond < 0 ? boundariesMs.length - 1 : beyond;
  return charges.flatMap((charge) => {
    const { windowMs, windowSoFarKwh: _windowSoFarKwh, pricePerKw, ...rest } = charge;
    const [from, to] = charge.slots ?? [0, boundariesMs.length - 1];
    if (windowMs === undefined || from >= endSlot) return [charge];
    return [
      { ...charge, pricePerKw: pricePerKw * (1 - SLOTS_SHARE) },
      { ...rest, pricePerKw: pricePerKw * SLOTS_SHARE, slots: [from, Math.min(to, endSlot)] },
    ];
  });
}
