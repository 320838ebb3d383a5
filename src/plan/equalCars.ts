import type { ChargingPlan, ChargingProblem, LimitedBy, ProblemSession } from '../../optimizer/index.js';

// A plan of least cost need not be fair: of two cars between which nothing tells, it may give one everything first, and where there
// is not enough for both, the other nothing. Equal cars are treated equally: whatever the plan gives them together, each has its
// part of it, at the same time where that is possible, else in turns.

/** Of cars that take turns one is always ahead: still the same need. So are two energies that only the meters tell apart. */
const SAME_ENERGY_WH = 250;
const SAME_ENERGY_SHARE = 0.25;
const TURN_MS = 900_000;
/** An energy that no driver misses. */
const NEGLIGIBLE_WH = 10;
/** Parts of equal currents may miss a bound by rounding. */
const TOLERANCE_A = 1e-6;
const MS_PER_HOUR = 3_600_000;

/** What a plan gives each session, and why no more. */
export interface Allotted {
  readonly currentA: readonly (readonly number[])[];
  readonly limitedBy: readonly (readonly LimitedBy[])[];
  readonly energyWh: readonly number[];
}

/**
 * The same plan with what interchangeable sessions get divided among them by what each still wants. Loads and limits are the same,
 * slot by slot: they load the same circuits alike.
 */
export function treatedEqually(problem: ChargingProblem, plan: ChargingPlan): Allotted {
  const groups = interchangeable(problem.sessions);
  if (groups.length === 0) return plan;
  const currentA = [...plan.currentA];
  const limitedBy = [...plan.limitedBy];
  const energyWh = [...plan.energyWh];
  for (const indices of groups) {
    const members = indices.map((index) => memberOf(problem, plan, index));
    divide(problem.boundariesMs, members);
    if (indices.every((index) => isServed(plan, index)) && !members.every(hasAllItWants)) continue;
    const givenWh = sum(indices.map((index) => plan.energyWh[index] ?? 0));
    const wantedWh = sum(members.map((member) => member.wantedWh));
    for (const [at, index] of indices.entries()) {
      const member = members[at];
      if (member === undefined) continue;
      currentA[index] = member.currentA;
      limitedBy[index] = member.limitedBy;
      energyWh[index] = wantedWh === 0 ? 0 : (givenWh * member.wantedWh) / wantedWh;
    }
  }
  return { currentA, limitedBy, energyWh };
}

/** Who all get what they want are not to come short because they are equals: parts of a slot may be too small for a pilot. */
function isServed(plan: ChargingPlan, index: number): boolean {
  return (plan.shortfallWh[index] ?? 0) <= NEGLIGIBLE_WH;
}

function hasAllItWants({ givenWh, wantedWh }: Member): boolean {
  return givenWh >= wantedWh - NEGLIGIBLE_WH;
}

interface Member {
  readonly wantedWh: number;
  readonly session: ProblemSession;
  readonly currentA: number[];
  readonly limitedBy: LimitedBy[];
  givenWh: number;
}

function memberOf(problem: ChargingProblem, plan: ChargingPlan, index: number): Member {
  const session = problem.sessions[index];
  if (session === undefined) throw new Error(`a group names session ${index}, which the problem does not have`);
  return {
    session,
    wantedWh: session.energyWh,
    currentA: [...(plan.currentA[index] ?? [])],
    limitedBy: [...(plan.limitedBy[index] ?? [])],
    givenWh: 0,
  };
}

function divide(boundariesMs: readonly number[], members: readonly Member[]): void {
  let turns: { readonly order: readonly Member[]; readonly untilMs: number } | undefined;
  for (let slot = 0; slot + 1 < boundariesMs.length; slot++) {
    const fromMs = boundariesMs[slot] ?? 0;
    const hours = ((boundariesMs[slot + 1] ?? fromMs) - fromMs) / MS_PER_HOUR;
    const firstA = members[0]?.currentA[slot];
    const parts = members.every((member) => member.currentA[slot] === firstA) ? undefined : partsOf(members, slot);
    if (parts === 'tooSmall') {
      if (turns === undefined || fromMs >= turns.untilMs)
        turns = { order: byWhatIsLeft(members), untilMs: fromMs + TURN_MS };
      takeTurns(turns.order, slot);
    } else if (parts !== undefined) share(members, slot, parts);
    for (const member of members) {
      const { voltageV, phases } = member.session;
      member.givenWh += (member.currentA[slot] ?? 0) * voltageV * phases.length * hours;
    }
  }
}

/** Each one's part by what it wants; equal parts where that gives one more or less than it can take; or neither can be offered. */
function partsOf(members: readonly Member[], slot: number): readonly number[] | 'tooSmall' {
  const wantedWh = sum(members.map((member) => member.wantedWh));
  const totalA = sum(members.map((member) => member.currentA[slot] ?? 0));
  const byWant = members.map((member) => (totalA * member.wantedWh) / wantedWh);
  if (byWant.every((currentA, at) => isOffer(currentA, members[at], slot))) return byWant;
  const equal = members.map(() => totalA / members.length);
  return equal.every((currentA, at) => isOffer(currentA, members[at], slot)) ? equal : 'tooSmall';
}

function isOffer(currentA: number, member: Member | undefined, slot: number): boolean {
  if (member === undefined || currentA === 0) return true;
  const { currentMinA, currentMaxA } = member.session;
  const maxA = typeof currentMaxA === 'number' ? currentMaxA : (currentMaxA[slot] ?? 0);
  return currentA >= currentMinA - TOLERANCE_A && currentA <= maxA + TOLERANCE_A;
}

function share(members: readonly Member[], slot: number, parts: readonly number[]): void {
  const reason = reasonOfAll(members, slot);
  for (const [at, member] of members.entries()) {
    member.currentA[slot] = parts[at] ?? 0;
    if (reason !== undefined) member.limitedBy[slot] = reason;
  }
}

/** More than any current there is. */
const ENERGY_LAST_A = 1e9;

/** What held back the one that got least; that it had all it wanted counts only where that is so of all. */
function reasonOfAll(members: readonly Member[], slot: number): LimitedBy | undefined {
  let found: LimitedBy | undefined;
  let leastA = Number.POSITIVE_INFINITY;
  for (const member of members) {
    const reason = member.limitedBy[slot];
    const currentA = (member.currentA[slot] ?? 0) + (reason?.by === 'energy' ? ENERGY_LAST_A : 0);
    if (reason === undefined || currentA >= leastA) continue;
    found = reason;
    leastA = currentA;
  }
  return found;
}

function byWhatIsLeft(members: readonly Member[]): readonly Member[] {
  const leftWh = (member: Member) => member.wantedWh - member.givenWh;
  return [...members].sort((a, b) => leftWh(b) - leftWh(a));
}

/** The largest current of the slot for the first, and so on. */
function takeTurns(order: readonly Member[], slot: number): void {
  const cells = order
    .map((member) => ({ currentA: member.currentA[slot] ?? 0, reason: member.limitedBy[slot] }))
    .sort((a, b) => b.currentA - a.currentA);
  for (const [at, member] of order.entries()) {
    const cell = cells[at];
    member.currentA[slot] = cell?.currentA ?? 0;
    if (cell?.reason !== undefined) member.limitedBy[slot] = cell.reason;
  }
}

/** Indices of sessions that differ in nothing but their id and a little in the energy they want; groups of two or more. */
function interchangeable(sessions: readonly ProblemSession[]): number[][] {
  const alike = new Map<string, number[]>();
  for (const [index, session] of sessions.entries()) {
    const key = keyOf(session);
    const list = alike.get(key);
    if (list === undefined) alike.set(key, [index]);
    else list.push(index);
  }
  const energyOf = (index: number) => sessions[index]?.energyWh ?? 0;
  return [...alike.values()].flatMap((list) => byEnergy(list, energyOf)).filter((group) => group.length > 1);
}

function byEnergy(list: readonly number[], energyOf: (index: number) => number): number[][] {
  const groups: number[][] = [];
  for (const index of [...list].sort((a, b) => energyOf(a) - energyOf(b) || a - b)) {
    const group = groups.at(-1);
    const leastWh = energyOf(group?.[0] ?? index);
    const isSame = energyOf(index) - leastWh <= Math.max(SAME_ENERGY_WH, leastWh * SAME_ENERGY_SHARE);
    // One that wants nothing more is like nobody who does.
    if (group !== undefined && isSame && leastWh > 0) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

function keyOf(session: ProblemSession): string {
  const { circuitId, phases, voltageV, currentMinA, currentMaxA, reservedA, departureMs, shortfallPricePerKwh } =
    session;
  const limits = `${currentMinA} ${currentMaxA} ${reservedA ?? 0} ${departureMs} ${shortfallPricePerKwh}`;
  // Last, for it may hold anything.
  return `${[...phases].sort()} ${voltageV} ${limits} ${circuitId}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
