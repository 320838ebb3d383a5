import type { TransactionId } from '../../src/site/chargingProfile.js';
import type { EvseMetered, SiteEvent, SlotName } from '../../src/site/events.js';
import { constantSteps, type LimitSteps } from '../../src/site/limitSteps.js';
import type { EvseInSite } from '../../src/site/mayDraw.js';
import { mayDrawA } from '../../src/site/mayDraw.js';
import type { AcEvse, Circuit, DcEvse, Evse, SiteModel, Station } from '../../src/site/model.js';
import type { PerPhase, Phase } from '../../src/site/phases.js';
import { emptyState, reduce } from '../../src/site/reduce.js';
import { findEvse } from '../../src/site/sites.js';
import type { SiteState, StationState } from '../../src/site/state.js';

export const NOON_MS = Date.UTC(2026, 2, 2, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

export function ampere(all: number): PerPhase<number>;
export function ampere(l1: number, l2: number, l3: number): PerPhase<number>;
export function ampere(l1: number, l2 = l1, l3 = l1): PerPhase<number> {
  return { L1: l1, L2: l2, L3: l3 };
}

export function circuitOf(id: string, limitA: number | PerPhase<number>, more: Partial<Circuit> = {}): Circuit {
  return {
    id,
    parentId: id === 'grid' ? null : 'grid',
    limitA: typeof limitA === 'number' ? ampere(limitA) : limitA,
    baseLoadMaxA: ampere(0),
    meterStaleS: 30,
    ...more,
  };
}

export function acEvse(more: Partial<AcEvse> = {}): AcEvse {
  return {
    id: 1,
    kind: 'AC',
    phases: ['L1', 'L2', 'L3'],
    currentMinA: 6,
    currentMaxA: 32,
    trustLearnedPhases: false,
    ...more,
  };
}

export function dcEvse(more: Partial<DcEvse> = {}): DcEvse {
  return { id: 1, kind: 'DC', phases: ['L1', 'L2', 'L3'], powerMaxW: 50_000, efficiency: 0.94, ...more };
}

export function stationOf(
  id: string,
  more: Partial<Omit<Station, 'id'>> & { phases?: readonly Phase[] } = {},
): Station {
  const { phases, ...rest } = more;
  return {
    id,
    circuitId: 'grid',
    failsafeA: 6,
    reactionS: 5,
    evses: [acEvse(phases === undefined ? {} : { phases })],
    ...rest,
  };
}

export function siteOf(more: Partial<SiteModel> = {}): SiteModel {
  return {
    siteId: 'depot',
    name: 'Depot',
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    tariffIds: [],
    circuits: [circuitOf('grid', 63)],
    stations: [stationOf('A'), stationOf('B')],
    meterIntervalS: 10,
    rotationS: 900,
    ...more,
  };
}

/** Ascending [instant, limit] pairs. */
export function stepsOf(pairs: readonly (readonly [number, number])[], untilMs: number | 'forever'): LimitSteps {
  return { steps: pairs.map(([fromMs, limitA]) => ({ fromMs, limitA })), untilMs };
}

type Metered = Omit<EvseMetered, 'type' | 'evseId' | 'currentA'> & { readonly currentA?: number | PerPhase<number> };

/** One site's life, told event by event: state and journal in virtual time. */
export class SiteLife {
  state: SiteState;
  nowMs = NOON_MS;
  readonly journal: { readonly event: SiteEvent; readonly atMs: number }[] = [];
  private attempts = 0;
  private connections = 0;

  constructor(site: SiteModel) {
    this.state = emptyState(site);
    this.take({ type: 'siteConfigured', site });
  }

  take(...events: readonly SiteEvent[]): this {
    for (const event of events) {
      this.journal.push({ event, atMs: this.nowMs });
      this.state = reduce(this.state, event, this.nowMs);
    }
    return this;
  }

  wait(ms: number): this {
    this.nowMs += ms;
    return this;
  }

  at(stationId: string, evseId = 1): EvseInSite {
    const found = findEvse(this.state, stationId, evseId);
    if (found === undefined) throw new Error(`no EVSE ${evseId} at ${stationId}`);
    return found;
  }

  station(stationId: string): StationState {
    return this.at(stationId).stationState;
  }

  mayA(stationId: string, atMs = this.nowMs, evseId = 1): number {
    return mayDrawA(this.at(stationId, evseId), this.nowMs, atMs);
  }

  connect(stationId: string, { boots = true, firmware = '1' } = {}): this {
    this.take({ type: 'stationConnected', stationId, connectionId: `c${++this.connections}`, ocppVersion: '1.6' });
    if (boots) this.boot(stationId, firmware);
    return this;
  }

  boot(stationId: string, firmwareVersion = '1'): this {
    return this.take({ type: 'stationBooted', stationId, identity: { vendor: 'V', model: 'M', firmwareVersion } });
  }

  disconnect(stationId: string): this {
    return this.take({ type: 'stationDisconnected', stationId, reason: 'closed' });
  }

  /** Connected, booted, and its failsafe confirmed. */
  commission(stationId: string, limits: number | LimitSteps = 6, { trusted = false } = {}): this {
    this.connect(stationId);
    const attemptId = this.intend(stationId, { kind: 'failsafe' }, limits);
    this.answer(stationId, { kind: 'failsafe' }, attemptId, 'accepted');
    this.take({ type: 'clockSeen', stationId, clockOffMs: 0 });
    return this.verify(stationId, { kind: 'failsafe' }, attemptId, trusted);
  }

  start(
    stationId: string,
    transactionId: TransactionId,
    more: { evseId?: number; authorized?: boolean; meterStartWh?: number; idToken?: string } = {},
  ): this {
    return this.take({
      type: 'transactionStarted',
      stationId,
      evseId: more.evseId ?? 1,
      transactionId,
      idToken: more.idToken ?? 'TAG',
      authorized: more.authorized ?? true,
      meterStartWh: more.meterStartWh ?? 1_000,
      startedAtMs: this.nowMs,
    });
  }

  end(stationId: string, transactionId: TransactionId, evseId = 1): this {
    return this.take({
      type: 'transactionEnded',
      stationId,
      evseId,
      transactionId,
      meterStopWh: 2_000,
      endedAtMs: this.nowMs,
      reason: 'Local',
    });
  }

  meter(stationId: string, { currentA, ...more }: Metered, evseId = 1): this {
    return this.take({
      type: 'evseMetered',
      stationId,
      evseId,
      ...(currentA === undefined ? {} : { currentA: typeof currentA === 'number' ? ampere(currentA) : currentA }),
      ...more,
    });
  }

  meterCircuit(circuitId: string, currentA: number | PerPhase<number>): this {
    return this.take({
      type: 'circuitMetered',
      circuitId,
      currentA: typeof currentA === 'number' ? ampere(currentA) : currentA,
    });
  }

  /** Answers the attempt's id. */
  intend(stationId: string, slot: SlotName, limits: number | LimitSteps): string {
    const attemptId = `t${++this.attempts}`;
    const steps = typeof limits === 'number' ? constantSteps(limits, this.nowMs) : limits;
    this.take({ type: 'profileIntended', stationId, attemptId, slot, limits: steps });
    return attemptId;
  }

  answer(
    stationId: string,
    slot: SlotName,
    attemptId: string,
    result: 'accepted' | 'refused' | 'notSent' | 'unknown',
  ): this {
    const { connection } = this.station(stationId);
    return this.take({
      type: 'profileAnswered',
      stationId,
      attemptId,
      slot,
      result,
      ...(connection.status === 'online' ? { connectionId: connection.connectionId } : {}),
    });
  }

  verify(stationId: string, slot: SlotName, attemptId: string, exact = false): this {
    return this.take({ type: 'profileVerified', stationId, attemptId, slot, by: 'composite', exact });
  }

  /** A transaction's profile that was sent and, unless said otherwise, accepted and confirmed. Lasts half an hour. */
  give(
    stationId: string,
    limits: number | LimitSteps,
    how: 'confirmed' | 'accepted' | 'refused' | 'notSent' | 'unknown' | 'sent' = 'confirmed',
    evseId = 1,
  ): string {
    const transaction = this.at(stationId, evseId).evseState.transaction;
    if (transaction === null) throw new Error(`no transaction on ${stationId}`);
    const slot = { kind: 'tx', evseId, transactionId: transaction.transactionId } as const;
    const steps = typeof limits === 'number' ? constantSteps(limits, this.nowMs, this.nowMs + 30 * MINUTE_MS) : limits;
    const attemptId = this.intend(stationId, slot, steps);
    if (how !== 'sent') this.answer(stationId, slot, attemptId, how === 'confirmed' ? 'accepted' : how);
    if (how === 'confirmed') this.verify(stationId, slot, attemptId);
    return attemptId;
  }

  txSlot(stationId: string, evseId = 1): SlotName & { kind: 'tx' } {
    const transaction = this.at(stationId, evseId).evseState.transaction;
    if (transaction === null) throw new Error(`no transaction on ${stationId}`);
    return { kind: 'tx', evseId, transactionId: transaction.transactionId };
  }
}

export function evseAt(evse: Evse): SiteModel {
  return siteOf({ stations: [stationOf('A', { evses: [evse] })] });
}
