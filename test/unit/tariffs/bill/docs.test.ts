import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bill } from '../../../../tariffs/bill/bill.js';
import { parseTariff } from '../../../../tariffs/index.js';
import { quarters } from './readings.js';

const page = readFileSync(new URL('../../../../docs/tariffs.md', import.meta.url), 'utf8');

describe('the bill in docs/tariffs.md', () => {
  it('is what its tariff and its readings cost', () => {
    const [, text = '', after = ''] = /^```json bill=evenkeel\n([\s\S]*?)^```$([\s\S]*?)^###/m.exec(page) ?? [];
    const rows = [...after.matchAll(/^\| ([^|]+) \| ([\d.]+) \| (\w+) \| ([\d.]+) \| ([\d.]+) \|$/gm)].map(
      ([, component, quantity, unit, price, amount]) => [
        component,
        Number(quantity),
        unit,
        Number(price),
        Number(amount),
      ],
    );
    const january = quarters(
      'Europe/Stockholm',
      ['2026-01-01T00:00', '2026-02-01T00:00'],
      { '2026-01-03T18:00': 9, '2026-01-03T19:00': 8.8, '2026-01-11T17:00': 7.2, '2026-01-20T07:00': 6.6 },
      1.5,
    );
    const billed = bill(parseTariff(text, 'evenkeel'), january);
    expect(rows).toHaveLength(4);
    expect(
      billed.lines.map(({ component, quantity, unit, price, amount }) => [
        component,
        Number(quantity.toFixed(6)),
        unit,
        price,
        Number(amount.toFixed(6)),
      ]),
    ).toEqual(rows);
    expect(after).toContain(`Total: ${billed.totalRounded} SEK.`);
  });
});
