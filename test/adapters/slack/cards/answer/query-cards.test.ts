import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CardMessage } from '#adapters/slack/cards/blocks.ts';
import { queryAnswerCard } from '#adapters/slack/cards/answer/query-answer-card.ts';
import { queryErrorCard, queryFailedCard } from '#adapters/slack/cards/answer/query-error-card.ts';
import { inDialect } from '#adapters/slack/dialect.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { checkMessage } from '../../../../support/strict-slack/check-message.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';
import { outline } from '../outline.ts';

const NOW = at('02:18');

const answer = (changes: Partial<QueryAnswer> = {}): QueryAnswer => ({
  columns: [
    { name: 'message', type: 'text' },
    { name: 'n', type: 'long' },
  ],
  rows: [
    ['timed out waiting for connection after 5000 ms', 871],
    ['charge failed: <upstream> & `friends`', 61],
  ],
  warnings: [],
  isCut: false,
  tookMs: 183,
  ...changes,
});

const answered = (
  changes: Partial<QueryAnswer> = {},
  query = 'FROM logs | WHERE level == "error" | STATS n = COUNT(*) BY message | SORT n DESC',
) => ({
  kind: 'answer' as const,
  answer: answer(changes),
  query,
  range: { from: at('01:18'), to: NOW },
  named: null,
  isDefaultRange: true,
  keys: [] as readonly string[],
  counts: [] as readonly string[],
  roles: { growing: ['n'], computed: [], sortedBy: ['n'], filteredBy: [], kept: [], changes: [] },
  readsTelemetry: true,
  searchedTime: { from: at('01:18'), to: NOW },
  kept: [],
  newest: [],
  hasSqlWildcards: false,
  searched: { indices: ['logs'], rows: 1_204_331 },
  matched: null,
});

const columnsOf = (text: string): QueryAnswer['columns'] =>
  text.split(',').map((column) => {
    const [name = '', type = 'keyword'] = column.split(' ');
    return { name, type: type as 'keyword' };
  });

const LOG_COLUMNS = columnsOf(
  '@timestamp date,attributes.merchant,attributes.method,duration_ms double,host.name,level,message,service.name,span.id,status_code integer,trace.id',
);
const logRow = (minutesAgo: number) => [
  new Date(NOW.getTime() - minutesAgo * 60_000).toISOString(),
  'acme',
  'POST',
  5012.25,
  null,
  'error',
  'charge failed: timed out waiting for a connection after 5000 ms <pool primary>',
  'payment-service',
  '00f067aa0ba902b7',
  500,
  '4bf92f3577b34da6a3ce929d0e0e4736',
];

const invalid = (text: string, message: string, column: number, length: number) =>
  queryErrorCard({ kind: 'invalid', report: '', problems: [{ message, line: 1, column, length }], fixed: null }, text);

const CARDS: Readonly<Record<string, CardMessage>> = {
  'an answer': queryAnswerCard(answered(), NOW),
  'lines that a LIMIT cut': queryAnswerCard({ ...answered({ isCut: true }), matched: 2_131 }, NOW),
  'an answer that is cut': queryAnswerCard(
    answered({
      columns: ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'keyword' as const })),
      rows: Array.from({ length: 1000 }, (_, index) => [index, 'x'.repeat(90), null, true]),
      isCut: true,
      warnings: ['LIMIT 5000 was cut to 1,000', 'No limit defined, adding default limit of [1000]'],
    }),
    NOW,
  ),
  'an answer some of whose rows could not be computed': queryAnswerCard(
    answered({
      warnings: [
        'Line 1:20: evaluation of [bad / `total`] failed, treating result as null. Only first 20 failures recorded.',
        'Line 1:20: java.lang.ArithmeticException: / by zero',
        'Line 2:8: evaluation of [TO_LONG(<code>)] failed, treating result as null. Only first 20 failures recorded.',
        'Line 2:8: org.elasticsearch.xpack.esql.core.InvalidArgumentException: Cannot parse number [*5x3*]',
        'Line 2:8: org.elasticsearch.xpack.esql.core.InvalidArgumentException: Cannot parse number [none]',
        'No limit defined, adding default limit of [1000]',
        'Without a LIMIT the answer has at most 1,000 rows',
      ],
    }),
    NOW,
  ),
  'an answer with a date': queryAnswerCard(
    answered({
      columns: [
        { name: '@timestamp', type: 'date' },
        { name: 'duration_ms', type: 'double' },
        { name: 'tags', type: 'keyword' },
      ],
      rows: [['2026-11-21T02:13:00.123Z', 12.3456, ['a', 'b']]],
    }),
    NOW,
  ),
  'whole log lines': queryAnswerCard(
    answered({ columns: LOG_COLUMNS, rows: [logRow(12), logRow(3), logRow(1)] }, 'FROM logs | LIMIT 3'),
    NOW,
  ),
  'many whole log lines, some of yesterday': queryAnswerCard(
    answered({ columns: LOG_COLUMNS, rows: Array.from({ length: 12 }, (_, index) => logRow(index * 20)) }, 'FROM logs'),
    NOW,
  ),
  'rows of five columns that somebody chose': queryAnswerCard(
    answered(
      {
        columns: columnsOf('@timestamp date,service.name,level,message,duration_ms double'),
        rows: Array.from({ length: 12 }, (_, index) => [
          new Date(NOW.getTime() - index * 60_000).toISOString(),
          'payment-service',
          'error',
          'charge failed: timed out waiting for a connection after 5000 ms',
          5012.25 - index,
        ]),
      },
      'FROM logs | KEEP @timestamp, service.name, level, message, duration_ms',
    ),
    NOW,
  ),
  'a time, a service and a message that somebody chose': queryAnswerCard(
    answered(
      {
        columns: columnsOf('@timestamp date,service.name,message'),
        rows: ['shipment scheduled with carrier northwind', 'carrier northwind did not answer'].map((message) => [
          '2026-11-21T02:17:00.000Z',
          'shipping-service',
          message,
        ]),
      },
      'FROM logs | SORT @timestamp DESC | KEEP @timestamp, service.name, message | LIMIT 2',
    ),
    NOW,
  ),
  'a time, a message and a trace that somebody chose, some of yesterday': queryAnswerCard(
    answered(
      {
        columns: columnsOf('@timestamp date,message,trace.id'),
        rows: ['2026-11-21T00:17:00.000Z', '2026-11-20T23:17:00.000Z'].map((time) => [
          time,
          'shipment scheduled with carrier northwind',
          '4bf92f3577b34da6a3ce929d0e0e4736',
        ]),
      },
      'FROM logs | KEEP @timestamp, message, trace.id | LIMIT 2',
    ),
    NOW,
  ),
  'a service with a long name that somebody chose': queryAnswerCard(
    answered(
      {
        columns: columnsOf('@timestamp date,service.name,message'),
        rows: [['2026-11-21T02:17:00.000Z', 'inventory-reservation-service-eu', 'out of stock']],
      },
      'FROM logs | KEEP @timestamp, service.name, message | LIMIT 1',
    ),
    NOW,
  ),
  'groups by a service and a span': queryAnswerCard(
    {
      ...answered(
        {
          columns: columnsOf('n long,service.name,span.name'),
          rows: [
            [12345, 'payment-service', 'POST /sessions/:id/authorise'],
            [61, 'gateway', 'GET /checkout'],
          ],
        },
        'FROM spans | STATS n = COUNT(*) BY service.name, span.name',
      ),
      keys: ['service.name', 'span.name'],
    },
    NOW,
  ),
  'whole spans': queryAnswerCard(
    answered(
      {
        columns: columnsOf('@timestamp date,duration_ms double,service.name,span.name,status,trace.id'),
        rows: [
          [
            '2026-11-21T02:17:00.000Z',
            12.345,
            'payment-service',
            'POST /charge',
            'ok',
            '4bf92f3577b34da6a3ce929d0e0e4736',
          ],
          ['2026-11-21T02:17:01.000Z', 4980, 'gateway', 'GET /checkout/:id/confirmation', 'error', null],
        ],
      },
      'FROM spans | LIMIT 2',
    ),
    NOW,
  ),
  'whole metrics': queryAnswerCard(
    answered(
      {
        columns: columnsOf('@timestamp date,attributes.pool,metric.name,service.name,unit,value double'),
        rows: [['2026-11-21T02:17:00.000Z', 'primary', 'db.pool.active', 'payment-service', null, 20]],
      },
      'FROM metrics | LIMIT 1',
    ),
    NOW,
  ),
  'groups by four keys that fit': queryAnswerCard(
    {
      ...answered({
        columns: columnsOf('n long,service.name,level,status_code integer'),
        rows: [
          [871, 'payment-service', 'error', 500],
          [61, 'payment-service', 'error', 503],
          [7, 'payment-service', 'warn', null],
        ],
      }),
      keys: ['service.name', 'level', 'status_code'],
    },
    NOW,
  ),
  'groups by more keys than fit': queryAnswerCard(
    {
      ...answered({
        columns: columnsOf('n long,p99 double,service.name,span.name,status,peer.service'),
        rows: Array.from({ length: 9 }, (_, index) => [
          900 - index,
          1234.5678,
          'payment-service',
          'POST /v2/payments/authorise',
          'error',
          `bank-${index}`,
        ]),
      }),
      keys: ['service.name', 'span.name', 'status', 'peer.service'],
    },
    NOW,
  ),
  'groups whose keys differ only at their ends': queryAnswerCard(
    {
      ...answered({
        rows: [
          ['timed out waiting for a connection of pool primary', 871],
          ['timed out waiting for a connection of pool replica', 61],
        ],
      }),
      keys: ['message'],
    },
    NOW,
  ),
  'an empty answer': queryAnswerCard(
    { ...answered({ rows: [] }), newest: [{ index: 'logs', at: at('02:17:52'), oldestAt: at('00:00') }] },
    NOW,
  ),
  'an empty answer of a pattern of SQL': queryAnswerCard(
    {
      ...answered({ rows: [] }, 'FROM logs | WHERE message LIKE "%timed out%"'),
      newest: [{ index: 'logs', at: at('02:17:52'), oldestAt: at('00:00') }],
      hasSqlWildcards: true,
    },
    NOW,
  ),
  'an empty answer whose query names its time': queryAnswerCard(
    {
      ...answered({ rows: [] }),
      range: null,
      named: { from: new Date('2026-10-22T02:18:00.000Z'), to: null },
      isDefaultRange: false,
      kept: [
        { index: 'logs', forMs: 24 * 3_600_000 },
        { index: 'metrics', forMs: 30 * 24 * 3_600_000 },
      ],
      newest: [
        { index: 'logs', at: at('01:02'), oldestAt: at('00:00') },
        { index: 'metrics', at: null, oldestAt: null },
      ],
    },
    NOW,
  ),
  'an empty answer whose query names its time and nothing else is known': queryAnswerCard(
    {
      ...answered({ rows: [] }),
      range: null,
      named: { from: null, to: null },
      isDefaultRange: false,
    },
    NOW,
  ),
  'a query with an error': invalid(
    'FROM logs | WHERE levl == "error"',
    'Unknown column [levl], did you mean [level]?',
    19,
    4,
  ),
  'a long query with an error': invalid(
    `FROM logs | WHERE service.name == "${'x'.repeat(60)}" AND levl == "error" | STATS n = COUNT(*) BY message`,
    'Unknown column [levl]',
    102,
    4,
  ),
  'a query with an error in a quoted name': invalid(
    'FROM logs | WHERE `http.codee` == 500',
    'Unknown column [`http.codee`], did you mean [http.code]?',
    19,
    12,
  ),
  'an answer of a quoted name': queryAnswerCard(
    answered({ columns: columnsOf('`by` long'), rows: [[7]] }, 'FROM logs | STATS `by` = COUNT(*) | EVAL a = "```"'),
    NOW,
  ),
  'a query with an error at its end': invalid(
    'FROM logs |',
    'a command is missing after the pipe |: WHERE, EVAL or LIMIT',
    12,
    1,
  ),
  'a query that could not look': queryFailedCard('The telemetry store did not answer within 10 s.'),
};

describe('answers to queries', () => {
  for (const [name, card] of Object.entries(CARDS)) {
    it(`read well and keep the rules in both dialects: ${name}`, () => {
      expect(checkMessage(card)).toEqual([]);
      expect(checkMessage(inDialect(card, 'local'), { dialect: 'local' })).toEqual([]);
      expect(outline(card)).toMatchSnapshot();
    });
  }

  it('fit a phone whatever the query and its answer are', () => {
    // The check takes these words for a hole that a program left.
    const withoutHoles = (text: string): boolean => !/undefined|null|NaN/.test(text);
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 80 }).filter(withoutHoles),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const types = fc.constantFrom(...(['text', 'keyword', 'long', 'double', 'date'] as const));
    const table = fc.integer({ min: 1, max: 6 }).chain((width) =>
      fc.record({
        columns: fc.array(
          fc.record({
            name: fc.oneof(
              fc.string({ minLength: 1, maxLength: 50 }).filter((name) => withoutHoles(name) && !/^\s*#/u.test(name)),
              fc.constantFrom('@timestamp', 'service.name', 'level', 'message'),
            ),
            type: types,
          }),
          {
            minLength: width,
            maxLength: width,
          },
        ),
        rows: fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 14 }),
      }),
    );
    fc.assert(
      fc.property(
        table,
        fc.string({ maxLength: 300 }).filter(withoutHoles),
        fc.boolean(),
        ({ columns, rows }, query, isGrouped) => {
          const keys = isGrouped ? columns.map(({ name }) => name) : [];
          const card = queryAnswerCard({ ...answered({ columns, rows }, `FROM logs | WHERE ${query}`), keys }, NOW);
          // Somebody's log lines may hold any emoji.
          expect(checkMessage(card).filter((problem) => !problem.includes('emoji'))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('show where a query is wrong whatever was typed', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        fc.integer({ min: 1, max: 220 }),
        fc.integer({ min: 1, max: 40 }),
        (text, column, length) => {
          expect(checkMessage(invalid(text, `Something is wrong near ${text}`, column, length))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
