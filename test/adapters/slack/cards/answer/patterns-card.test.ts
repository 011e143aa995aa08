import { describe, expect, it } from 'vitest';
import type { CardMessage } from '#adapters/slack/cards/blocks.ts';
import { patternsCard, shownPatterns } from '#adapters/slack/cards/answer/patterns-card.ts';
import { inDialect } from '#adapters/slack/dialect.ts';
import type { FoundPattern, PatternChange, ReadPatternsOutcome } from '#capabilities/patterns/index.ts';
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { checkMessage } from '../../../../support/strict-slack/check-message.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';
import { outline } from '../outline.ts';

const NOW = at('02:18');

const pattern = (text: string, lines: number, change: PatternChange | null, level = 'error'): FoundPattern => ({
  id: text,
  text,
  variables: [],
  lines,
  isEstimate: false,
  readLines: lines,
  share: lines / 10_000,
  baselineReadLines: change === 'new' || change === 'first-seen' ? 0 : lines,
  levels: [{ level, readLines: lines }],
  firstSeenAt: at('02:08'),
  lastSeenAt: at('02:17'),
  example: text,
  isCoarse: false,
  comparison:
    change === null
      ? null
      : { change, ratio: { ratio: 4, low: 3, high: 5 }, ratioBeyondGrowth: 4, excessLines: lines, q: 0.01 },
});

type Found = Extract<ReadPatternsOutcome, { kind: 'patterns' }>;

const found = (changes: Partial<Found> = {}): Found => ({
  kind: 'patterns',
  service: 'payment-service',
  window: { from: at('02:08'), to: NOW },
  baseline: { from: at('00:18'), to: at('02:08') },
  level: null,
  lines: 7_211,
  readLines: 7_211,
  patterns: [
    pattern('timed out waiting for <*> after <*> ms', 1_066, 'new'),
    pattern('retrying <*>', 300, 'surging', 'warn'),
    pattern('cache of <*> was rebuilt', 1, 'first-seen', 'info'),
    pattern('session <*> is valid', 128, 'steady', 'info'),
    pattern('charged <*> EUR to <*>', 1_538, 'steady', 'info'),
  ],
  disappeared: [pattern('shipped <*>', 0, 'disappeared', 'info')],
  gaps: [],
  query: 'FROM logs | WHERE service.name == "payment-service" | SORT @timestamp',
  categoriesQuery: 'FROM logs | STATS lines = COUNT(*) BY pattern = CATEGORIZE(message)',
  searchedLines: 68_429,
  tookMs: 1_500,
  ...changes,
});

const shownTo = { id: 'Q-17', sharedBy: null };
const shownToNone = { ...shownTo, haveLines: [] };

const CARDS: Readonly<Record<string, CardMessage>> = {
  'all kinds of changes': patternsCard(found(), NOW, {
    ...shownTo,
    haveLines: [true, true, true, true, false, true],
  }),
  'one level': patternsCard(
    found({ level: { esql: 'level IN ("warn", "warning")', means: 'level warn, warning' }, lines: 0, patterns: [] }),
    NOW,
    shownToNone,
  ),
  'a time of which nothing is kept': patternsCard(
    {
      kind: 'unknown-service',
      service: 'gateway',
      nearest: ['checkout', 'orders'],
      more: 0,
      window: { from: addMs(at('02:08'), -2 * DAY_MS), to: addMs(NOW, -2 * DAY_MS) },
      keptMs: DAY_MS,
    },
    NOW,
  ),
  'shared with all': patternsCard(found(), NOW, { id: null, sharedBy: '<@U01YOU>', haveLines: [] }),
  'nothing to compare with': patternsCard(
    found({
      patterns: [pattern('started', 1, null, 'info')],
      disappeared: [],
      lines: 1,
      gaps: [{ kind: 'no-baseline' }],
    }),
    NOW,
    { ...shownTo, haveLines: [true] },
  ),
  'errors that nothing can be compared with': patternsCard(
    found({
      patterns: [
        pattern('timed out waiting for <*> after <*> ms', 1_066, null),
        pattern('out of memory', 2, null, 'FATAL'),
        pattern('charged <*> EUR to <*>', 1_538, null, 'info'),
        pattern('retrying <*>', 300, null, 'warn'),
      ],
      disappeared: [],
      gaps: [{ kind: 'not-compared', neededMs: 5 * HOUR_MS, baselineMs: 2 * HOUR_MS }],
    }),
    NOW,
    { ...shownTo, haveLines: [true, true, true, true] },
  ),
  'errors as before, among more lines than are read': patternsCard(
    found({
      lines: 48_119,
      readLines: 40_012,
      patterns: [
        ...['GET <*> answered', 'POST <*> answered', 'cache hit of <*>', 'session <*> is valid', 'sent <*> mails'].map(
          (text, index) => ({ ...pattern(text, 2_821 - index, 'steady', 'info'), isEstimate: true }),
        ),
        pattern('card of <*> declined', 12, 'steady'),
        { ...pattern('charged <*> EUR to <*>', 7, 'steady', 'info'), isEstimate: true },
        pattern('out of memory', 2, 'steady', 'FATAL'),
      ],
      disappeared: [],
      gaps: [
        { kind: 'sampled', side: 'window', read: 40_012, of: 48_119, errors: { read: 14, of: 14 } },
        { kind: 'sampled', side: 'baseline', read: 80_100, of: 1_048_119, errors: { read: 40_000, of: 90_000 } },
        { kind: 'short-baseline', baselineMs: 16 * MINUTE_MS, because: 'young' },
      ],
    }),
    NOW,
    shownToNone,
  ),
};

describe('the answer to /sentinel patterns', () => {
  it.each(Object.entries(CARDS))('of %s reads well', (_what, message) => {
    expect(checkMessage(message)).toEqual([]);
    expect(checkMessage(inDialect(message, 'local'), { dialect: 'local' })).toEqual([]);
    expect(outline(message)).toMatchSnapshot();
  });

  it('numbers the patterns in the order in which it shows them', () => {
    expect(shownPatterns(found()).map(({ text }) => text.split(' ')[0])).toEqual([
      'timed',
      'retrying',
      'cache',
      'charged',
      'session',
      'shipped',
    ]);
  });
});
