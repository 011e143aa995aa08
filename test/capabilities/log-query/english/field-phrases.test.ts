import { describe, expect, it } from 'vitest';
import type { Ground } from '#capabilities/log-query/english/phrase.ts';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { checkQuery } from '#esql/check-query.ts';
import { GROUND, groundWith } from './ground.ts';

const ROUTED = groundWith('http.route', 'http.request.method', 'region');
const NEWEST = 'SORT @timestamp DESC | LIMIT 50';

/** Throws where the query would not run. */
const read = (question: string, ground: Ground) => {
  const { query = '', isWhole } = readQuestion(question, ground) ?? {};
  checkQuery(query, { schema: ground.schema });
  return { query: query.replaceAll('\n', ' '), isWhole };
};

describe('what a question is grouped by', () => {
  it.each([
    ['count errors by service and level', ['grouped by service', 'grouped by level']],
    ['how many 503 by service', ['grouped by service']],
    ['which hosts have errors', ['grouped by host']],
    ['distinct errors', ['grouped by pattern']],
  ])('is told by more than was said: “%s”', (question, groups) => {
    const means = readQuestion(question, GROUND)?.phrases.map((phrase) => phrase.means) ?? [];
    expect(means.filter((one) => one?.includes('by '))).toEqual(groups);
  });
});

describe('fields as people call them', () => {
  it.each([
    [
      'count logs by level and service where status is not 200',
      'FROM logs | WHERE (NOT (status_code == 200) OR status_code IS NULL) | STATS n = COUNT(*) BY level, service.name | SORT n DESC | LIMIT 20',
    ],
    ["logs where level isn't info", `FROM logs | WHERE (NOT (level == "info") OR level IS NULL) | ${NEWEST}`],
    ['logs where service is payment', `FROM logs | WHERE service.name == "payment-service" | ${NEWEST}`],
    [
      'status code equals 503 by service',
      'FROM logs | WHERE status_code == 503 | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT 20',
    ],
    ['logs where region is eu', `FROM logs | WHERE attributes.region == "eu" | ${NEWEST}`],
    ['where is the error', `FROM logs | WHERE level IN ("error", "critical", "fatal") | ${NEWEST}`],
    [
      'median duration of POST /orders since 15:00',
      'FROM logs | WHERE (attributes.http.route == "POST /orders" OR attributes.http.request.method == "POST" AND attributes.http.route == "/orders") AND duration_ms IS NOT NULL AND @timestamp >= "2026-11-21T14:00:00Z" | STATS median_ms = MEDIAN(duration_ms), n = COUNT(*)',
    ],
    [
      '404s on /orders',
      `FROM logs | WHERE status_code == 404 AND (attributes.http.route == "/orders" OR attributes.http.route LIKE "* /orders") | ${NEWEST}`,
    ],
    [
      'level="error" region="eu west"',
      `FROM logs | WHERE level == "error" AND attributes.region == "eu west" | ${NEWEST}`,
    ],
    ['message:"connection refused"', `FROM logs | WHERE TO_LOWER(message) LIKE "*connection refused*" | ${NEWEST}`],
    ["region='eu' 503s", `FROM logs | WHERE attributes.region == "eu" AND status_code == 503 | ${NEWEST}`],
    [
      'service.name="payment-service" errors',
      `FROM logs | WHERE service.name == "payment-service" AND level IN ("error", "critical", "fatal") | ${NEWEST}`,
    ],
    [
      'errors containing /orders',
      `FROM logs | WHERE level IN ("error", "critical", "fatal") AND TO_LOWER(message) LIKE "*/order*" | ${NEWEST}`,
    ],
  ])('“%s” is understood as %s', (question, query) => {
    expect(read(question, ROUTED)).toEqual({ query, isWhole: true });
  });

  it('asks where a field may only be what is told of', () => {
    const ground = groundWith('user.id');
    expect(read('errors when user is blocked', ground).isWhole).toBe(false);
    expect(read('errors where user is u-17', ground).isWhole).toBe(true);
  });

  it('takes routes of logs with their method, or without where no field tells it', () => {
    expect(read('how many POST /orders', groundWith('http.route')).query).toBe(
      'FROM logs | WHERE (attributes.http.route == "POST /orders" OR attributes.http.route == "/orders") | STATS n = COUNT(*)',
    );
    expect(read('404s on /orders', groundWith('url.path')).query).toBe(
      `FROM logs | WHERE status_code == 404 AND attributes.url.path == "/orders" | ${NEWEST}`,
    );
  });

  it('finds a route by the names of server spans where no attribute tells it', () => {
    expect(read('median duration of POST /orders', GROUND)).toEqual({
      query:
        'FROM spans | WHERE span.name == "POST /orders" AND span.kind == "server" AND duration_ms IS NOT NULL | STATS median_ms = MEDIAN(duration_ms), n = COUNT(*)',
      isWhole: true,
    });
    expect(readQuestion('404s on /orders', GROUND)?.phrases[0]).toEqual({
      said: '404s',
      means: 'spans have no status_code',
      isSure: false,
    });
  });

  it('looks for a path in the text where words are to be looked for', () => {
    const meant = { range: null, services: [], areWordsText: true };
    expect(readQuestion('logs POST /orders', ROUTED, meant)?.query).toContain('LIKE "*post*"');
  });
});
