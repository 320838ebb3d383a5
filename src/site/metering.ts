import { evseCurrentMaxA, outletWattsPerAmpere, wattsPerAmpere } from './electricity.js';
import { type QuarterShare, withShares } from './energyShares.js';
import type { EvseMetered } from './events.js';
import { limitAt } from './limitSteps.js';
import { type EvseInSite, mayDrawA, NO_CURRENT_A, newestCandidate, REAL_CURRENT_A, toldLimitA } from './mayDraw.js';
import type { DcEvse, Evse, SiteModel } from './model.js';
import { type PerPhase, PHASES, type Phase, perPhase } from './phases.js';
import {
  type EvseSample,
  type EvseState,
  type ProfileSlot,
  SAMPLES_KEPT,
  type StationState,
  type TransactionState,
} from './state.js';
import type { MeterSample } from './stationMessages.js';
import { isSteeredByDefault } from './stationQuirk.js';
import { energyTaken, quartersOf } from './transactionEnergy.js';
import { vehicleSeenAfter } from './vehicleLimit.js';

/** A meter may read this much above the limit without its station disobeying. */
const METER_TOLERANCE_A = 1;
const METER_TOLERANCE_SHARE = 0.05;
/** Samples in a row beyond (or back within) what may be drawn before a station counts as disobeying (or obeying). */
const DISOBEDIENCE_SAMPLES = 2;
const OBEDIENCE_SAMPLES = 3;

function withinLimit(currentA: number, limitA: number): boolean {
  return currentA <= limitA + Math.max(METER_TOLERANCE_A, limitA * METER_TOLERANCE_SHARE);
}

/**
 * A station's sample as currents on the grid's phases. Labels are terminals and go through the EVSE's wiring. Without currents
 * they follow from power, evenly over the phases. Undefined when the sample says neither.
 */
export function gridCurrentA(
  sample: MeterSample,
  evse: Evse,
  site: Pick<SiteModel, 'voltageV'>,
): PerPhase<number> | undefined {
  if (evse.kind === 'DC') return evenly(directCurrentA(sample, evse, site.voltageV), evse);
  const { terminalCurrentA, currentA, powerW } = sample;
  if (terminalCurrentA?.some((value) => value !== 'unknown')) {
    return perPhase((phase) => {
      const terminal = evse.phases.indexOf(phase);
      const value = terminal < 0 ? 'unknown' : (terminalCurrentA[terminal] ?? 'unknown');
      return value === 'unknown' ? 0 : value;
    });
  }
  const fromPowerA = powerW === undefined ? undefined : powerW / outletWattsPerAmpere(evse, site.voltageV);
  return evenly(currentA ?? fromPowerA, evse);
}

function evenly(currentA: number | undefined, evse: Evse): PerPhase<number> | undefined {
  return currentA === undefined ? undefined : perPhase((phase) => (evse.phases.includes(phase) ? currentA : 0));
}

/**
 * Of a DC outlet, per phase of the grid. Its own current says nothing without the battery's voltage, and power that was measured where
 * the grid comes in has the rectifier's losses in it already.
 */
function directCurrentA(sample: MeterSample, evse: DcEvse, voltageV: number): number | undefined {
  if (sample.powerW !== undefined) {
    const watts = sample.powerIsAtInlet ? wattsPerAmpere(evse, voltageV) : outletWattsPerAmpere(evse, voltageV);
    return sample.powerW / watts;
  }
  if (sample.currentIsAtInlet) {
    const known = sample.terminalCurrentA?.filter((value) => value !== 'unknown') ?? [];
    // It loads its phases alike: where they differ, the largest frees no more than there is.
    return known.length > 0 ? Math.max(...known) : sample.currentA;
  }
  if (sample.currentA === undefined || sample.voltageV === undefined) return undefined;
  return (sample.currentA * sample.voltageV) / outletWattsPerAmpere(evse, voltageV);
}

/**
 * The phases of the EVSE on which gridCurrentA is not a measurement: an AC car's total may flow on any of them, and where others
 * have a label, no label means nothing. A rectifier (DC) loads its phases alike.
 */
export function assumedPhases(sample: MeterSample, evse: Evse): readonly Phase[] {
  if (evse.kind === 'DC' || evse.phases.length === 1) return [];
  const { terminalCurrentA } = sample;
  if (!terminalCurrentA?.some((value) => value !== 'unknown')) return evse.phases;
  return evse.phases.filter((_, terminal) => (terminalCurrentA[terminal] ?? 'unknown') === 'unknown');
}

export function largestPhaseA(currentA: PerPhase<number>): number {
  return Math.max(...PHASES.map((phase) => currentA[phase]));
}

export interface MeteringResult {
  readonly evseState: EvseState;
  /** The sample proves that the newest profile is obeyed. */
  readonly proves: 'obedience' | 'nothing';
  /** At the outlet, since it was last known. */
  readonly taken: readonly QuarterShare[];
}

/** What a meter value of an EVSE changes: energy, phases in use, obedience. */
export function meterEvse(at: EvseInSite, event: EvseMetered, atMs: number): MeteringResult {
  const before = at.evseState;
  const { transaction, taken } =
    before.transaction === null ? NO_TRANSACTION : meteredTransaction(before.transaction, event, at, atMs);
  if (event.currentA === undefined) return { evseState: { ...before, transaction }, proves: 'nothing', taken };
  const sample: EvseSample = {
    atMs,
    currentA: event.currentA,
    toldA: toldLimitA(at, atMs),
    ...(event.assumedPhases === undefined || event.assumedPhases.length === 0
      ? {}
      : { assumedPhases: event.assumedPhases }),
    ...(event.offeredA === undefined ? {} : { offeredA: event.offeredA }),
  };
  const samples = [...before.samples, sample].slice(-SAMPLES_KEPT);
  const seen = transaction === null ? null : { ...transaction, vehicleSeen: vehicleSeenAfter(transaction, samples) };
  const evseState = { ...before, transaction: seen, samples };
  const { proves, trackedA } = provesObedience(at, evseState, atMs);
  const { disobeys, obedienceCount } = obedience(at, sample, atMs);
  const { disobeysSinceMs = atMs, ...rest } = evseState;
  const obeysOrNot = disobeys ? { disobeys, disobeysSinceMs } : { disobeys };
  return { evseState: { ...rest, ...obeysOrNot, obedienceCount, trackedA }, proves, taken };
}

const NO_TRANSACTION = Object.freeze({ transaction: null, taken: Object.freeze([]) });

function meteredTransaction(
  transaction: TransactionState,
  event: EvseMetered,
  at: EvseInSite,
  atMs: number,
): { readonly transaction: TransactionState; readonly taken: readonly QuarterShare[] } {
  const energy = meteredEnergy(transaction, event, at, atMs);
  const taken = energyTaken(transaction, energy, atMs);
  const metered = {
    ...transaction,
    ...energy,
    ...(taken.length === 0 ? {} : { quarters: withShares(quartersOf(transaction), taken) }),
    lastSampleMs: atMs,
    idleSamples:
      event.currentA === undefined
        ? transaction.idleSamples
        : idleSamples(transaction, event.currentA, event.assumedPhases ?? []),
  };
  return { transaction: metered, taken };
}

function meteredEnergy(
  transaction: TransactionState,
  event: EvseMetered,
  at: EvseInSite,
  atMs: number,
): Pick<TransactionState, 'energyWh' | 'energyFrom' | 'lastEnergyMs'> {
  const { energyWh, energyFrom, lastEnergyMs, meterStartWh } = transaction;
  if (event.energyWh !== undefined) {
    const registerWh = event.energyWh - meterStartWh;
    // A register that runs backwards, or faster than its outlet can deliver, tells nothing.
    const mostWh = energyWh + mostEnergyWh(transaction, at, atMs);
    if (registerWh >= 0 && registerWh <= mostWh && (registerWh >= energyWh || energyFrom === 'integral')) {
      const sampledAtMs = Math.min(atMs, Math.max(lastEnergyMs, event.sampledAtMs ?? atMs));
      return { energyWh: registerWh, energyFrom: 'register', lastEnergyMs: sampledAtMs };
    }
  } else if (energyFrom === 'register') return { energyWh, energyFrom, lastEnergyMs };
  // Where the register can't be believed, what was measured is added up.
  if (event.currentA === undefined) return { energyWh, energyFrom, lastEnergyMs };
  const meanA = at.evse.phases.reduce((sum, phase) => sum + (event.currentA?.[phase] ?? 0), 0) / at.evse.phases.length;
  const hours = Math.max(0, atMs - Math.max(transaction.lastSampleMs, lastEnergyMs)) / 3_600_000;
  return {
    energyWh: energyWh + meanA * outletWattsPerAmpere(at.evse, at.site.voltageV) * hours,
    energyFrom,
    lastEnergyMs: atMs,
  };
}

/** What the outlet can have delivered since its register was last believed, with a margin for when it is read and rounded. */
export function mostEnergyWh(transaction: TransactionState, at: EvseInSite, atMs: number): number {
  const sinceMs = transaction.energyFrom === 'integral' ? transaction.startedAtMs : transaction.lastEnergyMs;
  const powerW = evseCurrentMaxA(at.evse, at.site) * outletWattsPerAmpere(at.evse, at.site.voltageV);
  return (powerW * ENERGY_MARGIN * (Math.max(0, atMs - sinceMs) + ENERGY_MARGIN_MS)) / 3_600_000;
}

const ENERGY_MARGIN = 1.5;
const ENERGY_MARGIN_MS = 900_000;

/**
 * Counts, per phase, samples in a row with no current there and a real one elsewhere. Zeros on every phase say nothing, and a
 * phase that was not measured is not one without current.
 */
function idleSamples(
  transaction: TransactionState,
  currentA: PerPhase<number>,
  assumed: readonly Phase[],
): PerPhase<number> {
  const real = largestPhaseA(currentA) >= REAL_CURRENT_A;
  return perPhase((phase) => {
    if (currentA[phase] > NO_CURRENT_A) return 0;
    return real && !assumed.includes(phase) ? transaction.idleSamples[phase] + 1 : transaction.idleSamples[phase];
  });
}

function obedience(at: EvseInSite, sample: EvseSample, atMs: number): Pick<EvseState, 'disobeys' | 'obedienceCount'> {
  const { evseState, station } = at;
  const drawnA = largestPhaseA(sample.currentA);
  if (evseState.disobeys) {
    const newest = newestCandidate(steeringSlot(at.stationState, evseState));
    const limitA = newest === undefined ? 'ended' : limitAt(newest.limits, atMs);
    // A car that draws nothing proves nothing, unless nothing is what it was told to draw.
    const obeys = limitA !== 'ended' && withinLimit(drawnA, limitA) && (limitA === 0 || drawnA >= limitA / 2);
    const count = obeys ? evseState.obedienceCount + 1 : 0;
    return count >= OBEDIENCE_SAMPLES
      ? { disobeys: false, obedienceCount: 0 }
      : { disobeys: true, obedienceCount: count };
  }
  // What it might have been allowed within its reaction time counts: the car may still be coming down.
  const reactionMs = station.reactionS * 1000;
  const allowedA = Math.max(mayDrawA(at, atMs, atMs), mayDrawA(at, atMs - reactionMs, atMs - reactionMs));
  const beyond = !withinLimit(drawnA, allowedA) && allowedA < evseCurrentMaxA(at.evse, at.site);
  const count = beyond ? evseState.obedienceCount + 1 : 0;
  return count >= DISOBEDIENCE_SAMPLES
    ? { disobeys: true, obedienceCount: 0 }
    : { disobeys: false, obedienceCount: count };
}

/** What its car is steered through. */
export function steeringSlot(stationState: StationState, { transaction, txProfile }: EvseState): ProfileSlot {
  const isByDefault = transaction === null || isSteeredByDefault(stationState) || txProfile.candidates.length === 0;
  return isByDefault ? stationState.failsafe : txProfile;
}

/**
 * A meter proves obedience in three ways: the car drew more than the new limit before and no more in two samples since; it drew just what
 * the limit allows at two limits that differ; or what the station says that it offers changed to the limit (Current.Offered). A full, paused or tapering car proves nothing, nor does one that happens
 * to draw what one limit allows.
 */
function provesObedience(
  at: EvseInSite,
  evseState: EvseState,
  atMs: number,
): { readonly proves: 'obedience' | 'nothing'; readonly trackedA: number | null } {
  const { trackedA } = evseState;
  const nothing = { proves: 'nothing', trackedA } as const;
  const newest = newestCandidate(steeringSlot(at.stationState, evseState));
  if (newest?.status !== 'accepted' || newest.answeredMs === undefined) return nothing;
  // A share of a total proves nothing about the phase that carries it.
  if (evseState.samples.slice(-2).some((sample) => (sample.assumedPhases?.length ?? 0) > 0)) return nothing;
  const limitA = limitAt(newest.limits, atMs);
  const settledMs = newest.answeredMs + at.station.reactionS * 1000;
  const since = evseState.samples.filter((sample) => sample.atMs >= settledMs);
  if (limitA === 'ended' || since.length < 2 || limitA >= evseCurrentMaxA(at.evse, at.site)) return nothing;
  const lastTwo = since.slice(-2).map((sample) => largestPhaseA(sample.currentA));
  if (!lastTwo.every((drawnA) => withinLimit(drawnA, limitA))) return nothing;
  const before = evseState.samples.findLast((sample) => sample.atMs <= newest.sentMs);
  if (before !== undefined && !withinLimit(largestPhaseA(before.currentA), limitA)) {
    return { proves: 'obedience', trackedA: null };
  }
  if (offersSince(evseState.samples, since.slice(-2), { limitA, sentMs: newest.sentMs }))
    return { proves: 'obedience', trackedA: null };
  const tracks = limitA > 0 && lastTwo.every((drawnA) => drawnA >= limitA - TRACKS_WITHIN_A);
  if (!tracks) return nothing;
  const second = trackedA !== null && Math.abs(trackedA - limitA) > 2 * TRACKS_WITHIN_A;
  return second ? { proves: 'obedience', trackedA: null } : { proves: 'nothing', trackedA: trackedA ?? limitA };
}

/** It offers the limit now, twice, and offered something else before it was told. */
function offersSince(
  samples: readonly EvseSample[],
  lastTwo: readonly EvseSample[],
  { limitA, sentMs }: { readonly limitA: number; readonly sentMs: number },
): boolean {
  const before = samples.findLast((sample) => sample.atMs <= sentMs)?.offeredA;
  if (before === undefined || Math.abs(before - limitA) <= 2 * OFFERED_WITHIN_A) return false;
  return lastTwo.every(({ offeredA }) => offeredA !== undefined && Math.abs(offeredA - limitA) <= OFFERED_WITHIN_A);
}

/** Stations round what they say. */
const OFFERED_WITHIN_A = 0.5;

/** Cars draw a little less than the pilot offers. */
const TRACKS_WITHIN_A = 1;
