import type { ChargingLimitSource } from './externalLimit.js';

/** A profile that a station holds and that is not of this service: of its energy management, of another back end, of somebody on site. */
export interface ForeignProfile {
  readonly profileId: number;
  /** 0: of the station itself. */
  readonly evseId: number;
  readonly source: ChargingLimitSource;
  /** The words of the station's version. */
  readonly purpose: string;
  readonly stackLevel: number;
  /** The most that it ever allows, A per phase on the grid side. Absent: that can't be said. */
  readonly limitMaxA?: number;
}

/** More are not kept. */
export const FOREIGN_PROFILES_MAX = 10;

export function isSameForeign(a: readonly ForeignProfile[], b: readonly ForeignProfile[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
