import { describe, expect, it } from 'vitest';
import { commission } from '../../../src/control/commissioning.js';
import type { SiteEvent } from '../../../src/site/events.js';
import type { CommandOutcome, StationCaller, StationCommand } from '../../../src/site/stationMessages.js';
import { acEvse, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { VirtualClock } from '../../support/virtualClock.js';

type Answers = (command: StationCommand) => CommandOutcome | 'disconnects' | undefined;

const ACCEPTED: CommandOutcome = { outcome: 'answered', response: { status: 'Accepted' } };
const REJECTED: CommandOutcome = { outcome: 'answered', response: { status: 'Rejected' } };
const ERROR: CommandOutcome = { outcome: 'error', code: 'OccurrenceConstraintViolation', description: '' };

function variables(values: Readonly<Record<string, string>>): CommandOutcome {
  const keys = Object.entries(values).map(([key, value]) => ({ key, value, readonly: false }));
  return { outcome: 'answered', response: { keys, unknownKeys: [] } };
}

/** A station of OCPP 2.0.1 that has booted and taken its failsafe; what is asked of it, in order. */
async function commissioned(
  answers: Answers = () => undefined,
  site = siteOf(),
  failsafe: 'accepted' | 'refused' | 'refusedNow' = 'accepted',
): Promise<{ calls: readonly string[]; warnings: readonly string[]; life: SiteLife }> {
  const life = new SiteLife(site);
  life.take({ type: 'stationConnected', stationId: 'A', connectionId: 'c', ocppVersion: '2.0.1' }).boot('A');
  if (failsafe === 'refusedNow') answerFailsafe(life, 'accepted');
  answerFailsafe(life, failsafe === 'accepted' ? 'accepted' : 'refused');
  const clock = new VirtualClock(life.nowMs);
  const calls: string[] = [];
  const warnings: string[] = [];
  const caller: StationCaller = {
    call: (_stationId, command) => {
      calls.push(describeCall(command));
      const fallback = command.type === 'getConfiguration' ? variables({}) : ACCEPTED;
      const answer = answers(command) ?? fallback;
      if (answer !== 'disconnects') return Promise.resolve(answer) as never;
      life.disconnect('A');
      return Promise.resolve({ outcome: 'unknown', reason: 'connectionLost' }) as never;
    },
  };
  const owner = {
    get state() {
      return life.state;
    },
    dispatch: (...events: SiteEvent[]) => {
      life.take(...events);
    },
  };
  const quiet = () => undefined;
  const log = { info: quiet, warn: (_fields: object, message: string) => warnings.push(message), error: quiet };
  const done = commission('A', 'c', { owner, caller, clock, log });
  await clock.runUntil(clock.nowMs() + 60_000);
  await done;
  return { calls, warnings, life };
}

function answerFailsafe(life: SiteLife, result: 'accepted' | 'refused'): void {
  const slot = { kind: 'failsafe' } as const;
  life.answer('A', slot, life.intend('A', slot, 6), result);
}

function describeCall(command: StationCommand): string {
  switch (command.type) {
    case 'changeConfiguration':
      return `${command.key}=${command.value}`;
    case 'trigger':
      return `trigger ${command.message}${command.evseId === undefined ? '' : ` ${command.evseId}`}`;
    case 'getConfiguration':
      return command.keys?.length === 1 ? `get ${command.keys[0]}` : 'get all';
    case 'requestReport':
      return `report ${command.keys?.join(',')}`;
    default:
      return command.type;
  }
}

const MEASURANDS = 'Current.Import,Power.Active.Import,Energy.Active.Import.Register,Current.Offered';
const ALL = {
  'SmartChargingCtrlr.Available': 'true',
  'SmartChargingCtrlr.Enabled': 'true',
  'SmartChargingCtrlr.ProfileStackLevel': '3',
  'SmartChargingCtrlr.RateUnit': 'A',
  'SmartChargingCtrlr.PeriodsPerSchedule': '24',
  'SampledDataCtrlr.TxUpdatedInterval': '10',
  'SampledDataCtrlr.TxUpdatedMeasurands': MEASURANDS,
  'SampledDataCtrlr.TxStartedMeasurands': 'Energy.Active.Import.Register',
  'SampledDataCtrlr.TxEndedMeasurands': 'SoC,Energy.Active.Import.Register',
};
const REPORT = 'report SmartChargingCtrlr.Entries[ChargingProfiles]';
const TRIGGERS = ['trigger StatusNotification 1', 'trigger TransactionEvent'];

describe('commissioning of OCPP 2.0.1 and 2.1', () => {
  it('asks a station that is set as it should be only what it can do and how it stands', async () => {
    const { calls, warnings, life } = await commissioned((command) =>
      command.type === 'getConfiguration' ? variables(ALL) : undefined,
    );
    expect(calls).toEqual(['get all', REPORT, ...TRIGGERS]);
    expect(warnings).toEqual([]);
    expect(life.station('A').capabilities).toEqual({
      maxStackLevel: 3,
      maxPeriods: 24,
      rateUnits: ['A'],
      maxProfilesInstalled: 'unknown',
      compositeSchedule: 'unknown',
    });
  });

  it('switches smart charging on, and sets the meter', async () => {
    const wrong = {
      ...ALL,
      'SmartChargingCtrlr.Enabled': 'False',
      'SampledDataCtrlr.TxUpdatedInterval': '60',
      'SampledDataCtrlr.TxUpdatedMeasurands': 'SoC',
      'SampledDataCtrlr.TxStartedMeasurands': '',
      'SampledDataCtrlr.TxEndedMeasurands': 'SoC',
    };
    const { calls } = await commissioned((command) =>
      command.type === 'getConfiguration' ? variables(wrong) : undefined,
    );
    expect(calls).toEqual([
      'get all',
      'SmartChargingCtrlr.Enabled=true',
      'SampledDataCtrlr.TxUpdatedInterval=10',
      'SampledDataCtrlr.TxStartedMeasurands=Energy.Active.Import.Register',
      'SampledDataCtrlr.TxEndedMeasurands=SoC,Energy.Active.Import.Register',
      `SampledDataCtrlr.TxUpdatedMeasurands=${MEASURANDS}`,
      REPORT,
      ...TRIGGERS,
    ]);
  });

  it('asks one variable at a time where a list is refused', async () => {
    const { calls, life } = await commissioned((command) => {
      if (command.type !== 'getConfiguration') return undefined;
      if ((command.keys?.length ?? 0) > 1) return ERROR;
      return command.keys?.[0] === 'SmartChargingCtrlr.ProfileStackLevel'
        ? variables({ 'SmartChargingCtrlr.ProfileStackLevel': '1' })
        : ERROR;
    });
    expect(calls.filter((call) => call.startsWith('get '))).toHaveLength(1 + Object.keys(ALL).length);
    expect(life.station('A').capabilities).toMatchObject({ maxStackLevel: 1, maxPeriods: 'unknown' });
  });

  it('leaves unknown what it could not read, and asks a silent station nothing more of that', async () => {
    const { calls, life } = await commissioned((command) =>
      command.type === 'getConfiguration' || command.type === 'changeConfiguration'
        ? { outcome: 'unknown', reason: 'timeout' }
        : undefined,
    );
    expect(calls).toEqual([
      'get all',
      'SampledDataCtrlr.TxUpdatedInterval=10',
      `SampledDataCtrlr.TxUpdatedMeasurands=${MEASURANDS}`,
      REPORT,
      ...TRIGGERS,
    ]);
    expect(life.station('A').capabilities).toMatchObject({ maxStackLevel: 'unknown', rateUnits: 'unknown' });
  });

  it('says so where there is no smart charging, and where the meter stays as it is', async () => {
    const { calls, warnings } = await commissioned((command) => {
      if (command.type === 'getConfiguration') return variables({ 'SmartChargingCtrlr.Available': 'false' });
      return command.type === 'changeConfiguration' ? REJECTED : undefined;
    });
    expect(calls.filter((call) => call.startsWith('SampledDataCtrlr.TxUpdatedMeasurands'))).toHaveLength(4);
    expect(warnings).toEqual([
      'the station says that it has no smart charging: it may keep to no limit',
      'the station does not take SampledDataCtrlr.TxUpdatedInterval=10',
      'the station takes none of the measurands that the site needs: its currents may stay unknown',
    ]);
  });

  it('ends with the connection', async () => {
    const { calls } = await commissioned((command) =>
      command.type === 'getConfiguration' ? 'disconnects' : undefined,
    );
    expect(calls).toEqual(['get all']);
  });

  it('asks each EVSE for its status', async () => {
    const site = siteOf({ stations: [stationOf('A', { evses: [acEvse(), acEvse({ id: 2 })] })] });
    const { calls } = await commissioned(undefined, site);
    expect(calls.slice(-3)).toEqual([
      'trigger StatusNotification 1',
      'trigger StatusNotification 2',
      'trigger TransactionEvent',
    ]);
  });

  it('clears what an earlier central system left as a default, only where its own was refused and never there', async () => {
    const { calls } = await commissioned(undefined, siteOf(), 'refused');
    expect(calls.slice(0, 2)).toEqual(['clearChargingProfile', 'get all']);
    expect((await commissioned(undefined, siteOf(), 'refusedNow')).calls[0]).toBe('get all');
    expect((await commissioned()).calls).not.toContain('clearChargingProfile');
  });
});
