import { describe, expect, it } from 'vitest';
import { StationCredentials } from '../../../src/control/credentials.js';
import { CredentialsDesk, isPasswordKey } from '../../../src/control/credentialsDesk.js';
import { StationCommands } from '../../../src/control/stationCommands.js';
import { createOcpp21Dialect } from '../../../src/ocpp/v21/dialect.js';
import { createOcpp201Dialect } from '../../../src/ocpp/v201/dialect.js';
import type { CommandOutcome, OcppVersion, StationCommand } from '../../../src/site/stationMessages.js';
import { MemoryStore } from '../../support/memoryStore.js';

const OLD = 'the-password-of-before';

async function scene(outcome: CommandOutcome<'changeConfiguration'>, ocppVersion: OcppVersion = '1.6') {
  const credentials = new StationCredentials({ store: new MemoryStore(), allowUnauthenticated: false });
  await credentials.put('A', { password: OLD });
  const sent: Extract<StationCommand, { type: 'changeConfiguration' }>[] = [];
  /** Whether what is on its way is valid already, should the station come back with it at once. */
  let wasValid = false;
  const logged: unknown[] = [];
  const cut: string[] = [];
  const note = (...args: unknown[]) => void logged.push(args);
  const desk = new CredentialsDesk({
    credentials,
    caller: () => ({
      call: async (_stationId, command) => {
        if (command.type === 'changeConfiguration') {
          sent.push(command);
          wasValid = (await credentials.get('A'))?.passwordHashes.length === 2;
        }
        return outcome as never;
      },
    }),
    connectionOf: (stationId) => (stationId === 'A' ? { ocppVersion, securityProfile: 2 } : undefined),
    requireStation: () => {},
    cutOff: (stationId, below) => void cut.push(`${stationId} below ${below}`),
    log: { info: note, warn: note, error: note },
  });
  const opens = async (password: string) => (await credentials.verify('A', password, 2)) === 'genuine';
  return { desk, sent, cut, opens, logged, wasValid: () => wasValid };
}

const answered = (status: string) => ({ outcome: 'answered', response: { status } }) as const;

describe('a new password for a station', () => {
  it.each(['Accepted', 'RebootRequired'])(
    'that it answers %s to is valid beside the old one until it is used',
    async (status) => {
      const { desk, sent, opens, wasValid } = await scene(answered(status));
      const answer = await desk.rotate('A');
      expect(answer).toEqual({
        status,
        credentials: {
          stationId: 'A',
          hasPassword: true,
          passwordsPending: 1,
          securityProfileMin: 1,
          connectedWith: 2,
        },
      });
      expect(wasValid()).toBe(true);
      const [command] = sent;
      expect(command?.key).toBe('AuthorizationKey');
      expect(command?.value).toMatch(/^[0-9a-f]{40}$/);
      expect(await opens(OLD)).toBe(true);
      expect(await opens(command?.value ?? '')).toBe(true);
      expect(await opens(OLD)).toBe(false);
      expect(await desk.get('A')).toMatchObject({ passwordsPending: 0, securityProfileMin: 2 });
    },
  );

  it.each(['2.0.1', '2.1'] as const)('of OCPP %s is text of 16 to 40 characters, and a variable', async (version) => {
    const { desk, sent } = await scene(answered('Accepted'), version);
    await desk.rotate('A');
    expect(sent[0]?.key).toBe('SecurityCtrlr.BasicAuthPassword');
    expect(sent[0]?.value).toMatch(/^[\w-]{16,40}$/);
    const dialect = version === '2.1' ? createOcpp21Dialect(() => 1) : createOcpp201Dialect(() => 1);
    const value = sent[0]?.value ?? '';
    expect(dialect.encodeCommand({ type: 'changeConfiguration', key: sent[0]?.key ?? '', value })).toMatchObject({
      encoded: true,
      action: 'SetVariables',
      payload: {
        setVariableData: [
          { component: { name: 'SecurityCtrlr' }, variable: { name: 'BasicAuthPassword' }, attributeValue: value },
        ],
      },
    });
  });

  it.each([
    [answered('Rejected'), 'STATION_REFUSED'],
    [answered('NotSupported'), 'STATION_REFUSED'],
    [{ outcome: 'error', code: 'NotImplemented', description: '' }, 'STATION_REFUSED'],
    [{ outcome: 'notSent', reason: 'offline' }, 'STATION_OFFLINE'],
    [{ outcome: 'notSent', reason: 'queueFull' }, 'OVERLOADED'],
  ] as const)('that it did not take (%o) is not valid, and the old one stays', async (outcome, code) => {
    const { desk, sent, opens } = await scene(outcome);
    await expect(desk.rotate('A')).rejects.toMatchObject({ code });
    expect(await opens(sent[0]?.value ?? '')).toBe(false);
    expect(await opens(OLD)).toBe(true);
    expect(await desk.get('A')).toMatchObject({ passwordsPending: 0 });
  });

  it('without an answer may have been taken: whichever it comes back with is right', async () => {
    for (const which of ['old', 'new']) {
      const { desk, sent, opens } = await scene({ outcome: 'unknown', reason: 'connectionLost' });
      await expect(desk.rotate('A')).rejects.toMatchObject({ code: 'STATION_TIMEOUT' });
      expect(await opens(which === 'old' ? OLD : (sent[0]?.value ?? ''))).toBe(true);
    }
  });

  it('is not asked of a station that is not connected', async () => {
    const { desk, sent } = await scene(answered('Accepted'));
    await expect(desk.rotate('B')).rejects.toMatchObject({ code: 'STATION_OFFLINE' });
    expect(sent).toEqual([]);
  });

  it('is in no log and in no answer (abuse 36)', async () => {
    const { desk, sent, logged } = await scene(answered('Accepted'));
    const answer = await desk.rotate('A');
    const text = JSON.stringify([answer, logged, await desk.get('A')]);
    expect(text).not.toContain(sent[0]?.value);
    expect(text).not.toContain('scrypt');
  });
});

describe('a password that is set or taken away', () => {
  async function cuts(change: (desk: CredentialsDesk) => Promise<unknown>): Promise<readonly string[]> {
    const { desk, cut } = await scene(answered('Accepted'));
    await change(desk);
    return cut;
  }

  it('ends what was let in by another one, or with less than is asked for now', async () => {
    expect(await cuts((desk) => desk.put('A', { password: 'another-password' }))).toEqual(['A below 3']);
    expect(await cuts((desk) => desk.put('A', { securityProfileMin: 2 }))).toEqual(['A below 2']);
    expect(await cuts((desk) => desk.put('A', { password: 'another-password', securityProfileMin: 1 }))).toEqual([
      'A below 3',
    ]);
    expect(await cuts((desk) => desk.revoke('A'))).toEqual(['A below 3']);
  });

  it('ends nothing where it is as it was', async () => {
    expect(await cuts((desk) => desk.put('A', { password: OLD }))).toEqual([]);
    expect(await cuts((desk) => desk.get('A'))).toEqual([]);
  });

  it('as it was ends a change that is pending: what the station was sent is refused', async () => {
    const { desk, sent, opens, cut } = await scene(answered('Accepted'));
    await desk.rotate('A');
    await desk.put('A', { password: OLD });
    expect(cut).toEqual([]);
    expect(await opens(sent[0]?.value ?? '')).toBe(false);
    expect(await opens(OLD)).toBe(true);
  });

  it('is taken away with all that the station was sent, and what it must show stays', async () => {
    const { desk, sent, opens } = await scene(answered('Accepted'));
    await desk.rotate('A');
    await desk.put('A', { securityProfileMin: 2 });
    expect(await desk.revoke('A')).toMatchObject({ hasPassword: false, passwordsPending: 0, securityProfileMin: 2 });
    for (const password of [OLD, sent[0]?.value ?? '']) expect(await opens(password)).toBe(false);
    await desk.put('A', { password: 'another-password' });
    expect(await opens('another-password')).toBe(true);
  });
});

describe("a station's password among its settings", () => {
  it.each([
    'AuthorizationKey',
    'authorizationkey',
    ' SecurityCtrlr.BasicAuthPassword',
    'SecurityCtrlr.BasicAuthPassword[x]',
  ])('is known as %s', (key) => expect(isPasswordKey(key)).toBe(true));

  it('is not shown, and not changed behind our back', async () => {
    const keys = [
      { key: 'AuthorizationKey', value: 'a-secret', readonly: false },
      { key: 'HeartbeatInterval', value: '300', readonly: false },
    ];
    const sent: StationCommand[] = [];
    const commands = new StationCommands({
      caller: () => ({
        call: async (_stationId, command) => {
          sent.push(command);
          const response = command.type === 'getConfiguration' ? { keys, unknownKeys: [] } : { status: 'Accepted' };
          return { outcome: 'answered', response } as never;
        },
      }),
      findStation: () => true,
    });
    expect((await commands.configuration('A')).keys).toEqual([{ key: 'AuthorizationKey', readonly: false }, keys[1]]);
    await expect(commands.changeConfiguration('A', 'AuthorizationKey', 'x'.repeat(20))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      field: '/key',
    });
    expect(await commands.changeConfiguration('A', 'HeartbeatInterval', '60')).toEqual({ status: 'Accepted' });
    expect(sent.map(({ type }) => type)).toEqual(['getConfiguration', 'changeConfiguration']);
  });
});
