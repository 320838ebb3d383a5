import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/notices/notice.js';
import { EMPTY_BOOK, look, type NoticeBook, PATIENCE } from '../../../src/notices/noticeBook.js';

const { raiseAfterMs, resolveAfterMs } = PATIENCE['station.uncontrollable'];

function offline(stationId = 'CP001', reservedA = 6): Condition {
  return {
    key: `station.uncontrollable/${stationId}`,
    facts: { type: 'station.uncontrollable', stationId, stationName: null, obstacle: 'offline', reservedA },
  };
}

/** What is told, look by look: [time, what is the case then]. */
function told(looks: readonly (readonly [number, readonly Condition[]])[], from: NoticeBook = EMPTY_BOOK) {
  let book = from;
  return looks.map(([nowMs, conditions]) => {
    const step = look(book, conditions, nowMs);
    book = step.book;
    return `${step.raised.length}+${step.resolved.length}`;
  });
}

describe('What is told of a condition', () => {
  it('is nothing until it has been the case for a while, then once', () => {
    const times = [0, raiseAfterMs - 1, raiseAfterMs, raiseAfterMs + 10_000, raiseAfterMs * 100];
    expect(told(times.map((at) => [at, [offline()]]))).toEqual(['0+0', '0+0', '1+0', '0+0', '0+0']);
  });

  it('is nothing of what comes and goes', () => {
    const looks = Array.from({ length: 200 }, (_, n) => [n * 10_000, n % 7 === 0 ? [] : [offline()]] as const);
    expect(new Set(told(looks))).toEqual(new Set(['0+0']));
  });

  it('is that it is over, once, when it has not been the case for a while', () => {
    const book = look(look(EMPTY_BOOK, [offline()], 0).book, [offline()], raiseAfterMs).book;
    const later = (ms: number) => raiseAfterMs + ms;
    expect(
      told(
        [
          [later(1), []],
          [later(resolveAfterMs), []],
          [later(resolveAfterMs + 1), []],
          [later(resolveAfterMs * 9), []],
        ],
        book,
      ),
    ).toEqual(['0+0', '0+0', '0+1', '0+0']);
    // Back in between: it was never over.
    const back = [
      [later(1), []],
      [later(resolveAfterMs / 2), [offline()]],
      [later(resolveAfterMs), []],
      [later(resolveAfterMs + 2), []],
    ] as const;
    expect(told(back, book)).toEqual(['0+0', '0+0', '0+0', '0+0']);
  });

  it('says since when, and the newest figures', () => {
    const first = look(EMPTY_BOOK, [offline('CP001', 6)], 1_000).book;
    const { raised } = look(first, [offline('CP001', 16)], 1_000 + raiseAfterMs);
    expect(raised).toEqual([{ ...offline('CP001', 16), sinceMs: 1_000 }]);
  });

  it('is nothing again after a restart', () => {
    const { book } = look(look(EMPTY_BOOK, [offline()], 0).book, [offline()], raiseAfterMs);
    const kept: NoticeBook = { ...EMPTY_BOOK, raised: book.raised };
    expect(told([[raiseAfterMs * 9, [offline()]]], kept)).toEqual(['0+0']);
  });

  it('is, of each thing, raised and resolved in turn, whatever comes and goes', () => {
    const step = fc.record({ afterMs: fc.nat(600_000), present: fc.subarray(['A', 'B', 'C']) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let book: NoticeBook = EMPTY_BOOK;
        let nowMs = 0;
        const open = new Set<string>();
        for (const { afterMs, present } of steps) {
          nowMs += afterMs;
          const {
            book: next,
            raised,
            resolved,
          } = look(
            book,
            present.map((id) => offline(id)),
            nowMs,
          );
          book = next;
          for (const { key } of resolved) expect(open.delete(key)).toBe(true);
          for (const { key } of raised) {
            expect(open.has(key)).toBe(false);
            open.add(key);
          }
          expect(book.raised.map(({ key }) => key).sort()).toEqual([...open].sort());
        }
      }),
    );
  });
});
