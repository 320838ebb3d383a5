import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { Car } from '../../../src/simulator/index.js';

const supply = { terminals: 3, voltageV: 230, energySpeed: 1 } as const;
const options = { batteryWh: 60_000, soC: 0.2, phases: 3, currentMaxA: 16, reactionS: 3, rampUpAPerS: 4 } as const;

/** Steps by quarter seconds; answers what was taken. */
function live(car: Car, fromS: number, toS: number): number {
  let energyWh = 0;
  for (let s = fromS; s <= toS; s += 0.25) energyWh += car.step(s * 1000, supply);
  return energyWh;
}

test('starts to follow a higher pilot after its reaction time, at once at 6 A, then by its ramp', () => {
  const car = new Car(options);
  car.setPilot(0, 16);
  live(car, 0, 2.75);
  expect(car.drawA).toBe(0);
  live(car, 3, 3);
  expect(car.drawA).toBe(6);
  live(car, 3.25, 4);
  expect(car.drawA).toBeCloseTo(10);
  live(car, 4.25, 6);
  expect(car.drawA).toBe(16);
});

test('follows a lower pilot wholly when its reaction time is over, and not before', () => {
  const car = new Car(options);
  car.setPilot(0, 16);
  live(car, 0, 10);
  car.setPilot(10_000, 8);
  live(car, 10.25, 12.75);
  expect(car.drawA).toBe(16);
  live(car, 13, 13);
  expect(car.drawA).toBe(8);
});

test('draws nothing from a pilot below 6 A', () => {
  const car = new Car(options);
  car.setPilot(0, 5.9);
  live(car, 0, 20);
  expect(car.drawA).toBe(0);
  expect(car.wantsA(5.9)).toBe(0);
});

test('takes energy on as many phases as both it and the supply have', () => {
  const hour = 3_600_000;
  const energyWh = (phases: 1 | 2 | 3, terminals: 1 | 2 | 3): number => {
    const car = new Car({ ...options, phases, soC: 0, reactionS: 0, rampUpAPerS: 1e9 });
    car.setPilot(0, 10);
    car.step(0, { ...supply, terminals });
    car.step(1000, { ...supply, terminals });
    return car.step(1000 + hour, { ...supply, terminals });
  };
  expect(energyWh(1, 3)).toBeCloseTo(2300, -1);
  expect(energyWh(2, 3)).toBeCloseTo(4600, -1);
  expect(energyWh(3, 3)).toBeCloseTo(6900, -1);
  expect(energyWh(3, 1)).toBeCloseTo(2300, -1);
});

test('tapers above 80 % and stops when full', () => {
  const car = new Car({ ...options, soC: 0.9, reactionS: 0, rampUpAPerS: 1e9, batteryWh: 10_000 });
  car.setPilot(0, 16);
  live(car, 0, 1);
  expect(car.drawA).toBeCloseTo(8, 1);
  for (let minute = 1; minute < 600; minute++) car.step(minute * 60_000, supply);
  expect(car.isFull).toBe(true);
  expect(car.soC).toBe(1);
  expect(car.drawA).toBe(0);
});

test('an open contactor stops the current at once', () => {
  const car = new Car({ ...options, reactionS: 5 });
  car.setPilot(0, 16);
  live(car, 0, 20);
  expect(car.drawA).toBe(16);
  car.cutPower();
  expect(car.drawA).toBe(0);
});

property.prop([
  fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 })), { maxLength: 30 }),
])('never draws more than the largest pilot of its last reaction time, whatever it was told and when', (changes) => {
  const car = new Car({ ...options, currentMaxA: 32, soC: 0.1 });
  const pilots: { atMs: number; pilotA: number }[] = [{ atMs: 0, pilotA: 0 }];
  let nowMs = 0;
  for (const [waitQuarterS, pilotA] of changes) {
    for (let k = 0; k < waitQuarterS; k++) {
      nowMs += 250;
      car.step(nowMs, supply);
      const latestBefore = pilots.findLast(({ atMs }) => atMs <= nowMs - 3000)?.pilotA ?? 0;
      const since = pilots.filter(({ atMs }) => atMs > nowMs - 3000).map((pilot) => pilot.pilotA);
      expect(car.drawA).toBeLessThanOrEqual(Math.max(latestBefore, ...since));
    }
    car.setPilot(nowMs, pilotA);
    pilots.push({ atMs: nowMs, pilotA });
  }
});
