import type { HandOutAction } from '../handout/handOut.js';
import { isOwnProfile } from '../profiles/compile.js';
import { checkReport, foreignProfilesOf, type ReportVerdict, type SentProfile } from '../profiles/reportCheck.js';
import type { ChargingLimitSource } from '../site/externalLimit.js';
import { isSameForeign } from '../site/foreignProfile.js';
import type { Evse } from '../site/model.js';
import { findEvse } from '../site/sites.js';
import type { Candidate, SiteState } from '../site/state.js';
import type { StationCommand } from '../site/stationMessages.js';
import type { CarryOutContext } from './carryOutContext.js';
import { CUT_OFF, learnAbsence, learnNoReport, refute } from './lessons.js';
import { wordsOfFailure } from './outcomes.js';
import type { ProfileReport } from './profileReports.js';
import { failsafeOnWire, transactionOnWire } from './profiles/onWire.js';

type Verify = HandOutAction & { type: 'verify' };
type Criteria = Omit<StationCommand & { type: 'requestProfiles' }, 'type' | 'requestId'>;

/** Until its answer, nothing else can leave for the station; while its report comes, everything can. */
const ANSWER_TIMEOUT_MS = 8_000;
/** Less than the least time between two looks at one profile. */
const REPORT_WITHIN_MS = 4_500;
/** No criterion at all means nothing in OCPP: every source means everything. */
const EVERY_SOURCE: readonly ChargingLimitSource[] = ['CSO', 'EMS', 'SO', 'Other'];

/** None: it will not report, and whether it said so itself. */
type Asked = { readonly report: Promise<ProfileReport> } | { readonly none: string; readonly isSaid: boolean };

/**
 * Has a station report all that it holds (OCPP 2.0.1 K09), and compares that with what it was sent. What is not there is asked for once
 * more, by its purpose: some report not all of their profiles where they are asked for all.
 */
export async function verifyByReport(action: Verify, context: CarryOutContext): Promise<void> {
  const { stationId, slot, attemptId } = action;
  const { owner, clock } = context;
  const askedMs = clock.nowMs();
  const connectionId = connectionOf(owner.state, stationId);
  const asked = await ask(stationId, { sources: EVERY_SOURCE }, context);
  if ('none' in asked) {
    denied(action, { verdict: 'silent', detail: asked.none }, context);
    if (asked.isSaid) learnNoReport(action, asked.none, context);
    context.done(stationId);
    return;
  }
  owner.dispatch({ type: 'profileReportAwaited', stationId, attemptId, slot });
  context.done(stationId);
  const report = await asked.report;
  const compared = compare(action, report, context);
  const verdict = compared?.verdict === 'absent' ? await askAgain(action, report, context) : compared;
  // Another was sent meanwhile, or it is another connection: what was seen may be older than what counts now.
  if (verdict === undefined || connectionOf(owner.state, stationId) !== connectionId) return;
  if (sentOf(action, owner.state) === undefined) return;
  noteForeign(action, report, context);
  if (verdict.verdict === 'confirms') {
    const { exact } = verdict;
    owner.dispatch({ type: 'profileVerified', stationId, attemptId, slot, by: 'report', exact, askedMs });
    if (slot.kind === 'tx') refute('ignoresTxProfile', stationId, context);
    return;
  }
  denied(action, verdict, context);
  if (verdict.verdict === 'silent') learnNoReport(action, verdict.detail, context);
  if (verdict.verdict === 'absent') learnAbsence(action, context);
}

async function ask(stationId: string, criteria: Criteria, context: CarryOutContext): Promise<Asked> {
  const requestId = context.random.positiveInt31();
  const awaited = context.reports.expect(stationId, requestId);
  const command = { type: 'requestProfiles', requestId, ...criteria } as const;
  const outcome = await context.caller.call(stationId, command, { timeoutMs: ANSWER_TIMEOUT_MS });
  if (outcome.outcome === 'answered' && outcome.response.status === 'Accepted')
    return { report: awaited.within(REPORT_WITHIN_MS) };
  awaited.close();
  if (outcome.outcome !== 'answered') return { none: wordsOfFailure(outcome), isSaid: outcome.outcome === 'error' };
  const { status } = outcome.response;
  if (status === 'NoProfiles') return { report: Promise.resolve({ isComplete: true, profiles: [] }) };
  return { none: `report: ${status}`, isSaid: true };
}

/** Undefined: what was asked about does not count any more. */
function compare(action: Verify, { isComplete, profiles }: ProfileReport, context: CarryOutContext) {
  const { owner, clock } = context;
  const sent = sentOf(action, owner.state);
  if (sent === undefined) return undefined;
  if (!isComplete) return { verdict: 'silent', detail: CUT_OFF } as const;
  const { voltageV } = owner.state.site;
  return checkReport(profiles, sent, { evses: evsesOf(action, owner.state), voltageV, nowMs: clock.nowMs() });
}

async function askAgain(
  action: Verify,
  all: ProfileReport,
  context: CarryOutContext,
): Promise<ReportVerdict | undefined> {
  const { stationId, slot } = action;
  const sent = sentOf(action, context.owner.state);
  if (sent === undefined) return undefined;
  const where = slot.kind === 'tx' ? { evseId: slot.evseId } : {};
  const asked = await ask(stationId, { purpose: sent.profile.purpose, ...where }, context);
  if ('none' in asked) return { verdict: 'silent', detail: asked.none };
  const report = await asked.report;
  const verdict = compare(action, report, context);
  if (verdict?.verdict !== 'absent') return verdict;
  // That it shows nothing of what it was sent may be all that it ever shows.
  const showsOurs = all.profiles.some(isOwnProfile) || report.profiles.some(isOwnProfile);
  const isCredible = showsOurs || context.owner.state.stations.get(stationId)?.reportsProfiles === true;
  return isCredible ? verdict : { verdict: 'silent', detail: 'report: nothing of what was sent' };
}

function denied(
  { stationId, evseId, attemptId, slot }: Verify,
  { verdict, detail }: Exclude<ReportVerdict, { verdict: 'confirms' }>,
  { owner, log }: CarryOutContext,
): void {
  log.info({ stationId, evseId, detail }, 'a profile is not confirmed yet');
  const event = { type: 'profileNotVerified', stationId, attemptId, slot, detail } as const;
  switch (verdict) {
    case 'silent':
      owner.dispatch(event);
      return;
    case 'contradicts':
      owner.dispatch({ ...event, contradicts: true });
      return;
    case 'overruled':
      // Of a transaction its meter tells. What the station falls to by itself is not what it was sent.
      owner.dispatch({ ...event, contradicts: true, ...(slot.kind === 'failsafe' ? { absent: true } : {}) });
      return;
    case 'absent':
      owner.dispatch({ ...event, contradicts: true, absent: true });
      return;
  }
}

function noteForeign({ stationId }: Verify, { isComplete, profiles }: ProfileReport, context: CarryOutContext): void {
  const { state } = context.owner;
  const station = state.index.stations.get(stationId);
  if (!isComplete || station === undefined) return;
  const supply = { evses: station.evses, voltageV: state.site.voltageV, nowMs: context.clock.nowMs() };
  const foreign = foreignProfilesOf(profiles, supply);
  const known = state.stations.get(stationId)?.foreignProfiles ?? [];
  if (isSameForeign(known, foreign)) return;
  if (foreign.length > 0)
    context.log.warn({ stationId, foreign }, 'the station holds charging profiles that are not of this service');
  context.owner.dispatch({ type: 'foreignProfilesSeen', stationId, profiles: foreign });
}

/** What was asked about, as it was sent; undefined where it is not the newest any more. */
function sentOf({ stationId, slot, attemptId }: Verify, state: SiteState): SentProfile | undefined {
  const station = state.index.stations.get(stationId);
  const stationState = state.stations.get(stationId);
  if (station === undefined || stationState === undefined) return undefined;
  const newest = (candidates: readonly Candidate[]) => {
    const last = candidates.at(-1);
    return last?.attemptId === attemptId ? last : undefined;
  };
  if (slot.kind === 'failsafe') {
    const candidate = newest(stationState.failsafe.candidates);
    const at = { site: state.site, station, stationState };
    return candidate === undefined ? undefined : { evseId: 0, profile: failsafeOnWire(at, candidate) };
  }
  const at = findEvse(state, stationId, slot.evseId);
  if (at?.evseState.transaction?.transactionId !== slot.transactionId) return undefined;
  const candidate = newest(at.evseState.txProfile.candidates);
  if (candidate === undefined) return undefined;
  return { evseId: slot.evseId, profile: transactionOnWire(at, slot.transactionId, candidate) };
}

function evsesOf({ stationId, slot }: Verify, state: SiteState): readonly Evse[] {
  const evses = state.index.stations.get(stationId)?.evses ?? [];
  return slot.kind === 'failsafe' ? evses : evses.filter(({ id }) => id === slot.evseId);
}

function connectionOf(state: SiteState, stationId: string): string | undefined {
  const connection = state.stations.get(stationId)?.connection;
  return connection?.status === 'online' ? connection.connectionId : undefined;
}
