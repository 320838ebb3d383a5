import { FUZZ_VERSIONS, type FuzzVersion } from './corpus.js';

export const FUZZ_SITE_ID = 'fuzz';
export const FAILSAFE_A = 6;
/** Of a station under attack: what it counts at while it has not agreed to anything. */
export const ATTACKED_MAX_A = 16;
const CHARGING_MAX_A = 32;
/** Longer than any station of the tests takes to follow. */
const REACTION_S = 2;
/** Of the row whose stations under attack never take a profile: their hardware and the failsafes of the others fit, and a bit more. */
const STRICT_ROW_A = 96;
/** The hardware of all six under attack and the failsafes of all others come to 132 A. */
const GRID_A = 136;
export const STRICT_CIRCUIT_ID = 'row-strict';
const OTHER_CIRCUIT_ID = 'row-other';

/**
 * charging: a virtual station with a car in a transaction, which is to go on undisturbed. polite: asks, and measures the answers.
 * unwilling: attacks, and never takes a charging profile. willing: attacks, and takes them, as far as its answers are answers.
 */
export type FuzzRole = 'charging' | 'polite' | 'unwilling' | 'willing';

export interface FuzzStation {
  readonly id: string;
  readonly version: FuzzVersion;
  readonly role: FuzzRole;
}

export const FUZZ_STATIONS: readonly FuzzStation[] = (['charging', 'polite', 'unwilling', 'willing'] as const).flatMap(
  (role) => FUZZ_VERSIONS.map((version) => ({ id: `${role}-${version}`, version, role })),
);

export function passwordOf({ id }: FuzzStation): string {
  return `the password of ${id}`;
}

/** A station of each version and role. Willing ones have the charging ones make room when they misbehave: the grid connects them. */
export function fuzzSiteDocument(): unknown {
  const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });
  return {
    name: 'Fuzz',
    timeZone: 'UTC',
    voltageV: 230,
    meterIntervalS: 5,
    circuits: [
      { id: 'grid', limitA: all(GRID_A) },
      { id: STRICT_CIRCUIT_ID, parentId: 'grid', limitA: all(STRICT_ROW_A) },
      { id: OTHER_CIRCUIT_ID, parentId: 'grid', limitA: all(GRID_A) },
    ],
    stations: FUZZ_STATIONS.map(({ id, role }) => ({
      id,
      circuitId: role === 'charging' || role === 'unwilling' ? STRICT_CIRCUIT_ID : OTHER_CIRCUIT_ID,
      failsafeA: FAILSAFE_A,
      reactionS: REACTION_S,
      evses: [
        {
          id: 1,
          kind: 'AC',
          phases: ['L1', 'L2', 'L3'],
          currentMinA: 6,
          currentMaxA: role === 'charging' ? CHARGING_MAX_A : ATTACKED_MAX_A,
        },
      ],
    })),
  };
}
