import type { ChargingProfile, ProfileForm } from '../../site/chargingProfile.js';
import type { Clock } from '../../site/clock.js';
import { controlObstacle } from '../../site/controlObstacle.js';
import type { SiteEvent } from '../../site/events.js';
import { largestWithin } from '../../site/limitSteps.js';
import {
  clockUncertaintyMs,
  type EvseInSite,
  heldLimits,
  mayDrawA,
  mayDrawBreakpoints,
  newestCandidate,
  newestHeld,
  toldLimitA,
} from '../../site/mayDraw.js';
import { type BudgetKind, budgetLeft } from '../../site/messageBudget.js';
import type { Station } from '../../site/model.js';
import { evsesOfStation } from '../../site/sites.js';
import type { Candidate, ProfileSlot, SiteState, StationState } from '../../site/state.js';
import { hasQuirk, isSameModel } from '../../site/stationQuirk.js';
import { capabilitiesView } from './capabilitiesView.js';
import { obstacleSentence } from './obstacleSentence.js';
import { failsafeOnWire, formSent, transactionOnWire } from './onWire.js';
import {
  type CandidateForm,
  type CandidateView,
  type EvseControlView,
  MAY_DRAW_AHEAD_MS,
  type ProfileService,
  type ProfileSlotView,
  type StationCapabilitiesView,
  type StationProfilesView,
} from './profileService.js';
import { quirkViews } from './quirkViews.js';

export interface StationProfilesOptions {
  readonly clock: Clock;
  /** Throws Problem STATION_NOT_FOUND. */
  readonly ownerOfStation: (stationId: string) => {
    readonly state: SiteState;
    dispatch(...events: SiteEvent[]): void;
    durable(): Promise<void>;
  };
}

export class StationProfiles implements ProfileService {
  private readonly options: StationProfilesOptions;

  constructor(options: StationProfilesOptions) {
    this.options = options;
  }

  ofStation(stationId: string): StationProfilesView {
    return stationProfilesView(this.options.ownerOfStation(stationId).state, stationId, this.options.clock.nowMs());
  }

  capabilitiesOf(stationId: string): StationCapabilitiesView {
    return capabilitiesView(this.options.ownerOfStation(stationId).state, stationId, this.options.clock.nowMs());
  }

  async forgetQuirks(stationId: string): Promise<void> {
    const owner = this.options.ownerOfStation(stationId);
    // Its like would teach it the same again at its next boot.
    owner.dispatch(
      ...[stationId, ...alikeOf(owner.state, stationId)].map(
        (id): SiteEvent => ({ type: 'quirksForgotten', stationId: id }),
      ),
    );
    await owner.durable();
  }
}

function alikeOf({ stations }: SiteState, stationId: string): readonly string[] {
  const identity = stations.get(stationId)?.identity ?? null;
  return [...stations].flatMap(([id, other]) =>
    id !== stationId && isSameModel(identity, other.identity) ? [id] : [],
  );
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
    quirks: quirkViews(state, stationId, nowMs),
  };
}

function failsafeSlot(at: Pick<EvseInSite, 'site' | 'station' | 'stationState'>, nowMs: number): ProfileSlotView {
  const { failsafe } = at.stationState;
  const { missingUntilMs } = failsafe;
  const isMissing = missingUntilMs === 'unknown' || missingUntilMs > nowMs;
  return {
    slot: 'failsafe',
    purpose: failsafePurpose(at.stationState),
    evseId: 0,
    transactionId: null,
    sessionId: null,
    missingUntilMs: isMissing ? missingUntilMs : null,
    ...slotView(failsafe, {
      at,
      nowMs,
      kind: 'failsafe',
      formOf: (candidate) => formSent(at.station.evses, candidate, 'TxDefaultProfile'),
      onWire: (candidate) => failsafeOnWire(at, candidate),
    }),
  };
}

function failsafePurpose(stationState: StationState): ChargingProfile['purpose'] {
  const newest = newestCandidate(stationState.failsafe);
  if (newest !== undefined) return newest.form?.purpose ?? 'TxDefaultProfile';
  return hasQuirk(stationState, 'takesNoDefault') ? 'ChargingStationMaxProfile' : 'TxDefaultProfile';
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
    ...slotView(txProfile, {
      at,
      nowMs,
      kind: 'tx',
      formOf: (candidate) => formSent([at.evse], candidate, 'TxProfile'),
      onWire: (candidate) => transactionOnWire(at, transactionId, candidate),
    }),
  };
}

interface SlotContext {
  readonly at: { readonly station: Station; readonly stationState: StationState };
  readonly nowMs: number;
  readonly kind: BudgetKind;
  readonly formOf: (candidate: Candidate) => ProfileForm;
  readonly onWire: (candidate: Candidate) => ChargingProfile;
}

function slotView(
  slot: ProfileSlot,
  context: SlotContext,
): Pick<ProfileSlotView, 'refusals' | 'lastRefusedMs' | 'unanswered' | 'budget' | 'candidates'> {
  const told = newestHeld(slot);
  return {
    refusals: slot.refusals,
    lastRefusedMs: slot.lastRefusedMs ?? null,
    unanswered: slot.unanswered ?? 0,
    budget: budgetLeft(slot, context.kind, context.nowMs),
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
        repeats: repeatsOf(candidate.limits),
        form: formView(context.formOf(candidate)),
        steersUntilMs: candidate.form?.steersUntilMs ?? null,
        profile: context.onWire(candidate),
      };
    }),
  };
}

const WEEK_MS = 7 * 86_400_000;

function repeatsOf({ everyMs }: Candidate['limits']): CandidateView['repeats'] {
  if (everyMs === undefined) return null;
  return everyMs === WEEK_MS ? 'weekly' : 'daily';
}

function formView({ kind, rateUnit, wholeAmperes, pauseA }: ProfileForm): CandidateForm {
  return { kind, rateUnit, wholeAmperes: wholeAmperes === true, pauseA: pauseA ?? null };
}

/** Not surely replaced, and not over by the slowest clock and the slowest car: as mayDrawA counts it. */
function mayBeInForce(candidate: Candidate, { at, nowMs }: SlotContext): boolean {
  if (candidate.goneMs !== undefined && nowMs >= candidate.goneMs) return false;
  const clockMs = clockUncertaintyMs(at.stationState);
  return (
    largestWithin(heldLimits(candidate), nowMs - clockMs - at.station.reactionS * 1000, nowMs + clockMs) !== 'ended'
  );
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
