import type { TariffIssue } from '../invalidTariff.js';
import type { ParseOptions } from '../parseOptions.js';
import { addIssue, type Findings } from '../reading/findings.js';
import { INSTANT_MAX_MS } from '../reading/instants.js';
import { checkOptions } from '../reading/options.js';
import type { PriceRun, Tariff, TariffComponent } from '../types.js';

/** The component of published prices. */
const ENERGY_ID = 'energy';

/** Published prices as a tariff: without limit in time, since later publications are merged into it. */
export function publishedTariff(
  { name, vatPercent = 0 }: ParseOptions,
  { currency, timeZone, components }: Pick<Tariff, 'currency' | 'timeZone' | 'components'>,
): Tariff {
  return {
    ...(name === undefined ? {} : { name }),
    currency,
    timeZone,
    validity: { fromMs: 'open', toMs: 'open' },
    vatPercent,
    holidays: { dates: [], yearly: [], easter: [] },
    components,
  };
}

export function energyPrices(prices: readonly PriceRun[]): TariffComponent {
  return { kind: 'priceSeries', id: ENERGY_ID, prices };
}

/** Of 1970 to 2200, in whole milliseconds. */
export function isInstant(ms: number): boolean {
  return Number.isInteger(ms) && ms >= 0 && ms <= INSTANT_MAX_MS;
}

/** Reports options that no published prices could be read with. */
export function checkPublishedOptions(options: ParseOptions, findings: Findings): void {
  checkOptions(options, findings);
  const { nowMs, auction } = options;
  if (nowMs !== undefined && !isInstant(nowMs))
    refuseOption(findings, 'nowMs', 'This is no instant.', 'Give whole epoch milliseconds of 1970 to 2200.');
  if (auction !== undefined && !(Number.isInteger(auction) && auction >= 1))
    refuseOption(findings, 'auction', 'This is no classification position.', 'Give 1, 2 …');
}

/** An option that is wrong, or that the document can't do without. */
export function refuseOption(findings: Findings, option: keyof ParseOptions, reason: string, fix: string): undefined {
  // Not a JSON pointer: it is no part of the document.
  addIssue(findings, 'INVALID_TARIFF', (): TariffIssue => ({ path: `options.${option}`, reason, fix }));
  return undefined;
}
