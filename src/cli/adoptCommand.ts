import type { Command } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { type ClientOptions, connect } from './connection.js';
import { UsageError } from './failures.js';
import { readDocument } from './inputFile.js';
import { phaseNames, quantity, wholeNumber } from './optionValues.js';
import { painted } from './screen.js';
import type { PhaseName } from './siteState.js';

const EVSES_MAX = 64;

interface AdoptOptions extends ClientOptions {
  readonly site?: string;
  readonly circuit?: string;
  readonly phases?: readonly PhaseName[];
  readonly maxCurrent?: number;
  readonly minCurrent?: number;
  readonly failsafe?: number;
  readonly evses?: number;
  readonly file?: string;
}

/** `evenkeel stations adopt`: a station that waits becomes one of a site. */
export function adoptCommand(): Command {
  return clientCommand('adopt', 'put a station that waits into a site')
    .argument('<station>')
    .option('--site <id>', 'whose it becomes')
    .option('--circuit <id>', 'that it hangs below')
    .option('--phases <names>', "the grid phases on its terminals, in the terminals' order: L1,L2,L3", phaseNames)
    .option('--max-current <amperes>', 'that each outlet can draw, per phase', quantity)
    .option('--min-current <amperes>', 'that it can offer besides 0', quantity)
    .option('--failsafe <amperes>', 'what each outlet falls to by itself, per phase', quantity)
    .option('--evses <n>', 'outlets, all alike (default: 1)', wholeNumber({ min: 1, max: EVSES_MAX }))
    .option('--file <file>', 'all of that as JSON or YAML instead, also for DC')
    .action(adopt);
}

async function adopt(stationId: string, options: AdoptOptions): Promise<void> {
  const input = options.file === undefined ? undefined : await readDocument(options.file);
  const document = input?.value ?? adoptionOf(options);
  const client = await connect(options);
  const path = `/v1/onboarding/${encodeURIComponent(stationId)}/adopt`;
  const site = await client.post(path, document).catch(async (error: unknown) => {
    throw (await input?.located(error)) ?? error;
  });
  answer(options, site, (screen) => [
    painted(screen, 'green', `${stationId} is taken in.`),
    'It counts at all its hardware can draw until it has confirmed its failsafe.',
  ]);
}

function adoptionOf({ site, circuit, phases, maxCurrent, minCurrent, failsafe, evses = 1 }: AdoptOptions): unknown {
  if (site === undefined || circuit === undefined || phases === undefined || maxCurrent === undefined) {
    throw new UsageError('say where it is and what it can: --site, --circuit, --phases and --max-current; or --file.');
  }
  return {
    siteId: site,
    circuitId: circuit,
    ...(failsafe !== undefined && { failsafeA: failsafe }),
    evses: Array.from({ length: evses }, (_, k) => ({
      id: k + 1,
      kind: 'AC',
      phases,
      ...(minCurrent !== undefined && { currentMinA: minCurrent }),
      currentMaxA: maxCurrent,
    })),
  };
}
