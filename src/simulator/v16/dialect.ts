import type { CommandAnswer, CommandTarget } from '../commandTarget.js';
import { type FrameRules, isJsonObject, type JsonObject } from '../rpc.js';
import type { StationDialect, TransactionWire } from '../stationDialect.js';
import type { StationIdentity } from '../stationOptions.js';
import type { ProfileCapabilities } from '../stationProfile.js';
import type { SessionStart } from '../virtualEvse.js';
import type { WireCall } from '../wireCall.js';
import { answerCommand } from './commands.js';
import { StationConfiguration } from './configuration.js';
import { Transactions16 } from './transactions.js';

const FRAMES: FrameRules = { subprotocol: 'ocpp1.6', errorCode: (code) => code, hasSend: false };

/** OCPP 1.6J. */
export class Dialect16 implements StationDialect {
  readonly ocppVersion = '1.6';
  readonly relativeFrom = 'transaction';
  readonly frames = FRAMES;
  readonly settings: StationConfiguration;
  readonly transactions: TransactionWire;
  readonly #identity: StationIdentity;

  constructor(station: {
    readonly identity: StationIdentity;
    readonly connectors: number;
    readonly capabilities: ProfileCapabilities;
    readonly meterIntervalS: number;
  }) {
    this.#identity = station.identity;
    this.settings = new StationConfiguration(station);
    this.transactions = new Transactions16(this.settings);
  }

  boot(): JsonObject {
    const { stationId, vendor, model, firmwareVersion } = this.#identity;
    return {
      chargePointVendor: vendor,
      chargePointModel: model,
      chargePointSerialNumber: stationId.slice(0, 25),
      firmwareVersion,
    };
  }

  status({ evseId, status, atMs }: Parameters<StationDialect['status']>[0]): ReturnType<StationDialect['status']> {
    const payload = { connectorId: evseId, errorCode: 'NoError', status, timestamp: new Date(atMs).toISOString() };
    return { word: status, call: { action: 'StatusNotification', payload } };
  }

  authorize({ idToken }: SessionStart): WireCall {
    return { action: 'Authorize', payload: { idTag: idToken } };
  }

  isAuthorized({ idTagInfo }: JsonObject): boolean {
    return isJsonObject(idTagInfo) && idTagInfo.status === 'Accepted';
  }

  externalLimitSet(): undefined {
    return undefined;
  }

  externalLimitCleared(): undefined {
    return undefined;
  }

  chargingNeeds(): undefined {
    return undefined;
  }

  answer(station: CommandTarget, action: string, payload: JsonObject): CommandAnswer {
    return answerCommand({ station, configuration: this.settings }, action, payload);
  }

  refusal(action: string): JsonObject | undefined {
    return action === 'GetConfiguration' ? undefined : { status: 'Rejected' };
  }
}
