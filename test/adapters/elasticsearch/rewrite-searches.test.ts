import { describe, expect, test } from 'vitest';
import type { FieldSource, KindFields } from '#adapters/elasticsearch/read-fields.ts';
import { rewriteQuery } from '#adapters/elasticsearch/rewrite-query.ts';
import { checkQuery } from '#esql/check-query.ts';
import type { Parameters } from '#esql/checked-query.ts';
import type { FieldType } from '#esql/schema.ts';

const NOW = new Date('2026-11-21T12:00:00.000Z');

type Fields = Readonly<Record<string, readonly [type: FieldType, source: FieldSource]>>;

const stored = (name: string): FieldSource => ({ kind: 'field', name });

const PLAIN: Fields = {
  '@timestamp': ['date', stored('@timestamp')],
  level: ['keyword', stored('level')],
  message: ['text', stored('message')],
};
const ECS: Fields = {
  '@timestamp': ['date', stored('@timestamp')],
  level: ['keyword', { kind: 'converted', name: 'log.level', conversion: { kind: 'lower-case' } }],
  message: ['text', stored('msg')],
  'service.name': ['keyword', stored('service.id')],
  duration_ms: ['double', stored('took')],
};

const rewritten = (text: string, fields: Fields, parameters: Parameters = {}): string => {
  const types = new Map(Object.entries(fields).map(([name, [type]]) => [name, type]));
  const query = checkQuery(text, { schema: new Map([['logs', { fields: types, isLookup: false }]]), parameters });
  const kind: KindFields = {
    sources: new Map(Object.entries(fields).map(([name, [, source]]) => [name, source])),
    types,
  };
  return rewriteQuery(query, {
    now: NOW,
    fieldsOf: () => kind,
    patternOf: () => 'app-*',
    lookupIndexOf: (table) => table,
  });
};

/** The query-string text that Elasticsearch is sent for a KQL one. */
const sentFor = (kql: string): string => {
  const text = rewritten('FROM logs | WHERE KQL(?q)', ECS, { q: kql });
  return JSON.parse(`"${/QSTR\("((?:[^"\\]|\\.)*)", \{"lenient": true\}\)/.exec(text)?.[1] ?? 'none'}"`) as string;
};

describe('a search on Elasticsearch', () => {
  test('is sent as it is where documents have the names that queries use', () => {
    expect(rewritten('FROM logs | WHERE KQL("level: error") AND message : "x" | LIMIT 5', PLAIN)).toContain(
      'WHERE KQL("level: error") AND message : "x"',
    );
    expect(rewritten('FROM logs | WHERE MATCH(message, ?q, {"operator": "AND"})', PLAIN, { q: 'x' })).toContain(
      'WHERE MATCH(message, ?q, {"operator": "AND"})',
    );
  });

  test('keeps the time zone of a language whose names are replaced, and its default field', () => {
    const sent = rewritten('FROM logs | WHERE KQL("x", {"time_zone": "+02:00", "default_field": "message"})', ECS);
    expect(sent).toContain('QSTR("msg:(x)", {"lenient": true, "time_zone": "+02:00"})');
  });

  test('keeps how phrases and near words are meant where names are replaced', () => {
    const sent = rewritten(String.raw`FROM logs | WHERE QSTR("message:\"a b\"~2", {"fuzziness": 1})`, ECS);
    expect(sent).toContain(String.raw`QSTR("msg:\"a b\"~2", {"lenient": true, "fuzziness": 1})`);
    const some = 'FROM logs | WHERE QSTR("message:a b", {"minimum_should_match": 2})';
    expect(() => rewritten(some, ECS)).toThrow(/takes no minimum_should_match/);
  });

  test('cannot be in any case where names are replaced', () => {
    const asked = 'FROM logs | WHERE KQL("service.name: X", {"case_insensitive": true})';
    expect(() => rewritten(asked, ECS)).toThrow(/takes no case_insensitive/);
    expect(rewritten(asked.replace('true', 'false'), ECS)).toContain('service.id');
  });

  test.each([
    ['KQL("nosuch: x")', 'WHERE false'],
    ['KQL("not nosuch: x")', 'WHERE NOT false'],
    ['KQL("level: error or nosuch: x")', 'WHERE QSTR("level:\\"error\\"", {"lenient": true}) OR false'],
    ['QSTR("nosuch.*:x")', 'WHERE QSTR("(*:* AND NOT *:*)", {"lenient": true})'],
  ])('%s finds nothing in a field that queries do not have, whatever documents have', (condition, sent) => {
    expect(rewritten(`FROM logs | WHERE ${condition}`, PLAIN)).toContain(sent);
  });

  test('in KQL stands before the fields get their names, in the names of the documents', () => {
    const text = rewritten('FROM logs | WHERE KQL("service.name: web*") AND level == "error" AND duration_ms > 5', ECS);
    const [from, first, ...rest] = text.split('| ').map((part) => part.trim());
    expect([from, first]).toEqual(['FROM app-*', 'WHERE QSTR("service.id:web*", {"lenient": true})']);
    expect(rest.join(' | ')).toMatch(/RENAME .*WHERE level == "error" \| WHERE duration_ms > 5/);
  });

  test('in KQL may stand beside conditions on fields', () => {
    expect(rewritten('FROM logs | WHERE KQL("message: a") OR duration_ms > 5', ECS)).toMatch(
      /^FROM app-\*\s*\| WHERE QSTR\("msg:\(a\)", \{"lenient": true\}\) OR took > 5/,
    );
  });

  test.each([
    ['message: disk full', 'msg:(disk OR full)'],
    ['message: "disk full"', 'msg:"disk full"'],
    ['service.name: a b', 'service.id:"a b"'],
    ['not service.name: web', '(*:* AND NOT service.id:"web")'],
    ['service.name: *', '_exists_:service.id'],
    ['duration_ms >= 5 and duration_ms < 9', '(took:["5" TO *] AND took:[* TO "9"})'],
    ['message: AND\\:b', 'msg:(AND\\:b)'],
    ['message: OR2 or message: "OR"', '(msg:(OR2) OR msg:"OR")'],
    ['*.name: x', 'service.id:"x"'],
    ['disk "full stop"', 'none'],
    ['disk', '(disk)'],
    ['', '*:*'],
  ])('KQL %j is sent as %j', (kql, sent) => {
    if (sent === 'none') expect(() => sentFor(kql)).toThrow('KQL query cannot be read');
    else expect(sentFor(kql)).toBe(sent);
  });

  test.each([
    ['KQL("level: error")', 'COALESCE(TO_LOWER(TO_STRING(log.level)) == "error", false)'],
    ['KQL("level: err*")', 'COALESCE(TO_LOWER(TO_STRING(log.level)) LIKE "err*", false)'],
    ['KQL("not level: error")', 'NOT COALESCE(TO_LOWER(TO_STRING(log.level)) == "error", false)'],
    ['KQL("level: *")', 'TO_LOWER(TO_STRING(log.level)) IS NOT NULL'],
    [
      'KQL("disk") OR level : "error"',
      'QSTR("(disk)", {"lenient": true}) OR COALESCE(TO_LOWER(TO_STRING(log.level)) == "error", false)',
    ],
    ['KQL("disk") OR message : "x"', 'QSTR("(disk)", {"lenient": true}) OR msg : "x"'],
    [
      'KQL("message: disk and level: error")',
      'QSTR("msg:(disk)", {"lenient": true}) AND COALESCE(TO_LOWER(TO_STRING(log.level)) == "error", false)',
    ],
    [
      'KQL("disk") OR level == "error"',
      'QSTR("(disk)", {"lenient": true}) OR TO_LOWER(TO_STRING(log.level)) == "error"',
    ],
  ])('%s over what documents hold in another form compares it', (condition, sent) => {
    expect(rewritten(`FROM logs | WHERE ${condition}`, ECS)).toContain(`| WHERE ${sent}`);
  });

  test('of a computed column by MATCH compares the column', () => {
    expect(rewritten('FROM logs | WHERE level : "error"', ECS)).toContain('WHERE COALESCE(level == "error", false)');
  });

  test.each([
    'QSTR("level:error~1")',
    'MULTI_MATCH("error", level, message)',
    'MATCH(level, "error", {"fuzziness": 1})',
  ])('%s is refused where documents hold the field in another form', (condition) => {
    expect(() => rewritten(`FROM logs | WHERE ${condition}`, ECS)).toThrow(
      /Elasticsearch cannot search level like this/,
    );
  });
});
