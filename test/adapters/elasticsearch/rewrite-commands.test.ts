import { expect, test } from 'vitest';
import type { KindFields } from '#adapters/elasticsearch/read-fields.ts';
import { rewriteQuery } from '#adapters/elasticsearch/rewrite-query.ts';
import { checkQuery } from '#esql/check-query.ts';
import type { FieldType, IndexSchema } from '#esql/schema.ts';

const TYPES: ReadonlyMap<string, FieldType> = new Map<string, FieldType>([
  ['@timestamp', 'date'],
  ['message', 'text'],
  ['duration_ms', 'double'],
]);
const KIND: KindFields = {
  types: TYPES,
  sources: new Map([...TYPES.keys()].map((name) => [name, { kind: 'field', name }])),
};

const rewritten = (text: string, patternOf = (kind: string): string => `app-${kind}`): string => {
  const index: IndexSchema = { fields: TYPES, isLookup: false };
  const query = checkQuery(text, {
    schema: new Map([
      ['logs', index],
      ['spans', index],
    ]),
  });
  return rewriteQuery(query, {
    now: new Date('2026-11-21T12:00:00.000Z'),
    fieldsOf: () => KIND,
    patternOf,
    lookupIndexOf: (table) => table,
  });
};

test.each([
  'INLINE STATS m = MEDIAN(duration_ms) BY b = BUCKET(@timestamp, 1 minutes)',
  'MV_EXPAND message',
  'SAMPLE 0.1',
  'DISSECT message "%{a} %{+b} %{+b}" APPEND_SEPARATOR="-"',
  'GROK message "%{IP:client}", "%{WORD:verb}"',
  'CHANGE_POINT duration_ms ON @timestamp AS kind, p',
  'EVAL a = MV_SORT([3, 1, 2], "DESC"), b = SPLIT(message, " ")',
  'STATS v = VALUES(message), t = TOP(duration_ms, 3, "desc")',
])('%s is passed on as it is', (command) => {
  expect(rewritten(`FROM logs | ${command}`)).toContain(` | ${command.replace('1 minutes', '1 minute')} | `);
});

test('CATEGORIZE is the first group there, and the columns come back in the order of the query', () => {
  const query = 'FROM logs | STATS n = COUNT(*) BY duration_ms, CATEGORIZE(message) | SORT n DESC';
  expect(rewritten(query)).toContain('STATS n = COUNT(*) BY CATEGORIZE(message), duration_ms | SORT n DESC | ');
  expect(rewritten(query)).toMatch(/KEEP n, duration_ms, `CATEGORIZE\(message\)`$/);
});

test('METADATA _index is the name that queries use, whatever the index is called there', () => {
  expect(rewritten('FROM logs METADATA _index')).toMatch(/^FROM app-logs METADATA _index \| EVAL _index = "logs" \| /);
  expect(rewritten('FROM logs, spans METADATA _index')).toContain(
    'EVAL _index = CASE(_index LIKE "app-logs" OR _index LIKE ".ds-app-logs-*", "logs", ' +
      '_index LIKE "app-spans" OR _index LIKE ".ds-app-spans-*", "spans")',
  );
});

test('METADATA _index tells kinds apart where one leaves out what is the other', () => {
  const patterns: Readonly<Record<string, string>> = { logs: '*,-sentinel-*', spans: 'sentinel-spans-*' };
  expect(rewritten('FROM logs, spans METADATA _index', (kind) => patterns[kind] ?? '')).toContain(
    'AND _index NOT LIKE ("sentinel-*", ".ds-sentinel-*-*"), "logs", ',
  );
});
