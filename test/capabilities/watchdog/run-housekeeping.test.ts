import { describe, expect, test, vi } from 'vitest';
import { housekeepingJob, type HousekeepingDeps } from '#capabilities/watchdog/index.ts';

const NOW = new Date('2026-11-20T10:00:00Z');
const HOUR_MS = 3_600_000;

const depsOf = (overrides: Partial<HousekeepingDeps> = {}) => {
  const error = vi.fn();
  const deps = {
    telemetryStore: { deleteOlderThan: vi.fn(() => Promise.resolve({ logs: 3, spans: 2, metrics: 1 })) },
    stateStore: { vacuum: vi.fn(() => Promise.resolve()) },
    chores: [{ what: 'outbox rows', run: vi.fn(() => Promise.resolve(7)) }],
    clock: { now: () => NOW },
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error },
    settings: { retention: { logsMs: 24 * HOUR_MS, spansMs: 6 * HOUR_MS, metricsMs: 720 * HOUR_MS } },
    ...overrides,
  };
  return { deps, error };
};
const contextOf = (signal = new AbortController().signal) => ({ id: '1', attempt: 1, isLastAttempt: true, signal });

describe('housekeeping', () => {
  test('deletes telemetry past its retention, what others forget, and vacuums last', async () => {
    const { deps } = depsOf();
    expect(await housekeepingJob(deps).run(null, contextOf())).toEqual({ kind: 'done' });
    expect(deps.telemetryStore.deleteOlderThan).toHaveBeenCalledWith({
      logs: new Date('2026-11-19T10:00:00Z'),
      spans: new Date('2026-11-20T04:00:00Z'),
      metrics: new Date('2026-10-21T10:00:00Z'),
    });
    const chore = vi.mocked(deps.chores[0]?.run ?? (() => Promise.resolve(0)));
    expect(chore).toHaveBeenCalledWith(NOW);
    expect(deps.stateStore.vacuum).toHaveBeenCalledAfter(chore);
  });

  test('goes on when a step fails, and logs which', async () => {
    const fault = new Error('disk full');
    const { deps, error } = depsOf({ telemetryStore: { deleteOlderThan: () => Promise.reject(fault) } });
    await housekeepingJob(deps).run(null, contextOf());
    expect(deps.stateStore.vacuum).toHaveBeenCalledOnce();
    expect(error).toHaveBeenCalledExactlyOnceWith({ err: fault, what: 'telemetry' }, expect.any(String));
  });

  test('does no further step once it is told to stop', async () => {
    const stop = new AbortController();
    const { deps } = depsOf({
      telemetryStore: { deleteOlderThan: () => (stop.abort(), Promise.resolve({ logs: 0, spans: 0, metrics: 0 })) },
    });
    await housekeepingJob(deps).run(null, contextOf(stop.signal));
    expect(deps.stateStore.vacuum).not.toHaveBeenCalled();
  });
});
