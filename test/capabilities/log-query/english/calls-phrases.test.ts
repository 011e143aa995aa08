import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { checkQuery } from '#esql/check-query.ts';
import { GROUND } from './ground.ts';

const NEWEST = 'SORT @timestamp DESC | LIMIT 50';
const GATEWAY_TO_ORDER =
  'FROM spans | WHERE service.name == "gateway" AND peer.service == "order-service" AND span.kind == "client"';
const P99 = 'STATS p99_ms = PERCENTILE(duration_ms, 99), n = COUNT(*)';
const SLOW_HOSTS = `FROM logs | WHERE service.name == "payment-service" AND duration_ms IS NOT NULL | ${P99} BY host.name | WHERE p99_ms > 1000 | SORT p99_ms DESC | LIMIT 20`;

/** Throws where the query would not run. */
const read = (question: string) => {
  const { query = '', isWhole } = readQuestion(question, GROUND) ?? {};
  checkQuery(query, { schema: GROUND.schema });
  return { query: query.replaceAll('\n', ' '), isWhole };
};

describe('calls from one service to another', () => {
  it.each([
    ['requests from gateway to order', `${GATEWAY_TO_ORDER} | ${NEWEST}`],
    ['calls from gateway to order-service', `${GATEWAY_TO_ORDER} | ${NEWEST}`],
    ['gateway -> order-service', `${GATEWAY_TO_ORDER} | ${NEWEST}`],
    ['gateway→order calls', `${GATEWAY_TO_ORDER} | ${NEWEST}`],
    ['calls to order-service from gateway', `${GATEWAY_TO_ORDER} | ${NEWEST}`],
    ['gateway to order errors', `${GATEWAY_TO_ORDER} AND status == "error" | ${NEWEST}`],
    ['calls from gateway to order-service that failed', `${GATEWAY_TO_ORDER} AND status == "error" | ${NEWEST}`],
    ['p99 of calls from gateway to order', `${GATEWAY_TO_ORDER} AND duration_ms IS NOT NULL | ${P99}`],
    [
      'failed calls to payment-service',
      `FROM spans | WHERE status == "error" AND peer.service == "payment-service" AND span.kind == "client" | ${NEWEST}`,
    ],
    [
      'error rate of calls from gateway to payment and order by endpoint',
      'FROM spans | WHERE service.name == "gateway" AND peer.service IN ("payment-service", "order-service") AND span.kind == "client" AND duration_ms IS NOT NULL | STATS failed = COUNT(*) WHERE status == "error", n = COUNT(*) BY span.name | EVAL percent = ROUND(100.0 * failed / n, 2) | SORT percent DESC | LIMIT 20',
    ],
    [
      'calls to payment by service',
      'FROM spans | WHERE peer.service == "payment-service" AND span.kind == "client" | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
    [
      'calls from gateway that failed',
      `FROM spans | WHERE service.name == "gateway" AND span.kind == "client" AND status == "error" | ${NEWEST}`,
    ],
    [
      'requests to payment',
      `FROM logs | WHERE duration_ms IS NOT NULL AND service.name == "payment-service" | ${NEWEST}`,
    ],
  ])('“%s” is understood as %s', (question, query) => {
    expect(read(question)).toEqual({ query, isWhole: true });
  });

  it.each([
    ['errors', 'from gateway to payment', 'to payment-service: '],
    ['calls', 'from order-service to payment-service', ''],
    ['calls', 'from order to payment', 'from order-service to payment-service: '],
    ['calls', 'to payment from gateway', 'to payment-service: '],
  ])('says by which spans calls are told, and repeats no name: “%s %s”', (what, said, named) => {
    expect(readQuestion(`${what} ${said}`, GROUND)?.phrases[1]).toEqual({
      said,
      means: `${named}client spans with that peer.service (other spellings: /sentinel deps)`,
      isSure: true,
    });
  });

  it.each([
    ['from gateway', 'its client spans'],
    ['from payment', 'client spans of payment-service'],
  ])('says whose spans calls that are made are: “calls %s”', (said, means) => {
    expect(readQuestion(`calls ${said}`, GROUND)?.phrases[1]).toEqual({ said, means, isSure: true });
  });
});

describe('who calls a service', () => {
  const DEPS = 'who calls whom is told by /sentinel deps payment-service; here are the calls that name';
  const CALLERS = 'STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20';

  it.each(['who calls payment', 'which services call payment', 'who is calling the payment service'])(
    'is told by a command that can be copied, and its calls are counted only if asked: “%s”',
    (question) => {
      expect(read(question)).toEqual({
        query: `FROM spans | WHERE peer.service == "payment-service" AND span.kind == "client" | ${CALLERS}`,
        isWhole: false,
      });
      expect(readQuestion(question, GROUND)?.phrases).toEqual([
        { said: question, means: `${DEPS} it in their peer.service`, isSure: false },
      ]);
    },
  );

  it('is counted of what sends no telemetry as well', () => {
    expect(read('which services call payments-db last 10 min').query).toBe(
      `FROM spans | WHERE peer.service == "payments-db" AND span.kind == "client" AND @timestamp >= NOW() - 10 minutes | ${CALLERS}`,
    );
    expect(readQuestion('who calls payments-db', GROUND)?.phrases[0]?.means).toMatch(/^no service is called so; here/u);
  });

  it('is not whom it calls', () => {
    expect(read('dependencies of payment').query).toBe(
      'FROM spans | WHERE service.name == "payment-service" AND span.kind == "client" AND peer.service IS NOT NULL | STATS n = COUNT(*) BY peer.service | SORT n DESC | LIMIT 20',
    );
    expect(readQuestion('dependencies of payment', GROUND)?.phrases[0]?.means).toBe(`${DEPS} their peer.service`);
  });
});

describe('a bound beside a percentile', () => {
  it.each([
    ['p99 over 1 s of payment by host', SLOW_HOSTS],
    ['p99 of payment by host over 1 s', SLOW_HOSTS],
    ['p99 of payment over 1 s by host', SLOW_HOSTS],
    [
      'p99 of gateway above 1 s',
      `FROM logs | WHERE service.name == "gateway" AND duration_ms IS NOT NULL | ${P99} | WHERE p99_ms > 1000`,
    ],
    [
      'p99 of requests slower than 1 s by host',
      `FROM logs | WHERE duration_ms IS NOT NULL AND duration_ms > 1000 | ${P99} BY host.name | SORT p99_ms DESC | LIMIT 20`,
    ],
  ])('“%s” is understood as %s', (question, query) => {
    expect(read(question)).toEqual({ query, isWhole: true });
  });
});
