import type { Version2xUnderTest } from '../../support/ocpp2xSchemas.js';
import { basicAuth } from '../../unit/gateway/gatewayFixture.js';
import { BareStation, instant, type Payload } from '../support/bareStation.js';
import { ProfilesOfStation } from '../support/profilesOfStation.js';

const CONSENT = { status: 'Accepted' };

/** A bare client of OCPP 2.0.1 or 2.1. */
export class Station2x extends BareStation {
  readonly profiles = new ProfilesOfStation();
  readonly variables = new Map<string, string>();

  static async connect(
    version: Version2xUnderTest,
    port: number,
    stationId = 'A',
    { password, protocols }: { readonly password?: string; readonly protocols?: readonly string[] } = {},
  ): Promise<Station2x> {
    const url = `ws://127.0.0.1:${port}/ocpp/${stationId}`;
    const headers = password === undefined ? {} : { authorization: basicAuth(stationId, password) };
    const offered = protocols === undefined ? undefined : [...protocols];
    return new Station2x(version, await BareStation.open(version, url, { headers }, offered));
  }

  boot(): Promise<Payload> {
    return this.ask('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Bare', model: 'Client', serialNumber: '1', firmwareVersion: '1.0' },
    });
  }

  status(connectorStatus: string, evseId = 1, connectorId = 1): Promise<Payload> {
    return this.ask('StatusNotification', { timestamp: instant(), connectorStatus, evseId, connectorId });
  }

  protected override ordinaryAnswer(action: string, payload: Payload): object {
    switch (action) {
      case 'SetChargingProfile':
        this.profiles.install(payload);
        return CONSENT;
      case 'GetCompositeSchedule':
        return this.profiles.composite(payload);
      case 'GetVariables':
        return { getVariableResult: asList(payload.getVariableData).map((asked) => this.#read(asked)) };
      case 'SetVariables':
        return { setVariableResult: asList(payload.setVariableData).map((asked) => this.#write(asked)) };
      case 'UnlockConnector':
        return { status: 'Unlocked' };
      case 'GetChargingProfiles':
        return { status: 'NoProfiles' };
      default:
        return CONSENT;
    }
  }

  #read({ component, variable }: Payload): object {
    const value = this.variables.get(keyOf(component, variable));
    if (value === undefined) return { attributeStatus: 'UnknownVariable', component, variable };
    return { attributeStatus: 'Accepted', attributeValue: value, component, variable };
  }

  #write({ component, variable, attributeValue }: Payload): object {
    this.variables.set(keyOf(component, variable), String(attributeValue));
    return { attributeStatus: 'Accepted', component, variable };
  }
}

function asList(value: unknown): readonly Payload[] {
  return Array.isArray(value) ? value : [];
}

function keyOf(component: unknown, variable: unknown): string {
  return `${(component as { name: string }).name}.${(variable as { name: string }).name}`;
}
