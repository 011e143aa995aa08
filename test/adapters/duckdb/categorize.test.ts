import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { categorizeMessages } from '#adapters/duckdb/categorize-messages.ts';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { checkQuery } from '#esql/check-query.ts';
import { windowBefore } from '#kernel/time-window.ts';
import type { LogRecord, TelemetryStore } from '#ports/telemetry-store.ts';

const NOW = new Date('2026-11-21T02:30:00.000Z');
const nothing = () => undefined;

let telemetryStore: TelemetryStore;

beforeEach(async () => {
  const metrics = { increment: nothing, observe: nothing, set: nothing };
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  telemetryStore = await openDuckdbTelemetryStore(
    { clock: { now: () => NOW }, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
});
afterEach(() => telemetryStore.close());

const line = (message: string, service = 'press', level = 'info', minutesAgo = 1): LogRecord => ({
  timestampMs: NOW.getTime() - minutesAgo * 60_000,
  service,
  level,
  message,
  durationMs: null,
  traceId: null,
  spanId: null,
  statusCode: null,
  host: null,
});

const ask = async (text: string, withFailureWarnings = true) => {
  const query = checkQuery(text, { schema: telemetryStore.schema() });
  const range = windowBefore(NOW, 3_600_000);
  return telemetryStore.query({ query, range, timeoutMs: 20_000, purpose: 'test', withFailureWarnings });
};

const JAM = '.*?paper.+?jam.+?at.+?roller.*?';
const INK = '.*?ink.+?low.+?at.+?percent.*?';

describe('CATEGORIZE', () => {
  it('groups messages that are equal up to numbers, under the words that they share', async () => {
    await telemetryStore.append({
      logs: [
        line('paper jam at roller 3'),
        line('paper jam at roller 17'),
        line('ink low at 5 percent'),
        line('12:30'),
      ],
    });
    const answer = await ask('FROM logs | STATS n = COUNT(*) BY c = CATEGORIZE(message) | SORT n DESC, c');
    expect(answer.columns).toEqual([
      { name: 'n', type: 'long' },
      { name: 'c', type: 'keyword' },
    ]);
    expect(answer.rows).toEqual([
      [2, JAM],
      [1, INK],
      [1, null],
    ]);
  });

  it('sees only the rows that the filters before it leave, and stands beside other groups', async () => {
    await telemetryStore.append({
      logs: [
        line('paper jam at roller 3', 'press', 'error'),
        line('paper jam at roller 4', 'folder', 'error'),
        line('ink low at 5 percent'),
        line('sheet lost', 'press', 'error', 90),
      ],
    });
    const answer = await ask(
      'FROM logs | WHERE level == "error" | STATS n = COUNT(*) BY CATEGORIZE(message), service.name | SORT service.name',
    );
    expect(answer.columns.map(({ name }) => name)).toEqual(['n', 'CATEGORIZE(message)', 'service.name']);
    expect(answer.rows).toEqual([
      [1, JAM, 'folder'],
      [1, JAM, 'press'],
    ]);
  });

  it('takes any text, null and empty as none, and stays out of the way of quotes and marks', async () => {
    await telemetryStore.append({ logs: [line(`it's "done" $1 @2@ s1 c1; DROP TABLE logs --`), line('x')] });
    const answer = await ask(
      'FROM logs | EVAL m = CASE(message == "x", null, message) | STATS n = COUNT(*) BY c = CATEGORIZE(CONCAT(m, "")) | SORT c',
    );
    expect(answer.rows).toEqual([
      [1, '.*?it.+?s.+?done.+?DROP.+?TABLE.+?logs.*?'],
      [1, null],
    ]);
    expect(answer.warnings.filter((warning) => warning.includes('failed'))).toEqual([]);
  });

  it('keeps the words that are joined to numbers', async () => {
    await telemetryStore.append({
      logs: [
        line('10.0.0.1:80:error at 12:30:05'),
        line('10.0.0.7:8080:error at 1:02:03'),
        line('id 3f2504e0-4f89-41d3'),
      ],
    });
    const answer = await ask('FROM logs | STATS n = COUNT(*) BY c = CATEGORIZE(message) | SORT n DESC');
    expect(answer.rows).toEqual([
      [2, '.*?error.+?at.*?'],
      [1, '.*?id.*?'],
    ]);
  });

  it('can be asked for in two STATS of a query, each with its own messages', async () => {
    await telemetryStore.append({ logs: [line('paper jam at roller 3'), line('paper jam at roller 4')] });
    const answer = await ask(
      'FROM logs | STATS n = COUNT(*) BY c = CATEGORIZE(message) | EVAL t = CONCAT("group ", c) | STATS k = COUNT(*) BY d = CATEGORIZE(t)',
    );
    expect(answer.rows).toEqual([[1, String.raw`.*?group.+?paper\.\+\?jam\.\+\?at\.\+\?roller.*?`]]);
  });

  it('answers no rows where there are none', async () => {
    expect((await ask('FROM logs | STATS n = COUNT(*) BY CATEGORIZE(message)')).rows).toEqual([]);
  });

  it('is given up when nobody waits for it any more', async () => {
    const stop = new AbortController();
    const checked = checkQuery('FROM logs | STATS COUNT(*) BY CATEGORIZE(message)', {
      schema: telemetryStore.schema(),
    });
    const sources = () => ({ table: 'logs', column: (field: string) => `"${field}"` });
    const read = async () => {
      stop.abort();
      return [['paper jam at roller'], ['ink low at percent']];
    };
    const { options } = await categorizeMessages({ read, stopped: stop.signal }, checked, {
      schema: telemetryStore.schema(),
      now: NOW,
      sources,
    });
    const [categories = '[]'] = options.categories?.values() ?? [];
    expect(JSON.parse(categories)).toEqual([
      { form: 'paper jam at roller', category: JAM },
      { form: 'ink low at percent', category: '' },
    ]);
  });

  it('may be asked with a limit that is no whole number of milliseconds', async () => {
    const query = checkQuery('FROM logs | STATS COUNT(*)', { schema: telemetryStore.schema() });
    const answer = await telemetryStore.query({ query, timeoutMs: 20_000.5, purpose: 'test' });
    expect(answer.rows).toEqual([[0]]);
  });
});
