import { afterEach, describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/api/tariffs/body.js';
import { AUTHORIZED, type Harness, SITE, startApi } from './harness.js';

let harness: Harness;
afterEach(async () => harness.app.close());

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly json: Members;
}

/** Those members of any answer that are looked into. */
interface Members {
  readonly code: string;
  readonly field: string;
  readonly detail: string;
  readonly issues: readonly object[];
  readonly more: number;
  readonly tariffs: readonly object[];
  readonly import: readonly { readonly pricePerKwh: number }[];
  readonly export: readonly object[];
}

interface Sent {
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

async function ask(
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  url: string,
  body?: unknown,
  sent: Sent = {},
): Promise<Answer> {
  harness ??= await startApi();
  const isText = typeof body === 'string' || body instanceof Uint8Array;
  const response = await harness.app.inject({
    method,
    url: `/v1${url}`,
    headers: {
      ...AUTHORIZED,
      ...(body === undefined ? {} : { 'content-type': sent.type ?? 'application/json' }),
      ...sent.headers,
    },
    ...(body === undefined ? {} : { payload: isText ? Buffer.from(body) : JSON.stringify(body) }),
  });
  const type = String(response.headers['content-type'] ?? '');
  return {
    status: response.statusCode,
    type,
    text: response.body,
    json: (/json/.test(type) ? response.json() : {}) as Members,
  };
}

async function fresh(): Promise<void> {
  harness = await startApi();
}

const SPOT = {
  name: 'Spot',
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  vatPercent: 25,
  components: [
    {
      kind: 'priceSeries',
      id: 'energy',
      prices: [
        // The day that NOW_MS is in, with one price twice.
        { start: '2026-01-14T00:00:00+01:00', resolution: 'PT6H', pricesPerKwh: [0.4, 0.8, 0.8, -0.2] },
      ],
    },
    {
      kind: 'exportPrice',
      id: 'sold',
      source: {
        kind: 'rates',
        rates: [{ when: { hours: [{ from: '09:00', to: '24:00' }] }, pricePerKwh: 0.3 }, { pricePerKwh: 0 }],
      },
    },
  ],
};

describe('a tariff over HTTP', () => {
  it('is answered as it is stored, and what GET answers can be PUT again without a change', async () => {
    await fresh();
    const put = await ask('PUT', '/tariffs/spot', SPOT);
    expect(put).toMatchObject({
      status: 200,
      json: { tariffId: 'spot', updatedAt: '2026-01-14T13:20:00.000Z', warnings: [] },
    });
    const got = await ask('GET', '/tariffs/spot');
    expect(got.json).toEqual(put.json);
    expect(await ask('PUT', '/tariffs/spot', got.json)).toMatchObject({ status: 200, json: put.json });
    expect((await ask('GET', '/tariffs/nope')).json).toMatchObject({ code: 'TARIFF_NOT_FOUND', status: 404 });
  });

  it('of another id than the address is refused', async () => {
    await fresh();
    const { json } = await ask('PUT', '/tariffs/spot', { ...SPOT, tariffId: 'other' });
    expect(json).toMatchObject({ code: 'INVALID_REQUEST', field: '/tariffId' });
  });

  it('is listed by what it is, until when it has prices, and who uses it', async () => {
    await fresh();
    await ask('PUT', '/tariffs/spot', SPOT);
    await ask('PUT', '/tariffs/fee', {
      ...SPOT,
      name: undefined,
      components: [{ kind: 'energyFee', id: 'fee', pricePerKwh: 1 }],
    });
    await ask('PUT', '/sites/depot', { ...SITE, tariffIds: ['spot'] });
    expect((await ask('GET', '/tariffs')).json.tariffs).toEqual([
      {
        tariffId: 'fee',
        name: null,
        currency: 'SEK',
        timeZone: 'Europe/Stockholm',
        updatedAt: '2026-01-14T13:20:00.000Z',
        components: [{ id: 'fee', kind: 'energyFee' }],
        pricesFrom: null,
        pricesTo: null,
        siteIds: [],
      },
      {
        tariffId: 'spot',
        name: 'Spot',
        currency: 'SEK',
        timeZone: 'Europe/Stockholm',
        updatedAt: '2026-01-14T13:20:00.000Z',
        components: [
          { id: 'energy', kind: 'priceSeries' },
          { id: 'sold', kind: 'exportPrice' },
        ],
        pricesFrom: '2026-01-13T23:00:00.000Z',
        pricesTo: '2026-01-14T23:00:00.000Z',
        siteIds: ['depot'],
      },
    ]);
  });

  it('can be tried: answered as it would be stored, and not stored', async () => {
    await fresh();
    expect(await ask('PUT', '/tariffs/spot?dryRun=true', SPOT)).toMatchObject({ status: 200, json: { name: 'Spot' } });
    expect((await ask('GET', '/tariffs')).json.tariffs).toEqual([]);
    expect((await ask('PUT', '/tariffs/spot?dryRun=true', {})).json).toMatchObject({ code: 'INVALID_TARIFF' });
    expect((await ask('PUT', '/tariffs/spot?dryRun=yes', SPOT)).json).toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'dryRun',
    });
    expect((await ask('PUT', '/tariffs/spot?dryRun=false', SPOT)).status).toBe(200);
    expect((await ask('GET', '/tariffs')).json.tariffs).toHaveLength(1);
  });

  it('is kept while a site names it', async () => {
    await fresh();
    await ask('PUT', '/tariffs/spot', SPOT);
    await ask('PUT', '/sites/depot', { ...SITE, tariffIds: ['spot'] });
    expect((await ask('DELETE', '/tariffs/spot')).json).toMatchObject({
      code: 'TARIFF_IN_USE',
      status: 409,
      siteIds: ['depot'],
    });
    await ask('PUT', '/sites/depot', SITE);
    expect((await ask('DELETE', '/tariffs/spot')).status).toBe(204);
    expect((await ask('DELETE', '/tariffs/spot')).json).toMatchObject({ code: 'TARIFF_NOT_FOUND' });
  });
});

describe('a faulty tariff', () => {
  it('is refused with all that is wrong with it, each with its place and what to do', async () => {
    await fresh();
    const faulty = {
      ...SPOT,
      vatPercent: 'a quarter',
      components: [{ kind: 'energyFee', id: 'fee', pricePerKwh: null }],
    };
    const { status, json } = await ask('PUT', '/tariffs/spot', faulty);
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'INVALID_TARIFF', field: '/vatPercent', more: 0 });
    expect(json.issues).toEqual([
      expect.objectContaining({ path: '/vatPercent', reason: expect.any(String), fix: expect.any(String) }),
      expect.objectContaining({ path: '/components/0/pricePerKwh' }),
    ]);
  });

  it('has its first twenty faults listed, and the others counted', async () => {
    await fresh();
    const components = Array.from({ length: 150 }, (_, index) => ({ kind: 'energyFee', id: `f${index}` }));
    const { json } = await ask('PUT', '/tariffs/spot', { ...SPOT, components });
    expect(json.issues).toHaveLength(20);
    expect(json.more).toBe(130);
  });

  it('in which a member stands twice is refused: which of the two is meant, nobody knows', async () => {
    await fresh();
    const text = '{"currency": "SEK", "timeZone": "UTC",\n "currency": "EUR", "components": []}';
    expect((await ask('PUT', '/tariffs/spot', text)).json).toMatchObject({
      code: 'INVALID_TARIFF',
      issues: [{ line: 2 }],
    });
  });

  it('says of a parameter that it is one', async () => {
    await fresh();
    const { currency: _currency, ...silent } = SPOT;
    const { json } = await ask('PUT', '/tariffs/spot?currency=kronor', silent);
    expect(json).toMatchObject({ code: 'INVALID_TARIFF', field: 'currency', issues: [{ path: '?currency' }] });
  });

  it('speaks of parameters of the address, not of the options of a reader', async () => {
    await fresh();
    const table = await ask('PUT', '/tariffs/a', 'start,end,price_per_kwh\n', { type: 'text/csv' });
    expect(table.json.detail).toContain('Give ?currency, such as EUR.');
    const unknown = await ask('PUT', '/tariffs/a?currency=SEK&timeZone=UTC', 'a\nb\n', { type: 'text/csv' });
    expect(unknown.json.detail).toContain('Declare the parameters of the address (?delimiter, ?priceColumn …)');
    for (const { text } of [table, unknown]) expect(text).not.toContain('options.');
  });

  it('of a tariff of another currency are told which is asked for', async () => {
    await fresh();
    await ask('PUT', '/tariffs/spot', SPOT);
    const { status, json } = await ask('POST', '/tariffs/spot/prices', { ...SPOT, currency: 'EUR' });
    expect(status).toBe(422);
    expect(json.detail).toContain('The document says EUR, where SEK is asked for.');
  });

  it.each([
    ['null', 'INVALID_REQUEST'],
    ['7', 'INVALID_REQUEST'],
    ['"tariff"', 'INVALID_REQUEST'],
    ['[]', 'INVALID_TARIFF'],
    ['{}', 'INVALID_TARIFF'],
    ['{"components": [1,,2]}', 'INVALID_REQUEST'],
    ['{"__proto__": {"currency": "SEK"}}', 'INVALID_REQUEST'],
    ['', 'INVALID_REQUEST'],
  ])('%s is refused as %s', async (text, code) => {
    await fresh();
    const { json } = await ask('PUT', '/tariffs/spot', text);
    expect(json).toMatchObject({ code });
  });

  it('that was sent as another format is told the right one', async () => {
    await fresh();
    const ocpi = { country_code: 'SE', party_id: 'EVK', id: 't1', currency: 'SEK', elements: [] };
    const event = { programID: 'p1', intervals: [] };
    expect((await ask('PUT', '/tariffs/a', ocpi)).json).toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'format',
      detail: 'The body looks like an OCPI tariff: add ?format=ocpi to the address.',
    });
    for (const body of [event, [event]]) {
      expect((await ask('PUT', '/tariffs/a', body)).json.detail).toContain('add ?format=openadr3');
    }
  });
});

describe('a format', () => {
  it.each([
    ['?format=csv', 'application/json', 'csv can not be sent as application/json; send it as text/csv or text/plain'],
    ['?format=evenkeel', 'text/csv', 'evenkeel can not be sent as text/csv; send it as application/json'],
    ['?format=ocpi', 'application/xml', 'ocpi can not be sent as application/xml'],
    ['', 'text/plain', 'Say what the text is: ?format='],
    ['?format=yaml', 'text/csv', 'must be one of'],
  ])('%s sent as %s is refused', async (query, type, detail) => {
    await fresh();
    const { status, json } = await ask('PUT', `/tariffs/a${query}`, '{}', { type });
    expect([status, json.code, json.field]).toEqual([400, 'INVALID_REQUEST', 'format']);
    expect(json.detail).toContain(detail);
  });

  it('of a table needs to be told how it is read, and the answer says what it looks like', async () => {
    await fresh();
    const url = '/tariffs/a?currency=SEK&timeZone=Europe/Stockholm';
    const bare = await ask('PUT', url, 'time;price\n2026-01-14T00:00;0,4\n', { type: 'text/csv' });
    expect(bare.json).toMatchObject({ code: 'INVALID_TARIFF', issues: [{ line: 1 }] });
    const half = await ask('PUT', `${url}&unit=perKwh`, 'time;price\n2026-01-14T00:00;0,4\n', { type: 'text/csv' });
    expect(half.json).toMatchObject({ code: 'INVALID_TARIFF', field: 'delimiter' });
    expect(half.json.issues).toContainEqual(
      expect.objectContaining({ path: '?delimiter', fix: expect.stringContaining('";"') }),
    );
    const lone = await ask('PUT', `${url}&onlyColumn=area`, 'x', { type: 'text/csv' });
    expect(lone.json).toMatchObject({ code: 'INVALID_REQUEST', field: 'onlyValue' });
  });

  it('has parameters of its own, and those of others are not dropped in silence', async () => {
    await fresh();
    const strange = await ask('PUT', '/tariffs/a?delimiter=tab', SPOT);
    expect(strange.json).toMatchObject({ code: 'INVALID_REQUEST', field: 'delimiter' });
    const auction = await ask('PUT', '/tariffs/a?auction=1', SPOT);
    expect(auction.json).toMatchObject({ code: 'INVALID_REQUEST', field: 'auction' });
  });

  it('is always the native one in answers', async () => {
    await fresh();
    await ask('PUT', '/tariffs/a', SPOT);
    expect((await ask('GET', '/tariffs/a?format=ocpi')).json).toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'format',
    });
  });
});

describe('a body', () => {
  it('of another type is refused here with the types that are taken, and elsewhere only JSON is', async () => {
    await fresh();
    const html = await ask('PUT', '/tariffs/a', '<html/>', { type: 'text/html' });
    expect(html.json).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 });
    expect(html.json.detail).toContain('application/xml, text/xml, text/csv');
    const site = await ask('PUT', '/sites/depot', 'a,b', { type: 'text/csv' });
    expect(site.json).toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      detail: 'The Content-Type is not application/json.',
    });
  });

  it('that is packed is refused, before it is read', async () => {
    await fresh();
    const { json } = await ask('PUT', '/tariffs/a', SPOT, { headers: { 'content-encoding': 'gzip' } });
    expect(json).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(json.detail).toContain('"gzip" is not taken; send it plain');
    expect((await ask('PUT', '/tariffs/a', SPOT, { headers: { 'content-encoding': 'identity' } })).status).toBe(200);
  });

  it('may hold a year of quarter hours, and of larger ones the answer says how to divide them', async () => {
    await fresh();
    const year = {
      ...SPOT,
      components: [
        {
          kind: 'priceSeries',
          id: 'energy',
          prices: [
            {
              start: '2026-01-01T00:00:00+01:00',
              resolution: 'PT15M',
              pricesPerKwh: Array.from({ length: 35_040 }, (_, k) => 0.123456789012345 + (k % 96) / 1000),
            },
          ],
        },
      ],
    };
    const text = JSON.stringify(year);
    expect(text.length).toBeGreaterThan(0.6 * 1024 * 1024);
    expect((await ask('PUT', '/tariffs/a', text)).status).toBe(200);
    const tooLarge = await ask('PUT', '/tariffs/a', ' '.repeat(1024 * 1024 + 1), { type: 'text/csv' });
    expect(tooLarge.json).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 });
    expect(tooLarge.json.detail).toMatch(/1024 KiB: split prices by month/);
    const longXml = await ask('PUT', '/tariffs/a', ' '.repeat(512 * 1024 + 1), { type: 'application/xml' });
    expect(longXml.json).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 });
    expect(longXml.json.detail).toMatch(/512 KiB: split prices by month/);
  });

  it('is read in the character set that its byte order mark, its header or its XML declaration says', () => {
    harness = { app: { close: async () => undefined } } as unknown as Harness;
    const text = 'Nätavgift 10 €';
    const utf8 = Buffer.from(text);
    const latin = Buffer.from('Nätavgift 10 \u0080', 'latin1');
    expect(decodeText(utf8, 'text/csv')).toBe(text);
    expect(decodeText(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8]), 'text/csv; charset=windows-1252')).toBe(
      text,
    );
    expect(decodeText(latin, 'text/csv; header=present; charset="Windows-1252"')).toBe(text);
    expect(decodeText(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]), 'text/csv')).toBe(text);
    const xml = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>Nät</a>', 'latin1');
    expect(decodeText(xml, 'application/xml')).toContain('<a>Nät</a>');
  });

  it('is refused where its bytes are not of its character set, or nobody knows that', async () => {
    await fresh();
    const latin = Buffer.from('Nät', 'latin1');
    const wrong = await ask('PUT', '/tariffs/a', latin, { type: 'text/csv' });
    expect(wrong.json).toMatchObject({ code: 'INVALID_REQUEST', status: 400 });
    expect(wrong.json.detail).toContain('charset=windows-1252');
    const unknown = await ask('PUT', '/tariffs/a', 'a', { type: 'text/csv; charset=klingon' });
    expect(unknown.json).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 });
  });
});

describe('prices that are posted', () => {
  it('are laid over those of the tariff, of whose terms nothing is changed', async () => {
    await fresh();
    expect((await ask('POST', '/tariffs/spot/prices', SPOT)).json).toMatchObject({ code: 'TARIFF_NOT_FOUND' });
    await ask('PUT', '/tariffs/spot', SPOT);
    const prices = [{ start: '2026-01-14T06:00:00+01:00', resolution: 'PT15M', pricesPerKwh: [1, 2] }];
    const newer = { components: [{ kind: 'priceSeries', id: 'whatever', prices }] };
    const { status, json } = await ask('POST', '/tariffs/spot/prices', newer);
    expect(status).toBe(200);
    expect(json).toMatchObject({ name: 'Spot', vatPercent: 25, tariffId: 'spot' });
    const view = await ask(
      'GET',
      '/tariffs/spot/prices?from=2026-01-14T05:45:00%2B01:00&to=2026-01-14T07:00:00%2B01:00',
    );
    expect(view.json.import.map(({ pricePerKwh }) => pricePerKwh)).toEqual([0.5, 1.25, 2.5, 1]);
    expect((await ask('POST', '/tariffs/spot/prices?component=energy', newer)).json).toEqual(json);
    const other = await ask('POST', '/tariffs/spot/prices?component=sold', newer);
    expect(other.json).toMatchObject({ code: 'INVALID_TARIFF', status: 422 });
    for (const field of ['name', 'vatPercent']) {
      const refused = await ask('POST', `/tariffs/spot/prices?${field}=20`, newer);
      expect(refused.json, field).toMatchObject({ code: 'INVALID_REQUEST', field });
    }
  });
});

describe('the prices of a tariff', () => {
  it('are those of today and tomorrow, all in, merged, and say which are published', async () => {
    await fresh();
    await ask('PUT', '/tariffs/spot', SPOT);
    const { status, json } = await ask('GET', '/tariffs/spot/prices');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      tariffId: 'spot',
      currency: 'SEK',
      from: '2026-01-13T23:00:00.000Z',
      to: '2026-01-15T23:00:00.000Z',
    });
    expect(json.import).toEqual([
      { start: '2026-01-13T23:00:00.000Z', end: '2026-01-14T05:00:00.000Z', pricePerKwh: 0.5, source: 'published' },
      { start: '2026-01-14T05:00:00.000Z', end: '2026-01-14T17:00:00.000Z', pricePerKwh: 1, source: 'published' },
      { start: '2026-01-14T17:00:00.000Z', end: '2026-01-14T23:00:00.000Z', pricePerKwh: -0.25, source: 'published' },
      { start: '2026-01-14T23:00:00.000Z', end: '2026-01-15T05:00:00.000Z', pricePerKwh: 0.5, source: 'fallback' },
      { start: '2026-01-15T05:00:00.000Z', end: '2026-01-15T17:00:00.000Z', pricePerKwh: 1, source: 'fallback' },
      { start: '2026-01-15T17:00:00.000Z', end: '2026-01-15T23:00:00.000Z', pricePerKwh: -0.25, source: 'fallback' },
    ]);
    expect(json.export).toHaveLength(4);
    expect(json.export[1]).toEqual({
      start: '2026-01-14T08:00:00.000Z',
      end: '2026-01-14T23:00:00.000Z',
      pricePerKwh: 0.3,
    });
  });

  it('are a table where that is asked for, by the address or by Accept', async () => {
    await fresh();
    await ask('PUT', '/tariffs/spot', SPOT);
    const span = 'from=2026-01-14T00:00:00Z&to=2026-01-14T18:00:00Z';
    const byAddress = await ask('GET', `/tariffs/spot/prices?${span}&format=csv`);
    expect(byAddress.type).toContain('text/csv');
    expect(byAddress.text.split('\r\n')).toEqual([
      'start,end,importPricePerKwh,source,exportPricePerKwh,currency',
      '2026-01-14T00:00:00.000Z,2026-01-14T05:00:00.000Z,0.5,published,0,SEK',
      '2026-01-14T05:00:00.000Z,2026-01-14T08:00:00.000Z,1,published,0,SEK',
      '2026-01-14T08:00:00.000Z,2026-01-14T17:00:00.000Z,1,published,0.3,SEK',
      '2026-01-14T17:00:00.000Z,2026-01-14T18:00:00.000Z,-0.25,published,0.3,SEK',
      '',
    ]);
    const byAccept = await ask('GET', `/tariffs/spot/prices?${span}`, undefined, { headers: { accept: 'text/csv' } });
    expect(byAccept.text).toBe(byAddress.text);
    const json = await ask('GET', `/tariffs/spot/prices?${span}&format=json`, undefined, {
      headers: { accept: 'text/csv' },
    });
    expect(json.type).toContain('application/json');
  });

  it.each([
    ['from=2026-01-15T00:00:00Z&to=2026-01-15T00:00:00Z', 'INVALID_REQUEST', 'to'],
    ['from=2026-01-15T00:00:00Z&to=2026-01-14T00:00:00Z', 'INVALID_REQUEST', 'to'],
    ['from=2026-01-01T00:00:00Z&to=2026-06-01T00:00:00Z', 'INVALID_REQUEST', 'to'],
    ['from=yesterday', 'INVALID_REQUEST', 'from'],
    ['from=9999-01-01T00:00:00Z', 'INVALID_REQUEST', 'from'],
    ['from=2025-01-01T00:00:00Z', 'NO_PRICE', undefined],
  ])('for %s are %s', async (query, code, field) => {
    await fresh();
    await ask('PUT', '/tariffs/spot', SPOT);
    expect((await ask('GET', `/tariffs/spot/prices?${query}`)).json).toMatchObject({
      code,
      ...(field === undefined ? { from: '2025-01-01T00:00:00.000Z' } : { field }),
    });
  });

  it('of a local day that is an hour short or long are of that day', async () => {
    await fresh();
    await ask('PUT', '/tariffs/fee', { ...SPOT, components: [{ kind: 'energyFee', id: 'fee', pricePerKwh: 0.8 }] });
    const spring = await ask('GET', '/tariffs/fee/prices?from=2026-03-29T00:00:00%2B01:00');
    expect(spring.json).toMatchObject({ to: '2026-03-30T22:00:00.000Z', import: [{ pricePerKwh: 1 }] });
    const autumn = await ask('GET', '/tariffs/fee/prices?from=2026-10-25T00:00:00%2B02:00');
    expect(autumn.json).toMatchObject({ to: '2026-10-26T23:00:00.000Z' });
  });
});

describe('the prices of a site', () => {
  it('are those of its tariffs together, and say which of these are missing', async () => {
    await fresh();
    await ask('PUT', '/tariffs/spot', SPOT);
    await ask('PUT', '/tariffs/fee', { ...SPOT, components: [{ kind: 'tax', id: 'tax', pricePerKwh: 0.4 }] });
    await ask('PUT', '/sites/depot', { ...SITE, tariffIds: ['spot', 'fee', 'soon'] });
    const { json } = await ask('GET', '/sites/depot/prices?from=2026-01-14T00:00:00Z&to=2026-01-14T06:00:00Z');
    expect(json).toMatchObject({
      siteId: 'depot',
      currency: 'SEK',
      tariffIds: ['spot', 'fee', 'soon'],
      missing: ['soon'],
    });
    expect(json.import.map(({ pricePerKwh }) => pricePerKwh)).toEqual([1, 1.5]);
  });

  it('without a tariff are none', async () => {
    await fresh();
    await ask('PUT', '/sites/depot', SITE);
    expect((await ask('GET', '/sites/depot/prices')).json).toMatchObject({
      currency: null,
      import: [],
      export: [],
      missing: [],
    });
    expect((await ask('GET', '/sites/depot/prices?format=csv')).text).toMatch(/^start,[^\n]*\r\n$/);
    expect((await ask('GET', '/sites/nope/prices')).json).toMatchObject({ code: 'SITE_NOT_FOUND' });
  });
});
