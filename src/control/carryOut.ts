import type { HandOutAction } from '../handout/handOut.js';
import { failsafeProfile, txProfile } from '../profiles/compile.js';
import { checkComposite } from '../profiles/compositeCheck.js';
import type { ChargingProfile } from '../site/chargingProfile.js';
import type { Clock, RandomSource } from '../site/clock.js';
import type { SiteEvent, SlotName, StationEvent } from '../site/events.js';
import { evseOf } from '../site/siteIndex.js';
import type { SiteState, StationCapabilities } from '../site/state.js';
import type { CommandOutcome, StationCaller } from '../site/stationMessages.js';
import type { ControlMetrics, Log } from './ports.js';

export interface CarryOutContext {
  readonly owner: {
    readonly state: SiteState;
    dispatch(...events: SiteEvent[]): void;
    intend(intents: readonly (StationEvent & { type: 'profileIntended' })[]): void;
    durable(): Promise<void>;
  };
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly caller: StationCaller;
  readonly log: Log;
  readonly metrics: ControlMetrics;
  /** The station is free for the next message. */
  readonly done: (stationId: string) => void;
}

type Send = HandOutAction & { type: 'send' };

/** Composite schedules are asked for as far ahead as what was sent still changes: else an earlier one might read the same. */
const COMPOSITE_LEAST_S = 600;
const COMPOSITE_MOST_S = 86_400;

/**
 * Carries out what the hand-out decided. The intents of one pass go to disk together, before any that raises something leaves: after
 * a crash each unanswered one counts as a possibility.
 */
export function carryOut(actions: readonly HandOutAction[], context: CarryOutContext): void {
  const sends = actions.filter((action): action is Send => action.type === 'send');
  const attempts = sends.map((action) => ({ action, attemptId: newAttemptId(context.random) }));
  if (attempts.length > 0) {
    context.owner.intend(
      attempts.map(({ action: { stationId, slot, limits }, attemptId }) => ({
        type: 'profileIntended',
        stationId,
        attemptId,
        slot,
        limits,
      })),
    );
    for (const { action, attemptId } of attempts) if (!action.needsDisk) sendSafely(action, attemptId, context);
    void sendOnceWritten(
      attempts.filter(({ action }) => action.needsDisk),
      context,
    );
  }
  for (const action of actions)
    if (action.type === 'verify')
      verify(action, context).catch((error: unknown) => failed(action.stationId, error, context));
}

async function sendOnceWritten(
  attempts: readonly { action: Send; attemptId: string }[],
  context: CarryOutContext,
): Promise<void> {
  const written = await context.owner.durable().then(
    () => true,
    () => false,
  );
  for (const { action, attemptId } of attempts) {
    if (written) {
      sendSafely(action, attemptId, context);
      continue;
    }
    // Without the disk nothing rises.
    const { stationId, slot } = action;
    const detail = 'the journal can not be written';
    context.owner.dispatch({ type: 'profileAnswered', stationId, attemptId, slot, result: 'notSent', detail });
    freeLater(stationId, context);
  }
}

/** A mistake of ours in one message must not end the process, nor keep its station from the next. */
function sendSafely(action: Send, attemptId: string, context: CarryOutContext): void {
  send(action, attemptId, context).catch((error: unknown) => failed(action.stationId, error, context));
}

function failed(stationId: string, error: unknown, context: CarryOutContext): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.log.error({ stationId, error: detail }, 'a message to this station failed');
  freeLater(stationId, context);
}

async function send(action: Send, attemptId: string, context: CarryOutContext): Promise<void> {
  const { stationId, slot } = action;
  const profile = profileFor(action, context);
  if (profile === undefined) {
    context.owner.dispatch({
      type: 'profileAnswered',
      stationId,
      attemptId,
      slot,
      result: 'notSent',
      detail: 'no longer needed',
    });
    context.done(stationId);
    return;
  }
  const startMs = context.clock.nowMs();
  const connectionId = connectionOf(context.owner.state, stationId);
  context.metrics.profileSent(action.purpose);
  const outcome = await context.caller.call(
    stationId,
    { type: 'setChargingProfile', evseId: slot.kind === 'failsafe' ? 0 : slot.evseId, profile },
    { priority: action.purpose === 'lower' || action.purpose === 'failsafe' ? 'safety' : 'normal' },
  );
  const { result, detail } = resultOf(outcome);
  if (result === 'accepted') learnRateUnit(stationId, profile, context);
  context.metrics.profileAnswered(result, context.clock.nowMs() - startMs);
  if (result === 'refused') context.log.warn({ stationId, slot, detail }, 'the station refused a charging profile');
  context.owner.dispatch({
    type: 'profileAnswered',
    stationId,
    attemptId,
    slot,
    result,
    detail,
    ...(connectionId === undefined ? {} : { connectionId }),
  });
  if (result === 'notSent') freeLater(stationId, context);
  else context.done(stationId);
}

/** What could not leave is not tried again in the same breath. */
const NOT_SENT_REST_MS = 1_000;

function freeLater(stationId: string, context: CarryOutContext): void {
  context.clock.after(NOT_SENT_REST_MS, () => context.done(stationId));
}

function profileFor({ stationId, slot, limits }: Send, { owner, clock }: CarryOutContext): ChargingProfile | undefined {
  const { state } = owner;
  const station = state.index.stations.get(stationId);
  const stationState = state.stations.get(stationId);
  if (station === undefined || stationState === undefined) return undefined;
  const refusals =
    slot.kind === 'failsafe'
      ? stationState.failsafe.refusals
      : (stationState.evses.get(slot.evseId)?.txProfile.refusals ?? 0);
  const target = {
    station,
    capabilities: afterRefusals(stationState.capabilities, refusals),
    voltageV: state.site.voltageV,
    nowMs: clock.nowMs(),
    clockOffMs: stationState.clockOffMs,
    wholeAmperes: refusals > 0,
  };
  if (slot.kind === 'failsafe') return failsafeProfile(target, limits);
  const evse = evseOf(station, slot.evseId);
  const open = stationState.evses.get(slot.evseId)?.transaction?.transactionId;
  // The transaction may have ended while the intent was being written.
  if (evse === undefined || open !== slot.transactionId) return undefined;
  return txProfile(target, evse, slot.transactionId, limits);
}

/** A station that does not say which unit it takes is tried in the other one after every other refusal. */
function afterRefusals(capabilities: StationCapabilities, refusals: number): StationCapabilities {
  return capabilities.rateUnits === 'unknown' && refusals % 2 === 1
    ? { ...capabilities, rateUnits: ['W'] }
    : capabilities;
}

/** It took watts after it had refused amperes: that is what it takes, until it says otherwise or its firmware changes. */
function learnRateUnit(stationId: string, { schedule }: ChargingProfile, { owner }: CarryOutContext): void {
  const known = owner.state.stations.get(stationId)?.capabilities.rateUnits;
  const isAc = owner.state.index.stations.get(stationId)?.evses.every(({ kind }) => kind === 'AC');
  if (known !== 'unknown' || schedule.rateUnit !== 'W' || isAc !== true) return;
  owner.dispatch({ type: 'capabilitiesRead', stationId, capabilities: { rateUnits: ['W'] } });
}

function connectionOf(state: SiteState, stationId: string): string | undefined {
  const connection = state.stations.get(stationId)?.connection;
  return connection?.status === 'online' ? connection.connectionId : undefined;
}

function resultOf(outcome: CommandOutcome<'setChargingProfile'>): {
  result: 'accepted' | 'refused' | 'notSent' | 'unknown';
  detail: string;
} {
  switch (outcome.outcome) {
    case 'answered':
      return {
        result: outcome.response.status === 'Accepted' ? 'accepted' : 'refused',
        detail: outcome.response.status,
      };
    case 'error':
      return { result: 'refused', detail: `${outcome.code} ${outcome.description}`.trim() };
    case 'notSent':
      return { result: 'notSent', detail: outcome.reason };
    case 'unknown':
      return { result: 'unknown', detail: outcome.reason };
  }
}

/** While an answer is waited for nothing else can leave. */
const VERIFY_TIMEOUT_MS = 8_000;

async function verify(action: HandOutAction & { type: 'verify' }, context: CarryOutContext): Promise<void> {
  const { stationId, evseId, slot, attemptId, limits } = action;
  const durationS = compositeDurationS(limits, context.clock.nowMs());
  const command = { type: 'getCompositeSchedule', evseId, durationS } as const;
  const outcome = await context.caller.call(stationId, command, { timeoutMs: VERIFY_TIMEOUT_MS });
  const event = verdictEvent(outcome, { stationId, evseId, slot, attemptId, limits }, context);
  if (event.type === 'profileNotVerified')
    context.log.info({ stationId, evseId, detail: event.detail }, 'a profile is not confirmed yet');
  context.owner.dispatch(event);
  context.done(stationId);
}

function compositeDurationS(limits: Send['limits'], nowMs: number): number {
  const lastChangeMs = limits.untilMs === 'forever' ? (limits.steps.at(-1)?.fromMs ?? nowMs) : limits.untilMs;
  const untilLastS = Math.ceil((lastChangeMs - nowMs) / 1000) + COMPOSITE_LEAST_S;
  return Math.min(COMPOSITE_MOST_S, Math.max(COMPOSITE_LEAST_S, untilLastS));
}

function verdictEvent(
  outcome: CommandOutcome<'getCompositeSchedule'>,
  asked: { stationId: string; evseId: number; slot: SlotName; attemptId: string; limits: Send['limits'] },
  { owner, clock }: CarryOutContext,
): SiteEvent & { type: 'profileVerified' | 'profileNotVerified' } {
  const { stationId, evseId, slot, attemptId, limits } = asked;
  const evse = evseOf(owner.state.index.stations.get(stationId), evseId);
  const notVerified = (detail: string) => ({ type: 'profileNotVerified', stationId, attemptId, slot, detail }) as const;
  if (outcome.outcome !== 'answered') return notVerified(resultOfOther(outcome));
  if (evse === undefined) return notVerified('the EVSE is gone');
  const verdict = checkComposite(outcome.response, limits, {
    evse,
    voltageV: owner.state.site.voltageV,
    nowMs: clock.nowMs(),
  });
  if (verdict.verdict === 'confirms')
    return { type: 'profileVerified', stationId, attemptId, slot, by: 'composite', exact: verdict.exact };
  return notVerified(verdict.detail);
}

function resultOfOther(outcome: Exclude<CommandOutcome, { outcome: 'answered' }>): string {
  return outcome.outcome === 'error' ? `${outcome.code} ${outcome.description}`.trim() : outcome.reason;
}

function newAttemptId(random: RandomSource): string {
  return `${random.positiveInt31().toString(36)}${random.positiveInt31().toString(36)}`;
}
