import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replyTo } from '../../../src/control/stationRequests.js';
import type { JsonObject } from '../../../src/ocpp/frame.js';
import { planSite } from '../../../src/plan/plan.js';
import { txProfile } from '../../../src/profiles/compile.js';
import { checkComposite } from '../../../src/profiles/compositeCheck.js';
import { checkReport, foreignProfilesOf } from '../../../src/profiles/reportCheck.js';
import { constantSteps } from '../../../src/site/limitSteps.js';
import type { StationRequest } from '../../../src/site/stationMessages.js';
import { acEvse, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { SeededRandom } from '../../support/seededRandom.js';

// What stations of OCPP 2.1 may do that nothing is planned with here: discharge, keep to setpoints, run in modes of operation, add
// what is generated on site, take profiles that change as they go. It is read, and never makes more of what may be drawn, nor less of
// what is counted.

const found = VERSIONS_2X.find(({ name }) => name === '2.1');
if (found === undefined) throw new Error('there is no version 2.1');
const v21 = found;
const GIVEN_A = 10;
const AT = new Date(NOON_MS).toISOString();

type Period = Readonly<Record<string, unknown>>;

/** As the station sends it: held against its official schema, and read. */
function read(action: string, payload: JsonObject): { request: StationRequest; quarantined: number } {
  expect([action, v21.flaws(`${action}Request`, payload)]).toEqual([action, []]);
  const decoded = v21.dialect.decodeRequest(action, payload, NOON_MS);
  if (!decoded.decoded) throw new Error(decoded.failure.description);
  return { request: decoded.request, quarantined: decoded.doubts.quarantined };
}

function says(life: SiteLife, action: string, payload: JsonObject) {
  const { request } = read(action, payload);
  const reply = replyTo(request, { state: life.state, stationId: 'A', nowMs: life.nowMs, random: new SeededRandom(7) });
  life.take(...reply.events);
  return reply;
}

/** A car that was given 10 A, with a failsafe of 6 A. */
function charging(): SiteLife {
  const life = new SiteLife(siteOf()).commission('A', 6).start('A', 'tx-1').wait(MINUTE_MS);
  life.give('A', GIVEN_A);
  life.wait(MINUTE_MS).meter('A', { currentA: GIVEN_A });
  return life;
}

/** What its car is planned to have, A. */
const plannedA = (life: SiteLife) => planSite(life.state, [], life.nowMs).sessions[0]?.currentA[0];

const measured = (...sampledValue: readonly object[]) => ({ evseId: 1, meterValue: [{ timestamp: AT, sampledValue }] });
const current = (value: number, phase?: string, measurand = 'Current.Import') => ({
  value,
  measurand,
  ...(phase === undefined ? {} : { phase }),
});

describe('a meter of a car that feeds in', () => {
  it('negative currents and powers are left out, counted, and free nothing', () => {
    for (const values of [
      [current(-16)],
      [current(-16, 'L1'), current(-16, 'L2'), current(-16, 'L3')],
      [{ value: -11_000, measurand: 'Power.Active.Import' }],
      [current(-16), { value: -11_000, measurand: 'Power.Active.Import' }],
    ]) {
      const life = charging();
      const mayA = life.mayA('A');
      const { samples } = life.at('A').evseState;
      expect(read('MeterValues', measured(...values)).quarantined).toBe(values.length);
      expect(says(life, 'MeterValues', measured(...values)).anomaly).toMatchObject({ kind: 'meterQuarantined' });
      expect([life.mayA('A'), life.at('A').evseState.samples]).toEqual([mayA, samples]);
    }
  });

  it('of one negative phase no more is known than what the EVSE may draw', () => {
    const life = charging();
    says(life, 'MeterValues', measured(current(-16, 'L1'), current(4, 'L2'), current(4, 'L3')));
    const last = life.at('A').evseState.samples.at(-1);
    expect(last).toMatchObject({ currentA: { L1: 0, L2: 4, L3: 4 }, assumedPhases: ['L1'] });
    expect(life.at('A').evseState.transaction?.idleSamples.L1).toBe(0);
  });

  it('what it exports is no draw, and takes nothing from what it may draw', () => {
    const life = charging();
    const mayA = life.mayA('A');
    const exported = [
      current(16, undefined, 'Current.Export'),
      { value: 11_000, measurand: 'Power.Active.Export' },
      { value: 5_000, measurand: 'Energy.Active.Export.Register' },
      { value: -200, measurand: 'Energy.Active.Net' },
      { value: -7, measurand: 'Current.Import.Minimum' },
      { value: -5_000, measurand: 'Power.Active.Setpoint' },
    ];
    for (const value of exported)
      if (v21.flaws('MeterValuesRequest', measured(value)).length === 0) says(life, 'MeterValues', measured(value));
    expect(says(life, 'MeterValues', measured(current(0), ...exported.slice(0, 3))).anomaly).toBeUndefined();
    expect(life.at('A').evseState.samples.at(-1)?.currentA).toEqual({ L1: 0, L2: 0, L3: 0 });
    expect(life.mayA('A')).toBe(mayA);
  });

  it('a transaction in a mode of operation is one as any other', () => {
    const life = charging();
    for (const [seqNo, operationMode] of ['ExternalSetpoint', 'LocalFrequency', 'Idle'].entries())
      says(life, 'TransactionEvent', {
        eventType: 'Updated',
        timestamp: AT,
        triggerReason: 'OperationModeChanged',
        seqNo: seqNo + 1,
        transactionInfo: { transactionId: 'tx-1', chargingState: 'Charging', operationMode },
        meterValue: [{ timestamp: AT, sampledValue: [current(-3)] }],
      });
    expect(life.at('A').evseState.transaction).toMatchObject({ transactionId: 'tx-1', told: { seqNo: 3 } });
    expect(life.mayA('A')).toBe(GIVEN_A);
  });
});

describe('a limit by somebody else', () => {
  const notify = (life: SiteLife, periods: readonly Period[], more: object = {}) =>
    says(life, 'NotifyChargingLimit', {
      chargingLimit: { chargingLimitSource: 'EMS', ...more },
      evseId: 1,
      chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [...periods] }],
    });

  it('is planned with where it is one, whatever else stands beside it', () => {
    const life = charging();
    notify(life, [{ startPeriod: 0, limit: 8, dischargeLimit: -16, setpoint: -10, operationMode: 'ExternalSetpoint' }]);
    expect(plannedA(life)).toBe(8);
    expect(life.mayA('A')).toBe(GIVEN_A);
  });

  it.each([
    ['a setpoint alone', { setpoint: 30 }],
    ['a limit of discharging alone', { dischargeLimit: -10 }],
    ['a mode of operation alone', { operationMode: 'LocalFrequency' }],
    ['a negative limit', { limit: -10 }],
  ])('that is %s is told, and limits nothing', (_what, period) => {
    const life = charging();
    const before = plannedA(life);
    expect(notify(life, [{ startPeriod: 0, ...period }]).durable).toBe(true);
    expect(life.station('A').externalLimits).toMatchObject([{ source: 'EMS', evseId: 1 }]);
    expect(plannedA(life)).toBe(before);
    expect(life.mayA('A')).toBe(GIVEN_A);
  });

  it('that is generation on site comes on top, and neither limits nor takes a limit away', () => {
    const life = charging();
    notify(life, [{ startPeriod: 0, limit: 8 }]);
    notify(life, [{ startPeriod: 0, limit: 20 }], { isLocalGeneration: true });
    expect(plannedA(life)).toBe(8);
    expect(life.mayA('A')).toBe(GIVEN_A);
  });
});

const sent = {
  evseId: 1,
  profile: txProfile(
    { station: stationOf('A'), voltageV: 230, nowMs: NOON_MS },
    acEvse(),
    'tx-1',
    constantSteps(GIVEN_A, NOON_MS, NOON_MS + 15 * MINUTE_MS),
    { purpose: 'TxProfile', kind: 'Absolute', rateUnit: 'A' },
  ),
};
const supply = { evses: [acEvse()], voltageV: 230, nowMs: NOON_MS };
const ours = v21.dialect.encodeCommand({ type: 'setChargingProfile', ...sent });
if (!ours.encoded) throw new Error('it can not be written');
const [wireSchedule] = (ours.payload as { chargingProfile: { chargingSchedule: [object] } }).chargingProfile
  .chargingSchedule;
const wireProfile = (ours.payload as { chargingProfile: object }).chargingProfile;

/** As its station reports it, with one period that says this. */
const holding = (period: Period, more: object = {}) => ({
  ...wireProfile,
  chargingSchedule: [{ ...wireSchedule, chargingSchedulePeriod: [{ startPeriod: 0, ...period }] }],
  ...more,
});

function reported(...profiles: readonly object[]) {
  const { request } = read('ReportChargingProfiles', {
    requestId: 1,
    chargingLimitSource: 'CSO',
    evseId: 1,
    chargingProfile: [...profiles],
  });
  if (request.type !== 'profilesReported') throw new Error(request.type);
  const shown = request.profiles.map((profile) => ({ evseId: 1, source: request.source, ...profile }));
  return { verdict: checkReport(shown, sent, supply).verdict, foreign: foreignProfilesOf(shown, supply) };
}

describe('a report of what a station holds', () => {
  it('confirms what was sent, also where it may discharge besides', () => {
    expect(reported(holding({ limit: GIVEN_A })).verdict).toBe('confirms');
    expect(reported(holding({ limit: GIVEN_A, dischargeLimit: -16, setpoint: -8 })).verdict).toBe('confirms');
  });

  it.each([
    ['says a setpoint in the place of the limit', holding({ setpoint: 8 }), 'silent'],
    ['says a setpoint above the limit', holding({ limit: GIVEN_A, setpoint: 20 }), 'contradicts'],
    ['says a setpoint of one phase above the limit', holding({ limit: GIVEN_A, setpoint_L3: 20 }), 'contradicts'],
    ['says no limit in a mode of operation', holding({ operationMode: 'CentralFrequency' }), 'silent'],
    ['says a negative limit, which may mean none', holding({ limit: -1 }), 'silent'],
    ['is Dynamic', holding({ limit: GIVEN_A }, { chargingProfileKind: 'Dynamic' }), 'silent'],
  ])('confirms nothing where the profile %s', (_what, profile, verdict) => {
    expect(reported(profile).verdict).toBe(verdict);
  });

  it.each([
    ['Dynamic', { chargingProfileKind: 'Dynamic', stackLevel: 5 }, { limit: 6 }],
    ['of setpoints', { stackLevel: 5 }, { setpoint: 6 }],
    ['of a negative limit', { stackLevel: 5 }, { limit: -6 }],
    ['for priority', { chargingProfilePurpose: 'PriorityCharging' }, { limit: 32 }],
    ['of local generation', { chargingProfilePurpose: 'LocalGeneration' }, { limit: 1 }],
  ])("confirms nothing where somebody else's profile, %s, lies over it; it is shown", (_what, more, period) => {
    const foreign = holding(period, { id: 999, ...more });
    const { verdict, foreign: shown } = reported(holding({ limit: GIVEN_A }), foreign);
    expect(verdict).toBe('overruled');
    expect(shown).toMatchObject([{ profileId: 999 }]);
  });
});

function composite(periods: readonly Period[]) {
  const command = { type: 'getCompositeSchedule', evseId: 1, durationS: 600 } as const;
  const payload = {
    status: 'Accepted',
    schedule: {
      evseId: 1,
      duration: 600,
      scheduleStart: AT,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [...periods],
    },
  };
  expect(v21.flaws('GetCompositeScheduleResponse', payload)).toEqual([]);
  const answer = v21.dialect.decodeAnswer(command, payload);
  if (!answer.decoded) throw new Error('it can not be read');
  return checkComposite(answer.response, constantSteps(GIVEN_A, NOON_MS), { ...supply, evse: acEvse() }).verdict;
}

describe('a composite schedule', () => {
  it.each([
    ['as it was sent, with a limit of discharging', { limit: GIVEN_A, dischargeLimit: -32 }, 'confirms'],
    ['as it was sent, and feeding in', { limit: GIVEN_A, setpoint: -10, operationMode: 'CentralSetpoint' }, 'confirms'],
    ['a setpoint alone', { setpoint: 6 }, 'contradicts'],
    ['a setpoint above the limit', { limit: GIVEN_A, setpoint: 16 }, 'contradicts'],
    ['a limit of discharging alone', { dischargeLimit: -6 }, 'contradicts'],
    ['a mode without a limit', { operationMode: 'LocalLoadBalancing' }, 'contradicts'],
    ['more, for what is generated on site is added', { limit: GIVEN_A + 6 }, 'contradicts'],
    ['one phase that may draw more', { limit: GIVEN_A, limit_L2: 16, limit_L3: 4 }, 'contradicts'],
  ])('that says %s is taken so', (_what, period, verdict) => {
    expect(composite([{ startPeriod: 0, ...period }])).toBe(verdict);
  });

  it('never confirms a period in which any phase may draw more than was sent', () => {
    const amperes = fc.option(fc.integer({ min: -40, max: 40 }), { nil: undefined });
    const periodOf = fc.record(
      {
        limit: amperes,
        limit_L2: amperes,
        limit_L3: amperes,
        setpoint: amperes,
        setpoint_L2: amperes,
        setpoint_L3: amperes,
        dischargeLimit: fc.integer({ min: -40, max: 0 }),
        operationMode: fc.constantFrom('ChargingOnly', 'CentralSetpoint', 'LocalFrequency', 'Idle'),
        evseSleep: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(periodOf, (fields) => {
        const period = JSON.parse(JSON.stringify({ startPeriod: 0, ...fields }));
        const limits = [period.limit, period.limit_L2, period.limit_L3].filter((value) => value !== undefined);
        const most = [...limits, period.setpoint, period.setpoint_L2, period.setpoint_L3].filter(
          (value) => value !== undefined,
        );
        const isSafe = limits.length > 0 && most.every((value) => value <= GIVEN_A) && Math.min(...limits) >= 0;
        expect(composite([period]) === 'confirms').toBe(isSafe);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a car', () => {
  const schedule = (life: SiteLife, period: Period) =>
    says(life, 'NotifyEVChargingSchedule', {
      timeBase: new Date(life.nowMs).toISOString(),
      evseId: 1,
      chargingSchedule: { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, ...period }] },
    });

  it('that means to draw more than it was given is refused, be it by a setpoint', () => {
    for (const period of [{ limit: 16 }, { setpoint: 16 }, { limit: GIVEN_A, setpoint_L2: 16 }])
      expect(schedule(charging(), period).response).toEqual({ status: 'Rejected' });
    for (const period of [{ limit: GIVEN_A, setpoint: -16 }, { setpoint: -16 }, { dischargeLimit: -16 }]) {
      const life = charging();
      expect(schedule(life, period).response).toEqual({ status: 'Accepted' });
      expect(life.mayA('A')).toBe(GIVEN_A);
    }
  });

  it('that may discharge needs what it says that it still needs, and no less than nothing', () => {
    const life = charging();
    for (const v2xChargingParameters of [
      { evTargetEnergyRequest: -5_000, maxDischargePower: 11_000, minDischargePower: 0 },
      { evTargetEnergyRequest: 4_000, evMinEnergyRequest: -1_000, evMaxEnergyRequest: 9_000 },
    ])
      says(life, 'NotifyEVChargingNeeds', {
        evseId: 1,
        chargingNeeds: { requestedEnergyTransfer: 'AC_BPT', v2xChargingParameters },
      });
    const { energyWh = 0, needs } = life.at('A').evseState.transaction ?? {};
    expect(needs).toEqual({ energyWh: energyWh + 4_000 });
    expect(life.mayA('A')).toBe(GIVEN_A);
  });
});
