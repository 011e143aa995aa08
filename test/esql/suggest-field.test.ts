import { expect, test } from 'vitest';
import { mainFields, suggestField } from '#esql/suggest-field.ts';

const FIELDS = ['@timestamp', 'attributes.region', 'duration_ms', 'host.name', 'level', 'message', 'service.name'];

test.each([
  ['msg', ', did you mean [message]?'],
  ['LVL', ', did you mean [level]?'],
  ['severity', ', did you mean [level]?'],
  ['servce', ', did you mean [service.name]?'],
  ['hots', ', did you mean [host.name]?'],
  ['regoin', ', did you mean [attributes.region]?'],
  ['svc', ', did you mean [service.name]?'],
  ['latency', ', did you mean [duration_ms]?'],
  ['mesage', ', did you mean [message]?'],
  ['quux', ''],
  ['constructor', ''],
])('%s is answered by "%s"', (written, expected) => {
  expect(suggestField(written, FIELDS)).toBe(expected);
});

test('a synonym of a field that is not there is none', () => {
  expect(suggestField('msg', ['level'])).toBe('');
});

test('the fields that mean most are named first, and the rest is counted', () => {
  expect(mainFields([])).toBe('');
  expect(mainFields(['a'])).toBe('; there is a');
  expect(mainFields(FIELDS)).toBe(
    '; there are @timestamp, service.name, level, message, duration_ms, host.name and attributes.region',
  );
  const many = [...FIELDS, ...Array.from({ length: 10 }, (_, at) => `x${at}`)];
  expect(mainFields(many)).toBe(
    '; there are @timestamp, service.name, level, message, duration_ms, host.name, attributes.region, x0 and 9 more',
  );
});
