import { describe, expect, it } from 'vitest';
import { toldKind } from '#capabilities/log-query/told-kind.ts';

describe('what senders tell of the values of a metric', () => {
  it.each([
    ['a gauge', 'cpu', ['gauge', null, null], 'state'],
    ['a sum of what came since the last one', 'orders', ['sum', 'delta', 'true'], 'count'],
    ['a sum since the start', 'orders', ['sum', 'cumulative', 'true'], 'running-total'],
    ['a sum since the start that may fall', 'connections', ['sum', 'cumulative', 'false'], 'state'],
    ['a sum that does not say since when', 'orders', ['sum', null, 'true'], null],
    ['the count of a histogram', 'took.count', ['histogram', 'delta', null], 'count'],
    [
      'the sum of a histogram since the start',
      'took.sum',
      ['exponential_histogram', 'cumulative', null],
      'running-total',
    ],
    ['the highest of a histogram', 'took.max', ['histogram', 'cumulative', null], 'state'],
    ['the count of a summary', 'took.count', ['summary', null, null], 'running-total'],
    ['a quantile of a summary', 'took.quantile', ['summary', null, null], 'state'],
    ['nothing', 'orders', [null, null, null], null],
  ] as const)('%s', (_, name, told, kind) => {
    expect(toldKind(name, told)).toBe(kind);
  });
});
