import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import type { CommandOutcome } from '../../../src/site/stationMessages.js';
import { eventually, type TestStation } from '../gateway/gatewayFixture.js';
import { connectProxied, type ProxyWorld } from './proxyFixture.js';

export type Json = Record<string, unknown>;

/** What it answers: a payload, an error code, or nothing. */
export type StationAnswer = Json | 'silence' | { readonly error: string };

/** A station of OCPP 1.6 that answers what it is asked by a table, and writes down what that was. */
export class AnsweringStation {
  readonly seen: { readonly id: string; readonly action: string; readonly payload: Json }[] = [];
  /** By action; else Accepted. */
  readonly answers = new Map<string, StationAnswer>();
  readonly station: TestStation;

  static async connect(world: ProxyWorld, { boots = true } = {}): Promise<AnsweringStation> {
    const station = await connectProxied(world);
    if (boots) await station.ask([2, 'b', 'BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' }]);
    return new AnsweringStation(station);
  }

  private constructor(station: TestStation) {
    this.station = station;
    station.socket.removeAllListeners('message');
    station.socket.on('message', (data) => this.#take(JSON.parse(data.toString()) as [number, string, string, Json]));
  }

  /** A transaction on EVSE 1; the first of a CSMS is 7000. */
  async starts(world: ProxyWorld): Promise<void> {
    const before = world.csms.calls('StartTransaction').length;
    const start = { connectorId: 1, idTag: 'ANNA', meterStart: 5, timestamp: new Date().toISOString() };
    this.station.send([2, 't', 'StartTransaction', start]);
    await eventually(() => world.csms.calls('StartTransaction').length > before);
    await this.station.roundTrip();
  }

  /** By action and, of what it was told to hold or to clear, the id and the limits. */
  get told(): readonly unknown[] {
    return this.seen.map(({ action, payload }) => {
      if (action !== 'SetChargingProfile') return payload.id === undefined ? [action] : [action, payload.id];
      const profile = payload.csChargingProfiles as Json & { chargingSchedule: { chargingSchedulePeriod: Json[] } };
      return [profile.chargingProfileId, profile.chargingSchedule.chargingSchedulePeriod.map(({ limit }) => limit)];
    });
  }

  #take([kind, id, action, payload]: [number, string, string, Json]): void {
    if (kind !== 2) return;
    this.seen.push({ id, action, payload });
    const answer = this.answers.get(action) ?? { status: 'Accepted' };
    if (answer === 'silence') return;
    this.station.send('error' in answer ? [4, id, answer.error, '', {}] : [3, id, answer]);
  }
}

/** Of the site: for the transaction 7000 on EVSE 1, or what the station falls to. */
export function ours(
  world: ProxyWorld,
  { limit, purpose = 'TxProfile' }: { readonly limit: number; readonly purpose?: ChargingProfile['purpose'] },
): Promise<CommandOutcome<'setChargingProfile'>> {
  const periods = [{ startPeriodS: 0, limit }];
  const startMs = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  const profile: ChargingProfile =
    purpose === 'TxProfile'
      ? {
          profileId: 101,
          stackLevel: 0,
          purpose,
          kind: 'Absolute',
          transactionId: 7_000,
          schedule: { startMs, durationS: 7_200, rateUnit: 'A', periods },
        }
      : { profileId: 1, stackLevel: 0, purpose, kind: 'Relative', schedule: { rateUnit: 'A', periods } };
  const evseId = purpose === 'TxProfile' ? 1 : 0;
  return world.running.gateway.call('CP001', { type: 'setChargingProfile', evseId, profile });
}

export const ourFailsafe = (world: ProxyWorld) => ours(world, { limit: 6, purpose: 'TxDefaultProfile' });

/** Of the CSMS, with id 9 on level 3: as it is on the wire of OCPP 1.6. */
export function theirs(limit: number, more: Json = {}): Json {
  return {
    chargingProfileId: 9,
    stackLevel: 3,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      startSchedule: new Date(Date.now() - 1_000).toISOString(),
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
    ...more,
  };
}
