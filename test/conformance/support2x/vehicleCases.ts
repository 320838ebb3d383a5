import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { HOUR_MS } from '../../support/builders.js';
import type { Version2xUnderTest } from '../../support/ocpp2xSchemas.js';
import { instant, type Payload } from '../support/bareStation.js';
import { LIMIT_A, type Service2x, SITE_ID, startService2x } from './service2x.js';
import { Station2x } from './station2x.js';

// A car that says what it needs and how it means to charge (ISO 15118), by way of its station, over a real socket.

const TRANSACTION_ID = 'tx-iso';
const NEEDS = {
  evseId: 1,
  chargingNeeds: {
    requestedEnergyTransfer: 'AC_three_phase',
    acChargingParameters: { energyAmount: 12_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
  },
};

export function vehicleCases(version: Version2xUnderTest): void {
  let rig: Service2x;
  let station: Station2x;
  let told: number;

  beforeEach(async () => {
    rig = await startService2x();
    station = await Station2x.connect(version, rig.running.port);
    await station.boot();
    await station.ask('TransactionEvent', {
      eventType: 'Started',
      timestamp: instant(),
      triggerReason: 'Authorized',
      seqNo: 0,
      transactionInfo: { transactionId: TRANSACTION_ID, chargingState: 'EVConnected' },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: 'TAG', type: 'ISO14443' },
    });
    await until(() => station.profiles.limitAt(1, Date.now()) === LIMIT_A, 'it has the profile of its transaction', {
      otherwise: () => JSON.stringify(station.profiles.all),
    });
    told = forTransaction().length;
  });
  afterEach(async () => {
    station.close();
    await rig.stop();
  });

  const profileOf = ({ chargingProfile }: Payload) => chargingProfile as Payload;
  const forTransaction = () =>
    station.toldOf('SetChargingProfile').filter((call) => profileOf(call).transactionId === TRANSACTION_ID);

  const latest = () => profileOf(forTransaction().at(-1) ?? {});

  /** The profile that follows, for this transaction at its EVSE. */
  async function nextProfile(): Promise<Payload> {
    await until(() => forTransaction().length > told, 'a profile follows', {
      otherwise: () => JSON.stringify(station.told.slice(-5)),
    });
    told = forTransaction().length;
    const call = forTransaction().at(-1) ?? {};
    expect(call).toMatchObject({ evseId: 1, chargingProfile: { chargingProfilePurpose: 'TxProfile' } });
    return profileOf(call);
  }

  async function needs(more: object = {}): Promise<void> {
    const answer = await station.ask('NotifyEVChargingNeeds', { ...NEEDS, ...more });
    expect(['Accepted', 'Processing']).toContain(answer.status);
  }

  /** What the car makes of its profile, at so many times of its limits. */
  async function scheduleOf({ chargingSchedule }: Payload, times = 1): Promise<unknown> {
    const [schedule] = chargingSchedule as readonly [{ readonly chargingSchedulePeriod: readonly { limit: number }[] }];
    const periods = schedule.chargingSchedulePeriod.map((period) => ({ ...period, limit: period.limit * times }));
    const answer = await station.ask('NotifyEVChargingSchedule', {
      timeBase: instant(),
      evseId: 1,
      chargingSchedule: { ...schedule, chargingSchedulePeriod: periods },
    });
    return answer.status;
  }

  describe(`OCPP ${version.name}: a car that negotiates`, () => {
    it('TC_K_53 TC_K_57 is given a schedule for its needs, and another when it says new ones', async () => {
      await needs();
      await nextProfile();
      await until(() => station.profiles.limitAt(1, Date.now()) === 16, 'it is given no more than it takes');
      expect(await scheduleOf(latest())).toBe('Accepted');
      told = forTransaction().length;
      await needs({ chargingNeeds: { ...NEEDS.chargingNeeds, departureTime: instant(2 * HOUR_MS) } });
      expect(await scheduleOf(await nextProfile())).toBe('Accepted');
    });

    it('TC_K_55 is refused a schedule beyond its limits, and given one anew', async () => {
      await needs();
      expect(await scheduleOf(await nextProfile(), 2)).toBe('Rejected');
      expect(rig.anomalies).toContain('scheduleExceeds');
      expect(await scheduleOf(await nextProfile())).toBe('Accepted');
    });

    it('K15 K16 is not given one for ever when it keeps to none', async () => {
      const beyond = { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 32 }] };
      for (let round = 0; round < 8; round += 1) {
        const answer = await station.ask('NotifyEVChargingSchedule', {
          timeBase: instant(),
          evseId: 1,
          chargingSchedule: beyond,
        });
        expect(answer).toEqual({ status: 'Rejected' });
      }
      await until(() => forTransaction().length > told, 'a profile follows');
      expect(forTransaction().length - told).toBeLessThanOrEqual(5);
    });

    it('TC_K_58 TC_K_59 is given another when the site has less, and once more when it then says its needs', async () => {
      const limit = { limitId: 'less', circuitId: 'grid', limitA: { L1: 10, L2: 10, L3: 10 } } as const;
      await rig.service.putLimit(SITE_ID, { ...limit, fromMs: Date.now() - 1_000, toMs: 'open', source: 'owner' });
      await until(() => station.profiles.limitAt(1, Date.now()) === 10, 'the lower limit is there');
      expect(await scheduleOf(await nextProfile())).toBe('Accepted');
      await needs();
      const renewed = await nextProfile();
      expect(await scheduleOf(renewed)).toBe('Accepted');
      expect(station.profiles.limitAt(1, Date.now())).toBe(10);
    });
  });
}
