import { Command, InvalidArgumentError } from 'commander';
import type { DemoOptions } from './demo.js';

/** `evenkeel demo`: the service, a site, and cars that charge over real OCPP, until it is stopped. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('run the service with a sample site and 24 virtual stations that could use three times its power')
    .option('--duration <seconds>', 'stop by itself after so long', seconds)
    .option('--port <port>', 'for the service (default: any free one)', portNumber)
    .option('--json', 'print a JSON object on each line')
    .action(async (options: DemoOptions) => {
      // Loaded here, so that the other commands start without it.
      const { demo } = await import('./demo.js');
      await demo(options);
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return value;
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
  }
  return Number(text);
}
