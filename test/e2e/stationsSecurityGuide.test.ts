import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { readTlsMaterial } from '../../src/gateway/tls/material.js';
import { whyNoCertificates } from '../support/certificates.js';

const missing = whyNoCertificates();
if (missing !== undefined) console.warn(`The test of the guide's certificates is skipped: ${missing}.`);

const guide = readFileSync(new URL('../../docs/stations-security.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(missing !== undefined)('the commands of the guide make certificates that the service starts with', () => {
  const commands = /```sh\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  execFileSync('sh', ['-ec', commands], { cwd: folder, stdio: 'pipe' });
  const settings = /`((?:EVENKEEL_\w+=\S+ )+)npm start`/.exec(guide)?.[1]?.trim().split(' ') ?? [];
  const environment = Object.fromEntries(
    settings.map((setting) => {
      const [name = '', value = ''] = setting.split('=');
      return [name, value.endsWith('.pem') || value.endsWith('.key') ? join(folder, value) : value];
    }),
  );
  const parsed = parseConfig(environment);
  if (!parsed.ok) throw new Error(parsed.error);
  if (parsed.config.tls === 'off') throw new Error('TLS is off');
  expect(parsed.config.tls.mutual).toMatchObject({ port: 8444 });
  expect(readTlsMaterial(parsed.config.tls, Date.now())).toMatchObject({ ok: true });
  const verified = execFileSync('openssl', ['verify', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 'CP001.pem'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(verified).toContain('CP001.pem: OK');
});
