import { describe, expect, it } from 'vitest';
import { queryAnswerCard } from '#adapters/slack/cards/answer/query-answer-card.ts';
import { at } from '../../../../support/strict-slack/sample-incidents.ts';
import { outline } from '../outline.ts';

const NOW = at('02:18');

const shown = (rows: readonly (readonly [number, string])[]): string =>
  outline(
    queryAnswerCard(
      {
        kind: 'answer',
        answer: {
          columns: [
            { name: 'n', type: 'long' },
            { name: 'minute', type: 'date' },
          ],
          rows: rows.map(([n, time]) => [n, at(time).toISOString()]),
          warnings: [],
          isCut: false,
          tookMs: 12,
        },
        query: 'FROM logs | STATS n = COUNT(*) BY minute = BUCKET(@timestamp, 1 minute) | SORT minute DESC',
        range: { from: at('01:18'), to: NOW },
        named: null,
        isDefaultRange: true,
        keys: ['minute'],
        counts: ['n'],
        roles: { growing: ['n'], computed: [], sortedBy: ['minute'], filteredBy: [], kept: [], changes: [] },
        readsTelemetry: true,
        searchedTime: { from: at('01:18'), to: NOW },
        kept: [],
        newest: [],
        hasSqlWildcards: false,
        searched: { indices: ['logs'], rows: 413 },
        matched: null,
      },
      NOW,
    ),
  );

describe('buckets that are not whole', () => {
  it('are marked in the table, which says what the mark is', () => {
    const text = shown([
      [3, '02:18'],
      [200, '02:17'],
      [210, '02:16'],
    ]);
    expect(text).toContain('02:18:00…');
    expect(text).not.toContain('02:17:00…');
    expect(text).toContain('only a part of that bucket was searched, or is over');
  });

  it('are not spoken of where there are none', () => {
    const text = shown([
      [200, '02:17'],
      [210, '02:16'],
    ]);
    expect(text).not.toContain('…');
  });
});
