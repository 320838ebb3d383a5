import type { DelegatedCommand, DelegationService } from '../../src/control/delegation/delegation.js';
import { compositeSchedule } from '../../src/profiles/index.js';

interface Held {
  readonly evseId: number;
  readonly profile: Record<string, unknown>;
}

/** A CSMS of OCPP 1.6 stations that do what they are told at once, and what it does with their commands. In memory, without HTTP. */
export class DelegatedCsms {
  readonly taken: DelegatedCommand[] = [];
  cursor: string | 'start' = 'start';
  /** What is done with a command; 'keep' leaves it unanswered. */
  decide: (command: DelegatedCommand) => 'answer' | 'keep' | 'reject' | 'expire' = () => 'answer';
  readonly #delegation: DelegationService;
  readonly #nowMs: () => number;
  readonly #held = new Map<string, Held[]>();
  readonly #transactions = new Map<string, { evseId: number; startMs: number; transactionId: number }>();

  constructor(delegation: DelegationService, nowMs: () => number) {
    this.#delegation = delegation;
    this.#nowMs = nowMs;
  }

  async online(stationId: string, more: object = {}): Promise<void> {
    await this.#delegation.tellConnection(stationId, {
      status: 'online',
      configure: false,
      leaseMs: 60_000,
      clockOffMs: 0,
      evses: [],
      ...more,
    });
  }

  async charging(stationId: string, transactionId: number, rev = 1): Promise<void> {
    this.#transactions.set(stationId, { evseId: 1, startMs: this.#nowMs(), transactionId });
    await this.#delegation.tellTransaction(stationId, String(transactionId), {
      evseId: 1,
      state: 'charging',
      startedAtMs: this.#nowMs(),
      idToken: `TAG-${stationId}`,
      meterStartWh: 1_000,
      rev,
    });
  }

  /** Asks once, and does with each command what is decided. */
  async poll(): Promise<readonly DelegatedCommand[]> {
    const page = await this.#delegation.commands({
      after: this.cursor,
      waitMs: 0,
      isVisible: () => true,
      onGone: () => undefined,
    });
    this.cursor = page.cursor;
    for (const command of page.commands) {
      this.taken.push(command);
      const decision = this.decide(command);
      if (decision === 'answer') await this.answer(command);
      if (decision === 'reject') await this.#delegation.takeResult(command.id, { status: 'rejected' });
      if (decision === 'expire') await this.#delegation.takeResult(command.id, { status: 'expired' });
    }
    return page.commands;
  }

  async answer(command: DelegatedCommand): Promise<void> {
    await this.#delegation.takeResult(command.id, { status: 'accepted', payload: this.#do(command) });
  }

  /** A per phase that the station lets its car draw now. */
  limitA(stationId: string): number {
    const { periods } = this.#composite(stationId, 60);
    const limit = periods[0]?.limit;
    return typeof limit === 'number' ? limit : 32;
  }

  #do({ stationId, action, payload }: DelegatedCommand): Record<string, unknown> {
    const asked = payload as Record<string, unknown>;
    if (action === 'SetChargingProfile') {
      const profile = asked.csChargingProfiles as Record<string, unknown>;
      const others = (this.#held.get(stationId) ?? []).filter(
        ({ profile: { chargingProfilePurpose } }) => chargingProfilePurpose !== profile.chargingProfilePurpose,
      );
      this.#held.set(stationId, [...others, { evseId: Number(asked.connectorId), profile }]);
      return { status: 'Accepted' };
    }
    if (action === 'GetConfiguration') return { configurationKey: [] };
    if (action !== 'GetCompositeSchedule') return { status: 'Accepted' };
    const { startMs, rateUnit, durationS, periods } = this.#composite(stationId, Number(asked.duration));
    return {
      status: 'Accepted',
      connectorId: asked.connectorId,
      scheduleStart: new Date(startMs).toISOString(),
      chargingSchedule: {
        duration: durationS,
        chargingRateUnit: rateUnit,
        chargingSchedulePeriod: periods.map(({ startPeriodS, limit }) => ({
          startPeriod: startPeriodS,
          limit: limit === 'unlimited' ? 32 : limit,
        })),
      },
    };
  }

  #composite(stationId: string, durationS: number) {
    const transaction = this.#transactions.get(stationId);
    return compositeSchedule({
      ocppVersion: '1.6',
      profiles: this.#held.get(stationId) ?? [],
      transactions: transaction === undefined ? [] : [transaction],
      evseId: 1,
      startMs: this.#nowMs(),
      durationS,
      rateUnit: 'A',
      voltageV: 230,
      phases: 3,
    });
  }
}
