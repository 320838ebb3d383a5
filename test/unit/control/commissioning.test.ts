import { describe, expect, it } from 'vitest';
import { commission } from '../../../src/control/commissioning.js';
import type { SiteEvent } from '../../../src/site/events.js';
import type { CommandOutcome, StationCaller, StationCommand } from '../../../src/site/stationMessages.js';
import { dcEvse, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { VirtualClock } from '../../support/virtualClock.js';

type Answers = (command: StationCommand) => CommandOutcome | undefined;

const ACCEPTED: CommandOutcome = { outcome: 'answered', response: { status: 'Accepted' } };
const configuration = (values: Readonly<Record<string, string>>): CommandOutcome => ({
  outcome: 'answered',
  response: { keys: Object.entries(values).map(([key, value]) => ({ key, value, readonly: true })), unknownKeys: [] },
});

function begin(life: SiteLife, answers: Answers = () => undefined) {
  const clock = new VirtualClock(life.nowMs);
  const calls: string[] = [];
  const caller: StationCaller = {
    call: (_stationId, command) => {
      calls.push(describeCall(command));
      const fallback = command.type === 'getConfiguration' ? configuration({}) : ACCEPTED;
      return Promise.resolve(answers(command) ?? fallback) as never;
    },
  };
  const owner = {
    get state() {
      return life.state;
    },
    dispatch: (...events: SiteEvent[]) => {
      life.nowMs = clock.nowMs();
      life.take(...events);
    },
  };
  const quiet = () => undefined;
  const connection = life.station('A').connection;
  const connectionId = connection.status === 'online' ? connection.connectionId : 'none';
  const done = commission('A', connectionId, { owner, caller, clock, log: { info: quiet, warn: quiet, error: quiet } });
  return { clock, calls, done };
}

function describeCall(command: StationCommand): string {
  switch (command.type) {
    case 'changeConfiguration':
      return `${command.key}=${command.value}`;
    case 'trigger':
      return `trigger ${command.message}`;
    case 'getConfiguration':
      return command.keys === undefined ? 'getConfiguration of all' : 'getConfiguration';
    default:
      return command.type;
  }
}

const ALL = {
  ChargeProfileMaxStackLevel: '3',
  ChargingScheduleMaxPeriods: '6',
  ChargingScheduleAllowedChargingRateUnit: 'Current,Power',
  MaxChargingProfilesInstalled: '4',
  MeterValueSampleInterval: '60',
  MeterValuesSampledData: 'Energy.Active.Import.Register',
};
const MEASURANDS = 'Current.Import,Power.Active.Import,Energy.Active.Import.Register,Current.Offered';

describe('commissioning', () => {
  it('waits for the failsafe, then reads, sets the meter, and asks how things stand', async () => {
    const life = new SiteLife(siteOf()).connect('A').start('A', 1);
    const { clock, calls, done } = begin(life, (command) =>
      command.type === 'getConfiguration' ? configuration(ALL) : undefined,
    );
    await clock.runUntil(clock.nowMs() + 2_000);
    expect(calls).toEqual([]);
    const attemptId = life.intend('A', { kind: 'failsafe' }, 6);
    life.answer('A', { kind: 'failsafe' }, attemptId, 'accepted');
    await clock.runUntil(clock.nowMs() + 2_000);
    await done;
    expect(calls).toEqual([
      'getConfiguration',
      'MeterValueSampleInterval=10',
      `MeterValuesSampledData=${MEASURANDS}`,
      'trigger StatusNotification',
      'trigger MeterValues',
    ]);
    expect(life.station('A').capabilities).toEqual({
      maxPeriods: 6,
      maxStackLevel: 3,
      rateUnits: ['A', 'W'],
      maxProfilesInstalled: 4,
      compositeSchedule: 'unknown',
    });
  });

  it('asks a station with DC outlets for what says what they take of the grid', async () => {
    const site = siteOf({ stations: [stationOf('A', { evses: [dcEvse(), dcEvse({ id: 2 })] })] });
    const { clock, calls, done } = begin(new SiteLife(site).commission('A'), (command) => {
      if (command.type === 'getConfiguration') return configuration(ALL);
      const takes = command.type !== 'changeConfiguration' || !/Power|=Current\.Import,E/.test(describeCall(command));
      return takes ? ACCEPTED : { outcome: 'answered', response: { status: 'Rejected' } };
    });
    await clock.runUntil(clock.nowMs() + 2_000);
    await done;
    expect(calls.filter((call) => call.startsWith('MeterValuesSampledData')).at(0)).toMatch(
      /Power\.Active\.Import.*Voltage$/,
    );
    expect(calls.filter((call) => call.startsWith('MeterValuesSampledData')).at(-1)).toBe(
      'MeterValuesSampledData=Current.Import,Voltage,Energy.Active.Import.Register',
    );
  });

  it('takes a refusal of the failsafe on an earlier connection for no answer on this one', async () => {
    const life = new SiteLife(siteOf()).connect('A');
    const attemptId = life.intend('A', { kind: 'failsafe' }, 6);
    life.answer('A', { kind: 'failsafe' }, attemptId, 'refused').wait(1_000).disconnect('A').wait(1_000).connect('A');
    const { clock, calls } = begin(life);
    await clock.runUntil(clock.nowMs() + 2_000);
    expect(calls).toEqual([]);
    life.nowMs = clock.nowMs();
    life.answer('A', { kind: 'failsafe' }, life.intend('A', { kind: 'failsafe' }, 6), 'refused');
    await clock.runUntil(clock.nowMs() + 2_000);
    expect(calls[0]).toBe('getConfiguration');
  });

  it('sets nothing that is already so', async () => {
    const life = new SiteLife(siteOf()).commission('A');
    const { clock, calls, done } = begin(life, (command) =>
      command.type === 'getConfiguration'
        ? configuration({ ...ALL, MeterValueSampleInterval: '10', MeterValuesSampledData: MEASURANDS })
        : undefined,
    );
    await clock.runUntil(clock.nowMs() + 1_000);
    await done;
    expect(calls).toEqual(['getConfiguration', 'trigger StatusNotification']);
  });

  it('asks for fewer measurands where more are refused, currents first', async () => {
    const life = new SiteLife(siteOf()).commission('A');
    const { clock, calls, done } = begin(life, (command) =>
      command.type === 'changeConfiguration' && command.value.includes('Power')
        ? { outcome: 'answered', response: { status: 'Rejected' } }
        : undefined,
    );
    await clock.runUntil(clock.nowMs() + 1_000);
    await done;
    expect(calls.filter((call) => call.startsWith('MeterValuesSampledData')).at(-1)).toBe(
      'MeterValuesSampledData=Current.Import,Energy.Active.Import.Register',
    );
  });

  it('reads the whole configuration where a list of keys is refused, and keeps what it cannot read unknown', async () => {
    const life = new SiteLife(siteOf()).commission('A');
    const { clock, calls, done } = begin(life, (command) => {
      if (command.type !== 'getConfiguration') return undefined;
      return command.keys === undefined
        ? configuration({
            ChargingScheduleMaxPeriods: 'many',
            ChargingScheduleAllowedChargingRateUnit: 'W',
            ChargeProfileMaxStackLevel: '0',
          })
        : { outcome: 'error', code: 'FormationViolation', description: '' };
    });
    await clock.runUntil(clock.nowMs() + 1_000);
    await done;
    expect(calls.slice(0, 2)).toEqual(['getConfiguration', 'getConfiguration of all']);
    expect(life.station('A').capabilities).toMatchObject({
      maxPeriods: 'unknown',
      rateUnits: ['W'],
      maxStackLevel: 0,
      maxProfilesInstalled: 'unknown',
    });
  });

  it('asks a station that says nothing of itself to boot, and nothing else', async () => {
    const life = new SiteLife(siteOf()).connect('A', { boots: false });
    const { clock, calls, done } = begin(life);
    await clock.runUntil(clock.nowMs() + 9_900);
    expect(calls).toEqual([]);
    await clock.runUntil(clock.nowMs() + 30_000);
    await done;
    expect(calls).toEqual(['trigger BootNotification']);
  });

  it('ends with its connection', async () => {
    const life = new SiteLife(siteOf()).commission('A');
    const { clock, calls, done } = begin(life, (command) => {
      if (command.type === 'getConfiguration') life.disconnect('A').connect('A');
      return configuration(ALL);
    });
    await clock.runUntil(clock.nowMs() + 60_000);
    await done;
    expect(calls).toEqual(['getConfiguration']);
  });
});
