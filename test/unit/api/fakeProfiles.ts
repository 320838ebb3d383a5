import { StationProfiles } from '../../../src/control/profiles/stationProfiles.js';
import type { SiteEvent } from '../../../src/site/events.js';
import { constantSteps } from '../../../src/site/limitSteps.js';
import type { SiteModel } from '../../../src/site/model.js';
import { SiteLife } from '../../support/builders.js';

/** The real one, over a station that was given its failsafe and, on its first EVSE, two profiles of a transaction. */
export function fakeProfiles(
  siteOf: (stationId: string) => SiteModel,
  nowMs: number,
  forgotten: string[],
): StationProfiles {
  return new StationProfiles({
    clock: { nowMs: () => nowMs, after: () => () => {} },
    ownerOfStation: (stationId) => {
      const site = siteOf(stationId);
      const [evse] = site.stations.find(({ id }) => id === stationId)?.evses ?? [];
      if (evse === undefined) throw new Error(`station ${stationId} has no EVSE`);
      const life = new SiteLife(site);
      life.nowMs = nowMs - 60_000;
      life.commission(stationId);
      life.take({
        type: 'quirkLearned',
        stationId,
        quirk: 'takesNoZero',
        evidence: 'It did not take a 0, and took a 1.',
      });
      life.start(stationId, 4711, { evseId: evse.id }).wait(30_000);
      life.give(stationId, constantSteps(10, life.nowMs, nowMs + 840_000), 'confirmed', evse.id);
      life.wait(20_000).give(stationId, constantSteps(16, life.nowMs, nowMs + 840_000), 'unknown', evse.id);
      const dispatch = (...events: readonly SiteEvent[]) => {
        for (const event of events) if (event.type === 'quirksForgotten') forgotten.push(event.stationId);
      };
      return { state: life.state, dispatch, durable: async () => undefined };
    },
  });
}
