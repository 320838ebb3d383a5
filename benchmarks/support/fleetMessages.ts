import type { Milestones } from './stormStation.js';

// What the benchmark and the processes that are its stations tell each other.

export type FleetCommand =
  | { readonly type: 'create'; readonly firstSite: number; readonly sites: number; readonly password: string }
  /** Every station connects at once, having cut its connection first if it had one. */
  | { readonly type: 'comeBack'; readonly port: number }
  | { readonly type: 'milestones' }
  /** How long no profile came. */
  | { readonly type: 'quiet' }
  | { readonly type: 'held' }
  /** Every station to a bare server: a web socket, and so many messages one after the other. */
  | { readonly type: 'bare'; readonly port: number; readonly messages: number }
  | { readonly type: 'close' };

export interface HeldByStation {
  readonly id: string;
  readonly limitA: number;
  readonly transactionId: number;
  readonly held: readonly string[];
}

export interface FleetAnswers {
  readonly create: null;
  readonly comeBack: { readonly cpuMs: number };
  /** In ms since they were told to come back. */
  readonly milestones: {
    readonly stations: readonly Milestones[];
    /** Since the last time: how far any circuit was above its limit, at the worst moment; below 0 where it never was. */
    readonly overA: number;
    readonly where: string;
  };
  readonly quiet: { readonly quietMs: number };
  readonly held: readonly HeldByStation[];
  readonly bare: { readonly tookMs: number };
  readonly close: null;
}
