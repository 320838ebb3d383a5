// What the benchmark of several processes and the processes that are its stations tell each other.

export type ClusterFleetCommand =
  | {
      readonly type: 'create';
      readonly firstSite: number;
      readonly sites: number;
      readonly apiPort: number;
      /** Stations take them in turn. */
      readonly gatewayPorts: readonly number[];
    }
  /** Stations begin to connect; how far they are is asked. */
  | { readonly type: 'connect' }
  | { readonly type: 'progress' }
  /** From now on buildings jump. */
  | { readonly type: 'jump' }
  /** What was seen until now is forgotten. */
  | { readonly type: 'measure' }
  | { readonly type: 'seen' }
  | { readonly type: 'close' };

export interface Progress {
  readonly connected: number;
  /** In a transaction, and with a profile for it. */
  readonly controlled: number;
}

export interface Seen {
  /** From a jump of a building's meter over the limit until the first profile was on the wire, and until what the cars draw fits again. */
  readonly firstMs: readonly number[];
  readonly fitsMs: readonly number[];
  /** From a station's meter value until it was answered. */
  readonly answeredMs: readonly number[];
  /** Of the buildings' meters, over HTTP. */
  readonly readingMs: readonly number[];
  readonly profiles: number;
  readonly jumpsUnanswered: number;
  readonly readingsFailed: number;
  readonly messagesRefused: number;
  readonly connectionsLost: number;
  /** The longest that the meter of any site showed more than its grid connection carries. */
  readonly longestOverMs: number;
  readonly cpuMs: number;
  /** The fleet's own event loop: what it adds to each time. */
  readonly lagP99Ms: number;
}

export interface ClusterFleetAnswers {
  readonly create: null;
  readonly connect: null;
  readonly progress: Progress;
  readonly jump: null;
  readonly measure: null;
  readonly seen: Seen;
  readonly close: null;
}
