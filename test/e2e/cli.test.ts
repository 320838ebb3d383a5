import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CLI_PROGRAM, type CommandRun, runEvenkeel, runInProcess } from './support/commandLine.js';
import { sessionsOf, siteState } from './support/documents.js';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';
import { until } from './support/until.js';

const GUIDE = readFileSync(fileURLToPath(new URL('../../docs/cli.md', import.meta.url)), 'utf8');
const BLOCKS = [...GUIDE.matchAll(/```(sh[^\n]*)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({ kind, text }));

const directory = mkdtempSync(join(tmpdir(), 'evenkeel-cli-'));
let service: ServiceProcess;
let fleet: ChildProcess | undefined;

/** As printed, but for where things are here. */
function script(...texts: readonly string[]): string {
  return [BLOCKS[0]?.text ?? '', ...texts]
    .join('\n')
    .replaceAll('dist/src/cli/main.js', CLI_PROGRAM)
    .replaceAll('http://localhost:8080', service.httpUrl)
    .replaceAll('ws://localhost:8080', service.stationsUrl.replace('/ocpp', ''))
    .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY);
}

async function printed(kind: string, containing = ''): Promise<string> {
  const texts = BLOCKS.filter((block) => block.kind === kind && block.text.includes(containing)).map(
    ({ text }) => text,
  );
  expect(texts.length, `${kind} ${containing}`).toBeGreaterThan(0);
  const { stdout } = await promisify(execFile)('bash', ['-euc', script(...texts)], { cwd: directory });
  return stdout;
}

const connected = () => ({ EVENKEEL_URL: service.httpUrl, EVENKEEL_KEY: ADMIN_KEY });
const run = (...args: readonly string[]): Promise<CommandRun> => runEvenkeel(args, { environment: connected() });

/** What a program reads: one JSON value and nothing else. */
async function json(...args: readonly string[]): Promise<unknown> {
  const { code, stdout, failure } = await runInProcess([...args, '--json']);
  expect({ code, failure }, args.join(' ')).toEqual({ code: 0, failure: undefined });
  return JSON.parse(stdout);
}

async function refused(...args: readonly string[]) {
  const { code, stdout, failure } = await runInProcess([...args, '--json']);
  expect(stdout, args.join(' ')).toBe('');
  return { code, problem: failure ?? {} };
}

/** They share the process's stdout. */
async function inTurn<T>(runs: readonly (() => Promise<T>)[]): Promise<readonly T[]> {
  const outcomes: T[] = [];
  for (const one of runs) outcomes.push(await one());
  return outcomes;
}

function file(name: string, content: string): string {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
}

beforeAll(async () => {
  service = await ServiceProcess.start({ dataDir: join(directory, 'data'), environment: { LOG_LEVEL: 'warn' } });
  for (const [name, value] of Object.entries(connected())) vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  if (fleet !== undefined && fleet.exitCode === null && fleet.signalCode === null) {
    const gone = once(fleet, 'exit');
    fleet.kill('SIGTERM');
    await gone;
  }
  await service?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('the page on the command line, executed as printed', () => {
  it('makes a site, with prices', async () => {
    const output = await printed('sh');
    expect(output).toContain('Evenkeel 0.1.0, ready');
    expect(output).toContain('depot is new:');
    expect(output).toContain('Nothing was changed: this was a dry run.');
    expect(output).toContain('depot is created.');
    expect(output).toMatch(/limitA: \{ L1: 25, L2: 25, L3: 25 \}/);
    expect(output).toContain('day-night is stored.');
    // With 25 % of VAT.
    expect(output).toMatch(/1\.5000/);
    expect(output).toContain('~ tariffIds: [] -> ["day-night"]');
    expect(output).toContain('CP001 has a new password.');
    expect(output).toContain('Stations that nobody knows may wait until');
  }, 60_000);

  it('takes in a station, and says who gets what, and why', async () => {
    const [simulate] = BLOCKS.filter(({ kind }) => kind === 'sh simulate');
    const command = script(simulate?.text ?? '').replace(
      /evenkeel simulate/,
      `exec ${process.execPath} ${CLI_PROGRAM} simulate`,
    );
    fleet = spawn('bash', ['-c', `${command.trim()} --json`], { cwd: directory, stdio: ['pipe', 'pipe', 'inherit'] });
    let events = '';
    fleet.stdout?.setEncoding('utf8').on('data', (text: string) => {
      events += text;
    });
    const waiting = async () => JSON.stringify(await service.api.get('/v1/onboarding'));
    await until(async () => (await waiting()).includes('CP002'), 'CP002 waits', { atMostMs: 40_000 });
    expect(await printed('sh adopt')).toContain('CP002 is taken in.');
    await until(
      async () =>
        (await siteState(service.api, 'depot')).site === 'protected' &&
        (await sessionsOf(service.api, 'depot')).filter(({ limitA }) => limitA > 0).length === 2,
      'both charge',
      { atMostMs: 60_000 },
    );
    // The first is of the settings at the top of the page.
    const lines = events.split('\n').slice(1, -1);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ stationId: 'CP001', type: 'connected', at: expect.any(String) }),
    );
    const output = await printed('sh later');
    expect(output).toMatch(/CP002\/1 +row +L2L3L1/);
    expect(output).toContain('CP002 is online, controlled');
    expect(output).toMatch(/failsafe +0 +TxDefaultProfile/);
    expect(output).toMatch(/ -> (MeterValues|StatusNotification|Heartbeat) /);
    expect(output).toMatch(/ -> {3}SetChargingProfile +Accepted {2}\d+ ms|<- {3}\w+ +(Accepted {2})?\d+ ms/);
    expect(output).toMatch(/ek_\S+\nis the key "meter in the cellar" \(\S+, integrator\)/);
    expect(output).toMatch(/integrator +default +depot +never +over +meter in the/);
    expect(output).toMatch(/anna@example\.com is added \(owner\)\.\n\S{24}\nis the password/);
    expect(output).toContain('anna@example.com is changed (viewer).');
    expect(output).toMatch(/anna@example\.com +viewer +default +\d{4}-\d\d-\d\d +\S+ +Anna/);
    expect(output).toContain('anna@example.com is removed, and signed out everywhere.');
    expect(output).toMatch(/whsec_\S+\nis the secret of the webhook wh-\S+\./);
    expect(output).toMatch(/webhook\.test +(waiting|delivered|failed) +\d/);
    expect(output).toMatch(/whsec_\S+\nis the new secret of wh-/);
    expect(output).toMatch(/wh-\S+ is told nothing any more\./);
    expect(output).toMatch(/^computed/m);
    expect(output).toMatch(/^grid L\d, A/m);
    expect(output).toMatch(/┤A+/);
    expect(output).toMatch(/price 0\.50 to 1\.50 SEK\/kWh|price (0\.50|1\.50) to \1 SEK\/kWh/);
    expect(output).toMatch(/^now {2}Is offered/m);
    expect(output).toMatch(/oven +grid +20 A/);
    expect(output).toContain('oven is deleted.');
    expect(output).toContain('optimal: costs');
    expect(output).toContain('2 sessions');
    expect(output).toContain('it ended with 1');
    expect(JSON.parse(readFileSync(join(directory, 'plan.json'), 'utf8'))).toMatchObject({ status: 'optimal' });
  }, 150_000);
});

describe('for programs', () => {
  it('every answer is one JSON value, as documented', async () => {
    const answers = await inTurn([
      () => json('health'),
      () => json('site', 'list'),
      () => json('site', 'export', 'depot'),
      () => json('tariff', 'list'),
      () => json('tariff', 'preview', 'day-night'),
      () => json('limit', 'list', 'depot'),
      () => json('stations', 'list'),
      () => json('stations', 'show', 'CP001'),
    ]);
    expect(answers).toMatchObject([
      { url: service.httpUrl, status: 'ok', ready: true, reasons: [] },
      { sites: [{ siteId: 'depot' }] },
      { siteId: 'depot', name: 'Depot Nord' },
      { tariffs: [{ tariffId: 'day-night', siteIds: ['depot'] }] },
      { tariffId: 'day-night', currency: 'SEK', import: expect.any(Array) },
      { limits: [] },
      { siteId: 'depot', stations: [{ id: 'CP001' }, { id: 'CP002' }] },
      { siteId: 'depot', id: 'CP001', online: true },
    ]);
    const more = await inTurn([
      () => json('stations', 'profiles', 'CP001'),
      () => json('stations', 'waiting', '--close'),
      () => json('sessions', 'list', '--open'),
      () => json('plan'),
      () => json('explain', 'CP001/1'),
      () => json('composite-schedule', 'CP001', '1', '--duration', '600'),
      () => json('optimize', join(directory, 'problem.json')),
      () => json('stations', 'messages', 'CP001', '--limit', '3'),
      () => json('key', 'create', 'display', '--role', 'viewer'),
      () => json('key', 'list'),
      () => json('users', 'create', 'eva@example.com', '--role', 'viewer', '--name', 'Eva'),
      () => json('users', 'change', 'EVA@example.com', '--name', 'Eva Ek', '--new-password'),
      () => json('users', 'list'),
      () => json('webhooks', 'create', 'https://example.com/told', '--event', 'service.degraded'),
      () => json('webhooks', 'list'),
    ]);
    expect(more).toMatchObject([
      { stationId: 'CP001', slots: expect.any(Array) },
      { openUntil: null },
      { sessions: [{ endedAt: null }, { endedAt: null }] },
      { siteId: 'depot', sessions: expect.any(Array), boundaries: expect.any(Array) },
      { stationId: 'CP001', now: { sentence: expect.any(String) }, ahead: expect.any(Array) },
      { stationId: 'CP001', computed: { rateUnit: 'A' } },
      { status: 'optimal', currentA: expect.any(Array) },
      { stationId: 'CP001', cursor: expect.any(String), messages: [{}, {}, { seq: expect.any(Number) }] },
      { keyId: expect.any(String), key: expect.stringMatching(/^ek_/), role: 'viewer' },
      { keys: expect.arrayContaining([expect.objectContaining({ name: 'display', lastUsedAt: null })]) },
      { email: 'eva@example.com', role: 'viewer', name: 'Eva', password: expect.stringMatching(/^\S{24}$/) },
      { email: 'eva@example.com', role: 'viewer', name: 'Eva Ek', password: expect.stringMatching(/^\S{24}$/) },
      { users: [{ email: 'eva@example.com', name: 'Eva Ek' }] },
      { webhookId: expect.any(String), secret: expect.stringMatching(/^whsec_/), siteIds: null },
      { webhooks: [{ url: 'https://example.com/told', events: ['service.degraded'], disabled: null }] },
    ]);
    const { webhookId } = more[13] as { webhookId: string };
    expect(await json('webhooks', 'test', webhookId)).toEqual({ messageId: expect.any(String) });
    expect(await json('webhooks', 'deliveries', webhookId, '--limit', '1')).toMatchObject({
      deliveries: [{ type: 'webhook.test' }],
    });
    expect(await json('webhooks', 'rotate', webhookId)).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
    expect(await json('webhooks', 'delete', webhookId, '--yes')).toEqual({ webhookId, deleted: true });
    expect(await json('users', 'delete', 'eva@example.com', '--yes')).toMatchObject({ deleted: true });
    expect(await json('key', 'revoke', (more[8] as { keyId: string }).keyId, '--yes')).toMatchObject({ revoked: true });
  }, 60_000);

  it('what is said over the wire is followed, a line for each message', async () => {
    const following = spawn(
      process.execPath,
      [CLI_PROGRAM, 'stations', 'messages', 'CP001', '--follow', '--json', '--limit', '1'],
      {
        env: { ...process.env, ...connected() },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    try {
      let seen = '';
      following.stdout.setEncoding('utf8').on('data', (text: string) => {
        seen += text;
      });
      await until(async () => seen.includes('\n'), 'the last message');
      await service.api.request('POST', '/v1/stations/CP001/trigger', { message: 'Heartbeat' });
      await until(async () => seen.includes('TriggerMessage'), 'what was said since');
      const messages = seen
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { seq: number });
      expect(messages.map(({ seq }) => seq)).toEqual(
        [...new Set(messages.map(({ seq }) => seq))].sort((a, b) => a - b),
      );
    } finally {
      following.kill();
    }
  }, 30_000);

  it('a change of a site is said member by member, and done once', async () => {
    const exported = (await json('site', 'export', 'depot')) as { circuits: { id: string; powerLimitW?: number }[] };
    const site = file('site.json', JSON.stringify({ ...exported, name: 'Depot South' }));
    const applied = { siteId: 'depot', created: false, applied: true };
    const changes = [{ path: 'name', before: 'Depot Nord', after: 'Depot South' }];
    expect(await json('site', 'apply', site, '--dry-run')).toMatchObject({ ...applied, applied: false, changes });
    expect(await json('site', 'apply', site, '--yes')).toMatchObject({
      ...applied,
      changes,
      site: { name: 'Depot South' },
    });
    expect(await json('site', 'apply', site, '--yes')).toMatchObject({ applied: false, changes: [] });
  }, 30_000);

  it('a document may be piped in', async () => {
    const input = readFileSync(join(directory, 'depot.yaml'), 'utf8');
    const { code, stdout } = await runEvenkeel(['site', 'apply', '-', '--dry-run', '--json'], {
      environment: connected(),
      input,
    });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, siteId: 'depot', created: false, applied: false });
  });
});

/** In a pseudo-terminal of util-linux, which answers what is typed with what is seen. */
async function typed(answer: string, ...args: readonly string[]): Promise<string> {
  const words = [process.execPath, CLI_PROGRAM, ...args].map((word) => `'${word}'`).join(' ');
  const environment = { ...process.env, ...connected(), TERM: 'xterm', NO_COLOR: '' };
  const terminal = spawn('script', ['-qec', words, '/dev/null'], {
    env: environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let seen = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
    // Once it asks: what is typed before may be dropped.
    if (!seen.includes('[y/N]') && (seen + text).includes('[y/N]')) terminal.stdin.write(`${answer}\n`);
    seen += text;
  });
  await once(terminal, 'close');
  return seen;
}

const scriptOfUtilLinux = spawnSync('script', ['--version'], { encoding: 'utf8' });
const terminalMissing = !scriptOfUtilLinux.stdout?.includes('util-linux') && 'util-linux script is not installed';

describe('in a terminal', () => {
  it.skipIf(terminalMissing !== false)(
    `a change is shown in colours, and made only when it is confirmed${terminalMissing === false ? '' : ` (skipped: ${terminalMissing})`}`,
    async () => {
      const changed = file('asked.yaml', readFileSync(join(directory, 'depot.yaml'), 'utf8').replace('CP001', 'CP003'));
      const before = await service.api.get('/v1/sites/depot');
      const declined = await typed('n', 'site', 'apply', changed);
      expect(declined).toContain('\x1b[32m+ stations[CP003]: {');
      expect(declined).toContain('nothing was changed: it was not confirmed.');
      expect(await service.api.get('/v1/sites/depot')).toEqual(before);
      expect(await typed('y', 'site', 'apply', changed)).toContain('depot is changed.');
      expect(JSON.stringify(await service.api.get('/v1/sites/depot'))).toContain('CP003');
      await service.api.put('/v1/sites/depot', before);
    },
    30_000,
  );
});

describe('what is refused', () => {
  it('by the service ends with 1, and says the code, the field, its line in the file, and what to do', async () => {
    const site = readFileSync(join(directory, 'depot.yaml'), 'utf8');
    const wrong = file('wrong.yaml', site.replace('currentMaxA: 16', 'currentMaxA: lots'));
    const { code, stderr } = await run('site', 'apply', wrong, '--yes');
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(
      /^evenkeel: refused \(400 INVALID_REQUEST\) at .*wrong\.yaml:\d+, \/stations\/0\/evses\/0\/currentMaxA: /,
    );
    const failsafes = file('failsafes.yaml', site.replace('failsafeA: 6', 'failsafeA: 16').replaceAll('25', '10'));
    expect(await refused('site', 'apply', failsafes, '--dry-run')).toMatchObject({
      code: 1,
      problem: { exitCode: 1, status: 422, code: 'FAILSAFE_EXCEEDS_LIMIT', fix: expect.any(String) },
    });
    const outcomes = await inTurn([
      () => refused('site', 'export', 'nowhere'),
      () => refused('limit', 'put', 'depot', 'x', '--circuit', 'nowhere', '--current', '5'),
      () => refused('limit', 'delete', 'depot', 'x'),
      () => refused('tariff', 'upload', 'bad', file('bad.json', '{ "currency": "SEK" }')),
      () => refused('tariff', 'preview', 'nowhere'),
      () =>
        refused(
          'stations',
          'adopt',
          'CP009',
          '--site',
          'depot',
          '--circuit',
          'row',
          '--phases',
          'L1',
          '--max-current',
          '16',
        ),
      () => refused('stations', 'show', 'CP009'),
      () => refused('explain', 'CP009'),
      () => refused('optimize', file('problem.yaml', 'boundariesMs: [0]\n')),
      () => refused('stations', 'password', 'CP001', '--password', 'short'),
      () => refused('users', 'delete', 'nobody@example.com', '--yes'),
      () => refused('webhooks', 'test', 'wh-nowhere'),
      () => refused('webhooks', 'create', 'http://127.0.0.1/told', '--event', 'limit.exceeded'),
    ]);
    expect(outcomes.map(({ code: ended, problem }) => `${ended} ${String(problem.code)}`)).toEqual([
      '1 SITE_NOT_FOUND',
      '1 CIRCUIT_UNKNOWN',
      '1 LIMIT_NOT_FOUND',
      '1 INVALID_TARIFF',
      '1 TARIFF_NOT_FOUND',
      '1 STATION_NOT_WAITING',
      '1 STATION_NOT_FOUND',
      '1 SESSION_NOT_FOUND',
      '1 INVALID_REQUEST',
      '1 INVALID_REQUEST',
      '1 USER_NOT_FOUND',
      '1 WEBHOOK_NOT_FOUND',
      '1 ADDRESS_REFUSED',
    ]);
  }, 60_000);

  it('of a key that is none says where a good one is', async () => {
    const environment = { ...connected(), EVENKEEL_KEY: 'not-the-key' };
    const { code, stderr } = await runEvenkeel(['site', 'list'], { environment });
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/401 UNAUTHORIZED.*EVENKEEL_KEY/),
    });
    expect(stderr).not.toContain('not-the-key');
  });

  it.each([
    [['plann'], /unknown command 'plann'.*Did you mean plan/],
    [['plan', '--phase', 'L4'], /Allowed choices are L1, L2, L3/],
    [['limit', 'put', 'depot', 'x', '--current', 'much'], /It must be a number/],
    [['limit', 'put', 'depot', 'x'], /--circuit/],
    [['site', 'apply', '/nowhere.yaml'], /can't read \/nowhere\.yaml/],
    [['site', 'apply'], /missing required argument 'file'/],
    [['stations', 'adopt', 'CP009'], /--site, --circuit/],
    [['tariff', 'upload', 'x', 'package.json', 'README.md'], /--add/],
    [['plan', '--circuit', 'nowhere'], /it has grid, row/],
    [['site', 'list', '--url', 'localhost:8080'], /no address of a service/],
    [['webhooks', 'create', 'https://example.com', '--event', 'everything'], /Allowed choices are .*limit\.exceeded/],
    [['webhooks', 'create', 'https://example.com'], /--event/],
    [['users', 'change', 'anna@example.com'], /say what to change/],
    [
      ['users', 'create', 'anna@example.com', '--role', 'viewer', '--password-file', '/nowhere'],
      /can't read \/nowhere/,
    ],
  ])('because it was typed wrong ends with 2: %j', async (args, words) => {
    expect(await refused(...args)).toMatchObject({
      code: 2,
      problem: { exitCode: 2, code: 'USAGE', detail: expect.stringMatching(words) },
    });
  });

  it('because it was typed wrong is said in one line, with where the help is', async () => {
    const { code, stdout, stderr } = await run('plan', '--phase', 'L4');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^evenkeel: option '--phase <phase>' argument 'L4' is invalid\..* See "evenkeel plan --help"\.\n$/,
    );
  });

  it('nobody can be asked without a terminal, and then nothing is changed', async () => {
    await service.api.post('/v1/users', {
      email: 'liv@example.com',
      role: 'viewer',
      password: 'correct horse battery',
    });
    const unasked = await run('users', 'delete', 'liv@example.com');
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringMatching(/asked: give --yes to do it\./) });
    expect(await json('users', 'list')).toMatchObject({ users: [{ email: 'liv@example.com' }] });
    const changed = file('changed.yaml', readFileSync(join(directory, 'depot.yaml'), 'utf8').replace('Nord', 'West'));
    const { code, stderr } = await run('site', 'apply', changed);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await service.api.get('/v1/sites/depot')).toMatchObject({ name: expect.not.stringContaining('West') });
  });

  it('without a key ends with 2; the file in ~/.config may have it', async () => {
    const without = await runEvenkeel(['site', 'list'], { environment: { EVENKEEL_URL: service.httpUrl } });
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('EVENKEEL_KEY') });
    mkdirSync(join(directory, 'evenkeel'), { recursive: true });
    file('evenkeel/config.json', JSON.stringify({ url: service.httpUrl, key: ADMIN_KEY }));
    const configured = await runEvenkeel(['site', 'list'], { environment: { XDG_CONFIG_HOME: directory } });
    expect(configured).toMatchObject({ code: 0, stdout: expect.stringContaining('depot') });
  });

  it('where nobody answers, or somebody else does, ends with 3', async () => {
    const other = createServer((_request, response) => response.end('<html>hello</html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const somebodyElse = await run('site', 'list', '--url', url);
    other.close();
    await once(other, 'close');
    expect(somebodyElse).toMatchObject({ code: 3, stderr: expect.stringContaining('not as an Evenkeel service does') });
    const nobody = await run('health', '--url', url, '--json');
    expect(nobody.code).toBe(3);
    expect(JSON.parse(nobody.stderr)).toMatchObject({
      exitCode: 3,
      code: 'UNREACHABLE',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
