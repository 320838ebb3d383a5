import { createHmac } from 'node:crypto';
import { isSameSecret } from '../control/accounts/secrets.js';

/** What goes from one process to another, and what comes back: both are sealed with the key of the one that answers. */
export interface Sealed {
  readonly kind: 'question' | 'answer';
  /** Who asks, and who answers. */
  readonly from: string;
  readonly to: string;
  /** Of the question: ascending from 1 with each of the asker's. */
  readonly seq: number;
  readonly body: string | Buffer;
}

/** As far as this, questions may overtake each other. */
const WINDOW = 4_096;
const SENDERS_MAX = 1_000;

/**
 * Whoever can make it knows the key, which stands in the database, for processes of this service alone. It is never sent, so that who
 * listens learns nothing to speak with.
 */
export function sealOf(key: string, { kind, from, to, seq, body }: Sealed): string {
  const about = JSON.stringify([kind, from, to, seq]);
  return createHmac('sha256', key).update(about).update('\n').update(body).digest('hex');
}

export function isSealed(key: string, sealed: Sealed, seal: string): boolean {
  return isSameSecret(Buffer.from(sealOf(key, sealed)), Buffer.from(seal));
}

interface Sender {
  highest: number;
  readonly recent: Set<number>;
}

/** Takes each question of each process once, so that nobody who wrote one down can ask it again. */
export class OnceOnly {
  private readonly senders = new Map<string, Sender>();

  take(from: string, seq: number): boolean {
    const sender = this.senders.get(from) ?? { highest: 0, recent: new Set<number>() };
    if (seq <= sender.highest - WINDOW || sender.recent.has(seq)) return false;
    // Those that spoke last are remembered longest.
    this.senders.delete(from);
    this.senders.set(from, sender);
    sender.recent.add(seq);
    sender.highest = Math.max(sender.highest, seq);
    if (sender.recent.size > 2 * WINDOW)
      for (const old of sender.recent) if (old <= sender.highest - WINDOW) sender.recent.delete(old);
    const [oldest] = this.senders.keys();
    if (this.senders.size > SENDERS_MAX && oldest !== undefined) this.senders.delete(oldest);
    return true;
  }
}
