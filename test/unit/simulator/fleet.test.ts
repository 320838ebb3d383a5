import { expect, test } from 'vitest';
import { parseFleetCommand } from '../../../src/simulator/fleetCommands.js';
import { checkFleet, parseFault, seededRandom, Ticker } from '../../../src/simulator/index.js';
import { ManualClock } from './manualClock.js';

const station = { id: 'CP001', evses: [{ id: 1, currentMaxA: 32, phases: ['L1'] }] };

test('a good fleet file is taken as it is', () => {
  const fleet = { stations: [station], seed: 4 };
  expect(checkFleet(fleet)).toBe(fleet);
});

test.each([
  [{}, 'stations must be a list'],
  [{ stations: [{ id: 'A' }] }, 'stations[0].evses must be a list'],
  [{ stations: [station, station] }, 'station CP001 is there twice'],
  [{ stations: [{ ...station, ocppVersion: 2.1 }] }, 'stations[0].ocppVersion must be one of 1.6, 2.0.1, 2.1'],
  [{ stations: [{ ...station, txStartPoint: 'Never' }] }, 'stations[0].txStartPoint must be one of PowerPathClosed'],
  [{ stations: [{ ...station, ocppVersion: '2.0' }] }, 'stations[0].ocppVersion'],
  [{ stations: [{ ...station, evses: [{ id: 1, kind: 'DC', phases: ['L1'] }] }] }, 'stations[0].evses[0].powerMaxW'],
  [
    { stations: [{ ...station, evses: [{ id: 1, kind: 'DC', phases: ['L1'], powerMaxW: 9, efficiency: 1.1 }] }] },
    'stations[0].evses[0].efficiency must be above 0 and at most 1',
  ],
  [{ stations: [{ ...station, evses: [{ ...station.evses[0], kind: 'gas' }] }] }, 'kind must be AC or DC'],
  [
    { stations: [{ ...station, evses: [{ id: 1, currentMaxA: 32, phases: ['L1', 'L1'] }] }] },
    'stations[0].evses[0].phases',
  ],
  [{ stations: [station], site: { siteId: 's', circuits: [] } }, 'stations[0].circuitId must be a text'],
  [
    { stations: [{ ...station, evses: [{ ...station.evses[0], visits: [{ afterS: 1, car: { batteryWh: -1 } }] }] }] },
    'car.batteryWh must be a number',
  ],
])('a bad fleet file %# is refused with the member at fault', (fleet, message) => {
  expect(() => checkFleet(fleet)).toThrow(message);
});

test('typed commands become what they say', () => {
  expect(parseFleetCommand('plug CP001 2 TAG')).toEqual({
    type: 'plug',
    stationId: 'CP001',
    evseId: 2,
    idToken: 'TAG',
  });
  expect(parseFleetCommand('unplug CP001')).toEqual({ type: 'unplug', stationId: 'CP001', evseId: 1 });
  expect(parseFleetCommand('reboot CP002 8 keep')).toEqual({
    type: 'reboot',
    stationId: 'CP002',
    downS: 8,
    transactions: 'keep',
  });
  expect(parseFleetCommand('fault CP003 ignore')).toEqual({
    type: 'fault',
    stationId: 'CP003',
    fault: { kind: 'ignore' },
  });
  expect(parseFleetCommand('load grid 1 2 3.5')).toEqual({
    type: 'load',
    circuitId: 'grid',
    currentA: { L1: 1, L2: 2, L3: 3.5 },
  });
  expect(parseFleetCommand('limit CP001 12.5')).toEqual({ type: 'limit', stationId: 'CP001', limitA: 12.5, evseId: 0 });
  expect(parseFleetCommand('limit CP001 none 2')).toEqual({
    type: 'limit',
    stationId: 'CP001',
    limitA: 'none',
    evseId: 2,
  });
  expect(parseFault('delay SetChargingProfile 2000')).toEqual({
    kind: 'delay',
    action: 'SetChargingProfile',
    delayMs: 2000,
  });
  expect(parseFault('clock-skew -90')).toEqual({ kind: 'clockSkew', skewMs: -90_000 });
  expect(parseFault('phantom-zeros 2,3')).toEqual({ kind: 'phantomZeros', terminals: [2, 3] });
});

test.each(['', 'fly CP001', 'fault CP001 sulk', 'load grid 1 2', 'limit CP001', 'plug', 'fault CP001 delay X soon'])(
  'a command that makes no sense, "%s", is refused with a hint',
  (line) => {
    expect(() => parseFleetCommand(line)).toThrow(/type "help"|usage:|number/);
  },
);

test('a seed gives the same chance again', () => {
  const draw = () => {
    const random = seededRandom(7);
    return Array.from({ length: 5 }, () => random.next());
  };
  expect(draw()).toEqual(draw());
  expect(draw().every((value) => value >= 0 && value < 1)).toBe(true);
});

test('one beat serves all in order, makes up for nothing after a stall, and rests when nobody listens', () => {
  const clock = new ManualClock();
  const ticker = new Ticker(clock, 1000);
  const heard: string[] = [];
  const leaveA = ticker.add(() => void heard.push('a'));
  const leaveB = ticker.add(() => void heard.push('b'));
  clock.advance(2000);
  expect(heard).toEqual(['a', 'b', 'a', 'b']);
  leaveA();
  clock.advance(1000);
  leaveB();
  clock.advance(5000);
  expect(heard).toEqual(['a', 'b', 'a', 'b', 'b']);
});
