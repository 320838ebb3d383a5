import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot } from './paths.mjs';
import { runNode } from './processes.mjs';
import { ScriptFailure } from './scriptFailure.mjs';
import { filesEndingWith } from './sources.mjs';
import { summaryLine } from './testSummary.mjs';

const NOTHING_RAN = { passed: 0, failed: 0, skipped: 0 };
/** Where the tests could not even be run: one thing failed, and it is not nothing. */
const COULD_NOT_RUN = { passed: 0, failed: 1, skipped: 0 };

/**
 * Runs vitest and ends with the summary line, whatever happened before it. Resolves with the exit code: 1 also when not a single
 * test ran, since a suite that runs nothing proves nothing. `mayBeEmpty` names a folder that may hold no tests yet.
 */
export async function runTests({ prepare, config, args, mayBeEmpty }) {
  if (mayBeEmpty !== undefined && filesEndingWith(mayBeEmpty, '.test.ts').length === 0) {
    console.log(`No long tests yet: ${mayBeEmpty} holds no *.test.ts.`);
    console.log(summaryLine(NOTHING_RAN));
    return 0;
  }
  try {
    await prepare();
  } catch (error) {
    if (!(error instanceof ScriptFailure)) throw error;
    console.error(error.message);
    console.log(summaryLine(COULD_NOT_RUN));
    return 1;
  }
  const { code, counts } = await runVitest(config, args);
  if (counts.passed + counts.failed === 0) console.error('Not a single test ran.');
  console.log(summaryLine(counts));
  if (code !== 0) return code;
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

/** The counts travel in a file, because vitest's own summary comes after what a reporter prints. */
async function runVitest(config, args) {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-tests-'));
  const countsFile = join(folder, 'counts.json');
  try {
    const reporters = args.some((arg) => arg.startsWith('--reporter')) ? [] : ['--reporter=default'];
    const code = await runNode(
      [
        inRoot('node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--config',
        config,
        ...reporters,
        `--reporter=${inRoot('scripts', 'testSummary.mjs')}`,
        ...args,
      ],
      { env: { ...process.env, EVENKEEL_TEST_COUNTS_FILE: countsFile } },
    );
    const counts = readCounts(countsFile) ?? COULD_NOT_RUN;
    return { code, counts: code !== 0 && counts.failed === 0 && counts.passed > 0 ? { ...counts, failed: 1 } : counts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
