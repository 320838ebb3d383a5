import { defaultsRuleOf } from './dialects.js';
import { ProfileEngine } from './profileEngine.js';
import { capabilitiesOf, type FilledStationOptions, supplyOf } from './stationOptions.js';
import { VirtualEvse } from './virtualEvse.js';

export function outletsOf({ evses, voltageV, energySpeed }: FilledStationOptions): ReadonlyMap<number, VirtualEvse> {
  return new Map(
    evses.map((evse) => {
      const { id, registerWh = 0 } = evse;
      return [id, new VirtualEvse({ id, supply: supplyOf(evse, voltageV), energySpeed, registerWh })];
    }),
  );
}

/** None yet, for these outlets. */
export function profilesOf(options: FilledStationOptions, outlets: ReadonlyMap<number, VirtualEvse>): ProfileEngine {
  const supplies = new Map([...outlets].map(([id, { supply }]) => [id, supply]));
  return new ProfileEngine(capabilitiesOf(options), supplies, defaultsRuleOf(options.ocppVersion));
}
