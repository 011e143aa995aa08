import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runSuites } from '../../../bench/esql/run-suites.ts';

test('the embedded engine answers the own suite of ES|QL as it is written', async () => {
  const { passed, failures, unsupportedCases } = await runSuites(join(import.meta.dirname, '../../esql-spec'));
  expect([...failures, ...unsupportedCases]).toEqual([]);
  expect(passed).toBeGreaterThan(0);
});
