import { isMeasurandList, MEASURANDS, type Measurand, measurandsIn } from '../readings.js';
import type { StationSettings } from '../stationDialect.js';
import type { ProfileCapabilities } from '../stationProfile.js';

const GET_CONFIGURATION_KEYS_MAX = 50;

export interface ConfigurationKey {
  readonly key: string;
  readonly readonly: boolean;
  readonly value?: string;
}

interface Setting {
  value: string;
  /** Absent: read-only. */
  readonly accepts?: (value: string) => boolean;
  /** Never read back. */
  readonly secret?: true;
}

/** The station's configuration keys: what it can be asked and told, and what of it is in use. */
export class StationConfiguration implements StationSettings {
  readonly #settings: ReadonlyMap<string, Setting>;

  constructor(station: {
    readonly connectors: number;
    readonly capabilities: ProfileCapabilities;
    readonly meterIntervalS: number;
  }) {
    const { capabilities } = station;
    this.#settings = new Map<string, Setting>([
      ['AllowOfflineTxForUnknownId', { value: 'true', accepts: isBoolean }],
      ['AuthorizationKey', { value: '', accepts: (value) => value.length >= 8 && value.length <= 40, secret: true }],
      ['AuthorizeRemoteTxRequests', { value: 'false', accepts: isBoolean }],
      ['ClockAlignedDataInterval', { value: '0' }],
      ['ConnectionTimeOut', { value: '60', accepts: isWholeNumber }],
      ['GetConfigurationMaxKeys', { value: String(GET_CONFIGURATION_KEYS_MAX) }],
      ['HeartbeatInterval', { value: '300', accepts: isWholeNumber }],
      ['LocalPreAuthorize', { value: 'false' }],
      ['MeterValueSampleInterval', { value: String(station.meterIntervalS), accepts: isWholeNumber }],
      [
        'MeterValuesSampledData',
        {
          value: 'Current.Import,Power.Active.Import,Energy.Active.Import.Register,Current.Offered',
          accepts: isMeasurandList,
        },
      ],
      ['MeterValuesSampledDataMaxLength', { value: String(MEASURANDS.length) }],
      ['NumberOfConnectors', { value: String(station.connectors) }],
      ['ResetRetries', { value: '0' }],
      ['StopTransactionOnEVSideDisconnect', { value: 'true' }],
      ['StopTransactionOnInvalidId', { value: 'true', accepts: isBoolean }],
      ['StopTxnSampledData', { value: '', accepts: isMeasurandList }],
      ['SupportedFeatureProfiles', { value: 'Core,RemoteTrigger,SmartCharging' }],
      ['TransactionMessageAttempts', { value: '5', accepts: isWholeNumber }],
      ['TransactionMessageRetryInterval', { value: '10', accepts: isWholeNumber }],
      ['UnlockConnectorOnEVSideDisconnect', { value: 'true' }],
      ['WebSocketPingInterval', { value: '0', accepts: isWholeNumber }],
      ['ChargeProfileMaxStackLevel', { value: String(capabilities.stackLevelMax) }],
      [
        'ChargingScheduleAllowedChargingRateUnit',
        { value: capabilities.rateUnits.map((unit) => (unit === 'A' ? 'Current' : 'Power')).join(',') },
      ],
      ['ChargingScheduleMaxPeriods', { value: String(capabilities.periodsMax) }],
      ['ConnectorSwitch3to1PhaseSupported', { value: 'false' }],
      ['MaxChargingProfilesInstalled', { value: String(capabilities.profilesMax) }],
    ]);
  }

  /** All keys when none are asked for. */
  read(keys: readonly string[]): { readonly known: readonly ConfigurationKey[]; readonly unknown: readonly string[] } {
    const asked = keys.length === 0 ? [...this.#settings.keys()] : keys;
    const known: ConfigurationKey[] = [];
    const unknown: string[] = [];
    for (const key of asked.slice(0, GET_CONFIGURATION_KEYS_MAX)) {
      const setting = this.#settings.get(key);
      if (setting === undefined) unknown.push(key);
      else if (setting.secret) known.push({ key, readonly: false });
      else known.push({ key, readonly: setting.accepts === undefined, value: setting.value });
    }
    return { known, unknown };
  }

  change(key: string, value: string): 'Accepted' | 'Rejected' | 'NotSupported' {
    const setting = this.#settings.get(key);
    if (setting === undefined) return 'NotSupported';
    if (setting.accepts === undefined || !setting.accepts(value)) return 'Rejected';
    setting.value = value;
    return 'Accepted';
  }

  measurands(key: 'MeterValuesSampledData' | 'StopTxnSampledData'): readonly Measurand[] {
    return measurandsIn(this.#text(key));
  }

  get heartbeatIntervalS(): number {
    return this.#integer('HeartbeatInterval');
  }

  setHeartbeatIntervalS(intervalS: number): void {
    this.change('HeartbeatInterval', String(Math.round(intervalS)));
  }

  get pingIntervalS(): number {
    return this.#integer('WebSocketPingInterval');
  }

  get sampleIntervalS(): number {
    return this.#integer('MeterValueSampleInterval');
  }

  get startsAtCable(): boolean {
    return false;
  }

  /** ClockAlignedDataInterval is read-only. */
  get idleSampleIntervalS(): number {
    return this.#integer('ClockAlignedDataInterval');
  }

  get connectionTimeoutS(): number {
    return this.#integer('ConnectionTimeOut');
  }

  get attemptsMax(): number {
    return this.#integer('TransactionMessageAttempts');
  }

  get retryIntervalS(): number {
    return this.#integer('TransactionMessageRetryInterval');
  }

  get authorizesRemoteStarts(): boolean {
    return this.#isTrue('AuthorizeRemoteTxRequests');
  }

  get startsUnansweredIdTokens(): boolean {
    return this.#isTrue('AllowOfflineTxForUnknownId');
  }

  get stopsRefusedIdTokens(): boolean {
    return this.#isTrue('StopTransactionOnInvalidId');
  }

  #text(key: string): string {
    const setting = this.#settings.get(key);
    if (setting === undefined) throw new Error(`no configuration key ${key}`);
    return setting.value;
  }

  #integer(key: string): number {
    return Number(this.#text(key));
  }

  #isTrue(key: string): boolean {
    return this.#text(key) === 'true';
  }
}

const isBoolean = (value: string): boolean => value === 'true' || value === 'false';
const isWholeNumber = (value: string): boolean => /^\d{1,9}$/.test(value);
