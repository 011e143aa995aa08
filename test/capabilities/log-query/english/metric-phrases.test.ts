import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { checkQuery } from '#esql/check-query.ts';
import { GROUND } from './ground.ts';

/** Throws where the query would not run. */
const read = (question: string) => {
  const { query = '', isWhole } = readQuestion(question, GROUND) ?? {};
  checkQuery(query, { schema: GROUND.schema });
  return { query: query.replaceAll('\n', ' '), isWhole };
};

const REVENUE = 'FROM metrics | WHERE metric.name == "revenue.amount"';
const BY_MINUTE = 'BY time = BUCKET(@timestamp, 1 minute)';

describe('how much and how often', () => {
  it.each([
    ['revenue per minute', `${REVENUE} | STATS total = SUM(value) ${BY_MINUTE} | SORT time DESC`],
    ['average revenue per minute', `${REVENUE} | STATS average = AVG(value) ${BY_MINUTE} | SORT time DESC`],
    ['total revenue by service', `${REVENUE} | STATS total = SUM(value) BY service.name | SORT total DESC | LIMIT 20`],
    ['p95 of revenue', `${REVENUE} | STATS p95 = PERCENTILE(value, 95)`],
    [
      'number of orders per minute in the last 20 min',
      `FROM metrics | WHERE metric.name == "orders.completed" AND @timestamp >= NOW() - 20 minutes | STATS total = SUM(value) ${BY_MINUTE} | SORT time DESC`,
    ],
    ['how many orders', 'FROM metrics | WHERE metric.name == "orders.completed" | STATS total = SUM(value)'],
    [
      'requests per second of gateway last 10 min',
      `FROM logs | WHERE duration_ms IS NOT NULL AND service.name == "gateway" AND @timestamp >= NOW() - 10 minutes | STATS n = COUNT(*) ${BY_MINUTE} | EVAL per_second = ROUND(n / 60.0, 2) | SORT time DESC`,
    ],
    [
      'more than 20 requests per second',
      `FROM logs | WHERE duration_ms IS NOT NULL | STATS n = COUNT(*) ${BY_MINUTE} | EVAL per_second = ROUND(n / 60.0, 2) | WHERE per_second > 20 | SORT time DESC`,
    ],
  ])('“%s” is understood as %s', (question, query) => {
    expect(read(question)).toEqual({ query, isWhole: true });
  });

  it('says what of a metric is told', () => {
    expect(readQuestion('number of orders per minute', GROUND)?.phrases.map(({ means }) => means)).toEqual([
      'the sum of its values',
      'metric orders.completed',
      'each 1 minute, the sum of its values',
    ]);
  });

  it('asks where a share or a percentile is wanted per second', () => {
    expect(read('error rate per second').isWhole).toBe(false);
  });

  it('asks where rows are to be counted beside another statistic of a metric', () => {
    expect(read('how many orders average revenue').isWhole).toBe(false);
  });
});
