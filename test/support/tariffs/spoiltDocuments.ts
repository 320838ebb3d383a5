import fc from 'fast-check';
import { InvalidTariff, printTariff } from '../../../tariffs/index.js';
import { printOcpi } from '../../../tariffs/ocpi/printOcpi.js';
import { arbitraryOcpiTariff } from './arbitraryOcpiTariff.js';
import { arbitraryTariff } from './arbitraryTariff.js';

const NAMES = [
  'currency',
  'timeZone',
  'components',
  'kind',
  'id',
  'prices',
  'elements',
  'price_components',
  'restrictions',
  'data',
  '__proto__',
  'toString',
];

const VALUES = [
  'SEK',
  'Europe/Stockholm',
  'priceSeries',
  'timeOfUse',
  'demandCharge',
  'sessionPrice',
  'ENERGY',
  '2026-01-01T00:00:00Z',
  '24:00',
  1e308,
  -0,
  0.5,
];

/** JSON with the names of our members, and values of any kind. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom(...VALUES),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 6 }),
  ),
})).value;

/** A valid document of which one value was replaced by anything; one in eight is left as it is. */
function spoilt(documents: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(documents, anyJson, fc.nat(), fc.nat({ max: 7 })).map(([document, value, at, luck]) => {
    if (luck === 0) return document;
    // A copy of its own: fast-check shares values between documents.
    const copy: unknown = JSON.parse(JSON.stringify(document));
    const places = placesIn(copy);
    const [parent, key] = places[at % Math.max(1, places.length)] ?? [];
    if (parent !== undefined && key !== undefined) parent[key] = value;
    return copy;
  });
}

function placesIn(node: unknown): (readonly [Record<string, unknown>, string])[] {
  if (typeof node !== 'object' || node === null) return [];
  const parent = node as Record<string, unknown>;
  return Object.entries(parent).flatMap(([key, child]) => [[parent, key] as const, ...placesIn(child)]);
}

export const spoiltNative: fc.Arbitrary<unknown> = spoilt(arbitraryTariff().map(printTariff));

export const spoiltOcpi: fc.Arbitrary<unknown> = spoilt(
  arbitraryOcpiTariff().map((tariff) =>
    printOcpi(tariff, { country_code: 'SE', party_id: 'EVK', last_updated: '2026-01-01T00:00:00Z' }, '2.3'),
  ),
);

/** Throws where anything but InvalidTariff is thrown, or where it does not say what is wrong and what to do. */
export function outcome(read: () => unknown): 'taken' | 'refused' {
  try {
    read();
    return 'taken';
  } catch (error) {
    if (!(error instanceof InvalidTariff)) throw error;
    const { issues, more } = error;
    const isSaid = issues.every(({ reason, fix, path }) => reason.endsWith('.') && fix.endsWith('.') && isPath(path));
    if (issues.length === 0 || issues.length > 20 || more < 0 || !isSaid) throw error;
    return 'refused';
  }
}

function isPath(path: string | undefined): boolean {
  return path === undefined || (path.startsWith('/') && path.length < 1000);
}
