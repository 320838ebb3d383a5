import { createHash } from 'node:crypto';
import type { Clock } from '../../site/clock.js';
import type { AccountStore, AuditEntry } from '../../store/accountStore.js';
import { difference } from './difference.js';
import { redact } from './redact.js';
import type { Principal } from './roles.js';
import { newId } from './secrets.js';

export type { AuditEntry };

const RADIX = 36;
const COUNT_DIGITS = 8;
/** Of one entry's documents. Beyond, its hash and its length are kept: it can be compared with a copy. */
const DOCUMENT_MAX_CHARACTERS = 262_144;

export interface Change {
  readonly actor: Principal;
  readonly organisationId: string;
  readonly siteId: string | null;
  readonly action: string;
  readonly target: string;
  /** Null: it was not there, or is gone, or has no such document. */
  readonly before: unknown;
  readonly after: unknown;
  readonly asked: unknown;
}

export interface AuditQuery {
  readonly siteId?: string;
  readonly before?: { readonly atMs: number; readonly entryId: string };
  readonly limit: number;
}

/** Who changed what, and when: written before the change is answered. */
export class AuditTrail {
  private readonly store: AccountStore;
  private readonly clock: Clock;
  private recorded = 0;

  constructor({ store, clock }: { readonly store: AccountStore; readonly clock: Clock }) {
    this.store = store;
    this.clock = clock;
  }

  async record(change: Change): Promise<void> {
    const { actor, organisationId, siteId, action, target } = change;
    // What differs is looked for before anything is hidden, so that a change of what is hidden shows as one.
    const { before, after } = difference(change.before, change.after);
    await this.store.appendAudit({
      entryId: this.nextId(),
      atMs: this.clock.nowMs(),
      organisationId,
      siteId,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      action,
      target,
      before: bounded(redact(before)),
      after: bounded(redact(after)),
      asked: bounded(redact(change.asked)),
    });
  }

  /** In the order of what this process did within a millisecond; like that of no other process. */
  private nextId(): string {
    this.recorded += 1;
    return `${this.recorded.toString(RADIX).padStart(COUNT_DIGITS, '0')}-${newId('audit')}`;
  }

  /** Newest first; of the whole installation for admins only. */
  list(actor: Principal, query: AuditQuery): Promise<readonly AuditEntry[]> {
    const scope = actor.role === 'admin' ? {} : { organisationId: actor.organisationId };
    return this.store.listAudit({ ...query, ...scope });
  }
}

function bounded(document: unknown): unknown {
  const text = JSON.stringify(document ?? null);
  if (text.length <= DOCUMENT_MAX_CHARACTERS) return document ?? null;
  return { tooLongCharacters: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}
