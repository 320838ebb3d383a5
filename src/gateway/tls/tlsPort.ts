import { constants, type X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { LISTEN_BACKLOG } from '../listenBacklog.js';
import { TokenBucket } from '../tokenBucket.js';
import { HandshakesUnderWay } from './handshakesUnderWay.js';
import type { TlsMaterial } from './material.js';
import { nameOfCertificate } from './revocation.js';

/**
 * What OCPP asks for, with forward secrecy before what it has without. TLS 1.3 has no weak ones; older stations need the last two.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
].join(':');

const HANDSHAKE_MAX_MS = 10_000;
const HEADERS_MAX_MS = 10_000;
const REQUEST_MAX_MS = 30_000;
const CHECK_EVERY_MS = 5_000;
/** Failed handshakes are told of at this pace: whoever scans the port must not fill the log. */
const TOLD_BURST = 20;
const TOLD_PER_SECOND = 0.2;

export interface TlsPortOptions {
  /** With mutualTls nobody comes in without a certificate that holds. */
  readonly entrance: 'tls' | 'mutualTls';
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  readonly nowMs: () => number;
  readonly handshakeMaxMs?: number;
  readonly handshakesOfOneNetworkMax?: number;
  /** Whose stations come in with a certificate: its O must be just this. Absent: whoever the authorities vouch for. */
  readonly organization?: string;
  /** A handshake that failed, and why. */
  readonly onRefused: (fields: {
    readonly entrance: string;
    readonly address: string;
    readonly reason: string;
  }) => void;
}

/** One port that speaks TLS. Its certificates may be replaced while it serves. */
export class TlsPort {
  readonly server: Server;
  readonly #options: TlsPortOptions;
  readonly #told: TokenBucket;
  /** Open sockets with a certificate, by what that is called. */
  readonly #certified = new Map<TLSSocket, string>();
  readonly #handshakes: HandshakesUnderWay;
  readonly #sockets = new Set<Socket>();
  #material: TlsMaterial;

  constructor(material: TlsMaterial, options: TlsPortOptions) {
    this.#options = options;
    this.#material = material;
    this.#told = new TokenBucket(TOLD_BURST, TOLD_PER_SECOND, options.nowMs());
    const isMutual = options.entrance === 'mutualTls';
    this.server = createServer(
      {
        ...contextOf(material, options.entrance),
        handshakeTimeout: options.handshakeMaxMs ?? HANDSHAKE_MAX_MS,
        headersTimeout: HEADERS_MAX_MS,
        requestTimeout: REQUEST_MAX_MS,
        connectionsCheckingInterval: CHECK_EVERY_MS,
        requestCert: isMutual,
        // Refused below, where the reason is known.
        rejectUnauthorized: false,
      },
      options.answer,
    );
    this.#handshakes = new HandshakesUnderWay(options.handshakesOfOneNetworkMax);
    this.server.prependListener('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      if (!this.#handshakes.begin(socket)) socket.destroy();
    });
    this.server.prependListener('secureConnection', (socket) => this.#handshakes.ended(socket));
    this.server.on('tlsClientError', (error: Error & { code?: string; reason?: string }, socket) => {
      // Who hangs up half way has said nothing that could be mended.
      if (error.code !== 'ECONNRESET') this.#refused(socket, error.reason ?? error.code ?? error.name);
    });
    // Before the listener that reads HTTP: who is not let in is not listened to.
    if (isMutual) this.server.prependListener('secureConnection', (socket) => this.#admit(socket));
  }

  get handshakesUnderWay(): number {
    return this.#handshakes.count;
  }

  /** Resolves with the port. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen({ port, host, backlog: LISTEN_BACKLOG }, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** New connections get the new certificates. Open ones stay, unless the certificate that let them in holds no more. */
  replace(material: TlsMaterial): void {
    const before = this.#material.trust;
    this.#material = material;
    this.server.setSecureContext(contextOf(material, this.#options.entrance));
    const { trust } = material;
    if (trust === 'none') return;
    const isOtherCa = before === 'none' || before.ca !== trust.ca;
    for (const [socket, name] of this.#certified) {
      const isRevoked = trust.lists.some(({ revoked }) => revoked.has(name));
      if (!isRevoked && !isOtherCa) continue;
      this.#refused(
        socket,
        isRevoked ? 'its certificate was revoked' : 'the authorities changed: it must show its certificate again',
      );
      socket.destroy();
    }
  }

  /** Takes no more connections. Resolves when all have ended: by themselves, or when `graceOver` resolves. */
  async close(graceOver: Promise<void>): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    await Promise.race([closed, graceOver]);
    // Those in the middle of a handshake too, which the server itself would wait for.
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #admit(socket: TLSSocket): void {
    const certificate = socket.getPeerX509Certificate();
    if (!socket.authorized || certificate === undefined) {
      this.#refused(
        socket,
        certificate === undefined ? 'it showed no certificate' : wordsOf(socket.authorizationError),
      );
      socket.destroy();
      return;
    }
    const { organization } = this.#options;
    // One authority may vouch for the stations of several operators.
    if (organization !== undefined && organizationOf(socket) !== organization) {
      this.#refused(socket, `its certificate is not one of ${JSON.stringify(organization)} (O)`);
      socket.destroy();
      return;
    }
    const name = nameOf(certificate);
    if (name === undefined) {
      this.#refused(socket, 'its certificate is not written in DER');
      socket.destroy();
      return;
    }
    this.#certified.set(socket, name);
    socket.once('close', () => this.#certified.delete(socket));
  }

  #refused(socket: TLSSocket, reason: string): void {
    const nowMs = this.#options.nowMs();
    if (this.#told.waitMs(nowMs) > 0) return;
    this.#told.take(nowMs);
    const address = socket.remoteAddress ?? 'unknown';
    this.#options.onRefused({ entrance: this.#options.entrance, address, reason });
  }
}

/** OpenSSL also reads what is not quite DER; what can't be compared with a revocation list is not let in. */
function nameOf(certificate: X509Certificate): string | undefined {
  try {
    return nameOfCertificate(certificate.raw);
  } catch {
    return undefined;
  }
}

/** Of several none is the one. */
function organizationOf(socket: TLSSocket): string | undefined {
  const organization: unknown = socket.getPeerCertificate().subject?.O;
  return typeof organization === 'string' ? organization : undefined;
}

function contextOf(material: TlsMaterial, entrance: TlsPortOptions['entrance']): SecureContextOptions {
  const { trust } = material;
  const client =
    entrance === 'tls' || trust === 'none'
      ? {}
      : { ca: trust.ca, ...(trust.lists.length === 0 ? {} : { crl: trust.lists.map(({ pem }) => pem) }) };
  return {
    cert: [...material.cert],
    key: [...material.key],
    ...client,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    // A session that is resumed would not look at the certificate again, which may have been revoked since.
    secureOptions:
      constants.SSL_OP_NO_COMPRESSION |
      constants.SSL_OP_NO_RENEGOTIATION |
      (entrance === 'mutualTls' ? constants.SSL_OP_NO_TICKET : 0),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate does not hold yet',
  CERT_REVOKED: 'its certificate was revoked',
  CRL_HAS_EXPIRED: 'the revocation list is too old: get a newer one from the authority',
  UNABLE_TO_GET_CRL: 'there is no revocation list of the authority that issued its certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it signed its certificate itself',
  INVALID_PURPOSE: 'its certificate is not one for clients',
};

function wordsOf(error: Error | string | null | undefined): string {
  const code = typeof error === 'string' ? error : error instanceof Error && 'code' in error ? String(error.code) : '';
  return WORDS[code] ?? `its certificate does not hold (${code === '' ? 'no reason known' : code})`;
}
