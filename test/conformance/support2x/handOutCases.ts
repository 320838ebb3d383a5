import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { HOUR_MS } from '../../support/builders.js';
import type { Version2xUnderTest } from '../../support/ocpp2xSchemas.js';
import { instant } from '../support/bareStation.js';
import { type Service2x, SITE_ID, startService2x } from './service2x.js';
import { Station2x } from './station2x.js';
import { beginning, event, newId } from './transactionEvents.js';

// What the whole core of the service does with charging profiles and the limits of others, over a real socket. The names begin with the
// case of the certification list, or the use case of OCPP 2.0.1 part 2, that the behaviour belongs to.

export function handOutCases(version: Version2xUnderTest): void {
  let rig: Service2x;
  let station: Station2x;

  beforeEach(async () => {
    rig = await startService2x();
    station = await Station2x.connect(version, rig.running.port);
  });
  afterEach(async () => {
    station.close();
    await rig.stop();
  });

  const evse = () => rig.service.getState(SITE_ID).stations[0]?.evses[0];
  const sessions = () => rig.service.listSessions(SITE_ID, { limit: 10 });
  const begin = (transactionId: string, more: object = {}) =>
    station.ask('TransactionEvent', beginning(transactionId, more));

  describe(`OCPP ${version.name}: the hand-out`, () => {
    it('TC_K_60 TC_K_70 gives a failsafe first, then each transaction what the plan allows, and believes what it says of it', async () => {
      await station.boot();
      await until(() => rig.service.getState(SITE_ID).stations[0]?.control === 'controlled', 'it is controlled', {
        otherwise: () => JSON.stringify(rig.service.getState(SITE_ID).stations[0]),
      });
      expect(station.profiles.limitAt(1, Date.now())).toBe(6);
      const id = newId();
      await begin(id, { transactionInfo: { chargingState: 'Charging' } });
      await until(() => station.profiles.limitAt(1, Date.now()) === 20, 'it may draw all that the circuit carries', {
        otherwise: () => JSON.stringify(station.profiles.all),
      });
      const tx = station.profiles.all.find(({ chargingProfilePurpose }) => chargingProfilePurpose === 'TxProfile');
      expect(tx).toMatchObject({ evseId: 1, transactionId: id, stackLevel: 0, chargingProfileKind: 'Absolute' });
      // One that loses the transaction's profile falls to its failsafe by itself.
      station.profiles.remove('TxProfile');
      expect(station.profiles.limitAt(1, Date.now())).toBe(6);
    });

    it('TC_K_15 counts one without smart charging at what it can draw, and says so', async () => {
      station.errors.set('SetChargingProfile', 'NotSupported');
      await station.boot();
      await until(() => rig.service.getState(SITE_ID).stations[0]?.control === 'refuses', 'it is known to refuse');
      expect(evse()?.reservedA).toBe(32);
    });

    it('TC_K_04 TC_K_10 TC_K_19 has what it falls to repeat by the day or by the week where a limit does', async () => {
      // Of one that does not say how many periods it takes, none is made that changes.
      station.variables.set('SmartChargingCtrlr.PeriodsPerSchedule', '24');
      await station.boot();
      const limit = { limitId: 'less', circuitId: 'grid', limitA: { L1: 4, L2: 4, L3: 4 }, source: 'owner' } as const;
      const fromMs = Date.now() + HOUR_MS;
      for (const [recurrence, recurrencyKind] of [
        ['FREQ=DAILY', 'Daily'],
        ['FREQ=WEEKLY', 'Weekly'],
      ]) {
        await rig.service.putLimit(SITE_ID, { ...limit, fromMs, toMs: fromMs + HOUR_MS, recurrence: recurrence ?? '' });
        const profile = {
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Recurring',
          recurrencyKind,
        };
        const told = () => JSON.stringify(station.profiles.all);
        await until(() => told().includes(`"${recurrencyKind}"`), 'it repeats', { otherwise: told });
        expect(station.profiles.all).toMatchObject([
          { evseId: 0, ...profile, chargingSchedule: [{ startSchedule: expect.any(String) }] },
        ]);
      }
    });

    it('K10 takes away a default of an earlier central system that keeps its failsafe out', async () => {
      // OCPP 2.0.1 K01.FR.06: the same purpose and level under another id.
      let isClear = false;
      station.answers.set('SetChargingProfile', () =>
        isClear ? undefined : { status: 'Rejected', statusInfo: { reasonCode: 'DuplicateProfile' } },
      );
      station.answers.set('ClearChargingProfile', () => {
        isClear = true;
        return undefined;
      });
      await station.boot();
      await until(() => rig.service.getState(SITE_ID).stations[0]?.control === 'controlled', 'it is controlled', {
        atMostMs: 20_000,
        otherwise: () => JSON.stringify(station.told),
      });
      expect(station.toldOf('ClearChargingProfile')).toEqual([
        { chargingProfileCriteria: { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 } },
      ]);
    }, 30_000);

    it('TC_K_53 K15 what a car says that it needs becomes what its session needs', async () => {
      await station.boot();
      const needs = {
        evseId: 1,
        chargingNeeds: {
          requestedEnergyTransfer: 'AC_three_phase',
          departureTime: instant(3 * HOUR_MS),
          acChargingParameters: { energyAmount: 12_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
        },
      };
      expect(await station.ask('NotifyEVChargingNeeds', needs)).toEqual({ status: 'Processing' });
      await begin(newId());
      expect(await station.ask('NotifyEVChargingNeeds', needs)).toEqual({ status: 'Accepted' });
      const other = { ...needs, evseId: 9 };
      expect(await station.ask('NotifyEVChargingNeeds', other)).toEqual({ status: 'Rejected' });
      const [session] = await sessions();
      expect(session).toMatchObject({
        energyWantedWh: 12_000,
        departureMs: Date.parse(needs.chargingNeeds.departureTime),
      });
      await until(() => station.profiles.limitAt(1, Date.now()) === 16, 'it is given no more than it takes', {
        otherwise: () => JSON.stringify(station.profiles.all),
      });
      // Whoever asks is sent a schedule, be it the same again.
      const before = station.toldOf('SetChargingProfile').length;
      expect(await station.ask('NotifyEVChargingNeeds', needs)).toEqual({ status: 'Accepted' });
      await until(() => station.toldOf('SetChargingProfile').length > before, 'a schedule follows');
    });

    it('TC_K_48 TC_K_50 a limit by somebody else, and its end, are taken while nobody charges', async () => {
      await station.boot();
      const schedule = { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 9 }] };
      const limit = { evseId: 1, chargingLimit: { chargingLimitSource: 'EMS' }, chargingSchedule: [schedule] };
      expect(await station.ask('NotifyChargingLimit', limit)).toEqual({});
      expect(evse()?.externalLimits).toMatchObject([{ source: 'EMS', limitA: 9 }]);
      expect(await station.ask('ClearedChargingLimit', { evseId: 1, chargingLimitSource: 'EMS' })).toEqual({});
      expect(evse()?.externalLimits).toEqual([]);
    });

    it('TC_K_51 K12 K13 a limit by somebody else lowers a transaction until that is cleared', async () => {
      await station.boot();
      const id = newId();
      await begin(id, { transactionInfo: { chargingState: 'Charging' } });
      await until(() => station.profiles.limitAt(1, Date.now()) === 20, 'all that the circuit carries');
      const schedule = { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 9 }] };
      const limit = { evseId: 1, chargingLimit: { chargingLimitSource: 'EMS' }, chargingSchedule: [schedule] };
      expect(await station.ask('NotifyChargingLimit', limit)).toEqual({});
      await until(() => station.profiles.limitAt(1, Date.now()) === 9, 'the limit is planned with', {
        otherwise: () => JSON.stringify(station.profiles.all),
      });
      expect(await station.ask('ClearedChargingLimit', { evseId: 1, chargingLimitSource: 'EMS' })).toEqual({});
      const changed = event('Updated', id, 1, { triggerReason: 'ChargingRateChanged' });
      expect(await station.ask('TransactionEvent', changed)).toEqual({});
      await until(() => station.profiles.limitAt(1, Date.now()) === 20, 'all that the circuit carries again');
    });
  });
}
