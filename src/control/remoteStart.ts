import { txForms } from '../handout/forms.js';
import type { SitePlan } from '../plan/plan.js';
import { txProfile } from '../profiles/compile.js';
import type { ChargingProfile } from '../site/chargingProfile.js';
import type { Clock } from '../site/clock.js';
import type { SiteEvent } from '../site/events.js';
import { breakpoints, constantSteps, limitAt } from '../site/limitSteps.js';
import { type EvseInSite, mayDrawA, mayDrawBreakpoints } from '../site/mayDraw.js';
import { Problem } from '../site/problem.js';
import { START_PROFILE_LASTS_MS, startProfileUntilMs } from '../site/startProfile.js';
import { hasQuirk, isSteeredByDefault } from '../site/stationQuirk.js';
import type { Log } from './ports.js';
import type { StationCommands } from './stationCommands.js';

// A transaction that is started from here begins with a limit of its own, whatever its station holds, or lost.

export interface RemoteStartContext {
  readonly owner: {
    readonly plan: SitePlan | undefined;
    dispatch(...events: SiteEvent[]): void;
    durable(): Promise<void>;
  };
  readonly commands: Pick<StationCommands, 'status'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RemoteStartAnswer {
  /** The station's own word. */
  readonly status: string;
  /** What else became of it, in a sentence. */
  readonly note?: string;
}

const TAKEN_WITHOUT =
  'It refused to start with a limit for the first minutes, and started without: its failsafe holds.';
const NOT_TRIED_WITHOUT =
  'It refused to start with a limit for the first minutes. Without one it was not asked, for its failsafe is not confirmed.';

/** With a profile for the first minutes (OCPP 1.6 5.11, 2.0.1 K05); without only where the station is known to be safe without. */
export async function remoteStart(
  at: EvseInSite,
  idToken: string,
  { owner, commands, clock, log }: RemoteStartContext,
): Promise<RemoteStartAnswer> {
  const { station, evse } = at;
  const nowMs = clock.nowMs();
  const bare = { type: 'remoteStart', evseId: evse.id, idToken } as const;
  const start = startProfile(at, owner.plan, nowMs);
  if (start === undefined) return commands.status(station.id, bare);
  owner.dispatch({ type: 'startProfileSent', stationId: station.id, evseId: evse.id, limitA: start.limitA });
  // After a crash it must still be counted.
  await owner.durable();
  const first = await attempt(commands.status(station.id, { ...bare, profile: start.profile }));
  if (first.as === 'taken') return first.answer;
  const detail = first.as === 'error' ? first.error.message : first.answer.status;
  log.warn({ stationId: station.id, evseId: evse.id, detail }, 'the station refused a remote start with a profile');
  if (!isFailsafeConfirmed(at, nowMs)) {
    if (first.as === 'error') throw first.error;
    return { ...first.answer, note: NOT_TRIED_WITHOUT };
  }
  const answer = await commands.status(station.id, bare);
  if (answer.status !== ACCEPTED) return answer;
  log.info({ stationId: station.id, evseId: evse.id }, 'the station took the same remote start without a profile');
  return { ...answer, note: TAKEN_WITHOUT };
}

const ACCEPTED = 'Accepted';

type Attempt =
  | { readonly as: 'taken' | 'refused'; readonly answer: RemoteStartAnswer }
  | { readonly as: 'error'; readonly error: Problem };

/** Silence is no refusal: the station may have started. */
async function attempt(asked: Promise<RemoteStartAnswer>): Promise<Attempt> {
  try {
    const answer = await asked;
    return { as: answer.status === ACCEPTED ? 'taken' : 'refused', answer };
  } catch (error) {
    if (error instanceof Problem && error.code === 'STATION_REFUSED') return { as: 'error', error };
    throw error;
  }
}

/** Undefined where the station takes none, or is steered by something that this would lie over. */
function startProfile(
  at: EvseInSite,
  plan: SitePlan | undefined,
  nowMs: number,
): { readonly profile: ChargingProfile; readonly limitA: number } | undefined {
  const { station, evse, site, stationState } = at;
  if (isSteeredByDefault(stationState) || hasQuirk(stationState, 'takesNoRelative')) return undefined;
  const limitA = alwaysReservedA(at, plan, nowMs);
  const limits = constantSteps(limitA, nowMs, nowMs + START_PROFILE_LASTS_MS);
  const form = txForms(stationState, evse, limits, 0).find(({ kind }) => kind === 'Relative');
  if (form === undefined) return undefined;
  const target = { station, voltageV: site.voltageV, nowMs };
  return { profile: txProfile(target, evse, undefined, limits, form), limitA };
}

/** The least that is reserved for it, and that its failsafe is to be, at any instant at which the profile may be in force. */
function alwaysReservedA(at: EvseInSite, plan: SitePlan | undefined, nowMs: number): number {
  const untilMs = startProfileUntilMs(nowMs, at.station);
  const failsafe = plan?.failsafes.get(at.station.id) ?? constantSteps(at.station.failsafeA, nowMs);
  const planned = [nowMs, ...breakpoints(failsafe, nowMs, untilMs)].map((ms) => limitAt(failsafe, ms));
  const reserved = [nowMs, ...mayDrawBreakpoints(at, nowMs, untilMs)].map((ms) => mayDrawA(at, nowMs, ms));
  return Math.min(...planned.map((limitA) => (limitA === 'ended' ? 0 : limitA)), ...reserved);
}

function isFailsafeConfirmed({ stationState }: EvseInSite, nowMs: number): boolean {
  const { missingUntilMs } = stationState.failsafe;
  return missingUntilMs !== 'unknown' && missingUntilMs <= nowMs;
}
