import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTHORIZED, type Harness, startApi } from './harness.js';

// One small document of each format, by each of the ways it may be sent. What they may say is tested with tariffs/.

const OCPI = {
  country_code: 'SE',
  party_id: 'EVK',
  id: 't1',
  currency: 'SEK',
  tax_included: 'NO',
  last_updated: '2026-01-01T00:00:00Z',
  elements: [{ price_components: [{ type: 'ENERGY', price: 3.1, vat: 25, step_size: 1 }] }],
};

const EVENT = {
  programID: 'p1',
  intervalPeriod: { start: '2026-01-14T23:00:00Z', duration: 'PT1H' },
  payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', units: 'KWH', currency: 'SEK' }],
  intervals: [
    { id: 0, payloads: [{ type: 'PRICE', values: [0.82] }] },
    { id: 1, payloads: [{ type: 'PRICE', values: [-0.05] }] },
  ],
};

const ENTSOE = `<?xml version="1.0" encoding="UTF-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
<mRID>x1</mRID><type>A44</type><createdDateTime>2026-01-14T12:00:00Z</createdDateTime>
<period.timeInterval><start>2026-01-14T23:00Z</start><end>2026-01-15T01:00Z</end></period.timeInterval>
<TimeSeries><mRID>1</mRID><auction.type>A01</auction.type><businessType>A62</businessType>
<in_Domain.mRID codingScheme="A01">10Y1001A1001A46L</in_Domain.mRID><out_Domain.mRID codingScheme="A01">10Y1001A1001A46L</out_Domain.mRID>
<contract_MarketAgreement.type>A01</contract_MarketAgreement.type><currency_Unit.name>SEK</currency_Unit.name>
<price_Measure_Unit.name>MWH</price_Measure_Unit.name><curveType>A03</curveType>
<Period><timeInterval><start>2026-01-14T23:00Z</start><end>2026-01-15T01:00Z</end></timeInterval><resolution>PT60M</resolution>
<Point><position>1</position><price.amount>820</price.amount></Point>
<Point><position>2</position><price.amount>-50</price.amount></Point></Period></TimeSeries></Publication_MarketDocument>`;

const NOT_YET = `<?xml version="1.0" encoding="UTF-8"?>
<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0"><mRID>1</mRID>
<Reason><code>999</code><text>No matching data found</text></Reason></Acknowledgement_MarketDocument>`;

const TABLE = 'Datum;Börspris (öre/kWh)\n15-01-2026 00:00;82,0\n15-01-2026 01:00;-5,0\n';
const COLUMNS =
  'delimiter=semicolon&decimalMark=comma&unit=minorPerKwh&resolutionMinutes=60&stamped=start&timestampColumn=Datum' +
  `&priceColumn=${encodeURIComponent('Börspris (öre/kWh)')}&timestampFormat=${encodeURIComponent('dd-MM-yyyy HH:mm')}`;
const ZONE = 'timeZone=Europe/Stockholm';

let harness: Harness;
beforeAll(async () => {
  harness = await startApi();
});
afterAll(async () => harness.app.close());

async function send(method: 'PUT' | 'POST', url: string, type: string, body: string | Buffer) {
  const headers = { ...AUTHORIZED, 'content-type': type };
  const response = await harness.app.inject({ method, url: `/v1/tariffs${url}`, headers, payload: body });
  return { status: response.statusCode, json: response.json() as Record<string, unknown> };
}

async function pricesOf(tariffId: string): Promise<readonly number[]> {
  const url = `/v1/tariffs/${tariffId}/prices?from=2026-01-14T23:00:00Z&to=2026-01-15T01:00:00Z`;
  const { import: prices } = (await harness.app.inject({ url, headers: AUTHORIZED })).json();
  return (prices as readonly { readonly pricePerKwh: number }[]).map(({ pricePerKwh }) => pricePerKwh);
}

const PUBLISHED = [
  ['an ENTSO-E document', '', 'application/xml', ENTSOE],
  ['an ENTSO-E document as text/xml', '', 'text/xml; charset=utf-8', ENTSOE],
  ['an ENTSO-E document as plain text', 'format=entsoe', 'text/plain', ENTSOE],
  ['a table', COLUMNS, 'text/csv', TABLE],
  ['a table with a byte order mark', COLUMNS, 'text/csv; charset=utf-8; header=present', `\ufeff${TABLE}`],
  ['a table of windows-1252', COLUMNS, 'text/csv; charset=windows-1252', Buffer.from(TABLE, 'latin1')],
  ['OpenADR 3 events', 'format=openadr3', 'application/json', JSON.stringify(EVENT)],
] as const;

describe('published prices', () => {
  it.each(PUBLISHED)('as %s are a tariff of their own', async (_name, query, type, body) => {
    const put = await send('PUT', `/own?${query}&${ZONE}&currency=SEK&vatPercent=25&name=Market`, type, body);
    expect(put, JSON.stringify(put.json)).toMatchObject({
      status: 200,
      json: { name: 'Market', currency: 'SEK', timeZone: 'Europe/Stockholm', vatPercent: 25 },
    });
    expect(await pricesOf('own')).toEqual([1.025, -0.0625]);
    const again = await send('PUT', `/own?${query}&${ZONE}&currency=SEK&vatPercent=25&name=Market`, type, body);
    expect(again.json).toEqual(put.json);
  });

  it.each(PUBLISHED)(
    'as %s are added to a tariff, whose zone and currency need not be said',
    async (_name, query, type, body) => {
      const components = [{ kind: 'priceSeries', id: 'energy', markups: [{ pricePerKwh: 0.1 }] }];
      const supplier = { currency: 'SEK', timeZone: 'Europe/Stockholm', components };
      await send('PUT', '/supplier', 'application/json', JSON.stringify(supplier));
      const posted = await send('POST', `/supplier/prices?${query}`, type, body);
      expect(posted, JSON.stringify(posted.json)).toMatchObject({
        status: 200,
        json: { timeZone: 'Europe/Stockholm' },
      });
      expect(await pricesOf('supplier')).toEqual([0.92, 0.05]);
    },
  );

  it('that are not there yet are to be asked for later', async () => {
    for (const [method, url] of [
      ['PUT', '/later'],
      ['POST', '/own/prices'],
    ] as const) {
      const { json } = await send(method, url, 'application/xml', NOT_YET);
      expect(json).toMatchObject({ code: 'TARIFF_NOT_PUBLISHED', status: 409 });
    }
  });

  it('in a table with faults are refused by line and column', async () => {
    const faulty = TABLE.replace('82,0', '82.0x').replace('-5,0', '');
    const { status, json } = await send('PUT', `/faulty?${COLUMNS}&${ZONE}&currency=SEK`, 'text/csv', faulty);
    expect(status, JSON.stringify(json)).toBe(422);
    expect(json).toMatchObject({
      code: 'INVALID_TARIFF',
      issues: [{ line: 2, column: 'Börspris (öre/kWh)', text: '82.0x' }, { line: 3 }],
    });
    expect(json.field).toBeUndefined();
  });
});

describe('an OCPI tariff', () => {
  it('is what a session costs, and says which zone it lacks', async () => {
    const put = await send('PUT', `/driver?format=ocpi&${ZONE}`, 'application/json', JSON.stringify(OCPI));
    expect(put, JSON.stringify(put.json)).toMatchObject({
      status: 200,
      json: { components: [{ kind: 'sessionPrice' }] },
    });
    expect(await pricesOf('driver')).toEqual([3.875]);
    const zoneless = await send('PUT', '/driver?format=ocpi', 'application/json', JSON.stringify(OCPI));
    expect(zoneless.json).toMatchObject({ code: 'INVALID_TARIFF', field: 'timeZone' });
  });
});
