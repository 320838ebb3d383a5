import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WantedProfiles } from '../../../src/control/stationReports.js';
import type { Version2xUnderTest } from '../../support/ocpp2xSchemas.js';
import { instant, type Payload } from '../support/bareStation.js';
import { type Service2x, startService2x } from './service2x.js';
import { Station2x } from './station2x.js';

// What a station is asked to report, over a real socket: the service asks as it does for its API, and a bare client reports.

const START = '2026-03-01T12:00:00.000Z';
const START_MS = Date.parse(START);

const installed = (id: number, chargingProfilePurpose = 'TxDefaultProfile') => ({
  id,
  stackLevel: 0,
  chargingProfilePurpose,
  chargingProfileKind: 'Absolute',
  chargingSchedule: [
    { id, startSchedule: START, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
  ],
});

const read = (profileId: number, evseId: number, purpose = 'TxDefaultProfile', source = 'CSO') => ({
  profileId,
  evseId,
  source,
  stackLevel: 0,
  purpose,
  kind: 'Absolute',
  schedules: [{ startMs: START_MS, rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] }],
});

export function reportCases(version: Version2xUnderTest): void {
  let rig: Service2x;
  let station: Station2x;

  beforeEach(async () => {
    rig = await startService2x();
    station = await Station2x.connect(version, rig.running.port);
    await station.boot();
  });
  afterEach(async () => {
    station.close();
    await rig.stop();
  });

  interface Part {
    readonly evseId: number;
    readonly source?: string;
    readonly profiles: readonly object[];
  }

  /** It agrees, and reports in as many messages. */
  function reports(...parts: readonly Part[]): void {
    station.answers.set('GetChargingProfiles', ({ requestId }) => {
      void (async () => {
        for (const [index, { evseId, source = 'CSO', profiles }] of parts.entries())
          expect(
            await station.ask('ReportChargingProfiles', {
              requestId,
              chargingLimitSource: source,
              evseId,
              tbc: index < parts.length - 1,
              chargingProfile: profiles,
            }),
          ).toEqual({});
      })();
      return { status: 'Accepted' };
    });
  }

  /** What was asked, without its number. */
  function asked(): Payload {
    const { requestId, ...criteria } = station.lastOf('GetChargingProfiles');
    expect(requestId).toEqual(expect.any(Number));
    return criteria;
  }

  describe(`OCPP ${version.name}: what is installed`, () => {
    it.each<[string, WantedProfiles, Payload, readonly Part[], readonly object[]]>([
      [
        'TC_K_29 at the station itself, by purpose',
        { evseId: 0, purpose: 'ChargingStationMaxProfile' },
        { evseId: 0, chargingProfile: { chargingProfilePurpose: 'ChargingStationMaxProfile' } },
        [{ evseId: 0, profiles: [installed(2, 'ChargingStationMaxProfile')] }],
        [read(2, 0, 'ChargingStationMaxProfile')],
      ],
      [
        'TC_K_30 TC_K_35 at one EVSE, by purpose',
        { evseId: 1, purpose: 'TxDefaultProfile' },
        { evseId: 1, chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } },
        [{ evseId: 1, profiles: [installed(1)] }],
        [read(1, 1)],
      ],
      [
        'TC_K_31 at every EVSE, each in a message of its own',
        { purpose: 'TxDefaultProfile' },
        { chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile' } },
        [
          { evseId: 0, profiles: [installed(1)] },
          { evseId: 1, profiles: [installed(5), installed(6)] },
        ],
        [read(1, 0), read(5, 1), read(6, 1)],
      ],
      [
        'TC_K_32 by id',
        { profileIds: [1] },
        { chargingProfile: { chargingProfileId: [1] } },
        [{ evseId: 0, profiles: [installed(1)] }],
        [read(1, 0)],
      ],
      [
        'TC_K_33 at one EVSE, by stack level',
        { evseId: 1, stackLevel: 0 },
        { evseId: 1, chargingProfile: { stackLevel: 0 } },
        [{ evseId: 1, profiles: [installed(1)] }],
        [read(1, 1)],
      ],
      [
        'TC_K_34 at one EVSE, by source',
        { evseId: 1, sources: ['CSO'] },
        { evseId: 1, chargingProfile: { chargingLimitSource: ['CSO'] } },
        [{ evseId: 1, profiles: [installed(1)] }],
        [read(1, 1)],
      ],
      [
        'TC_K_36 at one EVSE, by purpose and stack level',
        { evseId: 1, purpose: 'TxDefaultProfile', stackLevel: 0 },
        { evseId: 1, chargingProfile: { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 } },
        [{ evseId: 1, profiles: [installed(1)] }],
        [read(1, 1)],
      ],
      [
        'TC_K_52 the limits of others',
        { purpose: 'ChargingStationExternalConstraints' },
        { chargingProfile: { chargingProfilePurpose: 'ChargingStationExternalConstraints' } },
        [{ evseId: 0, source: 'EMS', profiles: [installed(-1, 'ChargingStationExternalConstraints')] }],
        [read(-1, 0, 'ChargingStationExternalConstraints', 'EMS')],
      ],
      [
        'K09 all of it, where nothing is said: a question without any criterion means nothing',
        {},
        { chargingProfile: { chargingLimitSource: ['CSO', 'EMS', 'SO', 'Other'] } },
        [{ evseId: 1, profiles: [installed(1)] }],
        [read(1, 1)],
      ],
    ])('%s', async (_name, wanted, question, parts, profiles) => {
      reports(...parts);
      expect(await rig.service.installed.list('A', wanted)).toEqual({ stationId: 'A', isComplete: true, profiles });
      expect(asked()).toEqual(question);
    });

    it('K09 nothing, where the station says that there is none', async () => {
      expect(await rig.service.installed.list('A', { evseId: 1 })).toMatchObject({ isComplete: true, profiles: [] });
    });

    it('K09 is asked for twice at a time at most, and a report of another question is none of this one', async () => {
      const numbers: unknown[] = [];
      station.answers.set('GetChargingProfiles', ({ requestId }) => {
        numbers.push(requestId);
        return { status: 'Accepted' };
      });
      const both = [rig.service.installed.list('A', { evseId: 0 }), rig.service.installed.list('A', { evseId: 1 })];
      await expect(rig.service.installed.list('A', { evseId: 1 })).rejects.toMatchObject({ code: 'OVERLOADED' });
      const report = { chargingLimitSource: 'CSO', evseId: 0, chargingProfile: [installed(1)] };
      await expect.poll(() => numbers).toHaveLength(2);
      for (const requestId of [...numbers].reverse())
        await station.ask('ReportChargingProfiles', { ...report, requestId });
      for (const answer of await Promise.all(both)) expect(answer).toMatchObject({ profiles: [{ profileId: 1 }] });
    });

    it('TC_K_05 one of somebody else is cleared by its id; those of this service are not', async () => {
      expect(await rig.service.installed.clear('A', 77)).toEqual({ status: 'Accepted' });
      expect(station.toldOf('ClearChargingProfile')).toEqual([{ chargingProfileId: 77 }]);
      for (const own of [1, 2, 101])
        await expect(rig.service.installed.clear('A', own)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      expect(station.toldOf('ClearChargingProfile')).toHaveLength(1);
    });

    it('TC_K_08 clearing one that is not there is answered Unknown', async () => {
      station.answers.set('ClearChargingProfile', () => ({ status: 'Unknown' }));
      expect(await rig.service.installed.clear('A', 78)).toEqual({ status: 'Unknown' });
    });
  });

  describe(`OCPP ${version.name}: what a station says it keeps to`, () => {
    it('TC_K_43 the composite schedule of an EVSE, in the unit that was asked for', async () => {
      const view = await rig.service.compositeSchedule('A', 1, 300, 'A');
      expect(station.lastOf('GetCompositeSchedule')).toEqual({ evseId: 1, duration: 300, chargingRateUnit: 'A' });
      expect(view.reported).toMatchObject({ durationS: 300, rateUnit: 'A' });
    });

    it('TC_K_44 the composite schedule of the station', async () => {
      const schedule = { evseId: 0, duration: 300, scheduleStart: START, chargingRateUnit: 'W' };
      station.answers.set('GetCompositeSchedule', ({ evseId }) =>
        evseId === 0
          ? {
              status: 'Accepted',
              schedule: { ...schedule, chargingSchedulePeriod: [{ startPeriod: 0, limit: 4_140 }] },
            }
          : undefined,
      );
      expect(await rig.service.stationComposite('A', 300, 'W')).toEqual({
        stationId: 'A',
        reported: {
          startMs: START_MS,
          durationS: 300,
          rateUnit: 'W',
          periods: [{ startPeriodS: 0, limit: 4_140 }],
        },
      });
      expect(station.lastOf('GetCompositeSchedule')).toEqual({ evseId: 0, duration: 300, chargingRateUnit: 'W' });
    });
  });

  describe(`OCPP ${version.name}: every variable`, () => {
    const variable = (name: string, attribute: object) => ({
      component: { name: 'SecurityCtrlr' },
      variable: { name },
      variableAttribute: [attribute],
    });

    it('B07 is told in a report of several messages; a password is not passed on', async () => {
      station.answers.set('GetBaseReport', ({ requestId, reportBase }) => {
        expect(reportBase).toBe('FullInventory');
        const report = { requestId, generatedAt: instant() };
        void (async () => {
          const identity = variable('Identity', { value: 'A', mutability: 'ReadOnly' });
          await station.ask('NotifyReport', { ...report, seqNo: 0, tbc: true, reportData: [identity] });
          const reportData = [
            variable('BasicAuthPassword', { value: 'secret', mutability: 'WriteOnly' }),
            variable('OrganizationName', { value: 'Bare' }),
          ];
          await station.ask('NotifyReport', { ...report, seqNo: 1, reportData });
        })();
        return { status: 'Accepted' };
      });
      expect(await rig.service.getConfiguration('A')).toEqual({
        keys: [
          { key: 'SecurityCtrlr.Identity', value: 'A', readonly: true },
          { key: 'SecurityCtrlr.BasicAuthPassword', readonly: false },
          { key: 'SecurityCtrlr.OrganizationName', value: 'Bare', readonly: false },
        ],
        unknownKeys: [],
      });
    });

    it('B07 is not told by a station that does not report', async () => {
      station.answers.set('GetBaseReport', () => ({ status: 'NotSupported' }));
      await expect(rig.service.getConfiguration('A')).rejects.toMatchObject({ code: 'STATION_REFUSED' });
    });
  });
}
