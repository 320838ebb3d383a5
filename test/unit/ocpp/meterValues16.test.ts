import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METER_CURRENT_MAX_A, METER_ENERGY_MAX_WH, METER_POWER_MAX_W } from '../../../src/ocpp/meterReading.js';
import { decodeMeterValues, type WireMeterValue } from '../../../src/ocpp/v16/meterValues.js';
import type { MeterSample } from '../../../src/site/stationMessages.js';

type Sampled = WireMeterValue['sampledValue'][number];

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const AT = '2026-03-01T11:59:58Z';
const AT_MS = NOW_MS - 2_000;

function decode(...sampledValue: Sampled[]): { sample: Omit<MeterSample, 'timestampMs'>; quarantined: number } {
  const { samples, quarantined } = decodeMeterValues([{ timestamp: AT, sampledValue }], NOW_MS);
  const { timestampMs, ...sample } = samples[0] ?? { timestampMs: 0 };
  expect(timestampMs).toBe(AT_MS);
  return { sample, quarantined };
}

const current = (value: string, more: Partial<Sampled> = {}): Sampled => ({
  value,
  measurand: 'Current.Import',
  ...more,
});
const power = (value: string, more: Partial<Sampled> = {}): Sampled => ({
  value,
  measurand: 'Power.Active.Import',
  ...more,
});

describe('meter values of OCPP 1.6', () => {
  it.each<[string, Sampled[], Omit<MeterSample, 'timestampMs'>]>([
    ['no measurand and no unit is the energy register in Wh', [{ value: '1500' }], { energyWh: 1500 }],
    ['kWh are scaled', [{ value: '1.5', unit: 'kWh' }], { energyWh: 1500 }],
    ['kW are scaled', [power('7.36', { unit: 'kW' })], { powerW: 7360 }],
    ['a current without a phase is the same on each', [current('16')], { currentA: 16 }],
    [
      'phase labels are terminals, with or without -N',
      [current('16', { phase: 'L1' }), current('15.5', { phase: 'L2-N' }), current('0', { phase: 'L3' })],
      { terminalCurrentA: [16, 15.5, 0] },
    ],
    [
      'a terminal that is not named is unknown, not zero',
      [current('16', { phase: 'L2' })],
      { terminalCurrentA: ['unknown', 16, 'unknown'] },
    ],
    ['a neutral current is passed over', [current('3', { phase: 'N' })], {}],
    ['phase to phase is passed over', [current('3', { phase: 'L1-L2' }), power('900', { phase: 'L3-L1' })], {}],
    [
      'power per phase is summed',
      [power('1000', { phase: 'L1' }), power('2000', { phase: 'L2' }), power('3', { phase: 'L3', unit: 'kW' })],
      { powerW: 6000 },
    ],
    ['a power total goes before its phases', [power('1000', { phase: 'L1' }), power('2900')], { powerW: 2900 }],
    [
      'a voltage without a phase is that of a DC outlet; one of a phase is not worked with',
      [
        { value: '0.4', measurand: 'Voltage', unit: 'kV' as never },
        { value: '230', measurand: 'Voltage', phase: 'L1-N' },
      ],
      { voltageV: 400 },
    ],
    [
      'what is measured where the grid comes in says so, where there is nothing from the outlet',
      [power('9000', { location: 'Inlet' }), current('14', { location: 'Inlet', phase: 'L1' })],
      { powerW: 9_000, powerIsAtInlet: true, terminalCurrentA: [14, 'unknown', 'unknown'], currentIsAtInlet: true },
    ],
    [
      'the outlet goes before the inlet',
      [power('9000', { location: 'Inlet' }), power('8500', { location: 'Outlet' })],
      { powerW: 8_500 },
    ],
    ['what is offered', [{ value: '13', measurand: 'Current.Offered', unit: 'A' }], { currentOfferedA: 13 }],
    [
      'what is offered per phase is the largest',
      [
        { value: '13', measurand: 'Current.Offered', phase: 'L1' },
        { value: '14', measurand: 'Current.Offered', phase: 'L2' },
      ],
      { currentOfferedA: 14 },
    ],
    [
      'the state of charge, wherever it is measured',
      [{ value: '55', measurand: 'SoC', location: 'EV' }],
      { soCPercent: 55 },
    ],
    [
      'other measurands are passed over, whatever they hold',
      [
        { value: '230', measurand: 'Frequency' },
        { value: 'x', measurand: 'Temperature' },
        { value: '11000', measurand: 'Power.Offered' },
        { value: '9', measurand: 'Energy.Active.Import.Interval' },
        current('-9', { measurand: 'Current.Export' }),
      ],
      {},
    ],
    ['signed data is passed over', [{ value: 'T0NNRg==', format: 'SignedData' }], {}],
    [
      'every context is taken, and the larger of two values',
      [
        { value: '100', context: 'Transaction.Begin' },
        { value: '900', context: 'Transaction.End' },
      ],
      { energyWh: 900 },
    ],
    [
      'the outlet goes before the inlet, in either order',
      [
        current('9', { location: 'Inlet', phase: 'L1' }),
        current('8', { location: 'Outlet', phase: 'L1' }),
        power('2', { location: 'Outlet' }),
        power('5', { location: 'Inlet' }),
      ],
      { terminalCurrentA: [8, 'unknown', 'unknown'], powerW: 2 },
    ],
    [
      'the inlet is taken where there is nothing else',
      [current('9', { location: 'Inlet' })],
      { currentA: 9, currentIsAtInlet: true },
    ],
    ['the side of the car is passed over', [current('120', { location: 'EV' })], {}],
    ['spaces, signs and exponents are read', [current(' +1.6e1 ')], { currentA: 16 }],
    ['a negative zero is zero', [current('-0.0')], { currentA: 0 }],
    ['phantom zeros stay zeros: what they mean is not for the codec', [current('0')], { currentA: 0 }],
  ])('%s', (_what, sampled, expected) => {
    expect(decode(...sampled)).toEqual({ sample: expected, quarantined: 0 });
  });

  it.each([
    'NaN',
    'Infinity',
    '-Infinity',
    '1e308',
    '1e999',
    '-5',
    '-0.1',
    '',
    ' ',
    '0x10',
    '16,5',
    '1_6',
    '16 A',
    'null',
  ])('a current of "%s" is quarantined (abuse 25)', (value) => {
    expect(decode(current(value))).toEqual({ sample: {}, quarantined: 1 });
    expect(decode(current(value, { phase: 'L2' }), current('6', { phase: 'L1' }))).toEqual({
      sample: { terminalCurrentA: [6, 'unknown', 'unknown'] },
      quarantined: 1,
    });
  });

  it.each<[string, Sampled]>([
    ['current', current(String(METER_CURRENT_MAX_A + 1))],
    ['power', power(String(METER_POWER_MAX_W / 1_000 + 1), { unit: 'kW' })],
    ['energy', { value: String(METER_ENERGY_MAX_WH + 1) }],
    ['a state of charge', { value: '101', measurand: 'SoC' }],
    ['a current in watts', current('16', { unit: 'W' })],
    ['a power in amperes', power('16', { unit: 'A' })],
    ['energy in W', { value: '16', unit: 'W' }],
  ])('%s that can not be is quarantined', (_what, sampled) => {
    expect(decode(sampled)).toEqual({ sample: {}, quarantined: 1 });
  });

  it('a sum over the phases is not made when one of them was quarantined: it would be too low', () => {
    expect(decode(power('1000', { phase: 'L1' }), power('-1', { phase: 'L2' }))).toEqual({
      sample: {},
      quarantined: 1,
    });
    expect(decode(power('1000', { phase: 'L1' }), power('-1', { phase: 'L2' }), power('3000'))).toEqual({
      sample: { powerW: 3000 },
      quarantined: 1,
    });
  });

  it('each value has its own timestamp, and an absurd one becomes the time of receipt (abuse 26)', () => {
    const values = [AT, '1970-01-01T00:00:00Z', '2036-03-01T12:00:00Z', '2026-02-31T12:00:00Z'].map((timestamp) => ({
      timestamp,
      sampledValue: [],
    }));
    const decoded = decodeMeterValues(values, NOW_MS);
    expect(decoded.samples.map(({ timestampMs }) => timestampMs)).toEqual([AT_MS, NOW_MS, NOW_MS, NOW_MS]);
    expect(decoded.timestampsReplaced).toBe(3);
  });

  it('never lets an impossible number through, whatever the station writes', () => {
    const sampled = fc.record(
      {
        value: fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)),
        measurand: fc.constantFrom('Current.Import', 'Current.Offered', 'Power.Active.Import', 'SoC', 'Voltage'),
        phase: fc.constantFrom('L1', 'L2-N', 'L3', 'N', 'L1-L2'),
        unit: fc.constantFrom('A', 'W', 'kW', 'Wh', 'kWh', 'Percent'),
        location: fc.constantFrom('Outlet', 'Inlet', 'EV'),
      },
      { requiredKeys: ['value'] },
    ) as fc.Arbitrary<Sampled>;
    fc.assert(
      fc.property(fc.array(sampled), (sampledValue) => {
        const { samples } = decodeMeterValues([{ timestamp: AT, sampledValue }], NOW_MS);
        const { terminalCurrentA = [], timestampMs: _at, ...scalars } = samples[0] ?? { timestampMs: 0 };
        for (const value of [...terminalCurrentA, ...Object.values(scalars)]) {
          if (value === 'unknown' || value === true) continue;
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(METER_ENERGY_MAX_WH);
        }
      }),
    );
  });
});
