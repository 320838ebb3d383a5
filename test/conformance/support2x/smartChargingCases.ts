import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import type { CommandOutcome, StationCommand } from '../../../src/site/stationMessages.js';
import { REQUEST_ID, type Version2xUnderTest } from '../../support/ocpp2xSchemas.js';
import { type RunningGateway, startGateway } from '../../unit/gateway/gatewayFixture.js';
import { Station2x } from './station2x.js';

// The names begin with the test case of the OCPP 2.0.1 certification list for a CSMS that the behaviour belongs to. Here the codec and
// the gateway speak, over a real socket: also what nothing in the service says by itself.

const START_MS = Date.UTC(2026, 2, 1, 12);
const START = '2026-03-01T12:00:00.000Z';
const ACCEPTED = { outcome: 'answered', response: { status: 'Accepted' } };

const profile = (more: Partial<ChargingProfile> = {}): ChargingProfile => ({
  profileId: 1,
  stackLevel: 0,
  purpose: 'TxDefaultProfile',
  kind: 'Absolute',
  schedule: { startMs: START_MS, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
  ...more,
});

export function smartChargingCases(version: Version2xUnderTest): void {
  let running: RunningGateway;
  let station: Station2x;

  beforeEach(async () => {
    running = await startGateway({ dialects: [version.dialect], allowUnauthenticated: true });
    running.handler.accepted.add('A');
    running.handler.authenticate = async () => true;
    station = await Station2x.connect(version, running.port);
    await station.boot();
  });
  afterEach(async () => {
    station.close();
    await running.stop();
  });

  /** What the station was sent, and what came of it. */
  async function tell(
    command: StationCommand,
    answer?: object,
  ): Promise<{ readonly payload: Readonly<Record<string, unknown>>; readonly outcome: CommandOutcome }> {
    if (answer !== undefined) for (const action of ANSWERED) station.answers.set(action, () => answer);
    const outcome = await running.gateway.call('A', command);
    return { payload: station.told.at(-1)?.payload ?? {}, outcome };
  }

  const set = (evseId: number, of: ChargingProfile, answer?: object) =>
    tell({ type: 'setChargingProfile', evseId, profile: of }, answer);

  describe(`OCPP ${version.name}: setting profiles`, () => {
    it('TC_K_01 a TxDefaultProfile on one EVSE', async () => {
      const { payload, outcome } = await set(1, profile());
      expect(payload).toEqual({
        evseId: 1,
        chargingProfile: {
          id: 1,
          stackLevel: 0,
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Absolute',
          chargingSchedule: [
            {
              id: 1,
              startSchedule: START,
              chargingRateUnit: 'A',
              chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
            },
          ],
        },
      });
      expect(outcome).toEqual(ACCEPTED);
    });

    it('TC_K_03 a ChargingStationMaxProfile is for the station, and Absolute', async () => {
      const { payload } = await set(0, profile({ profileId: 2, purpose: 'ChargingStationMaxProfile' }));
      expect(payload).toMatchObject({
        evseId: 0,
        chargingProfile: { chargingProfilePurpose: 'ChargingStationMaxProfile', chargingProfileKind: 'Absolute' },
      });
    });

    it('TC_K_04 a profile with the same id takes the place of the one before', async () => {
      await set(1, profile());
      await set(
        1,
        profile({ schedule: { startMs: START_MS, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 8 }] } }),
      );
      expect(station.profiles.all).toMatchObject([
        { id: 1, chargingSchedule: [{ chargingSchedulePeriod: [{ limit: 8 }] }] },
      ]);
    });

    it('TC_K_10 a TxDefaultProfile on all EVSEs', async () => {
      expect((await set(0, profile())).payload).toMatchObject({ evseId: 0 });
    });

    it('TC_K_15 a station without smart charging', async () => {
      station.errors.set('SetChargingProfile', 'NotSupported');
      const { outcome } = await set(1, profile());
      expect(outcome).toMatchObject({ outcome: 'error', code: 'NotSupported' });
    });

    it.each(['Daily', 'Weekly'] as const)('TC_K_19 a Recurring profile, %s', async (recurrency) => {
      const durationS = recurrency === 'Daily' ? 86_400 : 604_800;
      const schedule = {
        startMs: START_MS,
        durationS,
        rateUnit: 'A',
        periods: [{ startPeriodS: 0, limit: 6 }],
      } as const;
      const { payload } = await set(1, profile({ kind: 'Recurring', recurrency, schedule }));
      expect(payload).toMatchObject({
        chargingProfile: {
          chargingProfileKind: 'Recurring',
          recurrencyKind: recurrency,
          chargingSchedule: [{ duration: durationS, startSchedule: START }],
        },
      });
    });

    it('TC_K_60 a TxProfile names its transaction', async () => {
      const { payload } = await set(1, profile({ profileId: 101, purpose: 'TxProfile', transactionId: 'tx-1' }));
      expect(payload).toMatchObject({ evseId: 1, chargingProfile: { id: 101, transactionId: 'tx-1' } });
    });

    it('TC_K_02 a TxProfile without a transaction is refused, and the refusal read', async () => {
      const reason = { status: 'Rejected', statusInfo: { reasonCode: 'TxNotFound' } };
      const { outcome } = await set(1, profile({ purpose: 'TxProfile', transactionId: 'over' }), reason);
      expect(outcome).toEqual({ outcome: 'answered', response: { status: 'Rejected' } });
    });

    it('TC_K_70 several profiles, each with an id of its own', async () => {
      await set(0, profile());
      await set(0, profile({ profileId: 2, purpose: 'ChargingStationMaxProfile' }));
      await set(1, profile({ profileId: 101, purpose: 'TxProfile', transactionId: 'tx' }));
      expect(station.profiles.all.map(({ id }) => id)).toEqual([1, 2, 101]);
    });

    it('a Relative profile has no startSchedule; the first period begins at 0', async () => {
      const schedule = { rateUnit: 'W', periods: [{ startPeriodS: 0, limit: 4_140, numberPhases: 3 }] } as const;
      const { payload } = await set(
        1,
        profile({ kind: 'Relative', purpose: 'TxProfile', transactionId: 't', schedule }),
      );
      expect(JSON.stringify(payload)).not.toContain('startSchedule');
      expect(payload).toMatchObject({
        chargingProfile: { chargingSchedule: [{ chargingSchedulePeriod: [{ startPeriod: 0, numberPhases: 3 }] }] },
      });
    });
  });

  describe(`OCPP ${version.name}: clearing`, () => {
    it('TC_K_06 by EVSE, purpose and stack level, without an id', async () => {
      const { payload, outcome } = await tell({
        type: 'clearChargingProfile',
        evseId: 1,
        purpose: 'TxDefaultProfile',
        stackLevel: 0,
      });
      expect(payload).toEqual({
        chargingProfileCriteria: { evseId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 },
      });
      expect(outcome).toEqual(ACCEPTED);
    });

    it('TC_K_08 what is not there', async () => {
      const clear = { type: 'clearChargingProfile', evseId: 1, purpose: 'TxDefaultProfile', stackLevel: 0 } as const;
      const { outcome } = await tell(clear, { status: 'Unknown' });
      expect(outcome).toEqual({ outcome: 'answered', response: { status: 'Unknown' } });
    });
  });

  describe(`OCPP ${version.name}: other commands`, () => {
    it('TC_K_37 a start with a TxProfile, which has no transactionId', async () => {
      const of = profile({
        purpose: 'TxProfile',
        kind: 'Relative',
        transactionId: 'old',
        schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
      });
      const { payload } = await tell({ type: 'remoteStart', evseId: 1, idToken: 'TAG', profile: of });
      expect(payload).toMatchObject({
        evseId: 1,
        remoteStartId: REQUEST_ID,
        chargingProfile: { chargingProfilePurpose: 'TxProfile' },
      });
      expect(JSON.stringify(payload)).not.toContain('transactionId');
    });

    it('B07 B08 a base report, and one of some variables', async () => {
      expect((await tell({ type: 'requestReport' })).payload).toEqual({
        requestId: REQUEST_ID,
        reportBase: 'FullInventory',
      });
      expect((await tell({ type: 'requestReport', keys: ['SmartChargingCtrlr.RateUnit'] })).payload).toEqual({
        requestId: REQUEST_ID,
        componentVariable: [{ component: { name: 'SmartChargingCtrlr' }, variable: { name: 'RateUnit' } }],
      });
    });

    it('F05 unlocks a connector', async () => {
      const { payload, outcome } = await tell({ type: 'unlock', evseId: 2 });
      expect(payload).toEqual({ evseId: 2, connectorId: 1 });
      expect(outcome).toEqual({ outcome: 'answered', response: { status: 'Unlocked' } });
    });

    it('G03 G04 changes the availability of an EVSE and of the station', async () => {
      expect((await tell({ type: 'changeAvailability', evseId: 1, operative: false })).payload).toEqual({
        evse: { id: 1 },
        operationalStatus: 'Inoperative',
      });
      expect((await tell({ type: 'changeAvailability', evseId: 0, operative: true })).payload).toEqual({
        operationalStatus: 'Operative',
      });
    });

    it('P01 data transfer', async () => {
      const { payload, outcome } = await tell(
        { type: 'dataTransfer', vendorId: 'v', data: 'd' },
        { status: 'Accepted', data: { of: 'any kind' } },
      );
      expect(payload).toEqual({ vendorId: 'v', data: 'd' });
      expect(outcome).toEqual({ outcome: 'answered', response: { status: 'Accepted', data: '{"of":"any kind"}' } });
    });

    it('what can not be said is never sent', async () => {
      const before = station.told.length;
      const { outcome } = await tell({ type: 'getConfiguration', keys: ['NoVariable'] });
      expect(outcome).toMatchObject({ outcome: 'error', code: 'NotSayable' });
      expect(station.told).toHaveLength(before);
    });
  });
}

/** Actions that a case gives an answer of its own. */
const ANSWERED = ['SetChargingProfile', 'ClearChargingProfile', 'DataTransfer'];
