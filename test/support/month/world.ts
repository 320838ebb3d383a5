import { DateTime } from 'luxon';
import { buildingOf } from './building.js';
import { marketOf } from './prices.js';
import type { World } from './simulate.js';
import { staysOf, ZONE } from './stays.js';

/** Per phase. Everybody at full power takes more than 300 A at times. */
export const FUSE_A = 200;
/** Prices are known from so long before: what stands in for those that are not published is found there. */
const PRICES_BEFORE_DAYS = 21;

/** A site of fifty stations over the local days [from, to), YYYY-MM-DD; the vans of the last day leave on `to`, and it ends with that day. */
export function worldOf(seed: number, from: string, to: string): World {
  const local = (date: string, days = 0) => DateTime.fromISO(date, { zone: ZONE }).plus({ days });
  const dayOf = (date: string, days: number) => local(date, days).toISODate() ?? date;
  return {
    fromMs: local(from).toMillis(),
    toMs: local(to, 1).toMillis(),
    stays: staysOf(seed, from, to),
    buildingA: buildingOf(seed, from, dayOf(to, 1)),
    market: marketOf(seed, dayOf(from, -PRICES_BEFORE_DAYS), dayOf(to, 2)),
    fuseA: FUSE_A,
  };
}
