import type { ParseOptions, ReadTariff } from '../parseOptions.js';
import { addIssue, type Findings, noFindings, throwIssues } from '../reading/findings.js';
import { jsonDocument } from '../reading/jsonText.js';
import { checkOptions } from '../reading/options.js';
import { isFields, memberOf, type Place, placeIn, refuse } from '../reading/place.js';
import { listAt } from '../reading/shapes.js';
import { overlappingVersions } from '../reading/versions.js';
import type { Tariff } from '../types.js';
import { type OcpiVersionRead, readVersion } from './readVersion.js';

/** Versions of one tariff that a document may have. */
const VERSIONS_MAX = 200;

/**
 * Reads Tariff objects of OCPI 2.2.1 or 2.3 (mod_tariffs): one, a response with one in `data`, or a list of versions of one tariff,
 * whose dates do not overlap. Each version becomes a session price whose id is the tariff's.
 * options.timeZone is required: OCPI keeps it in the Location. options.vatPercent holds where a price says no VAT.
 * Throws InvalidTariff; TARIFF_NOT_EXPRESSIBLE for what is not known here, since it may change the price.
 */
export function readOcpi(input: unknown, options: ParseOptions = {}): ReadTariff {
  const findings = noFindings();
  const { timeZone } = options;
  checkOptions(options, findings);
  if (timeZone === undefined) requireTimeZone(findings);
  throwIssues(findings);
  const document = jsonDocument(input, findings);
  const read = (document === undefined ? [] : versionPlaces(document)).map((place) => readVersion(place, options));
  const versions = read.filter((version) => version !== undefined);
  refuseDifferent(versions, options);
  refuseOverlap(versions);
  throwIssues(findings);
  const [first] = versions;
  if (first === undefined || timeZone === undefined) throw new Error('an OCPI document was refused without a reason');
  return {
    tariff: tariffOf(versions, { timeZone, currency: first.currency, ...options }),
    warnings: [...findings.warnings],
  };
}

function tariffOf(
  versions: readonly OcpiVersionRead[],
  { name, timeZone, currency, vatPercent = 0 }: ParseOptions & { timeZone: string; currency: string },
): Tariff {
  return {
    ...(name === undefined ? {} : { name }),
    currency,
    timeZone,
    validity: { fromMs: 'open', toMs: 'open' },
    vatPercent,
    holidays: { dates: [], yearly: [], easter: [] },
    // Ids of OCPI do not tell capitals: the first spelling is the one id.
    components: versions.map(({ component }) => ({ ...component, id: versions[0]?.component.id ?? component.id })),
  };
}

function requireTimeZone(findings: Findings): void {
  addIssue(findings, 'INVALID_TARIFF', () => ({
    path: 'options.timeZone',
    reason: 'OCPI keeps the time zone in the Location, not in the Tariff, so that it must be given.',
    fix: 'Give options.timeZone, the time_zone of the Location, such as Europe/Stockholm.',
  }));
}

/** Where the Tariff objects stand. None after reporting why. */
function versionPlaces(document: Place): readonly Place[] {
  const data = isFields(document.value) && isResponse(document.value) ? dataOf(document) : document;
  if (data === undefined) return [];
  if (!Array.isArray(data.value)) return [data];
  const values = listAt(data, { min: 1, max: VERSIONS_MAX, what: 'Tariff objects' }) ?? [];
  return values.map((value, index) => placeIn(data, index, value));
}

function isResponse(fields: Readonly<Record<string, unknown>>): boolean {
  return Object.hasOwn(fields, 'data') || Object.hasOwn(fields, 'status_code');
}

function dataOf(document: Place): Place | undefined {
  const fields = isFields(document.value) ? document.value : {};
  const status = memberOf(fields, 'status_code');
  if (typeof status === 'number' && status >= 2000) {
    return refuse(placeIn(document, 'status_code', status), {
      reason: 'This OCPI response reports an error.',
      fix: 'Ask the other party again, and upload a response with status_code 1000.',
    });
  }
  return placeIn(document, 'data', memberOf(fields, 'data'));
}

/** Versions are of one tariff, in one currency, which options.currency confirms. */
function refuseDifferent(versions: readonly OcpiVersionRead[], options: ParseOptions): void {
  const [first] = versions;
  if (first === undefined) return;
  for (const { place, party, component, currency } of versions) {
    if (!isSame(component.id, first.component.id) || !isSame(party, first.party)) {
      refuse(placeIn(place, 'id', component.id), {
        reason: `This is the tariff ${party} ${component.id}, not ${first.party} ${first.component.id} as the first.`,
        fix: 'Upload each tariff by itself: a list is of versions of one.',
      });
    }
    const expected = options.currency ?? first.currency;
    if (currency === expected) continue;
    refuse(placeIn(place, 'currency', currency), {
      reason: `It must be ${expected}, as ${options.currency === undefined ? 'in the first version' : 'options.currency says'}.`,
      fix: 'Upload tariffs of different currencies by themselves.',
    });
  }
}

function isSame(id: string, other: string): boolean {
  return id.toLowerCase() === other.toLowerCase();
}

function refuseOverlap(versions: readonly OcpiVersionRead[]): void {
  const all = versions.map(({ validity }) => ({ id: '', validity }));
  for (const { first, second, fromMs } of overlappingVersions(all)) {
    const place = versions[second]?.place;
    if (place === undefined) continue;
    const since = fromMs === 'open' ? 'from the beginning' : `from ${new Date(fromMs).toISOString()} on`;
    refuse(placeIn(place, 'start_date_time', undefined), {
      code: 'TARIFF_OVERLAP',
      reason: `Versions ${first} and ${second} of the list both hold, ${since}.`,
      fix: 'Give each version an end_date_time that is not after the start_date_time of the next.',
    });
  }
}
