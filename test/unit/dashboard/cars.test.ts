import { describe, expect, it } from 'vitest';
import type { LimitedBy } from '../../../src/dashboard/api/documents.js';
import { type Car, carsOf } from '../../../src/dashboard/model/cars.js';
import { alarms, headline, subline } from '../../../src/dashboard/model/headline.js';
import { namesOf } from '../../../src/dashboard/model/names.js';
import type { Speech } from '../../../src/dashboard/model/speech.js';
import { type CarNow, english, NOW_MS, SITE, siteWith, swedish } from './aSite.js';

const spaces = (text: string) => text.replaceAll('\u00a0', ' ');

function carIn(now: CarNow, speech: Speech = english): Car {
  const [car] = carsOf(siteWith(now), namesOf(SITE, speech), speech);
  if (car === undefined) throw new Error('there is no car');
  return car;
}

const by = (kind: 'price' | 'vehicle'): LimitedBy => ({ by: kind });
const WHYS: readonly (readonly [string, CarNow, string, string])[] = [
  [
    'circuit',
    { limitedBy: { by: 'circuit', circuitId: 'row-a', phase: 'L1' }, limitA: 10, currentA: 10 },
    'Row A is full on L1: 10 A instead of 16 A.',
    'Fullt på Row A, L1: 10 A i stället för 16 A.',
  ],
  [
    'the main fuse',
    { limitedBy: { by: 'circuit', circuitId: 'grid', phase: 'L2' }, limitA: 0 },
    'The main fuse is full on L2. Waits for room.',
    'Fullt på huvudsäkringen, L2. Väntar på plats.',
  ],
  [
    'price',
    { limitedBy: by('price'), limitA: 0, planA: [0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 16] },
    'Waits for a lower price: 48 öre/kWh from 23:20, now 96. Ready tomorrow 01:20.',
    'Väntar på lägre pris: 48 öre/kWh från 23:20, nu 96. Klar i morgon 01:20.',
  ],
  [
    'a price that it draws at all the same',
    { limitedBy: by('price'), limitA: 8, currentA: 8 },
    'Charges with 8 A now, more when the price is lower.',
    'Laddar med 8 A nu, mer när priset är lägre.',
  ],
  [
    'evse',
    { limitedBy: { by: 'evse' }, currentA: 16 },
    'Charges as fast as the station can: 16 A.',
    'Laddar så snabbt stationen klarar: 16 A.',
  ],
  [
    'energy',
    { limitedBy: { by: 'energy' }, limitA: 0, energyWh: 30_000 },
    'Done: has got its 30 kWh.',
    'Klar: har fått sina 30 kWh.',
  ],
  [
    'minimumCurrent',
    { limitedBy: { by: 'minimumCurrent' }, limitA: 0 },
    'Only 1 A is free, a car needs 6 A. Starts 16:20.',
    'Bara 1 A är ledigt, en bil behöver 6 A. Startar 16:20.',
  ],
  [
    'demandCharge',
    { limitedBy: { by: 'demandCharge' }, limitA: 6, currentA: 6 },
    'Held at 6 A until 22:20 to keep the month’s peak at 46 kW.',
    'Hålls på 6 A till 22:20 så att månadens topp stannar på 46 kW.',
  ],
  [
    'vehicle',
    { limitedBy: by('vehicle'), currentA: 9.6 },
    'The car takes 10 of its 16 A.',
    'Bilen tar 10 av sina 16 A.',
  ],
  [
    'a vehicle that paused',
    { limitedBy: by('vehicle') },
    'The car paused by itself. Check its timer.',
    'Bilen pausade själv. Se om den har en timer.',
  ],
  [
    'externalLimit',
    { limitedBy: { by: 'externalLimit', source: 'EMS', scope: 'station', limitA: 10 }, limitA: 16, currentA: 10 },
    'Another system limits the station to 10 A.',
    'Ett annat system begränsar stationen till 10 A.',
  ],
  [
    'handOut',
    { limitedBy: { by: 'handOut' }, limitA: 0 },
    'Waits a moment until another car has slowed down.',
    'Väntar ett ögonblick tills en annan bil har dragit ned.',
  ],
  [
    'a station that is away',
    { online: false },
    'No contact with the station. 16 A stays reserved.',
    'Ingen kontakt med stationen. 16 A hålls reserverat.',
  ],
  [
    'a station that does not follow',
    { control: 'disobeys', limitedBy: { by: 'evse' } },
    'Does not follow limits. 16 A is always reserved.',
    'Följer inte gränser. 16 A hålls alltid reserverat.',
  ],
  [
    'a fault',
    { status: 'Faulted' },
    'Station fault (Faulted). Call service.',
    'Fel på stationen (Faulted). Kontakta service.',
  ],
];

describe('why a car gets what it gets', () => {
  it.each(WHYS)('is said of %s', (_name, now, inEnglish, inSwedish) => {
    expect(spaces(carIn(now).why)).toBe(inEnglish);
    expect(spaces(carIn(now, swedish).why)).toBe(inSwedish);
  });
});

describe('what a car does', () => {
  it.each<readonly [Car['state']['kind'], CarNow]>([
    ['charging', { currentA: 16 }],
    ['starts', { limitA: 0 }],
    ['waiting', { limitA: 0, planA: [0, 0, 0] }],
    ['done', { limitA: 0, energyWh: 29_950 }],
    ['late', { currentA: 10, session: { onTime: false } }],
    ['offline', { online: false, currentA: 16 }],
    ['fault', { status: 'Faulted' }],
  ])('is %s', (kind, now) => {
    expect(carIn(now).state.kind).toBe(kind);
  });

  it('is told with its power, its energy and when it leaves', () => {
    const car = carIn({ currentA: 16 });
    expect(car.powerKw).toBeCloseTo((3 * 16 * 230) / 1_000);
    expect([car.energyKwh, car.wantedKwh, car.bay, car.place]).toEqual([12.4, 30, 'Bay 12', 'Row A']);
    expect(car.departureMs).toBe(NOW_MS + 4 * 3_600_000);
    expect(Math.max(...car.spark)).toBe(1);
  });
});

describe('the sentence on top', () => {
  const said = (now: CarNow | undefined, speech = english) => {
    const site = siteWith(now);
    return headline(carsOf(site, namesOf(SITE, speech), speech), true, speech);
  };

  it('says whether everybody will be on time', () => {
    expect(said(undefined)).toBe('No cars are plugged in.');
    expect(said({})).toBe('The car will be ready in time.');
    expect(said({ session: { onTime: false } })).toBe('0 of 1 cars will be ready in time. Bay 12 will be late.');
    expect(said({ session: { onTime: null } })).toBe('One car charges within the limits.');
    expect(said({}, swedish)).toBe('Bilen blir klar i tid.');
    expect(headline([], false, english)).toBe('No stations yet.');
  });

  it('is followed by what the cars do', () => {
    const cars = carsOf(siteWith({ currentA: 16 }), namesOf(SITE, english), english);
    expect(spaces(subline(cars, NOW_MS, english))).toBe('1 charging with 11.0 kW. Next to leave: Bay 12, 18:20.');
  });
});

describe('alarms', () => {
  const told = (now: CarNow, change: (site: ReturnType<typeof siteWith>) => ReturnType<typeof siteWith>['state']) => {
    const site = siteWith(now);
    const names = namesOf(SITE, english);
    return alarms(change(site), carsOf(site, names, english), NOW_MS, names, english).map(({ text }) => spaces(text));
  };

  it('tell of a fuse that is over its limit by its worst phase, and not of one that is full', () => {
    expect(told({ currentA: 16 }, ({ state }) => state)).toEqual([]);
    const over = told({ currentA: 16 }, ({ state }) => ({
      ...state,
      circuits: state.circuits.map((circuit) => ({ ...circuit, limitA: { L1: 20, L2: 25, L3: 60 } })),
    }));
    expect(over).toEqual([
      'The main fuse L1 draws 26 A, limit 20 A. Turning cars down.',
      'Row A L1 draws 26 A, limit 20 A. Turning cars down.',
    ]);
  });

  it('tell what a late car will have got', () => {
    const late = { currentA: 10, session: { onTime: false, plannedEnergyWh: 24_000 } };
    expect(told(late, ({ state }) => state)).toEqual(['Bay 12 gets 24 of 30 kWh before 18:20.']);
  });
});
