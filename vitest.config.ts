import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

// Those wait for processes and servers, so that none of them may be left alone at the end; the longest first.
const LONG = [
  'scenarios/servers-away',
  'contracts/telemetry-store.elasticsearch',
  'scenarios/log-match',
  'scenarios/replay',
  'scenarios/two-instances',
  'scenarios/faults',
  'adapters/elasticsearch/faults',
  'scenarios/',
  'contracts/',
  'demo/',
  'capabilities/detection/large/large-mode',
  'adapters/duckdb/translate/never-fails',
  'adapters/pglite/open-pglite',
  'simulator/shop',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const rank = LONG.findIndex((path) => moduleId.includes(`/test/${path}`));
      return rank === -1 ? LONG.length : rank;
    };
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/architecture/canary/**'],
    setupFiles: ['test/support/fixed-seed.ts'],
    // .ci/run counts from the second one.
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', 'json'],
    outputFile: { json: 'test/output/results.json' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Modules keep no state, so that files may share them: loading them anew was a third of the time of small files.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // One more than the processors of CI: the longest tests wait for real servers most of their time.
    maxWorkers: 3,
  },
});
