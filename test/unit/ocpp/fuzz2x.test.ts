import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replyTo } from '../../../src/control/stationRequests.js';
import type { JsonObject } from '../../../src/ocpp/frame.js';
import { acEvse, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { SeededRandom } from '../../support/seededRandom.js';

const AT = '2026-03-01T11:59:58Z';
const SCHEDULE = {
  id: 1,
  chargingRateUnit: 'A',
  startSchedule: AT,
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 9 }],
};

/** Good messages to spoil: those that change something. */
const MESSAGES: readonly (readonly [string, JsonObject])[] = [
  ['BootNotification', { reason: 'PowerUp', chargingStation: { vendorName: 'A', model: 'O', firmwareVersion: '1' } }],
  ['StatusNotification', { timestamp: AT, connectorStatus: 'Occupied', evseId: 1, connectorId: 2 }],
  ...(['Started', 'Updated', 'Ended'] as const).map((eventType): readonly [string, JsonObject] => [
    'TransactionEvent',
    {
      eventType,
      timestamp: AT,
      triggerReason: 'Trigger',
      seqNo: 1,
      offline: false,
      transactionInfo: { transactionId: 'tx', chargingState: 'Charging' },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: 'TAG', type: 'ISO14443' },
      meterValue: [
        {
          timestamp: AT,
          sampledValue: [
            { value: 1, measurand: 'Current.Import', phase: 'L1' },
            { value: 5, unitOfMeasure: { unit: 'kWh', multiplier: 0 } },
          ],
        },
      ],
    },
  ]),
  [
    'MeterValues',
    { evseId: 1, meterValue: [{ timestamp: AT, sampledValue: [{ value: 3, measurand: 'Current.Import' }] }] },
  ],
  [
    'NotifyEVChargingNeeds',
    {
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase',
        departureTime: AT,
        acChargingParameters: { energyAmount: 1, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
      },
    },
  ],
  ['NotifyChargingLimit', { evseId: 1, chargingLimit: { chargingLimitSource: 'SO' }, chargingSchedule: [SCHEDULE] }],
  ['ClearedChargingLimit', { chargingLimitSource: 'SO', evseId: 1 }],
  [
    'NotifyReport',
    {
      requestId: 1,
      generatedAt: AT,
      seqNo: 0,
      reportData: [
        {
          component: { name: 'SmartChargingCtrlr' },
          variable: { name: 'PeriodsPerSchedule' },
          variableAttribute: [{ value: '6' }],
        },
      ],
    },
  ],
];

/** Values that stations send where others belong. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0, 2, 1e308, -1e308, 2 ** 53, 0.1, '', 'x'.repeat(40), 'tx-2', true, [], {}),
  fc.constantFrom('1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '2026-02-31T00:00:00Z', 'Ended', 'Started'),
  fc.jsonValue({ maxDepth: 2 }),
);

/** One member, somewhere in it, another; or, where that is undefined, left out as JSON does. */
function spoil(payload: unknown, path: readonly number[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof payload !== 'object' || payload === null) return value;
  if (Array.isArray(payload))
    return payload.map((member, index) => (index === 0 ? spoil(member, rest, value) : member));
  const names = Object.keys(payload);
  const name = names[step % Math.max(1, names.length)];
  if (name === undefined) return value;
  return { ...payload, [name]: spoil((payload as JsonObject)[name], rest, value) };
}

const spoilt = fc
  .tuple(
    fc.constantFrom(...MESSAGES),
    fc.array(fc.tuple(fc.array(fc.nat(6), { minLength: 1, maxLength: 5 }), fc.oneof(odd, fc.constant(undefined))), {
      maxLength: 3,
    }),
  )
  .map(([[action, payload], changes]) => {
    const changed = changes.reduce((so: unknown, [path, value]) => spoil(so, path, value), structuredClone(payload));
    return { action, payload: JSON.parse(JSON.stringify(changed ?? {})) as unknown };
  });

describe.each(VERSIONS_2X)('any messages in OCPP $name', ({ dialect, flaws }) => {
  it('are understood or refused, and leave a site that can be reckoned with', () => {
    const site = siteOf({ stations: [stationOf('A', { evses: [acEvse(), acEvse({ id: 2 })] }), stationOf('B')] });
    fc.assert(
      fc.property(fc.array(spoilt, { minLength: 1, maxLength: 12 }), (messages) => {
        const life = new SiteLife(site).commission('A', 6);
        for (const { action, payload } of messages) {
          life.wait(1_000);
          if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) continue;
          const decoded = dialect.decodeRequest(action, payload as JsonObject, life.nowMs);
          if (!decoded.decoded) {
            expect(dialect.errorCode(decoded.failure.kind)).toMatch(/Violation$/);
            continue;
          }
          const { request } = decoded;
          const context = { state: life.state, stationId: 'A', nowMs: life.nowMs, random: new SeededRandom(1) };
          const reply = replyTo(request, context);
          expect(flaws(`${action}Response`, dialect.encodeResponse(request.type, reply.response as never))).toEqual([]);
          // As it is written to the journal, and read again.
          life.take(...(JSON.parse(JSON.stringify(reply.events)) as typeof reply.events));
          for (const evseId of [1, 2]) {
            expect(life.mayA('A', life.nowMs, evseId)).toBeGreaterThanOrEqual(0);
            const energyWh = life.at('A', evseId).evseState.transaction?.energyWh ?? 0;
            expect(energyWh).toBeGreaterThanOrEqual(0);
            expect(energyWh).toBeLessThan(1_000_000);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
