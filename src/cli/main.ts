#!/usr/bin/env node
import { createRequire } from 'node:module';
import { CommanderError } from 'commander';
import { exitCodeOf, failureDocument } from './failures.js';
import { evenkeelProgram } from './program.js';

// A reader that has seen enough (head, less) closes the pipe: nothing is wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const asJson = process.argv.includes('--json');

try {
  await evenkeelProgram(ownVersion(), { sayErrors: !asJson }).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  // What commander can't understand it has said itself.
  const isSaid = error instanceof CommanderError && (!asJson || error.exitCode === 0);
  if (!isSaid) sayWhy(error);
}

/** What the person at the keyboard can mend is one line, or one JSON value for a program; the rest is for a bug report. */
function sayWhy(error: unknown): void {
  if (asJson) console.error(JSON.stringify(failureDocument(error)));
  else console.error(`evenkeel: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env.EVENKEEL_DEBUG && error instanceof Error) console.error(error.stack);
}

function ownVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('evenkeel/package.json');
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}
