import type { CapacityLimit } from '../site/model.js';

/** So many are laid out at once; more than a week of quarter hours. What comes after them is laid out as time goes on. */
export const CAPS_MAX = 1_000;

/** What a peer leaves a circuit for a while. `reason` is shown to people. */
export type GridCap = Pick<
  CapacityLimit,
  'limitA' | 'powerLimitW' | 'chargingPowerLimitW' | 'fromMs' | 'toMs' | 'reason'
>;
