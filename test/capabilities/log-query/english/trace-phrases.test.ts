import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { checkQuery } from '#esql/check-query.ts';
import { GROUND } from './ground.ts';

const MEANT = { range: null, services: ['auth-service'], areWordsText: false };

/** Throws where the query would not run. */
const read = (question: string, meant = { ...MEANT, services: [] as readonly string[] }) => {
  const { query = '', isWhole } = readQuestion(question, GROUND, meant) ?? {};
  checkQuery(query, { schema: GROUND.schema });
  return { query: query.replaceAll('\n', ' '), isWhole };
};

const LISTED = 'STATS longest_ms = MAX(duration_ms), newest = MAX(@timestamp), spans = COUNT(*) BY trace.id';
const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('questions about traces', () => {
  it.each([
    ['slowest traces', 'parent.id IS NULL AND duration_ms IS NOT NULL | SORT duration_ms DESC | LIMIT 50'],
    ['traces slower than 2 s', 'parent.id IS NULL AND duration_ms > 2000 | SORT @timestamp DESC | LIMIT 50'],
    ['how many traces', 'parent.id IS NULL | STATS n = COUNT(*)'],
    [
      'failed traces of gateway',
      `status == "error" AND service.name == "gateway" | ${LISTED} | SORT newest DESC | LIMIT 20`,
    ],
    [
      'traces with errors in order-service',
      `status == "error" AND service.name == "order-service" | ${LISTED} | SORT newest DESC | LIMIT 20`,
    ],
    ['10 slowest traces of gateway', `service.name == "gateway" | ${LISTED} | SORT longest_ms DESC | LIMIT 10`],
    [
      'how many failed traces by service',
      'status == "error" | STATS n = COUNT_DISTINCT(trace.id) BY service.name | SORT n DESC | LIMIT 20',
    ],
  ])('“%s” tells each trace once: %s', (question, asked) => {
    expect(read(question)).toEqual({ query: `FROM spans | WHERE ${asked}`, isWhole: true });
  });

  it('finds traces that began elsewhere where services are meant that nobody named', () => {
    const { query } = read('slowest traces', MEANT);
    expect(query).toBe(
      `FROM spans | WHERE service.name == "auth-service" | ${LISTED} | SORT longest_ms DESC | LIMIT 20`,
    );
  });

  it('looks for a trace in all the time in which one is shown, unless one is named', () => {
    expect(read(`logs with trace ${ID}`).query).toContain(`trace.id == "${ID}" AND @timestamp >= NOW() - 7 days |`);
    expect(read(`logs with trace ${ID} last 2h`).query).toContain('@timestamp >= NOW() - 2 hours |');
    expect(readQuestion(`logs with trace ${ID}`, GROUND)?.phrases.at(-1)?.means).toContain('of the last 7 days');
  });
});
