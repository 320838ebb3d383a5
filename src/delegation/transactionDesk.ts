import type { DelegatedTransaction, DelegatedTransactionView } from '../control/delegation/delegation.js';
import type { SiteOwner } from '../control/siteOwner.js';
import type { StationDesk } from '../control/stationDesk.js';
import type { TransactionId } from '../site/chargingProfile.js';
import type { Clock } from '../site/clock.js';
import { Problem } from '../site/problem.js';
import type { EndedSession, TransactionState } from '../site/state.js';
import type { OcppVersion } from '../site/stationMessages.js';
import { fingerprint, isSame } from './sameness.js';
import { transactionIdOf, transactionRequests } from './transactionInflow.js';

/** Documents by which a repeated one is known. */
const REVS_KEPT = 20_000;

export interface TransactionDeskOptions {
  readonly stations: Pick<StationDesk, 'request'>;
  readonly clock: Clock;
}

interface Named {
  readonly owner: SiteOwner;
  readonly stationId: string;
  readonly transactionId: string;
  readonly version: OcppVersion;
}

type Known =
  | { readonly status: 'open'; readonly transaction: TransactionState }
  | { readonly status: 'ended'; readonly session: EndedSession }
  | { readonly status: 'unheard' };

/** Transactions as documents with a number that counts up, for a CSMS that does not hand on what its stations wrote. */
export class TransactionDesk {
  private readonly options: TransactionDeskOptions;
  /** What was said under the newest number of each. */
  private readonly revs = new Map<string, { readonly rev: number; readonly said: string }>();

  constructor(options: TransactionDeskOptions) {
    this.options = options;
  }

  /** Throws Problem: STALE_REV, TRANSACTION_NOT_FOUND. */
  async tell(named: Named, told: DelegatedTransaction): Promise<DelegatedTransactionView> {
    const { owner, stationId, transactionId, version } = named;
    const id = transactionIdOf(transactionId, version);
    const before = knownOf(owner, stationId, id);
    if (this.isNews(named, told, before)) await this.take(stationId, id, told, before);
    // Also of what is said again: it may be on its way to the store still.
    await owner.durable();
    if (before.status !== 'ended') this.remember(keyOf(named), { rev: told.rev, said: fingerprint(told) });
    const now = knownOf(owner, stationId, id);
    if (now.status === 'unheard')
      throw new Problem('STALE_REV', `A later transaction is open on EVSE ${told.evseId} already.`);
    if (now.status === 'ended')
      return { stationId, transactionId: id, sessionId: now.session.sessionId, rev: told.rev, isOpen: false };
    const { sessionId, needs } = now.transaction;
    if (told.needs !== undefined && !isSame(needs, told.needs)) {
      owner.dispatch({ type: 'needsPut', sessionId, needs: told.needs });
      await owner.durable();
    }
    return { stationId, transactionId: id, sessionId, rev: told.rev, isOpen: true };
  }

  private async take(stationId: string, id: TransactionId, told: DelegatedTransaction, known: Known): Promise<void> {
    if (known.status === 'unheard' && told.state === 'ended')
      throw new Problem('TRANSACTION_NOT_FOUND', `Of transaction "${id}" nothing was told before its end.`);
    const isOpen = known.status === 'open';
    const nowMs = this.options.clock.nowMs();
    for (const request of transactionRequests(id, told, { isOpen, nowMs }))
      await this.options.stations.request(stationId, request);
  }

  /** False: it was told before. Remembers nothing: what could not be taken must count when it is said again. Throws Problem STALE_REV. */
  private isNews(named: Named, told: DelegatedTransaction, known: Known): boolean {
    if (known.status === 'ended') {
      if (told.state === 'ended') return false;
      throw new Problem('STALE_REV', 'The transaction has ended.', { field: '/state' });
    }
    const last = this.revs.get(keyOf(named));
    const journalled = known.status === 'open' ? (known.transaction.told?.seqNo ?? -1) : -1;
    const rev = Math.max(last?.rev ?? -1, journalled);
    const isOther = last?.rev === told.rev && last.said !== fingerprint(told);
    if (told.rev < rev || isOther)
      throw new Problem('STALE_REV', `What is known of the transaction has the rev ${rev}.`, {
        field: '/rev',
        details: { rev },
      });
    return last?.rev !== told.rev || known.status === 'unheard';
  }

  private remember(key: string, what: { readonly rev: number; readonly said: string }): void {
    this.revs.delete(key);
    this.revs.set(key, what);
    for (const [oldest] of this.revs) {
      if (this.revs.size <= REVS_KEPT) break;
      this.revs.delete(oldest);
    }
  }
}

function keyOf({ stationId, transactionId }: Named): string {
  return `${stationId} ${transactionId}`;
}

function knownOf({ state }: SiteOwner, stationId: string, id: TransactionId): Known {
  for (const { transaction } of state.stations.get(stationId)?.evses.values() ?? [])
    if (transaction?.transactionId === id) return { status: 'open', transaction };
  const session = state.endedSessions.findLast((past) => past.stationId === stationId && past.transactionId === id);
  return session === undefined ? { status: 'unheard' } : { status: 'ended', session };
}
