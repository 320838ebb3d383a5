import { isOwnProfileId } from '../../profiles/compile.js';
import { Problem } from '../../site/problem.js';
import type { StationCommands } from '../stationCommands.js';
import type { InstalledProfilesView, StationReports, WantedProfiles } from '../stationReports.js';

/** What stations say that they have installed, and taking away what others left there. Refusals are thrown as Problem. */
export interface InstalledProfilesService {
  /** Asks the station, which must be connected. OCPP 1.6 has no way to ask. */
  list(stationId: string, wanted: WantedProfiles): Promise<InstalledProfilesView>;
  /** The station's word. Throws Problem INVALID_REQUEST where the id is one that profiles of this service have. */
  clear(stationId: string, profileId: number): Promise<{ readonly status: string }>;
}

export class InstalledProfiles implements InstalledProfilesService {
  private readonly options: {
    readonly reports: StationReports;
    readonly commands: Pick<StationCommands, 'status'>;
  };

  constructor(options: InstalledProfiles['options']) {
    this.options = options;
  }

  list(stationId: string, wanted: WantedProfiles): Promise<InstalledProfilesView> {
    return this.options.reports.profiles(stationId, wanted);
  }

  async clear(stationId: string, profileId: number): Promise<{ readonly status: string }> {
    if (isOwnProfileId(profileId))
      throw new Problem(
        'INVALID_REQUEST',
        `Profiles with the id ${profileId} are written by this service: without them a station charges without its limit. They go by themselves with their transaction, or with their station's place in a site.`,
        { field: 'profileId' },
      );
    return this.options.commands.status(stationId, { type: 'clearChargingProfile', profileId });
  }
}
