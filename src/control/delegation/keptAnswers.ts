import { createHash } from 'node:crypto';
import type { Clock } from '../../site/clock.js';
import type { DocumentStore } from '../../store/documentStore.js';
import type { Log } from '../ports.js';

export interface KeptAnswer {
  /** Of what was asked. */
  readonly fingerprint: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface KeptAnswersOptions {
  readonly documents: DocumentStore;
  readonly clock: Clock;
  readonly log: Log;
}

const KIND = 'keptAnswer';
const KEPT_MS = 24 * 3_600_000;
const KEPT_MAX = 50_000;
const PURGE_EVERY_MS = 3_600_000;

/** What was answered to requests that carry a key of their own, so that one that is sent again is not carried out again. */
export class KeptAnswers {
  private readonly options: KeptAnswersOptions;
  /** Being answered in this process. */
  private readonly underWay = new Map<string, Promise<void>>();
  private cancelPurge: () => void = () => undefined;

  constructor(options: KeptAnswersOptions) {
    this.options = options;
    this.purgeLater();
  }

  /** The answer, or 'new': then `end` is to be called with the one that is given, or none where it is not to be kept. */
  async begin(
    organisationId: string,
    key: string,
  ): Promise<KeptAnswer | { readonly end: (answer: KeptAnswer | 'none') => Promise<void> }> {
    const id = createHash('sha256').update(`${organisationId}\n${key}`).digest('base64url');
    for (;;) {
      const other = this.underWay.get(id);
      if (other === undefined) break;
      await other;
    }
    let free: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      free = resolve;
    });
    this.underWay.set(id, turn);
    const leave = (): void => {
      this.underWay.delete(id);
      free();
    };
    try {
      const { documents, clock } = this.options;
      const stored = await documents.get(KIND, id);
      if (stored !== undefined && clock.nowMs() - stored.updatedMs < KEPT_MS) {
        leave();
        return stored.body as KeptAnswer;
      }
      return {
        end: async (answer) => {
          try {
            if (answer !== 'none')
              await documents.put({ kind: KIND, id, organisationId, updatedMs: clock.nowMs(), body: answer });
          } finally {
            leave();
          }
        },
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  close(): void {
    this.cancelPurge();
  }

  private purgeLater(): void {
    const { clock, log } = this.options;
    this.cancelPurge = clock.after(PURGE_EVERY_MS, () => {
      this.purge().catch((error: unknown) => log.warn({ error: String(error) }, 'old answers could not be deleted'));
      this.purgeLater();
    });
  }

  private async purge(): Promise<void> {
    const { documents, clock } = this.options;
    const newestFirst = [...(await documents.list(KIND))].sort((a, b) => b.updatedMs - a.updatedMs);
    const oldestMs = clock.nowMs() - KEPT_MS;
    for (const [index, { id, updatedMs }] of newestFirst.entries())
      if (index >= KEPT_MAX || updatedMs < oldestMs) await documents.delete(KIND, id);
  }
}
