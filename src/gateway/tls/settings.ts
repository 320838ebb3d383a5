/** What the operator says about encryption. Paths are as given; nothing of the files is known yet. */
export interface TlsSettings {
  /** One for each kind of key, such as RSA and ECDSA: a station is shown the first that it can use. */
  readonly identities: readonly IdentityFiles[];
  /** Security profile 2: a password over TLS. 0: any free port. */
  readonly port: number | 'off';
  /** Security profile 3: a client certificate. */
  readonly mutual: MutualSettings | 'off';
}

export interface IdentityFiles {
  /** PEM, the server's own certificate first, then those that lead to its root. */
  readonly certFile: string;
  readonly keyFile: string;
}

export interface MutualSettings {
  readonly port: number;
  /** PEM: who may vouch for stations. */
  readonly caFile: string;
  /** PEM: which of their certificates hold no more. */
  readonly crlFile: string | 'none';
  /** The organisation that a station's certificate must name, exactly. Absent: any. */
  readonly organization?: string;
}
