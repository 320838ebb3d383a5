import type { SiteModel } from '../../src/site/model.js';
import type { Phase } from '../../src/site/phases.js';
import type { SeededRandom } from './seededRandom.js';

/** Three circuits, up to seven stations of all wirings, and failsafes that fit. */
export function randomSite(random: SeededRandom, { leastA, mostA } = { leastA: 20, mostA: 63 }): SiteModel {
  const limit = () => {
    const a = random.integer(leastA, mostA);
    return { L1: a, L2: a, L3: a };
  };
  const circuits = [
    { id: 'grid', parentId: null, limitA: limit() },
    { id: 'row-a', parentId: 'grid', limitA: limit() },
    { id: 'row-b', parentId: 'grid', limitA: limit() },
  ].map((circuit) => ({ ...circuit, baseLoadMaxA: { L1: 0, L2: 0, L3: 0 }, meterStaleS: 30 }));
  const wirings: Phase[][] = [['L1', 'L2', 'L3'], ['L2', 'L3', 'L1'], ['L3', 'L1', 'L2'], ['L1'], ['L2'], ['L3']];
  const used = new Map<string, number>();
  const stations = Array.from({ length: random.integer(2, 7) }, (_, index) => {
    const circuitId = random.pick(['grid', 'row-a', 'row-b']);
    const phases = random.pick(wirings);
    const path = circuitId === 'grid' ? ['grid'] : [circuitId, 'grid'];
    const fits = path.every((id) =>
      phases.every(
        (phase) =>
          (used.get(id + phase) ?? 0) + 6 <= (circuits.find((circuit) => circuit.id === id)?.limitA[phase] ?? 0),
      ),
    );
    const failsafeA = fits && random.chance(0.6) ? 6 : 0;
    for (const id of path) for (const phase of phases) used.set(id + phase, (used.get(id + phase) ?? 0) + failsafeA);
    return {
      id: `CP${index + 1}`,
      circuitId,
      failsafeA,
      reactionS: 5,
      evses: [
        {
          id: 1,
          kind: 'AC' as const,
          phases,
          currentMinA: 6,
          currentMaxA: random.pick([16, 32]),
          // Allowed, it is the one declared exception to the rule (docs/safety.md): not among what must hold at every instant.
          trustLearnedPhases: false,
        },
      ],
    };
  });
  return {
    siteId: 's',
    name: 's',
    timeZone: 'UTC',
    voltageV: 230,
    tariffIds: [],
    circuits,
    stations,
    meterIntervalS: 10,
    rotationS: 120,
  };
}
