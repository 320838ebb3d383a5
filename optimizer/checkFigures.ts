import type { ChargingPlan, ChargingProblem, DemandCharge, PlanCost, Series } from './types.js';

/** Energy, shortfall and cost from the currents alone, by the definitions of docs/optimizer.md. Part of the checker. */
export function recomputeFigures(
  problem: ChargingProblem,
  plan: ChargingPlan,
): { readonly energyWh: readonly number[]; readonly shortfallWh: readonly number[]; readonly cost: PlanCost } {
  const hours = problem.energyPricePerKwh.map(
    (_, slot) => ((problem.boundariesMs[slot + 1] ?? 0) - (problem.boundariesMs[slot] ?? 0)) / 3_600_000,
  );
  const slotKw = problem.sessions.map((session, index) =>
    (plan.currentA[index] ?? []).map((currentA) => (currentA * session.voltageV * session.phases.length) / 1000),
  );
  const energyKwh = slotKw.map((row) => row.reduce((kwh, kw, slot) => kwh + kw * (hours[slot] ?? 0), 0));
  const missingKwh = problem.sessions.map((session, index) =>
    Math.max(0, session.energyWh / 1000 - (energyKwh[index] ?? 0)),
  );
  let energy = 0;
  for (const row of slotKw) {
    for (const [slot, kw] of row.entries()) energy += kw * (hours[slot] ?? 0) * (problem.energyPricePerKwh[slot] ?? 0);
  }
  let shortfall = 0;
  for (const [index, kwh] of missingKwh.entries()) {
    shortfall += kwh * (problem.sessions[index]?.shortfallPricePerKwh ?? 0);
  }
  let demand = 0;
  for (const charge of problem.demandCharges ?? []) {
    const under = circuitsUnder(problem, charge.circuitId);
    const carKw = hours.map((_, slot) =>
      slotKw.reduce((kw, row, index) => {
        const counts = under.has(problem.sessions[index]?.circuitId ?? '');
        return counts ? kw + (row[slot] ?? 0) : kw;
      }, 0),
    );
    demand += chargeFor(problem, charge, carKw);
  }
  return {
    energyWh: energyKwh.map((kwh) => kwh * 1000),
    shortfallWh: missingKwh.map((kwh) => kwh * 1000),
    cost: { energy, demand, shortfall, total: energy + demand + shortfall },
  };
}

/** Groups the slots by the clock window that they begin in; each group's weighted energy over its hours is its mean power. */
function chargeFor(problem: ChargingProblem, charge: DemandCharge, carKw: readonly number[]): number {
  const windows = new Map<number, { startMs: number; endMs: number; kwh: number }>();
  const [from, to] = charge.slots ?? [0, carKw.length];
  for (let slot = from; slot < to; slot++) {
    const startMs = problem.boundariesMs[slot] ?? 0;
    const endMs = problem.boundariesMs[slot + 1] ?? 0;
    const windowStartMs = charge.windowMs === undefined ? startMs : startMs - modulo(startMs, charge.windowMs);
    const weight = at(charge.weight ?? 1, slot);
    const kw = (carKw[slot] ?? 0) + at(charge.baseLoadKw ?? 0, slot);
    const window = windows.get(windowStartMs) ?? {
      startMs: windowStartMs,
      endMs,
      kwh: slot === 0 ? weight * (charge.windowSoFarKwh ?? 0) : 0,
    };
    windows.set(windowStartMs, { ...window, endMs, kwh: window.kwh + (weight * kw * (endMs - startMs)) / 3_600_000 });
  }
  const meansKw = [...windows.values()].map((window) => (window.kwh / (window.endMs - window.startMs)) * 3_600_000);
  return charge.pricePerKw * (Math.max(charge.peakSoFarKw, ...meansKw) - charge.peakSoFarKw);
}

function circuitsUnder(problem: ChargingProblem, circuitId: string): ReadonlySet<string> {
  const under = new Set([circuitId]);
  // Each pass finds at least the next level of the tree.
  for (let size = 0; size < under.size; ) {
    size = under.size;
    for (const circuit of problem.circuits) {
      if (circuit.parentId !== null && under.has(circuit.parentId)) under.add(circuit.id);
    }
  }
  return under;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function at(series: Series, slot: number): number {
  return typeof series === 'number' ? series : (series[slot] ?? 0);
}
