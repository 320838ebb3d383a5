import type { Command } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { type ClientOptions, connect } from './connection.js';
import { EXIT_CODES } from './failures.js';
import { list, members, text } from './lenient.js';
import { painted } from './screen.js';

/** `evenkeel health`: is it there, and can it serve? For people, and for probes without an HTTP client. */
export function healthCommand(): Command {
  return clientCommand('health', 'is the service there, and ready? (needs no key)').action(health);
}

async function health(options: ClientOptions): Promise<void> {
  const client = await connect(options, { needsKey: false });
  const { status, version } = members(await client.get('/healthz'));
  const readiness = members(await client.get('/readyz'));
  const isReady = readiness.ready === true;
  const reasons = list(readiness.reasons).map((reason) => text(reason, '?'));
  const document = { url: client.baseUrl, status, version, ready: isReady, reasons };
  answer(options, document, (screen) => [
    `${client.baseUrl} is Evenkeel ${text(version, '?')}, ${isReady ? painted(screen, 'green', 'ready') : painted(screen, 'red', 'not ready')}`,
    ...reasons.map((reason) => `  ${reason}`),
  ]);
  if (!isReady) process.exitCode = EXIT_CODES.refused;
}
