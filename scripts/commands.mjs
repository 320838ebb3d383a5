import { bench } from './bench.mjs';
import { ensureBuilt } from './build.mjs';
import { check } from './check.mjs';
import { ensureInstalled } from './install.mjs';
import { becomeProgram, endWithNpm } from './processes.mjs';
import { ScriptFailure } from './scriptFailure.mjs';
import { runTests } from './tests.mjs';

/** Each resolves with the exit code, or with nothing where the program it became sets its own. */
const COMMANDS = {
  start: async (args) => {
    await ensureReady();
    await becomeProgram('src/main.js', args);
  },
  demo: async (args) => {
    await ensureReady();
    await becomeProgram('src/cli/main.js', ['demo', ...args]);
  },
  build: async () => {
    await ensureReady();
    return 0;
  },
  check: async () => {
    await ensureInstalled();
    return check();
  },
  bench: async (args) => {
    await ensureReady();
    return bench(args);
  },
  test: (args) => runTests({ prepare: ensureReady, config: 'vitest.config.ts', args }),
  'test-long': (args) =>
    runTests({ prepare: ensureReady, config: 'vitest.long.config.ts', args, mayBeEmpty: 'test/long' }),
};

/** Carries out one npm script. What the reader can mend ends as one line on stderr and exit code 1. */
export async function runCommand(name, args) {
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined;
  if (command === undefined) {
    console.error(`Usage: node scripts/run.mjs ${Object.keys(COMMANDS).join('|')} [arguments]`);
    process.exitCode = 1;
    return;
  }
  endWithNpm();
  try {
    const code = await command(args);
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    if (!(error instanceof ScriptFailure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

async function ensureReady() {
  await ensureInstalled();
  await ensureBuilt();
}
