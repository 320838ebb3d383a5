import { evseCurrentMaxA } from './electricity.js';
import { breakpoints, type LimitSteps, largestWithin, limitAt } from './limitSteps.js';
import type { Evse, SiteModel, Station } from './model.js';
import { PHASES, type Phase } from './phases.js';
import type { Candidate, EvseState, ProfileSlot, StationState } from './state.js';
import { isSteeredByDefault } from './stationQuirk.js';

/**
 * How far a station's clock may be off ours, for profiles whose limits change at a clock time: the largest limit within this much
 * of an instant counts.
 */
export const CLOCK_UNCERTAINTY_MS = 5_000;
/** A copy of a message that was answered may come so long after it left, and one that was not answered so long. */
export const COPY_LATE_MAX_MS = 10_000;
export const MESSAGE_LATE_MAX_MS = 60_000;
/** Of a clock that is further off, no more is taken into account. */
export const CLOCK_OFF_MAX_MS = 3_600_000;

/** How far a station's clock may be off, as far as is known: before anything told, an hour. */
export function clockUncertaintyMs(station: StationState): number {
  if (station.clockIsKnown !== true) return CLOCK_OFF_MAX_MS;
  return CLOCK_UNCERTAINTY_MS + Math.min(station.clockOffMs, CLOCK_OFF_MAX_MS);
}

export interface EvseInSite {
  readonly site: SiteModel;
  readonly station: Station;
  readonly evse: Evse;
  readonly stationState: StationState;
  readonly evseState: EvseState;
}

/**
 * The largest current per phase that an EVSE could be allowed at an instant, over everything that could be true: each profile slot
 * holds any of its candidates, a transaction's profile may have been lost, and where no failsafe is known, the hardware decides.
 */
export function mayDrawA(at: EvseInSite, nowMs: number, atMs: number): number {
  const hardwareA = evseCurrentMaxA(at.evse, at.site);
  if (at.evseState.disobeys || mayLackFailsafe(at.stationState, nowMs, atMs)) return hardwareA;
  // A transaction's profile lives in memory: it is never counted on to keep a car below its failsafe, for a reboot may come at
  // any instant. So the failsafe's candidates always count.
  const reactionMs = at.station.reactionS * 1000;
  const clockMs = clockUncertaintyMs(at.stationState);
  const failsafeA = largestCandidateA(at.stationState.failsafe, { nowMs, atMs, reactionMs, clockMs });
  const txA =
    at.evseState.transaction === null
      ? 0
      : largestCandidateA(at.evseState.txProfile, { nowMs, atMs, reactionMs, clockMs });
  const { lingering, startProfile } = at.evseState;
  const lingeringA = lingering !== null && Math.max(nowMs, atMs) < lingering.untilMs ? lingering.currentA : 0;
  const startA = startProfile !== undefined && Math.max(nowMs, atMs) < startProfile.untilMs ? startProfile.limitA : 0;
  return Math.min(hardwareA, Math.max(failsafeA, txA, lingeringA, startA));
}

function mayLackFailsafe(station: StationState, nowMs: number, atMs: number): boolean {
  const until = station.failsafe.missingUntilMs;
  return until === 'unknown' || Math.max(nowMs, atMs) < until;
}

/** A car follows a fall within its reaction time, and a station's clock may be off either way. */
function largestCandidateA(
  slot: ProfileSlot,
  {
    nowMs,
    atMs,
    reactionMs,
    clockMs,
  }: {
    readonly nowMs: number;
    readonly atMs: number;
    readonly reactionMs: number;
    readonly clockMs: number;
  },
): number {
  let largestA = 0;
  for (const candidate of slot.candidates) {
    if (candidate.goneMs !== undefined && Math.max(nowMs, atMs) >= candidate.goneMs) continue;
    const limitA = largestWithin(heldLimits(candidate), atMs - clockMs - reactionMs, atMs + clockMs);
    if (limitA !== 'ended') largestA = Math.max(largestA, limitA);
  }
  return largestA;
}

/** The instants in (nowMs, horizonMs] at which mayDrawA may change. */
export function mayDrawBreakpoints(at: EvseInSite, nowMs: number, horizonMs: number): number[] {
  const times: number[] = [];
  const clockMs = clockUncertaintyMs(at.stationState);
  const addUntil = (ms: number | 'unknown' | undefined) => {
    if (typeof ms === 'number' && ms > nowMs && ms <= horizonMs) times.push(ms);
  };
  addUntil(at.stationState.failsafe.missingUntilMs);
  addUntil(at.evseState.lingering?.untilMs);
  addUntil(at.evseState.startProfile?.untilMs);
  for (const slot of [at.stationState.failsafe, at.evseState.txProfile]) {
    for (const candidate of slot.candidates) {
      addUntil(candidate.goneMs);
      const lagMs = clockMs + at.station.reactionS * 1000;
      const from = nowMs - lagMs;
      for (const ms of breakpoints(heldLimits(candidate), from, horizonMs + clockMs)) {
        addUntil(ms - clockMs);
        // The largest within a window that includes its ends: it still counts at ms + lag, and no longer just after.
        addUntil(ms + lagMs + 1);
      }
    }
  }
  return times;
}

/**
 * What a candidate may allow, and until when. Stations differ in what they count a Relative schedule from: some from the transaction's
 * start, as they should, and some from when it came to them.
 */
export function heldLimits({ limits, form }: Pick<Candidate, 'limits' | 'form'>): LimitSteps {
  if (form?.kind !== 'Relative' || limits.untilMs === 'forever') return limits;
  return { ...limits, untilMs: limits.untilMs + (form.elapsedMs ?? 0) + MESSAGE_LATE_MAX_MS };
}

/** The profile a station was last given, as far as it did not refuse it. */
export function newestCandidate(slot: ProfileSlot): Candidate | undefined {
  return slot.candidates.at(-1);
}

/** What an EVSE is told to keep to now: the newest profile it took, else its failsafe, else its hardware. */
export function toldLimitA(at: EvseInSite, nowMs: number): number {
  const hardwareA = evseCurrentMaxA(at.evse, at.site);
  if (at.evseState.transaction !== null && !isSteeredByDefault(at.stationState)) {
    const tx = newestHeld(at.evseState.txProfile);
    const limitA = tx === undefined ? 'ended' : limitAt(tx.limits, nowMs);
    if (limitA !== 'ended') return Math.min(hardwareA, limitA);
  }
  const failsafe = newestHeld(at.stationState.failsafe);
  const limitA = failsafe === undefined ? 'ended' : limitAt(failsafe.limits, nowMs);
  return limitA === 'ended' ? hardwareA : Math.min(hardwareA, limitA);
}

/** The newest that it took. */
export function newestHeld(slot: ProfileSlot): Candidate | undefined {
  return slot.candidates.findLast((candidate) => candidate.status === 'accepted' || candidate.status === 'confirmed');
}

/** How many samples must agree before a phase counts as unused, and what counts as a real and as no current. */
const IDLE_PHASE_SAMPLES = 3;
export const REAL_CURRENT_A = 5;
export const NO_CURRENT_A = 0.5;

/**
 * The grid phases that must be reserved for an EVSE: those of its supply, without the ones that its car was seen not to use, and
 * those only where the owner trusts that.
 */
export function reservedPhases(evse: Evse, evseState: EvseState): readonly Phase[] {
  const { transaction } = evseState;
  if (evse.kind !== 'AC' || !evse.trustLearnedPhases || transaction === null || evseState.disobeys) return evse.phases;
  return evse.phases.filter((phase) => transaction.idleSamples[phase] < IDLE_PHASE_SAMPLES);
}

/** The grid phases that carried a real current lately; those of the supply while nothing was seen. */
export function phasesInUse(evse: Evse, evseState: EvseState): readonly Phase[] {
  const { transaction } = evseState;
  if (transaction === null) return evse.phases;
  const used = evse.phases.filter((phase) => transaction.idleSamples[phase] < IDLE_PHASE_SAMPLES);
  return used.length === 0 ? evse.phases : PHASES.filter((phase) => used.includes(phase));
}
