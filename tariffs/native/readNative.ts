import type { ParseOptions, ReadTariff } from '../parseOptions.js';
import { noFindings, throwIssues } from '../reading/findings.js';
import { jsonDocument } from '../reading/jsonText.js';
import { checkOptions, refuseContradictions } from '../reading/options.js';
import { isFields, memberOf, type Place } from '../reading/place.js';
import { tariffShape } from './tariffShape.js';

/**
 * Reads the JSON document of format 'evenkeel' (see NativeTariff): its text, or its value.
 * Currency, zone, name and VAT may come from the options where the document leaves them out.
 * Throws InvalidTariff, which lists what is wrong with a JSON pointer each.
 */
export function readNative(input: unknown, options: ParseOptions = {}): ReadTariff {
  const findings = noFindings();
  checkOptions(options, findings);
  throwIssues(findings);
  const document = jsonDocument(input, findings);
  const place = document && filledIn(document, options);
  const tariff = place && tariffShape.read(place);
  if (place !== undefined && tariff !== undefined) refuseContradictions(tariff, options, place);
  throwIssues(findings);
  if (tariff === undefined) throw new Error('a tariff was refused without a reason: this is a fault of the reader');
  return { tariff, warnings: [...findings.warnings] };
}

function filledIn(place: Place, { currency, timeZone, name, vatPercent }: ParseOptions): Place {
  const { value } = place;
  if (!isFields(value)) return place;
  const missing = Object.entries({ currency, timeZone, name, vatPercent }).filter(
    ([member, given]) => given !== undefined && memberOf(value, member) === undefined,
  );
  return { ...place, value: { ...value, ...Object.fromEntries(missing) } };
}
