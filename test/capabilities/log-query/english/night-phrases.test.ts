import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { checkQuery } from '#esql/check-query.ts';
import { GROUND, groundWith } from './ground.ts';

/** Throws where the query would not run. */
const read = (question: string, ground = GROUND) => {
  const { query = '', isWhole, phrases = [] } = readQuestion(question, ground) ?? {};
  checkQuery(query, { schema: ground.schema });
  return { query: query.replaceAll('\n', ' '), isWhole, phrases };
};

const ERRORS = 'level IN ("error", "critical", "fatal")';
const NEWEST = 'SORT @timestamp DESC | LIMIT 50';
const SHARE =
  'STATS failed = COUNT(*) WHERE (status_code >= 500), n = COUNT(*) BY service.name | EVAL percent = ROUND(100.0 * failed / n, 2)';

describe('a word in the text', () => {
  it.each([
    ['queries', '(TO_LOWER(message) LIKE "*query*" OR TO_LOWER(message) LIKE "*querie*")'],
    ['cookies', '(TO_LOWER(message) LIKE "*cooky*" OR TO_LOWER(message) LIKE "*cookie*")'],
    ['crashes', 'TO_LOWER(message) LIKE "*crash*"'],
    ['caches', 'TO_LOWER(message) LIKE "*cach*"'],
    ['releases', 'TO_LOWER(message) LIKE "*release*"'],
    ['"queries"', 'TO_LOWER(message) LIKE "*queries*"'],
  ])('is found in the singular as well, unless it is quoted: %s', (word, condition) => {
    expect(read(`logs containing ${word}`).query).toBe(`FROM logs | WHERE ${condition} | ${NEWEST}`);
  });
});

describe('what people type at three in the morning', () => {
  it.each([
    ['critical errors', `FROM logs | WHERE level IN ("critical", "fatal") | ${NEWEST}`],
    ['fatal errors in payment', `FROM logs | WHERE level == "fatal" AND service.name == "payment-service" | ${NEWEST}`],
    [
      '5xx since 14:00 until 14:10',
      `FROM logs | WHERE status_code >= 500 AND status_code < 600 AND @timestamp >= "2026-11-21T13:00:00Z" AND @timestamp < "2026-11-21T13:10:00Z" | ${NEWEST}`,
    ],
    [
      'errors last hr',
      `FROM logs | WHERE level IN ("error", "critical", "fatal") AND @timestamp >= NOW() - 1 hour | ${NEWEST}`,
    ],
    [
      'how many 5xx did gateway return',
      'FROM logs | WHERE status_code >= 500 AND status_code < 600 AND service.name == "gateway" | STATS n = COUNT(*)',
    ],
    [
      'requests that took longer than 1.5s but less than 5s',
      `FROM logs | WHERE duration_ms IS NOT NULL AND duration_ms > 1500 AND duration_ms < 5000 | ${NEWEST}`,
    ],
    [
      'non 2xx responses',
      `FROM logs | WHERE (NOT (status_code >= 200 AND status_code < 300) OR status_code IS NULL) | ${NEWEST}`,
    ],
    ['!payment errors', `FROM logs | WHERE ${ERRORS} AND NOT (service.name == "payment-service") | ${NEWEST}`],
    [
      'java.lang.NullPointerException in order-service',
      `FROM logs | WHERE TO_LOWER(message) LIKE "*java.lang.nullpointerexception*" AND service.name == "order-service" | ${NEWEST}`,
    ],
    [
      'errors mentioning timeout or refused',
      `FROM logs | WHERE ${ERRORS} AND (((TO_LOWER(message) LIKE "*timeout*" OR TO_LOWER(message) LIKE "*timed out*")) OR (TO_LOWER(message) LIKE "*refused*")) | ${NEWEST}`,
    ],
    [
      'rps of gateway',
      'FROM logs | WHERE duration_ms IS NOT NULL AND service.name == "gateway" | STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute) | EVAL per_second = ROUND(n / 60.0, 2) | SORT time DESC',
    ],
    ...['throughput of gateway', 'traffic of gateway over time', 'request rate of gateway'].map((question) => [
      question,
      'FROM logs | WHERE service.name == "gateway" AND duration_ms IS NOT NULL | STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute) | EVAL per_second = ROUND(n / 60.0, 2) | SORT time DESC',
    ]),
    [
      'throughput by service',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
    [
      'which service has the highest error rate',
      `FROM logs | WHERE duration_ms IS NOT NULL | ${SHARE} | SORT percent DESC | LIMIT 20`,
    ],
    [
      'services with error rate over 5%',
      `FROM logs | WHERE duration_ms IS NOT NULL | ${SHARE} | WHERE percent > 5 | SORT percent DESC | LIMIT 20`,
    ],
    [
      'share of 5xx in gateway',
      'FROM logs | WHERE service.name == "gateway" AND duration_ms IS NOT NULL | STATS matched = COUNT(*) WHERE status_code >= 500 AND status_code < 600, n = COUNT(*) | EVAL percent = ROUND(100.0 * matched / n, 2)',
    ],
    [
      'availability of gateway',
      'FROM logs | WHERE service.name == "gateway" AND duration_ms IS NOT NULL | STATS failed = COUNT(*) WHERE (status_code >= 500), n = COUNT(*) | EVAL percent = ROUND(100.0 * (n - failed) / n, 2)',
    ],
    [
      'when did payment errors start',
      `FROM logs | WHERE service.name == "payment-service" AND ${ERRORS} | SORT @timestamp ASC | LIMIT 50`,
    ],
    ['when was the last error', `FROM logs | WHERE ${ERRORS} | ${NEWEST}`],
    [
      'who has the most errors',
      `FROM logs | WHERE ${ERRORS} | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20`,
    ],
    ['how many services have errors', `FROM logs | WHERE ${ERRORS} | STATS distinct = COUNT_DISTINCT(service.name)`],
    [
      'errors from all services except gateway',
      `FROM logs | WHERE ${ERRORS} AND NOT (service.name == "gateway") | ${NEWEST}`,
    ],
    [
      'which services return 500',
      'FROM logs | WHERE status_code == 500 | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
    [
      'how many requests did payment serve',
      'FROM logs | WHERE duration_ms IS NOT NULL AND service.name == "payment-service" | STATS n = COUNT(*)',
    ],
    ['level>=warn', `FROM logs | WHERE level IN ("fatal", "critical", "error", "warning", "warn") | ${NEWEST}`],
    [
      'top 5 services by latency',
      'FROM logs | WHERE duration_ms IS NOT NULL | STATS p50_ms = PERCENTILE(duration_ms, 50), p95_ms = PERCENTILE(duration_ms, 95), p99_ms = PERCENTILE(duration_ms, 99), n = COUNT(*) BY service.name | SORT p95_ms DESC | LIMIT 5',
    ],
    [
      'how slow is payment',
      'FROM logs | WHERE service.name == "payment-service" AND duration_ms IS NOT NULL | STATS p50_ms = PERCENTILE(duration_ms, 50), p95_ms = PERCENTILE(duration_ms, 95), p99_ms = PERCENTILE(duration_ms, 99), n = COUNT(*)',
    ],
    ['payment-svc errors', `FROM logs | WHERE service.name == "payment-service" AND ${ERRORS} | ${NEWEST}`],
    ['gateway-service errors', `FROM logs | WHERE service.name == "gateway" AND ${ERRORS} | ${NEWEST}`],
    [
      'plot errors',
      `FROM logs | WHERE ${ERRORS} | STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute) | SORT time DESC`,
    ],
    [
      'errors by minute and service',
      `FROM logs | WHERE ${ERRORS} | STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute), service.name | SORT time DESC`,
    ],
    [
      'unique errors in gateway',
      `FROM logs | WHERE ${ERRORS} AND service.name == "gateway" | STATS n = COUNT(*) BY pattern = CATEGORIZE(message) | SORT n DESC | LIMIT 20`,
    ],
    [
      'requests that timed out',
      `FROM logs | WHERE duration_ms IS NOT NULL AND (TO_LOWER(message) LIKE "*timeout*" OR TO_LOWER(message) LIKE "*timed out*") | ${NEWEST}`,
    ],
    [
      'status codes of gateway',
      'FROM logs | WHERE service.name == "gateway" AND status_code IS NOT NULL | STATS n = COUNT(*) BY status_code | SORT n DESC | LIMIT 20',
    ],
    ['duration>500', `FROM logs | WHERE duration_ms > 500 | ${NEWEST}`],
  ])('“%s” is understood as %s', (question, query) => {
    expect(read(question)).toMatchObject({ query, isWhole: true });
  });

  it.each([
    ['last 1h30m', '@timestamp >= NOW() - 90 minutes'],
    ['last 1 hour 30 minutes', '@timestamp >= NOW() - 90 minutes'],
    ['since 1am CET', '@timestamp >= "2026-11-21T00:00:00Z"'],
    ['since 02:30 PST', '@timestamp >= "2026-11-21T10:30:00Z"'],
    [
      'between 01:00 and 02:00 America/New_York',
      '@timestamp >= "2026-11-21T06:00:00Z" AND @timestamp < "2026-11-21T07:00:00Z"',
    ],
    ['between 10:00 and 11:00 JST', '@timestamp >= "2026-11-21T01:00:00Z" AND @timestamp < "2026-11-21T02:00:00Z"'],
    ['5 minutes before 02:47', '@timestamp >= "2026-11-21T01:42:00Z" AND @timestamp < "2026-11-21T01:47:00Z"'],
    ['10 min after 14:00', '@timestamp >= "2026-11-21T13:00:00Z" AND @timestamp < "2026-11-21T13:10:00Z"'],
    ['within 10 minutes of 03:00', '@timestamp >= "2026-11-21T01:50:00Z" AND @timestamp < "2026-11-21T02:10:00Z"'],
    ['yesterday between 2 and 3 pm', '@timestamp >= "2026-11-20T13:00:00Z" AND @timestamp < "2026-11-20T14:00:00Z"'],
    ['from 02:00', '@timestamp >= "2026-11-21T01:00:00Z"'],
    ['from 02:00 onwards', '@timestamp >= "2026-11-21T01:00:00Z"'],
    ['tonight', '@timestamp >= "2026-11-20T17:00:00Z" AND @timestamp < "2026-11-21T05:00:00Z"'],
    ['overnight', '@timestamp >= "2026-11-20T17:00:00Z" AND @timestamp < "2026-11-21T05:00:00Z"'],
    ['11/20/2026', '@timestamp >= "2026-11-19T23:00:00Z" AND @timestamp < "2026-11-20T23:00:00Z"'],
    ['since 2:30 am my time', '@timestamp >= "2026-11-21T01:30:00Z"'],
    ['on friday night', '@timestamp >= "2026-11-20T17:00:00Z" AND @timestamp < "2026-11-21T05:00:00Z"'],
  ])('“errors %s” is of %s', (time, conditions) => {
    expect(read(`errors ${time}`)).toMatchObject({
      query: `FROM logs | WHERE ${ERRORS} AND ${conditions} | ${NEWEST}`,
      isWhole: true,
    });
  });

  it('takes what lines bring along for whose they are', () => {
    const ground = groundWith('user.id', 'customer.id');
    expect(read('errors for user u-8812', ground).query).toContain('attributes.user.id == "u-8812"');
    expect(read('customer id 77 last 10m', ground)).toMatchObject({
      query: expect.stringContaining('attributes.customer.id == "77"'),
      isWhole: true,
    });
    expect(read('errors for user u-8812').isWhole).toBe(false);
    expect(read('POST requests', groundWith('http.request.method')).query).toContain(
      'attributes.http.request.method == "POST"',
    );
  });

  it('takes none of these for a wish where only text is looked for', () => {
    const meant = { range: null, services: [], areWordsText: true };
    for (const words of [
      'handle leak',
      'value larger than allowed',
      'graph corrupt',
      'both replicas gone',
      'disk over 90%',
    ]) {
      const { query, isWhole } = readQuestion(`logs ${words}`, GROUND, meant) ?? {};
      expect(isWhole, words).toBe(true);
      expect(query, words).toContain(`LIKE "*${words.split(' ')[0] ?? ''}*"`);
    }
  });
});

describe('what would silently answer another question', () => {
  it.each([
    ['more errors than yesterday?', 'than', 'two things are not compared in one question'],
    ['is payment slower than yesterday', 'slower than', 'two things are not compared in one question'],
    [
      '5xx or slower than 2s',
      'slower than 2s',
      'slower than 2 seconds, and not or: either of two kinds cannot be asked',
    ],
    ['top 3 errors per service', '3', '3 groups at most, and not 3 of each'],
    ['gateway timeout errors in order', 'in order', 'service order-service, besides the other one: “A or B”'],
    ['errors by order', 'by order', 'service order-service'],
    ['p99 over 500', 'over 500', 'in the text: over, 500'],
    ['duration > 500', '500', 'in the text: 500'],
    ['level<warn', 'level<warn', 'of levels write “warnings and above”'],
    ['requests over 5%', 'over 5%', 'in the text: over, 5%'],
    ['request rate over 5%', 'over 5%', 'left out: only where percent > 5'],
    ['is payment slower than order', 'slower than', 'two things are not compared in one question'],
    ['errors except timeouts and 404s', '404s', 'not status 404'],
    ["what's new in payment", 'what new', 'what is new is told by /sentinel patterns of a service; here is the newest'],
    ['error rate by service sorted by count', 'sorted by count', 'most first'],
    ['erors in payment', 'erors', 'did you mean errors? level error, critical, fatal'],
    ['paymnt errors', 'paymnt', 'no service is called so; did you mean payment-service?'],
    ['errors since 1am IST', 'IST', 'in the text: IST'],
  ])('“%s” runs nothing unasked: “%s” is “%s”', (question, said, means) => {
    const { isWhole, phrases } = read(question);
    expect(phrases).toContainEqual({ said, means, isSure: false });
    expect(isWhole).toBe(false);
  });
});

describe('a name with dots or slashes', () => {
  const ground = { ...GROUND, services: [...GROUND.services, 'api', 'mail.internal'] };

  it.each([
    'errors from api.github',
    'api.github errors',
    'errors in api/v2',
    'errors on api.github.com',
    'api:8080 errors',
  ])('is no service by its first part: “%s”', (question) => {
    const { query, isWhole, phrases } = read(question, ground);
    expect(query).not.toContain('service.name');
    expect(isWhole).toBe(false);
    expect(phrases.map(({ means }) => means).join(' ')).toMatch(/no (?:service|field) is called/u);
  });

  it('is the service that is called so as a whole', () => {
    expect(read('errors from mail.internal', ground)).toMatchObject({
      query: expect.stringContaining('service.name == "mail.internal"'),
      isWhole: true,
    });
  });

  it.each([
    ['calls to api.github', 'peer.service == "api.github" AND span.kind == "client"'],
    ['gateway -> api.github.com', 'service.name == "gateway" AND peer.service == "api.github.com"'],
    ['calls to stripe', 'peer.service == "stripe" AND span.kind == "client"'],
  ])('is asked about as a peer in calls: “%s”', (question, condition) => {
    expect(read(question, ground)).toMatchObject({ query: expect.stringContaining(condition), isWhole: false });
  });

  it('is no field where it is the address of something', () => {
    expect(read('requests to http://payment-service:8080/pay').query).toContain(
      'LIKE "*http://payment-service:8080/pay*"',
    );
  });
});

describe('a level that is misspelt', () => {
  it.each([
    ['logs payment-service level eror', 'level == "error"'],
    ['logs payment-service level=warnn', 'level == "warn"'],
    ['logs payment-service where level is eror', 'level == "error"'],
  ])('is asked about: “%s”', (question, condition) => {
    expect(read(question)).toMatchObject({ query: expect.stringContaining(condition), isWhole: false });
  });

  it('is left as it is where no level is near', () => {
    expect(read('logs payment-service level notice')).toMatchObject({
      query: expect.stringContaining('level == "notice"'),
      isWhole: true,
    });
  });
});
