import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBareScore,
  formatLatency,
  formatPercent,
  formatRoundPercent,
  formatSpan,
} from '#adapters/slack/cards/numbers.ts';
import { queryLines } from '#adapters/slack/cards/answer/query-text.ts';
import {
  cutAtWord,
  cutInMiddle,
  escapeCode,
  escapeMrkdwn,
  fitFallback,
  fitMrkdwn,
  lengthOf,
  listWithRest,
  nameIn,
  quoted,
  unescapeMrkdwn,
} from '#adapters/slack/cards/text.ts';
import { formatTime } from '#adapters/slack/cards/times.ts';
import { at } from '../../../support/strict-slack/sample-incidents.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('text that grew by escaping', () => {
  it('is cut to what Slack takes, at a line, between entities, with its code block closed', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index} ${'&'.repeat(30)}`);
    const fenced = `*title*\n\`\`\`\n${escapeMrkdwn(lines.join('\n'))}\n\`\`\``;
    const fitted = fitMrkdwn(fenced, 3_000);
    expect(fitted.length).toBeLessThanOrEqual(3_000);
    expect(fitted.split('```')).toHaveLength(3);
    expect(fitted).not.toMatch(/&(?!amp;)/);
    expect(fitMrkdwn(escapeMrkdwn('&'.repeat(1_000)), 3_000)).toMatch(/^(&amp;)+…$/);
    expect(fitMrkdwn('short', 3_000)).toBe('short');
  });

  it('of a name holds no emoji', () => {
    expect(nameIn(':rotating_light:')).not.toContain(':rotating_light:');
  });
});

describe('numbers', () => {
  it('have three significant digits at most, and a share is never rounded to nothing or to all', () => {
    expect(
      [0, 0.00004, 0.0004, 0.003, 0.098, 0.38182, 0.5, 0.9996, 1].map((share) => plain(formatPercent(share))),
    ).toEqual(['0 %', 'under 0.01 %', '0.04 %', '0.3 %', '9.8 %', '38.2 %', '50 %', 'over 99.9 %', '100 %']);
    expect([0.004, 0.098, 0.382, 0.997, 1].map((share) => plain(formatRoundPercent(share)))).toEqual([
      '0.4 %',
      '10 %',
      '38 %',
      '99 %',
      '100 %',
    ]);
  });

  it('of durations change their unit where people do', () => {
    expect([0.44, 12.34, 210, 999.9, 4910, 59_949, 150_000].map((ms) => plain(formatLatency(ms)))).toEqual([
      '0.4 ms',
      '12.3 ms',
      '210 ms',
      '1 s',
      '4.9 s',
      '59.9 s',
      '3 min',
    ]);
    const minute = 60_000;
    expect(
      [4000, 65_000, 2 * minute, 29 * minute, 60 * minute, 65 * minute, 24 * 60 * minute, 76 * 60 * minute].map((ms) =>
        plain(formatSpan(ms)),
      ),
    ).toEqual(['4 s', '65 s', '2 min', '29 min', '1 h', '1 h 5 min', '1 d', '3 d 4 h']);
  });

  it('of durations are rounded before they are split, so that no unit is full', () => {
    const day = 86_400_000;
    expect(
      [60_000, 60_400, 119_600, 3_599_999, day - 1, 7 * day - 36_000, 6.5 * day].map((ms) => plain(formatSpan(ms))),
    ).toEqual(['1 min', '1 min', '2 min', '1 h', '1 d', '7 d', '6 d 12 h']);
    expect([999.4, 999.6, 59_940, 59_960].map((ms) => plain(formatLatency(ms)))).toEqual([
      '999 ms',
      '1 s',
      '59.9 s',
      '1 min',
    ]);
    fc.assert(
      fc.property(fc.nat(40 * day), (ms) => {
        expect(plain(formatSpan(ms))).not.toMatch(/^(?:60 s|60 min|24 h)|\b(?:60 min|24 h)$/u);
      }),
    );
  });

  it('of scores end at the cut', () => {
    expect([0.62, 4.7, 9.96, 10].map((score) => plain(formatBareScore(score, 'error_rate')))).toEqual([
      '0.6',
      '4.7',
      '10',
      'above 10',
    ]);
  });
});

describe('times', () => {
  it('carry a fallback in UTC, and the day when it is another one', () => {
    expect(plain(formatTime(at('02:13'), at('02:18')))).toBe('<!date^1795227180^{time}|02:13 UTC>');
    expect(plain(formatTime(at('02:13'), new Date('2026-11-23T00:00:00Z')))).toBe(
      '<!date^1795227180^{date_short_pretty} {time}|21 Nov 02:13 UTC>',
    );
  });
});

describe('text that others wrote', () => {
  it('comes back from escaping as it was, but for backticks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(unescapeMrkdwn(escapeMrkdwn(text))).toBe(text.replaceAll('`', 'ʼ'));
      }),
    );
  });

  it('keeps its backticks in a code block, but for those that would end it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', '<', '&', ' ') }), (text) => {
        expect(unescapeMrkdwn(escapeCode(text))).toBe(text.replaceAll(/`{3,}/gu, (ticks) => 'ʼ'.repeat(ticks.length)));
      }),
    );
  });

  it('neither links, mentions, formats nor hides', () => {
    expect(nameIn('*bold* _it_ ~x~ \u202eevil\u200b `c` & co')).toBe('∗bold∗ ˍitˍ ∼x∼ evil ʼcʼ &amp; co');
    expect(nameIn('<!channel>')).toBe('&lt;!channel&gt;');
    expect(nameIn('payment_service_v2')).toBe('payment_service_v2');
    expect(quoted('*stop* _now_\nplease `rm` <@U1>', 100)).toBe('“∗stop∗ ˍnowˍ please ʼrmʼ &lt;@U1&gt;”');
  });

  it('is cut in the middle, at a word, and never within a character', () => {
    expect(cutInMiddle('checkout-orchestrator-primary-eu-central-1', 20)).toBe('checkout-orc…ntral-1');
    expect(cutAtWord('one two three four', 12)).toBe('one two…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 60 }), (text, limit) => {
        expect(lengthOf(cutAtWord(text, limit))).toBeLessThanOrEqual(limit);
        expect(lengthOf(cutInMiddle(text, limit))).toBeLessThanOrEqual(limit);
        expect(cutAtWord(text, limit).isWellFormed()).toBe(text.isWellFormed());
      }),
    );
  });

  it('gives way in a fallback in the order given', () => {
    expect(fitFallback(['x'.repeat(121), 'short'])).toBe('short');
    expect(lengthOf(fitFallback(['x '.repeat(100)]))).toBeLessThanOrEqual(120);
    expect(listWithRest(['a', 'b', 'c', 'd'], 2, ', ')).toBe('a, b and 2 more');
  });
});

describe('a query on a phone', () => {
  it('is broken before each pipe, but not within strings', () => {
    expect(queryLines('FROM logs | WHERE message == "a | b" | LIMIT 5')).toEqual([
      'FROM logs',
      '| WHERE message == "a | b"',
      '| LIMIT 5',
    ]);
  });

  it('is wrapped between words and holds every character', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z.=(),]{1,50}$/), { maxLength: 25 }), (words) => {
        const query = ['FROM logs', ...words].join(' ');
        const lines = queryLines(query);
        expect(lines.every((line) => lengthOf(line) <= 36)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(query.replaceAll(' ', ''));
      }),
    );
  });
});
