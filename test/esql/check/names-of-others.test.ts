import { describe, expect, it } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import type { FieldType } from '#esql/schema.ts';

const fields = new Map<string, FieldType>([
  ['@timestamp', 'date'],
  ['level', 'keyword'],
  ['message', 'text'],
  ['duration_ms', 'double'],
]);

const problemOf = (text: string): string => {
  try {
    checkQuery(text, { schema: new Map([['logs', { fields, isLookup: false }]]) });
  } catch (error) {
    if (error instanceof EsqlError) return error.message;
    throw error;
  }
  return 'none';
};

describe('what other languages have', () => {
  it.each([
    ['EVAL a = UPPER(level)', '1:22: Unknown function [UPPER], did you mean [TO_UPPER]?'],
    ['EVAL a = lower(level)', '1:22: Unknown function [lower], did you mean [TO_LOWER]?'],
    ['EVAL a = IF(true, 1, 2)', '1:22: Unknown function [IF], did you mean [CASE]?'],
    ['EVAL a = NVL(level, "x")', '1:22: Unknown function [NVL], did you mean [COALESCE]?'],
    ['EVAL a = IFNULL(level, "x")', '1:22: Unknown function [IFNULL], did you mean [COALESCE]?'],
    ['EVAL a = LEN(level)', '1:22: Unknown function [LEN], did you mean [LENGTH]?'],
    ['EVAL a = SUBSTR(level, 1)', '1:22: Unknown function [SUBSTR], did you mean [SUBSTRING]?'],
    ['EVAL a = TO_NUMBER(level)', '1:22: Unknown function [TO_NUMBER], did you mean [TO_DOUBLE]?'],
    ['EVAL a = STRFTIME("%Y", @timestamp)', '1:22: Unknown function [STRFTIME], did you mean [DATE_FORMAT]?'],
    ['EVAL a = GETDATE()', '1:22: Unknown function [GETDATE], did you mean [NOW]?'],
    ['EVAL a = CURRENT_TIMESTAMP', '1:22: Unknown column [CURRENT_TIMESTAMP], did you mean [NOW()]?'],
    ['EVAL a = now', '1:22: Unknown column [now], did you mean [NOW()]?'],
    ['WHERE @timestamp > ago(1h)', '1:32: Unknown function [ago]; use NOW() - 1 hour instead'],
    ['WHERE REGEXP_LIKE(level, "x")', '1:19: Unknown function [REGEXP_LIKE]; use x RLIKE "…" instead'],
    ['STATS P95(duration_ms)', '1:19: Unknown function [P95]; use PERCENTILE(x, 95) instead'],
    ['STATS p999(duration_ms)', '1:19: Unknown function [p999]; use PERCENTILE(x, 99.9) instead'],
    ['STATS DC(level)', '1:19: Unknown function [DC], did you mean [COUNT_DISTINCT]?'],
    ['STATS MEAN(duration_ms)', '1:19: Unknown function [MEAN], did you mean [AVG]?'],
    ['STATS STDEV(duration_ms)', '1:19: Unknown function [STDEV], did you mean [STD_DEV]?'],
    ['STATS COUNT(*) BY date_histogram(@timestamp)', '1:31: Unknown function [date_histogram], did you mean [BUCKET]?'],
    ['STATS COUNT(DISTINCT level)', '1:25: DISTINCT is not written within an aggregate; use COUNT_DISTINCT(x) instead'],
    ['STATS x = ST_DISTANCE(level, level)', "1:23: function [ST_DISTANCE] is not in Sentinel's language"],
    ['EVAL a = level || message', '1:28: [||] means nothing here; texts are joined by CONCAT(a, b), conditions by OR'],
    ['WHERE level == "a" && true', '1:32: [&] means nothing here; conditions are joined by AND'],
    [
      'WHERE level RLIKE "(?i)x"',
      '1:31: Pattern [(?i)x] uses (?…), which RLIKE does not know; case is ignored by TO_LOWER(x) RLIKE',
    ],
    [
      'WHERE message CONTAINS "x"',
      '1:27: expected a pipe | or the end of the query, found [CONTAINS]; a part of a text is found by LIKE "*…*", a word by :',
    ],
    ['WHERE level = "x"', '1:25: expected a pipe | or the end of the query, found [=]; equality is written =='],
    ['HEAD 5', '1:13: Unknown command [HEAD]; the first rows are kept by LIMIT'],
    ['TAIL 5', '1:13: Unknown command [TAIL]; the last rows are kept by SORT @timestamp DESC and LIMIT'],
    ['TOP 5 level', '1:13: Unknown command [TOP]; the greatest are kept by SORT … DESC and LIMIT'],
    ['SELECT level', '1:13: Unknown command [SELECT]; columns are chosen by KEEP'],
    ['HAVING n > 5', '1:13: Unknown command [HAVING]; WHERE after STATS filters groups'],
  ])('is named with its place and what to use: %s', (commands, problem) => {
    expect(problemOf(`FROM logs | ${commands}`)).toBe(`line ${problem}`);
  });

  it('is a mistake where nobody has it, and outside where only Elasticsearch does', () => {
    const isOutside = (text: string): boolean => {
      try {
        checkQuery(`FROM logs | ${text}`, { schema: new Map([['logs', { fields, isLookup: false }]]) });
      } catch (error) {
        return error instanceof EsqlError && error.isOutside;
      }
      return false;
    };
    for (const text of ['EVAL a = ABZ(1)', 'EVAL a = UPPER(level)', 'STAST COUNT(*)', 'HEAD 5', 'EVAL a = 1::nope'])
      expect(isOutside(text), text).toBe(false);
    for (const text of [
      'EVAL a = ST_X(level)',
      'STATS AVG_OVER_TIME(duration_ms)',
      'ENRICH x',
      'EVAL a = "x"::geohash',
    ])
      expect(isOutside(text), text).toBe(true);
  });
});
