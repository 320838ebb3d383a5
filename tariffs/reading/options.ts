import type { ParseOptions } from '../parseOptions.js';
import type { Tariff } from '../types.js';
import { addIssue, type Findings, noFindings } from './findings.js';
import { type Place, placeIn, refuse } from './place.js';
import { currency, NAME_MAX, timeZone, vatPercent, words } from './scalars.js';
import type { Shape } from './shapes.js';

const OPTIONS: readonly [keyof ParseOptions, Shape<string> | Shape<number>][] = [
  ['timeZone', timeZone],
  ['currency', currency],
  ['name', words(NAME_MAX)],
  ['vatPercent', vatPercent],
];

/** Reports options that no document could be read with. Those of one format are that format's. */
export function checkOptions(options: ParseOptions, findings: Findings): void {
  for (const [name, shape] of OPTIONS) {
    const value = options[name];
    const found = noFindings();
    if (value !== undefined) shape.read({ value, findings: found });
    for (const issue of found.issues.get('INVALID_TARIFF') ?? []) {
      // Not a JSON pointer: it is no part of the document.
      addIssue(findings, 'INVALID_TARIFF', () => ({ ...issue, path: `options.${name}` }));
    }
  }
}

/** What a document says must agree with what it was said to say. */
export function refuseContradictions(tariff: Tariff, options: ParseOptions, place: Place): void {
  for (const name of ['currency', 'timeZone', 'vatPercent'] as const) {
    const wanted = options[name];
    if (wanted === undefined || wanted === tariff[name]) continue;
    refuse(placeIn(place, name, tariff[name]), {
      reason: `The document says ${tariff[name]}, where ${wanted} is asked for.`,
      fix: `Correct the document, or leave options.${name} out if it was given.`,
    });
  }
}
