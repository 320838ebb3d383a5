import { request } from './client.js';
import type { MessagePage } from './messageDocuments.js';
import type {
  Adoption,
  CompositeSchedule,
  InstalledProfiles,
  Onboarding,
  StationCredentials,
  StationProfiles,
} from './stationDocuments.js';

export type * from './messageDocuments.js';
export type * from './stationDocuments.js';

/** As many as the service keeps of each station. */
const MESSAGES_AT_ONCE = 500;

const station = (stationId: string) => `/v1/stations/${encodeURIComponent(stationId)}`;

export const stationsApi = {
  composite: (stationId: string, evseId: number) =>
    request<CompositeSchedule>(`${station(stationId)}/evses/${evseId}/composite-schedule?durationS=86400`),
  profiles: (stationId: string) => request<StationProfiles>(`${station(stationId)}/profiles`),
  installed: (stationId: string) => request<InstalledProfiles>(`${station(stationId)}/installed-profiles`),
  credentials: (stationId: string) => request<StationCredentials>(`${station(stationId)}/credentials`),
  putPassword: (stationId: string, password: string) =>
    request<unknown>(`${station(stationId)}/credentials`, { method: 'PUT', body: { password } }),
  forgetQuirks: (stationId: string) => request<unknown>(`${station(stationId)}/quirks`, { method: 'DELETE' }),
  messages: (stationId: string, after: string | undefined) =>
    request<MessagePage>(
      `${station(stationId)}/messages?limit=${MESSAGES_AT_ONCE}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
    ),
  onboarding: () => request<Onboarding>('/v1/onboarding'),
  openOnboarding: (minutes: number) => request<Onboarding>('/v1/onboarding', { method: 'POST', body: { minutes } }),
  adopt: (stationId: string, adoption: Adoption) =>
    request<unknown>(`/v1/onboarding/${encodeURIComponent(stationId)}/adopt`, { method: 'POST', body: adoption }),
};
