import { expect } from 'vitest';
import { Car, realClock, Ticker, VirtualStation, type VirtualStationOptions } from '../../src/simulator/index.js';
import { type ReceivedCall, TestCentral, type TestedVersion } from './simulatorCentral.js';

const TICK_MS = 50;

/** One virtual station after the other, CP001, of one version, against a bare central system. */
export class StationRig {
  readonly central: TestCentral;
  readonly #version: TestedVersion;
  readonly #stations: VirtualStation[] = [];

  static async listen(version: TestedVersion): Promise<StationRig> {
    return new StationRig(await TestCentral.listen(0, version), version);
  }

  private constructor(central: TestCentral, version: TestedVersion) {
    this.central = central;
    this.#version = version;
  }

  /** Ends everything; fails where a frame was not as the official schemas have it. */
  async close(): Promise<void> {
    await Promise.all(this.#stations.map((station) => station.stop()));
    await this.central.close();
    expect(this.central.violations).toEqual([]);
  }

  newStation(options: Partial<VirtualStationOptions> = {}): VirtualStation {
    const station = new VirtualStation({
      stationId: 'CP001',
      ocppVersion: this.#version,
      url: this.central.url,
      evses: [{ id: 1, terminals: 3, currentMaxA: 32 }],
      ticker: new Ticker(realClock, TICK_MS),
      backOffMinMs: 50,
      backOffMaxMs: 200,
      meterIntervalS: 1,
      ...options,
    });
    this.#stations.push(station);
    station.start();
    return station;
  }

  async online(options: Partial<VirtualStationOptions> = {}): Promise<VirtualStation> {
    const station = this.newStation(options);
    await this.central.until(() => station.isOnline, 'online');
    return station;
  }

  /** From 2.0.1 on, as it waits for a TransactionEvent. */
  async charging(options: Partial<VirtualStationOptions> = {}): Promise<VirtualStation> {
    const station = await this.online(options);
    station.plugIn(1, quickCar(), { idToken: 'TAG1' });
    await this.central.until(() => this.eventsOf('ChargingStateChanged').length > 0, 'it charges');
    return station;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the station answered.
  call(action: string, payload: unknown, timeoutMs?: number): Promise<any> {
    return this.central.call('CP001', action, payload, timeoutMs);
  }

  setProfile(chargingProfile: unknown, evseId = 1) {
    return this.call('SetChargingProfile', { evseId, chargingProfile });
  }

  /** The TransactionEvents so far. */
  events(): readonly ReceivedCall['payload'][] {
    return this.central.of('TransactionEvent').map(({ payload }) => payload);
  }

  eventsOf(reason: string): readonly ReceivedCall['payload'][] {
    return this.events().filter(({ triggerReason }) => triggerReason === reason);
  }

  async untilEnded(): Promise<void> {
    await this.central.until(() => this.events().at(-1)?.eventType === 'Ended', 'the end of the transaction');
  }
}

export const quickCar = (): Car =>
  new Car({ batteryWh: 60_000, soC: 0.3, phases: 3, currentMaxA: 32, reactionS: 0.1, rampUpAPerS: 1000 });

export const no = (reasonCode: string) => ({ status: 'Rejected', statusInfo: { reasonCode } });

/** A TxDefaultProfile of 10 A that began a minute ago. */
export const profile = (over: Record<string, unknown> = {}, schedule: Record<string, unknown> = {}) => ({
  id: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: [
    {
      id: 1,
      startSchedule: new Date(Date.now() - 60_000).toISOString(),
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
      ...schedule,
    },
  ],
  ...over,
});

export const ofLimit = (limit: number) => ({ chargingSchedulePeriod: [{ startPeriod: 0, limit }] });

/** What a sample says. */
export const valuesOf = (event: ReceivedCall['payload']): readonly { readonly measurand: string }[] =>
  event?.meterValue?.[0].sampledValue ?? [];
