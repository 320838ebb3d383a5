import { randomUUID } from 'node:crypto';
import type { Outbound } from '../outbound/outbound.js';
import { type ReadEnvelope, readEnvelope } from './envelope.js';
import type { Peer } from './peers.js';
import { asList, type Document } from './reading.js';
import { authorizationOf } from './tokens.js';

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: Document;
  /** What is shown: the registration's, unless another is to be. */
  readonly token?: string;
  /** Of a functional module, whose requests say from whom to whom they are. */
  readonly functional?: boolean;
  readonly timeoutMs?: number;
}

/** What is known of a request afterwards. Only 'done', 'refused' and 'unsent' say for certain what the peer did with it. */
export type Answer =
  | {
      readonly outcome: 'done';
      readonly data: unknown;
      readonly headers: Headers;
      readonly timestampMs: number | 'unknown';
    }
  | { readonly outcome: 'refused'; readonly httpStatus: number; readonly statusCode: number; readonly reason: string }
  | { readonly outcome: 'unsent'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string };

type Headers = Readonly<Record<string, string>>;

const TIMEOUT_MS = 10_000;
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;
const PAGES_MAX = 1_000;
/** A list that changed while it was read is read again, so often. */
const ROUNDS_MAX = 3;

/** Speaks with peers: one request of OCPI at a time, whose addresses are the peer's word and are checked like any stranger's. */
export class OcpiClient {
  private readonly outbound: Pick<Outbound, 'request'>;

  constructor(outbound: Pick<Outbound, 'request'>) {
    this.outbound = outbound;
  }

  async ask(peer: Peer, asked: Asked): Promise<Answer> {
    const { method, url, body, timeoutMs = TIMEOUT_MS } = asked;
    const registered = peer.registration === 'none' ? undefined : peer.registration;
    const token = asked.token ?? registered?.token;
    if (token === undefined) return { outcome: 'unsent', reason: 'the peer is not registered' };
    const answer = await this.outbound.request({
      method,
      url,
      headers: {
        authorization: authorizationOf(token, peer.tokenEncoding),
        accept: 'application/json',
        'x-request-id': randomUUID(),
        'x-correlation-id': randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(asked.functional === true ? routingHeaders(peer) : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeoutMs,
      answerMaxBytes: ANSWER_MAX_BYTES,
    });
    switch (answer.outcome) {
      case 'refused':
        return { outcome: 'unsent', reason: answer.reason };
      case 'failed':
        return { outcome: 'unknown', reason: answer.reason };
      case 'answered':
        return meaningOf(answer.status, readEnvelope(answer.body), answer.headers);
    }
  }

  /** Every page of a list, each object once: where pages shift while they are read, the list is read again. */
  async list(peer: Peer, url: string, keyOf: (one: unknown) => string | undefined): Promise<ListAnswer> {
    const found = new Map<string, unknown>();
    for (let round = 1; ; round += 1) {
      const walked = await this.walk(peer, url, (one) => {
        const key = keyOf(one);
        if (key !== undefined) found.set(key, one);
      });
      if (walked.outcome !== 'done') return walked;
      if (!walked.shifted || round === ROUNDS_MAX) return { outcome: 'done', items: [...found.values()] };
    }
  }

  private async walk(
    peer: Peer,
    firstUrl: string,
    take: (one: unknown) => void,
  ): Promise<
    { readonly outcome: 'done'; readonly shifted: boolean } | { readonly outcome: 'failed'; readonly reason: string }
  > {
    let url = firstUrl;
    let shifted = false;
    let total: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = await this.ask(peer, { method: 'GET', url, functional: true });
      if (answer.outcome !== 'done') return { outcome: 'failed', reason: reasonOf(answer) };
      for (const one of asList(answer.data)) take(one);
      const said = answer.headers['x-total-count'];
      shifted ||= total !== undefined && said !== undefined && said !== total;
      total = said ?? total;
      const next = nextLink(answer.headers.link, url);
      if (next === undefined) return { outcome: 'done', shifted };
      url = next;
    }
    return { outcome: 'failed', reason: `the list goes on after ${PAGES_MAX} pages` };
  }
}

export type ListAnswer =
  | { readonly outcome: 'done'; readonly items: readonly unknown[] }
  | { readonly outcome: 'failed'; readonly reason: string };

export function reasonOf(answer: Exclude<Answer, { outcome: 'done' }>): string {
  return answer.outcome === 'refused'
    ? `HTTP ${answer.httpStatus}, status ${answer.statusCode}: ${answer.reason}`
    : answer.reason;
}

/** HTTP and OCPI each have their say: 200 with 2xxx is a refusal. Of an error at the peer nobody knows how far it came. */
function meaningOf(httpStatus: number, said: ReadEnvelope | undefined, headers: Headers): Answer {
  const statusCode = said?.statusCode ?? 0;
  const isDone = httpStatus >= 200 && httpStatus < 300 && statusCode >= 1000 && statusCode < 2000;
  if (isDone && said !== undefined) return { outcome: 'done', data: said.data, headers, timestampMs: said.timestampMs };
  const reason = said === undefined || said.message === '' ? 'no reason was given' : said.message;
  const isRefused =
    (httpStatus >= 400 && httpStatus < 500) || (httpStatus < 300 && statusCode >= 2000 && statusCode < 3000);
  if (isRefused) return { outcome: 'refused', httpStatus, statusCode, reason };
  return { outcome: 'unknown', reason: `HTTP ${httpStatus}, status ${statusCode || 'none'}: ${reason}` };
}

function routingHeaders({ party, registration }: Peer): Readonly<Record<string, string>> {
  const parties = registration === 'none' ? [] : registration.parties;
  const to = parties.find(({ role }) => role === 'CPO') ?? parties[0];
  return {
    'ocpi-from-country-code': party.countryCode,
    'ocpi-from-party-id': party.partyId,
    ...(to === undefined ? {} : { 'ocpi-to-country-code': to.countryCode, 'ocpi-to-party-id': to.partyId }),
  };
}

/** RFC 8288, as far as OCPI uses it. An address relative to the page is read as such. */
export function nextLink(header: string | undefined, pageUrl: string): string | undefined {
  const found = /<([^<>]{1,2000})>\s*;\s*rel\s*=\s*"?next"?/i.exec(header ?? '')?.[1];
  if (found === undefined) return undefined;
  return URL.canParse(found, pageUrl) ? new URL(found, pageUrl).href : undefined;
}
