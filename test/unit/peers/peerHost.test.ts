import { describe, expect, it } from 'vitest';
import { type HostedPeer, PeerHost } from '../../../src/peers/peerHost.js';
import { SavedPeer } from '../../../src/peers/savedPeer.js';
import type { StoredDocument } from '../../../src/store/documentStore.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { VirtualClock } from '../../support/virtualClock.js';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const document = (id: string, siteId: string): StoredDocument => ({
  kind: 'peer',
  id,
  organisationId: 'default',
  updatedMs: 0,
  body: { siteId },
});

class Peer implements HostedPeer {
  running = false;

  constructor(readonly siteId: string) {}

  start(): void {
    this.running = true;
  }

  stop(): void {
    this.running = false;
  }
}

function world() {
  const clock = new VirtualClock(0);
  const documents = new MemoryDocuments();
  const owned = new Set(['here']);
  const errors: object[] = [];
  const host = new PeerHost({
    kind: 'peer',
    documents,
    clock,
    log: { ...QUIET, error: (fields) => void errors.push(fields) },
    siteIdOf: ({ body }) => Object(body).siteId,
    isOwnedHere: (siteId) => owned.has(siteId),
    open: async ({ body }) => new Peer(Object(body).siteId),
  });
  return { clock, documents, owned, host, errors };
}

describe('the peers of a process', () => {
  it('are those of the sites that it owns, and follow them', async () => {
    const { documents, owned, host } = world();
    await documents.put(document('a', 'here'));
    await documents.put(document('b', 'there'));
    await host.start();
    expect([host.find('a')?.running, host.find('b')]).toEqual([true, undefined]);
    owned.add('there');
    await host.look();
    const b = host.find('b');
    expect(b?.running).toBe(true);
    host.siteLeft('there');
    expect([b?.running, host.find('b')]).toEqual([false, undefined]);
    const a = host.find('a');
    host.close();
    expect(a?.running).toBe(false);
    await host.look();
    expect(host.find('a')).toBeUndefined();
  });

  it('are looked for again where the store failed, and one that can not be read keeps no other from running', async () => {
    const { clock, documents, host, errors } = world();
    await documents.put({ ...document('0', ''), body: {} });
    await documents.put(document('a', 'here'));
    const { list } = documents;
    documents.list = () => Promise.reject(new Error('the disk is gone'));
    await host.start();
    expect(host.find('a')).toBeUndefined();
    documents.list = list;
    await clock.runUntil(60_000);
    expect(host.find('a')?.running).toBe(true);
    expect(errors.length).toBeGreaterThan(1);
    host.close();
  });
});

describe('what is known of a peer', () => {
  it('is written one at a time, the newest, and again where it failed', async () => {
    const clock = new VirtualClock(0);
    let value = 0;
    let failures = 2;
    const written: number[] = [];
    const saved = new SavedPeer({
      clock,
      log: QUIET,
      what: {},
      write: async () => {
        if (failures-- > 0) throw new Error('the disk is gone');
        written.push(value);
      },
    });
    const saves = [1, 2, 3].map((one) => {
      value = one;
      return saved.save();
    });
    await clock.runUntil(10_000);
    await Promise.all(saves);
    expect(written).toEqual([3, 3]);
    saved.stop();
    value = 4;
    await saved.save();
    await saved.settled();
    expect(written).toEqual([3, 3]);
  });
});
