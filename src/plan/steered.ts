import type { ProblemSession } from '../../optimizer/index.js';
import { evseCurrentMaxA, evseCurrentMinA, wattsPerAmpere } from '../site/electricity.js';
import { type EvseInSite, phasesInUse, reservedPhases } from '../site/mayDraw.js';
import { PHASES, type Phase } from '../site/phases.js';
import { type CircuitsInput, reservedOverSlots } from './circuits.js';
import type { ControllableSession } from './sessions.js';

/** What is the same of a session over whatever slots it is planned. */
export function steeredSession(
  input: CircuitsInput,
  { at, transaction, reservedA }: ControllableSession,
): Pick<ProblemSession, 'id' | 'circuitId' | 'phases' | 'voltageV' | 'currentMinA' | 'reservedA'> {
  return {
    id: transaction.sessionId,
    circuitId: at.station.circuitId,
    phases: problemPhases(at),
    voltageV: wattsPerAmpere(at.evse, at.site.voltageV) / at.evse.phases.length,
    currentMinA: Math.min(evseCurrentMinA(at.evse), evseCurrentMaxA(at.evse, at.site)),
    reservedA: reservedA ?? reservedOverSlots(input, at),
  };
}

/** Phases that others may have are left out; a car of unknown ways is counted on all it is wired to. */
function problemPhases(at: EvseInSite): Phase[] {
  const reserved = reservedPhases(at.evse, at.evseState);
  return PHASES.filter((phase) =>
    (reserved.length > 0 ? reserved : phasesInUse(at.evse, at.evseState)).includes(phase),
  );
}
