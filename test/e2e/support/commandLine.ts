import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { exitCodeOf, failureDocument } from '../../../src/cli/failures.js';
import { evenkeelProgram } from '../../../src/cli/program.js';

export const CLI_PROGRAM = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));

export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** The built command line in a process of its own, without a terminal, and without what the surroundings set for another one. */
export function runEvenkeel(
  args: readonly string[],
  { environment = {}, input = '' }: CommandOptions = {},
): Promise<CommandRun> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(EVENKEEL_|NO_COLOR$|FORCE_COLOR$|COLUMNS$)/.test(name),
  );
  const child = spawn(process.execPath, [CLI_PROGRAM, ...args], {
    env: { ...Object.fromEntries(inherited), XDG_CONFIG_HOME: '/nonexistent', ...environment },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // It may end without having read it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  /** Undefined where it did not fail. */
  readonly failure: Readonly<Record<string, unknown>> | undefined;
}

/** The same command in this process, which costs a fifth: one after the other, since they share its stdout. */
export async function runInProcess(args: readonly string[]): Promise<CommandOutcome> {
  let stdout = '';
  const keep = (text: unknown) => {
    stdout += `${String(text)}\n`;
    return true;
  };
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(keep),
    vi.spyOn(process.stdout, 'write').mockImplementation(keep),
  ];
  try {
    await evenkeelProgram('0.0.0', { sayErrors: false }).parseAsync([...args], { from: 'user' });
    return { code: 0, stdout, failure: undefined };
  } catch (error) {
    return { code: exitCodeOf(error), stdout, failure: failureDocument(error) };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
