import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { QUIET } from '../e2e/support/scenarioDeployment.js';
import { SeveralProcesses } from '../e2e/support/scenarioProcesses.js';
import { ServiceProcess } from '../e2e/support/serviceProcess.js';
import { until } from '../e2e/support/until.js';
import { freePort } from '../support/freePort.js';
import { MIXED_SITE_ID, MixedFuse } from '../support/ocpi/mixedFuse.js';
import { postgresMissing } from '../support/ownPostgres.js';
import { redisMissing } from '../support/ownRedis.js';

// Stations that connect here themselves and stations of an operator over OCPI, behind one fuse: at no instant may they take more
// together than it carries, by what each of them holds.

const EACH = [0, 1, 'D1', 'D2'] as const;
const LIMIT_A = 40;
const FAILSAFE_A = 6;
const NEAR_A = 2;
const LOWERED_A = 28;
/** A lowering waits for what is under way with its station, and its result. */
const LOWERED_WITHIN_MS = 20_000;
const ENVIRONMENT = { ...QUIET, EVENKEEL_ALLOWED_PRIVATE_NETS: '127.0.0.0/8' };

const opened: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.stop();
});

/** What those without a car fall to is kept free for them. */
function isUsed(mixed: MixedFuse, idle: number): boolean {
  return mixed.drawnA() > LIMIT_A - idle * FAILSAFE_A - NEAR_A;
}

/** As the two share it, whatever is tried. */
async function shareAndYield(mixed: MixedFuse): Promise<void> {
  await mixed.plugIn('D1');
  await mixed.plugIn(0);
  await mixed.until(() => isUsed(mixed, 2), 'one of each kind has its part of what there is');
  expect(Math.min(mixed.heldA('D1'), mixed.heldA(0))).toBeGreaterThan(FAILSAFE_A);
  await mixed.plugIn(1);
  await mixed.plugIn('D2');
  await mixed.until(
    () => EACH.every((which) => mixed.heldA(which) > FAILSAFE_A) && isUsed(mixed, 0),
    'all four have a part',
  );
  await mixed.lowerTo(LOWERED_A, LOWERED_WITHIN_MS);
  await mixed.pause(3_000);
  await mixed.raiseTo(LIMIT_A);
  await mixed.leave('D1');
  await mixed.until(() => isUsed(mixed, 1), 'what one that left of the direct ones had, the others have');
  const before = mixed.heldA('D2');
  await mixed.leave(0);
  await mixed.until(
    () => mixed.heldA('D2') > before + 1,
    'of what one that left of the operator had, a direct one has',
  );
  expect(mixed.excess).toEqual([]);
}

it('in one process', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-mixed-'));
  opened.push({ stop: () => rm(dataDir, { recursive: true, force: true }) });
  const service = await ServiceProcess.start({ dataDir, environment: ENVIRONMENT });
  opened.push(service);
  const mixed = await MixedFuse.start(() => service, LIMIT_A);
  opened.push(mixed);
  await shareAndYield(mixed);
}, 400_000);

const missing = postgresMissing() ?? redisMissing();
describe.skipIf(missing !== undefined)(`over several processes${missing === undefined ? '' : ` (${missing})`}`, () => {
  it('where the operator’s requests meet one that owns no site, results find the planner that asked, and another takes over when that is killed', async () => {
    const apiPort = await freePort();
    const publicUrl = `http://127.0.0.1:${apiPort}`;
    const service = await SeveralProcesses.start('redis', {
      environment: { ...ENVIRONMENT, EVENKEEL_PUBLIC_URL: publicUrl },
      apiPort,
      siteId: MIXED_SITE_ID,
    });
    opened.push({ stop: () => service.end() });
    await until(() => service.isReady(), 'the processes know each other', {
      atMostMs: 60_000,
      otherwise: () => service.output,
    });
    const mixed = await MixedFuse.start(() => service, LIMIT_A);
    opened.push(mixed);
    const { cpo } = mixed;
    await shareAndYield(mixed);
    const asked = () =>
      cpo.received.filter(({ method, path }) => method === 'PUT' && path.includes('chargingprofiles'));
    // The process that the operator was given owns no site and has asked for none of them.
    expect(asked().every(({ body }) => String(body?.response_url).startsWith(`${publicUrl}/ocpi/results/`))).toBe(true);
    expect(service.output).not.toContain('did not come');

    // Credentials are changed by the API; it is the planner that shows them.
    const rotated = await service.api.request('POST', '/v1/ocpi/peers/cpo/rotate');
    expect(rotated).toMatchObject({ status: 200, body: { status: 'registered' } });
    const before = asked().length;
    await mixed.plugIn(0, 'session-after-rotation');
    await mixed.until(() => cpo.profiles.has('session-after-rotation'), 'a profile comes with the new credentials');
    expect(asked().length).toBeGreaterThan(before);

    // While the result of a lowering is awaited its asker dies.
    await mixed.until(() => isUsed(mixed, 1), 'the three share it');
    cpo.faults.callback = { lateMs: 4_000 };
    const told = asked().length;
    await mixed.plugIn('D1');
    await mixed.until(() => asked().length > told, 'an outlet is told to make room');
    await service.killOwner();
    await mixed.plugIn(1, 'session-meanwhile');
    await service.untilTakenOver();
    await mixed.pause(6_000);
    delete cpo.faults.callback;
    await mixed.until(
      () => EACH.every((which) => mixed.heldA(which) > FAILSAFE_A) && isUsed(mixed, 0),
      'the next owner has all four share it',
      120_000,
    );
    await mixed.until(() => mixed.isProtected(), 'the site is protected');
    await mixed.lowerTo(LOWERED_A, LOWERED_WITHIN_MS);
    expect(mixed.excess).toEqual([]);
    const open = Object(await service.api.get(`/v1/sites/${MIXED_SITE_ID}/sessions`)).sessions as {
      endedAt: string | null;
      transactionId: string;
    }[];
    const names = open.filter(({ endedAt }) => endedAt === null).map(({ transactionId }) => transactionId);
    expect(names).toEqual(expect.arrayContaining(['session-after-rotation', 'session-meanwhile']));
    expect(names).toHaveLength(4);
  }, 900_000);
});
