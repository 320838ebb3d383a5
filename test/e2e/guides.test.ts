import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI_PROGRAM } from './support/commandLine.js';
import { sessionsOf, siteState } from './support/documents.js';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';
import { until } from './support/until.js';

const GUIDES = fileURLToPath(new URL('../../docs/guides/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Executed elsewhere. */
const OTHERS = ['integrator.md'];

const directory = mkdtempSync(join(tmpdir(), 'evenkeel-guides-'));
let service: ServiceProcess;
let fleet: ChildProcess | undefined;

interface Block {
  readonly kind: string;
  readonly text: string;
}

function blocksOf(guide: string): readonly Block[] {
  const text = readFileSync(join(GUIDES, guide), 'utf8');
  return [...text.matchAll(/```(sh[^\n]*)\n([\s\S]*?)```/g)].map(([, kind = '', block = '']) => ({
    kind,
    text: block,
  }));
}

/** As printed, but for where things are here. */
function here(text: string): string {
  return text
    .replaceAll('dist/src/cli/main.js', CLI_PROGRAM)
    .replaceAll('http://localhost:8080', service.httpUrl)
    .replaceAll('ws://localhost:8080', service.stationsUrl.replace('/ocpp', ''))
    .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY);
}

async function printed(guide: string, kinds: readonly string[] = ['sh'], cwd = directory): Promise<string> {
  const blocks = blocksOf(guide).filter(({ kind }) => kinds.includes(kind));
  expect(blocks.length, guide).toBeGreaterThan(0);
  // A vitest within a vitest must not take itself for a part of it.
  const environment = Object.entries(process.env).filter(([name]) => !/^(VITEST|EVENKEEL_|NODE_OPTIONS)/.test(name));
  const script = here(blocks.map(({ text }) => text).join('\n'));
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd, env: Object.fromEntries(environment) });
  expect(stdout).not.toContain('urn:evenkeel:problem:I');
  return stdout;
}

describe('the guides, executed as printed', () => {
  beforeAll(async () => {
    service = await ServiceProcess.start({ dataDir: join(directory, 'data'), environment: { LOG_LEVEL: 'warn' } });
  });
  afterAll(async () => {
    if (fleet !== undefined && fleet.exitCode === null && fleet.signalCode === null) {
      const gone = once(fleet, 'exit');
      fleet.kill('SIGTERM');
      await gone;
    }
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('are these', () => {
    const known = ['contributor.md', 'energy-provider.md', 'operator.md', 'site-owner.md'];
    const found = readdirSync(GUIDES)
      .filter((name) => !OTHERS.includes(name))
      .sort();
    expect(found).toEqual(known);
  });

  it('leads a site owner from fuses to cars that charge under them', async () => {
    const before = await printed('site-owner.md');
    expect(before).toContain('"siteId":"home"');
    const [simulate] = blocksOf('site-owner.md').filter(({ kind }) => kind === 'sh simulate');
    const command = here(simulate?.text ?? '').replace(/^node/, `exec ${process.execPath}`);
    fleet = spawn('bash', ['-c', command.trim()], { cwd: directory, stdio: ['pipe', 'ignore', 'inherit'] });
    await until(
      async () =>
        (await siteState(service.api, 'home')).site === 'protected' &&
        (await sessionsOf(service.api, 'home')).filter(({ limitA }) => limitA > 0).length === 2,
      'both cars charge, and every fuse is protected',
      { atMostMs: 60_000 },
    );
    const [first] = blocksOf('site-owner.md');
    const after = await connected(first?.text ?? '');
    expect(after).toContain('"site":"protected"');
    expect(after).toMatch(/"departure":"\d{4}-/);
    expect(after).toContain('"sentence":');
    expect(after).toMatch(/"quarters":\[{"start":/);
    expect(after).toContain('"reason":"The oven is on."');
    expect(JSON.parse(readFileSync(join(directory, 'plan.json'), 'utf8'))).toMatchObject({ siteId: 'home' });
  }, 120_000);

  it('leads an energy provider from a key to a site that plans by its prices', async () => {
    const output = await printed('energy-provider.md');
    expect(output).toContain('"role":"provider"');
    expect(output).toContain('"source":"published"');
    expect(output).toContain('cold-evening.0');
    expect(output).toContain('FORBIDDEN');
  }, 60_000);

  it('leads an operator from a start to people with keys of their own', async () => {
    const output = await printed('operator.md');
    expect(output).toContain('"ready":true');
    expect(output).toContain('North Garages');
    expect(output).toMatch(/integrator +north-garages/);
    expect(output).toContain('"action":"createKey"');
  }, 60_000);

  it('leads a contributor from a clone to a test that passes', async () => {
    const output = await printed('contributor.md', ['sh'], ROOT);
    expect(output).toContain('optimal 0 A, 16 A');
    expect(output).toMatch(/Checked \d+ files/);
    expect(output).toMatch(/Tests .*\d+ passed/);
  }, 120_000);
});

/** What comes once the stations are connected, in a shell that knows what the first block said. */
async function connected(first: string): Promise<string> {
  const blocks = blocksOf('site-owner.md').filter(({ kind }) => kind === 'sh connected');
  const script = here([first, ...blocks.map(({ text }) => text)].join('\n'));
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: directory });
  return stdout;
}
