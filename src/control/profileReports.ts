import type { ShownProfile } from '../profiles/reportCheck.js';
import type { Clock } from '../site/clock.js';
import type { StationRequest } from '../site/stationMessages.js';

type Part = Extract<StationRequest, { type: 'profilesReported' }>;

/** What came of a request for profiles. Complete: the station said that this is all. */
export interface ProfileReport {
  readonly isComplete: boolean;
  readonly profiles: readonly ShownProfile[];
}

export interface AwaitedReport {
  /** The report, or what there is of it after so long. */
  within(ms: number): Promise<ProfileReport>;
  /** Nothing will come, or nobody waits. */
  close(): void;
}

/** A station holds a handful of profiles: a report that goes on and on is an attack, or a bug, and proves nothing. */
const PARTS_MAX = 50;
const PROFILES_MAX = 200;

interface Waiting {
  readonly stationId: string;
  readonly profiles: ShownProfile[];
  parts: number;
  end: 'open' | 'complete' | 'tooMuch';
  onEnd: () => void;
}

/** What stations report of the profiles that they hold, for those who check them and can't wait long. What nobody waits for is dropped. */
export class ProfileReports {
  private readonly waiting = new Map<number, Waiting>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** To be called before the station is asked: its report may come before its answer. */
  expect(stationId: string, requestId: number): AwaitedReport {
    const waiting: Waiting = { stationId, profiles: [], parts: 0, end: 'open', onEnd: () => undefined };
    this.waiting.set(requestId, waiting);
    const close = () => void this.waiting.delete(requestId);
    return { close, within: (ms) => this.within(waiting, ms).finally(close) };
  }

  take(stationId: string, { requestId, isLast, evseId, source, profiles }: Part): void {
    const waiting = this.waiting.get(requestId);
    if (waiting?.stationId !== stationId || waiting.end !== 'open') return;
    waiting.parts += 1;
    const tooMuch = waiting.parts > PARTS_MAX || waiting.profiles.length + profiles.length > PROFILES_MAX;
    if (!tooMuch) waiting.profiles.push(...profiles.map((profile) => ({ ...profile, evseId, source })));
    if (!tooMuch && !isLast) return;
    waiting.end = tooMuch ? 'tooMuch' : 'complete';
    waiting.onEnd();
  }

  private within(waiting: Waiting, ms: number): Promise<ProfileReport> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        resolve({ isComplete: waiting.end === 'complete', profiles: waiting.profiles });
      };
      const cancel = this.clock.after(ms, done);
      waiting.onEnd = done;
      if (waiting.end !== 'open') done();
    });
  }
}
