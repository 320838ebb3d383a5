import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY, ServiceProcess } from './support/serviceProcess.js';

const GUIDE = readFileSync(fileURLToPath(new URL('../../docs/energy-provider.md', import.meta.url)), 'utf8');

interface Block {
  readonly kind: string;
  readonly text: string;
}

/** What stands between fences, as printed, in the order of the page. */
const BLOCKS: readonly Block[] = [...GUIDE.matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(([, kind = '', text = '']) => ({
  kind,
  text,
}));

describe('the guide for energy providers, executed as printed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-guide-'));
  let service: ServiceProcess;

  beforeAll(async () => {
    service = await ServiceProcess.start({ dataDir: join(directory, 'data'), environment: { LOG_LEVEL: 'error' } });
  });
  afterAll(async () => {
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('every command is answered without an error, and what is printed as an answer is one', async () => {
    const here = (text: string) =>
      text
        .replaceAll('the-admin-key-that-npm-start-printed', ADMIN_KEY)
        .replaceAll('http://localhost:8080', service.httpUrl);
    const [settings, ...rest] = BLOCKS;
    expect(rest.filter(({ kind }) => kind === 'sh').length).toBeGreaterThan(6);
    let answer = '';
    let compared = 0;
    for (const { kind, text } of rest) {
      if (kind === 'sh') {
        const script = `${here(settings?.text ?? '')}\n${here(text)}`;
        const { stdout } = await promisify(execFile)('bash', ['-euc', script], { cwd: directory });
        expect(stdout, text).not.toContain('urn:evenkeel:problem');
        answer = stdout.replaceAll('\r\n', '\n');
      } else {
        expect(kind).toBe('text');
        expect(answer).toBe(text);
        compared += 1;
      }
    }
    expect(compared).toBe(1);
    const { tariffs } = (await service.api.get('/v1/tariffs')) as { readonly tariffs: readonly object[] };
    expect(tariffs).toMatchObject([
      { tariffId: 'grid-company', siteIds: ['office'], pricesTo: null },
      {
        tariffId: 'supplier',
        siteIds: ['office'],
        pricesFrom: '2026-01-14T23:00:00.000Z',
        pricesTo: '2026-01-16T23:00:00.000Z',
      },
    ]);
  }, 60_000);
});
