import type { Command } from 'commander';
import { answer, clientCommand } from './clientCommand.js';
import { columns } from './columns.js';
import { type ClientOptions, connect } from './connection.js';
import { readDocument } from './inputFile.js';
import { type Members, members, number, numbers, records, text } from './lenient.js';
import { kilowattHours } from './localTime.js';
import { saveFile } from './outputFile.js';
import { withProgress } from './progress.js';
import type { Screen } from './screen.js';

/** Longer than the service lets a problem wait and be solved. */
const SOLVE_TIMEOUT_MS = 180_000;

interface OptimizeOptions extends ClientOptions {
  readonly output?: string;
}

/** `evenkeel optimize`: the optimizer, without a site. */
export function optimizeCommand(): Command {
  return clientCommand('optimize', 'the cheapest plan for a charging problem (docs/optimizer.md)')
    .argument('<file>', 'the problem as JSON or YAML; - reads what is piped in')
    .option('-o, --output <file>', 'write the plan there, as JSON')
    .action(optimize);
}

async function optimize(file: string, options: OptimizeOptions): Promise<void> {
  const { name, value, located } = await readDocument(file);
  const client = await connect(options);
  const content = { body: JSON.stringify(value), type: 'application/json' };
  const plan = await withProgress(`Solving ${name}`, () =>
    client.send('POST', '/v1/optimize', { content, timeoutMs: SOLVE_TIMEOUT_MS }),
  ).catch(async (error: unknown) => {
    throw await located(error);
  });
  if (options.output !== undefined) await saveFile(options.output, `${JSON.stringify(plan, null, 2)}\n`);
  answer(options, plan, (screen) => optimizedLines(screen, members(plan), members(value)));
}

/** What it costs, how good that is, and what each session gets. */
export function optimizedLines(screen: Screen, plan: Members, problem: Members): readonly string[] {
  const { energy, demand, shortfall, total } = members(plan.cost);
  const [gotWh, missingWh] = [numbers(plan.energyWh), numbers(plan.shortfallWh)];
  const costs = `energy ${money(energy)}, peaks ${money(demand)}, shortfall ${money(shortfall)}`;
  return [
    `${text(plan.status, '?')}: costs ${money(total)} (${costs}); proven within ${(number(plan.gap) * 100).toFixed(2)} % of the best`,
    '',
    ...columns(screen, {
      titles: [{ title: 'session' }, { title: 'gets', align: 'right' }, { title: 'lacks', align: 'right' }],
      rows: records(problem.sessions).map(({ id }, k) => [
        text(id, '?'),
        kilowattHours(gotWh[k] ?? 0),
        (missingWh[k] ?? 0) > 0.5 ? kilowattHours(missingWh[k] ?? 0) : '',
      ]),
      empty: 'The problem has no sessions.',
    }),
  ];
}

const money = (amount: unknown): string => number(amount).toFixed(2);
