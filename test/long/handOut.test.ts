import { describe, expect, it } from 'vitest';
import { live } from '../support/siteLife.js';
import { liveUnforeseen } from '../support/unforeseenLife.js';

const SEEDS = Number(process.env.EVENKEEL_SEEDS ?? 3000);
const FIRST = Number(process.env.EVENKEEL_SEED ?? 100_000);
const PER_TEST = 100;

/** Every other one with what nobody foresaw. */
describe('many lives of a site in virtual time', () => {
  for (let first = FIRST; first < FIRST + SEEDS; first += PER_TEST) {
    const count = Math.min(PER_TEST, FIRST + SEEDS - first);
    it(`keep every fuse and starve nobody: seeds ${first} to ${first + count - 1}`, async () => {
      for (let seed = first; seed < first + count; seed++) {
        const { violation, timeline } = await (seed % 2 === 0 ? live(seed) : liveUnforeseen(seed));
        if (violation === undefined) continue;
        expect.fail(
          `seed ${seed}: ${violation}\nagain: EVENKEEL_SEED=${seed} EVENKEEL_SEEDS=1 npx vitest run test/simulation/handOut.test.ts -t '${seed % 2 === 0 ? 'keeps every fuse' : 'is back within'}'\n${timeline.slice(-80).join('\n')}`,
        );
      }
    }, 1_800_000);
  }
});
