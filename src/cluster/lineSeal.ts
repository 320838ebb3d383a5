import { createHmac, timingSafeEqual } from 'node:crypto';

/** What goes from one process to another, and what comes back: sealed with the key of the one that answers. */
export interface Sealed {
  readonly from: string;
  readonly to: string;
  /** Ascending from 1 with each message of the sender's. */
  readonly seq: number;
  readonly kind: 'question' | 'answer';
  readonly body: string | Buffer;
}

/** As far as this messages may overtake each other. */
const WINDOW = 4_096;
const SENDERS_MAX = 1_000;

/**
 * Whoever can make it knows the key, which stands in the database for processes of this service alone. It is never sent, so that who
 * listens learns nothing to speak with.
 */
export function sealOf(key: string, { from, to, seq, kind, body }: Sealed): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([kind, from, to, seq]))
    .update('\n')
    .update(body)
    .digest('hex');
}

export function isSealed(key: string, sealed: Sealed, seal: string): boolean {
  const [made, given] = [sealOf(key, sealed), seal].map((text) => Buffer.from(text));
  return made !== undefined && given !== undefined && made.length === given.length && timingSafeEqual(made, given);
}

interface Sender {
  highest: number;
  readonly recent: Set<number>;
}

/** Takes each message of each sender once, so that nobody who wrote one down can say it again. */
export class OnceOnly {
  private readonly senders = new Map<string, Sender>();

  take(from: string, seq: number): boolean {
    const sender = this.senders.get(from) ?? { highest: 0, recent: new Set<number>() };
    if (seq <= sender.highest - WINDOW || sender.recent.has(seq)) return false;
    this.senders.delete(from);
    this.senders.set(from, sender);
    sender.recent.add(seq);
    if (seq > sender.highest) {
      for (let old = Math.max(1, sender.highest - WINDOW + 1); old <= seq - WINDOW; old++) {
        if (old > sender.highest) break;
        sender.recent.delete(old);
      }
      sender.highest = seq;
    }
    const [oldest] = this.senders.keys();
    if (this.senders.size > SENDERS_MAX && oldest !== undefined) this.senders.delete(oldest);
    return true;
  }
}
