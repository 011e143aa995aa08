import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(new Map());
});
afterAll(() => engine.close());

const DATES: readonly (readonly [expression: string, expected: string | number | boolean | null])[] = [
  ['NOW()', '2026-11-21T12:00:00.000Z'],
  ['NOW() - 90 minutes', '2026-11-21T10:30:00.000Z'],
  ['DATE_TRUNC(1 week, "2025-06-08"::datetime)', '2025-06-02T00:00:00.000Z'],
  ['DATE_TRUNC(20 minutes, "2025-06-08T09:59:00Z"::datetime)', '2025-06-08T09:40:00.000Z'],
  ['DATE_TRUNC(1 quarter, "2025-12-24"::datetime)', '2025-10-01T00:00:00.000Z'],
  ['DATE_TRUNC(1 month, "2025-12-24")', '2025-12-01T00:00:00.000Z'],
  ['DATE_TRUNC(1 year, "2025-12-24")', '2025-01-01T00:00:00.000Z'],
  ['DATE_TRUNC(2 months, "2025-12-24")', '2025-11-01T00:00:00.000Z'],
  ['DATE_TRUNC(1 day, "1969-12-31T23:00:00Z")', '1969-12-31T00:00:00.000Z'],
  ['DATE_TRUNC("1 hour", "2025-12-24T05:59:59.999Z")', '2025-12-24T05:00:00.000Z'],
  ['"2023-10-31"::datetime + 4 months', '2024-02-29T00:00:00.000Z'],
  ['"2025-06-08" - 90 minutes', '2025-06-07T22:30:00.000Z'],
  ['1 day + "2025-06-08"', '2025-06-09T00:00:00.000Z'],
  ['"2025-10-31" + 1 month', '2025-11-30T00:00:00.000Z'],
  ['"2025-06-08" + 2147483647 years', null],
  ['DATE_DIFF("minutes", "2025-06-08T10:00:59Z", "2025-06-08T10:00:00Z")', 0],
  ['DATE_DIFF("hours", "2025-06-08T10:00:00Z", "2025-06-08T07:10:00Z")', -2],
  ['DATE_DIFF("month", "2025-01-31", "2025-02-28")', 0],
  ['DATE_DIFF("month", "2025-01-31", "2025-03-31")', 2],
  ['DATE_DIFF("month", "2024-02-29", "2025-02-28")', 11],
  ['DATE_DIFF("month", "2025-03-31", "2025-01-31T00:00:01Z")', -1],
  ['DATE_DIFF("year", "2024-02-29", "2025-02-28")', 0],
  ['DATE_DIFF("quarter", "2025-01-01", "2025-12-31")', 3],
  ['DATE_DIFF("week", "2025-06-01", "2025-06-14")', 1],
  ['DATE_DIFF("dd", "2025-06-01", "2025-06-14")', 13],
  ['DATE_DIFF("ms", "2025-06-01", "2025-06-01T00:00:01.5Z")', 1500],
  ['DATE_DIFF("ms", "1970-01-01", "2025-06-01")', null],
  ['DATE_DIFF("ns", "2025-06-01", "2025-06-01T00:00:01Z")', 1_000_000_000],
  ['DATE_EXTRACT("day_of_week", "2025-06-07")', 6],
  ['DATE_EXTRACT("day_of_year", "2025-02-01")', 32],
  ['DATE_EXTRACT("HOUR_OF_DAY", "2025-02-01T17:05:09.012Z")', 17],
  ['DATE_EXTRACT("minute_of_day", "2025-02-01T17:05:09.012Z")', 1025],
  ['DATE_EXTRACT("milli_of_second", "2025-02-01T17:05:09.012Z")', 12],
  ['DATE_EXTRACT("milli_of_day", "2025-02-01T00:01:09.012Z")', 69_012],
  ['DATE_EXTRACT("epoch_day", "1969-12-31T01:00:00Z")', -1],
  ['DATE_EXTRACT("clock_hour_of_ampm", "2025-02-01T00:05:09Z")', 12],
  ['DATE_EXTRACT("ampm_of_day", "2025-02-01T12:05:09Z")', 1],
  ['DATE_EXTRACT("aligned_week_of_month", "2025-02-08")', 2],
  ['DATE_EXTRACT("year", null)', null],
  ['DATE_FORMAT("dd.MM.yy HH\'h\'", "2025-06-08T09:59:00Z")', '08.06.25 09h'],
  ['DATE_FORMAT("yyyyMMdd", "2025-06-08")', '20250608'],
  ['DATE_FORMAT("2025-06-08")', '2025-06-08T00:00:00.000Z'],
  ['DATE_FORMAT("d/M/yyyy h:mm a 100%", "2025-06-08T15:07:00Z")', '8/6/2025 3:07 PM 100%'],
  ['DATE_FORMAT("ss.SSS DDD", "2025-02-01T00:00:07.045Z")', '07.045 032'],
  ['DATE_FORMAT("EEEE d MMMM", "2025-06-08")', 'Sunday 8 June'],
  ['DAY_NAME("2025-06-08")', 'Sunday'],
  ['MONTH_NAME("2025-06-08")', 'June'],
  ['DAY_NAME(null)', null],
  ['"2025-06-08" + TO_DATEPERIOD("3 days")', '2025-06-11T00:00:00.000Z'],
  ['"2025-06-08" + "3 hours"::time_duration', '2025-06-08T03:00:00.000Z'],
  ['"2025-06-08" - "1 month"::date_period', '2025-05-08T00:00:00.000Z'],
  ['DATE_PARSE("EEE, d MMM yyyy HH:mm:ss Z", "Sun, 8 Jun 2025 17:05:09 -0130")', '2025-06-08T18:35:09.000Z'],
  ['DATE_PARSE("EEEE d MMMM yyyy", "Sunday 8 June 2025")', '2025-06-08T00:00:00.000Z'],
  ['DATE_PARSE("EEE d MMM yyyy", "Mon 8 Jun 2025")', '2025-06-08T00:00:00.000Z'],
  ['DATE_PARSE("EEE d MMM yyyy", "Son 8 Jun 2025")', null],
  ['DATE_PARSE("yyyyMMdd", "20250608")', '2025-06-08T00:00:00.000Z'],
  ['DATE_PARSE("yyyy-MM-dd HH:mm:ss.SSS", "2025-06-08 17:05:09.012")', '2025-06-08T17:05:09.012Z'],
  ['DATE_PARSE("dd/MMM/yyyy:HH:mm:ss Z", "08/Jun/2025:17:05:09 +0200")', '2025-06-08T15:05:09.000Z'],
  ['DATE_PARSE("d.M.yyyy h a", "8.6.2025 12 AM")', '2025-06-08T00:00:00.000Z'],
  ['DATE_PARSE("yyyy-MM-dd", "2025-06-08 ")', null],
  ['DATE_PARSE("yyyy-MM-dd", "2025-6-8")', null],
  ['DATE_PARSE("yyyy-MM-dd", "2025-02-30")', null],
  ['"2025-06-08"::date + null', null],
  ['"2025-06-08"::date - null::date_period', null],
  ['"2025-06-08"::date + TO_TIMEDURATION(null)', null],
  ['"2025-06-08"::date + TO_DATEPERIOD(3 days)', '2025-06-11T00:00:00.000Z'],
  ['DATE_PARSE(CONCAT("yyyy", "MMdd"), "20250608")', '2025-06-08T00:00:00.000Z'],
  ['"2025-06-08"::date + CONCAT("3 ", "days")::date_period', '2025-06-11T00:00:00.000Z'],
  ['DATE_PARSE("2025-06-08T01:00:00Z")', '2025-06-08T01:00:00.000Z'],
  ['"2025-06-08"::datetime == "2025-06-08T00:00:00Z"', true],
  ['"2025-06-08"::datetime IN ("2025-06-07", "2025-06-08")', true],
];

test.each(DATES)('%s is %j', async (expression, expected) => {
  expect(await engine.value(expression)).toEqual(expected);
});

describe('a constant and a column of the same value', () => {
  const SPANS = [
    '5 months',
    '1 quarter',
    '3 years',
    '11 days',
    '2 weeks',
    '7 hours',
    '90 minutes',
    '12 seconds',
    '5 ms',
  ];
  const DATES_TO_MOVE = ['2024-02-29T12:00:00.001Z', '2025-10-31', '2025-01-01', '1969-12-31T23:59:59.999Z'];

  test.each(DATES_TO_MOVE)('%s is moved by spans alike', async (date) => {
    const fields = SPANS.flatMap((span, at) => [
      `a${at} = "${date}" + ${span} == TO_DATETIME(s) + ${span}`,
      `b${at} = "${date}" - ${span} == TO_DATETIME(s) - ${span}`,
    ]);
    const { rows } = await engine.run(`ROW s = CONCAT("${date}", "") | EVAL ${fields.join(', ')} | DROP s`);
    expect(rows[0]).toEqual(fields.map(() => true));
  });
});
