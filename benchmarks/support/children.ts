import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

// Each server under test is a process of its own, so that its CPU and memory are its alone.

/** What a server of benchmarks/servers tells its parent. */
export type ChildMessage =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'usage'; readonly cpuMs: number; readonly rssBytes: number; readonly heapBytes: number };

export interface MeasuredServer {
  readonly port: number;
  /** User and system time since it started; memory as it stands, after a garbage collection where it may collect. */
  usage(): Promise<{ readonly cpuMs: number; readonly rssBytes: number; readonly heapBytes: number }>;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const END_WITHIN_MS = 15_000;

/** Of the built program, as it is run: a loader that compiles on the fly would slow it down. */
function builtFile(path: string): string {
  const file = `${ROOT}dist/${path}`;
  if (!existsSync(file))
    throw new Error(`${file} is missing. Start benchmarks with "npm run bench", which builds first.`);
  return file;
}

/** What to import a module of the built program by. */
export function builtModule(path: string): string {
  return pathToFileURL(builtFile(path)).href;
}

/** One of benchmarks/servers. `collectsGarbage`: before each answer about its memory. */
export async function startServer(
  name: string,
  args: readonly string[] = [],
  options: { readonly collectsGarbage?: boolean } = {},
): Promise<MeasuredServer> {
  const file = fileURLToPath(new URL(`../servers/${name}.ts`, import.meta.url));
  const child = fork(file, args, {
    cwd: ROOT,
    execArgv: [...(options.collectsGarbage === true ? ['--expose-gc'] : []), '--import', 'tsx'],
  });
  const first = await nextMessage(child, name);
  if (first.type !== 'listening') throw new Error(`${name} said ${first.type} before it listened`);
  return {
    port: first.port,
    usage: async () => {
      child.send({ type: 'usage' });
      const answer = await nextMessage(child, name);
      if (answer.type !== 'usage') throw new Error(`${name} answered ${answer.type}`);
      return answer;
    },
    stop: () => stopChild(child),
  };
}

function nextMessage(child: ChildProcess, name: string): Promise<ChildMessage> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown) => {
      child.off('exit', onExit);
      resolve(message as ChildMessage);
    };
    const onExit = (code: number | null, signal: string | null) => {
      child.off('message', onMessage);
      reject(new Error(`${name} ended with ${code ?? signal}`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

/**
 * A program of dist/, run as it is installed. Its errors go to this process's stderr. It does not outlive this process.
 * BENCH_NODE_ARGS are given to its Node: "--cpu-prof --cpu-prof-dir=profiles" shows where its time goes.
 */
export function startProgram(file: string, environment: Readonly<Record<string, string>>): ChildProcess {
  const nodeArgs = (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter((arg) => arg !== '');
  const child = spawn(process.execPath, [...nodeArgs, builtFile(file)], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(1));
  }
  return child;
}

/** Asks it to end, and makes it. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
