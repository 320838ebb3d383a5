import type { OnboardingService } from '../../../src/control/onboardingDesk.js';
import type { SiteModel } from '../../../src/site/model.js';
import { Problem } from '../../../src/site/problem.js';

/** One station waits, always. */
export function fakeOnboarding(
  getSite: (siteId: string) => SiteModel,
  putSite: (site: SiteModel) => Promise<SiteModel>,
  nowMs: number,
): OnboardingService {
  let openUntilMs: number | null = null;
  const view: OnboardingService['view'] = () => ({
    openUntilMs,
    stations: [
      {
        stationId: 'NEW1',
        vendor: 'Acme',
        model: null,
        serialNumber: null,
        firmwareVersion: null,
        address: '192.0.2.1',
        ocppVersion: '1.6',
        securityProfile: 2,
        sinceMs: nowMs,
        hasCredentials: false,
        contested: false,
      },
    ],
  });
  return {
    view,
    open: (durationMs) => {
      openUntilMs = nowMs + durationMs;
      return view();
    },
    close: () => {
      openUntilMs = null;
    },
    adopt: async (siteId, station) => {
      const site = getSite(siteId);
      if (station.id !== 'NEW1') throw new Problem('STATION_NOT_WAITING', `"${station.id}" is not waiting.`);
      return putSite({ ...site, stations: [...site.stations, station] });
    },
  };
}
