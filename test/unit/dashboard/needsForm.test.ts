import { describe, expect, it } from 'vitest';
import { needsProblems, needsText, readNeeds } from '../../../src/dashboard/model/needsForm.js';

const timeZone = 'Europe/Stockholm';
const nowMs = Date.parse('2026-01-14T14:20:00+01:00');
const good = { departure: '2026-01-14T16:30', energy: '12,5', priority: '10' };
const wordsOf = (changes: Partial<typeof good>) =>
  needsProblems({ ...good, ...changes }, { timeZone, nowMs }).map(({ field, word }) => `${field} ${word}`);

describe('the form of what a driver needs', () => {
  it("reads times by the site's clock, and numbers with a comma", () => {
    expect(wordsOf({})).toEqual([]);
    expect(readNeeds(good, timeZone)).toEqual({
      departure: '2026-01-14T15:30:00.000Z',
      energyWh: 12_500,
      priority: 10,
    });
  });

  it('takes what is left empty as not known', () => {
    const empty = { departure: '', energy: ' ', priority: '' };
    expect(needsProblems(empty, { timeZone, nowMs })).toEqual([]);
    expect(readNeeds(empty, timeZone)).toEqual({});
  });

  it('says what is wrong, field by field', () => {
    expect(wordsOf({ departure: '2026-01-14T14:20' })).toEqual(['departure form.past']);
    expect(wordsOf({ departure: '2026-02-14T14:20' })).toEqual(['departure form.farAway']);
    expect(wordsOf({ departure: 'soon' })).toEqual(['departure form.time']);
    for (const energy of ['-1', '1001', 'much', '1e3', '1.2.3'])
      expect(wordsOf({ energy })).toEqual(['energy form.energy']);
    for (const priority of ['11', '-1', '2.5', 'high'])
      expect(wordsOf({ priority })).toEqual(['priority form.priority']);
    expect(wordsOf({ departure: 'x', energy: 'x', priority: 'x' })).toHaveLength(3);
  });

  it('writes what is known as one would', () => {
    expect(needsText({ departure: '2026-01-14T15:30:00.000Z', energyWh: 12_500, priority: 0 }, timeZone)).toEqual({
      departure: '2026-01-14T16:30',
      energy: '12.5',
      priority: '0',
    });
    expect(needsText({}, timeZone)).toEqual({ departure: '', energy: '', priority: '' });
  });
});
