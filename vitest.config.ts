import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/architecture/canary/**'],
    // .ci/run counts from the second one.
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', 'json'],
    outputFile: { json: 'test/output/results.json' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One more than the processors of CI: the longest tests wait for real servers most of their time.
    maxWorkers: 3,
  },
});
