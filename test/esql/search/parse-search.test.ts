import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyzeText } from '#esql/search/analyze-text.ts';
import { readMoment } from '#esql/search/date-math.ts';
import { parseKql } from '#esql/search/parse-kql.ts';
import { parseQueryString } from '#esql/search/parse-query-string.ts';
import { isMinimumMatch, leastOf } from '#esql/search/minimum-match.ts';
import { DEFAULT_OPTIONS } from '#esql/search/search-options.ts';
import type { ParsedSearch, SearchQuery } from '#esql/search/search-query.ts';

const parseQstr = (text: string): ParsedSearch => parseQueryString(text, DEFAULT_OPTIONS);

const PIECES = fc.constantFrom(
  'a', 'and', 'OR', 'NOT', 'not', '&&', '||', '!', '+', '-', ':', '(', ')', '[', ']', '{', '}', ' TO ', '"', '\\', '*', '?', '~', '~2',
  '^2', '/', '<', '>=', ' ', '\u3000', '\n', '1', '@timestamp', 'service.name', 'ß', '🔥', '\\u00e4', '_exists_:', '"x y"',
); // prettier-ignore

const textOf = (query: SearchQuery): string => {
  const value = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  switch (query.kind) {
    case 'and':
    case 'or':
      return `(${query.operands.map(textOf).join(` ${query.kind} `)})`;
    case 'not':
      return `(not ${textOf(query.operand)})`;
    case 'phrase':
      return `${query.field?.[0] ?? '*'}: ${value(query.text)}`;
    case 'range':
      return query.from
        ? `${query.field?.[0] ?? ''} ${query.from.isIncluded ? '>=' : '>'} ${value(query.from.value)}`
        : `${query.field?.[0] ?? ''} ${query.to?.isIncluded ? '<=' : '<'} ${value(query.to?.value ?? '')}`;
    default:
      return '*';
  }
};

const bound = fc.record({ value: fc.string(), isIncluded: fc.boolean() });
const field = fc.constantFrom('a', 'service.name', '@timestamp').map((name) => [name]);
const leaf: fc.Arbitrary<SearchQuery> = fc.oneof(
  fc.record({ kind: fc.constant('phrase' as const), field, text: fc.string({ unit: 'binary' }) }),
  fc.record({ kind: fc.constant('range' as const), field, from: bound, to: fc.constant(null) }),
  fc.record({ kind: fc.constant('range' as const), field, from: fc.constant(null), to: bound }),
);
const tree: fc.Arbitrary<SearchQuery> = fc.letrec<{ node: SearchQuery }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ kind: fc.constant('not' as const), operand: tie('node') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).node;

describe('whatever is typed', () => {
  test.each([
    ['KQL', parseKql],
    ['the query-string syntax', parseQstr],
  ])('%s gives a search or says what is wrong', (_, parse) => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(PIECES, { maxLength: 40 }).map((pieces) => pieces.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const parsed = parse(text);
          if ('problem' in parsed) expect(parsed.problem).not.toBe('');
          else expect(parsed.query.kind).toBeTypeOf('string');
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('KQL reads back a search that was written', () => {
    fc.assert(
      fc.property(tree, (query) => {
        expect(parseKql(textOf(query))).toEqual({ query });
      }),
    );
  });
});

describe('a limit', () => {
  test.each([
    ['of parentheses', '('.repeat(60), 'parentheses are nested deeper than [50], the limit'],
    ['of clauses', Array.from({ length: 1_100 }, () => 'a').join(' '), 'it has more than [1024] clauses, the limit'],
    ['of characters', 'a'.repeat(6_000), 'it has [6000] characters, more than the limit of [5000]'],
  ])('%s is told', (_, text, problem) => {
    expect(parseQstr(text)).toEqual({ problem });
  });

  test('of NOT after NOT is one of depth', () => {
    expect(parseKql('not '.repeat(60))).toEqual({ problem: 'parentheses are nested deeper than [50], the limit' });
  });
});

describe('as many words as are asked for', () => {
  test.each([
    ['2', 4, 2],
    ['9', 4, 4],
    ['-1', 4, 3],
    ['75%', 4, 3],
    ['75%', 3, 2],
    ['-25%', 4, 3],
    ['-30%', 3, 3],
    ['2<75%', 2, 2],
    ['2 < 75%', 4, 3],
    ['2<-25% 9<-3', 10, 7],
    ['-9', 4, 0],
  ])('%s of %i is %i', (minimum, count, least) => {
    expect(isMinimumMatch(minimum)).toBe(true);
    expect(leastOf(minimum, count)).toBe(least);
  });
  test.each(['', 'x', '1.5', '2 3', '2<', '<2'])('%j is none', (minimum) => {
    expect(isMinimumMatch(minimum)).toBe(false);
  });
});

describe('words of a text', () => {
  test.each([
    ['Disk full: 97.5% on /var/log', ['disk', 'full', '97.5', 'on', 'var', 'log']],
    ['api.example.com a1.b x:y v1.2 1.a', ['api.example.com', 'a1', 'b', 'x:y', 'v1.2', '1', 'a']],
    ["don't stop_now, 1,250;3 …", ["don't", 'stop_now', '1,250;3']],
    ['磁盘 Über', ['磁', '盘', 'über']],
    ['', []],
  ])('%j', (text, words) => {
    expect(analyzeText(text)).toEqual(words);
  });
});

describe('a date of a search', () => {
  const source = { text: '', line: 1, column: 1 };
  test.each([
    ['2026', 'year'],
    ['2026-11', 'month'],
    ['2026-11-21', 'day'],
    ['2026-11-21T10Z', 'hour'],
    ['2026-11-21T10:05+02:00', 'minute'],
    ['2026-11-21T10:05:07', 'second'],
    ['2026-11-21T10:05:07.001Z', null],
    ['1700000000000', null],
    ['now', null],
    ['now-1h', null],
    ['now-1d/d', 'day'],
    ['2026-11-21||+1M/M', 'month'],
  ])('%s lasts a %s', (text, lasts) => {
    expect(readMoment(text, source)).toMatchObject({ lasts });
  });
  test.each(['', 'x', 'now-', 'now-1x', '2026-13', '2026-11-21+1d', '17', 'now-99999999d'])('%j is none', (text) => {
    expect(readMoment(text, source)).toBeUndefined();
  });
});
