import type { LimitWindow } from '../site/capacity.js';
import type { Clock, RandomSource } from '../site/clock.js';
import type { SiteEvent, StationEvent } from '../site/events.js';
import type { SiteState } from '../site/state.js';
import type { StationCaller } from '../site/stationMessages.js';
import type { ControlMetrics, Log } from './ports.js';
import type { ProfileReports } from './profileReports.js';

/** What carrying out a decision of the hand-out needs of its site and of the world. */
export interface CarryOutContext {
  readonly owner: {
    readonly state: SiteState;
    dispatch(...events: SiteEvent[]): void;
    intend(intents: readonly (StationEvent & { type: 'profileIntended' })[]): void;
    durable(): Promise<void>;
    limitWindows(): readonly LimitWindow[];
  };
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly caller: StationCaller;
  readonly log: Log;
  readonly metrics: ControlMetrics;
  /** What stations report of the profiles that they hold. */
  readonly reports: Pick<ProfileReports, 'expect'>;
  /** The station is free for the next message. */
  readonly done: (stationId: string) => void;
}
