import { Command, InvalidArgumentError, Option } from 'commander';
// Of the simulator only this: all of it is loaded once it runs.
import { OCPP_VERSIONS } from '../simulator/stationDialect.js';
import type { SimulateOptions } from './simulate.js';

const DEFAULT_URL = 'ws://127.0.0.1:8080/ocpp';

/** `evenkeel simulate`: virtual stations in a process of their own, commanded by what is typed. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description('run virtual charging stations that speak OCPP to a central system; type "help" while it runs')
    .option('--url <url>', `the central system, without the station's id (default: ${DEFAULT_URL})`)
    .option('--stations <n>', 'how many', count, 3)
    .option('--prefix <text>', 'station ids are this and a number', 'CP')
    .addOption(new Option('--ocpp-version <version>', 'what they speak').choices(OCPP_VERSIONS).default('1.6'))
    .option('--password <password>', 'for HTTP Basic auth')
    .option('--phases <n>', 'of each supply: 1 or 3', onePhaseOrThree, 3)
    .option('--max-current <amperes>', 'of each outlet, per phase', amount, 32)
    .option('--evses <n>', 'outlets per station', count, 1)
    .option('--cars <n>', 'how many outlets have a car from the start (default: all)', whole)
    .option('--meter-interval <seconds>', 'until it is configured otherwise', count, 10)
    .option('--speed <factor>', 'batteries fill so many times faster; currents keep real time', amount, 1)
    .option('--seed <n>', 'the same cars each time', whole, 1)
    .option('--fleet <file>', 'stations, cars and site from a JSON file instead')
    .option('--quiet', 'print no state changes')
    .option('--json', 'print a JSON object on each line')
    .option('--exit-with-parent', 'end when stdin ends')
    .action(async (options: SimulateOptions) => {
      // Loaded here, so that the other commands start without web sockets.
      const { simulate } = await import('./simulate.js');
      await simulate(options);
    });
}

function amount(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(text);
}

function count(text: string): number {
  const value = whole(text);
  if (value < 1) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

function onePhaseOrThree(text: string): number {
  if (text !== '1' && text !== '3') throw new InvalidArgumentError('It must be 1 or 3.');
  return Number(text);
}
