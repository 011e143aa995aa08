import { expect, test } from 'vitest';
import { createFaultLog } from '#adapters/bullmq/fault-log.ts';
import { recordingLogger } from '../../support/recording.ts';

test('warns of a repeated fault once in ten seconds, and says how many it left out', () => {
  const logger = recordingLogger();
  let nowMs = 0;
  const warn = createFaultLog({ logger, clock: { now: () => new Date(nowMs) } });
  const fault = new Error('ECONNREFUSED');
  for (nowMs = 0; nowMs <= 10_000; nowMs += 1_000) warn({ queue: 'slack' }, fault, 'Away');
  warn({ queue: 'slack' }, new Error('other'), 'Away');
  expect(logger.lines.map(({ fields }) => [fields['err'], fields['leftOut']])).toEqual([
    [fault, 0],
    [fault, 9],
    [new Error('other'), 0],
  ]);
});
