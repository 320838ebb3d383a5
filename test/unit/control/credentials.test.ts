import { describe, expect, it } from 'vitest';
import { StationCredentials } from '../../../src/control/credentials.js';
import { MemoryStore } from '../../support/memoryStore.js';

const make = (allowUnauthenticated = false) => {
  const store = new MemoryStore();
  return { store, credentials: new StationCredentials({ store, allowUnauthenticated }) };
};
type Credentials = ReturnType<typeof make>['credentials'];

const opens = async (credentials: Credentials, stationId: string, password: string | undefined) =>
  (await credentials.verify(stationId, password, 1)) === 'genuine';

describe("a station's password", () => {
  it('opens the door, and no other does, the second time neither', async () => {
    const { credentials } = make();
    await credentials.put('A', { password: 'secret' });
    for (let n = 0; n < 2; n++) {
      expect(await opens(credentials, 'A', 'secret')).toBe(true);
      expect(await opens(credentials, 'A', 'Secret')).toBe(false);
      expect(await opens(credentials, 'A', '')).toBe(false);
      expect(await opens(credentials, 'A', undefined)).toBe(false);
      expect(await opens(credentials, 'B', 'secret')).toBe(false);
    }
  });

  it('opens nothing any more once it was changed, though it was remembered', async () => {
    const { credentials } = make();
    await credentials.put('A', { password: 'old' });
    expect(await opens(credentials, 'A', 'old')).toBe(true);
    await credentials.put('A', { password: 'new' });
    expect(await opens(credentials, 'A', 'old')).toBe(false);
    expect(await opens(credentials, 'A', 'new')).toBe(true);
  });

  it('is nowhere in the store, and not the same twice', async () => {
    const { store, credentials } = make();
    await credentials.put('A', { password: 'secret' });
    await credentials.put('B', { password: 'secret' });
    const [a, b] = [await store.getCredentials('A'), await store.getCredentials('B')];
    expect(JSON.stringify(a)).not.toContain('secret');
    expect(a).not.toEqual(b);
  });

  it('survives a restart', async () => {
    const { store, credentials } = make();
    await credentials.put('A', { password: 'secret' });
    expect(await opens(new StationCredentials({ store, allowUnauthenticated: false }), 'A', 'secret')).toBe(true);
  });

  it('is needed where one is set, even where stations without one are let in', async () => {
    const { credentials } = make(true);
    expect(await opens(credentials, 'A', undefined)).toBe(true);
    await credentials.put('A', { password: 'secret' });
    expect(await opens(credentials, 'A', undefined)).toBe(false);
    expect(await opens(credentials, 'A', 'wrong')).toBe(false);
  });

  it('that is stored in a form nobody knows opens nothing', async () => {
    const { store, credentials } = make();
    for (const stored of ['', 'plain', 'scrypt$1$2']) {
      await store.putCredentials('A', { passwordHashes: [stored], securityProfileMin: 1 });
      expect(await opens(credentials, 'A', 'plain')).toBe(false);
    }
  });

  it('may be the key of OCPP 1.6 in hex digits, in either case, or its bytes', async () => {
    const { credentials } = make();
    const key = '000102030405060708090A0B0C0D0E0F10111213';
    await credentials.put('A', { password: key });
    expect(await opens(credentials, 'A', key)).toBe(true);
    expect(await opens(credentials, 'A', key.toLowerCase())).toBe(true);
    expect(await opens(credentials, 'A', Buffer.from(key, 'hex').toString('utf8'))).toBe(true);
    expect(await opens(credentials, 'A', key.slice(2))).toBe(false);
  });

  it('of a kind that is no key counts letter by letter', async () => {
    const { credentials } = make();
    await credentials.put('A', { password: 'CafeCafeCafeCafe' });
    expect(await opens(credentials, 'A', 'cafecafecafecafe')).toBe(false);
  });
});

describe('a change of the password', () => {
  const both = async () => {
    const made = make();
    await made.credentials.put('A', { password: 'the-old-password' });
    return { ...made, fresh: await made.credentials.offer('A') };
  };

  it('is 40 random hex digits, told to the station only', async () => {
    const { store, fresh, credentials } = await both();
    expect(fresh).toMatch(/^[0-9a-f]{40}$/);
    expect(await credentials.offer('A')).not.toBe(fresh);
    expect(JSON.stringify(await store.getCredentials('A'))).not.toContain(fresh);
  });

  it('leaves the old one valid until the new one was used, then refuses it, also after a restart', async () => {
    const { store, credentials, fresh } = await both();
    for (let n = 0; n < 2; n++) expect(await opens(credentials, 'A', 'the-old-password')).toBe(true);
    expect(await opens(credentials, 'A', fresh)).toBe(true);
    expect(await opens(credentials, 'A', 'the-old-password')).toBe(false);
    expect(await opens(credentials, 'A', fresh)).toBe(true);
    const later = new StationCredentials({ store, allowUnauthenticated: false });
    expect(await opens(later, 'A', 'the-old-password')).toBe(false);
    expect(await opens(later, 'A', fresh)).toBe(true);
  });

  it('that the station refused opens nothing, and the old one stays', async () => {
    const { credentials, fresh } = await both();
    await credentials.withdraw('A', fresh);
    expect(await opens(credentials, 'A', fresh)).toBe(false);
    expect(await opens(credentials, 'A', 'the-old-password')).toBe(true);
  });

  it('that was used can not be withdrawn any more', async () => {
    const { credentials, fresh } = await both();
    expect(await opens(credentials, 'A', fresh)).toBe(true);
    await credentials.withdraw('A', fresh);
    expect(await opens(credentials, 'A', fresh)).toBe(true);
  });

  it('after one without an answer leaves all three valid; which of them is used ends those before it only', async () => {
    const { credentials, fresh } = await both();
    const fresher = await credentials.offer('A');
    expect(await opens(credentials, 'A', fresh)).toBe(true);
    expect(await opens(credentials, 'A', 'the-old-password')).toBe(false);
    expect(await opens(credentials, 'A', fresher)).toBe(true);
    expect(await opens(credentials, 'A', fresh)).toBe(false);
  });

  it('is refused after three that were never used, and where there is no password', async () => {
    const { credentials } = await both();
    await credentials.offer('A');
    await credentials.offer('A');
    await expect(credentials.offer('A')).rejects.toMatchObject({ code: 'KEY_CHANGE_PENDING' });
    await expect(credentials.offer('B')).rejects.toMatchObject({ code: 'KEY_CHANGE_IMPOSSIBLE' });
    await credentials.verify('C', undefined, 3);
    await expect(credentials.offer('C')).rejects.toMatchObject({ code: 'KEY_CHANGE_IMPOSSIBLE' });
  });

  it('takes no longer to check against than one password does: all of a station share their salt', async () => {
    const { store } = await both();
    const { passwordHashes } = (await store.getCredentials('A')) ?? { passwordHashes: [] };
    const [first, second] = passwordHashes.map((hash) => hash.split('$').slice(0, 5));
    expect(second).toEqual(first);
    expect(passwordHashes[0]).not.toBe(passwordHashes[1]);
  });
});

describe('the security profile of a station', () => {
  it('rises with the highest that it has used, and is refused below that, also after a restart', async () => {
    const { store, credentials } = make();
    await credentials.put('A', { password: 'secret' });
    expect(await credentials.verify('A', 'secret', 1)).toBe('genuine');
    expect(await credentials.verify('A', 'secret', 2)).toBe('genuine');
    const later = new StationCredentials({ store, allowUnauthenticated: false });
    for (const each of [credentials, later]) expect(await each.verify('A', 'secret', 1)).toBe('downgraded');
    expect(await later.verify('A', undefined, 3)).toBe('genuine');
    expect(await later.verify('A', 'secret', 2)).toBe('downgraded');
  });

  it('does not rise by a wrong password, and a wrong password never learns of it', async () => {
    const { credentials } = make();
    await credentials.put('A', { password: 'secret' });
    expect(await credentials.verify('A', 'wrong', 2)).toBe('wrong');
    expect(await credentials.verify('A', 'secret', 1)).toBe('genuine');
    await credentials.put('A', { securityProfileMin: 2 });
    expect(await credentials.verify('A', 'wrong', 1)).toBe('wrong');
  });

  it('is lowered only by who sets it, and not by a new password', async () => {
    const { credentials } = make();
    await credentials.put('A', { password: 'secret', securityProfileMin: 2 });
    await credentials.put('A', { password: 'another' });
    expect(await credentials.verify('A', 'another', 1)).toBe('downgraded');
    await credentials.put('A', { securityProfileMin: 1 });
    expect(await credentials.verify('A', 'another', 1)).toBe('genuine');
  });

  it('of a station known by its certificate only lets no password in, where others need none neither', async () => {
    const { credentials } = make(true);
    expect(await credentials.verify('A', undefined, 3)).toBe('genuine');
    expect(await credentials.verify('A', undefined, 0)).toBe('wrong');
    expect(await credentials.verify('A', 'anything', 2)).toBe('wrong');
  });

  it('keeps a change of the password and a rise that happen at once', async () => {
    const { store, credentials } = make();
    await credentials.put('A', { password: 'secret' });
    await Promise.all([credentials.offer('A'), credentials.verify('A', 'secret', 2), credentials.offer('A')]);
    const stored = await store.getCredentials('A');
    expect(stored?.securityProfileMin).toBe(2);
    expect(stored?.passwordHashes).toHaveLength(3);
  });
});
