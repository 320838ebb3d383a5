// A CSMS that stations reach through us, as an organisation has set it up.

export interface Upstream {
  readonly upstreamId: string;
  readonly organisationId: string;
  /** Of the CSMS: a station's own address is this and its identity. */
  readonly url: string;
  readonly credentials: UpstreamCredentials;
  /** What becomes of a station whose CSMS is out of reach. */
  readonly onLoss: OnLoss;
  readonly updatedMs: number;
}

export type UpstreamCredentials =
  /** What the station shows is shown to the CSMS, which decides. */
  | { readonly mode: 'passThrough' }
  /** The station shows us who it is; to the CSMS it comes with these. Username absent: its identity. */
  | { readonly mode: 'replace'; readonly username?: string; readonly password: string };

export type OnLoss =
  /** It is closed too, and comes again. */
  | { readonly kind: 'close' }
  /** Its messages wait for so long; then it is closed. */
  | { readonly kind: 'hold'; readonly holdS: number }
  /** It is answered here for so long, and its CSMS hears afterwards what it missed. Where that can not be: as `close`. */
  | { readonly kind: 'island'; readonly islandS: number };
