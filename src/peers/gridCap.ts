import type { CapacityLimit } from '../site/model.js';

/** What a peer leaves a circuit for a while. `reason` is shown to people. */
export type GridCap = Pick<
  CapacityLimit,
  'limitA' | 'powerLimitW' | 'chargingPowerLimitW' | 'fromMs' | 'toMs' | 'reason'
>;
