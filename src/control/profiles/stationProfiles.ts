import type { ChargingProfile } from '../../site/chargingProfile.js';
import type { Clock } from '../../site/clock.js';
import { controlObstacle } from '../../site/controlObstacle.js';
import { largestWithin } from '../../site/limitSteps.js';
import {
  clockUncertaintyMs,
  type EvseInSite,
  mayDrawA,
  mayDrawBreakpoints,
  newestHeld,
  toldLimitA,
} from '../../site/mayDraw.js';
import type { Station } from '../../site/model.js';
import { evsesOfStation } from '../../site/sites.js';
import type { Candidate, ProfileSlot, SiteState, StationState } from '../../site/state.js';
import { obstacleSentence } from './obstacleSentence.js';
import { failsafeOnWire, transactionOnWire } from './onWire.js';
import {
  type CandidateView,
  type EvseControlView,
  MAY_DRAW_AHEAD_MS,
  type ProfileService,
  type ProfileSlotView,
  type StationProfilesView,
} from './profileService.js';

export interface StationProfilesOptions {
  readonly clock: Clock;
  /** Throws Problem STATION_NOT_FOUND. */
  readonly stateOfStation: (stationId: string) => SiteState;
}

export class StationProfiles implements ProfileService {
  private readonly options: StationProfilesOptions;

  constructor(options: StationProfilesOptions) {
    this.options = options;
  }

  ofStation(stationId: string): StationProfilesView {
    return stationProfilesView(this.options.stateOfStation(stationId), stationId, this.options.clock.nowMs());
  }
}

/** A station of the site. */
export function stationProfilesView(state: SiteState, stationId: string, nowMs: number): StationProfilesView {
  const station = state.index.stations.get(stationId);
  const stationState = state.stations.get(stationId);
  if (station === undefined || stationState === undefined) throw new Error(`station ${stationId} has no state`);
  const evses = [...evsesOfStation(state, stationId)];
  const open = evses.map((at) => transactionSlot(at, nowMs)).filter((slot) => slot !== undefined);
  return {
    siteId: state.site.siteId,
    stationId,
    atMs: nowMs,
    slots: [failsafeSlot({ site: state.site, station, stationState }, nowMs), ...open],
    evses: evses.map((at) => evseControl(at, nowMs)),
  };
}

function failsafeSlot(at: Pick<EvseInSite, 'site' | 'station' | 'stationState'>, nowMs: number): ProfileSlotView {
  const { failsafe } = at.stationState;
  const { missingUntilMs } = failsafe;
  const isMissing = missingUntilMs === 'unknown' || missingUntilMs > nowMs;
  return {
    slot: 'failsafe',
    purpose: 'TxDefaultProfile',
    evseId: 0,
    transactionId: null,
    sessionId: null,
    missingUntilMs: isMissing ? missingUntilMs : null,
    ...slotView(failsafe, { at, nowMs, onWire: (candidate) => failsafeOnWire(at, candidate) }),
  };
}

function transactionSlot(at: EvseInSite, nowMs: number): ProfileSlotView | undefined {
  const { transaction, txProfile } = at.evseState;
  if (transaction === null) return undefined;
  const { transactionId, sessionId } = transaction;
  return {
    slot: 'transaction',
    purpose: 'TxProfile',
    evseId: at.evse.id,
    transactionId,
    sessionId,
    missingUntilMs: null,
    ...slotView(txProfile, { at, nowMs, onWire: (candidate) => transactionOnWire(at, transactionId, candidate) }),
  };
}

interface SlotContext {
  readonly at: { readonly station: Station; readonly stationState: StationState };
  readonly nowMs: number;
  readonly onWire: (candidate: Candidate) => ChargingProfile;
}

function slotView(
  slot: ProfileSlot,
  context: SlotContext,
): Pick<ProfileSlotView, 'refusals' | 'lastRefusedMs' | 'candidates'> {
  const told = newestHeld(slot);
  return {
    refusals: slot.refusals,
    lastRefusedMs: slot.lastRefusedMs ?? null,
    candidates: slot.candidates.map((candidate): CandidateView => {
      const mayBe = mayBeInForce(candidate, context);
      return {
        attemptId: candidate.attemptId,
        status: candidate.status,
        sentMs: candidate.sentMs,
        answeredMs: candidate.answeredMs ?? null,
        goneMs: candidate.goneMs ?? null,
        checks: candidate.checks,
        lastCheckMs: candidate.lastCheckMs ?? null,
        mayBeInForce: mayBe,
        told: mayBe && candidate === told,
        limits: candidate.limits.steps,
        untilMs: candidate.limits.untilMs === 'forever' ? null : candidate.limits.untilMs,
        profile: context.onWire(candidate),
      };
    }),
  };
}

/** Not surely replaced, and not over by the slowest clock and the slowest car: as mayDrawA counts it. */
function mayBeInForce({ goneMs, limits }: Candidate, { at, nowMs }: SlotContext): boolean {
  if (goneMs !== undefined && nowMs >= goneMs) return false;
  const clockMs = clockUncertaintyMs(at.stationState);
  return largestWithin(limits, nowMs - clockMs - at.station.reactionS * 1000, nowMs + clockMs) !== 'ended';
}

function evseControl(at: EvseInSite, nowMs: number): EvseControlView {
  const { transaction, lingering } = at.evseState;
  const mayA = mayDrawA(at, nowMs, nowMs);
  const obstacle = controlObstacle(at, nowMs);
  return {
    evseId: at.evse.id,
    transactionId: transaction?.transactionId ?? null,
    sessionId: transaction?.sessionId ?? null,
    limitA: round(toldLimitA(at, nowMs)),
    mayDrawA: round(mayA),
    mayDrawUntilMs: nextChangeMs(at, nowMs, mayA),
    obstacle: obstacle === 'none' ? null : { is: obstacle, sentence: obstacleSentence(obstacle, mayA) },
    lingering: lingering !== null && lingering.untilMs > nowMs ? lingering : null,
  };
}

function nextChangeMs(at: EvseInSite, nowMs: number, mayA: number): number | null {
  const times = mayDrawBreakpoints(at, nowMs, nowMs + MAY_DRAW_AHEAD_MS).sort((a, b) => a - b);
  return times.find((ms) => mayDrawA(at, nowMs, ms) !== mayA) ?? null;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
