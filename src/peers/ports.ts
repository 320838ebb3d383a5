import type { Outbound } from '../outbound/outbound.js';
import type { CircuitLoad } from '../site/circuitLoad.js';
import type { Clock, RandomSource } from '../site/clock.js';
import type { SiteModel } from '../site/model.js';
import type { DocumentStore } from '../store/documentStore.js';
import type { GridCap } from './gridCap.js';

// What grid peers (OSCP, OpenADR) need of the rest of the service.

export interface GridPorts {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly secrets: Secrets;
  readonly log: PeerLog;
  readonly documents: DocumentStore;
  readonly outbound: Pick<Outbound, 'check' | 'request'>;
  readonly sites: PeerSites;
}

/** Tokens, addresses' queries and bodies never get here. */
export interface PeerLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Secrets {
  /** 256 random bits, in characters that any header takes. */
  make(): string;
  hash(secret: string): string;
}

/** The sites that this process owns. */
export interface PeerSites {
  /** Undefined: another process owns it, or there is none. */
  find(siteId: string): SiteModel | undefined;
  /** In place of those that the event had, all at once; resolves when they are durable and in force. None: it is gone. */
  putCaps(siteId: string, eventId: string, caps: CircuitCaps): Promise<void>;
  /** What flows now. Undefined where the site or the circuit is not there. */
  load(siteId: string, circuitId: string): CircuitLoad | undefined;
  /** What the site took from the grid, Wh; 'unknown' where a part of that time is not known. */
  importWh(siteId: string, fromMs: number, toMs: number): Promise<number | 'unknown'>;
  /** Lays the prices of OpenADR events over a tariff, or makes it. Answers what a person should know. */
  putPrices(siteId: string, tariffId: string, events: unknown): Promise<readonly string[]>;
}

export interface CircuitCaps {
  readonly circuitId: string;
  readonly caps: readonly GridCap[];
}
