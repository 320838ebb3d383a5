import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkFleet, Fleet } from '../../../src/simulator/index.js';
import { ManualClock } from './manualClock.js';

test('the fleet file of the guide is one, and its stations are what it says', async () => {
  const guide = await readFile(new URL('../../../docs/simulator.md', import.meta.url), 'utf8');
  const text = /```json fleet\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const fleet = new Fleet({ description: checkFleet(JSON.parse(text)), apiKey: 'a key', clock: new ManualClock() });
  expect([...fleet.stations.values()].map(({ stationId, evseIds }) => [stationId, evseIds])).toEqual([
    ['CP001', [1]],
    ['CP002', [1, 2]],
    ['FAST1', [1]],
  ]);
  expect(fleet.stations.get('CP001')?.limitA(1)).toBe(32);
  expect(fleet.stations.get('FAST1')?.limitA(1)).toBeCloseTo(50_000 / 0.94 / 690);
});
