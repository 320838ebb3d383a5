import { Command } from 'commander';
import { type ClientOptions, DEFAULT_URL } from './connection.js';
import { type Screen, screenOf } from './screen.js';

/** A command that asks the service: says where it is and with which key, and answers for people or for programs. */
export function clientCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--url <url>', `the service (default: EVENKEEL_URL, else ${DEFAULT_URL})`)
    .option('--key <key>', 'the API key (default: EVENKEEL_KEY, which others on this machine do not see)')
    .option('--json', 'print JSON only');
}

/** The answer on stdout: the document as it is, or what a person reads of it. */
export function answer(options: ClientOptions, document: unknown, render: (screen: Screen) => readonly string[]): void {
  if (options.json === true) console.log(JSON.stringify(document, null, 2));
  else for (const line of render(screenOf(process.stdout, process.env))) console.log(line);
}
