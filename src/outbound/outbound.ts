import { lookup as systemLookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Clock } from '../site/clock.js';
import type { NetworkRange } from '../site/networks.js';
import { allowedBy, isPublicAddress } from './privateNetworks.js';

/** From the first attempt to resolve the name until the last byte of the answer. */
const TIMEOUT_MS = 10_000;
const ANSWER_MAX_BYTES = 1024 * 1024;
const URL_MAX_LENGTH = 2_048;
const ENCRYPTED = ['https:', 'wss:'];
const PLAIN = ['http:', 'ws:'];

export interface OutboundOptions {
  /** Private networks that may be called although they are private; only there without encryption. */
  readonly allowedNets: readonly NetworkRange[];
  readonly clock: Clock;
  /** Absent: the system's. */
  readonly resolve?: typeof systemLookup;
}

export type UrlVerdict = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly reason: string };

export interface OutboundRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly timeoutMs?: number;
  /** A longer answer is a failure. */
  readonly answerMaxBytes?: number;
}

export type OutboundAnswer =
  | {
      readonly outcome: 'answered';
      /** A redirect too: none is followed. */
      readonly status: number;
      /** By lower-case name; several of one name are joined by commas. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Nothing was sent: the address is not one that may be called. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Whether it arrived is not known. */
  | { readonly outcome: 'failed'; readonly reason: string; readonly retryable: boolean };

/**
 * Calls to addresses that others gave us. Each name is resolved once, each address it has is checked, and the connection goes to one
 * that passed: a name that answers differently the next time (DNS rebinding) gains nothing.
 */
export class Outbound {
  private readonly lookupEncrypted: LookupFunction;
  private readonly lookupPlain: LookupFunction;
  private readonly clock: Clock;
  private readonly isAllowed: (address: string) => boolean;

  constructor({ allowedNets, clock, resolve = systemLookup }: OutboundOptions) {
    this.clock = clock;
    this.isAllowed = allowedBy(allowedNets);
    this.lookupEncrypted = this.guarded(resolve, (address) => this.mayCall(address));
    this.lookupPlain = this.guarded(resolve, this.isAllowed);
  }

  /** What can be said of a URL without asking for its name. */
  check(text: string): UrlVerdict {
    if (text.length > URL_MAX_LENGTH) return refused(`it is longer than ${URL_MAX_LENGTH} characters`);
    if (!URL.canParse(text)) return refused('it is not an absolute URL such as https://csms.example/path');
    const url = new URL(text);
    if (!ENCRYPTED.includes(url.protocol) && !PLAIN.includes(url.protocol))
      return refused('it must begin with https:// or wss://');
    if (url.username !== '' || url.password !== '') return refused('it must not contain a user name or a password');
    if (url.hash !== '') return refused('it must not end with a #fragment');
    const host = literalOf(url);
    if (isIP(host) === 0) return { ok: true, url };
    if (PLAIN.includes(url.protocol) && !this.isAllowed(host))
      return refused('it must be encrypted: plain http and ws go only to networks in EVENKEEL_ALLOWED_PRIVATE_NETS');
    if (!this.mayCall(host)) return refused(notAllowed(host));
    return { ok: true, url };
  }

  /** For `ws`, of a URL that `check` let pass: its name is then resolved once, and only an address that may be called is dialled. */
  dialOptions(url: URL): { readonly lookup: LookupFunction; readonly followRedirects: false } {
    return { lookup: PLAIN.includes(url.protocol) ? this.lookupPlain : this.lookupEncrypted, followRedirects: false };
  }

  async request(request: OutboundRequest): Promise<OutboundAnswer> {
    const verdict = this.check(request.url);
    if (!verdict.ok) return { outcome: 'refused', reason: verdict.reason };
    const { url } = verdict;
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      return { outcome: 'refused', reason: 'it must begin with https://' };
    return new Promise((resolve) => this.send(url, request, resolve));
  }

  /** For libraries that take a fetch. Rejects with a TypeError, as fetch does, where nothing was answered. Redirects are not followed. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    const answer = await this.request({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      ...(body === undefined ? {} : { body }),
    });
    if (answer.outcome !== 'answered') throw new TypeError(`fetch failed: ${answer.reason}`);
    const hasBody = answer.status >= 200 && ![204, 205, 304].includes(answer.status);
    return new Response(hasBody ? answer.body : null, { status: answer.status, headers: { ...answer.headers } });
  };

  private send(url: URL, request: OutboundRequest, resolve: (answer: OutboundAnswer) => void): void {
    const { method, headers = {}, body, timeoutMs = TIMEOUT_MS, answerMaxBytes = ANSWER_MAX_BYTES } = request;
    const open = url.protocol === 'https:' ? requestTls : requestPlain;
    const { lookup } = this.dialOptions(url);
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    let cancelTimeout: () => void = () => {};
    const settle = (answer: OutboundAnswer): void => {
      cancelTimeout();
      resolve(answer);
    };
    let sent: ReturnType<typeof open>;
    try {
      // No agent: a kept connection would have been made before this request's address was checked.
      sent = open(url, { method, headers: { ...headers, ...length }, agent: false, lookup });
    } catch (error) {
      resolve({ outcome: 'refused', reason: `it can not be sent: ${messageOf(error)}` });
      return;
    }
    cancelTimeout = this.clock.after(timeoutMs, () => {
      settle({ outcome: 'failed', reason: `no answer within ${timeoutMs} ms`, retryable: true });
      sent.destroy();
    });
    sent.on('error', (error) => settle(failureOf(error)));
    sent.on('response', (response) => collect(response, answerMaxBytes, settle));
    sent.end(body);
  }

  private mayCall(address: string): boolean {
    return isPublicAddress(address) || this.isAllowed(address);
  }

  private guarded(resolve: typeof systemLookup, mayCall: (address: string) => boolean): LookupFunction {
    return (hostname, options, callback) => {
      const { family } = options;
      resolve(hostname, { all: true, ...(family === 4 || family === 6 ? { family } : {}) }, (error, addresses) => {
        if (error !== null) return callback(error, '', 0);
        const forbidden = addresses.find(({ address }) => !mayCall(address));
        const [first] = addresses;
        // One bad address spoils the name: a caller may try them in any order.
        if (forbidden !== undefined || first === undefined)
          return callback(new ForbiddenAddress(notAllowed(forbidden?.address ?? hostname)), '', 0);
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      });
    };
  }
}

/** Never leaves through `request`; through `lookup` it is the error of the connection that was not made. */
class ForbiddenAddress extends Error {
  readonly code = 'FORBIDDEN_ADDRESS';
}

function collect(response: IncomingMessage, maxBytes: number, settle: (answer: OutboundAnswer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) return void chunks.push(chunk);
    settle({ outcome: 'failed', reason: `the answer is longer than ${maxBytes} bytes`, retryable: false });
    response.destroy();
  });
  response.on('error', (error) => settle(failureOf(error)));
  response.on('aborted', () =>
    settle({ outcome: 'failed', reason: 'the connection broke in the answer', retryable: true }),
  );
  response.on('end', () =>
    settle({
      outcome: 'answered',
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
      ),
      body: Buffer.concat(chunks).toString('utf8'),
    }),
  );
}

function failureOf(error: Error): OutboundAnswer {
  if (error instanceof ForbiddenAddress) return { outcome: 'refused', reason: error.message };
  return { outcome: 'failed', reason: messageOf(error), retryable: true };
}

function refused(reason: string): UrlVerdict {
  return { ok: false, reason };
}

function notAllowed(address: string): string {
  return `${address} is not a public address that may be called this way; the operator can allow private networks with EVENKEEL_ALLOWED_PRIVATE_NETS`;
}

function literalOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
