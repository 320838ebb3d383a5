import { controlObstacle } from '../../site/controlObstacle.js';
import { evseCurrentMinA } from '../../site/electricity.js';
import { type EvseInSite, mayDrawA, toldLimitA } from '../../site/mayDraw.js';
import { largestPhaseA } from '../../site/metering.js';
import { perPhase } from '../../site/phases.js';
import type { TransactionState } from '../../site/state.js';
import { circuitViews, freshCurrentA } from '../circuitViews.js';
import { planView } from '../planView.js';
import { obstacleSentence } from '../profiles/obstacleSentence.js';
import type { CircuitView } from '../service.js';
import { limitedBy, type ViewContext } from '../views.js';
import { type ReasonHistory, sameReason, spansOf } from './reasonHistory.js';
import { sentenceAhead, sentenceNow, sentencePast } from './sentences.js';
import type { PastReason, PlannedReason, SessionWhyView } from './whyService.js';

/** Why an open session gets what it gets. `history`: what was seen of it; absent, nothing was yet. */
export function sessionWhyView(
  context: ViewContext,
  at: EvseInSite,
  transaction: TransactionState,
  history: ReasonHistory | undefined,
): SessionWhyView {
  const { state, nowMs } = context;
  return {
    siteId: state.site.siteId,
    sessionId: transaction.sessionId,
    transactionId: transaction.transactionId,
    stationId: at.station.id,
    evseId: at.evse.id,
    atMs: nowMs,
    now: whyNow(context, at, transaction),
    ahead: whyAhead(context, transaction.sessionId),
    past: history === undefined ? [] : whyPast(history, nowMs),
    sinceMs: history?.sinceMs ?? null,
  };
}

function whyNow(context: ViewContext, at: EvseInSite, transaction: TransactionState): SessionWhyView['now'] {
  const { state, nowMs } = context;
  const limitA = toldLimitA(at, nowMs);
  const mayA = mayDrawA(at, nowMs, nowMs);
  const currentA = freshCurrentA(at, state, nowMs);
  const reason = limitedBy(context, at, transaction);
  const obstacle = controlObstacle(at, nowMs);
  return {
    limitA: round(limitA),
    mayDrawA: round(mayA),
    currentA: currentA === 'unknown' ? currentA : perPhase((phase) => round(currentA[phase])),
    limitedBy: reason,
    sentence:
      obstacle === 'none'
        ? sentenceNow({
            limitedBy: reason,
            limitA,
            takesA: currentA === 'unknown' ? currentA : largestPhaseA(currentA),
            currentMinA: evseCurrentMinA(at.evse),
            freeA: freeA(circuitViews(context), at, mayA),
          })
        : obstacleSentence(obstacle, mayA),
  };
}

/** What it could have if nobody else changed: the least over its phases and the circuits above it. */
function freeA(circuits: readonly CircuitView[], { station, evse }: EvseInSite, mayA: number): number {
  const byId = new Map(circuits.map((circuit) => [circuit.id, circuit]));
  const headrooms: number[] = [];
  for (let circuit = byId.get(station.circuitId); circuit !== undefined; circuit = byId.get(circuit.parentId ?? '')) {
    for (const phase of evse.phases) headrooms.push(circuit.headroomA[phase] + mayA);
  }
  return headrooms.length === 0 ? 0 : Math.min(...headrooms);
}

/** The near plan and, from where it ends, the schedule: as GET …/plan has them. */
function whyAhead({ state, plan, schedule, nowMs }: ViewContext, sessionId: string): readonly PlannedReason[] {
  const view = planView(state.site.siteId, plan, schedule);
  const session = view.sessions.find((planned) => planned.sessionId === sessionId);
  if (session === undefined) return [];
  const scheduledFromMs = view.schedule?.fromMs ?? Number.POSITIVE_INFINITY;
  const ahead: PlannedReason[] = [];
  for (const [slot, planned] of session.currentA.entries()) {
    const fromMs = Math.max(nowMs, view.boundariesMs[slot] ?? nowMs);
    const toMs = view.boundariesMs[slot + 1] ?? fromMs;
    if (toMs <= fromMs) continue;
    const reason = session.limitedBy[slot] ?? null;
    const currentA = Math.round(planned * 10) / 10;
    const source = fromMs >= scheduledFromMs ? 'schedule' : 'plan';
    const last = ahead.at(-1);
    if (last?.currentA === currentA && last.source === source && sameReason(last.limitedBy, reason))
      ahead[ahead.length - 1] = { ...last, toMs };
    else ahead.push({ fromMs, toMs, currentA, limitedBy: reason, source, sentence: sentenceAhead(reason, currentA) });
  }
  return ahead;
}

function whyPast(history: ReasonHistory, nowMs: number): readonly PastReason[] {
  const spans = spansOf(history);
  return spans.map(({ fromMs, limitedBy: reason, limitMinA, limitMaxA }, index) => ({
    fromMs,
    toMs: spans[index + 1]?.fromMs ?? nowMs,
    limitMinA: round(limitMinA),
    limitMaxA: round(limitMaxA),
    limitedBy: reason,
    sentence: sentencePast(reason, limitMinA, limitMaxA),
  }));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
