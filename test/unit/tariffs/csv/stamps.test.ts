import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { stampReader, whyNoFormat } from '../../../../tariffs/csv/stamps.js';

const FORMATS = [
  'dd-MM-yyyy HH:mm',
  'd.M.yyyy H:mm',
  'yyyy/MM/dd HH:mm:ss',
  'yyyyMMddHHmm',
  'dd/MM/yyyy',
  'M/d/yyyy, H:mm',
  'HH:mm dd.MM.yyyy',
  "dd-MM-yyyy 'T' HH:mm",
  'd MMM yyyy HH:mm',
];

/** What luxon makes of it, of 1970 to 2200. */
function expected(text: string, format: string): number | undefined {
  const read = DateTime.fromFormat(text, format, { zone: 'utc', locale: 'en' });
  return read.isValid && read.year >= 1970 && read.year <= 2200 ? read.toMillis() : undefined;
}

function actual(text: string, format: string): number | undefined {
  const stamp = stampReader(format)(text);
  if (stamp === undefined) return undefined;
  return stamp.kind === 'local' ? stamp.wallMs : Number.NaN;
}

describe('times of a format', () => {
  it('are what luxon takes them for, whether luxon reads them or not', () => {
    const instant = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2199, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), instant, (format, ms) => {
        const text = DateTime.fromMillis(ms, { zone: 'utc' }).toFormat(format, { locale: 'en' });
        expect(expected(text, format)).toBeDefined();
        expect(actual(text, format)).toBe(expected(text, format));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('and so are those that are wrong', () => {
    const part = fc.oneof(
      fc.integer({ min: 0, max: 99 }).map((value) => `${value}`.padStart(2, '0')),
      fc.constantFrom('2026', '0001', '24', '60', '', 'x', '1', ' 1'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), fc.array(part, { minLength: 7, maxLength: 7 }), (format, parts) => {
        let next = 0;
        const text = format.replace(/[A-Za-z]+/g, () => parts[next++] ?? '');
        expect(actual(text, format)).toBe(expected(text, format));
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  it('have a day', () => {
    expect(whyNoFormat('HH:mm')).toMatch(/lacks year, month or day/);
    expect(whyNoFormat("'yyyy' MM dd")).toMatch(/lacks/);
    expect(FORMATS.map(whyNoFormat)).toEqual(FORMATS.map(() => undefined));
  });
});
