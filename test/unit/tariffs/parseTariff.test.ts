import { describe, expect, it } from 'vitest';
import { parseTariff, readTariff, type TariffFormat } from '../../../tariffs/index.js';

const document = {
  currency: 'EUR',
  timeZone: 'Europe/Brussels',
  components: [{ kind: 'tax', id: 'tax', pricePerKwh: 0.05 }],
};

describe('the door of all formats', () => {
  it('gives the tariff with its warnings, or alone', () => {
    const { tariff, warnings } = readTariff(document, 'evenkeel', { vatPercent: 6 });
    expect(warnings).toEqual([]);
    expect(tariff.vatPercent).toBe(6);
    expect(parseTariff(JSON.stringify(document), 'evenkeel', { vatPercent: 6 })).toEqual(tariff);
  });

  it.each(['xml', 'toString', '__proto__', ''])('knows no format "%s", and names those that it knows', (format) => {
    expect(() => parseTariff(document, format as TariffFormat)).toThrow(RangeError);
    expect(() => parseTariff(document, format as TariffFormat)).toThrow(/evenkeel/);
  });
});
