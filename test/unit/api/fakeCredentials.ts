import type { CredentialsService, CredentialsView } from '../../../src/control/credentialsDesk.js';

/** Keeps passwords as they are, so that a test can look at them. */
export function fakeCredentials(
  requireStation: (stationId: string) => unknown,
  passwords: Map<string, string>,
): CredentialsService {
  const least = new Map<string, number>();
  const view = (stationId: string): CredentialsView => ({
    stationId,
    hasPassword: passwords.has(stationId),
    passwordsPending: 0,
    securityProfileMin: least.get(stationId) ?? null,
    connectedWith: 1,
  });
  return {
    get: async (stationId) => view(stationId),
    put: async (stationId, { password, securityProfileMin }) => {
      requireStation(stationId);
      if (password !== undefined) passwords.set(stationId, password);
      least.set(stationId, securityProfileMin ?? least.get(stationId) ?? 1);
      return view(stationId);
    },
    revoke: async (stationId) => {
      passwords.delete(stationId);
      return view(stationId);
    },
    rotate: async (stationId) => {
      requireStation(stationId);
      return { status: 'Accepted', credentials: { ...view(stationId), passwordsPending: 1 } };
    },
  };
}
