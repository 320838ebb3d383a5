import { describe, it } from 'vitest';
import { type Family, QUIRKS } from '../support/quirkLife.js';
import { expectQuirkLives, quirkSeeds } from '../support/quirkSeeds.js';

/** Of each quirk by itself, and as many again of each family mixed. */
const { first, count, only: named } = quirkSeeds({ first: 200_000, count: 100 });

describe.each(Object.keys(QUIRKS) as Family[])('many lives of a site with %s stations', (family) => {
  it.each([...QUIRKS[family], undefined])(
    `keep what is promised: %s, ${count} seeds from ${first}`,
    async (only) => {
      if (named === undefined || named === only) await expectQuirkLives(family, { first, count, only });
    },
    3_600_000,
  );
});
