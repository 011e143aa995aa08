import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runSuites } from '../../../bench/esql/run-suites.ts';

test.each(['esql-spec', 'esql-spec-search'])(
  'the embedded engine answers the own suite %s of ES|QL as it is written',
  async (suite) => {
    const { passed, failures, unsupportedCases } = await runSuites(join(import.meta.dirname, '../..', suite));
    expect([...failures, ...unsupportedCases]).toEqual([]);
    expect(passed).toBeGreaterThan(0);
  },
);
