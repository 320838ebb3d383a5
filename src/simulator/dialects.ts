import type { DefaultsRule, ProfileEngine } from './profileEngine.js';
import type { OcppVersion, StationDialect } from './stationDialect.js';
import type { FilledStationOptions, StationIdentity } from './stationOptions.js';
import { Dialect2x } from './v2x/dialect.js';
import { Dialect16 } from './v16/dialect.js';
import type { VirtualEvse } from './virtualEvse.js';

interface Station {
  readonly options: FilledStationOptions;
  readonly evses: ReadonlyMap<number, VirtualEvse>;
  readonly profiles: ProfileEngine;
  /** By the station's clock. */
  readonly nowMs: () => number;
}

/** The one place that knows which versions there are. */
export function dialectFor({ options, evses, profiles, nowMs }: Station): StationDialect {
  const { ocppVersion, stationId, vendor, model, firmwareVersion, meterIntervalS } = options;
  const identity: StationIdentity = { stationId, vendor, model, firmwareVersion };
  const { capabilities } = profiles;
  if (ocppVersion === '1.6') return new Dialect16({ identity, connectors: evses.size, capabilities, meterIntervalS });
  return new Dialect2x({
    version: ocppVersion,
    identity,
    evses,
    capabilities,
    meterIntervalS,
    externalConstraintsIdMax: options.externalConstraintsIdMax,
    txStartPoint: options.txStartPoint,
    profilesInstalled: () => profiles.installed.length,
    nowMs,
  });
}

export const defaultsRuleOf = (ocppVersion: OcppVersion): DefaultsRule =>
  ocppVersion === '1.6' ? 'specificReplacesTemplate' : 'oneStack';
