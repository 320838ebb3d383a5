import { readFileSync } from 'node:fs';
import { readCsv } from '../../../../tariffs/csv/readCsv.js';
import { InvalidTariff } from '../../../../tariffs/index.js';
import type { CsvOptions, ParseOptions } from '../../../../tariffs/parseOptions.js';
import type { PriceRun } from '../../../../tariffs/types.js';

export const at = (text: string) => Date.parse(text);
export const QUARTER_MS = 900_000;
export const HOUR_MS = 3_600_000;
export const STOCKHOLM: ParseOptions = { currency: 'SEK', timeZone: 'Europe/Stockholm' };

export function fixture(name: string): string {
  return readFileSync(new URL(`../../../fixtures/tariffs/csv/${name}`, import.meta.url), 'utf8');
}

/** Hours of Swedish local time, with a decimal comma. */
export const HOURLY: CsvOptions = {
  delimiter: ';',
  decimalMark: ',',
  unit: 'perKwh',
  resolutionMinutes: 60,
  stamped: 'start',
  timestampColumn: 'Tid',
  priceColumn: 'Pris',
  timestampFormat: 'yyyy-MM-dd HH:mm',
};

/** Of "time;price" rows. */
export function table(...rows: readonly string[]): string {
  return ['Tid;Pris', ...rows].join('\n');
}

export function runsOf(text: unknown, options: ParseOptions): readonly PriceRun[] {
  const [component] = readCsv(text, options).tariff.components;
  if (component?.kind !== 'priceSeries') throw new Error('there are no prices');
  return component.prices;
}

/** Of a declared table of hours. */
export function hourlyRuns(text: string, csv: Partial<CsvOptions> = {}): readonly PriceRun[] {
  return runsOf(text, { ...STOCKHOLM, csv: { ...HOURLY, ...csv } });
}

export function refusal(text: unknown, options: ParseOptions): InvalidTariff {
  try {
    readCsv(text, options);
  } catch (error) {
    if (error instanceof InvalidTariff) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

export function hourlyRefusal(text: string, csv: Partial<CsvOptions> = {}): InvalidTariff {
  return refusal(text, { ...STOCKHOLM, csv: { ...HOURLY, ...csv } });
}
