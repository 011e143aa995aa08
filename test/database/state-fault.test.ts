import { expect, test } from 'vitest';
import { toStateFault } from '#database/state-fault.ts';

const withCode = (code: string): Error => Object.assign(new Error('vendor text'), { code });

test.each([
  ['57014', 'timeout'],
  ['57P01', 'unavailable'],
  ['53300', 'unavailable'],
  ['08006', 'unavailable'],
  ['28P01', 'unavailable'],
  ['40001', 'unavailable'],
  ['40P01', 'unavailable'],
  ['ECONNREFUSED', 'unavailable'],
])('%s is a fault of the outside world: %s', (code, expected) => {
  const fault = toStateFault(withCode(code));
  expect(fault).toMatchObject({ name: 'AppError', code: expected, isRetryable: true });
  expect(String(fault)).not.toContain('vendor text');
});

test.each(['23505', '23514', '42P01', '22P02'])('%s is a bug of ours and stays as it is', (code) => {
  const error = withCode(code);
  expect(toStateFault(error)).toBe(error);
});

test.each([
  'Connection terminated unexpectedly',
  'timeout exceeded when trying to connect',
  'Cannot use a pool after calling end on the pool',
  'PGlite is closed',
])('"%s" is told by its words, since it has no code', (message) => {
  expect(toStateFault(new Error(message))).toMatchObject({ code: 'unavailable' });
});
