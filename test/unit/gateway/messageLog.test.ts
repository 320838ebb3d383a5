import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MESSAGE_KEPT_BYTES, MESSAGES_PER_STATION, MessageLog } from '../../../src/gateway/messageLog.js';
import { type MessagePage, mergePages } from '../../../src/site/loggedMessage.js';
import { ManualClock } from './gatewayFixture.js';

const ALL = { limit: MESSAGES_PER_STATION };
let clock: ManualClock;
let log: MessageLog;
beforeEach(() => {
  clock = new ManualClock();
  log = new MessageLog({ clock });
});

function heartbeat(id: string): string {
  return JSON.stringify([2, id, 'Heartbeat', {}]);
}

function idsOf({ messages }: MessagePage): (string | null)[] {
  return messages.map(({ messageId }) => messageId);
}

describe('the message log', () => {
  it('shows a call and its answer, with what the answer answers and how long it took', () => {
    log.record('CP1', 'fromStation', Buffer.from(heartbeat('a')));
    clock.advance(12);
    log.record('CP1', 'toStation', '[3,"a",{"currentTime":"2026-03-01T12:00:00.000Z"}]');
    log.record('CP1', 'toStation', '[2,"a","TriggerMessage",{"requestedMessage":"Heartbeat"}]');
    clock.advance(30);
    log.record('CP1', 'fromStation', '[3,"a",{"status":"Accepted"}]');
    log.record('CP1', 'fromStation', '[4,"zz","GenericError","no",{}]');
    expect(log.read('CP1', ALL).messages.map(({ seq: _seq, atMs: _at, ...shown }) => shown)).toEqual([
      {
        direction: 'fromStation',
        kind: 'call',
        messageId: 'a',
        action: 'Heartbeat',
        sizeBytes: 22,
        isCut: false,
        payload: {},
      },
      {
        direction: 'toStation',
        kind: 'result',
        messageId: 'a',
        action: 'Heartbeat',
        tookMs: 12,
        sizeBytes: 50,
        isCut: false,
        payload: { currentTime: '2026-03-01T12:00:00.000Z' },
      },
      {
        direction: 'toStation',
        kind: 'call',
        messageId: 'a',
        action: 'TriggerMessage',
        sizeBytes: 57,
        isCut: false,
        payload: { requestedMessage: 'Heartbeat' },
      },
      {
        direction: 'fromStation',
        kind: 'result',
        messageId: 'a',
        action: 'TriggerMessage',
        status: 'Accepted',
        tookMs: 30,
        sizeBytes: 29,
        isCut: false,
        payload: { status: 'Accepted' },
      },
      {
        direction: 'fromStation',
        kind: 'error',
        messageId: 'zz',
        action: null,
        status: 'GenericError',
        sizeBytes: 31,
        isCut: false,
        payload: { code: 'GenericError', description: 'no' },
      },
    ]);
  });

  it('keeps the stations apart, and of each the last 500', () => {
    for (let count = 0; count < MESSAGES_PER_STATION + 20; count++)
      log.record('CP1', 'fromStation', heartbeat(`${count}`));
    log.record('CP2', 'fromStation', heartbeat('only'));
    const ids = idsOf(log.read('CP1', ALL));
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([MESSAGES_PER_STATION, '20', '519']);
    expect(idsOf(log.read('CP2', ALL))).toEqual(['only']);
    expect(log.read('CP3', ALL)).toEqual({ messages: [], hasMore: false });
  });

  it('follows from a cursor without a gap, the oldest first, and says when there is more', () => {
    for (let count = 0; count < 7; count++) log.record('CP1', 'fromStation', heartbeat(`${count}`));
    const newest = log.read('CP1', { limit: 2 });
    expect([idsOf(newest), newest.hasMore]).toEqual([['5', '6'], false]);
    const seqs = log.read('CP1', ALL).messages.map(({ seq }) => seq);
    const next = log.read('CP1', { afterSeq: seqs[1] ?? 0, limit: 3 });
    expect([idsOf(next), next.hasMore]).toEqual([['2', '3', '4'], true]);
    const last = log.read('CP1', { afterSeq: next.messages.at(-1)?.seq ?? 0, limit: 3 });
    expect([idsOf(last), last.hasMore]).toEqual([['5', '6'], false]);
  });

  it('shows what is no message of OCPP as that, and nothing of its text', () => {
    log.record('CP1', 'fromStation', 'my password is hunter2');
    log.record('CP1', 'fromStation', Buffer.from([0xff, 0x00, 0x01]));
    const { messages } = log.read('CP1', ALL);
    expect(messages.map(({ kind, payload }) => ({ kind, payload }))).toEqual([
      { kind: 'unreadable', payload: null },
      { kind: 'unreadable', payload: null },
    ]);
    expect(JSON.stringify(messages)).not.toContain('hunter2');
  });

  it('shows the beginning of a long message, and how long it was', () => {
    const configurationKey = Array.from({ length: 200 }, (_, n) => ({
      key: `Setting${n}`,
      readonly: true,
      value: 'å',
    }));
    const frame = JSON.stringify([3, 'a', { configurationKey }]);
    log.record('CP1', 'fromStation', frame);
    const [message] = log.read('CP1', ALL).messages;
    expect(message).toMatchObject({ kind: 'result', isCut: true, sizeBytes: Buffer.byteLength(frame) });
    const shown = Reflect.get(message?.payload ?? {}, 'configurationKey') as object[];
    expect(shown.length).toBeGreaterThan(50);
    expect(configurationKey.slice(0, shown.length - 1)).toEqual(shown.slice(0, -1));
  });

  it('is never longer than its memory, and the oldest of all stations go first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ station: fc.nat(5), length: fc.nat(2 * MESSAGE_KEPT_BYTES) }), { maxLength: 60 }),
        (written) => {
          const small = new MessageLog({ clock, logBytes: 16 * 1024 });
          const texts = written.map(({ length }, index) => `[2,"${index}","A",{"x":"${'é'.repeat(length / 2)}"}]`);
          for (const [index, { station }] of written.entries())
            small.record(`CP${station}`, 'fromStation', texts[index] ?? '');
          const kept = [0, 1, 2, 3, 4, 5]
            .flatMap((station) => idsOf(small.read(`CP${station}`, ALL)))
            .map(Number)
            .sort((a, b) => a - b);
          // What is kept is the last so many, whoever said them.
          expect(kept).toEqual(written.map((_, index) => index).slice(written.length - kept.length));
          if (written.length > 0) expect(kept.length).toBeGreaterThan(0);
          const keptBytes = kept.reduce(
            (sum, index) => sum + Math.min(MESSAGE_KEPT_BYTES, texts[index]?.length ?? 0),
            0,
          );
          expect(keptBytes).toBeLessThanOrEqual(16 * 1024);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the messages of several gateways', () => {
  it('are one list, and are asked for again where a gateway had more than it said', () => {
    const page = (seqs: readonly number[], hasMore: boolean): MessagePage => ({
      messages: seqs.map((seq) => ({
        seq,
        atMs: seq,
        direction: 'fromStation',
        kind: 'call',
        messageId: `${seq}`,
        action: 'Heartbeat',
        sizeBytes: 1,
        isCut: false,
        payload: {},
      })),
      hasMore,
    });
    const pages = [page([1, 4, 9], false), page([2, 3], true)];
    const first = mergePages(pages, { afterSeq: 0, limit: 10 });
    expect([idsOf(first), first.hasMore]).toEqual([['1', '2', '3'], true]);
    const newest = mergePages(pages, { limit: 2 });
    expect([idsOf(newest), newest.hasMore]).toEqual([['4', '9'], false]);
    expect(mergePages([], { afterSeq: 3, limit: 10 })).toEqual({ messages: [], hasMore: false });
  });
});
