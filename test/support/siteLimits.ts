import type { CapacityLimit, SiteModel } from '../../src/site/model.js';
import { PHASES, type Phase } from '../../src/site/phases.js';
import type { SeededRandom } from './seededRandom.js';

type Amperes = Readonly<Record<Phase, number>>;

/** A limit as the service is told of it, and the times at which it holds, reckoned here without any calendar. */
export interface TimedLimit {
  readonly limit: CapacityLimit;
  readonly times: readonly { readonly fromMs: number; readonly toMs: number }[];
}

const MINUTE_MS = 60_000;
const VOLTAGE_V = 230;

/** Up to three limits of all kinds that begin and end within [fromMs, toMs), once or every few minutes. The site's zone is UTC. */
export function randomLimits(
  random: SeededRandom,
  site: SiteModel,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): TimedLimit[] {
  return Array.from({ length: random.integer(0, 3) }, (_, n) => {
    const everyMs = random.integer(3, 5) * MINUTE_MS;
    const count = random.pick([1, 1, 2, 3]);
    const lastsMs = random.integer(20, 150) * 1_000;
    const latestMs = toMs - lastsMs - (count - 1) * everyMs;
    const beginsMs = fromMs + random.integer(0, Math.max(0, Math.floor((latestMs - fromMs) / 1_000))) * 1_000;
    const times = Array.from({ length: count }, (_unused, k) => beginsMs + k * everyMs)
      .map((ms) => ({ fromMs: ms, toMs: ms + lastsMs }))
      .filter((time) => time.toMs <= toMs);
    const recurrence = `FREQ=MINUTELY;INTERVAL=${everyMs / MINUTE_MS};COUNT=${times.length}`;
    const circuitId = random.pick(site.circuits).id;
    const limit: CapacityLimit = {
      limitId: `l${n}`,
      circuitId,
      ...randomCap(random, site, circuitId),
      fromMs: beginsMs,
      toMs: beginsMs + lastsMs,
      ...(times.length === 1 ? {} : { recurrence }),
      source: random.pick(['owner', 'grid-operator'] as const),
    };
    return { limit, times };
  });
}

function randomCap(random: SeededRandom, site: SiteModel, circuitId: string): Partial<CapacityLimit> {
  const building = site.circuits.find(({ id }) => id === circuitId)?.baseLoadMaxA ?? { L1: 0, L2: 0, L3: 0 };
  const limitA = () => random.integer(0, 40);
  switch (random.pick(['current', 'power', 'charging', 'charging', 'section14a', 'both'])) {
    case 'current':
      return { limitA: { L1: building.L1 + limitA(), L2: building.L2 + limitA(), L3: building.L3 + limitA() } };
    case 'power':
      return { powerLimitW: watts(building) + random.integer(0, 20_000) };
    case 'charging':
      return { chargingPowerLimitW: random.integer(0, 15_000) };
    case 'section14a':
      return { section14a: { mode: 'ems', ...(random.chance(0.3) ? { heatPumpsW: 12_000 } : {}) } };
    default:
      return {
        powerLimitW: watts(building) + random.integer(0, 20_000),
        chargingPowerLimitW: random.integer(0, 15_000),
      };
  }
}

/** What flows through a circuit, against what it may carry at an instant: its rating and each limit in force, one by one. */
export function excessOf(
  site: SiteModel,
  limits: readonly TimedLimit[],
  flows: ReadonlyMap<string, { readonly loadA: Amperes; readonly buildingA: Amperes }>,
  nowMs: number,
): string | undefined {
  const inForce = limits.filter(({ times }) => times.some(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs));
  for (const circuit of site.circuits) {
    const { loadA, buildingA } = flows.get(circuit.id) ?? { loadA: NOTHING, buildingA: NOTHING };
    const caps = [circuit, ...inForce.map(({ limit }) => limit).filter(({ circuitId }) => circuitId === circuit.id)];
    for (const cap of caps) {
      for (const phase of PHASES) {
        const limitA = cap.limitA?.[phase] ?? Number.POSITIVE_INFINITY;
        if (loadA[phase] > limitA + 0.01)
          return `OVERLOAD ${circuit.id} ${phase}: ${loadA[phase].toFixed(2)} A of ${limitA} A`;
      }
      const powerLimitW = cap.powerLimitW ?? Number.POSITIVE_INFINITY;
      if (watts(loadA) > powerLimitW + 1) return `OVERLOAD ${circuit.id}: ${watts(loadA)} W of ${powerLimitW} W`;
      const chargingW = watts(loadA) - watts(buildingA);
      const chargingLimitW = 'limitId' in cap ? chargingLimit(site, cap) : Number.POSITIVE_INFINITY;
      if (chargingW > chargingLimitW + 1)
        return `OVERLOAD ${circuit.id}: cars take ${chargingW} W of ${chargingLimitW} W`;
    }
  }
  return undefined;
}

const NOTHING: Amperes = { L1: 0, L2: 0, L3: 0 };

function watts(loadA: Amperes): number {
  return (loadA.L1 + loadA.L2 + loadA.L3) * VOLTAGE_V;
}

/** kW that an operator must leave one charge point to ten of them, by hand; and each of them beside one heat pump. */
const LEAST_KW = [4.2, 7.56, 10.5, 13.02, 15.12, 16.8, 18.06, 18.9, 19.32, 21.21];
const BESIDE_HEAT_PUMP_KW = [3.36, 3.15, 2.94, 2.73, 2.52, 2.31, 2.1, 1.89, 1.89, 1.89];

function chargingLimit(site: SiteModel, { circuitId, chargingPowerLimitW, section14a }: CapacityLimit): number {
  const statedW = chargingPowerLimitW ?? Number.POSITIVE_INFINITY;
  if (section14a === undefined) return statedW;
  const parents = new Map(site.circuits.map(({ id, parentId }) => [id, parentId]));
  const isBelow = (from: string | null | undefined): boolean =>
    from === circuitId || (from !== null && from !== undefined && isBelow(parents.get(from)));
  const points = site.stations
    .filter((station) => isBelow(station.circuitId))
    .flatMap(({ evses }) => evses)
    .filter((evse) => evse.kind === 'AC' && evse.currentMaxA * evse.phases.length * VOLTAGE_V > 4_200).length;
  if (points === 0) return statedW;
  const leastKw =
    section14a.heatPumpsW === undefined ? (LEAST_KW[points - 1] ?? 0) : points * (BESIDE_HEAT_PUMP_KW[points - 1] ?? 0);
  return Math.min(statedW, leastKw * 1_000);
}
