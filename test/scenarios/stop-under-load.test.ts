import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { checkQuery } from '#esql/check-query.ts';
import { systemClock } from '#kernel/clock.ts';
import { DAY_MS, MINUTE_MS } from '#kernel/duration.ts';
import { windowBefore } from '#kernel/time-window.ts';
import { startStrictSlack } from '../support/strict-slack/strict-slack.ts';
import { CHANNEL, logLines, startSentinelProcess } from './sentinel-process.ts';

const nothing = (): void => undefined;

const SENDERS = 8;
const BATCHES_BEFORE_THE_SIGNAL = 40;
const WAIT = { timeout: 60_000, interval: 20 };

it('ends by SIGTERM while eight senders press, and keeps every line that it accepted', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sentinel-stop-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const slack = await startStrictSlack();
  onTestFinished(() => slack.stop());
  slack.addChannel({ id: CHANNEL });
  const sentinel = await startSentinelProcess({ directory, slack });

  const batch = logLines('orders', false);
  const batches = { accepted: 0, unanswered: 0 };
  /** Until Sentinel takes no more. */
  const keepSending = async (): Promise<void> => {
    for (;;) {
      const status = await sentinel.send(batch).catch(() => null);
      if (status === 200) batches.accepted += 1;
      if (status === null) batches.unanswered += 1;
      if (status !== 200) return;
    }
  };
  const senders = Array.from({ length: SENDERS }, keepSending);
  await vi.waitFor(() => expect(batches.accepted).toBeGreaterThan(BATCHES_BEFORE_THE_SIGNAL), WAIT);
  sentinel.child.kill('SIGTERM');
  await Promise.all(senders);

  await vi.waitFor(() => expect(sentinel.child.exitCode).toBe(0), WAIT);

  const file = join(directory, 'data', 'telemetry.duckdb');
  const deps = {
    clock: systemClock,
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    metrics: { increment: nothing, observe: nothing, set: nothing },
  };
  const telemetryStore = await openDuckdbTelemetryStore(deps, { file, dataDirectorySetting: 'dataDirectory' });
  onTestFinished(() => telemetryStore.close());
  const { rows } = await telemetryStore.query({
    query: checkQuery('FROM logs | STATS n = COUNT(*)', { schema: telemetryStore.schema(), parameters: {} }),
    range: windowBefore(new Date(), DAY_MS),
    timeoutMs: MINUTE_MS,
    purpose: 'person',
  });
  const kept = Number(rows[0]?.[0]);
  expect(kept).toBeGreaterThanOrEqual(batches.accepted * batch.length);
  expect(kept).toBeLessThanOrEqual((batches.accepted + batches.unanswered) * batch.length);
}, 120_000);
