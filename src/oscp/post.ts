import type { GridPorts } from '../peers/ports.js';
import { writeInstant } from './messages.js';
import type { OscpRegistration } from './peerState.js';
import { type Delivery, deliver, type OutgoingMessage } from './wire.js';

export interface OscpPostOptions {
  readonly providerId: string;
  readonly ports: GridPorts;
  readonly registration: () => OscpRegistration;
  readonly isStopped: () => boolean;
}

const NOTES_MAX = 20;
const ANSWER_TRIES = 3;
const ANSWER_RETRY_MS = 5_000;

/** What is sent to the other side, and what a person should know of how that went. */
export class OscpPost {
  readonly notes: string[] = [];
  private readonly options: OscpPostOptions;

  constructor(options: OscpPostOptions) {
    this.options = options;
  }

  /** Once. */
  async send(message: OutgoingMessage): Promise<Delivery> {
    const registration = this.options.registration();
    if (registration.status !== 'registered' && registration.status !== 'answering')
      return { outcome: 'refused', requestId: '', reason: 'it is not registered' };
    const delivery = await deliver(this.options.ports, registration, message);
    if (delivery.outcome !== 'delivered') this.tell(`${message.paths[0]} was not taken`, delivery);
    return delivery;
  }

  /** What must not be lost is tried a few times. */
  async answer(message: OutgoingMessage): Promise<void> {
    const { ports, isStopped } = this.options;
    for (let tries = 1; tries <= ANSWER_TRIES && !isStopped(); tries++) {
      const delivery = await this.send(message);
      if (delivery.outcome !== 'failed') return;
      await new Promise<void>((resolve) => ports.clock.after(ANSWER_RETRY_MS, resolve));
    }
  }

  tell(what: string, delivery: Delivery): void {
    const { providerId, ports } = this.options;
    const reason = delivery.outcome === 'delivered' ? '' : delivery.reason;
    this.note(`${what}: ${reason}`);
    ports.log.warn({ providerId, reason }, `OSCP: ${what}`);
  }

  note(text: string): void {
    this.notes.push(`${writeInstant(this.options.ports.clock.nowMs())} ${text}`);
    if (this.notes.length > NOTES_MAX) this.notes.shift();
  }
}
