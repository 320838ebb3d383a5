import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import { inRoot, ROOT } from './paths.mjs';

const PARENT_POLL_MS = 200;
const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in this terminal and resolves with its exit code; one ended by a signal counts as 128 + the signal's number, as
 * in a shell. Signals sent to this process reach the program, which decides how to end.
 */
function runProgram(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
    const stopForwarding = () => {
      for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
    };
    child.on('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Runs a JavaScript file with this same Node. */
export function runNode(args, options) {
  return runProgram(process.execPath, args, options);
}

/** The npm that started us, or the one on the PATH. */
export function runNpm(args) {
  const startedBy = process.env.npm_execpath ?? '';
  if (/npm-cli\.[cm]?js$/.test(startedBy)) return runNode([startedBy, ...args]);
  return runProgram('npm', args, { shell: process.platform === 'win32' });
}

/**
 * Ends this process as SIGTERM would once npm, which started it, is gone. npm hands most signals on (package.json uses exec, so
 * that no shell stands between), but it can't hand on its own kill -9, and what it leaves behind would hold port and data.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_POLL_MS);
  timer.unref();
}

/**
 * Becomes the built program: it runs in this very process, so that signals, the exit code and the terminal are its own and
 * nothing stands between it and whoever started us.
 */
export async function becomeProgram(builtFile, args) {
  const path = inRoot('dist', ...builtFile.split('/'));
  process.argv = [process.execPath, path, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(path).href);
}
