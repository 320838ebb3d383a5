import type { ChargingProblem, ProblemSession } from '../../optimizer/index.js';
import type { CircuitCapacity, LimitWindow } from '../site/capacity.js';
import { evseCurrentMaxA, evseCurrentMinA, gridEnergyWh, wattsPerAmpere } from '../site/electricity.js';
import type { LimitSteps } from '../site/limitSteps.js';
import { type EvseInSite, phasesInUse, reservedPhases } from '../site/mayDraw.js';
import type { TransactionState } from '../site/state.js';
import { type CircuitsInput, changesAhead, siteCircuits } from './circuits.js';
import { type ExternalCap, externalCaps } from './externalCaps.js';
import type { Schedule } from './guidance.js';
import { guidanceOver, isGuided, type SlotGuidance } from './guided.js';
import { weightOf } from './priority.js';
import { type ControllableSession, isContent, vehicleCapA } from './sessions.js';
import { DEAREST_LEAST_PER_KWH, shortfallPricePerKwh } from './shortfallPrice.js';
import { steeredSession } from './steered.js';
import { priorityOf } from './takenNeeds.js';

const FINE_SLOT_MS = 300_000;
const FINE_HORIZON_MS = 1_800_000;
const COARSE_SLOT_MS = 900_000;
const PLAN_HORIZON_MS = 2 * 3_600_000;
/** Of a site with more changes than this ahead, the later ones are planned by their slot's tightest value. */
const CHANGES_MAX = 64;

/** For a driver who said nothing: more than any battery holds. */
const ENERGY_UNKNOWN_WH = 400_000;

/** Of the share of a car that takes nothing: it waits its turn behind everybody who does. */
const IDLE_WEIGHT = 1e-6;

export interface SiteProblem {
  readonly problem: ChargingProblem;
  readonly sessions: readonly ControllableSession[];
  readonly capacities: readonly CircuitCapacity[];
  /** Per session: how the schedule guides it; undefined where it does not. */
  readonly guidance: readonly (SlotGuidance | undefined)[];
  /** Per session: what its station says that others limit it to; undefined where nothing does. */
  readonly external: readonly (ExternalCap | undefined)[];
}

/** Slots of 5 minutes for half an hour, of 15 minutes after, and a boundary wherever a limit or a failsafe changes. */
export function planBoundariesMs(
  nowMs: number,
  windows: readonly LimitWindow[],
  failsafes: ReadonlyMap<string, LimitSteps>,
): number[] {
  const endMs = Math.floor((nowMs + PLAN_HORIZON_MS) / COARSE_SLOT_MS) * COARSE_SLOT_MS;
  const fineEndMs = Math.floor((nowMs + FINE_HORIZON_MS) / COARSE_SLOT_MS) * COARSE_SLOT_MS;
  const changes = changesAhead(windows, failsafes, { fromMs: nowMs, toMs: endMs });
  const times = new Set<number>([nowMs, ...changes.slice(0, CHANGES_MAX)]);
  for (let ms = Math.floor(nowMs / FINE_SLOT_MS + 1) * FINE_SLOT_MS; ms < fineEndMs; ms += FINE_SLOT_MS) times.add(ms);
  for (let ms = fineEndMs; ms <= endMs; ms += COARSE_SLOT_MS) times.add(ms);
  return [...times].sort((a, b) => a - b);
}

export interface ProblemInput extends CircuitsInput {
  /** Give back the share of cars that were seen not to use it. */
  readonly capToVehicle: boolean;
  /** What the longer plan promises and holds back. */
  readonly schedule?: Schedule;
}

/** The site as the near plan sees it: what is left of each circuit, and the cars that can be steered. */
export function siteProblem(input: ProblemInput): SiteProblem {
  const { sessions, capacities, circuits } = siteCircuits(input);
  const { boundariesMs } = input;
  const caps = externalCaps(sessions, boundariesMs, input.state.site.rotationS);
  const external = sessions.map(({ transaction }) => caps.get(transaction.sessionId));
  const made = sessions.map((session, index) => problemSession(input, session, external[index]));
  return {
    sessions,
    capacities,
    external,
    guidance: made.map(({ guidance }) => guidance),
    problem: {
      boundariesMs,
      circuits,
      sessions: made.map(({ session }) => session),
      energyPricePerKwh: new Array<number>(boundariesMs.length - 1).fill(0),
    },
  };
}

function problemSession(
  input: ProblemInput,
  controllable: ControllableSession,
  external: ExternalCap | undefined,
): { readonly session: ProblemSession; readonly guidance: SlotGuidance | undefined } {
  const { at, transaction } = controllable;
  const { boundariesMs, nowMs } = input;
  // Whoever says that it wants nothing is left the least there is, so that it can show when it does, and only where nobody wants it.
  const isIdle = isContent(at);
  const cap = input.capToVehicle || isIdle ? vehicleCapA(at) : 'unknown';
  const hardwareA = evseCurrentMaxA(at.evse, at.site);
  const mostA = cap === 'unknown' ? hardwareA : Math.min(hardwareA, cap);
  const priority = priorityOf(input.state.site, transaction.needs);
  const { departureMs } = transaction.needs;
  const given = steeredSession(input, controllable);
  const range = { minA: given.currentMinA, maxA: mostA };
  const guidance = input.schedule && guidanceOver(input.schedule, transaction, boundariesMs, range);
  return {
    guidance,
    session: {
      ...given,
      currentMaxA: least(guidance?.capA ?? mostA, external),
      ...(departureMs !== undefined && departureMs > nowMs
        ? { departureMs: roundedUp(departureMs, boundariesMs) }
        : {}),
      energyWh: wantedWh(input, at, transaction),
      shortfallPricePerKwh: shortfallPricePerKwh({
        dearestPerKwh: DEAREST_LEAST_PER_KWH,
        priority,
        isStated: transaction.needs.energyWh !== undefined,
      }),
      weight: weightOf(priority) * (isIdle ? IDLE_WEIGHT : 1),
      lastSwitch: lastSwitchOf(input, transaction, guidance?.promisedA?.[0] ?? 0),
      ...(guidance?.promisedA === undefined ? {} : { promisedA: leastPerSlot(guidance.promisedA, external) }),
    },
  };
}

function least(maxA: number | readonly number[], external: ExternalCap | undefined): number | readonly number[] {
  if (external === undefined) return maxA;
  return external.mostA.map((mostA, slot) => Math.min(mostA, typeof maxA === 'number' ? maxA : (maxA[slot] ?? 0)));
}

function leastPerSlot(currentA: readonly number[], external: ExternalCap | undefined): readonly number[] {
  if (external === undefined) return currentA;
  return currentA.map((value, slot) => Math.min(value, external.mostA[slot] ?? value));
}

/**
 * A car that was just switched on stays on beside others, but not beside the promises of others where the schedule has another time
 * for it: a few minutes for the one would be a quarter of an hour that the other may not have.
 */
function lastSwitchOf(
  { schedule, nowMs, state }: ProblemInput,
  transaction: TransactionState,
  promisedNowA: number,
): TransactionState['lastSwitch'] {
  const { lastSwitch } = transaction;
  if (schedule === undefined || promisedNowA > 0 || !lastSwitch.on || !isGuided(schedule, transaction))
    return lastSwitch;
  return { on: true, atMs: Math.min(lastSwitch.atMs, nowMs - state.site.rotationS * 1_000) };
}

function wantedWh(input: ProblemInput, at: EvseInSite, transaction: TransactionState): number {
  const { energyWh } = transaction.needs;
  if (energyWh === undefined) return ENERGY_UNKNOWN_WH;
  const leftWh = Math.max(0, energyWh - transaction.energyWh);
  if (leftWh === 0) return 0;
  // A rest that is worth less than the slot at the least current is still delivered: the meter tells when it is done.
  const [fromMs = 0, toMs = fromMs] = input.boundariesMs;
  const leastW = evseCurrentMinA(at.evse) * wattsPerAmpere(at.evse, input.state.site.voltageV);
  return Math.max(gridEnergyWh(at.evse, leftWh) * phasesPlannedPerUsed(at), (leastW * (toMs - fromMs)) / 3_600_000);
}

/** A car is planned on all phases that are kept for it. One that uses fewer of them takes as many times longer for its energy. */
function phasesPlannedPerUsed({ evse, evseState }: EvseInSite): number {
  const planned = reservedPhases(evse, evseState).length || evse.phases.length;
  return Math.max(1, planned / Math.max(1, phasesInUse(evse, evseState).length));
}

/** A departure within a slot counts the slot: what a car gets until it leaves is worth having. */
function roundedUp(departureMs: number, boundariesMs: readonly number[]): number {
  return boundariesMs.find((ms) => ms >= departureMs) ?? departureMs;
}
