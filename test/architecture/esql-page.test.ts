import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROCESSING_COMMANDS, SOURCE_COMMANDS } from '#esql/command-table.ts';
import { EsqlError } from '#esql/errors.ts';
import { lucenePatternProblem, REFUSED_RLIKE_OPERATORS, RLIKE_OPERATORS } from '#esql/extract/lucene-regex.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { describeLanguage } from './esql-page.ts';

test('docs/esql.md is what the tables of the language say; npm run docs:esql writes it', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/esql.md'), 'utf8')).toBe(describeLanguage());
});

test('RLIKE takes what is described, and nothing that is said to be refused', () => {
  for (const [example] of RLIKE_OPERATORS) expect(lucenePatternProblem(example), example).toBeUndefined();
  for (const operator of REFUSED_RLIKE_OPERATORS) expect(lucenePatternProblem(`a${operator}b`)).toContain(operator);
});

test('the parser knows every command that is described, and names no other', () => {
  for (const { name } of PROCESSING_COMMANDS) {
    const text = `FROM logs | ${name}`;
    try {
      parseQuery(text);
    } catch (error) {
      expect(error).toBeInstanceOf(EsqlError);
      expect(String(error)).not.toContain('Unknown command');
    }
  }
  const names = PROCESSING_COMMANDS.map(({ name }) => name);
  expect(() => parseQuery('FROM logs | NOTHING_LIKE_IT')).toThrow(
    `there are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
  );
  expect(SOURCE_COMMANDS.map(({ name }) => name)).toEqual(['FROM', 'ROW']);
});
