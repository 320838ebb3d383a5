import { describe, expect, it } from 'vitest';
import { contactAt, LOST_AFTER_MS, retryDelayMs, STALE_AFTER_MS } from '../../../src/dashboard/live/contact.js';
import { EventText } from '../../../src/dashboard/live/eventText.js';
import { kept } from '../../../src/dashboard/model/kept.js';

describe('contact with the service', () => {
  it('is stale after 15 s of silence and lost after 45 s', () => {
    expect(contactAt(1_000, undefined)).toEqual({ kind: 'connecting' });
    expect(contactAt(STALE_AFTER_MS - 1, 0)).toEqual({ kind: 'live' });
    expect(contactAt(24_900, 0)).toEqual({ kind: 'stale', ageS: 24 });
    expect(contactAt(LOST_AFTER_MS, 0)).toEqual({ kind: 'lost', sinceMs: 0 });
    expect([STALE_AFTER_MS, LOST_AFTER_MS]).toEqual([15_000, 45_000]);
  });

  it('is tried again after 1, 2, 4 … 30 s, each time somewhere in the second half', () => {
    expect([0, 1, 2, 3, 4, 5, 99].map((failures) => retryDelayMs(failures, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
    expect(retryDelayMs(3, 0)).toBe(4_000);
  });
});

describe('the text of an event stream', () => {
  const TEXT =
    'retry: 2000\n\nid: 17-1\nevent: state\ndata: {"a":\ndata: 1}\n\n: nothing\n\nevent: beat\r\ndata: {}\r\n\r\n';
  const EVENTS = [
    { name: 'state', id: '17-1', data: '{"a":\n1}' },
    { name: 'beat', id: undefined, data: '{}' },
  ];

  it('gives the same events wherever it is cut', () => {
    for (let cut = 0; cut <= TEXT.length; cut += 1) {
      // A line end that is cut in two is two ends to nobody: only whole ones are cut between.
      if (TEXT[cut - 1] === '\r') continue;
      const text = new EventText();
      expect([...text.take(TEXT.slice(0, cut)), ...text.take(TEXT.slice(cut))]).toEqual(EVENTS);
    }
  });
});

describe('what did not change', () => {
  it('stays the same object, part by part', () => {
    const before = {
      at: 1,
      circuits: [
        { id: 'a', loadA: 1 },
        { id: 'b', loadA: 2 },
      ],
      names: ['x'],
    };
    const after = kept(before, {
      at: 2,
      circuits: [
        { id: 'b', loadA: 2 },
        { id: 'a', loadA: 9 },
      ],
      names: ['x'],
    });
    expect(after).toEqual({
      at: 2,
      circuits: [
        { id: 'b', loadA: 2 },
        { id: 'a', loadA: 9 },
      ],
      names: ['x'],
    });
    expect(after.circuits[0]).toBe(before.circuits[1]);
    expect(after.names).toBe(before.names);
  });
});
