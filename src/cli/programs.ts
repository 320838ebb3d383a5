import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** After a polite request to end, a child has this long. */
const STOP_TIMEOUT_MS = 8_000;
const LAST_LINES_MAX = 30;

/** The service and this command line, as files: built, or as sources under a loader. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
export const SERVICE_PROGRAM = fileURLToPath(new URL(`../main.${EXTENSION}`, import.meta.url));
export const CLI_PROGRAM = fileURLToPath(new URL(`./main.${EXTENSION}`, import.meta.url));

export interface ChildOptions {
  readonly program: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** 'inherit': it shares our terminal. 'watched': its lines are heard, and what it is told goes to its stdin. */
  readonly output: 'inherit' | 'watched';
  readonly onLine?: (line: string) => void;
}

/** A Node program of ours in its own process. Ended by its pid, never by name. */
export class Child {
  readonly #process: ChildProcess;
  readonly #lastLines: string[] = [];
  /** Resolves with how it ended: its exit code, or 1 where a signal or a failed start ended it. */
  readonly exited: Promise<number>;
  #hasExited = false;

  constructor(options: ChildOptions) {
    // The same loader as ours, so that it works from sources too; a debugger's port can't be shared.
    const loader = process.execArgv.filter((argument) => !argument.startsWith('--inspect'));
    this.#process = spawn(process.execPath, [...loader, options.program, ...(options.args ?? [])], {
      stdio: options.output === 'inherit' ? 'inherit' : ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
    });
    this.exited = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        this.#heard(error.message, options.onLine);
        this.#hasExited = true;
        resolve(1);
      });
      this.#process.once('close', (code) => {
        this.#hasExited = true;
        resolve(code ?? 1);
      });
    });
    this.#process.stdin?.on('error', () => undefined);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream === null) continue;
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#heard(line, options.onLine);
      });
    }
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** For the message that says why it ended. */
  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  tell(line: string): void {
    if (!this.#hasExited) this.#process.stdin?.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#hasExited) this.#process.kill(signal);
  }

  /** Asks it to end; insists when it does not. */
  async stop(): Promise<number> {
    this.signal('SIGTERM');
    const insist = setTimeout(() => this.signal('SIGKILL'), STOP_TIMEOUT_MS);
    const code = await this.exited;
    clearTimeout(insist);
    return code;
  }

  #heard(line: string, onLine: ChildOptions['onLine']): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > LAST_LINES_MAX) this.#lastLines.shift();
    onLine?.(line);
  }
}

/** Resolves at the first request to end: Ctrl-C, or a supervisor's. A second Ctrl-C ends the process as it would without us. */
export function requestToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
