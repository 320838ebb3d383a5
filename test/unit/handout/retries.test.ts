import { describe, expect, it } from 'vitest';
import { mayTry } from '../../../src/handout/retries.js';
import type { ProfileForm } from '../../../src/site/chargingProfile.js';
import { RETRY_REFUSED_MS } from '../../../src/site/controlObstacle.js';
import { constantSteps } from '../../../src/site/limitSteps.js';
import { EMPTY_SLOT } from '../../../src/site/profileSlots.js';
import type { Candidate, ProfileSlot } from '../../../src/site/state.js';
import { HOUR_MS, NOON_MS } from '../../support/builders.js';

const FORM: ProfileForm = { purpose: 'TxProfile', kind: 'Absolute', rateUnit: 'A' };
const FORMS = [FORM, FORM, { ...FORM, rateUnit: 'W' }] as const;
const SOON_MS = 5_000;

function candidate(status: Candidate['status'], more: Partial<Candidate> = {}): ProfileSlot {
  const limits = constantSteps(16, NOON_MS);
  return { ...EMPTY_SLOT, candidates: [{ attemptId: 'x', limits, status, sentMs: NOON_MS, checks: 0, ...more }] };
}

const refused = (refusals: number): ProfileSlot => ({ ...EMPTY_SLOT, refusals, lastRefusedMs: NOON_MS });

/** On a connection that stands since an hour. */
const may = (slot: ProfileSlot, laterMs: number, freshSinceMs = NOON_MS - HOUR_MS) =>
  mayTry(slot, FORMS, { nowMs: NOON_MS + laterMs, freshSinceMs });

describe('a try', () => {
  it('needs no waiting for where nothing was refused and nothing is open', () => {
    expect(may(EMPTY_SLOT, 0)).toBe(true);
    for (const status of ['accepted', 'confirmed'] as const) expect(may(candidate(status), 0)).toBe(true);
  });

  it('waits for the answer to the last one, however long, on this connection', () => {
    expect(may(candidate('sent'), 10 * HOUR_MS)).toBe(false);
    expect(may(candidate('sent'), 0, NOON_MS + 1)).toBe(true);
  });

  it('waits a little after silence, from when that was sure', () => {
    for (const [slot, sinceMs] of [
      [candidate('unknown'), 0],
      [candidate('unknown', { answeredMs: NOON_MS + 30_000 }), 30_000],
    ] as const) {
      expect(may(slot, sinceMs + SOON_MS - 1)).toBe(false);
      expect(may(slot, sinceMs + SOON_MS)).toBe(true);
    }
    expect(may(candidate('unknown'), 0, NOON_MS + 1)).toBe(true);
  });

  it('waits a little after a refusal while there is a form that was not tried, and for long once each was', () => {
    for (const [refusals, waitMs] of [
      [1, SOON_MS],
      [FORMS.length - 1, SOON_MS],
      [FORMS.length, RETRY_REFUSED_MS],
      [FORMS.length + 5, RETRY_REFUSED_MS],
    ] as const) {
      expect(may(refused(refusals), waitMs - 1)).toBe(false);
      expect(may(refused(refusals), waitMs)).toBe(true);
    }
  });

  it('counts silence, but for the first, as a form that was tried', () => {
    expect(may({ ...refused(2), unanswered: 1 }, SOON_MS)).toBe(true);
    expect(may({ ...refused(2), unanswered: 2 }, RETRY_REFUSED_MS - 1)).toBe(false);
  });

  it('waits for no refusal of an earlier connection', () => {
    expect(may(refused(9), 0, NOON_MS + 1)).toBe(true);
  });
});
