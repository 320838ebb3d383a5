import { Ajv } from 'ajv';
import formatsModule from 'ajv-formats';
import * as officialSchemas from 'typed-ocpp/dist/ocpp16/schemas.js';
import type { ClientOptions } from 'ws';
import { basicAuth } from '../../unit/gateway/gatewayFixture.js';
import { BareStation, instant, type Payload, type SpokenVersion } from '../support/bareStation.js';
import { ProfilesOfStation } from '../support/profilesOfStation.js';

/** A validator of the tests' own, so that the codec is not held against itself. */
const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 });
formatsModule.default(ajv);
const schemas: Readonly<Record<string, object | undefined>> = officialSchemas;

const OCPP_16: SpokenVersion = {
  subprotocol: 'ocpp1.6',
  flaws(name, payload) {
    const schema = schemas[name];
    if (schema === undefined) throw new Error(`There is no schema ${name}.`);
    ajv.validate(schema, payload);
    return ajv.errors ?? [];
  },
};

const CONSENT = { status: 'Accepted' };
const UNKNOWN_MAX = 1_000;

export interface Connecting {
  /** Default: ws on this port of the loopback. */
  readonly scheme?: 'ws' | 'wss';
  readonly password?: string;
  readonly client?: ClientOptions;
}

/** A bare client of OCPP 1.6, station A. */
export class Station16 extends BareStation {
  readonly profiles = new ProfilesOfStation();
  readonly settings = new Map<string, string>([['SupportedFeatureProfiles', 'Core,SmartCharging,RemoteTrigger']]);

  static async connect(port: number, { scheme = 'ws', password, client }: Connecting = {}): Promise<Station16> {
    const headers = password === undefined ? {} : { authorization: basicAuth('A', password) };
    const url = `${scheme}://127.0.0.1:${port}/ocpp/A`;
    return new Station16(OCPP_16, await BareStation.open(OCPP_16, url, { headers, ...client }));
  }

  boot(): Promise<Payload> {
    return this.ask('BootNotification', {
      chargePointVendor: 'Bare',
      chargePointModel: 'Client',
      firmwareVersion: '1',
    });
  }

  status(status: string, { connectorId = 1, errorCode = 'NoError' } = {}): Promise<Payload> {
    return this.ask('StatusNotification', { connectorId, errorCode, status, timestamp: instant() });
  }

  authorize(idTag: string): Promise<Payload> {
    return this.ask('Authorize', { idTag });
  }

  /** The answer, with the transaction's id. */
  start(idTag: string, { agoMs = 0, meterStart = 0 } = {}): Promise<Payload> {
    return this.ask('StartTransaction', { connectorId: 1, idTag, meterStart, timestamp: instant(-agoMs) });
  }

  stop(transactionId: unknown, more: { readonly reason?: string; readonly agoMs?: number } = {}): Promise<Payload> {
    const { agoMs = 0, reason } = more;
    const stop = { transactionId, idTag: 'TAG', meterStop: 1_000, timestamp: instant(-agoMs) };
    return this.ask('StopTransaction', { ...stop, ...(reason === undefined ? {} : { reason }) });
  }

  protected override ordinaryAnswer(action: string, payload: Payload): object {
    switch (action) {
      case 'SetChargingProfile':
        this.#install(payload);
        return CONSENT;
      case 'GetCompositeSchedule':
        return this.#composite(payload);
      case 'GetConfiguration':
        return this.#read(payload.key);
      case 'ChangeConfiguration':
        this.settings.set(String(payload.key), String(payload.value));
        return CONSENT;
      case 'UnlockConnector':
        return { status: 'Unlocked' };
      default:
        return CONSENT;
    }
  }

  #install({ connectorId, csChargingProfiles }: Payload): void {
    const { chargingProfileId, chargingSchedule, ...profile } = csChargingProfiles as Payload;
    const chargingProfile = { ...profile, id: chargingProfileId, chargingSchedule: [chargingSchedule] };
    this.profiles.install({ evseId: connectorId, chargingProfile });
  }

  #composite({ connectorId, duration }: Payload): object {
    const { schedule } = this.profiles.composite({ evseId: connectorId, duration });
    const { scheduleStart, evseId: _place, ...chargingSchedule } = schedule;
    return { status: 'Accepted', connectorId, scheduleStart, chargingSchedule };
  }

  #read(asked: unknown): object {
    const keys = Array.isArray(asked) ? asked.map(String).slice(0, UNKNOWN_MAX) : [...this.settings.keys()];
    const known = keys.filter((key) => this.settings.has(key));
    return {
      configurationKey: known.map((key) => ({ key, readonly: false, value: this.settings.get(key) })),
      unknownKey: keys.filter((key) => !this.settings.has(key)),
    };
  }
}
