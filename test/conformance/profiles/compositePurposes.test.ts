import { describe, expect, it } from 'vitest';
import { composite, HOUR_S, NOON_MS, TRANSACTION, VERSIONS } from '../../support/profiles/wire.js';

// How the purposes come together, and for which EVSE they count. Names begin with the requirement's id.

const inTransaction = { transactions: [TRANSACTION] };

describe.each(VERSIONS)('composite schedule of %s: purposes', (version) => {
  it('decision: the purposes are combined by minimum, whichever is the lower', () => {
    const profiles = (maximum: number, ofCar: number) => [
      { purpose: 'Max', limit: maximum },
      { purpose: 'TxProfile', limit: ofCar },
    ];
    expect(composite(version, profiles(20, 32), inTransaction)).toEqual([[0, 20]]);
    expect(composite(version, profiles(20, 6), inTransaction)).toEqual([[0, 6]]);
  });

  it('decision: stack levels of different purposes have nothing to do with each other', () => {
    expect(
      composite(version, [
        { purpose: 'Max', limit: 20, level: 0 },
        { limit: 32, level: 9 },
      ]),
    ).toEqual([[0, 20]]);
  });

  it('the minimum is taken at each instant', () => {
    expect(
      composite(version, [
        {
          purpose: 'Max',
          periods: [
            [0, 20],
            [100, 8],
          ],
        },
        {
          periods: [
            [0, 32],
            [50, 16],
            [150, 6],
          ],
        },
      ]),
    ).toEqual([
      [0, 20],
      [50, 16],
      [100, 8],
      [150, 6],
    ]);
  });

  it('K04.FR.03 a maximum counts on connector or EVSE 0 only', () => {
    expect(composite(version, [{ purpose: 'Max', evseId: 1, limit: 6 }])).toEqual([[0, 'unlimited']]);
    expect(composite(version, [{ purpose: 'Max', evseId: 0, limit: 6 }])).toEqual([[0, 6]]);
  });

  it('decision: the whole of the maximum counts for each EVSE: a station is not relied upon to divide it', () => {
    const profiles = [
      { purpose: 'Max', limit: 32 },
      { evseId: 2, limit: 20 },
    ];
    expect(composite(version, profiles, { evseId: 1 })).toEqual([[0, 32]]);
    expect(composite(version, profiles, { evseId: 2 })).toEqual([[0, 20]]);
  });

  it('decision: the composite of connector 0 is the maximum alone, not a sum of EVSEs', () => {
    expect(
      composite(
        version,
        [
          { purpose: 'Max', limit: 63, durationS: HOUR_S },
          { evseId: 0, limit: 6 },
          { evseId: 1, limit: 16 },
          { evseId: 1, purpose: 'TxProfile', limit: 12 },
        ],
        { ...inTransaction, evseId: 0 },
      ),
    ).toEqual([
      [0, 63],
      [HOUR_S, 'unlimited'],
    ]);
  });

  it('K01.FR.09 a TxProfile says nothing while no transaction runs', () => {
    const profiles = [{ purpose: 'TxProfile', limit: 6 }, { limit: 16 }];
    expect(composite(version, profiles)).toEqual([[0, 16]]);
    expect(composite(version, profiles, inTransaction)).toEqual([[0, 6]]);
  });

  it('K01.FR.33 a TxProfile of another transaction says nothing', () => {
    const profiles = [{ purpose: 'TxProfile', limit: 6, transactionId: version === '1.6' ? 4 : '4' }, { limit: 16 }];
    expect(composite(version, profiles, inTransaction)).toEqual([[0, 16]]);
    expect(composite(version, profiles, { transactions: [{ ...TRANSACTION, transactionId: 4 }] })).toEqual([[0, 6]]);
  });

  it('K01.FR.16 a TxProfile on EVSE 0 says nothing', () => {
    expect(composite(version, [{ purpose: 'TxProfile', evseId: 0, limit: 6 }], inTransaction)).toEqual([
      [0, 'unlimited'],
    ]);
  });

  it('profiles and transactions of other EVSEs do not matter', () => {
    const other = { evseId: 2, startMs: NOON_MS - 7_000_000, transactionId: '5' };
    expect(
      composite(
        version,
        [
          { evseId: 2, limit: 6 },
          { evseId: 2, purpose: 'TxProfile', limit: 7, transactionId: 5 },
          {
            kind: 'Relative',
            periods: [
              [0, 10],
              [60, 16],
            ],
          },
        ],
        { transactions: [other] },
      ),
    ).toEqual([
      [0, 10],
      [60, 16],
    ]);
  });
});

describe('composite schedule of 1.6: the template on connector 0', () => {
  const template = { evseId: 0, limit: 8 };

  it('holds for each connector', () => {
    for (const evseId of [1, 2]) expect(composite('1.6', [template], { evseId })).toEqual([[0, 8]]);
  });

  it('is replaced for one connector by its own, whatever the levels, and for that one only', () => {
    const profiles = [
      { ...template, level: 5 },
      { evseId: 1, limit: 20, level: 0 },
    ];
    expect(composite('1.6', profiles, { evseId: 1 })).toEqual([[0, 20]]);
    expect(composite('1.6', profiles, { evseId: 2 })).toEqual([[0, 8]]);
  });

  it('decision: at one stack level the specific one wins, whichever came last', () => {
    const specific = { evseId: 1, limit: 20 };
    expect(composite('1.6', [template, specific])).toEqual([[0, 20]]);
    expect(composite('1.6', [specific, template])).toEqual([[0, 20]]);
  });

  it('holds again where the specific one says nothing', () => {
    expect(composite('1.6', [template, { evseId: 1, limit: 20, durationS: HOUR_S }])).toEqual([
      [0, 20],
      [HOUR_S, 8],
    ]);
  });

  it('knows no external constraints, priority or generation', () => {
    for (const purpose of ['ChargingStationExternalConstraints', 'PriorityCharging', 'LocalGeneration'])
      expect(() => composite('1.6', [{ purpose }])).toThrow(`"${purpose}" is no purpose of OCPP 1.6`);
  });
});

describe.each(['2.0.1', '2.1'] as const)('composite schedule of %s: EVSE 0 and external constraints', (version) => {
  it('K01.FR.14 a TxDefaultProfile on EVSE 0 is in one stack with that of each EVSE', () => {
    const profiles = [
      { evseId: 0, limit: 8, level: 1, durationS: HOUR_S },
      { evseId: 1, limit: 20, level: 0 },
    ];
    expect(composite(version, profiles, { evseId: 1 })).toEqual([
      [0, 8],
      [HOUR_S, 20],
    ]);
    expect(composite(version, profiles, { evseId: 2 })).toEqual([
      [0, 8],
      [HOUR_S, 'unlimited'],
    ]);
  });

  it('decision: should both stand at one level after all, the specific one wins', () => {
    const profiles = [
      { evseId: 1, limit: 20 },
      { evseId: 0, limit: 8 },
    ];
    expect(composite(version, profiles)).toEqual([[0, 20]]);
  });

  it('SC.01 external constraints are one more term of the minimum', () => {
    const external = (limit: number) => ({ evseId: 0, purpose: 'ChargingStationExternalConstraints', limit });
    const others = [{ purpose: 'Max', limit: 20 }, { limit: 16 }];
    expect(composite(version, [...others, external(10)])).toEqual([[0, 10]]);
    expect(composite(version, [...others, external(25)])).toEqual([[0, 16]]);
  });

  it('SC.01 those of one EVSE hold for it, and those of the station for the composite of EVSE 0 as well', () => {
    const purpose = 'ChargingStationExternalConstraints';
    expect(composite(version, [{ purpose, evseId: 1, limit: 10 }], { evseId: 2 })).toEqual([[0, 'unlimited']]);
    expect(composite(version, [{ purpose, evseId: 1, limit: 10 }], { evseId: 1 })).toEqual([[0, 10]]);
    const ofStation = [
      { purpose: 'Max', limit: 63 },
      { purpose, evseId: 0, limit: 40 },
    ];
    expect(composite(version, ofStation, { evseId: 0 })).toEqual([[0, 40]]);
  });
});

describe('composite schedule of 2.0.1', () => {
  it('knows neither priority nor generation, which would raise limits', () => {
    for (const purpose of ['PriorityCharging', 'LocalGeneration'])
      expect(() => composite('2.0.1', [{ purpose }])).toThrow(`"${purpose}" is no purpose of OCPP 2.0.1`);
    expect(() => composite('2.0.1', [{ kind: 'Dynamic' }])).toThrow('"Dynamic" is no kind of profile of OCPP 2.0.1');
  });
});

describe('composite schedule of 2.1: priority and local generation', () => {
  const priority = { purpose: 'PriorityCharging', limit: 32 };
  const ofCar = [{ purpose: 'TxProfile', limit: 10 }, { limit: 6 }];

  it('K21, K22 priority charging replaces the TxProfile and the TxDefaultProfile, whatever their levels', () => {
    const high = ofCar.map((sketch) => ({ ...sketch, level: 9 }));
    expect(composite('2.1', [priority, ...high], inTransaction)).toEqual([[0, 32]]);
  });

  it('K21, K22 but stays below the maximum and the external constraints', () => {
    const caps = [
      { purpose: 'Max', limit: 25 },
      { purpose: 'ChargingStationExternalConstraints', limit: 20 },
    ];
    expect(composite('2.1', [priority, ...ofCar, ...caps], inTransaction)).toEqual([[0, 20]]);
  });

  it('K21, K22 only while it is active: not where nobody asked for priority, not outside its validity', () => {
    const unasked = { transactions: [{ ...TRANSACTION, priorityCharging: false }] };
    expect(composite('2.1', [priority, ...ofCar], unasked)).toEqual([[0, 10]]);
    const later = { ...priority, validFromMs: NOON_MS + HOUR_S * 1000 };
    expect(composite('2.1', [later, ...ofCar], inTransaction)).toEqual([
      [0, 10],
      [HOUR_S, 32],
    ]);
  });

  it('K27, K04.FR.05 local generation is added after the minimum', () => {
    const profiles = [
      { purpose: 'Max', limit: 5000, unit: 'W' },
      { purpose: 'LocalGeneration', evseId: 0, limit: 2000, unit: 'W', durationS: HOUR_S },
      { limit: 9000, unit: 'W' },
    ];
    expect(composite('2.1', profiles, { rateUnit: 'W' })).toEqual([
      [0, 7000],
      [HOUR_S, 5000],
    ]);
    expect(composite('2.1', profiles.slice(0, 2), { rateUnit: 'W', evseId: 0 })).toEqual([
      [0, 7000],
      [HOUR_S, 5000],
    ]);
  });

  it('K27 local generation alone limits nothing', () => {
    expect(composite('2.1', [{ purpose: 'LocalGeneration', limit: 10 }])).toEqual([[0, 'unlimited']]);
  });

  it('K27 generation of an amount that no period names adds nothing', () => {
    const unnamed = {
      purpose: 'LocalGeneration',
      kind: 'Dynamic',
      period: { limit: undefined, operationMode: 'ExternalLimits' },
    };
    expect(composite('2.1', [unnamed, { limit: 10 }])).toEqual([[0, 10]]);
  });
});
