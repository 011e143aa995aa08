import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CardMessage } from '#adapters/slack/cards/blocks.ts';
import { traceCard } from '#adapters/slack/cards/trace/trace-card.ts';
import { HOUR_MS } from '#kernel/duration.ts';
import { checkMessage } from '../../../../support/strict-slack/check-message.ts';
import { outline } from '../outline.ts';
import { CHECKOUT, foundTrace, LINES_QUERY, NOW, SPANS_QUERY, TRACE_ID, WIDE } from './trace-sample.ts';

const card = (outcome: Parameters<typeof traceCard>[0]): CardMessage =>
  traceCard(outcome, NOW, { id: 'Q-17', sharedBy: null });

const notFound = (beginWithIt: readonly string[] = []) =>
  card({
    kind: 'not-found',
    traceId: TRACE_ID,
    beginWithIt,
    queries: ['spans', 'logs'].map((index) => `FROM ${index} | WHERE STARTS_WITH(trace.id, "${TRACE_ID}") | LIMIT 5`),
    range: foundTrace().range,
    keptMs: { spans: 6 * HOUR_MS, logs: 24 * HOUR_MS },
    searched: { spans: 289_110, logs: 1_204_331 },
    tookMs: 180,
  });

const CARDS: Readonly<Record<string, CardMessage>> = {
  'a checkout that waited': card(foundTrace()),
  'shared with all': traceCard(foundTrace(), NOW, { id: null, sharedBy: '<@U01YOU>' }),
  'more spans than fit': card(foundTrace(WIDE, { totalSpans: 6_310 })),
  'one span': card(foundTrace([CHECKOUT[9] ?? CHECKOUT[0]!].map(([, , ...rest]) => ['j', null, ...rest] as const))),
  'below ten milliseconds': card(
    foundTrace([
      ['a', null, 'gateway', 'GET /', 'server', 0, 4.25],
      ['b', 'a', 'cache', 'get', 'server', 1, 0.3],
    ]),
  ),
  'minutes long': card(
    foundTrace([
      ['a', null, 'batch', 'nightly', 'internal', 0, 754_000],
      ['b', 'a', 'batch', 'export', 'internal', 1_000, 700_000],
    ]),
  ),
  'with everything wrong': card(
    foundTrace([
      ['a', null, 'gateway', 'GET /', 'server', 0, 100],
      ['a', null, 'gateway', 'GET /', 'server', 0, 100],
      ['b', 'a', 'orders', 'GET /orders', 'server', -400, 50, true],
      ['c', 'lost', 'mail', 'send', 'consumer', 80, 40],
      ['r', null, 'mail', 'retry', 'internal', 85, 4],
      ['x', 'y', 'odd', 'x', 'internal', 5, 4],
      ['y', 'x', 'odd', 'y', 'internal', 6, 2],
    ]),
  ),
  'log lines only': card(foundTrace([], { trace: null })),
  'no log lines': card(foundTrace(undefined, { logs: { lines: [], total: 0, errors: 0, query: LINES_QUERY } })),
  'log lines that could not be read': card(foundTrace(undefined, { logs: null, queries: [SPANS_QUERY] })),
  'not found': notFound(),
  'several begin so': notFound([TRACE_ID, `4bf92f${'0'.repeat(26)}`]),
  'no trace id': card({ kind: 'malformed', why: 'characters' }),
  'too few digits': card({ kind: 'malformed', why: 'too-short' }),
  'one operation many times': card(
    foundTrace([
      ['a', null, 'gateway', 'GET /', 'server', 0, 100],
      ['b', 'a', 'orders', 'wait for connection', 'client', 10, 30],
      ['c', 'a', 'orders', 'wait for connection', 'client', 50, 25],
    ]),
  ),
  'store away': card({ kind: 'failed', userMessage: 'The telemetry store did not answer within 10 s.' }),
};

describe('the answer to /sentinel trace', () => {
  it.each(Object.entries(CARDS))('%s reads well', (_what, message) => {
    expect(checkMessage(message)).toEqual([]);
    expect(outline(message)).toMatchSnapshot();
  });

  it('keeps within a phone’s line, whatever is in the trace', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'é', '漢', ' ', '\n', '\u202e', '\u0000', '*', '_', '`', '<', '>', '&', '!', '|', '@'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, name, fc.nat({ max: 20 }), fc.nat(), fc.boolean()), { minLength: 1 }),
        (rows) => {
          const spans = rows.map(
            ([service, text, parent, ms, isError], n) =>
              [String(n), String(parent), service, text, 'server', n, ms, isError] as const,
          );
          const message = card(foundTrace(spans));
          expect(checkMessage(message)).toEqual([]);
          const [first] = message.blocks;
          const text = first?.type === 'section' ? (first.text?.text ?? '') : '';
          const lines = (text.split('```')[1] ?? '').split('\n').map((line) => line.replace(/&(?:amp|lt|gt);/gu, '&'));
          for (const line of lines) expect([...line].length).toBeLessThanOrEqual(36);
          expect(JSON.stringify(message)).not.toContain('<!channel>');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('marks what took a twentieth of the critical path by itself, not all that the path leads through', () => {
    const message = card(
      foundTrace([
        ['a', null, 'gateway', 'root', 'server', 0, 1000],
        ['b', 'a', 'gateway', 'one', 'client', 0, 1],
        ['c', 'a', 'gateway', 'twenty', 'client', 1, 49],
        ['d', 'a', 'orders', 'much', 'server', 50, 945],
        ['e', 'd', 'orders', 'all of it', 'internal', 51, 943],
      ]),
    );
    const [first] = message.blocks;
    const text = first?.type === 'section' ? (first.text?.text ?? '') : '';
    const marked = (text.split('```')[1] ?? '').split('\n').filter((line) => line.includes('→'));
    expect(marked).toEqual([expect.stringContaining('all of it')]);
  });

  it('never mentions or links because a span is called so', () => {
    const message = card(foundTrace([['a', null, '<!channel>', '<https://x.example|click> `', 'server', 0, 5]]));
    expect(JSON.stringify(message)).not.toMatch(/<!channel>|<https/u);
  });
});
