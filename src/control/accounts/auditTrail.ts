import { createHash } from 'node:crypto';
import { Attendant } from '../../audit/attendance.js';
import type { Clock } from '../../site/clock.js';
import type { AccountStore, AuditEntry, AuditOutcome } from '../../store/accountStore.js';
import { difference } from './difference.js';
import { redact } from './redact.js';
import type { Principal } from './roles.js';
import { newId } from './secrets.js';

export type { AuditEntry };

const RADIX = 36;
const COUNT_DIGITS = 8;
/** Of one entry's documents. Beyond, its hash and its length are kept: it can be compared with a copy. */
const DOCUMENT_MAX_CHARACTERS = 262_144;

/** What is asked for, before it is done. */
export interface Request {
  readonly actor: Principal;
  readonly organisationId: string;
  readonly siteId: string | null;
  readonly action: string;
  readonly target: string;
  readonly asked: unknown;
}

/** What came of it. */
export interface Outcome {
  /** 'failed': it was answered with an error. */
  readonly outcome: AuditOutcome['outcome'];
  /** Null: it was not there, or is gone, or has no such document. */
  readonly before: unknown;
  readonly after: unknown;
  /** What it was, where `before` and `after` do not tell; else null. */
  readonly asked: unknown;
}

export interface AuditQuery {
  readonly siteId?: string;
  readonly before?: { readonly atMs: number; readonly entryId: string };
  readonly limit: number;
}

/**
 * Who changed what, and when. An entry is committed with the change that it tells of, and its outcome before that is answered: after a
 * crash between the two it says what was asked for, and not what came of it.
 */
export class AuditTrail {
  private readonly store: AccountStore;
  private readonly clock: Clock;
  private recorded = 0;

  constructor({ store, clock }: { readonly store: AccountStore; readonly clock: Clock }) {
    this.store = store;
    this.clock = clock;
  }

  /** What is done within `attend` takes it along. */
  open({ actor, organisationId, siteId, action, target, asked }: Request): Attendant {
    return new Attendant({
      entryId: this.nextId(),
      atMs: this.clock.nowMs(),
      organisationId,
      siteId,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      action,
      target,
      asked: bounded(redact(asked)),
    });
  }

  /** For what no write of ours is part of, as what a station does: it is on disk when this resolves, and may be done then. */
  async begin(attendant: Attendant): Promise<void> {
    if (!attendant.take()) return;
    let became: 'committed' | 'waiting' = 'waiting';
    try {
      await this.store.beginAudit(attendant.entry);
      became = 'committed';
    } finally {
      attendant.settle(became);
    }
  }

  /** Nothing takes it any more. What failed and has left nothing is not told of. */
  async end(attendant: Attendant, came: Outcome): Promise<void> {
    attendant.dismiss();
    const { entry, state } = attendant;
    if (came.outcome === 'failed' && state !== 'committed') return;
    const outcome = outcomeOf(came);
    // It changed nothing, or nothing that is written.
    if (state === 'dismissed') return this.store.appendAudit({ ...entry, ...outcome });
    // Whatever took it has not said so, and was answered as done.
    if (state === 'taken') await this.store.beginAudit(entry);
    await this.store.completeAudit(entry.entryId, outcome);
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

function outcomeOf({ outcome, asked, ...documents }: Outcome): AuditOutcome {
  // What differs is looked for before anything is hidden, so that a change of what is hidden shows as one.
  const { before, after } = difference(documents.before, documents.after);
  return {
    outcome,
    before: bounded(redact(before)),
    after: bounded(redact(after)),
    asked: bounded(redact(asked)),
  };
}

function bounded(document: unknown): unknown {
  const text = JSON.stringify(document ?? null);
  if (text.length <= DOCUMENT_MAX_CHARACTERS) return document ?? null;
  return { tooLongCharacters: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}
