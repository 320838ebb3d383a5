import { StationProfiles } from '../../../src/control/profiles/stationProfiles.js';
import { constantSteps } from '../../../src/site/limitSteps.js';
import type { SiteModel } from '../../../src/site/model.js';
import { SiteLife } from '../../support/builders.js';

/** The real one, over a station that was given its failsafe and, on its first EVSE, two profiles of a transaction. */
export function fakeProfiles(siteOf: (stationId: string) => SiteModel, nowMs: number): StationProfiles {
  return new StationProfiles({
    clock: { nowMs: () => nowMs, after: () => () => {} },
    stateOfStation: (stationId) => {
      const site = siteOf(stationId);
      const [evse] = site.stations.find(({ id }) => id === stationId)?.evses ?? [];
      if (evse === undefined) throw new Error(`station ${stationId} has no EVSE`);
      const life = new SiteLife(site);
      life.nowMs = nowMs - 60_000;
      life.commission(stationId).start(stationId, 4711, { evseId: evse.id }).wait(30_000);
      life.give(stationId, constantSteps(10, life.nowMs, nowMs + 840_000), 'confirmed', evse.id);
      life.wait(20_000).give(stationId, constantSteps(16, life.nowMs, nowMs + 840_000), 'unknown', evse.id);
      return life.state;
    },
  });
}
