import { writeFileSync } from 'node:fs';

/** The last line of every test run. */
export function summaryLine({ passed, failed, skipped }) {
  return `Tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * A vitest reporter that leaves the counts in the file named by EVENKEEL_TEST_COUNTS_FILE. A file that can't be loaded, a hook
 * that throws and an error outside any test count as one failure each: none of them may end as "0 failed".
 */
export default class TestSummaryReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const countsFile = process.env.EVENKEEL_TEST_COUNTS_FILE;
    if (countsFile === undefined) return;
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const testModule of testModules) {
      if (testModule.errors().length > 0) counts.failed += 1;
      for (const suite of testModule.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1;
      for (const test of testModule.children.allTests()) counts[countedAs(test.result().state)] += 1;
    }
    writeFileSync(countsFile, JSON.stringify(counts));
  }
}

/** A test that never ended has not passed. */
function countedAs(state) {
  return state === 'passed' || state === 'skipped' ? state : 'failed';
}
