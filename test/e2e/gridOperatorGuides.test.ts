import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';

describe('the pages for grid operators, executed as printed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-grid-guides-'));
  let service: ServiceProcess;

  beforeAll(async () => {
    service = await ServiceProcess.start({ dataDir: join(directory, 'data'), environment: { LOG_LEVEL: 'error' } });
  });
  afterAll(async () => {
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each(['oscp', 'openadr'])('every command of docs/%s.md is answered without an error', async (page) => {
    const guide = readFileSync(fileURLToPath(new URL(`../../docs/${page}.md`, import.meta.url)), 'utf8');
    const blocks = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) =>
      text
        .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY)
        .replaceAll('http://localhost:8080', service.httpUrl),
    );
    const [settings = '', ...rest] = blocks;
    expect(rest.length).toBeGreaterThan(0);
    for (const block of rest) {
      const { stdout } = await promisify(execFile)('bash', ['-euc', `${settings}\n${block}`], { cwd: directory });
      expect(stdout, block).not.toMatch(/urn:evenkeel:problem|"message"/);
    }
  });

  it('and they have done what they say', async () => {
    const { limits } = (await service.api.get('/v1/sites/depot/limits')) as { readonly limits: readonly object[] };
    expect(limits).toMatchObject([
      { powerLimitW: 12_000, source: 'grid-operator', eventId: 'oscp.dso' },
      { powerLimitW: 25_000, reason: 'Capacity forecast of City grid (OSCP).' },
      { powerLimitW: 12_000, reason: expect.stringContaining('its fallback holds') },
    ]);
    expect(await service.api.get('/v1/openadr/vens/energy')).toMatchObject({ connection: 'connecting', events: [] });
  });
});
