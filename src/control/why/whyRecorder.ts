import type { SitePlan } from '../../plan/plan.js';
import type { Clock } from '../../site/clock.js';
import { toldLimitA } from '../../site/mayDraw.js';
import { evsesOfSite } from '../../site/sites.js';
import type { SiteState } from '../../site/state.js';
import type { Log } from '../ports.js';
import { type ReasonHistory, withSeen } from './reasonHistory.js';
import { reasonNow } from './reasonNow.js';

export interface WhyRecorderOptions {
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** Undefined: there is no such site any more. */
  readonly find: (siteId: string) => { readonly state: SiteState; readonly plan: SitePlan | undefined } | undefined;
}

/** After a change the hand-out has its turn first: what it settles at once held nobody back. */
const LOOK_SOON_MS = 1_000;
/** However much happens. */
const LOOK_GAP_MS = 5_000;

interface SiteMemory {
  sessions: ReadonlyMap<string, ReasonHistory>;
  lookedMs: number;
  cancelLook: (() => void) | undefined;
}

/**
 * Remembers, per open session, what held it back when. In memory, since it explains and decides nothing: a restart forgets it, and what
 * is answered says since when it is known.
 */
export class WhyRecorder {
  private readonly options: WhyRecorderOptions;
  private readonly sites = new Map<string, SiteMemory>();
  private closed = false;

  constructor(options: WhyRecorderOptions) {
    this.options = options;
  }

  /** Something about the site changed: it will be looked at. */
  changed(siteId: string): void {
    if (this.closed) return;
    const memory = this.memoryOf(siteId);
    if (memory.cancelLook !== undefined) return;
    const waitMs = Math.max(LOOK_SOON_MS, memory.lookedMs + LOOK_GAP_MS - this.options.clock.nowMs());
    memory.cancelLook = this.options.clock.after(waitMs, () => {
      memory.cancelLook = undefined;
      this.look(siteId, memory);
    });
  }

  /** Undefined: not seen yet. */
  of(siteId: string, sessionId: string): ReasonHistory | undefined {
    return this.sites.get(siteId)?.sessions.get(sessionId);
  }

  close(): void {
    this.closed = true;
    for (const { cancelLook } of this.sites.values()) cancelLook?.();
    this.sites.clear();
  }

  private memoryOf(siteId: string): SiteMemory {
    const known = this.sites.get(siteId);
    if (known !== undefined) return known;
    const memory = { sessions: new Map(), lookedMs: Number.NEGATIVE_INFINITY, cancelLook: undefined };
    this.sites.set(siteId, memory);
    return memory;
  }

  private look(siteId: string, memory: SiteMemory): void {
    const site = this.options.find(siteId);
    if (site === undefined) {
      this.sites.delete(siteId);
      return;
    }
    const nowMs = this.options.clock.nowMs();
    memory.lookedMs = nowMs;
    try {
      memory.sessions = withSite(memory.sessions, site, nowMs);
    } catch (error) {
      // A mistake of ours in an explanation must not end the process that keeps the fuses.
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.options.log.warn({ siteId, error: detail }, 'what holds the cars of this site back could not be noted');
    }
  }
}

/** Of the sessions that are open. */
function withSite(
  known: ReadonlyMap<string, ReasonHistory>,
  { state, plan }: { readonly state: SiteState; readonly plan: SitePlan | undefined },
  nowMs: number,
): ReadonlyMap<string, ReasonHistory> {
  const planned = new Map(plan?.sessions.map((session) => [session.sessionId, session]));
  const sessions = new Map<string, ReasonHistory>();
  for (const at of evsesOfSite(state)) {
    const sessionId = at.evseState.transaction?.sessionId;
    if (sessionId === undefined) continue;
    const seen = { limitedBy: reasonNow(at, planned.get(sessionId), nowMs), limitA: toldLimitA(at, nowMs) };
    sessions.set(sessionId, withSeen(known.get(sessionId), seen, nowMs));
  }
  return sessions;
}
