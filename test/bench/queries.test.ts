import { describe, expect, it } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import { seededRandom } from '#kernel/random.ts';
import { inventFailingLine, inventOrdinaryLine } from '../../bench/invented-lines.ts';
import { ERROR_QUESTIONS } from '../../bench/queries/error-questions.ts';
import { TYPICAL_QUERIES } from '../../bench/queries/typical.ts';

const schema = new Map(Object.entries(TELEMETRY_SCHEMA));

describe('the queries that are timed', () => {
  it.each([...TYPICAL_QUERIES, ...Object.values(ERROR_QUESTIONS)])('are of the language: %s', (query) => {
    expect(checkQuery(query, { schema }).columns).not.toEqual([]);
  });
});

describe('invented lines', () => {
  it('are the same for the same seed and hardly repeat', () => {
    const invent = (): readonly string[] => {
      const random = seededRandom(1);
      return Array.from({ length: 2_000 }, (_, at) =>
        at % 2 === 0 ? inventOrdinaryLine(random) : inventFailingLine(random),
      );
    };
    const lines = invent();
    expect(invent()).toEqual(lines);
    expect(new Set(lines).size).toBeGreaterThan(1_500);
  });
});
