import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const START_AT_MOST_MS = 30_000;
const STOP_AT_MOST_MS = 10_000;
const INSTALL_AT_MOST_MS = 180_000;
const LOOK_EVERY_MS = 25;
/** Where Debian, and what is made from it, puts the programs of each version. */
const DEBIAN_VERSIONS = '/usr/lib/postgresql';

/** Postgres runs as anybody but root. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** An empty place for tables, apart from all others. */
export interface Schema {
  readonly name: string;
  readonly url: string;
}

/** Why tests with a Postgres of their own can't run here; undefined where they can. Root's machine without one gets it from Debian. */
export function postgresMissing(): string | undefined {
  if (binaries() === undefined && isRoot()) installFromDebian();
  if (binaries() === undefined) return `there is no initdb on the PATH, nor below ${DEBIAN_VERSIONS}`;
  return isRoot() && account() === undefined
    ? 'Postgres does not run as root, and there is no user "postgres"'
    : undefined;
}

/** A Postgres on a free port of the loopback, whose data is in a directory of its own. Anybody on this machine may enter as "postgres". */
export class OwnPostgres {
  readonly port: number;
  readonly #dir: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;
  #schemas = 0;

  /** `durable`: a commit waits for the disk, as in earnest. */
  static async start({ durable = false, settings = [] as readonly string[] } = {}): Promise<OwnPostgres> {
    const dir = mkdtempSync(join(tmpdir(), 'evenkeel-postgres-'));
    const user = account();
    if (user !== undefined) chownSync(dir, user.uid, user.gid);
    run('initdb', ['-D', dir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);
    const postgres = new OwnPostgres(await freePort(), dir, [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'shared_buffers=32MB',
      'jit=off',
      ...(durable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=on']),
      ...settings,
    ]);
    process.once('exit', postgres.#atExit);
    await postgres.startAgain();
    return postgres;
  }

  private constructor(port: number, dir: string, settings: readonly string[]) {
    this.port = port;
    this.#dir = dir;
    this.#settings = settings;
  }

  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  async newSchema(): Promise<Schema> {
    this.#schemas += 1;
    const name = `place${this.#schemas}`;
    await this.query(`create schema ${name}`);
    return { name, url: `${this.url}?options=${encodeURIComponent(`-c search_path=${name}`)}` };
  }

  async query<R extends pg.QueryResultRow>(text: string): Promise<readonly R[]> {
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<R>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async startAgain(): Promise<void> {
    const deadlineMs = performance.now() + START_AT_MOST_MS;
    for (;;) {
      this.#spawn();
      // After a kill the last of its children may still hold the memory that they share: it then refuses, and is started again.
      while (this.#isRunning()) {
        if (
          await this.query('select 1').then(
            () => true,
            () => false,
          )
        )
          return;
        if (performance.now() > deadlineMs) throw new Error('Postgres did not start in time');
        await sleep(LOOK_EVERY_MS);
      }
      if (performance.now() > deadlineMs) throw new Error('Postgres ended as soon as it was started');
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** As a power cut, except that what the operating system was given is kept. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Connections are cut, and nothing listens any more. */
  async pause(): Promise<void> {
    await this.#end('SIGINT');
  }

  async stop(): Promise<void> {
    process.off('exit', this.#atExit);
    await this.#end('SIGQUIT');
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  #spawn(): void {
    const settings = this.#settings.flatMap((setting) => ['-c', setting]);
    this.#process = spawn(program('postgres'), ['-D', this.#dir, '-p', String(this.port), ...settings], {
      stdio: 'ignore',
      cwd: this.#dir,
      ...account(),
    });
  }

  #isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process;
    if (server === undefined || !this.#isRunning()) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    const insist = setTimeout(() => server.kill('SIGKILL'), STOP_AT_MOST_MS);
    await ended;
    clearTimeout(insist);
  }

  readonly #atExit = (): void => {
    this.#process?.kill('SIGKILL');
    rmSync(this.#dir, { recursive: true, force: true });
  };
}

function run(name: string, args: readonly string[]): void {
  const done = spawnSync(program(name), args, { encoding: 'utf8', cwd: tmpdir(), ...account() });
  if (done.status !== 0) throw new Error(`${name} failed: ${done.stderr || String(done.error)}`);
}

function program(name: string): string {
  const directory = binaries();
  if (directory === undefined) throw new Error('there is no Postgres here');
  return join(directory, name);
}

function binaries(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(':');
  const debian = existsSync(DEBIAN_VERSIONS)
    ? readdirSync(DEBIAN_VERSIONS)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN_VERSIONS, version, 'bin'))
    : [];
  return [...debian, ...onPath].find((directory) => existsSync(join(directory, 'initdb')));
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Undefined: as we are. */
function account(): Account | undefined {
  if (!isRoot()) return undefined;
  const [uid, gid] = ['-u', '-g'].map((what) =>
    Number(spawnSync('id', [what, 'postgres'], { encoding: 'utf8' }).stdout),
  );
  return uid === undefined || gid === undefined || !(uid > 0) || !(gid > 0) ? undefined : { uid, gid };
}

function installFromDebian(): void {
  if (spawnSync('apt-get', ['--version']).status !== 0) return;
  process.stderr.write("There is no Postgres here: installing Debian's, for the tests.\n");
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env: environment, timeout: INSTALL_AT_MOST_MS, stdio: 'ignore' as const };
  spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', 'update'], options);
  spawnSync(
    'apt-get',
    ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', 'postgresql'],
    options,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
