import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecord } from '#capabilities/ingest/read-record.ts';

const AT = '2026-11-20T11:59:00.250Z';
const AT_MS = Date.parse(AT);

const recordOf = (line: unknown, index: 'logs' | 'spans' | 'metrics' = 'logs') => {
  const outcome = readRecord(JSON.stringify(line), index);
  expect(outcome.kind).toBe('record');
  return outcome.kind === 'record' ? outcome.record : undefined;
};

const refusalOf = (line: unknown) => {
  const outcome = readRecord(typeof line === 'string' ? line : JSON.stringify(line), 'logs');
  return outcome.kind === 'refused' ? { field: outcome.field, reason: outcome.reason } : outcome;
};

describe('a log line', () => {
  test('is read from dotted names', () => {
    expect(
      recordOf({
        '@timestamp': AT,
        'service.name': 'checkout',
        level: 'ERROR',
        message: 'timed out',
        duration_ms: 30_000,
        'trace.id': 't1',
        'span.id': 's1',
        status_code: 504,
        'host.name': 'h1',
        'attributes.version': 'v42',
      }),
    ).toEqual({
      index: 'logs',
      row: {
        timestampMs: AT_MS,
        service: 'checkout',
        level: 'error',
        message: 'timed out',
        durationMs: 30_000,
        traceId: 't1',
        spanId: 's1',
        statusCode: 504,
        host: 'h1',
        attributes: { version: 'v42' },
      },
    });
  });

  test('is read from nested objects, which may also be dotted', () => {
    const nested = recordOf({
      '@timestamp': AT_MS,
      service: { name: 'checkout' },
      trace: { id: 't1' },
      attributes: { http: { route: '/cart' }, 'http.method': 'GET' },
    });
    expect(nested?.row).toMatchObject({
      timestampMs: AT_MS,
      service: 'checkout',
      traceId: 't1',
      attributes: { 'http.route': '/cart', 'http.method': 'GET' },
    });
  });

  test('keeps fields that the index does not know as attributes, lists as JSON, nulls not at all', () => {
    const { row } =
      recordOf({ '@timestamp': AT, region: 'eu', retries: 3, cached: true, tags: ['a', 1], gone: null }) ?? {};
    expect(row?.attributes).toEqual({ region: 'eu', retries: '3', cached: 'true', tags: '["a",1]' });
  });

  test('reads numbers that were written as text', () => {
    expect(recordOf({ '@timestamp': String(AT_MS), duration_ms: ' 12.5 ', status_code: '503' })?.row).toMatchObject({
      timestampMs: AT_MS,
      durationMs: 12.5,
      statusCode: 503,
    });
  });

  test('reads identifiers that were written as numbers', () => {
    expect(recordOf({ '@timestamp': AT, 'trace.id': 42 })?.row).toMatchObject({ traceId: '42' });
  });

  test.each([
    ['2026-11-20T11:59:00Z', Date.UTC(2026, 10, 20, 11, 59)],
    ['2026-11-20T12:59:00.123456789+01:00', Date.UTC(2026, 10, 20, 11, 59, 0, 123)],
    ['2026-11-20 11:59:00', Date.UTC(2026, 10, 20, 11, 59)],
    ['2026-11-20', Date.UTC(2026, 10, 20)],
    [1_763_640_000_000.75, 1_763_640_000_000.75],
  ])('reads the time %s', (text, expected) => {
    expect(recordOf({ '@timestamp': text })?.row.timestampMs).toBe(expected);
  });
});

describe('a line of the Elastic Common Schema', () => {
  const ecs = {
    '@timestamp': AT,
    'service.name': 'checkout',
    'log.level': 'ERROR',
    message: 'timed out',
    'event.duration': 30_000_500_000,
    'http.response.status_code': 504,
    'trace.id': 't1',
    'span.id': 's1',
    'host.name': 'h1',
    'http.request.method': 'POST',
  };
  const row = {
    timestampMs: AT_MS,
    service: 'checkout',
    level: 'error',
    message: 'timed out',
    durationMs: 30_000.5,
    traceId: 't1',
    spanId: 's1',
    statusCode: 504,
    host: 'h1',
    attributes: { 'http.request.method': 'POST' },
  };

  test('is read as a log line, its nanoseconds as milliseconds', () => {
    expect(recordOf(ecs)).toEqual({ index: 'logs', row });
  });

  test('is read from nested objects too', () => {
    const nested = {
      '@timestamp': AT,
      service: { name: 'checkout' },
      log: { level: 'ERROR' },
      message: 'timed out',
      event: { duration: '30000500000' },
      http: { response: { status_code: 504 }, request: { method: 'POST' } },
      trace: { id: 't1' },
      span: { id: 's1' },
      host: { name: 'h1' },
    };
    expect(recordOf(nested)).toEqual({ index: 'logs', row });
  });

  test('leaves the word to a field of our own name, and stays an attribute then', () => {
    const both = recordOf({ ...ecs, duration_ms: 12, level: 'info' })?.row;
    expect(both).toMatchObject({
      durationMs: 12,
      level: 'info',
      attributes: { 'event.duration': '30000500000', 'log.level': 'ERROR' },
    });
  });

  test('is refused by the name that it used', () => {
    expect(refusalOf({ ...ecs, 'event.duration': 'long' })).toEqual({
      field: 'event.duration',
      reason: 'event.duration is not a number',
    });
  });

  test('is a span whose outcome is its status', () => {
    const span = {
      '@timestamp': AT,
      'trace.id': 't',
      'span.id': 's',
      'service.name': 'a',
      'span.name': 'n',
      'event.duration': 1_500_000,
    };
    const statusOf = (outcome: string) => recordOf({ ...span, 'event.outcome': outcome }, 'spans')?.row;
    expect(statusOf('failure')).toMatchObject({ durationMs: 1.5, status: 'error' });
    expect(statusOf('success')).toMatchObject({ status: 'ok' });
    expect(statusOf('unknown')).toMatchObject({ status: 'unset' });
  });
});

describe('other indices', () => {
  test('a span says its kind and status in any case, internal and unset by default', () => {
    const base = {
      '@timestamp': AT,
      'trace.id': 't',
      'span.id': 's',
      'service.name': 'a',
      'span.name': 'n',
      duration_ms: 1,
    };
    expect(recordOf({ ...base, 'span.kind': 'SERVER', status: 'Error' }, 'spans')?.row).toMatchObject({
      kind: 'server',
      status: 'error',
      parentId: null,
    });
    expect(recordOf(base, 'spans')?.row).toMatchObject({ kind: 'internal', status: 'unset' });
  });

  test('a metric point may belong to no service', () => {
    expect(recordOf({ '@timestamp': AT, 'metric.name': 'orders', value: '7' }, 'metrics')).toEqual({
      index: 'metrics',
      row: { timestampMs: AT_MS, name: 'orders', value: 7, unit: null, service: null, attributes: {} },
    });
  });

  test('a line may name its index itself', () => {
    expect(recordOf({ _index: 'metrics', '@timestamp': AT, 'metric.name': 'orders', value: 1 })?.index).toBe('metrics');
  });
});

describe('a time since 1970', () => {
  test.each([
    1_763_640_000.25,
    '1763640000.25',
    1_763_640_000_250,
    '1763640000250',
    1_763_640_000_250_999,
    '1763640000250400000',
  ])('is read in the unit that its size tells: %s', (time) => {
    expect(recordOf({ '@timestamp': time })?.row.timestampMs).toBe(1_763_640_000_250);
  });
});

test('texts that are too long for a row are cut, and what is missing is counted', () => {
  const row = recordOf({
    message: 'm'.repeat(32_001),
    'error.stack_trace': 's'.repeat(8_202),
    list: ['l'.repeat(8_190)],
  });
  expect(row?.row).toMatchObject({
    message: 'm'.repeat(32_000),
    attributes: { 'error.stack_trace': 's'.repeat(8_192), 'sentinel.cut_characters': '13' },
  });
});

describe('a line is refused', () => {
  test.each<[string, unknown, string | null, RegExp]>([
    ['that is not JSON', '{"a":', null, /not a JSON object/],
    ['that is a list', [1], null, /not a JSON object/],
    ['that is null', 'null', null, /not a JSON object/],
    ['whose duration is a word', { duration_ms: 'fast' }, 'duration_ms', /not a number/],
    ['whose duration is empty', { duration_ms: '' }, 'duration_ms', /not a number/],
    ['whose status is true', { status_code: true }, 'status_code', /not a number/],
    ['whose message is a list', { message: ['a'] }, 'message', /list/],
    ['whose time has no usual unit', { '@timestamp': 17_636_400_000 }, '@timestamp', /any usual unit/],
    ['whose time is negative', { '@timestamp': -1_763_640_000 }, '@timestamp', /any usual unit/],
    ['whose day is no date', { '@timestamp': '2026-02-30' }, '@timestamp', /ISO 8601/],
    ['whose time is a month', { '@timestamp': '2026-11' }, '@timestamp', /ISO 8601/],
    ['whose time is not a date', { '@timestamp': '2026-02-30T00:00:00Z' }, '@timestamp', /ISO 8601/],
    ['whose time is true', { '@timestamp': true }, '@timestamp', /not a time/],
    ['whose index is unknown', { _index: 'traces' }, '_index', /logs, spans, metrics/],
  ])('%s', (_title, line, field, reason) => {
    expect(refusalOf(line)).toEqual({ field, reason: expect.stringMatching(reason) });
  });

  test('whose list is nested too deep', () => {
    const line = `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    expect(refusalOf(line)).toEqual({ field: 'a', reason: 'a is nested deeper than 32' });
  });

  test('that is nested too deep or has too many fields', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 50; depth += 1) deep = { a: deep };
    expect(refusalOf(deep)).toMatchObject({ field: null, reason: expect.stringMatching(/nested/) });
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, 1]));
    expect(refusalOf(wide)).toMatchObject({ field: null, reason: expect.stringMatching(/256 fields/) });
  });

  test('or read, whatever JSON it holds, without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(['record', 'refused']).toContain(readRecord(JSON.stringify(value), 'logs').kind);
      }),
    );
  });
});
