import type { ServiceApi } from './serviceApi.js';

export const SMALL_SITE_ID = 'garage';
export const PASSWORDS: Readonly<Record<string, string>> = {
  S1: 'the first station',
  S2: 'the second station',
  S3: 'the unlisted one',
};

/** Two stations below one panel. */
export function smallSite() {
  const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });
  const station = (id: string) => ({
    id,
    circuitId: 'panel',
    failsafeA: 6,
    evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMinA: 6, currentMaxA: 16 }],
  });
  return {
    name: 'Garage',
    timeZone: 'Europe/Stockholm',
    voltageV: 230,
    circuits: [
      { id: 'grid', limitA: all(35) },
      { id: 'panel', parentId: 'grid', limitA: all(25) },
    ],
    stations: [station('S1'), station('S2')],
  };
}

export async function putSmallSite(api: ServiceApi): Promise<void> {
  await api.put(`/v1/sites/${SMALL_SITE_ID}`, smallSite());
  for (const [id, password] of Object.entries(PASSWORDS)) await api.put(`/v1/stations/${id}/credentials`, { password });
}
