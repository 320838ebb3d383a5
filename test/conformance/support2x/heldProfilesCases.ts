import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Car, realClock, Ticker, VirtualStation } from '../../../src/simulator/index.js';
import { until } from '../../e2e/support/until.js';
import type { Version2xUnderTest } from '../../support/ocpp2xSchemas.js';
import { LIMIT_A, type Service2x, startService2x } from './service2x.js';
import { Station2x } from './station2x.js';

// The names begin with the use case of OCPP 2.0.1 part 2 that the behaviour belongs to. The whole core of the service answers, over a
// real socket; the station is a bare client that gives no composite schedule, and tells which profiles it holds (K09).

type Payload = Readonly<Record<string, unknown>>;

interface Held {
  readonly evseId: number;
  readonly source: string;
  readonly profile: object;
}

const FAILSAFE_A = 6;
const ENDLESS_PARTS = 60;

const instant = (aheadMs = 0) => new Date(Date.now() + aheadMs).toISOString();

/** A profile that this service did not write. */
const foreign = (purpose: string, limit: number, stackLevel: number): object => ({
  id: 77,
  stackLevel,
  chargingProfilePurpose: purpose,
  chargingProfileKind: 'Absolute',
  chargingSchedule: [
    {
      id: 1,
      chargingRateUnit: 'A',
      startSchedule: instant(-60_000),
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
  ],
});

export function heldProfilesCases(version: Version2xUnderTest): void {
  let rig: Service2x;
  let station: Station2x;
  /** What it says that it holds. */
  let holds: () => readonly Held[];
  /** Its reports never end. */
  let isEndless: boolean;

  beforeEach(async () => {
    rig = await startService2x();
    station = await Station2x.connect(version, rig.running.port);
    holds = installed;
    isEndless = false;
    station.answers.set('GetCompositeSchedule', () => ({ status: 'Rejected' }));
    station.answers.set('GetChargingProfiles', (asked) => {
      const parts = holds().filter(({ profile, source }) => isMeant(asked, profile, source));
      if (parts.length === 0) return { status: 'NoProfiles' };
      void report(Number(asked.requestId), parts);
      return { status: 'Accepted' };
    });
  });
  afterEach(async () => {
    station.close();
    await rig.stop();
  });

  const installed = (): readonly Held[] =>
    station.profiles.all.map(({ evseId, ...profile }) => ({ evseId, source: 'CSO', profile }));

  function isMeant({ chargingProfile }: Payload, profile: object, source: string): boolean {
    const criteria = chargingProfile as { chargingProfilePurpose?: string; chargingLimitSource?: readonly string[] };
    const { chargingProfilePurpose } = profile as { chargingProfilePurpose: string };
    return (
      (criteria.chargingLimitSource?.includes(source) ?? true) &&
      (criteria.chargingProfilePurpose ?? chargingProfilePurpose) === chargingProfilePurpose
    );
  }

  /** Each profile in a message of its own. */
  async function report(requestId: number, parts: readonly Held[]): Promise<void> {
    const count = isEndless ? ENDLESS_PARTS : parts.length;
    for (let k = 0; k < count; k++) {
      const part = parts[k % parts.length];
      if (part === undefined) return;
      const tbc = isEndless || k < count - 1;
      const { evseId, source, profile } = part;
      const payload = {
        requestId,
        chargingLimitSource: source,
        evseId,
        ...(tbc ? { tbc } : {}),
        chargingProfile: [profile],
      };
      if (isEndless) station.send([2, `part-${requestId}-${k}`, 'ReportChargingProfiles', payload]);
      else await station.ask('ReportChargingProfiles', payload);
    }
  }

  const slot = (k: 0 | 1) => rig.service.profiles.ofStation('A').slots[k];
  const newest = (k: 0 | 1) => slot(k)?.candidates.at(-1);
  const quirk = (name: string) => rig.service.profiles.ofStation('A').quirks.find((one) => one.quirk === name);

  const begin = (transactionId: string) =>
    station.ask('TransactionEvent', {
      eventType: 'Started',
      timestamp: instant(),
      triggerReason: 'Authorized',
      seqNo: 0,
      transactionInfo: { transactionId },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: 'TAG', type: 'ISO14443' },
    });

  describe(`OCPP ${version.name}: a station that tells which profiles it holds, and not what they add up to`, () => {
    it('K09 its failsafe is confirmed by its report, and what is exactly what was sent is a record', async () => {
      await station.boot();
      await until(() => newest(0)?.status === 'confirmed', 'the failsafe is confirmed');
      expect(slot(0)?.missingUntilMs).toBeNull();
      expect(station.toldOf('GetChargingProfiles').at(-1)).toMatchObject({
        chargingProfile: { chargingLimitSource: ['CSO', 'EMS', 'SO', 'Other'] },
      });
      const asked = station.toldOf('GetChargingProfiles').length;
      await begin('tx-record');
      await until(() => newest(1)?.status === 'confirmed', 'the profile of the transaction counts');
      expect(station.toldOf('GetChargingProfiles')).toHaveLength(asked);
    });

    it('K09 a profile of a transaction is found in a report of several messages, beside a default that allows less than was sent', async () => {
      const isDefault = (profile: object) => 'id' in profile && profile.id === 1;
      holds = () =>
        installed().map((one) => (isDefault(one.profile) ? { ...one, profile: lowered(one.profile) } : one));
      await station.boot();
      await until(() => newest(0)?.status === 'confirmed', 'the failsafe is confirmed');
      const asked = station.toldOf('GetChargingProfiles').length;
      await begin('tx-report');
      await until(() => newest(1)?.status === 'confirmed', 'the profile of the transaction is confirmed');
      expect(station.toldOf('GetChargingProfiles').length).toBeGreaterThan(asked);
    });

    it('K09 somebody else’s default that lies over the failsafe and allows more keeps it unconfirmed, and is shown', async () => {
      holds = () => [
        ...installed(),
        { evseId: 0, source: 'CSO', profile: foreign('TxDefaultProfile', 32, 3) },
        { evseId: 0, source: 'EMS', profile: { ...foreign('ChargingStationExternalConstraints', 16, 0), id: 78 } },
      ];
      await station.boot();
      await until(() => quirk('foreignProfiles') !== undefined, 'what others wrote is shown');
      expect(quirk('foreignProfiles')).toMatchObject({
        learned: false,
        evidence: expect.stringMatching(/TxDefaultProfile 77 of CSO .* at most 32 A; .* 78 of EMS .* at most 16 A/),
      });
      expect(newest(0)).toMatchObject({ status: 'accepted', limits: [{ limitA: FAILSAFE_A }] });
      expect(slot(0)?.missingUntilMs).toBe('unknown');
    });

    it('K09 a virtual station that refuses composite schedules charges by the plan, and is left to no meter', async () => {
      station.close();
      const virtual = new VirtualStation({
        stationId: 'A',
        ocppVersion: version.name,
        url: `ws://127.0.0.1:${rig.running.port}/ocpp`,
        evses: [{ id: 1, terminals: 3, currentMaxA: 32 }],
        ticker: new Ticker(realClock, 50),
        backOffMinMs: 100,
        backOffMaxMs: 200,
      });
      virtual.setFault({ kind: 'reject', action: 'GetCompositeSchedule' });
      virtual.start();
      try {
        await until(() => newest(0)?.status === 'confirmed', 'the failsafe is confirmed');
        virtual.plugIn(1, new Car({ batteryWh: 60_000, soC: 0.3, phases: 3, currentMaxA: 32, reactionS: 0.1 }), {
          idToken: 'TAG',
        });
        await until(() => virtual.offeredA(1) === LIMIT_A, 'it offers all that there is');
        await until(() => newest(1)?.status === 'confirmed', 'the profile of the transaction counts');
      } finally {
        await virtual.stop();
      }
    });

    it.each(['NoProfiles', 'a report without an end', 'a refusal to report'])('K09 %s proves nothing', async (what) => {
      if (what === 'NoProfiles') holds = () => [];
      isEndless = what === 'a report without an end';
      if (what === 'a refusal to report') station.errors.set('GetChargingProfiles', 'NotSupported');
      await station.boot();
      await until(() => (newest(0)?.checks ?? 0) > 0, 'it was looked for in vain');
      expect(newest(0)?.status).toBe('accepted');
      expect(slot(0)?.missingUntilMs).toBe('unknown');
      expect(await station.ask('Heartbeat', {})).toHaveProperty('currentTime');
    });
  });
}

function lowered(profile: object): object {
  const { chargingSchedule } = profile as {
    chargingSchedule: readonly { chargingSchedulePeriod: readonly object[] }[];
  };
  const [schedule] = chargingSchedule;
  const periods = schedule?.chargingSchedulePeriod.map((period) => ({ ...period, limit: FAILSAFE_A - 1 }));
  return { ...profile, chargingSchedule: [{ ...schedule, chargingSchedulePeriod: periods }] };
}
