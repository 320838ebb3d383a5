import type { CapacityLimit, SessionNeeds } from '../site/model.js';

/** What would be, besides what is. */
export interface Supposed {
  readonly sessions: readonly SupposedSession[];
  readonly limits: readonly CapacityLimit[];
}

export interface SupposedSession {
  readonly stationId: string;
  readonly evseId: number;
  /** Absent: as is known of who stands there, or nothing. */
  readonly needs?: SessionNeeds;
}
