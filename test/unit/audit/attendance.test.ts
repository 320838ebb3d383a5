import { describe, expect, it } from 'vitest';
import { Attendant, attend, attendantsHere, takeAttendants } from '../../../src/audit/attendance.js';
import { SavedPeer } from '../../../src/peers/savedPeer.js';
import type { BegunAuditEntry } from '../../../src/store/accountStore.js';
import { VirtualClock } from '../../support/virtualClock.js';

function attendant(entryId: string): Attendant {
  const entry: BegunAuditEntry = {
    entryId,
    atMs: 1,
    organisationId: 'north',
    siteId: null,
    actorKind: 'key',
    actorId: 'k1',
    actorName: 'meter',
    action: 'putSite',
    target: '/v1/sites/depot',
    asked: null,
  };
  return new Attendant(entry);
}

const idsOf = (attendants: readonly Attendant[]) => attendants.map(({ entry }) => entry.entryId);

/** A write takes along what waits, as a store does it. */
async function write(): Promise<readonly string[]> {
  const taken = takeAttendants();
  await Promise.resolve();
  for (const one of taken) one.settle('committed');
  return idsOf(taken);
}

describe('an entry', () => {
  it('goes along with the first write of what it attends, over whatever waits between, and with none of others', async () => {
    const [anna, bert] = [attendant('anna'), attendant('bert')];
    const request = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return [await write(), await write()];
    };
    expect(
      await Promise.all([attend([anna], request), request(), attend([bert], request), attend([], request)]),
    ).toEqual([
      [['anna'], []],
      [[], []],
      [['bert'], []],
      [[], []],
    ]);
  });

  it('waits for another write where one has failed, and for none once it was dismissed', () => {
    const one = attendant('anna');
    attend([one], () => {
      expect(one.take()).toBe(true);
      expect(idsOf(attendantsHere())).toEqual([]);
      one.settle('waiting');
      expect(idsOf(attendantsHere())).toEqual(['anna']);
      one.dismiss();
      expect(idsOf(takeAttendants())).toEqual([]);
      expect(one.take()).toBe(false);
    });
  });

  it('still goes along with one while another is dismissed', () => {
    const [anna, bert] = [attendant('anna'), attendant('bert')];
    attend([anna], () => {
      attend([bert], () => bert.dismiss());
      expect(idsOf(takeAttendants())).toEqual(['anna']);
    });
    anna.dismiss();
  });
});

describe('a peer that is written one write at a time', () => {
  it('takes along those that asked while another write was under way, with the write that has what they asked for', async () => {
    const writes: (readonly string[])[] = [];
    const release: (() => void)[] = [];
    const saved = new SavedPeer({
      clock: new VirtualClock(0),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      what: {},
      write: async () => {
        writes.push(await write());
        await new Promise<void>((resolve) => release.push(resolve));
      },
    });
    const first = saved.save();
    const asked = [attendant('anna'), attendant('bert')].map((one) => attend([one], () => saved.save()));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    release.shift()?.();
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    release.shift()?.();
    await Promise.all(asked);
    expect(writes).toEqual([[], ['anna', 'bert']]);
  });
});
