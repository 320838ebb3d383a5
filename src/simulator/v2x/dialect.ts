import type { ChargingNeeds } from '../chargingNeeds.js';
import type { CommandAnswer, CommandTarget } from '../commandTarget.js';
import type { ExternalLimit } from '../externalLimits.js';
import { type FrameRules, isJsonObject, type JsonObject, type RpcErrorCode } from '../rpc.js';
import type { StationDialect, TransactionWire } from '../stationDialect.js';
import type { SessionStart } from '../virtualEvse.js';
import type { BootReason, WireCall } from '../wireCall.js';
import { answerCommand } from './commands.js';
import { DeviceModel } from './deviceModel.js';
import { type Version2x, wireSchedule } from './profile.js';
import { DeviceSettings } from './settings.js';
import { Transactions2x } from './transactions.js';
import { type DeviceFacts, deviceVariables } from './variables.js';
import { bootReasonOf, connectorStatusOf, idTokenOf } from './words.js';

/** OCPP 2.0.1 and 2.1: what this station does of them differs in few places, and those ask for the version. */
export class Dialect2x implements StationDialect {
  readonly ocppVersion: Version2x;
  readonly frames: FrameRules;
  readonly settings: DeviceSettings;
  readonly transactions: TransactionWire;
  readonly relativeFrom: 'transaction' | 'powerPath';
  readonly #facts: DeviceFacts;
  readonly #model: DeviceModel;

  constructor(facts: DeviceFacts) {
    const is21 = facts.version === '2.1';
    this.ocppVersion = facts.version;
    this.relativeFrom = is21 ? 'powerPath' : 'transaction';
    this.frames = { subprotocol: is21 ? 'ocpp2.1' : 'ocpp2.0.1', errorCode, hasSend: is21 };
    this.#facts = facts;
    this.#model = new DeviceModel(deviceVariables(facts));
    this.settings = new DeviceSettings(this.#model);
    this.transactions = new Transactions2x(this.settings);
  }

  boot(reason: BootReason): JsonObject {
    const { stationId, vendor, model, firmwareVersion } = this.#facts.identity;
    return {
      reason: bootReasonOf(reason),
      chargingStation: { model, vendorName: vendor, serialNumber: stationId.slice(0, 25), firmwareVersion },
    };
  }

  /** Of connectors only: of the station as a whole nothing is said. */
  status({
    evseId,
    status,
    hasCar,
    atMs,
  }: Parameters<StationDialect['status']>[0]): ReturnType<StationDialect['status']> {
    if (evseId === 0) return undefined;
    const connectorStatus = connectorStatusOf(status, hasCar);
    const payload = { timestamp: new Date(atMs).toISOString(), connectorStatus, evseId, connectorId: 1 };
    return { word: connectorStatus, call: { action: 'StatusNotification', payload } };
  }

  authorize(start: SessionStart): WireCall {
    return { action: 'Authorize', payload: { idToken: idTokenOf(start) } };
  }

  isAuthorized({ idTokenInfo }: JsonObject): boolean {
    return isJsonObject(idTokenInfo) && idTokenInfo.status === 'Accepted';
  }

  externalLimitSet(limit: ExternalLimit): WireCall {
    const { source, evseId, rateUnit, startMs, durationS } = limit;
    const schedule = wireSchedule({
      scheduleId: 1,
      startMs,
      ...(durationS === undefined ? {} : { durationS }),
      rateUnit,
      periods: [{ startPeriodS: 0, limit: limit.limit }],
    });
    return {
      action: 'NotifyChargingLimit',
      payload: {
        evseId,
        chargingLimit: { chargingLimitSource: source, isGridCritical: source === 'SO' },
        ...(this.settings.notifiesLimitsWithSchedules ? { chargingSchedule: [schedule] } : {}),
      },
    };
  }

  externalLimitCleared({ source, evseId }: ExternalLimit): WireCall {
    return { action: 'ClearedChargingLimit', payload: { chargingLimitSource: source, evseId } };
  }

  chargingNeeds(evseId: number, needs: ChargingNeeds, atMs: number): WireCall {
    const departure =
      needs.departureMs === undefined ? {} : { departureTime: new Date(needs.departureMs).toISOString() };
    const payload = { evseId, chargingNeeds: { ...transferOf(needs), ...departure } };
    const timestamp = this.ocppVersion === '2.1' ? { timestamp: new Date(atMs).toISOString() } : {};
    return { action: 'NotifyEVChargingNeeds', payload: { ...payload, ...timestamp } };
  }

  answer(station: CommandTarget, action: string, payload: JsonObject): CommandAnswer {
    const { version, externalConstraintsIdMax } = this.#facts;
    const around = { station, version, externalConstraintsIdMax, model: this.#model, settings: this.settings };
    return answerCommand(around, action, payload);
  }

  refusal(action: string): JsonObject | undefined {
    if (WITHOUT_STATUS.has(action)) return undefined;
    return { status: OTHER_REFUSALS.get(action) ?? 'Rejected' };
  }
}

const WITHOUT_STATUS = new Set(['GetVariables', 'SetVariables', 'GetTransactionStatus']);
/** Those whose answer has no word 'Rejected'. */
const OTHER_REFUSALS: ReadonlyMap<string, string> = new Map([
  ['ClearChargingProfile', 'Unknown'],
  ['GetChargingProfiles', 'NoProfiles'],
  ['UnlockConnector', 'UnlockFailed'],
]);

/** 2.0 mended the spelling of one code and gave another a new name. */
function errorCode(code: RpcErrorCode): string {
  if (code === 'OccurenceConstraintViolation') return 'OccurrenceConstraintViolation';
  return code === 'FormationViolation' ? 'FormatViolation' : code;
}

const AC_TRANSFERS = { 1: 'AC_single_phase', 2: 'AC_two_phase', 3: 'AC_three_phase' } as const;

function transferOf(needs: ChargingNeeds): JsonObject {
  if (needs.transfer === 'AC') {
    return {
      requestedEnergyTransfer: AC_TRANSFERS[needs.phases],
      acChargingParameters: {
        energyAmount: Math.round(needs.energyWh),
        evMinCurrent: Math.round(needs.currentMinA),
        evMaxCurrent: Math.round(needs.currentMaxA),
        evMaxVoltage: Math.round(needs.voltageMaxV),
      },
    };
  }
  const { powerMaxW, soC, capacityWh } = needs;
  return {
    requestedEnergyTransfer: 'DC',
    dcChargingParameters: {
      evMaxCurrent: Math.round(needs.currentMaxA),
      evMaxVoltage: Math.round(needs.voltageMaxV),
      energyAmount: Math.round(needs.energyWh),
      ...(powerMaxW === undefined ? {} : { evMaxPower: Math.round(powerMaxW) }),
      ...(soC === undefined ? {} : { stateOfCharge: Math.round(soC * 100) }),
      ...(capacityWh === undefined ? {} : { evEnergyCapacity: Math.round(capacityWh) }),
    },
  };
}
