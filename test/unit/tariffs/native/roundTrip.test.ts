import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printTariff } from '../../../../tariffs/native/printTariff.js';
import { readNative } from '../../../../tariffs/native/readNative.js';
import { arbitraryTariff } from '../../../support/tariffs/arbitraryTariff.js';

describe('a printed tariff', () => {
  it('is read back as it was, from its value and from its text', () => {
    fc.assert(
      fc.property(arbitraryTariff(), (tariff) => {
        const printed = printTariff(tariff);
        expect(readNative(printed).tariff).toStrictEqual(tariff);
        expect(readNative(JSON.stringify(printed)).tariff).toStrictEqual(tariff);
      }),
      { numRuns: 200 },
    );
  });

  it('is canonical: the order of members and the forms in which it was written do not show', () => {
    const shuffled = {
      components: [{ pricePerKwh: 0.4, vatPercent: 25, id: 'tax', kind: 'tax' }],
      vatPercent: 0,
      holidays: { easter: [], dates: [] },
      validity: { to: '2026-12-31T23:00:00.000Z' },
      timeZone: 'Europe/Stockholm',
      currency: 'SEK',
    };
    expect(JSON.stringify(printTariff(readNative(shuffled).tariff))).toBe(
      '{"currency":"SEK","timeZone":"Europe/Stockholm","validity":{"to":"2027-01-01T00:00:00+01:00"},' +
        '"components":[{"kind":"tax","id":"tax","vatPercent":25,"pricePerKwh":0.4}]}',
    );
  });

  it('has instants in local time, on both sides of a change to winter time', () => {
    const intervals = [0, 1].map((hour) => ({
      start: `2026-10-25T0${hour}:00:00Z`,
      end: `2026-10-25T0${hour}:15:00Z`,
      pricePerKwh: hour,
    }));
    const document = {
      currency: 'SEK',
      timeZone: 'Europe/Stockholm',
      components: [{ kind: 'priceSeries', id: 'spot', intervals }],
    };
    expect(printTariff(readNative(document).tariff).components[0]).toMatchObject({
      prices: [{ start: '2026-10-25T02:00:00+02:00' }, { start: '2026-10-25T02:00:00+01:00' }],
    });
  });

  it('has instants in UTC where local time was off by seconds, which ISO 8601 can not write', () => {
    // Liberia was 44 min 30 s behind until 7 January 1972.
    const { tariff } = readNative({
      currency: 'USD',
      timeZone: 'Africa/Monrovia',
      validity: { from: '1970-06-01T00:00:00Z' },
      components: [{ kind: 'tax', id: 'tax', pricePerKwh: 1 }],
    });
    expect(printTariff(tariff).validity).toEqual({ from: '1970-06-01T00:00:00Z' });
    expect(readNative(printTariff(tariff)).tariff).toStrictEqual(tariff);
  });
});
