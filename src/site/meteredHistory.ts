import { type HistoryState, historyAt, withReading } from './historyState.js';
import type { Circuit, SiteModel } from './model.js';
import { PHASES } from './phases.js';
import type { CircuitReadingState, SiteState } from './state.js';

/** Takes a circuit's last reading into account: from when it was read until atMs, or until the meter counts as silent. */
export function withLastReading(state: SiteState, circuit: Circuit, atMs: number): HistoryState {
  const last = state.circuits.get(circuit.id)?.readings.at(-1);
  if (last === undefined) return state.history;
  const toMs = Math.min(atMs, last.atMs + circuit.meterStaleS * 1000);
  if (toMs <= last.atMs) return state.history;
  return withReading(state.history, {
    circuitId: circuit.id,
    fromMs: last.atMs,
    toMs,
    baseLoadA: last.baseLoadA,
    ...(circuit.parentId === null ? { powerW: readPowerW(last, state.site) } : {}),
  });
}

/** The history of a running site as of now: every meter's last word up to this moment. What follows builds on the state alone. */
export function historyNow(state: SiteState, nowMs: number): HistoryState {
  const history = historyAt(state.history, nowMs, true);
  return state.site.circuits.reduce(
    (known, circuit) => withLastReading({ ...state, history: known }, circuit, nowMs),
    history,
  );
}

/** Currents that flow back on one phase count against those of the others, as most meters bill them. */
function readPowerW({ powerW, currentA }: CircuitReadingState, { voltageV }: SiteModel): number {
  return powerW ?? PHASES.reduce((sum, phase) => sum + currentA[phase], 0) * voltageV;
}
