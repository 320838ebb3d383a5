import { setImmediate as nextTurn } from 'node:timers/promises';
import { evsesOfSite } from '../../site/sites.js';
import type { EndedSession, SiteState } from '../../site/state.js';
import type { Store, StoredSession } from '../../store/store.js';
import type { HistorySpan } from './historyService.js';
import { endedStay, openStay, type Stay } from './stay.js';

export interface StaySource {
  readonly store: Pick<Store, 'listSessionsBetween'>;
  readonly state: SiteState;
  readonly nowMs: number;
}

/** What is read and worked out within one turn of the event loop. */
const PAGE = 100;

/**
 * Stays with a moment in the span, the earliest first, page by page: those that are stored, and those that are open. One that ends while
 * it is read is there once.
 */
export async function* stayPages(
  { store, state, nowMs }: StaySource,
  span: HistorySpan,
): AsyncGenerator<readonly Stay[]> {
  let open = openStays(state, nowMs).filter(({ startedAtMs }) => startedAtMs < span.toMs && nowMs > span.fromMs);
  let after: { startedMs: number; sessionId: string } | undefined;
  for (;;) {
    await nextTurn();
    const page: readonly StoredSession[] = await store.listSessionsBetween(state.site.siteId, {
      ...span,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    const stays = page.map(({ record }) => endedStay(record as EndedSession, state));
    const stored = new Set(stays.map(({ sessionId }) => sessionId));
    const isLast = page.length < PAGE;
    const untilMs = isLast ? Number.POSITIVE_INFINITY : (page.at(-1)?.startedMs ?? 0);
    const due = open.filter(({ startedAtMs, sessionId }) => startedAtMs < untilMs && !stored.has(sessionId));
    open = open.filter(({ startedAtMs, sessionId }) => startedAtMs >= untilMs && !stored.has(sessionId));
    const both = [...stays, ...due].sort((a, b) => a.startedAtMs - b.startedAtMs);
    if (both.length > 0) yield both;
    if (isLast) return;
    after = page.at(-1);
  }
}

export async function staysBetween(source: StaySource, span: HistorySpan): Promise<readonly Stay[]> {
  const stays: Stay[] = [];
  for await (const page of stayPages(source, span)) stays.push(...page);
  return stays;
}

export function openStayOf(state: SiteState, sessionId: string, nowMs: number): Stay | undefined {
  return openStays(state, nowMs).find((stay) => stay.sessionId === sessionId);
}

function openStays(state: SiteState, nowMs: number): readonly Stay[] {
  return [...evsesOfSite(state)].flatMap((at) => {
    const { transaction } = at.evseState;
    return transaction === null ? [] : [openStay(at, transaction, nowMs)];
  });
}
