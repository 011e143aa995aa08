import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeCount, describeRate } from '#capabilities/incidents/describe-numbers.ts';
import { describeSymptom, type SymptomFacts } from '#capabilities/incidents/index.ts';
import { minutes, T0 } from './support.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

const facts = (changes: Partial<SymptomFacts> = {}): SymptomFacts => ({
  signal: 'error_rate',
  k: 882,
  n: 2310,
  unit: 'requests',
  latencyKind: null,
  lastSeenAt: null,
  onsetAt: T0,
  peakRate: 0.394,
  peakLatencyKind: null,
  quietSince: null,
  calm: null,
  lastMinute: { k: 200, n: 460 },
  isFailingNow: true,
  ...changes,
});

describe('symptoms', () => {
  it.each([
    ['38.2 % of 2,310 requests fail', facts()],
    [
      '38.2 % of 2,310 requests failed, 0 % in the last minute',
      facts({ isFailingNow: false, lastMinute: { k: 0, n: 460 } }),
    ],
    ['38.2 % of 2,310 log lines are errors', facts({ unit: 'log lines' })],
    ['up to 39.4 % of requests failed over 5 min', facts({ quietSince: minutes(5) })],
    ['up to 39.4 % of requests failed over 5 min', facts({ calm: { since: minutes(5), closesAt: minutes(10) } })],
    ['up to 39.4 % of log lines were errors over 5 min', facts({ unit: 'log lines', quietSince: minutes(5) })],
    [
      '31 % of 2,310 requests slower than 1.2 × the usual p99',
      facts({ signal: 'latency', latencyKind: 'tail', k: 716 }),
    ],
    [
      '86.6 % of 2,310 requests slower than 1.25 × the usual median',
      facts({ signal: 'latency', latencyKind: 'mid', k: 2000 }),
    ],
    [
      'up to 39.4 % of requests were slower than 1.2 × the usual p99 over 5 min',
      facts({ signal: 'latency', latencyKind: 'mid', peakLatencyKind: 'tail', quietSince: minutes(5) }),
    ],
    ['no data since 02:26 UTC', facts({ signal: 'silence', k: 0, n: 0, lastSeenAt: minutes(13) })],
    [
      'no data since 02:13 UTC, seen again at 02:33 UTC',
      facts({ signal: 'silence', k: 0, n: 0, quietSince: minutes(20) }),
    ],
  ])('says "%s"', (text, anomaly) => {
    expect(plain(describeSymptom(anomaly))).toBe(text);
  });

  it('joins numbers and units so that they do not break apart', () => {
    expect(describeSymptom(facts())).toContain('38.2\u00a0%');
  });
});

describe('numbers', () => {
  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.9999, '99.9 %'],
    [0.996, '99.6 %'],
    [0.0978, '9.8 %'],
    [0.0035, '0.35 %'],
    [0.00001, 'under 0.01 %'],
  ])('says the rate %d', (rate, text) => {
    expect(plain(describeRate(rate))).toBe(text);
  });

  it('separates thousands', () => {
    expect(describeCount(1_234_567)).toBe('1,234,567');
  });

  it('calls only nothing 0 % and only all 100 %', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (rate) => {
        expect(describeRate(rate).startsWith('0\u00a0')).toBe(rate === 0);
        expect(describeRate(rate).startsWith('100')).toBe(rate === 1);
      }),
    );
  });
});
