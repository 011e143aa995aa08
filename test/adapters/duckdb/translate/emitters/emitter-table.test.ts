import { describe, expect, test } from 'vitest';
import { FUNCTIONS } from '#esql/functions/function-table.ts';
import { AGGREGATES, EMITTERS } from '../../../../../src/adapters/duckdb/translate/emitters/emitter-table.ts';

// Spans and TBUCKET are something else when the query is checked, and never reach a translation; nor do searches.
const REPLACED = new Set(['TO_DATEPERIOD', 'TO_TIMEDURATION', 'TBUCKET']);

describe('each function of the language', () => {
  test.each(
    FUNCTIONS.filter(({ name, kind }) => kind !== 'search' && !REPLACED.has(name)).map(
      ({ name, kind }) => [kind, name] as const,
    ),
  )('%s %s has its SQL', (kind, name) => {
    expect((kind === 'aggregate' ? AGGREGATES : EMITTERS).has(name)).toBe(true);
  });

  test('has a name of its own and a sentence for its reader', () => {
    const names = FUNCTIONS.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
    for (const { description, signatures } of FUNCTIONS) {
      expect(description).toMatch(/\.$/);
      expect(signatures.length).toBeGreaterThan(0);
    }
  });
});

test('there is no SQL for a function that the language does not have', () => {
  const names = new Set(FUNCTIONS.map(({ name }) => name));
  expect([...EMITTERS.keys(), ...AGGREGATES.keys()].filter((name) => !names.has(name))).toEqual([]);
});
