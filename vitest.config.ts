import { defineConfig } from 'vitest/config';

/**
 * They put a module of their own in another's place, read another's tests anew, or change what the whole process sees: each has a process
 * to itself.
 */
const ALONE = [
  'test/e2e/gatewayCommandsTls.test.ts',
  'test/e2e/gatewayMessagesTls.test.ts',
  'test/unit/control/credentialsUnderWay.test.ts',
  'test/unit/control/sameWork.test.ts',
  'test/conformance/profiles/compositeTiming.test.ts',
  'test/fuzz/replay.test.ts',
  'test/e2e/cli.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Many wait for real time to pass: two would leave the processors idle.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: ['test/long/**', 'node_modules/**', ...ALONE],
          // What is imported is read once in each process, not once for each file: a third of all the time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
