import { describe, expect, it } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import { advanceMatches } from '#capabilities/log-matches/advance-matches.ts';
import { CALM_AFTER_MS, MAX_AGE_MS, QUIET_MS } from '#capabilities/log-matches/limits.ts';
import type { Row } from '#database/schema.ts';
import type { AnomalyObservation } from '#kernel/anomaly.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import { minutes, seconds, T0 } from '../incidents/support.ts';

const row = (changes: Partial<Row<'log_matches'>> = {}): Row<'log_matches'> => ({
  service: 'payment',
  word: 'ERROR',
  lines: 1,
  first_at: T0,
  last_at: T0,
  last_line: 'ERROR one',
  arrived_at: seconds(5),
  ...changes,
});

const observed = (
  last: AnomalyObservation | null,
  rows: readonly Row<'log_matches'>[],
  at: Date,
): AnomalyObservation => {
  const advance = advanceMatches(last, rows, at);
  if (advance.kind !== 'observed') throw new Error(`expected an observation, got ${advance.kind}`);
  return advance.observation;
};

const first = observed(null, [row()], seconds(6));

describe('lines that the filter found', () => {
  it('are an anomaly of P3 that is not judged and pages nobody', () => {
    expect(first).toMatchObject({
      signal: 'log_match',
      severity: 'P3',
      isPaging: false,
      score: 0,
      k: 1,
      n: 1,
      onsetAt: T0,
      isFailingNow: true,
      calm: null,
    });
  });

  it('are added up by word, the newest one is kept, and the onset stays', () => {
    const rows = [
      row({ word: 'Exception', lines: 5, first_at: seconds(-30), last_at: seconds(40), last_line: 'Exception five' }),
      row({ lines: 2, last_at: seconds(20), last_line: 'ERROR two', arrived_at: seconds(45) }),
    ];
    const next = observed(first, rows, seconds(46));
    expect([next.k, next.onsetAt]).toEqual([8, T0]);
    expect(next.matched).toEqual({
      words: [
        { word: 'Exception', count: 5 },
        { word: 'ERROR', count: 3 },
      ],
      lastLine: 'Exception five',
      lastAt: seconds(40),
      arrivedAt: seconds(45),
    });
    expect(next.evidence.rows).toEqual([
      [5, 'Exception'],
      [3, 'ERROR'],
    ]);
    const late = observed(next, [row({ last_at: seconds(10), last_line: 'ERROR late' })], seconds(50));
    expect([late.matched?.lastLine, late.matched?.arrivedAt]).toEqual(['Exception five', seconds(45)]);
  });

  it('are found again by the query of their evidence', () => {
    const { query, parameters } = first.evidence;
    const fields = new Map([...TELEMETRY_SCHEMA.logs.fields, ['attributes.sentinel.match', 'keyword'] as const]);
    const schema = new Map([['logs', { fields, isLookup: false }]]);
    expect(() => checkQuery(query, { schema, parameters })).not.toThrow();
  });

  it('change nothing while nothing comes and nothing reads differently', () => {
    expect(advanceMatches(first, [], seconds(30)).kind).toBe('unchanged');
  });

  it('no longer go on a minute after the last one was written', () => {
    expect(observed(first, [], minutes(1)).isFailingNow).toBe(false);
    // A late delivery of old lines does not make it go on.
    expect(observed(first, [row({ arrived_at: minutes(3) })], minutes(3)).isFailingNow).toBe(false);
  });

  it('are told to have stopped, then are over', () => {
    const calmAt = addMs(seconds(5), CALM_AFTER_MS);
    const calm = observed({ ...first, isFailingNow: false }, [], calmAt);
    expect(calm.calm).toEqual({ since: T0, closesAt: addMs(seconds(5), QUIET_MS) });
    expect(advanceMatches(calm, [], addMs(seconds(5), QUIET_MS - SECOND_MS)).kind).toBe('unchanged');
    expect(advanceMatches(calm, [], addMs(seconds(5), QUIET_MS))).toMatchObject({
      kind: 'closed',
      closing: { service: 'payment', signal: 'log_match', quietSince: T0, isGone: false, k: 1, n: 1 },
    });
    expect(observed(calm, [row({ arrived_at: calmAt, last_at: calmAt })], calmAt).calm).toBeNull();
  });

  it('last longer than the latest delivery may take, so that none meets an anomaly that is over', () => {
    expect(QUIET_MS).toBeGreaterThan(MAX_AGE_MS + MINUTE_MS);
  });
});
