import type { DemandCharge } from '../../optimizer/index.js';
import { QUARTER_MS } from '../site/history.js';

// A mean over an hour may be all in its last five minutes, at whatever the fuse takes: nobody who comes then would find room, and cars
// would be switched for nothing. So a small part of the price of a peak is put on its quarters.

const QUARTERS_SHARE = 0.02;

/** takenKwh: in the quarter that runs, building included. */
export function evenPeaks(charges: readonly DemandCharge[], takenKwh: number): readonly DemandCharge[] {
  return charges.flatMap((charge) => {
    const { windowMs, windowSoFarKwh, pricePerKw, ...rest } = charge;
    if (windowMs === undefined || windowMs <= QUARTER_MS || windowMs % QUARTER_MS !== 0) return [charge];
    return [
      { ...charge, pricePerKw: pricePerKw * (1 - QUARTERS_SHARE) },
      {
        ...rest,
        pricePerKw: pricePerKw * QUARTERS_SHARE,
        windowMs: QUARTER_MS,
        ...(windowSoFarKwh === undefined ? {} : { windowSoFarKwh: takenKwh }),
      },
    ];
  });
}
