import type { ProfileEngine } from './profileEngine.js';
import type { StationDialect } from './stationDialect.js';
import type { FilledStationOptions, StationIdentity } from './stationOptions.js';
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
export function dialectFor({ options, profiles }: Station): StationDialect {
  const { stationId, vendor, model, firmwareVersion, meterIntervalS } = options;
  const identity: StationIdentity = { stationId, vendor, model, firmwareVersion };
  return new Dialect16({
    identity,
    connectors: profiles.supplies.size,
    capabilities: profiles.capabilities,
    meterIntervalS,
  });
}
