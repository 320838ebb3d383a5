#!/usr/bin/env node
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { demoCommand } from './demoCommand.js';
import { migrateCommand } from './migrateCommand.js';
import { simulateCommand } from './simulateCommand.js';
import { startCommand } from './startCommand.js';

const program = new Command('evenkeel')
  .description('EV smart charging that keeps every fuse')
  .version(ownVersion())
  .addCommand(startCommand())
  .addCommand(migrateCommand())
  .addCommand(simulateCommand())
  .addCommand(demoCommand());

try {
  await program.parseAsync();
} catch (error) {
  // What the person at the keyboard can mend is one line; the rest is for a bug report.
  console.error(`evenkeel: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env.EVENKEEL_DEBUG && error instanceof Error) console.error(error.stack);
  process.exitCode = 1;
}

function ownVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('evenkeel/package.json');
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return String(version);
}
