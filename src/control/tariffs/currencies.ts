import type { Tariff } from '../../../tariffs/index.js';
import { Problem } from '../../site/problem.js';

interface TariffsOfSite {
  readonly siteId: string;
  readonly tariffIds: readonly string[];
}

/**
 * A site's prices add up, so that they must be of one currency. Tariffs that are not there yet have none; they are looked at
 * when they come. Throws Problem CURRENCY_MISMATCH; `field` names the culprit in the request's body.
 */
export function refuseMixedCurrencies(
  { siteId, tariffIds }: TariffsOfSite,
  find: (tariffId: string) => Pick<Tariff, 'currency'> | undefined,
  field: string,
): void {
  const known = tariffIds.flatMap((tariffId) => {
    const currency = find(tariffId)?.currency;
    return currency === undefined ? [] : [{ tariffId, currency }];
  });
  const currencies = [...new Set(known.map(({ currency }) => currency))];
  if (currencies.length < 2) return;
  const each = known.map(({ tariffId, currency }) => `"${tariffId}" is in ${currency}`);
  throw new Problem('CURRENCY_MISMATCH', `The tariffs of site "${siteId}" differ: ${each.join(', ')}.`, {
    field,
    details: { siteId, tariffIds: known.map(({ tariffId }) => tariffId), currencies },
  });
}
