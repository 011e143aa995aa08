import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { checkQuery } from '#esql/check-query.ts';
import { GROUND, SCHEMA } from './ground.ts';

const read = (question: string) => readQuestion(question, GROUND);

/** The conditions of the query, or all of it after the source. */
const whereOf = (question: string): string =>
  / WHERE (.*)/u.exec(read(question)?.query.replaceAll('\n|', ' |') ?? '')?.[1]?.split(' | ')[0] ?? '';
const afterWhere = (question: string): string =>
  read(question)
    ?.query.split('\n| ')
    .filter((line) => !line.startsWith('WHERE') && !line.startsWith('FROM'))
    .join(' | ') ?? '';

describe('a question in English', () => {
  it.each([
    ['errors', 'level IN ("error", "critical", "fatal")'],
    ['critical logs', 'level IN ("critical", "fatal")'],
    ['level warn', 'level IN ("warn", "warning")'],
    ['level error', 'level == "error"'],
    ['errors from payment-service', 'level IN ("error", "critical", "fatal") AND service.name == "payment-service"'],
    ['logs of the payment service', 'service.name == "payment-service"'],
    ['logs in payments', 'service.name == "payment-service"'],
    ['logs from order and payment', '(service.name == "order-service" OR service.name == "payment-service")'],
    ['logs not from gateway', 'NOT (service.name == "gateway")'],
    ['5xx in gateway', 'status_code >= 500 AND status_code < 600 AND service.name == "gateway"'],
    ['503s from payment', 'status_code == 503 AND service.name == "payment-service"'],
    ['404s by status', 'status_code == 404'],
    ['how many 302s', 'status_code == 302'],
    ['500s by service', 'status_code >= 500 AND status_code < 600'],
    ['logs for 503s', 'status_code == 503'],
    ['404s last 300s', 'status_code == 404 AND @timestamp >= NOW() - 300 seconds'],
    ['errors since 120s', 'level IN ("error", "critical", "fatal") AND @timestamp >= NOW() - 120 seconds'],
    ['errors within 500s', 'level IN ("error", "critical", "fatal") AND @timestamp >= NOW() - 500 seconds'],
    ['requests slower than 500s', 'duration_ms IS NOT NULL AND duration_ms > 500000'],
    ['requests over 404s', 'duration_ms IS NOT NULL AND duration_ms > 404000'],
    ['status 503 or 504', '(status_code == 503 OR status_code == 504)'],
    ['failed requests', 'duration_ms IS NOT NULL AND (status_code >= 500)'],
    ['requests slower than 2 s', 'duration_ms IS NOT NULL AND duration_ms > 2000'],
    ['requests that took more than 1.5 seconds', 'duration_ms IS NOT NULL AND duration_ms > 1500'],
    ['requests under 10ms', 'duration_ms IS NOT NULL AND duration_ms < 10'],
    ['on host web-1', 'host.name == "web-1"'],
    ['status_code=503', 'status_code == 503'],
    [
      'trace 4bf92f3577b34da6a3ce929d0e0e4736 last 1h',
      'trace.id == "4bf92f3577b34da6a3ce929d0e0e4736" AND @timestamp >= NOW() - 1 hour',
    ],
    ['find timeout issues', '(TO_LOWER(message) LIKE "*timeout*" OR TO_LOWER(message) LIKE "*timed out*")'],
    ['"50% of *all*"', String.raw`TO_LOWER(message) LIKE "*50% of \\*all\\**"`],
  ])('“%s” looks where %s', (question, where) => {
    expect(read(question)?.isWhole).toBe(true);
    expect(whereOf(question)).toBe(where);
  });

  it.each([
    ['in the last hour', '@timestamp >= NOW() - 1 hour'],
    ['last 2h', '@timestamp >= NOW() - 2 hours'],
    ['past half an hour', '@timestamp >= NOW() - 30 minutes'],
    ['since 30m', '@timestamp >= NOW() - 30 minutes'],
    ['since 14:00', '@timestamp >= "2026-11-21T13:00:00Z"'],
    // Not to come, so of yesterday.
    ['since 16:00', '@timestamp >= "2026-11-20T15:00:00Z"'],
    ['since 2 pm', '@timestamp >= "2026-11-21T13:00:00Z"'],
    ['today', '@timestamp >= "2026-11-20T23:00:00Z"'],
    ['yesterday', '@timestamp >= "2026-11-19T23:00:00Z" AND @timestamp < "2026-11-20T23:00:00Z"'],
    ['yesterday 9 to 11', '@timestamp >= "2026-11-20T08:00:00Z" AND @timestamp < "2026-11-20T10:00:00Z"'],
    ['between 14:00 and 15:00', '@timestamp >= "2026-11-21T13:00:00Z" AND @timestamp < "2026-11-21T14:00:00Z"'],
    ['from 23:30 to 0:15', '@timestamp >= "2026-11-20T22:30:00Z" AND @timestamp < "2026-11-20T23:15:00Z"'],
    // Begun but not ended, so up to now.
    ['from 2pm to 5pm', '@timestamp >= "2026-11-21T13:00:00Z"'],
    ['today 14:00 to 17:00', '@timestamp >= "2026-11-21T13:00:00Z"'],
    ['between 14:00 and 17:00', '@timestamp >= "2026-11-21T13:00:00Z"'],
    ['from 16:00 to 17:00', '@timestamp >= "2026-11-20T15:00:00Z" AND @timestamp < "2026-11-20T16:00:00Z"'],
    ['9-11', '@timestamp >= "2026-11-21T08:00:00Z" AND @timestamp < "2026-11-21T10:00:00Z"'],
    ['around 14:05', '@timestamp >= "2026-11-21T12:55:00Z" AND @timestamp < "2026-11-21T13:15:00Z"'],
    ['20 minutes ago', '@timestamp >= "2026-11-21T13:50:00Z" AND @timestamp < "2026-11-21T14:10:00Z"'],
    ['before noon', '@timestamp >= "2026-11-21T10:00:00Z" AND @timestamp < "2026-11-21T11:00:00Z"'],
    ['last night', '@timestamp >= "2026-11-20T17:00:00Z" AND @timestamp < "2026-11-21T05:00:00Z"'],
    ['on monday at 14:30', '@timestamp >= "2026-11-16T13:28:00Z" AND @timestamp < "2026-11-16T13:32:00Z"'],
    ['at 3 pm', '@timestamp >= "2026-11-21T13:50:00Z" AND @timestamp < "2026-11-21T14:10:00Z"'],
    [
      'between 15:00 and 16:00 yesterday',
      '@timestamp >= "2026-11-20T14:00:00Z" AND @timestamp < "2026-11-20T15:00:00Z"',
    ],
    ['from 3pm to 4pm yesterday', '@timestamp >= "2026-11-20T14:00:00Z" AND @timestamp < "2026-11-20T15:00:00Z"'],
    [
      'between 3 and 4 yesterday afternoon',
      '@timestamp >= "2026-11-20T14:00:00Z" AND @timestamp < "2026-11-20T15:00:00Z"',
    ],
    ['from 22:00 to 02:00 yesterday', '@timestamp >= "2026-11-20T21:00:00Z" AND @timestamp < "2026-11-21T01:00:00Z"'],
    ['9-11 on monday', '@timestamp >= "2026-11-16T08:00:00Z" AND @timestamp < "2026-11-16T10:00:00Z"'],
    ['between 9 and 11 on 20 November', '@timestamp >= "2026-11-20T08:00:00Z" AND @timestamp < "2026-11-20T10:00:00Z"'],
    ['since 2026-11-20T10:00Z', '@timestamp >= "2026-11-20T10:00:00Z"'],
    ['30m', '@timestamp >= NOW() - 30 minutes'],
    ['2 h', '@timestamp >= NOW() - 2 hours'],
    ['for 30 minutes', '@timestamp >= NOW() - 30 minutes'],
    ['around 14:05 UTC', '@timestamp >= "2026-11-21T13:55:00Z" AND @timestamp < "2026-11-21T14:15:00Z"'],
    ['around 14:05Z', '@timestamp >= "2026-11-21T13:55:00Z" AND @timestamp < "2026-11-21T14:15:00Z"'],
    ['between 13:50 and 14:10 GMT', '@timestamp >= "2026-11-21T13:50:00Z" AND @timestamp < "2026-11-21T14:10:00Z"'],
    ['between 13:50 UTC and 14:10 UTC', '@timestamp >= "2026-11-21T13:50:00Z" AND @timestamp < "2026-11-21T14:10:00Z"'],
    ['13:50-14:10 utc', '@timestamp >= "2026-11-21T13:50:00Z" AND @timestamp < "2026-11-21T14:10:00Z"'],
    ['since 13:00 UTC', '@timestamp >= "2026-11-21T13:00:00Z"'],
    ['on 20 November', '@timestamp >= "2026-11-19T23:00:00Z" AND @timestamp < "2026-11-20T23:00:00Z"'],
  ])('“errors %s” is of %s, by the clocks of whoever asks', (time, conditions) => {
    expect(read(`errors ${time}`)?.isWhole).toBe(true);
    expect(whereOf(`errors ${time}`)).toBe(`level IN ("error", "critical", "fatal") AND ${conditions}`);
  });

  it.each([
    ['errors', 'SORT @timestamp DESC | LIMIT 50'],
    [
      'errors at 14:05',
      'EVAL away_ms = ABS(DATE_DIFF("milliseconds", TO_DATETIME("2026-11-21T13:05:00Z"), @timestamp)) | SORT away_ms ASC, @timestamp ASC | LIMIT 50 | SORT @timestamp ASC | DROP away_ms',
    ],
    ['latest errors at 14:05', 'SORT @timestamp DESC | LIMIT 50'],
    ['latest 20 errors', 'SORT @timestamp DESC | LIMIT 20'],
    ['slowest 5 requests', 'SORT duration_ms DESC | LIMIT 5'],
    ['5 slowest requests', 'SORT duration_ms DESC | LIMIT 5'],
    ['top 5 slowest requests of gateway', 'SORT duration_ms DESC | LIMIT 5'],
    [
      'slowest services',
      'STATS p95_ms = PERCENTILE(duration_ms, 95), n = COUNT(*) BY service.name | SORT p95_ms DESC | LIMIT 20',
    ],
    [
      'top 3 slowest operations of order-service',
      'STATS p95_ms = PERCENTILE(duration_ms, 95), n = COUNT(*) BY span.name | SORT p95_ms DESC | LIMIT 3',
    ],
    [
      'slowest endpoints by p99 latency',
      'STATS p99_ms = PERCENTILE(duration_ms, 99), n = COUNT(*) BY span.name | SORT p99_ms DESC | LIMIT 20',
    ],
    [
      'p50 and p99 latency by service',
      'STATS p50_ms = PERCENTILE(duration_ms, 50), p99_ms = PERCENTILE(duration_ms, 99), n = COUNT(*) BY service.name | SORT p50_ms DESC | LIMIT 20',
    ],
    ['oldest errors by minute', 'STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute) | SORT time ASC'],
    [
      'latest errors by service',
      'STATS n = COUNT(*), newest = MAX(@timestamp) BY service.name | SORT newest DESC | LIMIT 20',
    ],
    ['how many errors', 'STATS n = COUNT(*)'],
    ['errors by service', 'STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20'],
    ['which services had errors', 'STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20'],
    ['top 10 messages', 'STATS n = COUNT(*) BY message | SORT n DESC | LIMIT 10'],
    ['errors per minute', 'STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute) | SORT time DESC'],
    ['errors over time', 'STATS n = COUNT(*) BY time = BUCKET(@timestamp, 1 minute) | SORT time DESC'],
    ['errors over time last 6h', 'STATS n = COUNT(*) BY time = BUCKET(@timestamp, 10 minutes) | SORT time DESC'],
    [
      'p99 latency by service',
      'STATS p99_ms = PERCENTILE(duration_ms, 99), n = COUNT(*) BY service.name | SORT p99_ms DESC | LIMIT 20',
    ],
    [
      'error rate by service',
      'STATS failed = COUNT(*) WHERE (status_code >= 500), n = COUNT(*) BY service.name | EVAL percent = ROUND(100.0 * failed / n, 2) | SORT percent DESC | LIMIT 20',
    ],
    [
      'revenue by hour',
      'STATS total = SUM(value), average = AVG(value), n = COUNT(*) BY time = BUCKET(@timestamp, 1 hour) | SORT time DESC',
    ],
  ])('“%s” becomes %s', (question, steps) => {
    expect(read(question)?.isWhole).toBe(true);
    expect(afterWhere(question)).toBe(steps);
  });

  it.each([
    ['oldest 3 errors by minute', '3', 'left out: 3 at most'],
    ['slowest services by error rate', 'slowest', 'left out: slowest first'],
    ['how many slowest requests', 'slowest', 'left out: slowest first'],
    ['newest slowest requests', 'slowest', 'left out: slowest first'],
    ['top 5 spans', 'top', 'left out: most first'],
    ['how many errors and p95 latency by service', 'p95 latency', 'left out: the p95 of how long it took'],
    ['logs by endpoint', 'logs', 'left out: logs'],
  ])('runs nothing of “%s” unasked, because “%s” would be left out', (question, said, means) => {
    expect(read(question)?.isWhole).toBe(false);
    expect(read(question)?.phrases).toContainEqual({ said, means, isSure: false });
  });

  it('leaves out no part of a question that it understands as a whole', () => {
    // With what shows, where taking the part away changes nothing, that the query does it anyway.
    const parts: Readonly<Record<string, RegExp>> = {
      'top 5': /LIMIT 5\b/u,
      'most common': /SORT (?:n|total|p\d+_ms|percent|failed) DESC/u,
      slowest: /duration_ms/u,
      newest: /SORT (?:@timestamp|time|newest) DESC/u,
      oldest: /SORT (?:@timestamp|time|oldest) ASC/u,
      'how many': /COUNT\(\*\)|SUM\(value\)/u,
      'p95 latency': /p95_ms/u,
      'p99 latency': /p99_ms/u,
      'error rate': /percent/u,
      // "errors logs" are errors, of whichever index.
      logs: /^FROM (?:logs|spans[^]*error)/u,
      spans: /^FROM spans/u,
      requests: /duration_ms IS NOT NULL|span\.kind == "server"/u,
      errors: /error/u,
      'of gateway': /gateway/u,
      revenue: /revenue/u,
      'by service': /BY .*service\.name/u,
      'by endpoint': /BY .*span\.name/u,
      'per minute': /BUCKET\(@timestamp, 1 minute\)/u,
      'over time': /BUCKET/u,
      'last 2h': /2 hours/u,
    };
    const asked = fc.uniqueArray(fc.constantFrom(...Object.keys(parts)), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(asked, (said) => {
        const understood = read(said.join(' '));
        if (understood?.isWhole !== true) return;
        for (const part of said) {
          const without = read(said.filter((other) => other !== part).join(' '));
          if (without?.query === understood.query) expect(understood.query).toMatch(parts[part] ?? /^$/u);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('says what it did not understand, and proposes a guess', () => {
    const understood = read('errors from checkout in the last hour');
    expect(understood?.isWhole).toBe(false);
    expect(understood?.phrases).toEqual([
      { said: 'errors', means: 'level error, critical, fatal', isSure: true },
      { said: 'checkout', means: 'no service is called so; in the text: checkout', isSure: false },
      { said: 'in the last hour', means: '2026-11-21 14:20 to now (Europe/Berlin)', isSure: true },
    ]);
    expect(understood?.query).toContain('TO_LOWER(message) LIKE "*checkout*"');
  });

  it('asks where a length of time does not end the question', () => {
    expect(read('30m errors')?.phrases[0]).toEqual({
      said: '30m',
      means: '2026-11-21 14:50 to now (Europe/Berlin)',
      isSure: false,
    });
    expect(whereOf('requests over 2 s')).toBe('duration_ms IS NOT NULL AND duration_ms > 2000');
  });

  it.each([
    ['errors from 16:00 to 17:00', 'yesterday 16:00 to 17:00 (Europe/Berlin)'],
    ['errors from 14:00 to 17:00', '2026-11-21 14:00 to now (Europe/Berlin)'],
    ['errors since 16:00', 'yesterday 16:00 to now (Europe/Berlin)'],
    ['errors from 23:30 to 0:15', 'yesterday 23:30 to 2026-11-21 00:15 (Europe/Berlin)'],
    ['errors on friday 9 to 11', 'yesterday 09:00 to 11:00 (Europe/Berlin)'],
    ['errors last week', 'the last 7 days, 2026-11-14 15:20 to now (Europe/Berlin)'],
    ['errors at 14:05', '2026-11-21 14:03 to 14:07 (Europe/Berlin), what is nearest to it'],
  ])('says the day that was meant: “%s”', (question, means) => {
    expect(read(question)?.phrases[1]).toMatchObject({ means, isSure: true });
  });

  it('says the zone that was named with a time', () => {
    expect(read('errors around 14:05 UTC')?.phrases[1]?.means).toBe(
      '2026-11-21 13:55 to 14:15 (UTC), what is nearest to it',
    );
  });

  it('takes a length of time for one anywhere among words to look for, and asks what else looks like a time', () => {
    const logs = (question: string) =>
      readQuestion(question, GROUND, { range: null, services: ['payment-service'], areWordsText: true });
    expect(logs('logs error 30m')).toMatchObject({ isWhole: true });
    expect(logs('logs 30m pool')?.query).toContain('NOW() - 30 minutes');
    expect(logs('logs 30m pool')).toMatchObject({ isWhole: true });
    expect(logs('logs pool 25:61')).toMatchObject({ isWhole: false });
    expect(logs('logs timed out after 30s')).toMatchObject({ isWhole: false });
    expect(logs('logs timed out after 300s')?.query).not.toContain('status_code');
    expect(logs('logs "after 30s"')).toMatchObject({ isWhole: true });
  });

  it('looks for no word that only says how to list', () => {
    expect(read('new errors in payment-service')).toMatchObject({ isWhole: true });
    expect(read('group errors of payment-service by message')).toMatchObject({ isWhole: true });
    expect(read('group errors of payment-service by message')?.query).not.toContain('LIKE');
  });

  it('says what an index does not have', () => {
    const understood = read('revenue.amount errors by hour');
    expect(understood?.phrases.filter(({ isSure }) => !isSure)).toEqual([
      { said: 'errors', means: 'metrics have no level', isSure: false },
    ]);
    expect(understood?.query).not.toContain('level');
  });

  it('takes no question for an order', () => {
    const understood = read('please delete all logs');
    expect(understood?.isWhole).toBe(false);
    expect(understood?.query).toBe(
      'FROM logs\n| WHERE TO_LOWER(message) LIKE "*delete*"\n| SORT @timestamp DESC\n| LIMIT 50',
    );
  });

  it('has nothing to say of nothing', () => {
    expect(['', '???', 'the'].map(read)).toEqual([null, null, null]);
  });

  it.each(['err rate', 'errors rate', 'failures rate'])('takes “%s” for the error rate', (said) => {
    expect(read(`${said} by service`)).toEqual(
      expect.objectContaining({ isWhole: true, query: read('error rate by service')?.query }),
    );
  });

  it('counts failed spans by their status', () => {
    expect(read('error rate spans')?.query).toContain('failed = COUNT(*) WHERE status == "error"');
  });

  it.each([
    ['failed spans', 'status == "error"'],
    ['error spans', 'status == "error"'],
    ['spans with 5xx', 'status == "error"'],
    ['spans of payments not errors', 'service.name == "payment-service" AND NOT (status == "error")'],
    ['spans with "charge"', 'TO_LOWER(span.name) LIKE "*charge*"'],
  ])('“%s” looks where %s', (question, where) => {
    expect(read(question)).toMatchObject({ isWhole: true, query: expect.stringContaining('FROM spans') });
    expect(whereOf(question)).toBe(where);
  });

  it.each(['spans with status 200', 'info spans', 'spans with warnings'])(
    'tells of “%s” that spans have no such field, and asks for all of them',
    (question) => {
      expect(read(question)).toMatchObject({ isWhole: false, query: expect.stringContaining('FROM spans\n| SORT') });
    },
  );

  it('takes a hundred words, and says that it does not take more', () => {
    const words = Array.from({ length: 140 }, (_, at) => `word${at}`);
    const understood = read(`errors ${words.join(' ')}`);
    expect(understood?.query).toContain('LIKE "*word98*"');
    expect(understood?.query).not.toContain('word99');
    expect(() => checkQuery(understood?.query ?? '', { schema: SCHEMA })).not.toThrow();
    expect(understood).toMatchObject({ isWhole: false });
    expect(understood?.phrases.at(-1)).toEqual({
      said: 'everything after “word98”',
      means: 'left out: a question is read up to 100 words and 1,000 characters',
      isSure: false,
    });
    expect(read(`errors "${'x'.repeat(1_000)}"`)?.phrases.at(-1)?.said).toMatch(/^everything after /u);
    expect(read(`errors ${words.slice(0, 99).join(' ')}`)?.phrases.at(-1)?.said).not.toMatch(/^everything/u);
  });

  it('makes a query that runs of whatever is typed', () => {
    const vocabulary = fc.constantFrom(
      ...(
        'errors from payment gateway last 2h since 14:00 yesterday 9 to 11 between and 15:00 by service per minute how many ' +
        '5xx status 503 slower than 2 s p99 latency error rate top 10 slowest not except level warn host web-1 "quoted text" ' +
        'find timeout issues over time revenue which hosts each 5 minutes spans endpoint half an hour ago monday 20 november ' +
        'attributes.x=1 status_code=5 duration_ms>10 at around before noon until now a couple of 2026-11-20 ' +
        'but without anything other than no more 20 5 by path route sorted count p99 over 14h30 20.11. 21/11 14.30 vs GET = != svc deploy this 95th percentile, and,'
      ).split(' '),
    );
    const questions = fc.oneof(
      fc.array(vocabulary, { maxLength: 14 }).map((words) => words.join(' ')),
      fc.string({ maxLength: 80 }),
    );
    fc.assert(
      fc.property(questions, (question) => {
        const query = read(question)?.query;
        if (query !== undefined) expect(() => checkQuery(query, { schema: SCHEMA })).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});
