import { appendFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type IViolation } from 'dependency-cruiser';
import { afterAll, describe, expect, it } from 'vitest';

// The rules of .dependency-cruiser.cjs are run on small files made for each case. Each case is a file and what it imports; whatever of
// ours it imports is made too, with something to import and something imported, so that nothing is an orphan. The cases share one
// tree, which is cruised once: each has folders of its own in it, by which what is found is told apart.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { forbidden, options } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'));

type Files = Readonly<Record<string, string>>;
/** The case's number, made when the tests are collected. */
type Case = number;

const cases: Files[] = [];
let found: Promise<readonly IViolation[]> | undefined;
const trees: string[] = [];

afterAll(async () => {
  await Promise.all(trees.map((tree) => rm(tree, { recursive: true, force: true })));
});

/** Makes a tree of these files and cruises it. */
async function violationsIn(files: readonly (readonly [string, string])[]): Promise<readonly IViolation[]> {
  const tree = await mkdtemp(join(tmpdir(), 'evenkeel-rules-'));
  trees.push(tree);
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  for (const file of ['package.json', 'tsconfig.json']) await symlink(join(ROOT, file), join(tree, file));
  for (const [path, content] of files) {
    await mkdir(join(tree, dirname(path)), { recursive: true });
    await appendFile(join(tree, path), content);
  }
  const cruiseOptions: ICruiseOptions = { ...options, ruleSet: { forbidden }, validate: true, baseDir: tree };
  const folders = ['src', 'optimizer', 'tariffs'].filter((folder) => files.some(([path]) => path.startsWith(folder)));
  const { output } = await cruise(folders, cruiseOptions, undefined, {
    tsConfig: { options: { module: 199, moduleResolution: 99 } },
  });
  if (typeof output === 'string') throw new Error(output);
  return output.summary.violations;
}

function namesOf(violations: readonly IViolation[]): readonly string[] {
  return [...new Set(violations.map(({ rule }) => rule.name))].sort();
}

/** The names of the rules that the case breaks, in alphabetical order; with those that a file breaks which all cases share. */
async function brokenRules(of: Case): Promise<readonly string[]> {
  found ??= violationsIn(cases.flatMap((files) => Object.entries(files)));
  return namesOf((await found).filter(({ from }) => [`case${of}`, undefined].includes(/\bcase\d+\b/.exec(from)?.[0])));
}

/** What the rules know by its whole path has no folder for the case. */
const SHARED = /^(src\/(main|config)|optimizer\/index|tariffs\/index)\.ts$/;
const madeShared = new Set<string>();

function placed(path: string, of: Case): string {
  return SHARED.test(path) ? path : join(dirname(path), `case${of}`, basename(path));
}

/** To be cruised with all the others: once that was done it is too late. */
function planted(files: Files): Case {
  if (found !== undefined) throw new Error('the cases are made where tests are collected, not in one of them');
  return cases.push(files) - 1;
}

/** Files beside each other, which name each other without folders. */
function having(files: Files): Case {
  const number = cases.length;
  return planted(Object.fromEntries(Object.entries(files).map(([path, text]) => [placed(path, number), text])));
}

/** `from` imports `to`, a file of ours. */
function importing(from: string, to: string, { typeOnly = false } = {}): Case {
  const number = cases.length;
  const [importer, imported] = [placed(from, number), placed(to, number)];
  const way = `${'../'.repeat(importer.split('/').length - 1)}${imported.replace(/ts$/, 'js')}`;
  const statement = typeOnly
    ? `import type { Thing as Thing${number} } from '${way}';\nexport type Mine${number} = Thing${number};\n`
    : `import { thing as thing${number} } from '${way}';\nexport const mine${number} = thing${number};\n`;
  const given = 'export interface Thing { a: 1 }\nexport const thing = 1;\n';
  const isMade = madeShared.has(imported);
  if (SHARED.test(imported)) madeShared.add(imported);
  return planted({ [importer]: statement, ...(isMade ? {} : { [imported]: given }) });
}

function importingPackage(from: string, name: string): Case {
  if (SHARED.test(from))
    throw new Error(`what is wrong in ${from} is wrong for every case: it needs a tree of its own`);
  const number = cases.length;
  const statement = `import * as it${number} from '${name}';\nexport const mine${number} = it${number};\n`;
  return planted({ [placed(from, number)]: statement });
}

/** Of a row: who imports what, which rule forbids it, and both cases of it. */
function asBoth([from = '', to = '', rule = '']: readonly string[]): readonly [string, string, string, Case, Case] {
  return [from, to, rule, importing(from, to), importing(from, to, { typeOnly: true })];
}

describe('the architecture rules forbid', () => {
  it.each(
    [
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
    ].map(asBoth),
  )('%s to import %s', async (_from, _to, rule, values, types) => {
    expect(await brokenRules(values)).toEqual([rule]);
    expect(await brokenRules(types)).toEqual([rule]);
  });

  it.each(
    [
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
    ].map(asBoth),
  )('%s to import values of %s, but not its types', async (_from, _to, rule, values, types) => {
    expect(await brokenRules(values)).toEqual([rule]);
    expect(await brokenRules(types)).toEqual([]);
  });

  it.each(
    [
      ['kysely', 'src/control/control.ts', 'store-packages'],
      ['@photostructure/sqlite', 'src/api/api.ts', 'store-packages'],
      ['ioredis', 'src/gateway/gateway.ts', 'store-packages'],
      ['ws', 'src/api/api.ts', 'gateway-packages'],
      ['fastify', 'src/gateway/gateway.ts', 'api-packages'],
      ['@fastify/helmet', 'src/control/control.ts', 'api-packages'],
      ['nodemailer', 'src/webhooks/channel.ts', 'mail-packages'],
      ['node:worker_threads', 'src/control/control.ts', 'solver-packages'],
      ['node:fs', 'src/dashboard/app.ts', 'dashboard-runs-in-browsers'],
    ].map(([name = '', from = '', rule = '']) => [name, from, rule, importingPackage(from, name)] as const),
  )('the package %s in %s', async (_name, _from, rule, using) => {
    expect(await brokenRules(using)).toEqual([rule]);
  });

  it('the package bullmq in src/main.ts', async () => {
    const using = "import * as it from 'bullmq';\nexport const mine = it;\n";
    expect(namesOf(await violationsIn([['src/main.ts', using]]))).toEqual(['store-packages']);
  });

  const preact = importingPackage('src/api/api.ts', 'preact');
  it("the web client's packages elsewhere", async () => {
    expect(await brokenRules(preact)).toContain('dashboard-packages');
  });

  const pg = importingPackage('src/api/api.ts', 'pg');
  it('a package that is not installed yet where it does not belong', async () => {
    expect(await brokenRules(pg)).toContain('store-packages');
  });

  const luxon = importingPackage('src/site/zone.ts', 'luxon');
  const path = importingPackage('src/site/zone.ts', 'node:path');
  it('any package and any built-in module in src/site', async () => {
    expect(await brokenRules(luxon)).toEqual(['site-has-no-packages']);
    expect(await brokenRules(path)).toContain('site-has-no-packages');
  });

  it.each(
    [
      'optimizer/a.ts',
      'tariffs/a.ts',
      'src/plan/a.ts',
      'src/profiles/a.ts',
      'src/handout/a.ts',
      'src/ocpp/a.ts',
      'src/notices/a.ts',
    ].map((from) => [from, importingPackage(from, 'node:fs')] as const),
  )('files, sockets and timers in %s, which is pure', async (_from, using) => {
    expect(await brokenRules(using)).toEqual(['pure-does-no-io']);
  });

  const development = importingPackage('src/plan/plan.ts', 'fast-check');
  it('a development package in the program', async () => {
    expect(await brokenRules(development)).toEqual(['no-undeclared-packages']);
  });

  const ofMain = importing('src/gateway/gateway.ts', 'src/main.ts');
  const ofConfig = importing('src/control/control.ts', 'src/config.ts');
  it('to import main.ts, or the configuration beside it', async () => {
    expect(await brokenRules(ofMain)).toContain('main-is-the-root');
    expect(await brokenRules(ofConfig)).toContain('config-is-read-in-main');
  });

  const ofTest = importing('src/plan/plan.ts', 'test/fixtures/site.ts');
  it('tests in the program', async () => {
    expect(await brokenRules(ofTest)).toEqual(['no-test-code']);
  });

  const cycle = having({
    'src/site/a.ts': "import type { B } from './b.js';\nexport interface A { b: B }\n",
    'src/site/b.ts': "import type { A } from './a.js';\nexport interface B { a: A }\n",
  });
  it('cycles, of types too', async () => {
    expect(await brokenRules(cycle)).toEqual(['no-cycles']);
  });

  const lonely = having({ 'src/site/lonely.ts': 'export const lonely = 1;\n' });
  it('modules that nothing connects, but for entry points', async () => {
    expect(await brokenRules(lonely)).toEqual(['no-orphans']);
    const entries = ['src/main.ts', 'src/cli/main.ts', 'optimizer/index.ts'];
    expect(await violationsIn(entries.map((entry) => [entry, 'export {};\n']))).toEqual([]);
  });

  const nowhere = having({ 'src/plan/plan.ts': "import './gone.js';\n" });
  it('imports that lead nowhere', async () => {
    expect(await brokenRules(nowhere)).toContain('no-unresolvable');
  });
});

describe('the architecture rules allow', () => {
  it.each(
    [
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
    ].map(([from = '', to = '']) => [from, to, importing(from, to)] as const),
  )('%s to import %s', async (_from, _to, allowed) => {
    expect(await brokenRules(allowed)).toEqual([]);
  });

  it.each(
    [
      ['src/store/sql.ts', 'kysely'],
      ['src/bus/redis.ts', 'bullmq'],
      ['src/gateway/gateway.ts', 'ws'],
      ['src/simulator/station.ts', 'ws'],
      ['src/api/api.ts', 'fastify'],
      ['src/api/api.ts', '@fastify/helmet'],
      ['src/solver/pool.ts', 'node:worker_threads'],
      ['src/dashboard/app.ts', 'preact'],
      ['src/ocpp/validator.ts', 'ajv'],
    ].map(([from = '', name = '']) => [from, name, importingPackage(from, name)] as const),
  )('%s to use %s', async (_from, _name, allowed) => {
    expect(await brokenRules(allowed)).toEqual([]);
  });
});
