import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from './support/until.js';

const CLI = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const TIMEOUT = { timeout: 90_000 };
const START_AT_MOST_MS = 45_000;
const END_AT_MOST_MS = 20_000;
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/** Everything temporary of the demo goes below this, so that what it leaves can be seen. */
let temporary: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  if (!existsSync(CLI)) throw new Error(`${CLI} is not there: run "npm run build" first, or "npm test"`);
  temporary = await mkdtemp(join(tmpdir(), 'evenkeel-demo-test-'));
});

afterEach(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  child = undefined;
  await rm(temporary, { recursive: true, force: true });
});

interface Demo {
  readonly exited: Promise<number | null>;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

function run(command: string, args: readonly string[]): Demo {
  const started = spawn(command, args, {
    env: { ...process.env, TMPDIR: temporary, NODE_OPTIONS: '', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    started[name].setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
    });
  }
  const exited = new Promise<number | null>((resolve) => {
    started.once('close', resolve);
  });
  return { exited, stdout: () => text.stdout, stderr: () => text.stderr };
}

const demo = (...args: readonly string[]): Demo => run(process.execPath, [CLI, 'demo', ...args]);

/** Neither a file, nor a process that works in its directory, nor anyone at its port. */
async function expectNothingLeft(output: string): Promise<void> {
  expect(await readdir(temporary)).toEqual([]);
  expect(await processesNaming(temporary)).toEqual([]);
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
  expect(address).toBeDefined();
  await expect(fetch(`${address}/healthz`)).rejects.toThrow();
}

/** Where the system shows its processes as files; elsewhere the port and the directory must do. */
async function processesNaming(directory: string): Promise<readonly string[]> {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const named = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(directory) ? pid : undefined;
    }),
  );
  return named.filter((pid) => pid !== undefined);
}

test(
  'runs for as long as it is told, prints the site as a table, ends with 0 and leaves nothing',
  TIMEOUT,
  async () => {
    const startMs = Date.now();
    const { exited, stdout, stderr } = demo('--duration', '20');
    expect(await exited, stderr()).toBe(0);
    expect(Date.now() - startMs).toBeGreaterThan(20_000);
    expect(stderr()).toBe('');

    const tables = stdout().split(/\n(?=\d\d:\d\d:\d\d 24 outlets: )/);
    const last = (tables.at(-1) ?? '').split('\n');
    expect(tables.length, stdout()).toBeGreaterThan(2);
    expect(last[0]).toMatch(/^\S+ 24 outlets: \d+ charging, \d+ waiting, \d+ free or done, the cars take [1-9]\d* kW$/);
    expect(last.filter((line) => /^CP0\d\d +row-[ab] +(L[123]){1,3} /.test(line))).toHaveLength(24);
    expect(last.filter((line) => /^(grid|row-a|row-b|) +L[123] +[█▒·]{32}[|!] +\d+ A/.test(line))).toHaveLength(9);
    expect(last.some((line) => /Charging +[\d.]+ A +[\d.]+ A +[\d.]+ kWh +\S/.test(line))).toBe(true);
    expect(stdout()).toContain('\nprotected: every fuse holds, whatever happens next\n');
    expect(stdout()).toMatch(/no circuit was ever above its rating\n$/);
    expect(stdout()).not.toContain('\x1b');
    await expectNothingLeft(stdout());
  },
);

test('ends at once and in good order on Ctrl-C', TIMEOUT, async () => {
  const { exited, stdout, stderr } = demo();
  await until(() => stdout().includes('24 stations connect'), 'the stations start', {
    atMostMs: START_AT_MOST_MS,
    otherwise: () => stdout() + stderr(),
  });
  const startMs = Date.now();
  child?.kill('SIGINT');
  expect(await exited, stderr()).toBe(0);
  expect(Date.now() - startMs).toBeLessThan(END_AT_MOST_MS);
  await expectNothingLeft(stdout());
});

test('says in one line what is wrong with its options', TIMEOUT, async () => {
  const { exited, stderr } = demo('--duration', 'long');
  expect(await exited).toBe(2);
  expect(stderr()).toContain('It must be a number of seconds above 0.');
});

const withTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' });
const terminalMissing = !withTerminal.stdout?.includes('util-linux') && 'util-linux script is not installed';

test.skipIf(terminalMissing !== false)(
  `redraws one screen in a terminal, and gives the cursor back${terminalMissing === false ? '' : ` (skipped: ${terminalMissing})`}`,
  TIMEOUT,
  async () => {
    const inTerminal = `stty rows 60 cols 120; ${process.execPath} ${CLI} demo --duration 8`;
    const { exited, stdout } = run('script', ['-qec', inTerminal, join(temporary, 'typescript')]);
    expect(await exited, stdout()).toBe(0);
    await rm(join(temporary, 'typescript'));
    const frames = stdout().split('\x1b[H');
    expect(frames.length).toBeGreaterThan(5);
    expect(frames[0]).toContain(HIDE_CURSOR);
    expect(stdout().lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(stdout().lastIndexOf(HIDE_CURSOR));
    for (const frame of frames.slice(1)) {
      expect(frame).toContain('CP024');
      expect(frame.split('\n').length).toBeLessThanOrEqual(60);
    }
    await expectNothingLeft(stdout());
  },
);
