import { describe, expect, it } from 'vitest';
import type { LimitedBy } from '../../../../src/control/limitedBy.js';
import { type OfferedNow, sentenceAhead, sentenceNow, sentencePast } from '../../../../src/control/why/sentences.js';

const FULL: LimitedBy = { by: 'circuit', circuitId: 'row-a', phase: 'L2' };
const now = (limitedBy: LimitedBy | null, more: Partial<OfferedNow> = {}) =>
  sentenceNow({ limitedBy, limitA: 10, takesA: 9.84, currentMinA: 6, freeA: 0, ...more });

describe('a sentence says', () => {
  it('what is offered, what is taken, and why no more', () => {
    expect(now(FULL)).toBe('Is offered 10 A and takes 9.8 A: row-a is full on L2.');
    expect(now({ by: 'evse' }, { takesA: 'unknown' })).toBe('Is offered 10 A: the station can give no more.');
    expect(now({ by: 'vehicle' }, { takesA: 0 })).toBe(
      'Is offered 10 A and takes nothing: the car takes less than it is offered.',
    );
    expect(now({ by: 'price' }, { limitA: 0, takesA: 0 })).toBe('Is offered nothing: it waits for a cheaper hour.');
    expect(now(null, { limitA: 6, takesA: 'unknown' })).toBe('Is offered 6 A: its share is being worked out.');
  });

  it('whether a car waits for its turn or for room', () => {
    const waits = { limitA: 0, takesA: 0 } as const;
    expect(now({ by: 'minimumCurrent' }, { ...waits, freeA: 7 })).toBe(
      'Is offered nothing: it waits its turn, for not everyone can have 6 A at once.',
    );
    expect(now({ by: 'minimumCurrent' }, { ...waits, freeA: 4.25 })).toBe(
      'Is offered nothing: only 4.2 A are free, and a car needs 6 A.',
    );
    expect(now({ by: 'minimumCurrent' }, { ...waits, freeA: -3 })).toBe(
      'Is offered nothing: nothing is free, and a car needs 6 A.',
    );
  });

  it('what was, with the least and the most that was offered', () => {
    expect(sentencePast(FULL, 6, 10)).toBe('Was offered 6 to 10 A: row-a was full on L2.');
    expect(sentencePast({ by: 'price' }, 0, 0)).toBe('Was offered nothing: it waited for a cheaper hour.');
    expect(sentencePast({ by: 'demandCharge' }, 0, 7.5)).toBe(
      'Was offered nothing to 7.5 A: the rest was held back so that the peak gets no higher.',
    );
    expect(sentencePast({ by: 'station', reason: 'offline' }, 6, 6.001)).toBe(
      'Was offered 6 A: the station was offline.',
    );
    expect(sentencePast(null, 6, 6)).toBe('Was offered 6 A: its share was being worked out.');
  });

  it('what is planned', () => {
    expect(sentenceAhead({ by: 'price' }, 0)).toBe('Will be offered nothing: it waits for a cheaper hour.');
    expect(sentenceAhead({ by: 'price' }, 6)).toBe('Will be offered 6 A: the rest waits for a cheaper hour.');
    expect(sentenceAhead({ by: 'energy' }, 0)).toBe('Will be offered nothing: it will have the energy it asked for.');
    expect(sentenceAhead({ by: 'energy' }, 7.5)).toBe('Will be offered 7.5 A: it will need no more than that.');
    expect(sentenceAhead(null, 0)).toBe('Not planned yet: the schedule was made before this session was known.');
  });

  const every: readonly LimitedBy[] = [
    FULL,
    { by: 'powerLimit', circuitId: 'grid' },
    { by: 'evse' },
    { by: 'price' },
    { by: 'demandCharge' },
    { by: 'energy' },
    { by: 'minimumCurrent' },
    { by: 'absent' },
    { by: 'vehicle' },
    { by: 'handOut' },
    ...(['EMS', 'SO', 'CSO', 'Other'] as const).flatMap((source) =>
      (['evse', 'station'] as const).map((scope): LimitedBy => ({ by: 'externalLimit', source, scope, limitA: 10 })),
    ),
    ...(['offline', 'refuses', 'disobeys', 'unconfirmed'] as const).map(
      (reason): LimitedBy => ({ by: 'station', reason }),
    ),
  ];

  it('who limits the station past us, and whether it limits this car or all of them', () => {
    expect(now({ by: 'externalLimit', source: 'SO', scope: 'evse', limitA: 10 })).toBe(
      'Is offered 10 A and takes 9.8 A: the station limits this car itself to 10 A, by order of the grid operator (SO).',
    );
    expect(sentencePast({ by: 'externalLimit', source: 'EMS', scope: 'station', limitA: 0 }, 0, 0)).toBe(
      'Was offered nothing: the station limited all its cars itself, this one to nothing, by order of an energy management system (EMS).',
    );
  });

  it('something of its own for every reason and every time, and is one sentence', () => {
    for (const limitA of [0, 10]) {
      const sentences = every.map((limitedBy) => [
        now(limitedBy, { limitA }),
        sentencePast(limitedBy, limitA, limitA),
        sentenceAhead(limitedBy, limitA),
      ]);
      expect(new Set(sentences.flat()).size).toBe(3 * every.length);
      for (const sentence of sentences.flat())
        expect(sentence).toMatch(/^(Is|Was|Will be) offered [^:]+: [a-z][^:]*[a-zA-Z0-9)]\.$/);
    }
  });
});
