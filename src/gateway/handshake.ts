import { isUtf8 } from 'node:buffer';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** What a station's request for a web socket says, before anyone has checked whether it is true. */
type Handshake =
  | {
      readonly kind: 'station';
      readonly stationId: string;
      readonly credentials: Credentials;
      /** The CSMS that it goes on to. Absent: it comes to us. */
      readonly upstreamId?: string;
    }
  | { readonly kind: 'notOurs' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export type Credentials =
  | { readonly kind: 'none' }
  /** A password that is no text came as the bytes of a key: it is written here in hex digits. */
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** It was verified; whom it names is still to be compared. */
  | { readonly kind: 'certificate'; readonly name: string }
  | { readonly kind: 'unreadable' };

/** Where a station comes in, each a port of its own: over plain TCP, over TLS, or over TLS with a certificate. */
export type Entrance = 'plain' | 'tls' | 'mutualTls';

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 426 | 429 | 503;
  /** What the reader can do. Fixed text only: nothing of the request is repeated. */
  readonly detail: string;
  readonly retryAfterS?: number;
}

const STATION_PATH = '/ocpp/';
const PROXY_PATH = '/proxy/';

/** OCPP's identifierString without ':', which Basic auth can not carry in a username, and at most 48 characters. */
const STATION_ID = /^[A-Za-z0-9*\-_=+|@.]{1,48}$/;

/** As the API takes it. */
const UPSTREAM_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Longer than any identity and password of OCPP; the http server bounds the header too. */
const AUTHORIZATION_MAX_LENGTH = 1_024;

export const UNAUTHORIZED: Refusal = { status: 401, detail: 'Wrong identity or password.' };

export function readHandshake(request: IncomingMessage): Handshake {
  const address = readAddress(request.url ?? '');
  if (address === 'notOurs') return { kind: 'notOurs' };
  if (address === 'malformed') {
    return refused(400, 'The address must end in /ocpp/ and the station id: 1 to 48 of A-Z a-z 0-9 * - _ = + | @ .');
  }
  // A browser sends the address of the page it shows; a station never does. So no web page can speak as a station.
  if (request.headers.origin !== undefined)
    return refused(403, 'This address is for charging stations, not for web pages.');
  return { kind: 'station', ...address, credentials: credentialsOf(request.headers.authorization) };
}

/** Whether web sockets are taken at this address, of a station's form or not. */
export function isStationAddress(url: string): boolean {
  return readAddress(url) !== 'notOurs';
}

interface StationAddress {
  readonly stationId: string;
  readonly upstreamId?: string;
}

/** The identity is read from the address exactly as it came: no normalising that could turn one path into another. */
function readAddress(url: string): StationAddress | 'notOurs' | 'malformed' {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  if (path.startsWith(STATION_PATH)) {
    const stationId = readStationId(path.slice(STATION_PATH.length));
    return stationId === undefined ? 'malformed' : { stationId };
  }
  if (!path.startsWith(PROXY_PATH)) return 'notOurs';
  const [upstreamId = '', ...rest] = path.slice(PROXY_PATH.length).split('/');
  const stationId = readStationId(rest.join('/'));
  return stationId === undefined || !UPSTREAM_ID.test(upstreamId) ? 'malformed' : { stationId, upstreamId };
}

function readStationId(encoded: string): string | undefined {
  let stationId: string;
  try {
    stationId = decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  return !STATION_ID.test(stationId) || stationId === '.' || stationId === '..' ? undefined : stationId;
}

function credentialsOf(authorization: string | undefined): Credentials {
  if (authorization === undefined) return { kind: 'none' };
  if (authorization.length > AUTHORIZATION_MAX_LENGTH) return { kind: 'unreadable' };
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return { kind: 'unreadable' };
  const bytes = Buffer.from(encoded, 'base64');
  const colon = bytes.indexOf(':');
  if (colon === -1) return { kind: 'unreadable' };
  const password = bytes.subarray(colon + 1);
  return {
    kind: 'basic',
    username: bytes.toString('utf8', 0, colon),
    password: isUtf8(password) ? password.toString('utf8') : password.toString('hex'),
  };
}

/** Whom the certificate of a connection names; of one that was not verified, nobody. */
export function certificateOf(socket: unknown): Credentials {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return { kind: 'none' };
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  // Of several names none is the one.
  return typeof name === 'string' ? { kind: 'certificate', name } : { kind: 'unreadable' };
}

/** Answers the request for an upgrade with plain HTTP, and ends the connection. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = `${refusal.detail}\n`;
  const headers = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headersOf(refusal).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}

export function headersOf(refusal: Refusal): readonly (readonly [string, string])[] {
  return [
    ...(refusal.status === 401 ? [['WWW-Authenticate', 'Basic realm="ocpp", charset="UTF-8"'] as const] : []),
    ...(refusal.status === 426 ? [['Upgrade', 'websocket'] as const] : []),
    ...(refusal.retryAfterS === undefined ? [] : [['Retry-After', String(refusal.retryAfterS)] as const]),
  ];
}

function refused(status: Refusal['status'], detail: string): Handshake {
  return { kind: 'refused', refusal: { status, detail } };
}
