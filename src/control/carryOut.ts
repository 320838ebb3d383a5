import { crowdedStations } from '../handout/crowding.js';
import type { HandOutAction } from '../handout/handOut.js';
import { stationProfile, txProfile } from '../profiles/compile.js';
import type { ChargingProfile } from '../site/chargingProfile.js';
import type { RandomSource } from '../site/clock.js';
import { evseOf } from '../site/siteIndex.js';
import type { SiteState } from '../site/state.js';
import type { CommandOutcome } from '../site/stationMessages.js';
import type { CarryOutContext } from './carryOutContext.js';
import { learn } from './lessons.js';
import { wordsOfFailure } from './outcomes.js';
import { verify } from './verifyProfile.js';

type Send = HandOutAction & { type: 'send' };

/**
 * Carries out what the hand-out decided. The intents of one pass go to disk together, before any that raises something leaves: after
 * a crash each unanswered one counts as a possibility.
 */
export function carryOut(actions: readonly HandOutAction[], context: CarryOutContext): void {
  const sends = actions.filter((action): action is Send => action.type === 'send');
  const attempts = sends.map((action) => ({ action, attemptId: newAttemptId(context.random) }));
  if (attempts.length > 0) {
    context.owner.intend(
      attempts.map(({ action: { stationId, slot, limits, form }, attemptId }) => ({
        type: 'profileIntended',
        stationId,
        attemptId,
        slot,
        limits,
        form,
      })),
    );
    for (const { action, attemptId } of attempts) if (!action.needsDisk) sendSafely(action, attemptId, context);
    void sendOnceWritten(
      attempts.filter(({ action }) => action.needsDisk),
      context,
    );
  }
  for (const action of actions) {
    if (action.type === 'send') continue;
    const done = action.type === 'verify' ? verify(action, context) : stop(action, context);
    done.catch((error: unknown) => failed(action.stationId, error, context));
  }
}

async function sendOnceWritten(
  attempts: readonly { action: Send; attemptId: string }[],
  context: CarryOutContext,
): Promise<void> {
  if (attempts.length === 0) return;
  const intendedMs = context.clock.nowMs();
  const written = await context.owner.durable().then(
    () => true,
    () => false,
  );
  const crowded = written ? crowdedSince(intendedMs, context) : new Set<string>();
  for (const { action, attemptId } of attempts) {
    const { stationId, slot } = action;
    if (written && !crowded.has(stationId)) {
      sendSafely(action, attemptId, context);
      continue;
    }
    // Without the disk nothing rises, nor where room has gone meanwhile.
    const detail = written ? 'its room was needed before it left' : 'the journal can not be written';
    context.owner.dispatch({ type: 'profileAnswered', stationId, attemptId, slot, result: 'notSent', detail });
    freeLater(stationId, context);
  }
}

/** A disk that is this slow lets limits fall and buildings rise before what was decided leaves. */
const SLOW_DISK_MS = 500;

/** Stations that are given nothing more, after a wait for the disk. */
function crowdedSince(intendedMs: number, { owner, clock }: CarryOutContext): ReadonlySet<string> {
  const nowMs = clock.nowMs();
  return nowMs - intendedMs < SLOW_DISK_MS ? new Set() : crowdedStations(owner.state, owner.limitWindows(), nowMs);
}

/** A mistake of ours in one message must not end the process, nor keep its station from the next. */
function sendSafely(action: Send, attemptId: string, context: CarryOutContext): void {
  send(action, attemptId, context).catch((error: unknown) => {
    const { stationId, slot } = action;
    failed(stationId, error, context);
    // It may have left: what never is answered would keep its place from the next.
    context.owner.dispatch({ type: 'profileAnswered', stationId, attemptId, slot, result: 'unknown' });
  });
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
    {
      priority: action.purpose === 'lower' || action.purpose === 'failsafe' ? 'safety' : 'normal',
      about: { attemptId, dir: action.needsDisk ? 'inc' : 'dec' },
    },
  );
  const { result, detail } = resultOf(outcome);
  learn(action, result, context);
  const isMaxLeft = result === 'accepted' && leavesMax(action, context.owner.state);
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
  if (isMaxLeft) await clearMax(stationId, context);
  if (result === 'notSent') freeLater(stationId, context);
  else context.done(stationId);
}

/** It takes a default now, where its failsafe was its maximum before: that would cap all that it is told. */
function leavesMax({ stationId, slot, form }: Send, state: SiteState): boolean {
  if (slot.kind !== 'failsafe' || form.purpose !== 'TxDefaultProfile') return false;
  const candidates = state.stations.get(stationId)?.failsafe.candidates ?? [];
  return candidates.some((candidate) => candidate.form?.purpose === 'ChargingStationMaxProfile');
}

/** It would cap all that the station is told; a message may be lost. */
const CLEAR_TRIES_MAX = 5;
const CLEAR_AGAIN_MS = 10_000;

async function clearMax(stationId: string, context: CarryOutContext, triesLeft = CLEAR_TRIES_MAX): Promise<void> {
  const { caller, log, clock, owner } = context;
  const outcome = await caller.call(stationId, { type: 'clearChargingProfile', purpose: 'ChargingStationMaxProfile' });
  if (outcome.outcome === 'answered') return;
  if (triesLeft <= 1) {
    log.warn({ stationId }, 'the station may still keep to an earlier maximum');
    return;
  }
  clock.after(CLEAR_AGAIN_MS, () => {
    // By now its maximum may be what it falls to again.
    const newest = owner.state.stations.get(stationId)?.failsafe.candidates.at(-1);
    if (newest?.form?.purpose === 'ChargingStationMaxProfile') return;
    void clearMax(stationId, context, triesLeft - 1);
  });
}

/** What could not leave is not tried again in the same breath. */
const NOT_SENT_REST_MS = 1_000;

function freeLater(stationId: string, context: CarryOutContext): void {
  context.clock.after(NOT_SENT_REST_MS, () => context.done(stationId));
}

function profileFor(
  { stationId, slot, limits, form }: Send,
  { owner, clock }: CarryOutContext,
): ChargingProfile | undefined {
  const { state } = owner;
  const station = state.index.stations.get(stationId);
  const stationState = state.stations.get(stationId);
  if (station === undefined || stationState === undefined) return undefined;
  const target = {
    station,
    voltageV: state.site.voltageV,
    nowMs: clock.nowMs(),
    clockOffMs: stationState.clockOffMs,
  };
  if (slot.kind === 'failsafe') return stationProfile(target, limits, form);
  const evse = evseOf(station, slot.evseId);
  const open = stationState.evses.get(slot.evseId)?.transaction?.transactionId;
  // The transaction may have ended while the intent was being written.
  if (evse === undefined || open !== slot.transactionId) return undefined;
  return txProfile(target, evse, slot.transactionId, limits, form);
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

async function stop(action: HandOutAction & { type: 'stop' }, context: CarryOutContext): Promise<void> {
  const { stationId, evseId, transactionId } = action;
  context.log.warn(
    { stationId, evseId, transactionId },
    'a circuit is over its limit and this car does not come down: its transaction is ended',
  );
  const outcome = await context.caller.call(stationId, { type: 'remoteStop', transactionId }, { priority: 'safety' });
  const answer = outcome.outcome === 'answered' ? outcome.response.status : wordsOfFailure(outcome);
  context.owner.dispatch({ type: 'stopAsked', stationId, evseId, transactionId, answer });
  context.done(stationId);
}

function newAttemptId(random: RandomSource): string {
  return `${random.positiveInt31().toString(36)}${random.positiveInt31().toString(36)}`;
}
