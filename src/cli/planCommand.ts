import { type Command, Option } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { type ClientOptions, connect } from './connection.js';
import { Refused, UsageError } from './failures.js';
import { type Members, members, records } from './lenient.js';
import { LocalTime } from './localTime.js';
import { planPlot } from './planPlot.js';
import { type PlanCircuit, type PlanState, readPlan, tightestPhase, withSitePrices } from './planState.js';
import { planTable } from './planTable.js';
import type { Screen } from './screen.js';
import type { ServiceClient } from './serviceClient.js';
import { PHASES, type PhaseName } from './siteState.js';
import { idOf, siteNamed, sitePath } from './sites.js';

interface PlanOptions extends ClientOptions {
  readonly circuit?: string;
  readonly phase?: PhaseName;
}

/** `evenkeel plan`: what every car gets in the hours ahead, under which limit, and at what price. */
export function planCommand(): Command {
  return clientCommand('plan', 'what is planned for the hours ahead: a plot of a circuit, and a table of the cars')
    .argument('[site]', 'may be left out where there is only one')
    .option('--circuit <id>', 'to plot (default: the grid connection)')
    .addOption(new Option('--phase <phase>', 'to plot (default: where it is tightest)').choices([...PHASES]))
    .action(plan);
}

async function plan(siteId: string | undefined, options: PlanOptions): Promise<void> {
  const client = await connect(options);
  const site = await siteNamed(client, siteId);
  const path = sitePath(idOf(site));
  const document = await client.get(`${path}/plan`);
  const state = readPlan(document, site);
  const circuit = chosenCircuit(state, options.circuit);
  // The document of the API is the answer to a program: what people see from elsewhere is not in it.
  const sessions = options.json === true ? [] : records(members(await client.get(`${path}/sessions`)).sessions);
  const priced = options.json === true || state.pricesPerKwh.length > 0 ? state : await withPrices(client, path, state);
  answer(options, document, (screen) => planLines(screen, priced, { circuit, phase: options.phase, sessions }));
}

async function withPrices(client: ServiceClient, path: string, state: PlanState): Promise<PlanState> {
  try {
    return withSitePrices(state, await client.get(`${path}/prices`));
  } catch (error) {
    // Not every site has prices for all of its plan; the plan is worth seeing without.
    if (error instanceof Refused) return state;
    throw error;
  }
}

function chosenCircuit({ circuits, siteId }: PlanState, wanted: string | undefined): PlanCircuit | undefined {
  if (wanted === undefined) return circuits.find(({ parentId }) => parentId === undefined);
  const found = circuits.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  throw new UsageError(`${siteId} has no circuit "${wanted}": it has ${circuits.map(({ id }) => id).join(', ')}.`);
}

interface Shown {
  readonly circuit: PlanCircuit | undefined;
  readonly phase: PhaseName | undefined;
  readonly sessions: readonly Members[];
}

function planLines(screen: Screen, state: PlanState, { circuit, phase, sessions }: Shown): readonly string[] {
  const [startMs, endMs] = [state.boundariesMs[0], state.boundariesMs.at(-1)];
  if (circuit === undefined || startMs === undefined || endMs === undefined) {
    return [`${state.siteId} has no plan yet: it is made a moment after the site is, and when cars come.`];
  }
  const time = new LocalTime(state.timeZone);
  return [
    `${state.siteId}, ${time.dated(startMs)} to ${time.dated(endMs)} (${time.zone})`,
    '',
    ...planPlot(screen, state, { circuitId: circuit.id, phase: phase ?? tightestPhase(circuit) }),
    '',
    ...planTable(screen, state, sessions),
    ...(state.currency === '' ? [] : ['', costLine(state)]),
  ];
}

function costLine({ costPaid, currency, gap }: PlanState): string {
  const proven = gap === undefined ? '' : `, at most ${(gap * 100).toFixed(1)} % above the cheapest there could be`;
  return `Energy and peaks cost ${costPaid.toFixed(2)} ${currency}${proven}.`;
}
