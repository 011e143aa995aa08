import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CardMessage } from '#adapters/slack/cards/blocks.ts';
import { faultCard, ownFaultCard, whichIncidentCard } from '#adapters/slack/cards/command-cards.ts';
import { helpCard } from '#adapters/slack/cards/help-card.ts';
import { homeBlocks } from '#adapters/slack/cards/home-card.ts';
import { incidentListCard } from '#adapters/slack/cards/incident-list-card.ts';
import { noticeCard } from '#adapters/slack/cards/notice-card.ts';
import { queryAnswerCard } from '#adapters/slack/cards/query-answer-card.ts';
import { queryErrorCard, queryFailedCard } from '#adapters/slack/cards/query-error-card.ts';
import { refusalCard } from '#adapters/slack/cards/refusal-card.ts';
import { statusCard, type StatusView } from '#adapters/slack/cards/status-card.ts';
import { inDialect } from '#adapters/slack/dialect.ts';
import type { IncidentSummary } from '#capabilities/incidents/index.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { checkMessage, checkView } from '../../../support/strict-slack/check-message.ts';
import { at, failingGateway, RESPONDER } from '../../../support/strict-slack/sample-incidents.ts';
import { outline } from './outline.ts';

const NOW = at('02:18');

const status = (changes: Partial<StatusView> = {}): StatusView => ({
  servicesWatched: 5,
  lastCheckAt: at('02:17:48'),
  sight: 'seeing',
  checks: { done: 42, expected: 42, spanMs: 21 * 60_000 },
  telemetry: { kind: 'embedded', answerMs: 50 },
  jobs: { waiting: 0, failed: 0 },
  slack: { isConnected: true, troubles: [] },
  untracked: { anomalies: [], total: 0 },
  gaps: [],
  note: 'Demo: nothing leaves this machine',
  ...changes,
});

const incident = (number: number, changes: Partial<IncidentSummary> = {}): IncidentSummary => ({
  id: `${number}`,
  number,
  state: 'open',
  severity: 'P1',
  service: 'payment-service',
  symptom: '38 % of requests fail',
  openedAt: at('02:15'),
  acknowledgedBy: null,
  recoveredAt: null,
  resolvedAt: null,
  ...changes,
});

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
  isDefaultRange: true,
});

const invalid = (text: string, message: string, column: number, length: number) =>
  queryErrorCard({ kind: 'invalid', report: '', problems: [{ message, line: 1, column, length }] }, text);

const CARDS: Readonly<Record<string, CardMessage>> = {
  help: helpCard(),
  'status, well': statusCard(status(), NOW),
  'status, with anomalies and gaps': statusCard(
    status({
      untracked: { anomalies: [failingGateway], total: 9 },
      gaps: ['inventory-service sends <nothing>'],
      note: null,
    }),
    NOW,
  ),
  'status, no telemetry': statusCard(
    status({
      sight: 'silent',
      gaps: [
        'Nothing has been seen from any service since 02:13 UTC, where 12 were seen in the hour before: either the telemetry stopped, or all of them did. This is not an all-clear.',
      ],
    }),
    NOW,
  ),
  'status, blind': statusCard(status({ sight: 'blind', telemetry: { kind: 'elasticsearch', answerMs: null } }), NOW),
  'status, just started': statusCard(status({ lastCheckAt: null, checks: { done: 0, expected: 0, spanMs: 0 } }), NOW),
  'status, not all well': statusCard(
    status({ jobs: { waiting: 1200, failed: 3 }, slack: { isConnected: false, troubles: [] } }),
    NOW,
  ),
  'status, takes no cards': statusCard(
    status({
      slack: {
        isConnected: true,
        troubles: ['#incidents is archived. Unarchive it, or set slack.channel.', 'INC-7 cannot be shown.'],
      },
    }),
    NOW,
  ),
  'notice of trouble': noticeCard({
    key: 'board-trouble:x',
    kind: 'board-trouble',
    headline: 'Sentinel cannot write in #incidents',
    detail: '#incidents is archived. Unarchive it, or set slack.channel. Until then incidents are shown here.',
  }),
  'no incidents': incidentListCard({ incidents: [], total: 0 }, NOW),
  'one incident': incidentListCard({ incidents: [incident(1)], total: 1 }, NOW),
  'many incidents': incidentListCard(
    {
      incidents: [
        incident(1, { state: 'acknowledged', acknowledgedBy: RESPONDER }),
        incident(2, { recoveredAt: at('02:16'), severity: 'P2', service: '<b>' }),
        ...Array.from({ length: 18 }, (_, index) => incident(index + 3, { openedAt: at('02:00') })),
      ],
      total: 57,
    },
    NOW,
  ),
  'an answer': queryAnswerCard(answered(), NOW),
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
  'an empty answer whose query names its time': {
    ...queryAnswerCard({ ...answered({ rows: [] }), range: null, isDefaultRange: false }, NOW),
  },
  'a query with an error': invalid(
    'FROM logs | WHERE levl == "error"',
    'Unknown column [levl], did you mean level?',
    19,
    4,
  ),
  'a long query with an error': invalid(
    `FROM logs | WHERE service.name == "${'x'.repeat(60)}" AND levl == "error" | STATS n = COUNT(*) BY message`,
    'Unknown column [levl]',
    102,
    4,
  ),
  'a query with an error at its end': invalid(
    'FROM logs |',
    'a command is missing after the pipe |: WHERE, EVAL or LIMIT',
    12,
    1,
  ),
  'a query that could not look': queryFailedCard('The telemetry store did not answer within 10 s.'),
  blind: noticeCard({
    key: 'k',
    kind: 'blind',
    headline: 'Sentinel has not looked for 90 s',
    detail: 'This is not an all-clear. No detection tick has finished for 3 intervals.',
  }),
  'sees again': noticeCard({
    key: 'k',
    kind: 'sees-again',
    headline: 'Sentinel sees again after 8 min',
    detail: 'Checks read telemetry again.',
  }),
  'telemetry gap': noticeCard({
    key: 'k',
    kind: 'telemetry-gap',
    headline: 'No telemetry from 3 services',
    detail: 'They cannot be seen.',
  }),
  'refused to a guest': refusalCard('guest'),
  'refused in a shared channel': refusalCard('shared-channel'),
  'refused, person not known': refusalCard('unknown-person'),
  'refused, channel not known': refusalCard('unknown-channel'),
  'a fault outside': faultCard('The database of Sentinel cannot be reached.'),
  'a fault of our own': ownFaultCard(),
  'which of them': whichIncidentCard([incident(1), incident(2)], 'ack'),
};

describe('answers and notices', () => {
  for (const [name, card] of Object.entries(CARDS)) {
    it(`read well and keep the rules in both dialects: ${name}`, () => {
      expect(checkMessage(card)).toEqual([]);
      expect(checkMessage(inDialect(card, 'local'), { dialect: 'local' })).toEqual([]);
      expect(outline(card)).toMatchSnapshot();
    });
  }

  it('fill the Home tab', () => {
    for (const total of [0, 1, 57]) {
      const blocks = homeBlocks({ incidents: total === 0 ? [] : [incident(1)], total }, NOW);
      expect(checkView({ type: 'home', blocks })).toEqual([]);
    }
  });

  it('fit a phone whatever the query and its answer are', () => {
    // The check takes these words for a hole that a program left.
    const withoutHoles = (text: string): boolean => !/undefined|null|NaN/.test(text);
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 80 }).filter(withoutHoles),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const types = fc.constantFrom(
      'text' as const,
      'keyword' as const,
      'long' as const,
      'double' as const,
      'date' as const,
    );
    const table = fc.integer({ min: 1, max: 6 }).chain((width) =>
      fc.record({
        columns: fc.array(
          fc.record({ name: fc.string({ minLength: 1, maxLength: 50 }).filter(withoutHoles), type: types }),
          {
            minLength: width,
            maxLength: width,
          },
        ),
        rows: fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength: 14 }),
      }),
    );
    fc.assert(
      fc.property(table, fc.string({ maxLength: 300 }).filter(withoutHoles), ({ columns, rows }, query) => {
        const card = queryAnswerCard(answered({ columns, rows }, `FROM logs | WHERE ${query}`), NOW);
        // Somebody's log lines may hold any emoji.
        expect(checkMessage(card).filter((problem) => !problem.includes('emoji'))).toEqual([]);
      }),
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
