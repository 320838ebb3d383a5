import { expect, it, vi } from 'vitest';

const hashings = vi.hoisted(() => ({ count: 0 }));
vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:crypto')>();
  const scrypt = (...args: Parameters<typeof original.scrypt>) => {
    hashings.count++;
    original.scrypt(...args);
  };
  return { ...original, scrypt };
});

const { StationCredentials } = await import('../../../src/control/credentials.js');
const { StationDesk } = await import('../../../src/control/stationDesk.js');
const { MemoryStore } = await import('../../support/memoryStore.js');
const { ManualClock } = await import('../gateway/gatewayFixture.js');

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const APPROACH = { securityProfile: 1, address: '192.0.2.1', network: '192.0.2.1' } as const;

async function scene() {
  const credentials = new StationCredentials({ store: new MemoryStore(), allowUnauthenticated: false });
  await credentials.put('KNOWN', { password: 'the-right-password' });
  await credentials.put('CHANGING', { password: 'the-right-password' });
  await credentials.offer('CHANGING');
  await credentials.verify('CERTIFIED', undefined, 3);
  const desk = new StationDesk({
    sites: { ownerOfStation: () => undefined } as never,
    credentials,
    clock: new ManualClock(),
    random: { positiveInt31: () => 1 },
    log: quiet,
    reports: { take: () => undefined },
    caller: () => ({ call: async () => ({ outcome: 'notSent', reason: 'offline' }) }),
  });
  // The decoy is hashed once, when the service starts.
  await desk.authenticate('WARM-UP', 'x', APPROACH);
  return desk;
}

/** What hashing takes is what an answer takes: a few milliseconds each, against microseconds for all else. */
it.each([
  ['closed', 'wrong'],
  ['closed', 'sixteen-or-more-letters'],
  ['closed', '0011223344556677889900112233445566778899'],
  ['open', 'wrong'],
  ['open', 'sixteen-or-more-letters'],
  ['open', '0011223344556677889900112233445566778899'],
] as const)(
  'while onboarding is %s the password %s costs the same work, and gets the same, for any identity (abuse 4)',
  async (state, password) => {
    const desk = await scene();
    if (state === 'open') desk.waiting.open(60_000);
    const outcomes: unknown[] = [];
    for (const stationId of ['UNKNOWN', 'KNOWN', 'CHANGING', 'CERTIFIED']) {
      hashings.count = 0;
      const admission = await desk.authenticate(stationId, password, APPROACH);
      outcomes.push([hashings.count, typeof admission]);
    }
    expect(outcomes).toEqual(outcomes.map(() => outcomes[0]));
    expect(hashings.count).toBeGreaterThan(0);
  },
);
