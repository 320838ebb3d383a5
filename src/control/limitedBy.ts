import type { ChargingLimitSource } from '../site/externalLimit.js';
import type { Phase } from '../site/phases.js';

/** Why a session gets no more than it does: the members of the optimizer's limitedBy, and what only the hand-out knows. */
export type LimitedBy =
  | { readonly by: 'circuit'; readonly circuitId: string; readonly phase: Phase }
  | { readonly by: 'powerLimit'; readonly circuitId: string }
  | { readonly by: 'evse' }
  | { readonly by: 'price' }
  | { readonly by: 'demandCharge' }
  | { readonly by: 'energy' }
  | { readonly by: 'minimumCurrent' }
  | { readonly by: 'absent' }
  /** The car takes less than it is offered. */
  | { readonly by: 'vehicle' }
  /** Its station says that somebody else than us limits it; what that leaves this car, A per phase on the grid side. */
  | {
      readonly by: 'externalLimit';
      readonly source: ChargingLimitSource;
      /** Of this EVSE, or of all of its station together. */
      readonly scope: 'evse' | 'station';
      readonly limitA: number;
    }
  /** Waits until another station's lowering is confirmed. */
  | { readonly by: 'handOut' }
  /** The station is out of reach, refuses, or does not obey: it has its failsafe, or what it takes. */
  | { readonly by: 'station'; readonly reason: 'offline' | 'refuses' | 'disobeys' | 'unconfirmed' };
