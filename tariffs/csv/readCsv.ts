import type { ParseOptions, ReadTariff } from '../parseOptions.js';
import { gapsBetween, gapWarning, packRuns } from '../published/pricedIntervals.js';
import { checkPublishedOptions, energyPrices, publishedTariff } from '../published/publishedTariff.js';
import { addIssue, type Findings, noFindings, throwIssues } from '../reading/findings.js';
import { declaredPrices, keepsStep } from './declaredPrices.js';
import { type Dialect, declaredDialect, plainDialect, refuseMissing } from './dialect.js';
import { plainPrices } from './plainPrices.js';
import { inOrderOfTime, type WrittenPrice } from './prices.js';
import { csvText, readTable } from './table.js';

/**
 * Prices of a CSV file. Without options.csv it has the header start,end,price_per_kwh (or price_per_mwh): instants of ISO 8601 with their
 * offset, decimal points, commas between. With options.csv all of that is declared; nothing is guessed, but what the file looks like is
 * told where something is missing. options.currency and options.timeZone are needed. Throws InvalidTariff, with line and column.
 */
export function readCsv(input: unknown, options: ParseOptions = {}): ReadTariff {
  const findings = noFindings();
  checkPublishedOptions(options, findings);
  refuseMissing(options, findings);
  const text = csvText(input, findings);
  const dialect = text === undefined ? undefined : dialectOf(text, options, findings);
  throwIssues(findings);
  const { currency, timeZone } = options;
  if (text === undefined || dialect === undefined || currency === undefined || timeZone === undefined)
    throw new Error(FAULT);
  const prices = readPrices(text, dialect, timeZone, findings);
  throwIssues(findings);
  if (prices.length === 0) throw new Error(FAULT);
  const gaps = gapWarning(gapsBetween(prices));
  return {
    tariff: publishedTariff(options, { currency, timeZone, components: [energyPrices(packRuns(prices))] }),
    warnings: [...findings.warnings, ...(gaps === undefined ? [] : [gaps])],
  };
}

const FAULT = 'prices were refused without a reason: this is a fault of the reader';

function dialectOf(text: string, { csv }: ParseOptions, findings: Findings): Dialect | undefined {
  return csv === undefined ? plainDialect(text, findings) : declaredDialect(csv, text, findings);
}

/** In the order of time. */
function readPrices(text: string, dialect: Dialect, timeZone: string, findings: Findings): readonly WrittenPrice[] {
  const table = readTable(text, dialect, findings);
  if (table === undefined) return [];
  if (table.rows.length === 0 && findings.issues.size === 0) refuseEmpty(findings);
  if (dialect.kind === 'plain') return inOrderOfTime(plainPrices(table, dialect, findings), findings);
  const ordered = declaredPrices(table, dialect, timeZone, findings).sort(
    (a, b) => a.startMs - b.startMs || a.line - b.line,
  );
  return keepsStep(ordered, dialect, findings) ? inOrderOfTime(ordered, findings) : ordered;
}

function refuseEmpty(findings: Findings): void {
  addIssue(findings, 'INVALID_TARIFF', () => ({ reason: 'The file has no rows.', fix: 'Write a row for each price.' }));
}
