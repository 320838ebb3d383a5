import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { allowedA, OcpiCpo } from '../../support/ocpi/cpo.js';
import { OCPI_RIG_KEY, OcpiRig, sessionAt } from '../../support/ocpi/rig.js';

const GUIDE = readFileSync(new URL('../../../docs/ocpi.md', import.meta.url), 'utf8');

let rig: OcpiRig;
let cpo: OcpiCpo;
beforeAll(async () => {
  rig = await OcpiRig.start();
  cpo = await OcpiCpo.start();
});
afterAll(async () => {
  await cpo.stop();
  await rig.stop();
});

it('the commands of docs/ocpi.md register an operator, and its cars then share a fuse', async () => {
  const script = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)]
    .map(([, text = '']) => text)
    .join('\n')
    .replaceAll('the-admin-key-that-npm-start-printed', OCPI_RIG_KEY)
    .replaceAll('http://localhost:8080', rig.url)
    .replaceAll('https://cpo.example/ocpi/versions', cpo.versionsUrl)
    .replaceAll('token-a-of-the-operator', cpo.tokenA);
  const { stdout } = await promisify(execFile)('bash', ['-euc', script]);
  expect(stdout).not.toContain('urn:evenkeel:problem');
  expect(stdout).toContain('"status":"registered"');
  await cpo.putSession(sessionAt(0, 'a'));
  await cpo.putSession(sessionAt(1, 'b'));
  const heldA = () => ['a', 'b'].map((id) => allowedA(cpo.profiles.get(id), Date.now()));
  await until(() => heldA().every((currentA) => currentA === 16), 'each has half of the fuse', {
    atMostMs: 12_000,
    otherwise: () => heldA().join(),
  });
});
