import type { ChargingProblem } from '../../../optimizer/index.js';
import { SeededRandom } from '../seededRandom.js';
import { demandCharges } from './demandCharges.js';
import { clamped, hill, normal } from './distributions.js';
import { type Car, drawCars } from './fleet.js';
import { drawSite } from './site.js';
import type { SiteOptions } from './siteOptions.js';
import { type Grid, timeGrid } from './timeGrid.js';

// Seeded charging problems like those of real sites, of any size. The same seed and options give the same problem everywhere.

/** A site at the start of its day, shift or night. */
export function generate(options: SiteOptions): ChargingProblem {
  const random = new SeededRandom(options.seed * 7919 + options.sessions * 31 + options.slots);
  const features = options.features ?? {};
  // With a demand charge a window may be running already, so that what was taken in it matters.
  const minutesPast = (features.demandCharges ?? 0) > 0 ? random.pick([0, 15, 30, 45]) : 0;
  const grid = timeGrid(options, minutesPast);
  const energyPricePerKwh = drawPrices(random, grid, features.negativePrices === true);
  const cars = drawCars(random, grid, options);
  const site = drawSite(random, { options, grid, cars });
  const charges = demandCharges(random, { count: features.demandCharges ?? 0, grid, site });
  return {
    boundariesMs: grid.boundariesMs,
    circuits: site.circuits,
    sessions: cars.map((car, index) => sessionOf(car, site.circuitIdOfCar[index] ?? site.rootId, index)),
    energyPricePerKwh,
    ...(charges.length === 0 ? {} : { demandCharges: charges }),
  };
}

function sessionOf(car: Car, circuitId: string, index: number): ChargingProblem['sessions'][number] {
  const { arrivalMs, departureMs, phases, voltageV, currentMinA, currentMaxA, energyWh, shortfallPricePerKwh } = car;
  return {
    id: `session-${index}`,
    circuitId,
    phases,
    voltageV,
    currentMinA,
    currentMaxA,
    ...(arrivalMs === 'here' ? {} : { arrivalMs }),
    departureMs,
    energyWh,
    shortfallPricePerKwh,
  };
}

/** Quarter-hourly: dear in the morning and the evening, cheap at noon and at night. */
function drawPrices(random: SeededRandom, grid: Grid, negative: boolean): readonly number[] {
  const level = random.between(0.1, 0.16);
  const morning = random.between(0.05, 0.09);
  const evening = random.between(0.05, 0.1);
  const noon = random.between(0.03, 0.1);
  const glut = negative
    ? { centre: random.between(0, 24), width: random.between(1, 2), depth: random.between(0.15, 0.4) }
    : null;
  let quarter = -1;
  let noise = 0;
  return grid.hourOfDay.map((hour) => {
    if (Math.floor(hour * 4) !== quarter) {
      quarter = Math.floor(hour * 4);
      noise = 0.012 * normal(random);
    }
    const at = quarter / 4 + 0.125;
    const usual = level + morning * hill(at, 8, 1.8) + evening * hill(at, 19, 2) - noon * hill(at, 13.5, 2.5);
    const price = Math.max(-0.02, usual - 0.04 * hill(at, 3, 2.5) + noise);
    return glut === null ? price : price - glut.depth * hill(at, clamped(glut.centre, 1, 23), glut.width);
  });
}
