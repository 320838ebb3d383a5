import { beforeEach, describe, expect, it, vi } from 'vitest';
import { StationCredentials } from '../../../src/control/credentials.js';
import { MemoryStore } from '../../support/memoryStore.js';

// Hashing is what a reconnecting fleet costs: how often it is done is what is counted here.

const hashings = vi.hoisted(() => ({ count: 0 }));
vi.mock('node:crypto', async (importActual) => {
  const actual = await importActual<typeof import('node:crypto')>();
  const scrypt = (...args: Parameters<typeof actual.scrypt>) => {
    hashings.count += 1;
    return actual.scrypt(...args);
  };
  return { ...actual, scrypt };
});

let credentials: StationCredentials;

beforeEach(async () => {
  credentials = new StationCredentials({ store: new MemoryStore(), allowUnauthenticated: false });
  await credentials.put('A', { password: 'secret' });
  await credentials.put('B', { password: 'secret' });
  await credentials.verify('nobody', 'x', 1);
  hashings.count = 0;
});

const check = (stationId: string, password: string) => credentials.verify(stationId, password, 1);

describe('a station that comes again before its password was checked', () => {
  it('waits for the check that is under way, and is answered as that is', async () => {
    const both = [check('A', 'secret'), check('A', 'secret'), check('A', 'secret')];
    expect(await Promise.all(both)).toEqual(['genuine', 'genuine', 'genuine']);
    expect(hashings.count).toBe(1);
  });

  it('with a wrong password is refused as often as it came, and hashed anew the next time', async () => {
    expect(await Promise.all([check('A', 'wrong'), check('A', 'wrong')])).toEqual(['wrong', 'wrong']);
    const once = hashings.count;
    expect(await check('A', 'wrong')).toBe('wrong');
    expect(hashings.count).toBe(2 * once);
  });

  it('shares a check with no other station, no other password, and none of before a change', async () => {
    expect(await Promise.all([check('A', 'secret'), check('B', 'secret')])).toEqual(['genuine', 'genuine']);
    expect(hashings.count).toBe(2);
    expect(await Promise.all([check('B', 'other'), check('C', 'secret')])).toEqual(['wrong', 'unknown']);
    const before = check('A', 'old');
    await credentials.put('A', { password: 'old' });
    expect([await before, await check('A', 'old')]).toEqual(['wrong', 'genuine']);
  });
});
