import { describe, expect, it } from 'vitest';
import { live } from '../support/siteLife.js';
import { stoodS } from '../support/tripCurve.js';
import { liveUnforeseen } from '../support/unforeseenLife.js';

/** The long run has thousands. */
const SEEDS = Number(process.env.EVENKEEL_SEEDS ?? 8);
const FIRST = Number(process.env.EVENKEEL_SEED ?? 1);

describe('a site in virtual time, with messages lost, late and refused, stations that reboot and a service that dies', () => {
  it(`keeps every fuse, believes no less than what stations may do, and starves nobody (${SEEDS} seeds from ${FIRST})`, async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { violation, timeline } = await live(seed);
      if (violation !== undefined) {
        expect.fail(
          `seed ${seed}: ${violation}\nagain: EVENKEEL_SEED=${seed} EVENKEEL_SEEDS=1 npx vitest run test/simulation/handOut.test.ts -t 'keeps every fuse'\n${timeline.slice(-60).join('\n')}`,
        );
      }
    }
  }, 600_000);

  it('finds the fault in a service that takes silence for consent', async () => {
    let found: string | undefined;
    for (let seed = FIRST; seed < FIRST + 200 && found === undefined; seed++) {
      const { violation } = await live(seed, (world) => {
        world.tamper = (outcome, command) =>
          command.type === 'setChargingProfile' && outcome.outcome === 'unknown'
            ? { outcome: 'answered', response: { status: 'Accepted' } }
            : outcome;
      });
      found = violation;
    }
    expect(found).toMatch(/OVERLOAD|SURPRISE/);
  }, 600_000);

  it('finds the fault in a service that does not know of the limits', async () => {
    const found = new Set<string>();
    for (let seed = FIRST; seed < FIRST + 200 && found.size < 3; seed++) {
      const { violation } = await live(seed, undefined, { untold: true });
      if (violation !== undefined)
        found.add(violation.replace(/^OVERLOAD \S+?( L\d)?: (cars take )?.*? (A|W) of.*/, '$2$3'));
    }
    expect([...found].sort()).toEqual(['A', 'W', 'cars take W']);
  }, 600_000);
});

describe('a site in virtual time, whose building takes more and whose limits fall without notice', () => {
  it(`is back within each limit once it is told, and before a breaker notices (${SEEDS} seeds from ${FIRST})`, async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { violation, timeline } = await liveUnforeseen(seed);
      if (violation === undefined) continue;
      const again = `EVENKEEL_SEED=${seed} EVENKEEL_SEEDS=1 npx vitest run test/simulation/handOut.test.ts -t 'is back within'`;
      expect.fail(`seed ${seed}: ${violation}\nagain: ${again}\n${timeline.slice(-60).join('\n')}`);
    }
  }, 600_000);

  it('finds the fault in a service that does not hear the meters of its circuits', async () => {
    let found: string | undefined;
    for (let seed = FIRST; seed < FIRST + 20 && found === undefined; seed++)
      found = (await liveUnforeseen(seed, { deaf: true })).violation;
    expect(found).toMatch(/OVERLOAD|TRIPPING/);
  }, 600_000);

  it('takes a breaker to stand 1.13 times its rating for an hour, 2.55 times for a second, and in between less the more it is', () => {
    expect([1, 1.05, 1.13, 2.55, 3, 3.1].map(stoodS)).toEqual([Number.POSITIVE_INFINITY, 3_600, 3_600, 1, 0.1, 0]);
    expect(stoodS(1.45)).toBeGreaterThan(200);
    expect(stoodS(1.45)).toBeLessThan(3_600);
  });
});
