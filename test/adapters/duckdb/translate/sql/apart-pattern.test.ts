import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apartPattern } from '#adapters/duckdb/translate/sql/apart-pattern.ts';
import { analyzeText } from '#esql/search/analyze-text.ts';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const find = async (text: string, words: readonly string[]): Promise<unknown> => {
  const sql = 'SELECT regexp_matches($1::VARCHAR, $2::VARCHAR)';
  return (await connection.runAndReadAll(sql, [text, apartPattern(words)])).getRows()[0]?.[0];
};

describe('the pattern of words that stand apart', () => {
  const character = fc.constantFrom('a', 'b', 'é', '\u0301', '1', '2', '_', '日', 'ひ', '.', ',', ';', ':', "'", '’', ' ', '-', '\n', '$'); // prettier-ignore
  const texts = fc.array(character, { maxLength: 12 }).map((characters) => characters.join(''));

  it('finds nothing but words that the analyzer divides the text into', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(texts, texts, async (text, other) => {
        const words = analyzeText(text);
        for (const word of new Set([...words, ...analyzeText(other)])) {
          if ((await find(text, [word])) !== true) continue;
          found += 1;
          expect(words).toContain(word);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it.each([
    ['connection refused', ['refused']],
    ['refused.', ['refused']],
    ['dial tcp 10.0.0.1:443: connection-refused', ['timeout', 'refused']],
    ['(refused)', ['refused']],
    ["it said: 'refused'\nand closed", ['refused']],
  ])('finds in %j one of %j', async (text, words) => {
    expect(await find(text, words)).toBe(true);
  });

  it.each(['refused1', 'was_refused', 'x.refused', 'refused’s', 'érefused', 'unrefused'])(
    'does not take a part of %s for a word',
    async (text) => {
      expect(await find(text, ['refused'])).toBe(false);
    },
  );
});
