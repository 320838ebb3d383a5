import { inRoot } from './paths.mjs';
import { runNode } from './processes.mjs';

const CHECKS = [
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.check.json'] },
  { name: 'types of the dashboard', args: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'src/dashboard'] },
  { name: 'lint and format', args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  {
    name: 'architecture',
    args: [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      'src',
      'optimizer',
      'tariffs',
    ],
  },
  { name: 'dead code', args: ['node_modules/knip/bin/knip.js', '--no-progress'] },
];

/** Runs every check, also after one has failed, and prints what came of each. Resolves with the exit code. */
export async function check() {
  const outcomes = [];
  for (const { name, args } of CHECKS) {
    const [script, ...rest] = args;
    const code = await runNode([inRoot(script), ...rest]);
    outcomes.push({ name, passed: code === 0 });
  }
  const summary = outcomes.map(({ name, passed }) => `${name} ${passed ? 'ok' : 'FAILED'}`).join(', ');
  console.log(`Check: ${summary}`);
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}
