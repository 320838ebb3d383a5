import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../site/clock.js';
import type {
  StationApproach,
  StationRequest,
  StationResponses,
  StationSocket,
  WaitingRoom,
} from '../site/stationMessages.js';
import { spreadIntervalS } from './spread.js';

/** How many may wait: whoever may come in without being known may come in thousands. */
const WAITING_MAX = 100;
const WAITING_OF_ONE_NETWORK_MAX = 50;
const WAITING_OF_ONE_IDENTITY_MAX = 3;
/** From being let in to the first sign of its web socket. */
const ARRIVES_WITHIN_MS = 30_000;
export const PENDING_INTERVAL_S = 60;
const TOLD = 'taken in: connect again';
const OVER = 'onboarding is closed';

export interface BootDetails {
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber?: string;
  readonly firmwareVersion?: string;
}

/** One that waits, with the hash of the password that it came with. */
export interface WaitingStation {
  readonly stationId: string;
  readonly approach: StationApproach;
  readonly passwordHash: string;
  readonly sinceMs: number;
  readonly socket: StationSocket;
  readonly boot: BootDetails | undefined;
}

interface Place {
  readonly stationId: string;
  readonly approach: StationApproach;
  readonly passwordHash: string;
  /** Equal where the passwords are. */
  readonly mark: string;
  /** Somebody's identity, and not the right password: it waits for nothing, and can't tell. */
  readonly isPretender: boolean;
  readonly sinceMs: number;
  socket: StationSocket | undefined;
  close: (reason: string) => void;
  boot: BootDetails | undefined;
}

export interface Applicant {
  readonly stationId: string;
  readonly password: string;
  readonly passwordHash: string;
  readonly isPretender: boolean;
  readonly approach: StationApproach;
}

/**
 * Where stations that nobody knows wait while their owner lets them. Those that claim the identity of a station that has credentials,
 * with a wrong password, wait here too, so that nobody can tell from the answer which identities there are; the owner never sees them.
 */
export class OnboardingRoom implements WaitingRoom {
  private readonly clock: Clock;
  private readonly key = randomBytes(32);
  private readonly places = new Map<string, Place>();
  private openUntil: number | undefined;
  private cancelClosing = (): void => {};

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get openUntilMs(): number | 'closed' {
    const until = this.openUntil;
    return until === undefined || until <= this.clock.nowMs() ? 'closed' : until;
  }

  open(durationMs: number): void {
    this.cancelClosing();
    this.openUntil = this.clock.nowMs() + durationMs;
    this.cancelClosing = this.clock.after(durationMs, () => this.close());
  }

  /** Sends everyone away. */
  close(): void {
    this.cancelClosing();
    this.openUntil = undefined;
    for (const [ticket, place] of [...this.places]) {
      this.places.delete(ticket);
      place.close(OVER);
    }
  }

  /** A ticket, or undefined when there is no place. */
  admit({ password, ...applicant }: Applicant): string | undefined {
    if (this.openUntilMs === 'closed') return undefined;
    const mark = createHmac('sha256', this.key).update(password).digest('hex');
    const same = [...this.places].filter(([, { stationId }]) => stationId === applicant.stationId);
    // The same again has lost its connection: it takes its own place.
    for (const [ticket, place] of same) if (place.mark === mark) this.dismiss(ticket, 'replaced by a newer connection');
    if (!this.hasPlaceFor(applicant)) return undefined;
    const ticket = randomBytes(16).toString('hex');
    const place = {
      ...applicant,
      mark,
      sinceMs: this.clock.nowMs(),
      socket: undefined,
      close: () => {},
      boot: undefined,
    };
    this.places.set(ticket, place);
    this.clock.after(ARRIVES_WITHIN_MS, () => {
      if (this.places.get(ticket)?.socket === undefined) this.places.delete(ticket);
    });
    return ticket;
  }

  entered(ticket: string, socket: StationSocket, close: (reason: string) => void): void {
    const place = this.places.get(ticket);
    if (place === undefined) {
      close(OVER);
      return;
    }
    place.socket = socket;
    place.close = close;
  }

  booted(ticket: string, boot: Extract<StationRequest, { type: 'boot' }>): StationResponses['boot'] {
    const place = this.places.get(ticket);
    if (place !== undefined) place.boot = detailsOf(boot);
    return {
      status: 'Pending',
      currentTimeMs: this.clock.nowMs(),
      intervalS: spreadIntervalS(PENDING_INTERVAL_S, place?.stationId ?? ticket),
    };
  }

  left(ticket: string): void {
    this.places.delete(ticket);
  }

  /** Those that could be taken in, in the order in which they came. */
  list(): readonly WaitingStation[] {
    return [...this.places.values()].flatMap((place) => {
      const { socket } = place;
      if (place.isPretender || socket === undefined) return [];
      const { stationId, approach, passwordHash, sinceMs, boot } = place;
      return [{ stationId, approach, passwordHash, sinceMs, socket, boot }];
    });
  }

  /** It has been taken in, and comes again as one that is known. */
  release(stationId: string): void {
    for (const [ticket, place] of [...this.places]) if (place.stationId === stationId) this.dismiss(ticket, TOLD);
  }

  private dismiss(ticket: string, reason: string): void {
    const place = this.places.get(ticket);
    this.places.delete(ticket);
    place?.close(reason);
  }

  private hasPlaceFor({ stationId, approach }: Pick<Place, 'stationId' | 'approach'>): boolean {
    const places = [...this.places.values()];
    const ofNetwork = places.filter((place) => place.approach.network === approach.network).length;
    const ofIdentity = places.filter((place) => place.stationId === stationId).length;
    return (
      places.length < WAITING_MAX && ofNetwork < WAITING_OF_ONE_NETWORK_MAX && ofIdentity < WAITING_OF_ONE_IDENTITY_MAX
    );
  }
}

export function detailsOf(boot: Extract<StationRequest, { type: 'boot' }>): BootDetails {
  const { vendor, model, serialNumber, firmwareVersion } = boot;
  return {
    vendor,
    model,
    ...(serialNumber === undefined ? {} : { serialNumber }),
    ...(firmwareVersion === undefined ? {} : { firmwareVersion }),
  };
}
