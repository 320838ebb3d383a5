import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions } from 'dependency-cruiser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// The rules of .dependency-cruiser.cjs are run on small trees made for each case. Each case is a file and what it imports;
// whatever of ours it imports is made too, with something to import and something imported, so that nothing is an orphan.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { forbidden, options } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));

let tree: string;

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'evenkeel-rules-'));
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const file of ['package.json', 'tsconfig.json']) await symlink(join(ROOT, file), join(tree, file));
});

afterEach(async () => {
  await rm(tree, { recursive: true, force: true });
});

/** The names of the rules that the tree breaks, in alphabetical order. */
async function brokenRules(files: Record<string, string>): Promise<string[]> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(tree, dirname(path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
  const cruiseOptions: ICruiseOptions = { ...options, ruleSet: { forbidden }, validate: true, baseDir: tree };
  const folders = ['src', 'optimizer', 'tariffs'].filter((folder) =>
    Object.keys(files).some((file) => file.startsWith(folder)),
  );
  const { output } = await cruise(folders, cruiseOptions, undefined, {
    tsConfig: { options: { module: 199, moduleResolution: 99 } },
  });
  if (typeof output === 'string') throw new Error(output);
  return [...new Set(output.summary.violations.map(({ rule }) => rule.name))].sort();
}

/** A tree in which `from` imports `to`, a file of ours. */
function importing(from: string, to: string, { typeOnly = false } = {}): Record<string, string> {
  const up = '../'.repeat(from.split('/').length - 1);
  const statement = typeOnly
    ? `import type { Thing } from '${up}${to.replace(/ts$/, 'js')}';\nexport type Mine = Thing;\n`
    : `import { thing } from '${up}${to.replace(/ts$/, 'js')}';\nexport const mine = thing;\n`;
  return { [from]: statement, [to]: 'export interface Thing { a: 1 }\nexport const thing = 1;\n' };
}

function importingPackage(from: string, name: string): Record<string, string> {
  return { [from]: `import * as it from '${name}';\nexport const mine = it;\n` };
}

describe('the architecture rules forbid', () => {
  it.each([
    ['optimizer/solve.ts', 'src/site/model.ts', 'optimizer-imports'],
    ['optimizer/solve.ts', 'tariffs/price.ts', 'optimizer-imports'],
    ['tariffs/price.ts', 'src/site/model.ts', 'tariffs-imports'],
    ['src/site/reduce.ts', 'src/plan/plan.ts', 'site-imports'],
    ['src/site/reduce.ts', 'optimizer/solve.ts', 'site-imports'],
    ['src/ocpp/frame.ts', 'src/gateway/gateway.ts', 'ocpp-imports'],
    ['src/ocpp/frame.ts', 'src/profiles/profile.ts', 'ocpp-imports'],
    ['src/plan/plan.ts', 'src/profiles/profile.ts', 'plan-imports'],
    ['src/profiles/profile.ts', 'src/handout/handOut.ts', 'profiles-imports'],
    ['src/handout/handOut.ts', 'src/control/control.ts', 'handout-imports'],
    ['src/control/control.ts', 'src/gateway/gateway.ts', 'control-imports'],
    ['src/control/control.ts', 'src/api/api.ts', 'control-imports'],
    ['src/control/control.ts', 'src/ocpp/frame.ts', 'control-imports'],
    ['src/solver/pool.ts', 'src/control/control.ts', 'solver-imports'],
    ['src/solver/pool.ts', 'src/api/api.ts', 'solver-imports'],
    ['src/control/control.ts', 'src/solver/pool.ts', 'control-imports'],
    ['src/store/sql.ts', 'src/control/control.ts', 'store-imports'],
    ['src/store/sql.ts', 'src/bus/bus.ts', 'store-imports'],
    ['src/bus/bus.ts', 'src/plan/plan.ts', 'bus-imports'],
    ['src/cluster/leases.ts', 'src/gateway/gateway.ts', 'cluster-imports'],
    ['src/cluster/router.ts', 'src/api/api.ts', 'cluster-imports'],
    ['src/control/control.ts', 'src/cluster/leases.ts', 'control-imports'],
    ['src/gateway/gateway.ts', 'src/store/store.ts', 'gateway-imports'],
    ['src/gateway/gateway.ts', 'src/control/control.ts', 'gateway-imports'],
    ['src/gateway/gateway.ts', 'src/proxy/proxies.ts', 'gateway-imports'],
    ['src/proxy/proxies.ts', 'src/control/control.ts', 'proxy-imports'],
    ['src/api/api.ts', 'src/gateway/gateway.ts', 'api-imports'],
    ['src/api/api.ts', 'src/store/store.ts', 'api-imports'],
    ['src/api/api.ts', 'src/solver/pool.ts', 'api-imports'],
    ['src/simulator/station.ts', 'src/site/model.ts', 'simulator-imports'],
    ['src/simulator/station.ts', 'src/ocpp/frame.ts', 'simulator-imports'],
    ['src/simulator/station.ts', 'src/profiles/profile.ts', 'simulator-imports'],
    ['src/cli/demo.ts', 'src/control/control.ts', 'cli-imports'],
    ['src/dashboard/app.ts', 'src/site/model.ts', 'dashboard-imports'],
    ['src/outbox/outbox.ts', 'src/webhooks/channel.ts', 'outbox-imports'],
    ['src/webhooks/channel.ts', 'src/control/control.ts', 'webhooks-imports'],
    ['src/mail/channel.ts', 'src/outbound/outbound.ts', 'mail-imports'],
    ['src/notices/notice.ts', 'src/control/control.ts', 'notices-imports'],
    ['src/control/control.ts', 'src/webhooks/channel.ts', 'control-imports'],
  ])('%s to import %s', async (from, to, rule) => {
    expect(await brokenRules(importing(from, to))).toEqual([rule]);
    expect(await brokenRules(importing(from, to, { typeOnly: true }))).toEqual([rule]);
  });

  it.each([
    ['src/profiles/profile.ts', 'src/plan/plan.ts', 'profiles-imports-only-types-of-plan'],
    ['src/handout/handOut.ts', 'src/plan/plan.ts', 'handout-imports-only-types-of-plan'],
    ['src/handout/handOut.ts', 'src/profiles/profile.ts', 'handout-imports-only-types-of-profiles'],
    ['src/solver/pool.ts', 'src/plan/plan.ts', 'solver-imports-only-types-of-plan'],
    ['src/api/api.ts', 'src/plan/solver.ts', 'api-imports-only-types-of-plan'],
    ['src/api/api.ts', 'optimizer/index.ts', 'api-imports-only-types-of-optimizer'],
    ['src/api/api.ts', 'tariffs/index.ts', 'api-imports-only-types-of-tariffs'],
    ['src/control/control.ts', 'src/store/store.ts', 'control-imports-only-types-of-store'],
    ['src/control/control.ts', 'src/bus/bus.ts', 'control-imports-only-types-of-bus'],
    ['src/cluster/leases.ts', 'src/store/store.ts', 'cluster-imports-only-types-of-store'],
    ['src/outbox/outbox.ts', 'src/store/store.ts', 'outbox-imports-only-types-of-store'],
    ['src/webhooks/channel.ts', 'src/outbound/outbound.ts', 'webhooks-imports-only-types-of-outbound'],
    ['src/mail/channel.ts', 'src/outbox/outbox.ts', 'mail-imports-only-types-of-outbox'],
  ])('%s to import values of %s, but not its types', async (from, to, rule) => {
    expect(await brokenRules(importing(from, to))).toEqual([rule]);
    expect(await brokenRules(importing(from, to, { typeOnly: true }))).toEqual([]);
  });

  it.each([
    ['kysely', 'src/control/control.ts', 'store-packages'],
    ['@photostructure/sqlite', 'src/api/api.ts', 'store-packages'],
    ['ioredis', 'src/gateway/gateway.ts', 'store-packages'],
    ['bullmq', 'src/main.ts', 'store-packages'],
    ['ws', 'src/api/api.ts', 'gateway-packages'],
    ['fastify', 'src/gateway/gateway.ts', 'api-packages'],
    ['@fastify/helmet', 'src/control/control.ts', 'api-packages'],
    ['nodemailer', 'src/webhooks/channel.ts', 'mail-packages'],
    ['node:worker_threads', 'src/control/control.ts', 'solver-packages'],
    ['node:fs', 'src/dashboard/app.ts', 'dashboard-runs-in-browsers'],
  ])('the package %s in %s', async (name, from, rule) => {
    expect(await brokenRules(importingPackage(from, name))).toEqual([rule]);
  });

  it("the web client's packages elsewhere", async () => {
    expect(await brokenRules(importingPackage('src/api/api.ts', 'preact'))).toContain('dashboard-packages');
  });

  it('a package that is not installed yet where it does not belong', async () => {
    expect(await brokenRules(importingPackage('src/api/api.ts', 'pg'))).toContain('store-packages');
  });

  it('any package and any built-in module in src/site', async () => {
    expect(await brokenRules(importingPackage('src/site/zone.ts', 'luxon'))).toEqual(['site-has-no-packages']);
    expect(await brokenRules(importingPackage('src/site/zone.ts', 'node:path'))).toContain('site-has-no-packages');
  });

  it.each([
    'optimizer/a.ts',
    'tariffs/a.ts',
    'src/plan/a.ts',
    'src/profiles/a.ts',
    'src/handout/a.ts',
    'src/ocpp/a.ts',
    'src/notices/a.ts',
  ])('files, sockets and timers in %s, which is pure', async (from) => {
    expect(await brokenRules(importingPackage(from, 'node:fs'))).toEqual(['pure-does-no-io']);
  });

  it('a development package in the program', async () => {
    expect(await brokenRules(importingPackage('src/plan/plan.ts', 'fast-check'))).toEqual(['no-undeclared-packages']);
  });

  it('to import main.ts, or the configuration beside it', async () => {
    expect(await brokenRules(importing('src/gateway/gateway.ts', 'src/main.ts'))).toContain('main-is-the-root');
    expect(await brokenRules(importing('src/control/control.ts', 'src/config.ts'))).toContain('config-is-read-in-main');
  });

  it('tests in the program', async () => {
    expect(await brokenRules(importing('src/plan/plan.ts', 'test/fixtures/site.ts'))).toEqual(['no-test-code']);
  });

  it('cycles, of types too', async () => {
    const cycle = {
      'src/site/a.ts': "import type { B } from './b.js';\nexport interface A { b: B }\n",
      'src/site/b.ts': "import type { A } from './a.js';\nexport interface B { a: A }\n",
    };
    expect(await brokenRules(cycle)).toEqual(['no-cycles']);
  });

  it('modules that nothing connects, but for entry points', async () => {
    expect(await brokenRules({ 'src/site/lonely.ts': 'export const lonely = 1;\n' })).toEqual(['no-orphans']);
    const entries = {
      'src/main.ts': 'export {};\n',
      'src/cli/main.ts': 'export {};\n',
      'optimizer/index.ts': 'export {};\n',
    };
    await rm(join(tree, 'src'), { recursive: true });
    expect(await brokenRules(entries)).toEqual([]);
  });

  it('imports that lead nowhere', async () => {
    expect(await brokenRules({ 'src/plan/plan.ts': "import './gone.js';\n" })).toContain('no-unresolvable');
  });
});

describe('the architecture rules allow', () => {
  it.each([
    ['src/plan/plan.ts', 'optimizer/index.ts'],
    ['src/plan/plan.ts', 'tariffs/index.ts'],
    ['src/control/control.ts', 'src/handout/handOut.ts'],
    ['src/control/control.ts', 'optimizer/index.ts'],
    ['src/gateway/gateway.ts', 'src/ocpp/frame.ts'],
    ['src/solver/pool.ts', 'optimizer/index.ts'],
    ['src/api/api.ts', 'src/control/service.ts'],
    ['src/cli/main.ts', 'src/simulator/station.ts'],
    ['src/main.ts', 'src/gateway/gateway.ts'],
    ['src/main.ts', 'src/store/openStore.ts'],
    ['src/main.ts', 'src/config.ts'],
  ])('%s to import %s', async (from, to) => {
    expect(await brokenRules(importing(from, to))).toEqual([]);
  });

  it.each([
    ['src/store/sql.ts', 'kysely'],
    ['src/bus/redis.ts', 'bullmq'],
    ['src/gateway/gateway.ts', 'ws'],
    ['src/simulator/station.ts', 'ws'],
    ['src/api/api.ts', 'fastify'],
    ['src/api/api.ts', '@fastify/helmet'],
    ['src/solver/pool.ts', 'node:worker_threads'],
    ['src/dashboard/app.ts', 'preact'],
    ['src/ocpp/validator.ts', 'ajv'],
  ])('%s to use %s', async (from, name) => {
    expect(await brokenRules(importingPackage(from, name))).toEqual([]);
  });
});
