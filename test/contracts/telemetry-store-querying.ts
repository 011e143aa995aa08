import { describe, expect, test } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { NOW, ask, at, faultOf, instant, logOf, rowsOf } from './telemetry-store-questions.ts';

export const describeQuerying = (store: () => TelemetryStore): void => {
  describe('querying', () => {
    test('sees of the source only what lies in the range, its end excluded', async () => {
      await store().append({
        logs: [61, 60, 31, 30, 29].map((seconds) => logOf({ timestampMs: at(seconds), message: String(seconds) })),
      });
      const range: TimeWindow = { from: instant(60), to: instant(30) };
      expect(await rowsOf(store(), 'FROM logs | SORT @timestamp | KEEP message', { range })).toEqual([['60'], ['31']]);
    });

    test('applies the range before anything that the query counts', async () => {
      await store().append({ logs: [logOf({ timestampMs: at(600) }), logOf({ timestampMs: at(10) })] });
      const range: TimeWindow = { from: instant(60), to: instant(0) };
      expect(await rowsOf(store(), 'FROM logs | STATS n = COUNT(*)', { range })).toEqual([[1]]);
    });

    test('binds parameters by name and position as values, never as query text', async () => {
      const hostile = `x" | DROP message | WHERE "1" == "1'; DROP TABLE logs; --`;
      await store().append({ logs: [logOf({ service: hostile, message: 'found' }), logOf()] });
      expect(
        await rowsOf(store(), 'FROM logs | WHERE service.name == ?service | KEEP message', {
          parameters: { service: hostile },
        }),
      ).toEqual([['found']]);
      expect(
        await rowsOf(store(), 'FROM logs | WHERE service.name == ? AND status_code >= ? | KEEP message', {
          parameters: [hostile, 200],
        }),
      ).toEqual([['found']]);
      expect(await rowsOf(store(), 'FROM logs | STATS n = COUNT(*)')).toEqual([[2]]);
    });

    test('is refused, before the store is asked, with what can be asked instead', () => {
      const refusalOf = (text: string): string => {
        try {
          checkQuery(text, { schema: store().schema() });
          return 'none';
        } catch (error) {
          return error instanceof EsqlError ? (error.problems[0]?.message ?? '') : String(error);
        }
      };
      expect(refusalOf('FROM secrets')).toBe('Unknown index [secrets]; there are logs, spans and metrics');
      expect(refusalOf('FROM logs | WHERE service == "x"')).toBe(
        'Unknown column [service], did you mean [service.name]?',
      );
    });

    test('binds times as ISO dates', async () => {
      await store().append({ logs: [logOf({ timestampMs: at(40) }), logOf({ timestampMs: at(20) })] });
      expect(
        await rowsOf(store(), 'FROM logs | WHERE @timestamp >= ?from AND @timestamp < ?to | STATS n = COUNT(*)', {
          parameters: { from: instant(30).toISOString(), to: NOW.toISOString() },
        }),
      ).toEqual([[1]]);
    });

    test('says which part of the query failed on some rows, if it is asked to', async () => {
      await store().append({ logs: [logOf({ durationMs: 0 }), logOf({ durationMs: 4 })] });
      const query = 'FROM logs | STATS m = MAX(8 / TO_LONG(duration_ms)) | LIMIT 1';
      // A store with field names of its own tells no place: it would be one of its own text.
      expect((await ask(store(), query, { withFailureWarnings: true })).warnings).toEqual([
        expect.stringMatching(/^(Line \d+:\d+: )?evaluation of \[8 \/ .+\] failed, treating result as null\./),
        expect.stringMatching(/^(Line \d+:\d+: )?java\.lang\.ArithmeticException: \/ by zero$/),
      ]);
      expect(await rowsOf(store(), query)).toEqual([[2]]);
    });

    test('aggregates by service, with a condition on an aggregate', async () => {
      await store().append({
        logs: [
          ...[10, 20, 30].map((durationMs) => logOf({ durationMs })),
          ...[100, 200].map((durationMs) => logOf({ service: 'payments', durationMs, statusCode: 503 })),
        ],
      });
      const answer = await ask(
        store(),
        `FROM logs
         | STATS n = COUNT(*), failed = COUNT(*) WHERE status_code >= 500, mean = AVG(duration_ms),
                 p50 = PERCENTILE(duration_ms, 50), least = MIN(duration_ms), most = MAX(duration_ms),
                 sum = SUM(duration_ms) BY service.name
         | SORT service.name`,
      );
      expect(answer.columns.map((column) => column.name)).toEqual([
        'n',
        'failed',
        'mean',
        'p50',
        'least',
        'most',
        'sum',
        'service.name',
      ]);
      expect(answer.rows).toEqual([
        [3, 0, 20, 20, 10, 30, 60, 'checkout'],
        [2, 2, 150, 150, 100, 200, 300, 'payments'],
      ]);
    });

    test('groups times in buckets', async () => {
      await store().append({
        logs: [301, 299, 200, 10].map((seconds) => logOf({ timestampMs: at(seconds) })),
      });
      expect(
        await rowsOf(store(), 'FROM logs | STATS n = COUNT(*) BY bucket = BUCKET(@timestamp, 5 minutes) | SORT bucket'),
      ).toEqual([
        [1, '2026-11-20T11:50:00.000Z'],
        [3, '2026-11-20T11:55:00.000Z'],
      ]);
    });

    test('answers a query over no rows with one row of totals, or with no groups', async () => {
      expect(await rowsOf(store(), 'FROM logs | STATS n = COUNT(*), most = MAX(duration_ms)')).toEqual([[0, null]]);
      expect(await rowsOf(store(), 'FROM logs | STATS n = COUNT(*) BY service.name')).toEqual([]);
    });

    test('whole numbers have every digit', async () => {
      const query = 'ROW a = TO_LONG("9007199254740993"), b = [-9223372036854775807, 5], c = 9007199254740991';
      expect(await rowsOf(store(), query)).toEqual([
        [9_007_199_254_740_993n, [-9_223_372_036_854_775_807n, 5], 9_007_199_254_740_991],
      ]);
    });

    test('says that an answer is cut when it is as long as its limit', async () => {
      await store().append({ logs: [logOf(), logOf(), logOf()] });
      expect(await ask(store(), 'FROM logs | LIMIT 3')).toMatchObject({ isCut: true });
      expect(await ask(store(), 'FROM logs | LIMIT 4')).toMatchObject({ isCut: false });
    });

    test('cuts at 1,000 rows without a limit and says so', async () => {
      await store().append({ logs: Array.from({ length: 1_001 }, () => logOf()) });
      const answer = await ask(store(), 'FROM logs | KEEP message');
      expect(answer.rows).toHaveLength(1_000);
      expect(answer.isCut).toBe(true);
      expect(answer.warnings.join()).toMatch(/1,000/);
    });

    test('answers many queries at once', async () => {
      await store().append({ logs: [logOf()] });
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => rowsOf(store(), 'FROM logs | STATS n = COUNT(*)')),
      );
      expect(answers).toEqual(Array.from({ length: 20 }, () => [[1]]));
    });

    test.each(['FROM logs | KEEP message', 'FROM logs | STATS VALUES(message)'])(
      'refuses an answer that is larger than is asked for, and goes on: %s',
      async (text) => {
        const messages = Array.from({ length: 100 }, (_, row) => `${row} ${'x'.repeat(10_000)}`);
        await store().append({ logs: messages.map((message) => logOf({ message })) });
        const fault = await faultOf(ask(store(), text, { maxAnswerBytes: 900_000 }));
        expect(fault).toMatchObject({ code: 'limit-exceeded', isRetryable: false });
        expect(fault.userMessage).toMatch(/larger than 0\.9 MB/u);
        const { rows } = await ask(store(), text, { maxAnswerBytes: 2_000_000 });
        expect(rows.flat(2)).toHaveLength(100);
      },
    );

    test('stops a query at its time limit', async () => {
      await store().append({ logs: [logOf()] });
      const fault = await faultOf(ask(store(), 'FROM logs | STATS n = COUNT(*)', { timeoutMs: 0 }));
      expect(fault.code).toBe('timeout');
      expect(await rowsOf(store(), 'FROM logs | STATS n = COUNT(*)')).toEqual([[1]]);
    });

    test('stops a query when its signal is aborted', async () => {
      const fault = await faultOf(ask(store(), 'FROM logs', { signal: AbortSignal.abort() }));
      expect(fault.code).toBe('timeout');
    });
  });
};
