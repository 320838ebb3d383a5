/** The three phases of the grid. A label in an OCPP message is a terminal of the station, not a grid phase: see `Evse.phases`. */
export const PHASES = ['L1', 'L2', 'L3'] as const;
export type Phase = (typeof PHASES)[number];

export type PerPhase<T> = Readonly<Record<Phase, T>>;

export function perPhase<T>(valueFor: (phase: Phase) => T): PerPhase<T> {
  return { L1: valueFor('L1'), L2: valueFor('L2'), L3: valueFor('L3') };
}

export const NO_CURRENT: PerPhase<number> = Object.freeze({ L1: 0, L2: 0, L3: 0 });
