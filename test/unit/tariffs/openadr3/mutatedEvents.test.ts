import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidTariff } from '../../../../tariffs/index.js';
import { readCapacityEvents } from '../../../../tariffs/openadr3/capacityEvents.js';
import { readOpenAdr3 } from '../../../../tariffs/openadr3/readOpenAdr3.js';

const FIXTURES = ['dayAheadEvent.json', 'capacityLimits.json'].map((name) =>
  readFileSync(new URL(`../../../fixtures/tariffs/openadr3/${name}`, import.meta.url), 'utf8'),
);
const NOW_MS = Date.parse('2026-01-14T12:00:00Z');

/** Both readers either read it or throw InvalidTariff. */
function expectTold(input: unknown): void {
  for (const read of [
    () => readOpenAdr3(input, { timeZone: 'Europe/Stockholm', nowMs: NOW_MS }),
    () => readCapacityEvents(input, { nowMs: NOW_MS }),
  ]) {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidTariff);
    }
  }
}

const scraps = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  '-',
  '9',
  '1e400',
  'P9999Y',
  '0001-01-01',
  'PT0S',
  'PRICE',
  '\u0000',
];
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(30),
  scrap: fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 4 })),
});

/** The value with another put in at a place that `choices` lead to. */
function replaced(value: unknown, choices: readonly number[], by: unknown): unknown {
  const [choice, ...others] = choices;
  if (choice === undefined || typeof value !== 'object' || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[choice % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const members = value as Record<string, unknown>;
  return Array.isArray(value)
    ? value.map((entry, index) => (String(index) === key ? replaced(entry, others, by) : entry))
    : { ...members, [key]: replaced(members[key], others, by) };
}

describe('whatever is done to valid events, they are read or refused with InvalidTariff', () => {
  it('in their text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FIXTURES),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (text, mutations) => {
          let mutated = text;
          for (const { at, length, scrap } of mutations) {
            const from = Math.floor(at * mutated.length);
            mutated = mutated.slice(0, from) + scrap + mutated.slice(from + length);
          }
          expectTold(mutated);
        },
      ),
      { seed: 9, numRuns: 500 },
    );
  });

  it('in their values', () => {
    const value = fc.oneof(
      fc.constantFrom(
        null,
        true,
        '',
        'P9999Y',
        'PT0S',
        '0001-01-01',
        'KW',
        'PRICE',
        -1,
        0,
        1e300,
        Number.NaN,
        Number.POSITIVE_INFINITY,
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...FIXTURES), fc.array(fc.nat(20), { maxLength: 6 }), value, (text, choices, by) => {
        expectTold(replaced(JSON.parse(text), choices, by));
      }),
      { seed: 10, numRuns: 1000 },
    );
  });

  it('and whatever else is given', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => expectTold(input)),
      { seed: 11, numRuns: 500 },
    );
  });
});
