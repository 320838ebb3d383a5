import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AUTHORIZED, type Harness, startApi } from '../unit/api/harness.js';

// Tariffs over a real socket: what is too large, or made to cost too much, is refused quickly, and the service goes on.

const MIB = 1024 * 1024;
/** As much as is taken, with what stands around it. */
const NEARLY_MIB = MIB - 1_000;
/** On a machine that is busy with other tests it may take a few times as long. */
const QUICK_MS = 5_000;

let harness: Harness;
afterEach(async () => harness.app.close());

async function listen(): Promise<number> {
  harness = await startApi();
  await harness.app.listen({ host: '127.0.0.1', port: 0 });
  return (harness.app.server.address() as AddressInfo).port;
}

interface Answer {
  readonly status: number;
  readonly tookMs: number;
  readonly sentBytes: number;
  readonly problem: { readonly code: string; readonly detail: string };
}

/** Sends pieces until an answer comes, or all are sent; in chunks, unless a length is announced. */
function send(
  port: number,
  path: string,
  { type, pieces, announcedBytes }: { type: string; pieces: Iterable<string>; announcedBytes?: number },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const startMs = performance.now();
    let sentBytes = 0;
    let answered = false;
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: `/v1${path}`,
        method: 'PUT',
        headers: {
          ...AUTHORIZED,
          'content-type': type,
          ...(announcedBytes === undefined ? {} : { 'content-length': announcedBytes }),
        },
      },
      (response) => {
        answered = true;
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          request.destroy();
          const tookMs = performance.now() - startMs;
          resolve({ status: response.statusCode ?? 0, tookMs, sentBytes, problem: JSON.parse(text) });
        });
      },
    );
    // A service that has answered need not read on.
    request.on('error', (error) => (answered ? undefined : reject(error)));
    const iterator = pieces[Symbol.iterator]();
    const next = (): void => {
      for (;;) {
        if (answered) return;
        const { value, done } = iterator.next();
        if (done === true) {
          request.end();
          return;
        }
        sentBytes += value.length;
        if (!request.write(value)) {
          request.once('drain', next);
          return;
        }
      }
    };
    next();
  });
}

async function expectAlive(port: number): Promise<void> {
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
}

function* repeated(piece: string, times: number): Iterable<string> {
  for (let count = 0; count < times; count += 1) yield piece;
}

const CSV =
  'format=csv&timeZone=Europe/Stockholm&currency=SEK&delimiter=comma&decimalMark=point&unit=perKwh&resolutionMinutes=60&stamped=start&timestampColumn=time&priceColumn=price&timestampFormat=iso';

describe('a table of 100 MB', () => {
  it('is cut off at the limit where its length is not announced', async () => {
    const port = await listen();
    const row = '2026-01-14T00:00:00+01:00,0.4123\n'.repeat(2_000);
    const answer = await send(port, `/tariffs/a?${CSV}`, {
      type: 'text/csv',
      pieces: repeated(row, Math.ceil((100 * MIB) / row.length)),
    });
    expect(answer).toMatchObject({ status: 413, problem: { code: 'PAYLOAD_TOO_LARGE' } });
    expect(answer.problem.detail).toContain('split prices by month');
    expect(answer.tookMs).toBeLessThan(QUICK_MS);
    // What lay in the sockets' buffers is beyond the 1 MiB that is taken.
    expect(answer.sentBytes).toBeLessThan(20 * MIB);
    await expectAlive(port);
  });

  it('is refused before any of it is sent where its length is announced', async () => {
    const port = await listen();
    const answer = await send(port, '/tariffs/a', { type: 'application/xml', pieces: [], announcedBytes: 100 * MIB });
    expect(answer).toMatchObject({ status: 413, problem: { code: 'PAYLOAD_TOO_LARGE' } });
    await expectAlive(port);
  });
});

describe('a document that is made to cost too much', () => {
  it.each([
    ['a billion laughs', 422, 'application/xml', laughs()],
    [
      'a file of ours in an entity',
      422,
      'application/xml',
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    ],
    ['elements in elements', 422, 'application/xml', '<a>'.repeat(150_000)],
    ['attributes without end', 422, 'application/xml', `<a ${'b="c" '.repeat(80_000)}/>`],
    ['a comment that is not closed', 422, 'application/xml', `<!-- ${'- '.repeat(250_000)}`],
    ['lists in lists', 400, 'application/json', '['.repeat(MIB)],
    ['members in members', 400, 'application/json', '{"components":['.repeat(60_000)],
    ['a number without end', 422, 'application/json', `{"vatPercent": ${'9'.repeat(NEARLY_MIB)}}`],
    [
      'components without end',
      422,
      'application/json',
      `{"currency":"SEK","timeZone":"UTC","components":[${'{},'.repeat(300_000)}{}]}`,
    ],
    [
      'prices that are no numbers',
      422,
      'application/json',
      `{"currency":"SEK","timeZone":"UTC","components":[{"kind":"priceSeries","id":"a","prices":[{"start":"2026-01-01T00:00:00Z","resolution":"PT15M","pricesPerKwh":[${'"NaN",'.repeat(150_000)}0]}]}]}`,
    ],
    [
      'an absurd year',
      422,
      'application/json',
      '{"currency":"SEK","timeZone":"UTC","components":[{"kind":"priceSeries","id":"a","prices":[{"start":"+275760-01-01T00:00:00Z","resolution":"PT15M","pricesPerKwh":[1]}]}]}',
    ],
    ['one line without end', 422, `text/csv`, `time,price\n${'"'.repeat(NEARLY_MIB)}`],
    ['rows that are empty', 422, `text/csv`, `time,price\n${'\n'.repeat(NEARLY_MIB)}`],
    ['rows of delimiters', 422, `text/csv`, `time,price\n${','.repeat(NEARLY_MIB)}`],
    ['a row a thousand times', 422, `text/csv`, `time,price\n${'2026-01-14T00:00:00+01:00,NaN\n'.repeat(30_000)}`],
  ])('%s is refused with %s, quickly', async (_name, expected, type, text) => {
    const port = await listen();
    const query = type === 'text/csv' ? `?${CSV}` : type === 'application/xml' ? '?timeZone=Europe/Stockholm' : '';
    const { status, tookMs, problem } = await send(port, `/tariffs/a${query}`, { type, pieces: [text] });
    expect(status, JSON.stringify(problem).slice(0, 500)).toBe(expected);
    expect(tookMs).toBeLessThan(QUICK_MS);
    expect(JSON.stringify(problem).length).toBeLessThan(20_000);
    expect(JSON.stringify(problem)).not.toContain('root:');
    await expectAlive(port);
  });
});

function laughs(): string {
  const entities = Array.from({ length: 9 }, (_, level) => `<!ENTITY lol${level + 1} "${`&lol${level};`.repeat(10)}">`);
  return `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">${entities.join('')}]><Publication_MarketDocument>&lol9;</Publication_MarketDocument>`;
}
