import { describe, expect, it } from 'vitest';
import { liveWithQuirks } from '../support/quirkLife.js';
import { expectQuirkLives, quirkSeeds } from '../support/quirkSeeds.js';

// The long run has hundreds of each.
const { first, count, only } = quirkSeeds({ first: 1, count: 8 });

describe(`a site some of whose stations have quirks (${count} seeds from ${first} of each kind)`, () => {
  it(
    'keeps every fuse, accuses nobody, and charges as planned, where stations obey what they hold',
    () => expectQuirkLives('obedient', { first, count, only }),
    600_000,
  );

  it(
    'leaves stations that take no failsafe, or do not say so, all that they can draw, and shows them to the owner',
    () => expectQuirkLives('unconfirmed', { first, count, only }),
    600_000,
  );

  it(
    'finds stations that do not obey, makes room for them in half a minute, and shows what it can not make room for',
    () => expectQuirkLives('disobedient', { first, count, only }),
    600_000,
  );

  it('finds the fault in a service that raises before a lowering is confirmed', async () => {
    let found: string | undefined;
    for (let seed = 1; seed < 60 && found === undefined; seed++) {
      const { violation } = await liveWithQuirks(seed, 'obedient', {
        sabotage: (world) => {
          world.confirmsUnheard = true;
        },
      });
      found = violation;
    }
    expect(found).toMatch(/OVERLOAD|SURPRISE/);
  }, 600_000);
});
