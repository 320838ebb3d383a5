import { describe, expect, it } from 'vitest';
import { StationCredentials } from '../../../src/control/credentials.js';
import { MemoryStore } from '../../support/memoryStore.js';

const make = (allowUnauthenticated = false) => {
  const store = new MemoryStore();
  return { store, credentials: new StationCredentials({ store, allowUnauthenticated }) };
};

describe("a station's password", () => {
  it('opens the door, and no other does, the second time neither', async () => {
    const { credentials } = make();
    await credentials.put('A', 'secret');
    for (let n = 0; n < 2; n++) {
      expect(await credentials.verify('A', 'secret')).toBe(true);
      expect(await credentials.verify('A', 'Secret')).toBe(false);
      expect(await credentials.verify('A', '')).toBe(false);
      expect(await credentials.verify('A', undefined)).toBe(false);
      expect(await credentials.verify('B', 'secret')).toBe(false);
    }
  });

  it('opens nothing any more once it was changed, though it was remembered', async () => {
    const { credentials } = make();
    await credentials.put('A', 'old');
    expect(await credentials.verify('A', 'old')).toBe(true);
    await credentials.put('A', 'new');
    expect(await credentials.verify('A', 'old')).toBe(false);
    expect(await credentials.verify('A', 'new')).toBe(true);
  });

  it('is nowhere in the store, and not the same twice', async () => {
    const { store, credentials } = make();
    await credentials.put('A', 'secret');
    await credentials.put('B', 'secret');
    const [a, b] = [await store.getCredentials('A'), await store.getCredentials('B')];
    expect(a).not.toContain('secret');
    expect(a).not.toBe(b);
  });

  it('survives a restart', async () => {
    const { store, credentials } = make();
    await credentials.put('A', 'secret');
    expect(await new StationCredentials({ store, allowUnauthenticated: false }).verify('A', 'secret')).toBe(true);
  });

  it('is needed where one is set, even where stations without one are let in', async () => {
    const { credentials } = make(true);
    expect(await credentials.verify('A', undefined)).toBe(true);
    await credentials.put('A', 'secret');
    expect(await credentials.verify('A', undefined)).toBe(false);
    expect(await credentials.verify('A', 'wrong')).toBe(false);
  });

  it('that is stored in a form nobody knows opens nothing', async () => {
    const { store, credentials } = make();
    for (const stored of ['', 'plain', 'scrypt$1$2']) {
      await store.putCredentials('A', stored);
      expect(await credentials.verify('A', 'plain')).toBe(false);
    }
  });
});
