import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { checkQuery } from '#esql/check-query.ts';
import { GROUND, groundWith } from './ground.ts';

const inOneLine = (query: string | undefined): string | undefined => query?.replaceAll('\n', ' ');

describe('what people type when they are on call', () => {
  it.each([
    ['20 errors', 'FROM logs | WHERE level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 20'],
    [
      '20 errors from payment',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND service.name == "payment-service" | SORT @timestamp DESC | LIMIT 20',
    ],
    ['100 logs from gateway', 'FROM logs | WHERE service.name == "gateway" | SORT @timestamp DESC | LIMIT 100'],
    [
      '5 payment errors',
      'FROM logs | WHERE service.name == "payment-service" AND level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 5',
    ],
    [
      'give me 5 examples of errors from payment',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND service.name == "payment-service" | SORT @timestamp DESC | LIMIT 5',
    ],
    [
      'gateway 20 errors',
      'FROM logs | WHERE service.name == "gateway" AND level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 20',
    ],
    ['1000 errors', 'FROM logs | WHERE level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 1000'],
    [
      '10 5xx from payment',
      'FROM logs | WHERE status_code >= 500 AND status_code < 600 AND service.name == "payment-service" | SORT @timestamp DESC | LIMIT 10',
    ],
    ['errors limit 5', 'FROM logs | WHERE level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 5'],
    [
      'last error from payment',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND service.name == "payment-service" | SORT @timestamp DESC | LIMIT 50',
    ],
    ['tail 50 gateway', 'FROM logs | WHERE service.name == "gateway" | SORT @timestamp DESC | LIMIT 50'],
    [
      'errors newest first',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors sorted by time',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors in the last hour grouped by service sorted by count',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= NOW() - 1 hour | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
    [
      'how many 5xx in the last 10 minutes',
      'FROM logs | WHERE status_code >= 500 AND status_code < 600 AND @timestamp >= NOW() - 10 minutes | STATS n = COUNT(*)',
    ],
    ['slowest 10 requests', 'FROM logs | WHERE duration_ms IS NOT NULL | SORT duration_ms DESC | LIMIT 10'],
    [
      'slowest service',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS p95_ms = PERCENTILE(duration_ms, 95), n = COUNT(*) BY service.name | SORT p95_ms DESC | LIMIT 20',
    ],
    ['longest requests', 'FROM logs | WHERE duration_ms IS NOT NULL | SORT duration_ms DESC | LIMIT 50'],
    ['busiest services', 'FROM logs | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20'],
    [
      'errors per minute by service',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute), service.name | SORT time DESC',
    ],
    [
      '5xx/min payment-service',
      'FROM logs | WHERE status_code >= 500 AND status_code < 600 AND service.name == "payment-service" | STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute) | SORT time DESC',
    ],
    [
      'errors by service and level',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | STATS n = COUNT(*) BY service.name, level | SORT n DESC | LIMIT 20',
    ],
    [
      'errors by service, host',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | STATS n = COUNT(*) BY service.name, host.name | SORT n DESC | LIMIT 20',
    ],
    [
      'unique hosts',
      'FROM logs | WHERE host.name IS NOT NULL | STATS n = COUNT(*) BY host.name | SORT n DESC | LIMIT 20',
    ],
    ['log volume by service', 'FROM logs | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20'],
    [
      'services with more than 5 errors',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | STATS n = COUNT(*) BY service.name | WHERE n > 5 | SORT n DESC | LIMIT 20',
    ],
    [
      'more than 20 errors per minute',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute) | WHERE n > 20 | SORT time DESC',
    ],
    [
      'p99 over 1s by service',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS p99_ms = PERCENTILE(duration_ms, 99), n = COUNT(*) BY service.name | WHERE p99_ms > 1000 | SORT p99_ms DESC | LIMIT 20',
    ],
    [
      '95th percentile latency by service',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS p95_ms = PERCENTILE(duration_ms, 95), n = COUNT(*) BY service.name | SORT p95_ms DESC | LIMIT 20',
    ],
    [
      'p50/p95 by service',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS p50_ms = PERCENTILE(duration_ms, 50), p95_ms = PERCENTILE(duration_ms, 95), n = COUNT(*) BY service.name | SORT p50_ms DESC | LIMIT 20',
    ],
    [
      '5xx rate gateway',
      'FROM logs | WHERE service.name == "gateway" AND duration_ms IS NOT NULL | STATS matched = COUNT(*) WHERE status_code >= 500 AND status_code < 600, n = COUNT(*) | EVAL percent = ROUND(100.0 * matched / n, 2)',
    ],
    [
      'success rate by service',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS failed = COUNT(*) WHERE (status_code >= 500), n = COUNT(*) BY service.name | EVAL percent = ROUND(100.0 * (n - failed) / n, 2) | SORT percent DESC | LIMIT 20',
    ],
    [
      'percentage of failed requests by service',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS failed = COUNT(*) WHERE (status_code >= 500), n = COUNT(*) BY service.name | EVAL percent = ROUND(100.0 * failed / n, 2) | SORT percent DESC | LIMIT 20',
    ],
    [
      'payment svc errors last 5m',
      'FROM logs | WHERE service.name == "payment-service" AND level IN ("error", "critical", "fatal") AND @timestamp >= NOW() - 5 minutes | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors per svc last 15 min',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= NOW() - 15 minutes | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
    [
      'reqs over 1s from gateway',
      'FROM logs | WHERE duration_ms IS NOT NULL AND duration_ms > 1000 AND service.name == "gateway" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errs in gateway',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND service.name == "gateway" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'payment or order errors',
      'FROM logs | WHERE (service.name == "payment-service" OR service.name == "order-service") AND level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors in payment, order and auth',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND (service.name == "payment-service" OR service.name == "order-service" OR service.name == "auth-service") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors excluding gateway and payment',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND NOT (service.name == "gateway") AND NOT (service.name == "payment-service") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      '5xx excluding 503 and 504',
      'FROM logs | WHERE status_code >= 500 AND status_code < 600 AND (NOT (status_code == 503) OR status_code IS NULL) AND (NOT (status_code == 504) OR status_code IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors except from payment',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND NOT (service.name == "payment-service") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors other than timeouts',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND NOT ((TO_LOWER(message) LIKE "*timeout*" OR TO_LOWER(message) LIKE "*timed out*")) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors without timeouts',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND NOT ((TO_LOWER(message) LIKE "*timeout*" OR TO_LOWER(message) LIKE "*timed out*")) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors not containing pool',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND NOT (TO_LOWER(message) LIKE "*pool*") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'anything but info from gateway',
      'FROM logs | WHERE service.name == "gateway" AND (NOT (level == "info") OR level IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'all logs but debug',
      'FROM logs | WHERE (NOT (level == "debug") OR level IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'logs except debug and info',
      'FROM logs | WHERE (NOT (level == "debug") OR level IS NULL) AND (NOT (level == "info") OR level IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      "don't show 404s",
      'FROM logs | WHERE (NOT (status_code == 404) OR status_code IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'not 404',
      'FROM logs | WHERE (NOT (status_code == 404) OR status_code IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'anything other than 200',
      'FROM logs | WHERE (NOT (status_code == 200) OR status_code IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'status not 200',
      'FROM logs | WHERE (NOT (status_code == 200) OR status_code IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'non-200 responses from gateway',
      'FROM logs | WHERE service.name == "gateway" AND (NOT (status_code == 200) OR status_code IS NULL) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'service!=gateway errors',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND NOT (service.name == "gateway") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'level:error service:payment',
      'FROM logs | WHERE level == "error" AND service.name == "payment-service" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'service=payment-service status=500',
      'FROM logs | WHERE service.name == "payment-service" AND status_code == 500 | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'status=500,503 by service',
      'FROM logs | WHERE (status_code == 500 OR status_code == 503) | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
    [
      'status >= 500 by service',
      'FROM logs | WHERE status_code >= 500 | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
    [
      'level=warn,error',
      'FROM logs | WHERE (level == "warn" OR level IN ("error", "critical", "fatal")) | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'warnings+errors in gateway',
      'FROM logs | WHERE (level IN ("warn", "warning") OR level IN ("error", "critical", "fatal")) AND service.name == "gateway" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'requests between 1 s and 5 s',
      'FROM logs | WHERE duration_ms IS NOT NULL AND duration_ms >= 1000 AND duration_ms <= 5000 | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors yday 9-11',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= "2026-11-20T08:00:00Z" AND @timestamp < "2026-11-20T10:00:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      "yesterday's errors",
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= "2026-11-19T23:00:00Z" AND @timestamp < "2026-11-20T23:00:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors between 2 and 3 pm',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= "2026-11-21T13:00:00Z" AND @timestamp < "2026-11-21T14:00:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors 11 to 1 pm',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= "2026-11-21T10:00:00Z" AND @timestamp < "2026-11-21T12:00:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors from gateway and order since 14h30',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND (service.name == "gateway" OR service.name == "order-service") AND @timestamp >= "2026-11-21T13:30:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors 14.30 to 15.00',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= "2026-11-21T13:30:00Z" AND @timestamp < "2026-11-21T14:00:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors on 20.11. between 14:00 and 15:00',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= "2026-11-20T13:00:00Z" AND @timestamp < "2026-11-20T14:00:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors on 21/11 from 14:00 to 15:00',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= "2026-11-21T13:00:00Z" AND @timestamp < "2026-11-21T14:00:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'errors around 3 this morning',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= "2026-11-21T01:50:00Z" AND @timestamp < "2026-11-21T02:10:00Z" | EVAL away_ms = ABS(DATE_DIFF("milliseconds", TO_DATETIME("2026-11-21T02:00:00Z"), @timestamp)) | SORT away_ms ASC, @timestamp ASC | LIMIT 50 | SORT @timestamp ASC | DROP away_ms',
    ],
    [
      'errors in the past couple of hours',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= NOW() - 2 hours | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'what is broken right now',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= NOW() - 5 minutes | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'which endpoints fail',
      'FROM spans | WHERE status == "error" AND span.kind == "server" | STATS n = COUNT(*) BY span.name | SORT n DESC | LIMIT 20',
    ],
    [
      'did payment fail yesterday',
      'FROM logs | WHERE service.name == "payment-service" AND duration_ms IS NOT NULL AND (status_code >= 500) AND @timestamp >= "2026-11-19T23:00:00Z" AND @timestamp < "2026-11-20T23:00:00Z" | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'timeouts by service',
      'FROM logs | WHERE (TO_LOWER(message) LIKE "*timeout*" OR TO_LOWER(message) LIKE "*timed out*") | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
  ])('“%s” is understood as %s', (question, query) => {
    const understood = readQuestion(question, GROUND);
    expect(inOneLine(understood?.query)).toBe(query);
    expect(understood?.isWhole).toBe(true);
    expect(() => checkQuery(query, { schema: GROUND.schema })).not.toThrow();
  });

  it.each([
    [
      '404s by route',
      'FROM logs | WHERE status_code == 404 | STATS n = COUNT(*) BY attributes.http.route | SORT n DESC | LIMIT 20',
    ],
    [
      '500s by endpoint',
      'FROM logs | WHERE status_code >= 500 AND status_code < 600 | STATS n = COUNT(*) BY attributes.http.route | SORT n DESC | LIMIT 20',
    ],
    [
      'top 5 routes by errors',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") AND attributes.http.route IS NOT NULL | STATS n = COUNT(*) BY attributes.http.route | SORT n DESC | LIMIT 5',
    ],
    [
      'requests slower than 2 s grouped by route',
      'FROM logs | WHERE duration_ms IS NOT NULL AND duration_ms > 2000 | STATS n = COUNT(*) BY attributes.http.route | SORT n DESC | LIMIT 20',
    ],
    [
      'slowest routes',
      'FROM logs | WHERE duration_ms IS NOT NULL AND attributes.http.route IS NOT NULL | STATS p95_ms = PERCENTILE(duration_ms, 95), n = COUNT(*) BY attributes.http.route | SORT p95_ms DESC | LIMIT 20',
    ],
    [
      'error rate by url',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS failed = COUNT(*) WHERE (status_code >= 500), n = COUNT(*) BY attributes.http.route | EVAL percent = ROUND(100.0 * failed / n, 2) | SORT percent DESC | LIMIT 20',
    ],
    [
      'errors by customer_id',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | STATS n = COUNT(*) BY attributes.customer.id | SORT n DESC | LIMIT 20',
    ],
    [
      'errors by customer',
      'FROM logs | WHERE level IN ("error", "critical", "fatal") | STATS n = COUNT(*) BY attributes.customer.id | SORT n DESC | LIMIT 20',
    ],
    [
      'region=eu errors',
      'FROM logs | WHERE attributes.region == "eu" AND level IN ("error", "critical", "fatal") | SORT @timestamp DESC | LIMIT 50',
    ],
    [
      'spans by route',
      'FROM spans | WHERE span.kind == "server" | STATS n = COUNT(*) BY span.name | SORT n DESC | LIMIT 20',
    ],
  ])('“%s” is told by the fields that lines bring along: %s', (question, query) => {
    const understood = readQuestion(question, groundWith('http.route', 'region', 'customer.id'));
    expect(inOneLine(understood?.query)).toBe(query);
    expect(understood?.isWhole).toBe(true);
  });

  it.each(['http.route', 'http_route', 'httpRoute', 'url.path', 'http.target', 'path'])(
    'knows the route of a request as %s',
    (name) => {
      const understood = readQuestion('404s by route', groundWith(name));
      expect(understood?.phrases.at(-1)).toEqual({
        said: 'by route',
        means: `grouped by attributes.${name}`,
        isSure: true,
      });
    },
  );

  it('says of spans what is told of them', () => {
    expect(readQuestion('5xx by endpoint', GROUND)?.phrases).toEqual([
      { said: '5xx', means: 'spans that failed', isSure: true },
      { said: 'by endpoint', means: 'grouped by the name of server spans', isSure: true },
    ]);
  });

  it.each(['not', 'except', 'excluding', 'without', 'but not', 'other than', 'apart from', 'minus', 'ignoring'])(
    'leaves out whatever is meant to be left out by “%s”',
    (negation) => {
      for (const what of [
        '404',
        '404s',
        '5xx',
        'status 503',
        'warnings',
        'from gateway',
        'gateway',
        'slower than 2 s',
        'timeouts',
      ])
        expect(readQuestion(`requests ${negation} ${what}`, GROUND)?.query, what).toContain('NOT (');
    },
  );
});
