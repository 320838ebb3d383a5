import { inRoot } from './paths.mjs';
import { runNode } from './processes.mjs';
import { filesEndingWith } from './sources.mjs';

/**
 * Runs every benchmark, one after the other so that none disturbs another; each prints JSON lines on stdout. `filters` keep only
 * those whose path contains one of them. Resolves with 1 if any failed.
 */
export async function bench(filters) {
  const all = filesEndingWith('benchmarks', '.bench.ts');
  const chosen = all.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  if (chosen.length === 0) {
    console.error(
      all.length === 0 ? 'There are no benchmarks yet.' : `No benchmark is called ${filters.join(' or ')}.`,
    );
    return all.length === 0 ? 0 : 1;
  }
  const failed = [];
  for (const file of chosen) {
    console.error(`Running ${file} …`);
    const code = await runNode(['--import', 'tsx', inRoot(file)]);
    if (code !== 0) failed.push(`${file} (exit code ${code})`);
  }
  if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}
