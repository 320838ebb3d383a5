import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const KEY = 'a-key-for-the-readme-test';

/** What stands between ```sh fences in the README's first steps, as printed. */
function blocks(kind: string): string[] {
  const steps = readme.slice(readme.indexOf('## First steps'), readme.indexOf('## Settings'));
  return [...steps.matchAll(/```(sh[^\n]*)\n([\s\S]*?)```/g)]
    .filter(([, name]) => name === kind)
    .map(([, , text]) => text ?? '');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe("the README's first steps, executed as printed", () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'evenkeel-readme-'));
  const children: ReturnType<typeof spawn>[] = [];
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    const service = spawn(process.execPath, ['dist/src/main.js'], {
      cwd: root,
      env: {
        ...process.env,
        PORT: String(port),
        HOST: '127.0.0.1',
        EVENKEEL_DATA_DIR: dataDir,
        EVENKEEL_ADMIN_KEY: KEY,
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(service);
    await once(service.stdout, 'data');
  });

  afterAll(async () => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(dataDir, { recursive: true, force: true });
  });

  const here = (text: string) =>
    text.replaceAll('the-admin-key-that-npm-start-printed', KEY).replaceAll('localhost:8080', `127.0.0.1:${port}`);

  it('every command answers without an error, and two virtual stations charge within their fuse', async () => {
    const commands = blocks('sh');
    expect(commands.length).toBeGreaterThanOrEqual(5);
    const run = async (script: string) => {
      const { stdout } = await promisify(execFile)(
        'bash',
        ['-euc', `${here(commands[0]?.split('\n\n')[0] ?? '')}\n${here(script)}`],
        { cwd: root },
      );
      expect(stdout, script).not.toMatch(/urn:evenkeel:problem/);
      return stdout;
    };
    const [site, credentials, look, change, tariff, upstream, optimize] = commands;
    expect(await run(site ?? '')).toContain('Villa Row');
    expect(await run(credentials ?? '')).toContain('CP001');
    const [simulate] = blocks('sh simulate');
    const fleet = spawn('bash', ['-c', `exec ${here(simulate ?? '').trim()}`], {
      cwd: root,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    children.push(fleet);
    await expect
      .poll(() => run(look ?? ''), { timeout: 30_000, interval: 500 })
      .toMatch(/"limitA":12\.5.*"limitA":12\.5/s);
    const changed = await run(change ?? '');
    expect(changed).toContain('"limitId":"oven"');
    // 0.82 and 0.64, with 0.07 for the grid and 25 % of VAT.
    expect(await run(tariff ?? '')).toMatch(/"pricePerKwh":1\.1125.*"pricePerKwh":0\.8875/s);
    expect(await run(upstream ?? '')).toContain('wss://csms.example/ocpp');
    const plan = JSON.parse(await run(optimize ?? '')) as { readonly currentA: readonly (readonly number[])[] };
    expect(plan.currentA.map((row) => row.map(Math.round))).toEqual([[10, 16, 8]]);
  }, 90_000);
});
