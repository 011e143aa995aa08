import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createLineFilter,
  readCloudwatchEvent,
  readLogsEnvelope,
  serviceOfGroup,
} from '#capabilities/ingest/read-cloudwatch.ts';

const find = createLineFilter(['ERROR', 'Exception', 'Critical']);

test.each([
  ['[ERROR] out of money', 'ERROR'],
  ['java.io.IOException: broken pipe', 'Exception'],
  ['critical: disk full', 'Critical'],
  ['0 errors found', null],
  ['exceptional service', null],
  ['all is well', null],
])('the filter reads %s as %s', (line, word) => {
  expect(find(line)).toBe(word);
});

test('an empty filter finds nothing, and words of it are no patterns', () => {
  expect(createLineFilter([])('ERROR')).toBeNull();
  expect(createLineFilter(['a.c'])('abc')).toBeNull();
  expect(createLineFilter(['a.c'])('x a.c')).toBe('a.c');
});

test.each([
  ['ERROR out of money', { word: 'ERROR', text: 'ERROR out of money' }],
  ['all is well', undefined],
  ['{"level":"info","error":null}', undefined],
  ['{"level":"FATAL","message":"gone","kind":"Exception"}', { word: 'Exception', text: 'gone' }],
  ['{"error":"refused","message":""}', { word: 'ERROR', text: '{"error":"refused","message":""}' }],
])('the line %s matches as %o', (message, match) => {
  const envelope = { isControl: false, group: '/aws/lambda/payment', stream: 's', account: 'a', events: [] };
  const outcome = readCloudwatchEvent({ timestamp: 1, message }, envelope, find);
  expect(outcome).toMatchObject({ kind: 'record' });
  expect(outcome.match).toEqual(match);
});

test('a document is of its own time, unless its clock is ahead of CloudWatch', () => {
  const envelope = { isControl: false, group: 'g', stream: 's', account: 'a', events: [] };
  const timestamp = Date.parse('2026-11-20T12:00:00Z');
  const timeOf = (time: string) => {
    const outcome = readCloudwatchEvent({ timestamp, message: JSON.stringify({ time, msg: 'm' }) }, envelope, find);
    return outcome.kind === 'record' ? outcome.record.row.timestampMs - timestamp : null;
  };
  expect(timeOf('2026-11-20T11:59:00Z')).toBe(-60_000);
  expect(timeOf('2026-11-20T12:00:30Z')).toBe(30_000);
  expect(timeOf('2026-11-20T13:00:00Z')).toBe(0);
});

test('a message is cut between characters', () => {
  const envelope = { isControl: false, group: 'g', stream: 's', account: 'a', events: [] };
  const message = `${'x'.repeat(31_999)}😀 and more`;
  expect(readCloudwatchEvent({ timestamp: 1, message }, envelope, find)).toMatchObject({
    record: { row: { message: 'x'.repeat(31_999), attributes: { 'sentinel.cut_characters': '11' } } },
  });
});

test.each([
  ['/aws/lambda/payment', 'payment'],
  ['/ecs/checkout/', 'checkout'],
  ['plain', 'plain'],
  ['', 'cloudwatch'],
])('the log group %s is the service %s', (group, service) => {
  expect(serviceOfGroup(group)).toBe(service);
});

test('whatever an envelope or an event holds, it is read or refused', () => {
  fc.assert(
    fc.property(fc.json(), fc.jsonValue(), (text, event) => {
      readLogsEnvelope(text);
      const envelope = { isControl: false, group: 'g', stream: 's', account: 'a', events: [] };
      expect(['record', 'refused']).toContain(readCloudwatchEvent(event, envelope, find).kind);
    }),
  );
});
