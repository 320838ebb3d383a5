import type { ProfileEvent } from './events.js';
import { breakpoints, type LimitSteps, largerOf, limitAt, sameSteps } from './limitSteps.js';
import {
  CLOCK_OFF_MAX_MS,
  CLOCK_UNCERTAINTY_MS,
  COPY_LATE_MAX_MS,
  heldLimits,
  MESSAGE_LATE_MAX_MS,
} from './mayDraw.js';
import { afterWrite } from './messageBudget.js';
import type { Candidate, FailsafeSlot, ProfileSlot } from './state.js';

/** More unverified profiles than this in one slot are counted as one: the largest of them at each instant. */
export const CANDIDATES_KEPT = 8;

export const EMPTY_SLOT: ProfileSlot = Object.freeze({ candidates: Object.freeze([]), refusals: 0 });

export const UNKNOWN_FAILSAFE: FailsafeSlot = Object.freeze({
  ...EMPTY_SLOT,
  missingUntilMs: 'unknown' as const,
  assertedOn: null,
});

export interface SlotContext {
  readonly atMs: number;
  /** Until cars have surely followed a confirmed lowering; atMs itself where no current flows. */
  readonly followedByMs: number;
  /** Since when the station's connection stands, or stood last. */
  readonly connectedMs: number;
}

/** What one slot may hold after a profile message was sent, answered or verified. */
export function reduceSlot<S extends ProfileSlot>(slot: S, event: ProfileEvent, context: SlotContext): S {
  const kept = slot.candidates.filter((candidate) => stillPossible(candidate, context.atMs));
  switch (event.type) {
    case 'profileIntended':
      return {
        ...slot,
        candidates: bounded([...kept, newCandidate(event, context.atMs)]),
        budget: afterWrite(slot, event.slot.kind, context.atMs),
      };
    case 'profileAnswered':
      return answered({ ...slot, candidates: kept }, event, context);
    case 'profileVerified':
      return { ...slot, candidates: verified(kept, event, context) };
    case 'profileNotVerified':
      return {
        ...slot,
        candidates: kept.map((candidate) =>
          candidate.attemptId === event.attemptId ? notVerified(candidate, event, context.atMs) : candidate,
        ),
      };
    case 'profileReportAwaited':
      return {
        ...slot,
        candidates: kept.map((candidate) =>
          candidate.attemptId === event.attemptId ? { ...candidate, lastCheckMs: context.atMs } : candidate,
        ),
      };
  }
}

/**
 * What was confirmed once, and is contradicted now, was replaced by a message that came late: it is to be sent again. So is a profile of
 * a transaction that is not there; a default that was accepted and is not there is in flash, and not written anew for that.
 */
function notVerified(
  candidate: Candidate,
  { contradicts, absent, slot }: ProfileEvent & { type: 'profileNotVerified' },
  atMs: number,
): Candidate {
  const isLost =
    (contradicts === true && candidate.status === 'confirmed') ||
    (absent === true && slot.kind === 'tx' && candidate.status === 'accepted');
  const status = isLost ? 'unknown' : candidate.status;
  return { ...candidate, status, checks: candidate.checks + 1, lastCheckMs: atMs };
}

/** Longer than any clock is taken to be off and any car takes to follow: until then an ended profile still counts. */
const KEPT_AFTER_END_MS = CLOCK_OFF_MAX_MS + 600_000;

function stillPossible(candidate: Candidate, atMs: number): boolean {
  if (candidate.goneMs !== undefined && candidate.goneMs <= atMs) return false;
  const { untilMs } = heldLimits(candidate);
  return untilMs === 'forever' || untilMs + KEPT_AFTER_END_MS >= atMs;
}

/**
 * Earlier attempts at the same limits are one possibility with this one, once this one may have arrived. Not before: a retry that
 * is refused tells nothing of the attempt before it.
 */
function withoutEarlierSame(
  candidates: readonly Candidate[],
  attemptId: string,
  connectedMs: number,
): readonly Candidate[] {
  const answered = candidates.find((candidate) => candidate.attemptId === attemptId);
  if (answered === undefined) return candidates;
  const isSame = (candidate: Candidate) =>
    candidate !== answered &&
    candidate.status !== 'confirmed' &&
    candidate.goneMs === undefined &&
    candidate.form?.kind === answered.form?.kind &&
    sameAlways(candidate.limits, answered.limits);
  const same = candidates.filter(isSame);
  if (same.length === 0) return candidates;
  const sameUntilMs = Math.max(...same.map((candidate) => onItsWayUntilMs(candidate, connectedMs)));
  return candidates
    .filter((candidate) => !isSame(candidate))
    .map((candidate) => (candidate === answered ? { ...candidate, sameUntilMs } : candidate));
}

/** Steps that have passed by our clock may still be to come by the station's. */
function sameAlways(a: LimitSteps, b: LimitSteps): boolean {
  if (a.untilMs !== b.untilMs || a.everyMs !== b.everyMs) return false;
  if (a.everyMs !== undefined) return sameSteps(a, b, a.steps[0]?.fromMs ?? 0);
  return [...a.steps, ...b.steps].every(({ fromMs }) => limitAt(a, fromMs) === limitAt(b, fromMs));
}

function bounded(candidates: readonly Candidate[]): Candidate[] {
  const [first, second, ...rest] = candidates;
  if (candidates.length <= CANDIDATES_KEPT || first === undefined || second === undefined) return [...candidates];
  const { goneMs: _gone, form: _form, ...open } = second;
  const merged: Candidate = { ...open, limits: largerOf(heldLimits(first), heldLimits(second)), status: 'unknown' };
  const goneMs =
    first.goneMs === undefined || second.goneMs === undefined ? undefined : Math.max(first.goneMs, second.goneMs);
  return [goneMs === undefined ? merged : { ...merged, goneMs }, ...rest];
}

function newCandidate(event: ProfileEvent & { type: 'profileIntended' }, atMs: number): Candidate {
  const { attemptId, limits, form } = event;
  return { attemptId, limits, ...(form === undefined ? {} : { form }), status: 'sent', sentMs: atMs, checks: 0 };
}

function answered<S extends ProfileSlot>(
  slot: S,
  event: ProfileEvent & { type: 'profileAnswered' },
  { atMs, connectedMs }: SlotContext,
): S {
  switch (event.result) {
    case 'accepted':
      return {
        ...slot,
        refusals: 0,
        unanswered: 0,
        candidates: withStatus(
          withoutEarlierSame(slot.candidates, event.attemptId, connectedMs),
          event.attemptId,
          'accepted',
          atMs,
        ),
      };
    case 'unknown':
      return {
        ...slot,
        unanswered: (slot.unanswered ?? 0) + 1,
        candidates: withStatus(
          withoutEarlierSame(slot.candidates, event.attemptId, connectedMs),
          event.attemptId,
          'unknown',
          atMs,
        ),
      };
    case 'notSent':
      return { ...slot, candidates: slot.candidates.filter((candidate) => candidate.attemptId !== event.attemptId) };
    case 'refused':
      return {
        ...slot,
        // What it refused before it came back, it may take now: it is tried from the beginning.
        refusals: (slot.lastRefusedMs ?? 0) < connectedMs ? 1 : slot.refusals + 1,
        unanswered: 0,
        lastRefusedMs: atMs,
        candidates: slot.candidates.filter((candidate) => candidate.attemptId !== event.attemptId),
      };
  }
}

function withStatus(
  candidates: readonly Candidate[],
  attemptId: string,
  status: 'accepted' | 'unknown',
  atMs: number,
): Candidate[] {
  return candidates.map((candidate) =>
    candidate.attemptId === attemptId ? { ...candidate, status, answeredMs: atMs } : candidate,
  );
}

/**
 * The one verified stays; those before it can no longer be in force once cars have followed. Of one that may still have been on its way
 * when the station was asked, that says nothing: coming late it takes the place of the one verified, for good. Later ones are still open.
 */
function verified(
  candidates: readonly Candidate[],
  { attemptId, askedMs, by }: ProfileEvent & { type: 'profileVerified' },
  context: SlotContext,
): Candidate[] {
  const index = candidates.findIndex((candidate) => candidate.attemptId === attemptId);
  if (index < 0) return [...candidates];
  return candidates.map((candidate, position) => {
    if (position > index) return candidate;
    if (position === index)
      return {
        ...candidate,
        status: 'confirmed' as const,
        ...(by === 'record' ? {} : { lastCheckMs: context.atMs }),
      };
    if (onItsWayUntilMs(candidate, context.connectedMs) > (askedMs ?? context.atMs)) return candidate;
    const goneMs = context.followedByMs;
    return { ...candidate, goneMs: Math.min(candidate.goneMs ?? goneMs, goneMs) };
  });
}

/** Those that would have shown, had they been in force when the station was asked, and that were not on their way any more. */
export function withoutUnseen(
  slot: ProfileSlot,
  { askedMs, shownMaxA }: { readonly askedMs: number; readonly shownMaxA: number },
  context: SlotContext,
): ProfileSlot {
  if (slot.candidates.length === 0) return slot;
  const candidates = slot.candidates.map((candidate) => {
    if (onItsWayUntilMs(candidate, context.connectedMs) > askedMs) return candidate;
    const around = unrolledAround(candidate.limits, askedMs);
    if (around.some((limitA) => limitA === 'ended' || limitA <= shownMaxA + SHOWS_A)) return candidate;
    return { ...candidate, goneMs: Math.min(candidate.goneMs ?? context.followedByMs, context.followedByMs) };
  });
  return { ...slot, candidates };
}

/** Stations round what they say. */
const SHOWS_A = 1;

/** Whatever it allows within the uncertainty of a clock. */
function unrolledAround(limits: LimitSteps, atMs: number): (number | 'ended')[] {
  const times = [atMs - CLOCK_UNCERTAINTY_MS, atMs, atMs + CLOCK_UNCERTAINTY_MS];
  return [...times, ...breakpoints(limits, atMs - CLOCK_UNCERTAINTY_MS, atMs + CLOCK_UNCERTAINTY_MS)].map((ms) =>
    limitAt(limits, ms),
  );
}

/**
 * From when on the station can tell whether its newest profile was overtaken by an earlier one that came late; undefined where that needs
 * no telling.
 */
export function overtakenKnownMs({ candidates }: ProfileSlot, connectedMs: number, nowMs: number): number | undefined {
  const newest = candidates.at(-1);
  if (newest === undefined || newest.status !== 'confirmed') return undefined;
  const open = candidates.filter(
    (candidate) =>
      candidate !== newest &&
      candidate.goneMs === undefined &&
      !sameSteps(heldLimits(candidate), heldLimits(newest), nowMs),
  );
  if (open.length === 0) return undefined;
  return Math.max(...open.map((candidate) => onItsWayUntilMs(candidate, connectedMs)));
}

function onItsWayUntilMs(candidate: Candidate, connectedMs: number): number {
  const { status, sentMs, answeredMs, sameUntilMs = 0 } = candidate;
  if (sentMs < connectedMs) return 0;
  // It may have waited before it left. It was answered after it left, or given up ANSWER_AWAITED_MS after that.
  const isAnswered = status === 'accepted' || status === 'confirmed';
  const untilMs = isAnswered
    ? (answeredMs ?? sentMs) + COPY_LATE_MAX_MS
    : Math.max(sentMs, (answeredMs ?? sentMs) - ANSWER_AWAITED_MS) + MESSAGE_LATE_MAX_MS;
  return Math.max(untilMs, sameUntilMs);
}

/** No call is given up sooner. */
const ANSWER_AWAITED_MS = 15_000;

/** After a restart or a lost connection, what was under way may have arrived or not. */
export function withUnansweredUnknown<S extends ProfileSlot>(slot: S): S {
  if (!slot.candidates.some((candidate) => candidate.status === 'sent')) return slot;
  return {
    ...slot,
    candidates: slot.candidates.map((candidate) =>
      candidate.status === 'sent' ? { ...candidate, status: 'unknown' as const } : candidate,
    ),
  };
}
