import { describe, expect, it } from 'vitest';
import { pinNow } from '#capabilities/log-query/pin-now.ts';
import { parseQuery } from '#esql/parse-query.ts';

const AT = new Date('2026-11-21T12:00:00Z');
const THEN = '2026-11-21T12:00:00.000Z';

const pinned = (condition: string): string =>
  pinNow(parseQuery(`FROM logs | WHERE ${condition}`), AT, (field) => field === '@timestamp').replace(
    'FROM logs | WHERE ',
    '',
  );

describe('a query as it was meant then', () => {
  it.each([
    ['@timestamp > NOW() - 1 hour', `@timestamp > "${THEN}"::date - 1 hour`],
    ['KQL("@timestamp >= now-1h")', String.raw`KQL("@timestamp >= \"${THEN}||-1h\"")`],
    ['KQL("@timestamp: now/d and level: error")', String.raw`KQL("@timestamp: \"${THEN}||/d\" and level: error")`],
    ['KQL("@timestamp: (now or \\"now-1d\\")")', String.raw`KQL("@timestamp: (\"${THEN}\" or \"${THEN}||-1d\")")`],
    [
      'QSTR("@timestamp:[now-1h/h TO now] AND x")',
      String.raw`QSTR("@timestamp:[\"${THEN}||-1h/h\" TO \"${THEN}\"] AND x")`,
    ],
    ['QSTR("@timestamp:>now-5m")', String.raw`QSTR("@timestamp:>\"${THEN}||-5m\"")`],
    ['MATCH(@timestamp, "now-1d")', `MATCH(@timestamp, "${THEN}||-1d")`],
    ['@timestamp : "now/d"', `@timestamp : "${THEN}||/d"`],
  ])('takes now as that moment: %s', (condition, expected) => expect(pinned(condition)).toBe(expected));

  it.each([
    'KQL("now")',
    'KQL("message: now")',
    'KQL("message: \\"try now-1d\\"")',
    'KQL("@timestamp > 2026-11-20 and message: now")',
    'QSTR("level:error now")',
    'MATCH(message, "now")',
    'message : "now"',
    'KQL("@timestamp: nowhere")',
  ])('leaves the word alone: %s', (condition) => expect(pinned(condition)).toBe(condition));
});
