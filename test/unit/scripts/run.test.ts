import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

// Runs the real scripts in a small tree of its own. Its packages are links to ours, so that nothing is downloaded.

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const COPIED = ['scripts', 'package.json', 'package-lock.json', 'vitest.config.ts', 'vitest.long.config.ts'];

/** Of Node's types only what its sources need: all of them would be most of each compilation. */
const NODE_TYPES = `declare const process: {
  readonly argv: string[];
  on(signal: string, listener: () => void): void;
  exit(code: number): never;
};
declare const console: { log(...values: unknown[]): void };
declare function setInterval(run: () => void, ms: number): unknown;
interface ImportMeta { readonly url: string }
`;

// Several compilations each, on a machine that may be busy with the other tests.
vi.setConfig({ testTimeout: 180_000 });

let tree: string;
const running: ChildProcessWithoutNullStreams[] = [];

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'evenkeel-scripts-'));
  for (const name of COPIED) await cp(join(ROOT, name), join(tree, name), { recursive: true });
  await mkdir(join(tree, 'node_modules'));
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name === '.vite' || name === '.vite-temp') continue;
    await symlink(join(ROOT, 'node_modules', name), join(tree, 'node_modules', name));
  }
  await rm(join(tree, 'node_modules', '.evenkeel-install.json'), { force: true });
  const settings = JSON.parse(await readFile(join(ROOT, 'tsconfig.json'), 'utf8'));
  const compilerOptions = { ...settings.compilerOptions, types: [] };
  await write('tsconfig.json', JSON.stringify({ ...settings, compilerOptions }));
  await write('src/node.d.ts', NODE_TYPES);
  await write('src/main.ts', 'export const main: number = 1;\n');
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await rm(tree, { recursive: true, force: true });
});

async function write(path: string, content: string): Promise<void> {
  await mkdir(join(tree, dirname(path)), { recursive: true });
  await writeFile(join(tree, path), content);
}

function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  // As in a terminal of a newcomer: nothing of this test run may leak into it.
  const environment = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VITEST|EVENKEEL_|NODE_|TEST$)/.test(name),
  );
  const child = spawn(process.execPath, [join(tree, 'scripts', 'run.mjs'), ...args], {
    cwd: tree,
    env: { ...Object.fromEntries(environment), NO_COLOR: '1' },
  });
  running.push(child);
  return child;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of stdout, without the line break. */
  readonly lastLine: string | undefined;
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, ...output, lastLine: output.stdout.trimEnd().split('\n').at(-1) };
}

function run(...args: string[]): Promise<Ended> {
  return ended(start(args));
}

describe('run.mjs', () => {
  it('lists what it can do when asked for something else', async () => {
    const { code, stderr } = await run('toString');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Usage: .*start\|demo\|build\|check\|bench\|test\|test-long/);
  });

  it('says which Node it needs under an older one', async () => {
    const pretend = `data:text/javascript,${encodeURIComponent(
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } });",
    )}`;
    const child = spawn(process.execPath, ['--import', pretend, join(tree, 'scripts', 'run.mjs'), 'start']);
    running.push(child);
    const { code, stderr } = await ended(child);
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(
      'Evenkeel needs Node 20.19 or newer; this is Node 20.18.3. Install a newer one from https://nodejs.org and try again.',
    );
  });
});

describe('a node_modules that is a link', () => {
  it('is refused where packages would have to be installed, and what it leads to is left alone', async () => {
    const other = await mkdtemp(join(tmpdir(), 'evenkeel-linked-'));
    await cp(join(tree, 'scripts'), join(other, 'scripts'), { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) await cp(join(tree, name), join(other, name));
    await mkdir(join(other, 'elsewhere', 'a-package'), { recursive: true });
    await symlink(join(other, 'elsewhere'), join(other, 'node_modules'));
    const child = spawn(process.execPath, [join(other, 'scripts', 'run.mjs'), 'build']);
    running.push(child);
    const { code, stderr } = await ended(child);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('node_modules is a link') });
    expect(await readdir(join(other, 'elsewhere'))).toEqual(['a-package']);
    await rm(other, { recursive: true, force: true });
  });
});

describe('npm run build', () => {
  it('builds what has changed, once, and leaves nothing behind of what was deleted', async () => {
    await write('src/removed.ts', 'export const removed = 1;\n');
    expect((await run('build')).stderr).toContain('Building');
    expect(await readdir(join(tree, 'dist', 'src'))).toContain('removed.js');
    expect((await run('build')).stderr).toBe('');
    await rm(join(tree, 'src', 'removed.ts'));
    expect((await run('build')).stderr).toContain('Building');
    expect(await readdir(join(tree, 'dist', 'src'))).toEqual(['main.d.ts', 'main.js']);
    expect(await readdir(join(tree, 'dist', 'bundle'))).toEqual(['main.js', 'main.js.map']);
    const sourceMap = JSON.parse(await readFile(join(tree, 'dist', 'bundle', 'main.js.map'), 'utf8'));
    expect(sourceMap.sources).toEqual(['../../src/main.ts']);
  });

  it('builds once when two are started at once, and the other waits for it', async () => {
    await write('src/main.ts', 'export const main: number = 2;\n');
    const both = await Promise.all([run('build'), run('build')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ stderr }) => stderr.includes('Building'))).toHaveLength(1);
  });

  it('goes on where an earlier run was killed in the middle', async () => {
    await write('src/main.ts', 'export const main: number = 3;\n');
    const killed = start(['build']);
    await once(killed.stderr, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'close');
    expect(await readdir(join(tree, '.cache'))).toContain('run.lock');
    const { code, stderr } = await run('build');
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Building') });
  });

  it('shows the error of a source that does not compile, fails, and keeps the last good build', async () => {
    await write('src/main.ts', 'export const main: number = "text";\n');
    const { code, stdout, stderr } = await run('build');
    expect(code).toBe(1);
    expect(stdout).toContain('TS2322');
    expect(stderr).toContain('The build failed');
    expect(await readFile(join(tree, 'dist', 'bundle', 'main.js'), 'utf8')).toContain('main = 3');
    expect(await readdir(tree)).not.toContain('dist-next');
  });
});

describe('npm start', () => {
  it('becomes the service: its signals, its exit code; and its modules are where they were written', async () => {
    await write('src/place/where.ts', 'export const where = import.meta.url;\n');
    await write(
      'src/main.ts',
      `import { where } from './place/where.js';
       process.on('SIGTERM', () => process.exit(7));
       setInterval(() => undefined, 1_000);
       const isAtHome = where.endsWith('/dist/src/place/where.js');
       console.log('up', process.argv[1]?.endsWith('dist/src/main.js'), isAtHome, process.argv.slice(2));\n`,
    );
    const child = start(['start', 'more']);
    const end = ended(child);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ code: 7, stdout: "up true true [ 'more' ]\n" });
  });

  it('runs the demo as a command of the command line', async () => {
    await write('src/cli/main.ts', 'console.log(process.argv.slice(2));\n');
    expect(await run('demo', '--seed', '1')).toMatchObject({ code: 0, stdout: "[ 'demo', '--seed', '1' ]\n" });
  });
});

describe('npm test', () => {
  const header = "import { beforeAll, describe, expect, it } from 'vitest';\n";

  async function having(content: string): Promise<void> {
    await rm(join(tree, 'test'), { recursive: true, force: true });
    await write('test/one.test.ts', header + content);
  }

  async function testing(content: string, ...args: string[]): Promise<Ended> {
    await having(content);
    return run('test', ...args);
  }

  it('ends with the counts', async () => {
    const outcome = await testing("it('a', () => {}); it('b', () => {}); it.skip('c', () => {}); it.todo('d');");
    expect(outcome).toMatchObject({ code: 0, lastLine: 'Tests: 2 passed, 0 failed, 2 skipped' });
  });

  it('fails with a failing test, and prints its failure in full', async () => {
    const outcome = await testing(
      "it('a', () => {}); it('b', () => { expect({ limitA: 16 }).toEqual({ limitA: 6 }); });",
    );
    expect(outcome).toMatchObject({ code: 1, lastLine: 'Tests: 1 passed, 1 failed, 0 skipped' });
    expect(outcome.stderr).toMatch(/-\s+"limitA": 6,\n\+\s+"limitA": 16,/);
  });

  it('counts a file that can not be loaded as a failure', async () => {
    await having("it('a', () => {});");
    await write('test/two.test.ts', "import './gone.js';\n");
    expect(await run('test')).toMatchObject({ code: 1, lastLine: 'Tests: 1 passed, 1 failed, 0 skipped' });
  });

  it('counts a hook that throws, and an error outside any test', async () => {
    const hook = await testing(
      "describe('x', () => { beforeAll(() => { throw new Error('h'); }); it('a', () => {}); });",
    );
    expect(hook.code).toBe(1);
    expect(hook.lastLine).toMatch(/^Tests: 0 passed, [1-9]\d* failed, \d+ skipped$/);
    const stray = await testing("it('a', () => { void Promise.reject(new Error('stray')); });");
    expect(stray).toMatchObject({ code: 1, lastLine: 'Tests: 1 passed, 1 failed, 0 skipped' });
  });

  it('fails when nothing ran', async () => {
    const filtered = await testing("it('a', () => {});", '-t', 'no such name');
    expect(filtered).toMatchObject({ code: 1, lastLine: 'Tests: 0 passed, 0 failed, 1 skipped' });
    const none = await testing("it('a', () => {});", 'no/such/file');
    expect(none.code).toBe(1);
    expect(none.lastLine).toMatch(/^Tests: 0 passed, \d failed, 0 skipped$/);
  });

  it('hands further arguments to vitest, also another reporter', async () => {
    const outcome = await testing("it('a', () => {}); it('other', () => {});", '-t', 'other', '--reporter=verbose');
    expect(outcome).toMatchObject({ code: 0, lastLine: 'Tests: 1 passed, 0 failed, 1 skipped' });
  });

  it('ends with the counts also when the build fails', async () => {
    await write('src/broken.ts', 'export const broken: number = "text";\n');
    const outcome = await testing("it('a', () => {});");
    await rm(join(tree, 'src', 'broken.ts'));
    expect(outcome).toMatchObject({ code: 1, lastLine: 'Tests: 0 passed, 1 failed, 0 skipped' });
  });

  it('says that there are no long tests while there are none, and runs them once there are', async () => {
    await having("it('a', () => {});");
    const none = await run('test-long');
    expect(none).toMatchObject({ code: 0, lastLine: 'Tests: 0 passed, 0 failed, 0 skipped' });
    expect(none.stdout).toContain('No long tests yet');
    await write('test/long/seeds.test.ts', `${header}it('a', () => {});`);
    expect(await run('test-long')).toMatchObject({ code: 0, lastLine: 'Tests: 1 passed, 0 failed, 0 skipped' });
    expect(await run('test')).toMatchObject({ code: 0, lastLine: 'Tests: 1 passed, 0 failed, 0 skipped' });
  });
});

describe('npm run bench', () => {
  it('runs each benchmark in turn, with nothing but their lines on stdout, and passes a failure on', async () => {
    await write('benchmarks/b.bench.ts', "console.log(JSON.stringify({ name: 'b' }));\n");
    await write(
      'benchmarks/a.bench.ts',
      "console.log(JSON.stringify({ name: 'a' }));\nprocess.exitCode = 3 as number;\n",
    );
    const all = await run('bench');
    expect(all).toMatchObject({ code: 1, stdout: '{"name":"a"}\n{"name":"b"}\n' });
    expect(all.stderr).toContain('benchmarks/a.bench.ts (exit code 3)');
    expect(await run('bench', 'b.bench')).toMatchObject({ code: 0, stdout: '{"name":"b"}\n' });
    expect(await run('bench', 'nothing')).toMatchObject({ code: 1, stdout: '' });
  });
});
