import type { Clock } from '../../site/clock.js';
import type { SiteEvent } from '../../site/events.js';
import type { CapacityLimit } from '../../site/model.js';
import { Problem } from '../../site/problem.js';
import type { SiteState } from '../../site/state.js';
import { readCapacityEvent } from './capacityEvent.js';
import { type Warning, warningsOf } from './warnings.js';

/** What a grid operator asks of a site, event by event. Refusals are thrown as Problem. */
export interface GridEventService {
  /** Ascending by id. */
  listGridEvents(siteId: string): readonly GridEvent[];
  getGridEvent(siteId: string, eventId: string): GridEvent;
  /**
   * Puts the limits of an OpenADR 3 event (or a list of them) in place of those it had, all at once; resolves when they are durable
   * and in force. Without any left, as when it is cancelled, it is gone. The same again changes nothing.
   * Throws Problem (INVALID_GRID_EVENT, TOO_MANY_LIMITS, LIMIT_ID_TAKEN).
   */
  putGridEvent(siteId: string, eventId: string, document: unknown): Promise<StoredGridEvent>;
  deleteGridEvent(siteId: string, eventId: string): Promise<void>;
}

export interface GridEvent {
  readonly eventId: string;
  /** Ascending by start. */
  readonly limits: readonly CapacityLimit[];
}

export interface StoredGridEvent extends GridEvent {
  readonly warnings: readonly Warning[];
  /** What a person should know about the document. */
  readonly notes: readonly string[];
}

export interface GridEventsOptions {
  readonly clock: Clock;
  readonly ownerOf: (siteId: string) => EventTaker;
}

export interface CircuitCaps {
  readonly circuitId: string;
  readonly caps: readonly Pick<
    CapacityLimit,
    'limitA' | 'powerLimitW' | 'chargingPowerLimitW' | 'fromMs' | 'toMs' | 'reason'
  >[];
}

/** The one writer of a site. */
interface EventTaker {
  readonly state: SiteState;
  dispatch(...events: readonly SiteEvent[]): void;
  durable(): Promise<void>;
}

export const GRID_EVENTS_MAX = 100;
const GRID_EVENT_LIMITS_MAX = 5_000;
/** Events that ended longer ago than this are forgotten when another comes. */
const KEPT_AFTER_END_MS = 7 * 86_400_000;

export class GridEvents implements GridEventService {
  private readonly options: GridEventsOptions;

  constructor(options: GridEventsOptions) {
    this.options = options;
  }

  listGridEvents(siteId: string): readonly GridEvent[] {
    return eventsOf(this.options.ownerOf(siteId).state);
  }

  getGridEvent(siteId: string, eventId: string): GridEvent {
    const found = this.listGridEvents(siteId).find((event) => event.eventId === eventId);
    if (found === undefined)
      throw new Problem('GRID_EVENT_NOT_FOUND', `Site "${siteId}" has no grid event "${eventId}".`);
    return found;
  }

  async putGridEvent(siteId: string, eventId: string, document: unknown): Promise<StoredGridEvent> {
    const { site } = this.options.ownerOf(siteId).state;
    const { limits, notes } = readCapacityEvent(document, { eventId, site, nowMs: this.options.clock.nowMs() });
    return { ...(await this.putLimits(siteId, eventId, limits)), notes };
  }

  /** What a peer of the grid leaves a circuit, as one event. Ascending, without overlaps. Throws Problem as above. */
  async putCaps(siteId: string, eventId: string, { circuitId, caps }: CircuitCaps): Promise<void> {
    const limits = caps.map(
      (cap, index): CapacityLimit => ({
        limitId: `${eventId}.${compactInstant(cap.fromMs)}${isInSecondOf(caps[index - 1], cap) ? `~${index % 10}` : ''}`,
        circuitId,
        ...cap,
        source: 'grid-operator',
        eventId,
      }),
    );
    await this.putLimits(siteId, eventId, limits);
  }

  private async putLimits(
    siteId: string,
    eventId: string,
    limits: readonly CapacityLimit[],
  ): Promise<Omit<StoredGridEvent, 'notes'>> {
    const owner = this.options.ownerOf(siteId);
    const nowMs = this.options.clock.nowMs();
    const events = eventsOf(owner.state);
    const past = events.filter((event) => event.eventId !== eventId && isLongOver(event, nowMs));
    const others = events.filter((event) => event.eventId !== eventId && !past.includes(event));
    refuseTaken(owner.state, { eventId, limits });
    if (limits.length > 0) refuseTooMany([...others, { eventId, limits }]);
    const known = events.find((event) => event.eventId === eventId)?.limits ?? [];
    owner.dispatch(
      ...past.map((event) => ({ type: 'gridEventPut', eventId: event.eventId, limits: [] }) as const),
      ...(isSame(known, limits) ? [] : [{ type: 'gridEventPut', eventId, limits } as const]),
    );
    await owner.durable();
    return { eventId, limits, warnings: warningsOf(owner.state, limits, nowMs) };
  }

  async deleteGridEvent(siteId: string, eventId: string): Promise<void> {
    this.getGridEvent(siteId, eventId);
    const owner = this.options.ownerOf(siteId);
    owner.dispatch({ type: 'gridEventPut', eventId, limits: [] });
    await owner.durable();
  }
}

function eventsOf(state: SiteState): GridEvent[] {
  const byEvent = new Map<string, CapacityLimit[]>();
  for (const limit of state.limits.values()) {
    if (limit.eventId === undefined) continue;
    const limits = byEvent.get(limit.eventId);
    if (limits === undefined) byEvent.set(limit.eventId, [limit]);
    else limits.push(limit);
  }
  return [...byEvent]
    .map(([eventId, limits]) => ({ eventId, limits: limits.sort((a, b) => a.fromMs - b.fromMs) }))
    .sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
}

function isInSecondOf(
  before: { readonly fromMs: number } | undefined,
  { fromMs }: { readonly fromMs: number },
): boolean {
  return before !== undefined && Math.floor(before.fromMs / 1000) === Math.floor(fromMs / 1000);
}

/** 20260114T160000Z: short enough for a limit's id. */
function compactInstant(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|[.]\d+/g, '');
}

function isLongOver({ limits }: GridEvent, nowMs: number): boolean {
  return limits.every(({ toMs }) => toMs !== 'open' && toMs <= nowMs - KEPT_AFTER_END_MS);
}

function isSame(a: readonly CapacityLimit[], b: readonly CapacityLimit[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The ids of an event's limits follow from its own, and must not take another limit's place. */
function refuseTaken(state: SiteState, { eventId, limits }: GridEvent): void {
  const taken = limits.find(({ limitId }) => {
    const known = state.limits.get(limitId);
    return known !== undefined && known.eventId !== eventId;
  });
  if (taken === undefined) return;
  throw new Problem('LIMIT_ID_TAKEN', `Another limit has the id "${taken.limitId}", which this event would use.`, {
    details: { limitId: taken.limitId },
  });
}

function refuseTooMany(events: readonly GridEvent[]): void {
  const limits = events.reduce((sum, event) => sum + event.limits.length, 0);
  for (const [limit, found, max] of [
    ['gridEvents', events.length, GRID_EVENTS_MAX],
    ['gridEventLimits', limits, GRID_EVENT_LIMITS_MAX],
  ] as const) {
    if (found <= max) continue;
    const what = limit === 'gridEvents' ? 'grid events' : 'intervals in all its grid events';
    throw new Problem('TOO_MANY_LIMITS', `The site would have ${found} ${what}; ${max} are kept.`, {
      details: { limit, found, max },
    });
  }
}
