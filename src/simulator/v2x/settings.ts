import { type Measurand, measurandsIn } from '../readings.js';
import type { StationSettings } from '../stationDialect.js';
import type { DeviceModel } from './deviceModel.js';

/** What of the device model is in use. */
export class DeviceSettings implements StationSettings {
  readonly #model: DeviceModel;

  constructor(model: DeviceModel) {
    this.#model = model;
  }

  get heartbeatIntervalS(): number {
    return this.#model.integer('OCPPCommCtrlr', 'HeartbeatInterval');
  }

  setHeartbeatIntervalS(intervalS: number): void {
    this.#model.write({ component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval' }, String(Math.round(intervalS)));
  }

  get pingIntervalS(): number {
    return this.#model.integer('OCPPCommCtrlr', 'WebSocketPingInterval');
  }

  get sampleIntervalS(): number {
    return this.#model.integer('SampledDataCtrlr', 'TxUpdatedInterval');
  }

  get startsAtCable(): boolean {
    return this.#model.text('TxCtrlr', 'TxStartPoint') === 'EVConnected';
  }

  get idleSampleIntervalS(): number {
    return this.#model.integer('AlignedDataCtrlr', 'Interval');
  }

  get connectionTimeoutS(): number {
    return this.#model.integer('TxCtrlr', 'EVConnectionTimeOut');
  }

  get attemptsMax(): number {
    return this.#model.integer('OCPPCommCtrlr', 'MessageAttempts', 'TransactionEvent');
  }

  get retryIntervalS(): number {
    return this.#model.integer('OCPPCommCtrlr', 'MessageAttemptInterval', 'TransactionEvent');
  }

  get authorizesRemoteStarts(): boolean {
    return this.#model.isTrue('AuthCtrlr', 'AuthorizeRemoteStart');
  }

  get startsUnansweredIdTokens(): boolean {
    return this.#model.isTrue('AuthCtrlr', 'OfflineTxForUnknownIdEnabled');
  }

  get stopsRefusedIdTokens(): boolean {
    return this.#model.isTrue('TxCtrlr', 'StopTxOnInvalidId');
  }

  get hasSmartCharging(): boolean {
    return this.#model.isTrue('SmartChargingCtrlr', 'Enabled');
  }

  get notifiesLimitsWithSchedules(): boolean {
    return this.#model.isTrue('SmartChargingCtrlr', 'NotifyChargingLimitWithSchedules');
  }

  measurandsAt(moment: 'Started' | 'Updated' | 'Ended'): readonly Measurand[] {
    return measurandsIn(this.#model.text('SampledDataCtrlr', `Tx${moment}Measurands`));
  }

  get idleMeasurands(): readonly Measurand[] {
    return measurandsIn(this.#model.text('AlignedDataCtrlr', 'Measurands'));
  }
}
