import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';

const GUIDE = readFileSync(fileURLToPath(new URL('../../docs/accounts.md', import.meta.url)), 'utf8');
const BLOCKS = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const SECRETS = ['correct horse battery', 'battery horse correct', 'a long password', 'ek_', ADMIN_KEY];

describe('the page on accounts, executed as printed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-accounts-guide-'));
  const lines: string[] = [];
  let service: ServiceProcess;

  beforeAll(async () => {
    service = await ServiceProcess.start({
      dataDir: join(directory, 'data'),
      environment: { LOG_LEVEL: 'debug' },
      onLine: (line) => lines.push(line),
    });
  });
  afterAll(async () => {
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('every command is answered without an error, and nothing secret is written down', async () => {
    const script = BLOCKS.join('\n')
      .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY)
      .replaceAll('http://localhost:8080', service.httpUrl);
    expect(BLOCKS).toHaveLength(6);
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: directory });
    expect(stdout).not.toContain('urn:evenkeel:problem');
    expect(stdout).toContain('"organisationName":"Default"');
    const { entries } = JSON.parse(stdout.slice(stdout.lastIndexOf('{"entries":')));
    expect(entries).toMatchObject([{ action: 'putSite', actor: { kind: 'user', name: 'Anna' }, before: null }]);
    const log = lines.join('\n');
    expect(log).toContain('signed in');
    for (const secret of SECRETS) expect(log).not.toContain(secret);
  }, 60_000);

  it('keys and sessions outlive the process, for they are in the store', async () => {
    const cookies = readFileSync(join(directory, 'cookies'), 'utf8');
    const sessionId = /evenkeel\t(\S{43})/.exec(cookies)?.[1] ?? '';
    await service.stop();
    service = await ServiceProcess.start({ dataDir: join(directory, 'data'), environment: { LOG_LEVEL: 'error' } });
    const me = await fetch(`${service.httpUrl}/v1/me`, { headers: { cookie: `evenkeel=${sessionId}` } });
    expect(await me.json()).toMatchObject({ email: 'anna@example.com', role: 'owner' });
  }, 60_000);
});
