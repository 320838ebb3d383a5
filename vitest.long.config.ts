import { defineConfig } from 'vitest/config';

/** The long runs: thousands of seeds, fuzzing, load. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
